import Foundation
import Testing

/// `revert-attempt`: whatever way the code came in, one commit takes it back; the record stays and says so.
@Suite struct RevertAttemptTests {
    private static let folder = "\(TestRepository.saga)/attempts/001-caching-layer"
    private static let branch = "perf-attempt-001-caching-layer"

    /// A landed attempt of two files in three commits, with results in its folder, and later work on the mainline.
    private func landed(by how: String, record: String = "mainline", hooks: Bool = false) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: hooks)
        try repository.metaissue("start-attempt", "Caching Layer", "--record", record)
        for (number, file) in ["cache.py", "metrics.py", "cache.py"].enumerated() {
            try repository.write(file, (0...number).map { "\(file.prefix(5))_\($0) = \($0)\n" }.joined())
            try repository.commit("Work \(number)")
        }
        try repository.append("\(Self.folder)/attempt-results.md", "\nThe cache hit rate was 85 %.\n")
        try repository.commit("Results")
        try repository.git(["switch", "-q", "main"])
        if how != "fast-forward" {
            try repository.write("other.py", "other = 1\n")
            try repository.commit("Other work")
        }
        switch how {
        case "merge": try repository.git(["merge", "-q", "--no-ff", "--no-edit", Self.branch])
        case "squash":
            try repository.git(["merge", "-q", "--squash", Self.branch])
            try repository.commit("Caching (#1)")
        case "rebase":
            try repository.git(["rebase", "-q", "main", Self.branch])
            try repository.git(["switch", "-q", "main"])
            try repository.git(["merge", "-q", "--ff-only", Self.branch])
        case "cherry-pick": try repository.git(["cherry-pick", "-x", "main..\(Self.branch)"])
        default: try repository.git(["merge", "-q", "--ff-only", Self.branch])
        }
        try repository.write("later.py", "later = 1\n")
        try repository.commit("Later work")
        return repository
    }

    @Test(arguments: [true, false]) func whatCameBackInPartIsToldAndTakenBackAgain(isOneRevert: Bool) throws {
        let repository = try TestRepository()
        for file in ["a", "b", "c"] {
            try repository.write("\(file).txt", (1...40).map { "\(file) line \($0)\n" }.joined())
        }
        try repository.commit("Files")
        try repository.makeSaga(hooks: false)
        try repository.metaissue("start-attempt", "Caching Layer")
        for file in ["a", "b", "c"] {
            for line in 5...9 { try repository.edit("\(file).txt", "line \(line)\n", "cached \(line)\n") }
            try repository.commit("Cache \(file)")
        }
        try repository.git(["switch", "-q", "main"])
        let base = try repository.git(["rev-parse", "HEAD"])
        let files = ["a.txt", "b.txt", "c.txt"]
        if isOneRevert {
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", Self.branch])
            try repository.metaissue("revert-attempt", "1")
            try repository.git(["cherry-pick", "\(Self.branch)~2", "\(Self.branch)~1"])
        } else {
            try repository.write("other.txt", "other\n")
            try repository.commit("Other")
            try repository.git(["cherry-pick", "\(Self.branch)~3..\(Self.branch)"])
            try repository.git(["revert", "--no-edit", "HEAD~3..HEAD"])
            #expect(try attempt(repository).integration.state == "reverted")
            try repository.git(["revert", "--no-edit", "HEAD~1"])
        }
        let found = try attempt(repository)
        #expect(found.integration.state == "partly-reverted", "\(found.integration)")
        #expect(try repository.metaissue("show", "1").contains("stand again, brought back after all had been taken"))
        try repository.metaissue("sync", "--commit")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        try repository.metaissue("revert-attempt", "1")
        #expect(try repository.git(["diff", base, "--"] + files) == "")
        #expect(try attempt(repository).integration.state == "reverted")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func whatNeverLandedIsNamedAlsoAfterAReapplication() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["cherry-pick", "\(branch)~2", "\(branch)~1"])
        #expect(try attempt(repository).integration.state == "partly-landed")
        try repository.metaissue("revert-attempt", "1")
        try repository.git(["revert", "--no-edit", "HEAD~1"])
        #expect(try attempt(repository).integration.state == "reapplied")
        #expect(try repository.metaissue("show", "1").contains("note: 1 of its 3 commits never landed"))
    }

    private func attempt(_ repository: TestRepository) throws -> Status.Attempt {
        try #require(try repository.status().sagas.first?.attempts.first)
    }

    /// The code is gone, the record is there and says so, and nothing is left to do.
    private func expectTakenBack(_ repository: TestRepository, location: SourceLocation = #_sourceLocation) throws {
        #expect(!repository.exists("cache.py") && !repository.exists("metrics.py"), sourceLocation: location)
        #expect(repository.exists("later.py"), sourceLocation: location)
        let found = try attempt(repository)
        #expect(found.integration.state == "reverted", sourceLocation: location)
        #expect(found.verdict.value == "failed" && found.verdict.source == "reverted", sourceLocation: location)
        #expect(try repository.log.contains("Attempt 001 reverted ("), sourceLocation: location)
        #expect(try repository.log.contains("**Verdict:** ❌ Failed"), sourceLocation: location)
        #expect(try repository.hub.contains("❌ Failed"), sourceLocation: location)
        let results = try repository.read("\(Self.folder)/attempt-results.md")
        #expect(results.contains("hit rate was 85 %"), sourceLocation: location)
        #expect(try repository.tryMetaissue("sync", "--check").status == 0, sourceLocation: location)
        #expect(try repository.git(["status", "--porcelain"]) == "", sourceLocation: location)
        #expect(!repository.exists(".git/metaissue/operation"), sourceLocation: location)
        #expect(!repository.exists(".git/REVERT_HEAD"), sourceLocation: location)
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "", sourceLocation: location)
    }

    @Test(arguments: ["merge", "squash", "rebase", "cherry-pick", "fast-forward"], ["mainline", "branch"])
    func everyWayOfLandingIsTakenBackInOneCommit(how: String, record: String) throws {
        let repository = try landed(by: how, record: record)
        let before = try repository.git(["rev-parse", "main"])
        let said = try repository.metaissue("revert-attempt", "1", "--reason", "too slow")
        #expect(said.contains("taken back in ") && said.contains("recorded in "))
        try expectTakenBack(repository)
        #expect(try attempt(repository).verdict.reason?.hasSuffix(": too slow") == true)
        #expect(try repository.log.contains(": too slow) |"))
        // One commit of code and one of the record, and neither touches what is the other's.
        #expect(try repository.git(["rev-list", "--count", "\(before)..main"]) == "2")
        let code = try repository.git(["diff", "--name-only", "main~2", "main~1"])
        #expect(code == "cache.py\nmetrics.py")
        let words = try repository.git(["log", "-1", "--format=%B", "main~1"])
        #expect(words.hasPrefix("Revert attempt 001 (Caching Layer)\n\ntoo slow\n\nThis reverts commit "))
        let files = try repository.git(["diff", "--name-only", "main~1", "main"]).split(separator: "\n")
        #expect(files.allSatisfy { $0.hasPrefix(TestRepository.saga) })
        #expect(try repository.git(["log", "-1", "--format=%B"]).contains("Meta-Issue-Event: revert"))
        // A revert of the revert brings the code back, and the verdict with it.
        try repository.git(["revert", "--no-edit", "main~1"])
        #expect(try attempt(repository).integration.state == "reapplied")
        #expect(try attempt(repository).verdict.value == "pending")
        try repository.metaissue("revert-attempt", "1")
        #expect(!repository.exists("cache.py"))
        #expect(try attempt(repository).integration.state == "reverted")
        try repository.refuses("revert-attempt", "1", saying: "was taken back already")
    }

    @Test func withHooksTheRecordIsWrittenOnce() throws {
        let repository = try landed(by: "merge", hooks: true)
        let before = try repository.git(["rev-parse", "main"])
        try repository.metaissue("revert-attempt", "1", "--reason", "too slow")
        try expectTakenBack(repository)
        #expect(try repository.git(["rev-list", "--count", "\(before)..main"]) == "2")
    }

    @Test(arguments: ["merge", "rebase"])
    func whatIsLeftAfterAPartialRevertIsTakenBack(how: String) throws {
        let repository = try landed(by: how)
        if how == "merge" {
            try repository.git(["rm", "-q", "metrics.py"])
            try repository.commit("No metrics")
        } else {
            let last = try repository.git(["log", "-1", "--format=%H", "--grep=^Work 2"])
            try repository.git(["revert", "--no-edit", last])
        }
        try repository.metaissue("revert-attempt", "1")
        try expectTakenBack(repository)
    }

    @Test func laterWorkInTheSameFileStays() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let text = (1...40).map { "line_\($0) = \($0)\n" }
        try repository.write("app.py", text.joined())
        try repository.commit("Forty lines")
        try repository.metaissue("start-attempt", "Caching Layer")
        try repository.edit("app.py", "line_5 = 5\n", "line_5 = cached(5)\nline_5b = cached(5)\nline_5c = cached(5)\n")
        try repository.commit("Cache")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", Self.branch])
        try repository.edit("app.py", "line_30 = 30", "line_30 = 31")
        try repository.commit("Thirty")
        try repository.metaissue("revert-attempt", "1")
        #expect(
            try repository.read("app.py")
                == text.joined().replacingOccurrences(of: "line_30 = 30", with: "line_30 = 31"))
        #expect(try attempt(repository).integration.state == "reverted")
    }

    // MARK: Conflicts

    /// A landed attempt whose line somebody changed since.
    private func conflicting() throws -> TestRepository {
        let repository = try landed(by: "merge")
        try repository.edit("cache.py", "cache_2 = 2", "cache_2 = 22")
        try repository.commit("Tuned since")
        return repository
    }

    @Test func conflictsAreHandedOverAndTakenBackByAbort() throws {
        let repository = try conflicting()
        let before = try repository.state
        let outcome = try repository.tryMetaissue("revert-attempt", "1", "--reason", "too slow")
        #expect(outcome.status == 1 && outcome.output == "")
        #expect(outcome.complaint.hasPrefix("error: taking back "))
        #expect(outcome.complaint.contains("conflicts in: cache.py"))
        #expect(outcome.complaint.contains("--continue") && outcome.complaint.contains("--abort"))
        #expect(repository.exists(".git/REVERT_HEAD"))
        // The record is as it was; only the code is in conflict.
        #expect(try repository.git(["status", "--porcelain", "--", TestRepository.saga]) == "")
        for arguments in [["revert-attempt", "1"], ["sync", "--commit"], ["start-attempt", "Next"]] {
            let other = try repository.run(TestRepository.binary, arguments)
            #expect(other.status == 128 && other.complaint.contains("the revert of attempt 001 waits for you"))
        }
        #expect(try repository.tryMetaissue("status").status == 0)
        let early = try repository.tryMetaissue("revert-attempt", "--continue")
        #expect(early.status == 128 && early.complaint.contains("conflicts are not resolved in: cache.py"))
        try repository.metaissue("revert-attempt", "--abort")
        #expect(try repository.state.differences(from: before) == [])
        #expect(!repository.exists(".git/REVERT_HEAD"))
        try repository.refuses("revert-attempt", "--abort", saying: "no attempt is being taken back")
        try repository.refuses("revert-attempt", "--continue", saying: "no attempt is being taken back")
    }

    @Test func aResolvedConflictIsContinued() throws {
        let repository = try conflicting()
        #expect(try repository.tryMetaissue("revert-attempt", "1", "--reason", "too slow").status == 1)
        try repository.git(["rm", "-q", "cache.py"])
        try repository.metaissue("revert-attempt", "--continue")
        try expectTakenBack(repository)
        #expect(try attempt(repository).verdict.reason?.hasSuffix(": too slow") == true)
        #expect(try repository.git(["log", "-1", "--format=%s", "main~1"]) == "Revert attempt 001 (Caching Layer)")
    }

    @Test func aConflictInTheMiddleOfSeveralCommitsIsContinuedToTheEnd() throws {
        let repository = try landed(by: "cherry-pick")
        try repository.edit("metrics.py", "metri_1 = 1", "metri_1 = 11")
        try repository.commit("Tuned since")
        #expect(try repository.tryMetaissue("revert-attempt", "1").complaint.contains("conflicts in: metrics.py"))
        try repository.git(["rm", "-q", "metrics.py"])
        try repository.metaissue("revert-attempt", "--continue")
        try expectTakenBack(repository)
    }

    @Test(arguments: [["commit", "--no-edit", "-q"], ["revert", "--continue"]])
    func aResolutionThatIsCommittedByHandIsRecordedByTheNextCommand(ending: [String]) throws {
        let repository = try conflicting()
        #expect(try repository.tryMetaissue("revert-attempt", "1", "--reason", "too slow").status == 1)
        try repository.git(["rm", "-q", "cache.py"])
        try repository.git(ending)
        try repository.metaissue("sync", "--commit")
        try expectTakenBack(repository)
        #expect(try attempt(repository).verdict.reason?.hasSuffix(": too slow") == true)
    }

    @Test func aConflictThatWasGivenUpByHandIsForgotten() throws {
        let repository = try conflicting()
        #expect(try repository.tryMetaissue("revert-attempt", "1").status == 1)
        try repository.git(["reset", "-q", "--merge"])
        try repository.metaissue("sync", "--commit")
        #expect(!repository.exists(".git/metaissue/operation"))
        #expect(try attempt(repository).integration.state != "reverted")
    }

    // MARK: Refusals

    @Test func whatHasNotLandedForSureIsRefused() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py", commits: 1)
        try repository.refuses("revert-attempt", "1", saying: "is not on main: in-progress")
        try repository.refuses("revert-attempt", "2", saying: "there is no attempt 002")
        let line = try repository.git(["show", "\(branch):cache.py"])
        repository.variables["GIT_AUTHOR_NAME"] = "Bob Builder"
        repository.variables["GIT_AUTHOR_EMAIL"] = "bob@example.org"
        try repository.write("cache.py", line + "\n")
        try repository.commit("Speed up")
        try repository.refuses("revert-attempt", "1", saying: "needs a look: git metaissue show 1")
        for arguments in [[], ["1", "--abort"], ["--continue", "--abort"], ["--continue", "--reason", "x"], ["x"]] {
            #expect(try repository.run(TestRepository.binary, ["revert-attempt"] + arguments).status == 129)
        }
    }

    @Test func aWorkTreeThatIsNotReadyIsRefused() throws {
        let repository = try landed(by: "merge")
        try repository.append("later.py", "half = 1\n")
        try repository.refuses("revert-attempt", "1", saying: "uncommitted changes")
        try repository.git(["add", "later.py"])
        try repository.refuses("revert-attempt", "1", saying: "uncommitted changes")
        try repository.git(["reset", "-q", "--hard"])
        try repository.git(["switch", "-q", Self.branch])
        try repository.refuses("revert-attempt", "1", saying: "main is not checked out")
        try repository.git(["switch", "-q", "--detach", "main"])
        try repository.refuses("revert-attempt", "1", saying: "git switch main")
        let other = repository.world.appendingPathComponent("linked")
        try repository.git(["worktree", "add", "-q", other.path, "main"])
        try repository.refuses("revert-attempt", "1", saying: "git -C \(other.path) metaissue revert-attempt 1")
        try repository.at(other).metaissue("revert-attempt", "1")
        #expect(try repository.at(other).git(["status", "--porcelain"]) == "")
        #expect(!repository.at(other).exists("cache.py"))
        let bare = try repository.clone("bare", options: ["--bare"])
        try bare.refuses("revert-attempt", "1")
    }

    @Test func anOperationInProgressIsRefused() throws {
        let repository = try landed(by: "merge")
        try repository.git(["bisect", "start", "HEAD", "HEAD~2"])
        try repository.refuses("revert-attempt", "1", saying: "a bisect is in progress")
    }

    @Test func anUntrackedFileInTheWayStays() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("start-attempt", "Caching Layer")
        try repository.git(["rm", "-q", "app.py"])
        try repository.write("cache.py", "a = 1\nb = 2\nc = 3\n")
        try repository.commit("Instead of the app")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", Self.branch])
        try repository.write("app.py", "mine\n")
        try repository.refuses("revert-attempt", "1", saying: "would overwrite files")
        #expect(try repository.read("app.py") == "mine\n")
    }

    @Test func aLandingThatBroughtAnotherAttemptTooIsRefused() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let first = try repository.attempt("Caching Layer", file: "a.py")
        let second = try repository.attempt("Pooling", file: "b.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", first, second])
        try repository.refuses("revert-attempt", "1", saying: "brought in attempt 002 of slow-service too")
    }

    @Test func aRecordThatLeadsOutOfTheTreeIsRefusedBeforeAnythingIsDone() throws {
        let repository = try landed(by: "merge")
        let away = repository.world.appendingPathComponent("away")
        let place = repository.root.appendingPathComponent(TestRepository.saga)
        try FileManager.default.moveItem(at: place, to: away)
        try FileManager.default.createSymbolicLink(at: place, withDestinationURL: away)
        try repository.refuses("revert-attempt", "1", saying: "symbolic link")
    }

    @Test func aRecordThatCannotBeWrittenIsFinishedLater() throws {
        let repository = try landed(by: "merge")
        let hub = repository.root.appendingPathComponent("\(TestRepository.saga)/README.md").path
        guard try repository.run("/usr/bin/chattr", ["+i", hub]).status == 0 else {
            print("skipped: this file system has no immutable files")
            return
        }
        let outcome = try repository.tryMetaissue("revert-attempt", "1", "--reason", "too slow")
        _ = try repository.run("/usr/bin/chattr", ["-i", hub])
        #expect(outcome.status == 128 && outcome.complaint.contains("was taken back in "))
        #expect(outcome.complaint.contains("git metaissue revert-attempt 001"))
        try repository.metaissue("revert-attempt", "1")
        try expectTakenBack(repository)
        #expect(try attempt(repository).verdict.reason?.hasSuffix(": too slow") == true)
    }

    // MARK: Texts and line endings

    @Test func hostileReasonsStayReasons() throws {
        let repository = try landed(by: "squash")
        let reason =
            "$(touch pwned) | <b> ) landed (\u{1b}[31m\u{202e}\n\nThis reverts commit \(String(repeating: "0", count: 40))."
        try repository.metaissue("revert-attempt", "1", "--reason", reason)
        try expectTakenBack(repository)
        #expect(!repository.exists("pwned"))
        for text in [try repository.log, try repository.metaissue("show", "1"), try repository.metaissue("status")] {
            #expect(!text.contains("\u{1b}") && !text.contains("\u{202e}"))
        }
        #expect(!(try repository.log.contains("<b>")))
        let rows = try repository.log.split(separator: "\n").filter {
            $0.contains("Attempt 001") && $0.hasPrefix("| 20")
        }
        #expect(rows.count == 3)
    }

    @Test func filesWithOtherLineEndingsComeBackAsTheyWere() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.write(".gitattributes", "*.txt text eol=crlf\n")
        try repository.write("notes.txt", "one\r\ntwo\r\n")
        try repository.commit("Notes")
        try repository.metaissue("start-attempt", "Caching Layer")
        try repository.write("notes.txt", "one\r\n2\r\nthree\r\nfour\r\nfive\r\n")
        try repository.commit("Change the notes")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", Self.branch])
        try repository.metaissue("revert-attempt", "1")
        #expect(try repository.read("notes.txt") == "one\r\ntwo\r\n")
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }
}
