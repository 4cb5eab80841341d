import Foundation
import Testing

/// A person's word about a landing: kept in the record, followed by status and documents, checked, and taken back.
@Suite struct SettleTests {
    private static let folder = "\(TestRepository.saga)/attempts/001-caching-layer"

    /// A saga with one attempt of one line, and `main` with the same line by somebody else: weak evidence.
    private func weak() throws -> (repository: TestRepository, twin: String) {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching Layer", file: "cache.py", commits: 1)
        let line = try repository.git(["show", "perf-attempt-001-caching-layer:cache.py"])
        repository.variables["GIT_AUTHOR_NAME"] = "Bob Builder"
        repository.variables["GIT_AUTHOR_EMAIL"] = "bob@example.org"
        try repository.write("cache.py", line + "\n")
        let twin = try repository.commit("Speed up")
        repository.variables["GIT_AUTHOR_NAME"] = nil
        repository.variables["GIT_AUTHOR_EMAIL"] = nil
        return (repository, twin)
    }

    private func attempt(_ repository: TestRepository) throws -> Status.Attempt {
        try #require(try repository.status().sagas.first?.attempts.first)
    }

    @Test func weakEvidenceIsListedWithTheCommandThatSettlesIt() throws {
        let (repository, twin) = try weak()
        #expect(try attempt(repository).integration.state == "in-progress")
        let command = "git metaissue settle 001 --landed \(twin.prefix(12))"
        try repository.changesNothing {
            let check = try repository.tryMetaissue("sync", "--check")
            #expect(check.output.contains("attempt 001 needs a look: "))
            #expect(check.output.contains(command))
            #expect(check.output.contains("git metaissue settle 001 --not-landed"))
            #expect(check.output.contains("; 1 attempt needs a look\n"))
        }
        #expect(try repository.metaissue("show", "1").contains("    \(command)\n"))
        #expect(try repository.metaissue("status").contains("needs a look: git metaissue show 001"))
        try repository.metaissue("sync", "--commit")
        #expect(!(try repository.log.contains("landed")))
        // A question alone makes no document stale.
        let check = try repository.tryMetaissue("sync", "--check")
        #expect(check.status == 0 && check.output.contains("up to date; 1 attempt needs a look"))
    }

    @Test func aRevertInWordsAloneNeedsALookUntilThePersonSaysThatItStands() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching Layer", file: "cache.py", commits: 3)
        try repository.git(["merge", "-q", "--squash", "perf-attempt-001-caching-layer"])
        let landing = try repository.commit("Cache")
        try repository.append("cache.py", "and one more\n")
        try repository.commit("Revert \"Cache\"\n\nThis reverts commit \(landing).")
        try repository.metaissue("sync", "--commit")
        #expect(try attempt(repository).integration.state == "landed")
        #expect(try repository.log.contains("Attempt 001 landed ("))
        #expect(try attempt(repository).integration.evidence.last?.certainty == "contradicted")
        let command = "git metaissue settle 001 --landed \(landing.prefix(12))"
        #expect(try repository.metaissue("show", "1").contains("    \(command)\n"))
        #expect(try repository.tryMetaissue("sync", "--check").output.contains("; 1 attempt needs a look\n"))

        try repository.metaissue("settle", "1", "--landed", landing)
        #expect(try repository.tryMetaissue("sync", "--check").output == "slow-service: up to date\n")
    }

    @Test func aSettledLandingIsFollowedAndItsReversalFound() throws {
        let (repository, twin) = try weak()
        let said = try repository.metaissue(
            "settle", "1", "--landed", String(twin.prefix(10)), "--reason", "Bob took  it\nover")
        #expect(said.contains("settled: landed in \(twin.prefix(12)), recorded in "))
        let landed = try attempt(repository)
        #expect(landed.integration.state == "landed")
        #expect(landed.integration.landings.map(\.commit) == [twin])
        let evidence = try #require(landed.integration.evidence.first)
        #expect(evidence.rule == "settled" && evidence.certainty == "strong")
        #expect(evidence.detail.hasPrefix("Ann Author settled on 2024-09-01 that it landed here: Bob took it over"))
        #expect(landed.integration.evidence.contains { $0.certainty == "weak" }, "what history says stays visible")
        #expect(try repository.log.contains("Attempt 001 landed ("))
        #expect(try repository.read("\(Self.folder)/.metaissue").contains("landed = \(twin)"))
        let check = try repository.tryMetaissue("sync", "--check")
        #expect(check.status == 0 && check.output == "slow-service: up to date\n")
        #expect(try repository.git(["status", "--porcelain"]) == "")

        try repository.git(["revert", "--no-edit", twin])
        #expect(try attempt(repository).integration.state == "reverted")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.log.contains("Attempt 001 reverted ("))
        #expect(try repository.log.contains("**Verdict:** ❌ Failed"))
        let shown = try repository.metaissue("show", "1")
        #expect(shown.contains("it landed and was then wholly taken back"))
        #expect(shown.contains("  landed by ") && shown.contains("  reverted in "))
    }

    @Test func theSameWordAgainIsNoNews() throws {
        let (repository, twin) = try weak()
        try repository.metaissue("settle", "1", "--landed", twin)
        try repository.changesNothing {
            let said = try repository.metaissue("settle", "1", "--landed", twin)
            #expect(said.contains("says so already"))
        }
        try repository.metaissue("settle", "1", "--landed", twin, "--reason", "now with a reason")
        #expect(try repository.metaissue("show", "1").contains("landed here: now with a reason"))
    }

    @Test func whatWasSaidCanBeTakenBack() throws {
        let (repository, twin) = try weak()
        try repository.changesNothing {
            let said = try repository.metaissue("settle", "1", "--clear")
            #expect(said.contains("says so already"))
        }
        try repository.metaissue("settle", "1", "--landed", twin)
        try repository.metaissue("settle", "1", "--clear")
        #expect(try attempt(repository).integration.state == "in-progress")
        #expect(!(try repository.read("\(Self.folder)/.metaissue").contains("landed")))
        #expect(try repository.metaissue("show", "1").contains("Needs a look"))
    }

    @Test func notLandedOverrulesWhatHistoryClaimsAndShowsIt() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        let merge = try repository.lastMerge()
        try repository.metaissue("settle", "1", "--not-landed", "--reason", "the merge was a test")
        let found = try attempt(repository)
        #expect(found.integration.state == "in-progress")
        #expect(found.integration.landings.isEmpty && found.integration.how == nil)
        #expect(found.integration.evidence.map(\.rule) == ["settled", "ancestor"])
        let shown = try repository.metaissue("show", "1")
        #expect(shown.contains("settled on 2024-09-01 that it has not landed: the merge was a test"))
        #expect(shown.contains("history alone would say that it landed by merge in \(merge.prefix(12))"))
        #expect(!shown.contains("Needs a look"))
        try repository.metaissue("sync", "--commit")
        #expect(!(try repository.log.contains("Attempt 001 landed")))
        try repository.git(["branch", "-q", "-D", branch])
        #expect(try attempt(repository).integration.state == "abandoned")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0, "a missing branch is no abandonment there")
    }

    @Test func aCommitThatAMergeBroughtStandsForTheMerge() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching Layer", file: "cache.py", commits: 1)
        try repository.git(["switch", "-q", "-c", "release"])
        try repository.write("cache.py", "quite = another\n")
        let inner = try repository.commit("Caching, written anew")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", "release"])
        let merge = try repository.lastMerge()
        let said = try repository.metaissue("settle", "1", "--landed", inner)
        #expect(said.contains("landed in \(merge.prefix(12)), the merge that brought \(inner)"))
        let found = try attempt(repository)
        #expect(found.integration.state == "landed" && found.integration.how == nil)
        #expect(found.integration.landings.map(\.commit) == [merge])
        #expect(try repository.log.contains("Attempt 001 landed (\(merge.prefix(12)))"))
        try repository.git(["revert", "--no-edit", "-m", "1", merge])
        #expect(try attempt(repository).integration.state == "reverted")
    }

    @Test func anAttemptOfWhichNothingIsLeftCanBeSettled() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "-q", "--squash", branch])
        let squash = try repository.commit("Caching")
        let clone = try repository.clone("lone", options: ["--single-branch"])
        #expect(try attempt(clone).integration.state == "unknown")
        #expect(try clone.metaissue("show", "1").contains("settle 001 --landed <commit>"))
        try clone.metaissue("settle", "1", "--landed", squash)
        #expect(try attempt(clone).integration.state == "landed")
        #expect(try attempt(clone).commits == nil)
        try clone.git(["revert", "--no-edit", squash])
        #expect(try attempt(clone).integration.state == "reverted")
        try clone.metaissue("sync", "--commit")
        #expect(try clone.hub.contains("❌ Failed"))
    }

    @Test func whatCannotHaveLandedItIsRefused() throws {
        let (repository, twin) = try weak()
        try repository.refuses("settle", "1", "--landed", "nonsense", saying: "names no commit")
        try repository.refuses("settle", "1", "--landed", "", saying: "names no commit")
        try repository.refuses(
            "settle", "1", "--landed", "perf-attempt-001-caching-layer", saying: "is not on main")
        try repository.refuses("settle", "1", "--landed", "\(twin)~1", saying: "changes nothing besides the record")
        try repository.refuses("settle", "7", "--not-landed", saying: "there is no attempt 007")
    }

    @Test func oneWordIsNeededAndOnlyOne() throws {
        let (repository, twin) = try weak()
        for options in [
            [], ["--landed", twin, "--not-landed"], ["--clear", "--reason", "x"], ["--clear", "--not-landed"],
        ] {
            try repository.changesNothing {
                let outcome = try repository.run(TestRepository.binary, ["settle", "1"] + options)
                #expect(outcome.status == 129, "\(options)")
            }
        }
    }

    @Test func aSettledCommitThatWasRewrittenAwayIsAskedAboutAndNotFollowed() throws {
        let (repository, twin) = try weak()
        try repository.metaissue("settle", "1", "--landed", twin, "--reason", "as Bob says")
        let declared = try repository.read("\(Self.folder)/.metaissue")
        try repository.git(["reset", "-q", "--hard", "\(twin)~1"])
        try repository.write("\(Self.folder)/.metaissue", declared)
        try repository.commit("The word, on a rewritten main")
        try repository.git(["reflog", "expire", "--expire=now", "--all"])
        try repository.git(["gc", "-q", "--prune=now"])
        let found = try attempt(repository)
        #expect(found.integration.state == "in-progress" && found.integration.landings.isEmpty)
        #expect(found.integration.evidence.contains { $0.rule == "settled" && $0.certainty == "weak" })
        let check = try repository.tryMetaissue("sync", "--check")
        #expect(check.output.contains("the mainline does not contain that commit, so this is not followed"))
        #expect(check.output.contains("git metaissue settle 001 --clear"))
        #expect(try repository.metaissue("show", "1").contains("git metaissue settle 001 --clear"))
    }

    @Test func aShallowCloneDoesNotDoubtWhatItCannotSee() throws {
        let (repository, twin) = try weak()
        try repository.metaissue("settle", "1", "--landed", twin)
        for number in 1...3 {
            try repository.write("other.py", "other = \(number)\n")
            try repository.commit("Other \(number)")
        }
        let clone = try repository.clone("shallow", options: ["--depth", "2"])
        #expect(try attempt(clone).integration.state == "unknown")
        let check = try clone.tryMetaissue("sync", "--check")
        #expect(check.status == 0)
        #expect(check.output.contains("this clone does not have that part of the mainline"))
        try clone.refuses("settle", "1", "--landed", twin, saying: "git fetch --unshallow")
    }

    @Test func aWordThatIsOnlyInTheWorkTreeIsNotCommittedBySync() throws {
        let (repository, twin) = try weak()
        let path = "\(Self.folder)/.metaissue"
        try repository.write(path, "[attempt]\r\n\tlanded = \(twin.uppercased()) ; by hand\r\n")
        #expect(try attempt(repository).integration.state == "landed")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.log.contains("Attempt 001 landed"))
        let committed = try repository.git(["show", "main:\(TestRepository.saga)/implementation-log.md"])
        #expect(!committed.contains("Attempt 001 landed"))
        try repository.metaissue("settle", "1", "--not-landed")
        #expect(
            try repository.read(path)
                == "[attempt]\r\n\tlanded = false ; by hand\r\n\tlandedBy = Ann Author\r\n\tlandedOn = 2024-09-01\r\n")
        try repository.write(path, "[attempt]\n\tlanded = 1234567\n")
        try repository.refuses("status", saying: "'1234567' is no landing")
    }

    @Test func theWordIsRecordedWhereTheMainlineIs() throws {
        let (repository, twin) = try weak()
        try repository.git(["switch", "-q", "perf-attempt-001-caching-layer"])
        try repository.write("half.py", "half = 1\n")
        try repository.metaissue("settle", "1", "--landed", twin)
        #expect(try repository.git(["status", "--porcelain"]) == "?? half.py")
        #expect(try attempt(repository).integration.state == "landed")
        let other = repository.world.appendingPathComponent("linked")
        try repository.git(["worktree", "add", "-q", other.path, "main"])
        try repository.metaissue("settle", "1", "--not-landed")
        #expect(try repository.at(other).git(["status", "--porcelain"]) == "")
        #expect(try attempt(repository).integration.state == "in-progress")
        try repository.at(other).append("\(TestRepository.saga)/README.md", "half")
        try repository.refuses("settle", "1", "--clear", saying: "the record has changes there")
    }

    @Test func hostileWordsStayWords() throws {
        let (repository, twin) = try weak()
        repository.variables["GIT_AUTHOR_NAME"] = "Eve \u{1b}[31m | `id` \u{202e}"
        let reason = "$(touch pwned) | <script> \u{1b}]0;x\u{7} \"; # -->\n[attempt]\n\tverdict = success"
        try repository.metaissue("settle", "1", "--landed", twin, "--reason", reason)
        for text in [try repository.metaissue("show", "1"), try repository.metaissue("status"), try repository.log] {
            #expect(!text.contains("\u{1b}") && !text.contains("\u{202e}"))
        }
        #expect(!repository.exists("pwned"))
        let found = try attempt(repository)
        #expect(found.verdict.source == "none" && found.integration.state == "landed")
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }
}
