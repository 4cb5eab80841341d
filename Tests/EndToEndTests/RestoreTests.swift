import Foundation
import Testing

/// What people wrote about an attempt outlives its reversal; what went away otherwise is reported, and a command brings
/// it back or settles it.
@Suite struct RestoreTests {
    private static let folder = "\(TestRepository.saga)/attempts/001-caching"

    enum Landing: String, CaseIterable {
        case merge, squash, rebase, fastForward
    }

    /// A saga with one attempt whose folder and section hold a person's words, landed and reverted with plain git.
    private func reverted(_ landing: Landing, record: String) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", record])
        try repository.git(["switch", "-q", branch])
        try repository.append("\(Self.folder)/attempt-results.md", "\nWords on the branch.\n")
        try repository.commit("Results of caching")
        try repository.git(["switch", "-q", "main"])
        if landing != .fastForward {
            try repository.write("other.py", "other = 1\n")
            try repository.commit("Meanwhile")
        }
        let before = try repository.git(["rev-parse", "HEAD"])
        switch landing {
        case .merge: try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        case .squash:
            try repository.git(["merge", "-q", "--squash", branch])
            try repository.git(["commit", "-q", "-m", "Caching (#1)"])
        case .rebase:
            try repository.git(["rebase", "-q", "main", branch])
            try repository.git(["switch", "-q", "main"])
            try repository.git(["merge", "-q", "--ff-only", branch])
        case .fastForward: try repository.git(["merge", "-q", "--ff-only", branch])
        }
        let landed = try repository.git(["rev-parse", "HEAD"])
        try repository.metaissue("sync", "--commit")
        try repository.edit(
            "\(TestRepository.saga)/implementation-log.md", "## Attempt 001: Caching\n",
            "## Attempt 001: Caching\n\nWords in the log.\n")
        try repository.commit("A person's words in the log")
        switch landing {
        case .merge: try repository.git(["revert", "--no-edit", "-m", "1", landed])
        case .squash: try repository.git(["revert", "--no-edit", landed])
        case .rebase, .fastForward: try repository.git(["revert", "--no-edit", "\(before)..\(landed)"])
        }
        return repository
    }

    @Test(arguments: Landing.allCases, ["mainline", "branch"])
    func whatARevertRemovesComesBackAsItStood(landing: Landing, record: String) throws {
        let repository = try reverted(landing, record: record)
        try repository.metaissue("sync", "--commit")
        let log = try repository.log
        #expect(log.contains("Words in the log."))
        #expect(try repository.read("\(Self.folder)/attempt-results.md").contains("Words on the branch."))
        #expect(repository.exists("\(Self.folder)/solution-approach.md"))
        #expect(try repository.hub.contains("| [001](./attempts/001-caching/) |"))
        #expect(log.components(separatedBy: "\n## Attempt 001").count == 2)
        #expect(!repository.exists("cache.py"))
        #expect(try repository.status().sagas.first?.attempts.first?.integration.state == "reverted")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try !repository.metaissue("sync").contains("git metaissue restore"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    /// An attempt whose branch wrote in the saga's description and wherever `write` does, merged, and its revert under way.
    private func revertingFindings(_ write: (TestRepository) throws -> Void) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py")
        try repository.git(["switch", "-q", branch])
        try repository.append("\(TestRepository.saga)/description.md", "\nWe now believe it is the network.\n")
        try write(repository)
        try repository.commit("Findings")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.metaissue("sync", "--commit")
        try repository.git(["revert", "--no-commit", "-m", "1", try repository.lastMerge()])
        return repository
    }

    @Test func whatSomebodyWroteInTheRevertingCommitStays() throws {
        let repository = try revertingFindings { repository in
            try repository.append("\(Self.folder)/attempt-results.md", "\nMeasured: 85 %.\n")
        }
        let description = "\(TestRepository.saga)/description.md"
        let head = try repository.read(description)
        try repository.write(description, "Why it was reverted.\n" + head)
        try repository.write(
            "\(Self.folder)/attempt-results.md",
            "Seen on the day it was reverted.\n" + (try repository.read("\(Self.folder)/attempt-results.md")))
        try repository.commit("Revert, and say why")
        try repository.metaissue("sync", "--commit")
        let words = try repository.read(description)
        #expect(words.hasPrefix("Why it was reverted.\n") && words.hasSuffix("\nWe now believe it is the network.\n"))
        let results = try repository.read("\(Self.folder)/attempt-results.md")
        #expect(results.hasPrefix("Seen on the day it was reverted.\n") && results.hasSuffix("\nMeasured: 85 %.\n"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func whatItsBranchWroteInTheOtherDocumentsComesBackToo() throws {
        let description = "\(TestRepository.saga)/description.md"
        let notes = "\(TestRepository.saga)/notes.md"
        let cases = "\(TestRepository.saga)/test-cases.md"
        let repository = try revertingFindings { repository in
            try repository.append(cases, "\n- p99 under load\n")
            try repository.write(notes, "# Notes\n")
            try repository.write("\(TestRepository.saga)/plot.py", "plot = 1\n")
        }
        try repository.commit("Take it back")
        try repository.append(cases, "\n- written since\n")
        try repository.commit("Another case")
        let since = try repository.read(cases)
        try repository.metaissue("sync", "--commit")
        #expect(try repository.read(description).contains("We now believe it is the network."))
        #expect(try repository.read(notes) == "# Notes\n")
        #expect(try repository.read(cases) == since, "whoever touched it since has decided")
        #expect(!repository.exists("\(TestRepository.saga)/plot.py") && !repository.exists("cache.py"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    /// An attempt whose record is on its branch, fast-forwarded to the mainline; the branch then went on, and what
    /// landed was taken back commit by commit.
    private func wentOn(with file: String, rebasedOnOthersWork: Bool = false) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", "branch"])
        let before = try repository.git(["rev-parse", "HEAD"])
        try repository.git(["merge", "-q", "--ff-only", branch])
        let landed = try repository.git(["rev-parse", "HEAD"])
        if rebasedOnOthersWork {
            repository.variables = ["GIT_AUTHOR_EMAIL": "bob@example.org"]
            try repository.write("other.py", "other = 1\n")
            try repository.commit("Somebody else's")
            repository.variables = [:]
        }
        try repository.git(["switch", "-q", branch])
        try repository.write(file, "\nMore words.\n")
        try repository.commit("More")
        if rebasedOnOthersWork { try repository.git(["rebase", "-q", "main"]) }
        try repository.git(["switch", "-q", "main"])
        try repository.git(["tag", "before", before])
        try repository.git(["tag", "landed", landed])
        return repository
    }

    @Test(arguments: [("\(Self.folder)/notes.md", "landed", 3), ("more.py", "partly-landed", 4)])
    func aBranchThatWentOnAfterAFastForwardHasLanded(file: String, state: String, commits: Int) throws {
        let repository = try wentOn(with: file)
        try repository.metaissue("sync", "--commit")
        var attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == state && attempt.commits == commits)
        #expect(attempt.integration.how == "fast-forward")
        #expect(try attempt.integration.landings.map(\.commit) == [repository.git(["rev-parse", "landed"])])
        try repository.git(["revert", "--no-edit", "before..landed"])
        #expect(!repository.exists("\(Self.folder)/solution-approach.md"))
        try repository.metaissue("sync", "--commit")
        attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == "reverted")
        #expect(repository.exists("\(Self.folder)/solution-approach.md") && !repository.exists("cache.py"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aLandingBroughtInAgainAndTakenBackOnceMoreKeepsItsRecord() throws {
        let repository = try wentOn(with: "more.py")
        for isThere in [false, true, false] {
            try repository.git(["tag", "-f", "start", "HEAD"])
            try repository.git(["revert", "--no-edit", "before..landed"])
            #expect(repository.exists("\(Self.folder)/solution-approach.md") == isThere)
            try repository.git(["tag", "-f", "before", "start"])
            try repository.git(["tag", "-f", "landed", "HEAD"])
        }
        try repository.metaissue("sync", "--commit")
        #expect(try repository.status().sagas.first?.attempts.first?.integration.state == "reverted")
        #expect(repository.exists("\(Self.folder)/solution-approach.md") && !repository.exists("cache.py"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    /// An attempt whose record began on the mainline, rebased, fast-forwarded and gone on before anything was recorded:
    /// nothing tells that it landed. Its commits are then reverted one by one.
    private func unknownLanding(code: Bool = true) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt(
            "Caching", file: "cache.py", commits: 1, extra: ["--record", "mainline"])
        try repository.git(["switch", "-q", branch])
        for words in ["First words.", "Second words."] {
            try repository.append("\(Self.folder)/attempt-results.md", "\n\(words)\n")
            try repository.commit("Results")
        }
        try repository.git(["switch", "-q", "main"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Somebody else's")
        try repository.git(["rebase", "-q", "main", branch])
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--ff-only", branch])
        try repository.git(["switch", "-q", branch])
        try repository.write("more.py", "more = 1\n")
        try repository.commit("More")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["revert", "--no-edit", code ? "main~3..main" : "main~2..main"])
        return repository
    }

    @Test func aRecordThatWentWithARevertIsReportedWhereNothingTellsThatItLanded() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", commits: 1, extra: ["--record", "branch"])
        try repository.git(["merge", "-q", "--squash", branch])
        try repository.git(["commit", "-q", "-m", "Ship it"])
        let landed = try repository.git(["rev-parse", "HEAD"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Somebody else's")
        // git makes no commit again that the mainline has: the branch has nothing of its own any more.
        try repository.git(["rebase", "-q", "main", branch])
        #expect(try repository.git(["rev-parse", branch]) == repository.git(["rev-parse", "main"]))
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("sync", "--commit")
        try repository.git(["revert", "--no-edit", landed])
        let said = try repository.metaissue("sync", "--commit")
        #expect(said.contains("attempt 001: its folder went away in "))
        #expect(said.contains("git metaissue restore 001") && said.contains("git metaissue forget 001"))
        try repository.metaissue("restore", "1")
        #expect(repository.exists("\(Self.folder)/solution-approach.md") && !repository.exists("cache.py"))
        #expect(try !repository.metaissue("sync", "--commit").contains("went away"))
        try repository.git(["reset", "-q", "--hard", "HEAD~1"])
        try repository.metaissue("forget", "1")
        #expect(try !repository.metaissue("sync", "--commit").contains("went away"))
    }

    @Test func aFolderThatWasAllThatToldOfAnAttemptIsReportedAfterARevert() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let branch = try origin.attempt("Caching", file: "cache.py", extra: ["--record", "branch"])
        try origin.git(["merge", "-q", "--squash", branch])
        try origin.git(["commit", "-q", "-m", "Ship it"])
        let clone = try origin.clone("colleague", options: ["--single-branch", "--branch", "main", "--no-tags"])
        try clone.git(["revert", "--no-edit", "HEAD"])
        for _ in 1...2 {
            let said = try clone.metaissue("sync", "--commit")
            #expect(said.contains("attempt 001: its folder went away in "))
            #expect(said.contains("git metaissue restore 001") && said.contains("git metaissue forget 001"))
        }
        let before = try clone.git(["rev-parse", "HEAD"])
        try clone.metaissue("forget", "1")
        #expect(try !clone.metaissue("sync", "--commit").contains("went away"))
        try clone.git(["reset", "-q", "--hard", before])
        try clone.metaissue("restore", "1")
        #expect(clone.exists("\(Self.folder)/solution-approach.md") && !clone.exists("cache.py"))
        #expect(try !clone.metaissue("sync", "--commit").contains("went away"))
        // Who takes documents alone back, or takes the folder out by hand, means it.
        try clone.git(["rm", "-q", "-r", Self.folder])
        try clone.commit("No plans")
        #expect(try !clone.metaissue("sync", "--commit").contains("went away in \(before.prefix(12))"))
    }

    @Test func whatSomebodyForgetsAfterARevertStaysAway() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", "branch"])
        try repository.git(["merge", "-q", "--squash", branch])
        try repository.git(["commit", "-q", "-m", "Caching"])
        try repository.git(["revert", "--no-edit", "HEAD"])
        #expect(!repository.exists(Self.folder) && !repository.exists("cache.py"))
        try repository.metaissue("forget", "1")
        for _ in 1...2 {
            #expect(!repository.exists(Self.folder))
            #expect(try !repository.log.contains("## Attempt 001"))
            try repository.metaissue("sync", "--commit")
        }
    }

    @Test func wordsThatARevertTookAreReportedWhereNothingTellsThatItWasALanding() throws {
        let repository = try unknownLanding()
        #expect(try repository.status().sagas.first?.attempts.first?.integration.state == "in-progress")
        let said = try repository.metaissue("sync", "--commit")
        #expect(said.contains("attempt 001: what was written in 001-caching/attempt-results.md went away in "))
        #expect(said.contains("git metaissue restore 001  # brings it back"))
        #expect(try !repository.read("\(Self.folder)/attempt-results.md").contains("words."))
        let restored = try repository.metaissue("restore", "1")
        #expect(restored.contains("001-caching/attempt-results.md from before "))
        let text = try repository.read("\(Self.folder)/attempt-results.md")
        #expect(text.contains("First words.") && text.contains("Second words."))
        #expect(try !repository.metaissue("sync").contains("went away"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        // A person who takes them out again means it.
        try repository.write("\(Self.folder)/attempt-results.md", "No words.\n")
        try repository.commit("No words")
        #expect(try !repository.metaissue("sync").contains("went away"))
    }

    @Test func wordsOfAnAttemptThatOnlyItsStartTellsOfAreReportedToo() throws {
        let repository = try unknownLanding()
        try repository.edit(
            "\(TestRepository.saga)/implementation-log.md", "- **Branch:** `perf-attempt-001-caching`\n", "")
        try repository.commit("No branch any more")
        try repository.git(["branch", "-q", "-D", "perf-attempt-001-caching"])
        try repository.git(["update-ref", "-d", "refs/metaissue/slow-service/001"])
        #expect(try repository.metaissue("sync").contains("attempt-results.md went away in "))
    }

    @Test func whoeverRevertsDocumentsAloneMeansIt() throws {
        let repository = try unknownLanding(code: false)
        #expect(try !repository.read("\(Self.folder)/attempt-results.md").contains("words."))
        #expect(try !repository.metaissue("sync").contains("went away"))
    }

    @Test(arguments: ["blob:none", "tree:0"])
    func aPartialCloneThatLacksTheWordsSaysNothingOfThem(filter: String) throws {
        let origin = try unknownLanding()
        try origin.git(["config", "uploadpack.allowFilter", "true"])
        let clone = try origin.clone("partial", options: ["--filter=\(filter)"])
        try clone.git(["config", "remote.origin.url", "file:///nowhere"])
        for command in ["status", "brief", "show"] {
            let outcome = try clone.run(TestRepository.binary, [command] + (command == "show" ? ["1"] : []))
            #expect(outcome.status == 0, "\(command): \(outcome.complaint)")
        }
        let said = try clone.tryMetaissue("sync")
        #expect(said.status == 0 && !said.output.contains("went away"), "\(said.output)\(said.complaint)")
    }

    @Test func aRevertOfDocumentsAloneAfterOneOfCodeToo() throws {
        let repository = try unknownLanding()
        try repository.metaissue("restore", "1")
        try repository.git(["revert", "--no-edit", "HEAD"])
        #expect(try !repository.read("\(Self.folder)/attempt-results.md").contains("words."))
        #expect(try !repository.metaissue("sync").contains("went away"), "whoever took the restoring back meant it")
    }

    @Test func theKeptSurveySeesARevertOfTheRecord() throws {
        let repository = try unknownLanding(code: false)
        try repository.git(["reset", "-q", "--hard", "main~2"])
        #expect(try !repository.metaissue("sync", "--commit").contains("went away"))
        try repository.git(["revert", "--no-edit", "--no-commit", "main~2..main"])
        try repository.write("app.py", "def handle(request):\n    return None\n")
        try repository.commit("Revert \"Results\"\n\nAnd what else that brought.")
        #expect(try repository.metaissue("sync").contains("attempt-results.md went away in "))
    }

    @Test func othersWorkBelowARebasedBranchIsNotItsOwn() throws {
        let repository = try wentOn(with: "more.py", rebasedOnOthersWork: true)
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == "in-progress" && attempt.commits == 1)
        // Nor where the record began on the mainline.
        let other = try TestRepository()
        try other.makeSaga(hooks: false)
        let branch = try other.attempt("Caching", file: "cache.py", extra: ["--record", "mainline"])
        try other.write("other.py", "other = 1\n")
        try other.commit("Somebody else's")
        try other.git(["rebase", "-q", "main", branch])
        try other.write("more.py", "more = 1\n")
        try other.commit("More")
        let open = try #require(try other.status().sagas.first?.attempts.first)
        #expect(open.integration.state == "in-progress" && open.commits == 4)
    }

    /// One attempt on the mainline with a person's words in folder and section.
    private func recorded() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching", file: "cache.py")
        try repository.append("\(Self.folder)/attempt-results.md", "\nWords in the folder.\n")
        try repository.edit(
            "\(TestRepository.saga)/implementation-log.md", "## Attempt 001: Caching\n",
            "## Attempt 001: Caching\n\nWords in the log.\n")
        try repository.commit("Words")
        return repository
    }

    private func expectWhole(_ repository: TestRepository, location: SourceLocation = #_sourceLocation) throws {
        #expect(try repository.log.contains("Words in the log."), sourceLocation: location)
        #expect(
            try repository.read("\(Self.folder)/attempt-results.md").contains("Words in the folder."),
            sourceLocation: location)
        #expect(try repository.hub.contains("| [001](./attempts/001-caching/) |"), sourceLocation: location)
        #expect(try repository.git(["status", "--porcelain"]) == "", sourceLocation: location)
        try repository.metaissue("sync", "--commit")
        #expect(try repository.log.contains("Words in the log."), sourceLocation: location)
        #expect(try repository.tryMetaissue("sync", "--check").status == 0, sourceLocation: location)
    }

    /// Removes folder, section and rows, as a person may, in one commit.
    private func remove(_ repository: TestRepository, message: String = "Away with it") throws {
        let before = try repository.git(["log", "-1", "--format=%H", "--grep=start attempt 001"])
        for name in ["README.md", "implementation-log.md"] {
            try repository.write(
                "\(TestRepository.saga)/\(name)",
                try repository.git(["show", "\(before)^:\(TestRepository.saga)/\(name)"]) + "\n")
        }
        try repository.git(["rm", "-rq", Self.folder])
        try repository.commit(message)
    }

    @Test func whatAPersonRemovedIsReportedAndStaysAwayUntilAskedFor() throws {
        let repository = try recorded()
        try remove(repository)
        let removal = try repository.git(["rev-parse", "--short=12", "HEAD"])
        let said = try repository.metaissue("sync")
        #expect(said.contains("attempt 001: its folder and section and row went away in \(removal)"))
        #expect(said.contains("git metaissue restore 001") && said.contains("git metaissue forget 001"))
        #expect(!repository.exists(Self.folder))
        #expect(try !repository.log.contains("## Attempt 001"))
        let restored = try repository.metaissue("restore", "1")
        #expect(restored.contains("folder and section and row from"))
        try expectWhole(repository)
        #expect(try !repository.metaissue("sync").contains("git metaissue restore"))
        #expect(try repository.metaissue("restore", "1").contains("nothing is missing, the record says so already"))
    }

    @Test func anUndoneStartIsReported() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.metaissue("start-attempt", "Caching", "--no-switch")
        try repository.git(["revert", "--no-edit", "HEAD"])
        #expect(!repository.exists(Self.folder))
        let said = try repository.metaissue("sync")
        #expect(said.contains("git metaissue restore 001"))
        #expect(!repository.exists(Self.folder))
    }

    @Test func aSectionThatWasRemovedIsNotMadeAnewFromATemplate() throws {
        let repository = try recorded()
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", "perf-attempt-001-caching"])
        try repository.metaissue("sync", "--commit")
        let log = try repository.log
        let start = try #require(log.range(of: "## Attempt 001")?.lowerBound)
        let end = try #require(log.range(of: "\n## ", range: log.index(after: start)..<log.endIndex)?.lowerBound)
        try repository.write(
            "\(TestRepository.saga)/implementation-log.md", String(log[..<start] + log[log.index(after: end)...]))
        try repository.commit("Without its section")
        let said = try repository.metaissue("sync")
        #expect(said.contains("attempt 001: its section went away in"))
        #expect(try !repository.log.contains("## Attempt 001"))
        try repository.metaissue("restore", "1")
        try expectWhole(repository)
    }

    @Test func whatIsForgottenIsReportedNoMoreAndItsNumberStaysTaken() throws {
        let repository = try recorded()
        try remove(repository)
        let said = try repository.metaissue("forget", "1", "--reason", "Never | meant <it>\nreally")
        #expect(said.contains("Attempt 001 (Caching): forgotten, recorded in"))
        #expect(try !repository.metaissue("sync").contains("001"))
        #expect(try repository.status().sagas.first?.attempts.isEmpty == true)
        #expect(
            try repository.read("\(TestRepository.saga)/.metaissue").contains("reason = Never | meant <it> really"))
        #expect(try repository.metaissue("forget", "1").contains("the record says so already"))
        // Branch, anchor and history may go as well.
        try repository.git(["branch", "-D", "perf-attempt-001-caching"])
        try repository.git(["update-ref", "-d", "refs/metaissue/slow-service/001"])
        #expect(try repository.metaissue("start-attempt", "Pooling", "--no-switch").hasPrefix("Attempt 002"))
        let shown = try repository.tryMetaissue("show", "1")
        #expect(shown.status == 128)
        #expect(try repository.tryMetaissue("verdict", "1", "failed").status == 128)
        // It is only forgotten, not lost.
        try repository.metaissue("restore", "1")
        try expectWhole(repository)
        #expect(try !repository.read("\(TestRepository.saga)/.metaissue").contains("forgotten"))
    }

    /// A mainline that was rewritten without a landed attempt's record, and a clone that fetched it.
    private func rewritten() throws -> (repository: TestRepository, copy: TestRepository) {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let start = try repository.git(["rev-parse", "HEAD"])
        _ = try repository.attempt("Caching", file: "cache.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", "perf-attempt-001-caching"])
        try repository.metaissue("sync", "--commit")
        try repository.append("\(Self.folder)/attempt-results.md", "\nWords in the folder.\n")
        try repository.edit(
            "\(TestRepository.saga)/implementation-log.md", "## Attempt 001: Caching\n",
            "## Attempt 001: Caching\n\nWords in the log.\n")
        try repository.commit("Words")
        let copy = try repository.clone()
        try repository.git(["reset", "-q", "--hard", start])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Another mainline")
        try copy.git(["fetch", "-q"])
        try copy.git(["reset", "-q", "--hard", "origin/main"])
        return (repository, copy)
    }

    @Test func whatARewrittenMainlineDroppedComesBackAsItStood() throws {
        let (repository, copy) = try rewritten()
        #expect(try repository.metaissue("sync").contains("a reversal or a rewritten mainline removed"))
        // What a person goes on to write into what came back is theirs.
        try repository.append("\(Self.folder)/attempt-results.md", "And more.\n")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        for clone in [repository, copy] {
            try clone.metaissue("sync", "--commit")
            #expect(try clone.git(["show", "HEAD:\(Self.folder)/attempt-results.md"]).contains("Words in the folder."))
            if clone === repository {
                #expect(try clone.read("\(Self.folder)/attempt-results.md").hasSuffix("And more.\n"))
                try clone.commit("More words")
            }
            try expectWhole(clone)
            #expect(try !clone.metaissue("sync").contains("went away"))
            #expect(try clone.log.components(separatedBy: "\n## Attempt ").count == 2)
        }
    }

    @Test func whatWasForgottenOrNeverBegunStaysDropped() throws {
        let (repository, _) = try rewritten()
        #expect(try repository.tryMetaissue("sync", "--check").status == 1)
        try repository.metaissue("forget", "1", "--reason", "Not that")
        try repository.metaissue("sync", "--commit")
        #expect(!repository.exists(Self.folder))
        #expect(try !repository.log.contains("Words in the log."))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        // A start that was undone before anything was committed on the branch.
        let before = try repository.git(["rev-parse", "HEAD"])
        try repository.metaissue("start-attempt", "Oops", "--no-switch")
        try repository.git(["reset", "-q", "--hard", before])
        #expect(try repository.metaissue("sync").contains("went away when the mainline was rewritten"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func aBranchThatWroteOnSinceBringsItsRecordItself() throws {
        let (repository, _) = try rewritten()
        try repository.git(["switch", "-q", "perf-attempt-001-caching"])
        try repository.append("\(Self.folder)/attempt-results.md", "\nLater words.\n")
        try repository.commit("Later results")
        try repository.git(["switch", "-q", "main"])
        #expect(try repository.metaissue("sync").contains("went away when the mainline was rewritten"))
        try repository.metaissue("sync", "--commit")
        #expect(!repository.exists(Self.folder))
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", "perf-attempt-001-caching"])
        #expect(try repository.read("\(Self.folder)/attempt-results.md").contains("Later words."))
    }

    @Test func anUndoneLandingOfABranchWithItsOwnRecordLandsAgain() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", "branch"])
        let before = try repository.git(["rev-parse", "HEAD"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.metaissue("sync", "--commit")
        try repository.git(["reset", "-q", "--hard", before])
        #expect(try repository.metaissue("sync", "--commit").contains("went away when the mainline was rewritten"))
        #expect(!repository.exists(Self.folder))
        try repository.git(["switch", "-q", branch])
        try repository.append("\(Self.folder)/attempt-results.md", "\nWords.\n")
        try repository.commit("Results")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.metaissue("sync", "--commit")
        #expect(try repository.read("\(Self.folder)/attempt-results.md").contains("Words."))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func withoutAReflogARewrittenMainlineIsOneThatNeverHadIt() throws {
        let (repository, _) = try rewritten()
        try repository.git(["reflog", "expire", "--expire=now", "--all"])
        #expect(try !repository.metaissue("sync").contains("brought back"))
        #expect(!repository.exists(Self.folder))
        try repository.metaissue("restore", "1")
        #expect(repository.exists("\(Self.folder)/solution-approach.md"))
    }

    @Test func anAttemptComesBackFromItsAnchorWhereTheMainlineNeverHadIt() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", "branch"])
        try repository.metaissue("sync")
        try repository.git(["branch", "-D", branch])
        let said = try repository.metaissue("restore", "1")
        #expect(said.contains("folder from"))
        #expect(repository.exists("\(Self.folder)/solution-approach.md"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func restoringWorksWhereTheMainlineIsCheckedOutElsewhereOrNowhere() throws {
        let repository = try recorded()
        try remove(repository)
        try repository.git(["switch", "-q", "--detach"])
        try repository.metaissue("restore", "1")
        #expect(!repository.exists(Self.folder))
        try repository.git(["switch", "-q", "main"])
        try expectWhole(repository)
        try remove(repository)
        try repository.git(["switch", "-q", "perf-attempt-001-caching"])
        try repository.git(["worktree", "add", "-q", "../elsewhere", "main"])
        try repository.metaissue("restore", "1")
        try expectWhole(repository.at(repository.world.appendingPathComponent("elsewhere")))
    }

    @Test func whatCannotBeFoundAndWhatIsThereAreRefused() throws {
        let repository = try recorded()
        try repository.refuses("restore", "9", saying: "nothing of attempt 009 was found")
        try repository.refuses("forget", "9", saying: "there never was one")
        try repository.refuses("forget", "1", saying: "there is nothing to forget")
        try repository.refuses("restore", "x", status: 129, saying: "is not an attempt's number")
        try repository.refuses("restore", "1", "--saga", "nobody", saying: "there is no saga 'nobody'")
    }

    @Test(arguments: ["attempts", "attempts/001-caching", "implementation-log.md", ".metaissue"])
    func nothingIsWrittenThroughASymbolicLink(name: String) throws {
        let repository = try recorded()
        try remove(repository)
        let outside = repository.world.appendingPathComponent("outside")
        try FileManager.default.createDirectory(at: outside, withIntermediateDirectories: true)
        let target = name.hasSuffix("md") || name.hasPrefix(".") ? outside.appendingPathComponent("file") : outside
        if target != outside { try Data("[x]\n".utf8).write(to: target) }
        let path = repository.root.appendingPathComponent("\(TestRepository.saga)/\(name)")
        try? FileManager.default.removeItem(at: path)
        try FileManager.default.createDirectory(
            at: path.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: path, withDestinationURL: target)
        try repository.commit("A link")
        for command in [["restore", "1"], ["forget", "1"]] {
            let outcome = try repository.run(TestRepository.binary, command)
            #expect(outcome.status == 128, "\(command) said \(outcome.output)")
            #expect(outcome.complaint.contains("symbolic link"))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.path).count <= 1)
        if target != outside { #expect(try String(contentsOf: target, encoding: .utf8) == "[x]\n") }
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }
}
