import Foundation
import Testing

/// `land-attempt`: documents first, then the code, then log and tables; conflicts are git's, and go back to the start.
@Suite struct LandAttemptTests {
    @Test(arguments: ["--merge", "--squash", "--rebase"])
    func whatTheBranchWroteInTheSagasOtherDocumentsComesAlong(_ manner: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py")
        try repository.git(["switch", "-q", branch])
        let saga = TestRepository.saga
        try repository.append("\(saga)/description.md", "\nWe now believe it is the network.\n")
        try repository.commit("Only documents")
        try repository.write("\(saga)/notes.md", "Hand-made\n")
        try repository.edit("\(saga)/implementation-log.md", "### What Worked\n", "### What Worked\n\nPatience\n")
        try repository.append("cache.py", "# done\n")
        try repository.git(["mv", "\(saga)/attempts/001-caching", "\(saga)/attempts/001-cache"])
        try repository.commit("Code and documents")
        try repository.metaissue("land-attempt", "1", manner)
        #expect(try repository.read("\(saga)/description.md").contains("it is the network"))
        #expect(try repository.read("\(saga)/notes.md") == "Hand-made\n")
        #expect(try repository.log.contains("\n\nPatience\n") && repository.read("cache.py").contains("# done"))
        #expect(!repository.exists("\(saga)/attempts/001-caching") && repository.exists("\(saga)/attempts/001-cache"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    private static let folder = "\(TestRepository.saga)/attempts/001-caching-layer"
    private static let branch = "perf-attempt-001-caching-layer"

    /// An attempt of two commits, with results in its folder, ready to land, its branch checked out.
    private func ready(record: String = "mainline", hooks: Bool = false) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: hooks)
        try repository.metaissue("start-attempt", "Caching Layer", "--record", record)
        try repository.write("cache.py", "cache = {}\nhits = 0\nmisses = 0\n")
        try repository.commit("Add a cache to every request")
        try repository.append("\(Self.folder)/attempt-results.md", "\nThe cache hit rate was 85 %.\n")
        try repository.append("cache.py", "size = 100\nages = []\n")
        try repository.commit("Bound the cache and its ages")
        try repository.git(["switch", "-q", "main"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Other work")
        try repository.git(["switch", "-q", Self.branch])
        return repository
    }

    private func attempt(_ repository: TestRepository) throws -> Status.Attempt {
        try #require(try repository.status().sagas.first?.attempts.first)
    }

    private func expectLanded(
        _ repository: TestRepository, by how: String, location: SourceLocation = #_sourceLocation
    ) throws {
        #expect(try repository.git(["branch", "--show-current"]) == "main", sourceLocation: location)
        #expect(try repository.read("cache.py").hasSuffix("ages = []\n"), sourceLocation: location)
        let results = try repository.read("\(Self.folder)/attempt-results.md")
        #expect(results.contains("hit rate was 85 %"), sourceLocation: location)
        let found = try attempt(repository)
        #expect(found.integration.state == "landed" && found.integration.how == how, sourceLocation: location)
        #expect(found.commits == 2, sourceLocation: location)
        #expect(try repository.log.contains("Attempt 001 landed (\(how), "), sourceLocation: location)
        #expect(try repository.tryMetaissue("sync", "--check").status == 0, sourceLocation: location)
        #expect(try repository.git(["status", "--porcelain"]) == "", sourceLocation: location)
        #expect(!repository.exists(".git/metaissue/operation"), sourceLocation: location)
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "", sourceLocation: location)
    }

    @Test(arguments: ["merge", "squash", "rebase"], ["mainline", "branch"])
    func documentsComeFirstThenTheCode(how: String, record: String) throws {
        let repository = try ready(record: record)
        let before = try repository.git(["rev-parse", "main"])
        let said = try repository.metaissue("land-attempt", "--\(how)")
        #expect(said.hasPrefix("Attempt 001 (Caching Layer): landed in ") && said.contains(", recorded in "))
        try expectLanded(repository, by: how)
        let events = try repository.git([
            "log", "--first-parent", "--reverse", "--format=%(trailers:key=Meta-Issue-Event,valueonly,separator=%x2C)",
            "\(before)..main",
        ])
        let code = how == "rebase" ? ["", ""] : [""]
        #expect(
            events.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) == ["land"] + code + [
                "land"
            ])
        // The code's commits leave the record alone, so that a plain revert of them does too.
        let landing = try repository.git(["diff", "--name-only", "main~\(code.count + 1)", "main~1"])
        #expect(landing == "cache.py")
        if how == "merge" {
            try repository.git(["revert", "--no-edit", "-m", "1", "main~1"])
            #expect(repository.exists("\(Self.folder)/attempt-results.md") && !repository.exists("cache.py"))
        }
    }

    @Test(arguments: ["merge", "squash", "rebase"])
    func whatBothSidesWroteInOneDocumentIsMerged(how: String) throws {
        let repository = try ready()
        try repository.git(["switch", "-q", "main"])
        try repository.edit("\(Self.folder)/attempt-results.md", "\n## ", "\nMeasured twice on the mainline.\n\n## ")
        try repository.commit("A person's words on the mainline")
        try repository.metaissue("land-attempt", "1", "--\(how)")
        try expectLanded(repository, by: how)
        let results = try repository.read("\(Self.folder)/attempt-results.md")
        #expect(results.contains("Measured twice on the mainline.") && results.contains("hit rate was 85 %"))
    }

    @Test func whatBothSidesWroteInOnePlaceIsAConflictOfTheRebaseToo() throws {
        let repository = try ready()
        try repository.git(["switch", "-q", "main"])
        try repository.append("\(Self.folder)/attempt-results.md", "\nThe cache hit rate was unknown.\n")
        try repository.commit("A person's words on the mainline")
        let refusal = try repository.tryMetaissue("land-attempt", "1", "--rebase")
        #expect(refusal.status == 1 && refusal.complaint.contains("attempt-results.md"), "\(refusal.complaint)")
        try repository.git(["checkout", "-q", "--theirs", "--", Self.folder])
        try repository.git(["add", Self.folder])
        try repository.metaissue("land-attempt", "--continue")
        try expectLanded(repository, by: "rebase")
    }

    @Test func aBranchThatWentOnLandsWhatTheMainlineLacks() throws {
        let repository = try ready(record: "branch")
        let first = try repository.git(["rev-parse", "\(Self.branch)~1"])
        try repository.git(["switch", "-q", "main"])
        try repository.git(["cherry-pick", first])
        try repository.metaissue("sync", "--commit")
        try repository.metaissue("land-attempt", "1", "--rebase")
        #expect(try repository.git(["log", "--format=%s", "--", "cache.py"]).split(separator: "\n").count == 2)
        #expect(try repository.read("cache.py").hasSuffix("ages = []\n"))
    }

    @Test func aDocumentThatCameAfterTheStartGoesOnBeingLanded() throws {
        let repository = try ready()
        try repository.write("\(Self.folder)/measured.txt", "87 ms\n")
        try repository.commit("Measure")
        try repository.git(["rebase", "-q", "main"])
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--ff-only", Self.branch])
        try repository.git(["switch", "-q", Self.branch])
        try repository.append("\(Self.folder)/measured.txt", "85 ms\n")
        try repository.append("cache.py", "more = 1\n")
        try repository.commit("Measure more")
        try repository.git(["switch", "-q", "main"])
        try repository.write("other.py", "other = 2\n")
        try repository.commit("Other work again")
        try repository.metaissue("land-attempt", "1", "--rebase")
        #expect(try repository.read("\(Self.folder)/measured.txt") == "87 ms\n85 ms\n")
        #expect(try repository.read("cache.py").hasSuffix("more = 1\n"))
    }

    @Test func fromTheMainlineByNumberWithAMessageAndWithHooks() throws {
        let repository = try ready(hooks: true)
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("land-attempt", "1", "--squash", "--message", "Cache prices (#12)")
        try expectLanded(repository, by: "squash")
        #expect(try repository.git(["log", "-1", "--format=%s", "main~1"]) == "Cache prices (#12)")
        try repository.refuses("land-attempt", "1", saying: "is on main already")
    }

    // MARK: Conflicts

    private func conflicting() throws -> TestRepository {
        let repository = try ready()
        try repository.git(["switch", "-q", "main"])
        try repository.write("cache.py", "another = cache\n")
        try repository.commit("Another cache")
        try repository.git(["switch", "-q", Self.branch])
        return repository
    }

    @Test(arguments: ["merge", "squash", "rebase"])
    func conflictsGoBackToTheStateBefore(how: String) throws {
        let repository = try conflicting()
        let before = try repository.state
        let outcome = try repository.tryMetaissue("land-attempt", "1", "--\(how)")
        #expect(outcome.status == 1 && outcome.output == "")
        #expect(outcome.complaint.hasPrefix("error: landing attempt 001 conflicts in: cache.py"))
        let other = try repository.tryMetaissue("sync", "--commit")
        #expect(other.status == 128 && other.complaint.contains("the landing of attempt 001 waits for you"))
        let early = try repository.tryMetaissue("land-attempt", "--continue")
        #expect(early.status == 128 && early.complaint.contains("conflicts are not resolved in: cache.py"))
        try repository.metaissue("land-attempt", "--abort")
        #expect(try repository.state.differences(from: before) == [])
        #expect(!repository.exists(".git/metaissue/operation"))
        try repository.refuses("land-attempt", "--abort", saying: "no attempt is being landed")
    }

    @Test(arguments: ["merge", "squash", "rebase"])
    func aResolvedConflictIsContinued(how: String) throws {
        let repository = try conflicting()
        #expect(try repository.tryMetaissue("land-attempt", "--\(how)").status == 1)
        for _ in 1...3 where repository.exists(".git/metaissue/operation") {
            try repository.git(["checkout", "-q", "--theirs", "--", "cache.py"])
            try repository.git(["add", "cache.py"])
            _ = try repository.tryMetaissue("land-attempt", "--continue")
        }
        #expect(try repository.read("cache.py").hasSuffix("ages = []\n"))
        #expect(try attempt(repository).integration.state == "landed")
        #expect(try repository.log.contains("Attempt 001 landed ("))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(!repository.exists(".git/metaissue/operation"))
    }

    @Test func aMergeThatIsContinuedByHandIsRecordedByTheNextCommand() throws {
        let repository = try conflicting()
        #expect(try repository.tryMetaissue("land-attempt").status == 1)
        try repository.git(["checkout", "-q", "--theirs", "--", "cache.py"])
        try repository.git(["add", "cache.py"])
        try repository.git(["merge", "--continue"])
        try repository.metaissue("sync", "--commit")
        try expectLanded(repository, by: "merge")
    }

    // MARK: Refusals

    @Test func whatIsNotReadyIsRefused() throws {
        let repository = try ready()
        try repository.append("cache.py", "half = 1\n")
        try repository.refuses("land-attempt", saying: "uncommitted changes")
        try repository.git(["reset", "-q", "--hard"])
        try repository.git(["switch", "-q", "-c", "elsewhere", "main"])
        try repository.refuses("land-attempt", status: 129, saying: "elsewhere is not the branch of an attempt")
        try repository.refuses("land-attempt", "2", saying: "there is no attempt 002")
        try repository.metaissue("start-attempt", "Empty", "--no-switch")
        try repository.refuses("land-attempt", "2", saying: "has no commits to land")
        try repository.git(["bisect", "start", "HEAD", "HEAD~1"])
        try repository.refuses("land-attempt", "1", saying: "a bisect is in progress")
        try repository.git(["bisect", "reset"])
        let other = repository.world.appendingPathComponent("linked")
        try repository.git(["worktree", "add", "-q", other.path, "main"])
        try repository.refuses("land-attempt", "1", saying: "git -C \(other.path) metaissue land-attempt 1")
        for arguments in [["--squash", "--merge"], ["--rebase", "--message", "x"], ["--continue", "1"]] {
            #expect(try repository.run(TestRepository.binary, ["land-attempt"] + arguments).status == 129)
        }
    }

    @Test func aMainlineThatMovedElsewhereIsRefused() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let clone = try origin.clone()
        try clone.metaissue("start-attempt", "Caching Layer")
        try clone.write("cache.py", "cache = {}\n")
        try clone.commit("Cache")
        try origin.write("news.py", "news = 1\n")
        try origin.commit("News")
        try clone.git(["fetch", "-q"])
        try clone.refuses("land-attempt", saying: "main has moved on origin/main")
    }

    @Test func aHookThatRefusesTheMergeLeavesEverythingAsItWas() throws {
        let repository = try ready()
        try repository.write(".git/hooks/pre-merge-commit", "#!/bin/sh\nexit 1\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: repository.root.path + "/.git/hooks/pre-merge-commit")
        try repository.refuses("land-attempt")
    }

    @Test func aLandingKilledBeforeItsCodeIsNoLanding() throws {
        let repository = try ready()
        try repository.git(["switch", "-q", "main"])
        let before = try repository.git(["rev-parse", "main"])
        // The documents are on the mainline, and nothing else.
        try repository.git(["checkout", "-q", Self.branch, "--", Self.folder])
        try repository.commit("Documents of attempt 001")
        let operation: [String: Any] = [
            "kind": "land", "phase": "applying", "saga": "slow-service", "number": 1, "reference": "refs/heads/main",
            "before": before, "worktree": repository.root.path, "tree": before, "remaining": [String](),
            "message": "Squashed\n", "manner": "squash", "origin": Self.branch,
            "scope": [TestRepository.saga, ".metaissue"],
        ]
        let bytes = try JSONSerialization.data(withJSONObject: operation)
        try bytes.write(to: repository.root.appendingPathComponent(".git/metaissue/operation"))
        try repository.metaissue("land-attempt", "1", "--squash")
        try expectLanded(repository, by: "squash")
    }
}
