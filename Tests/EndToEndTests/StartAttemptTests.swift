import Foundation
import Testing

/// `git metaissue start-attempt`.
@Suite struct StartAttemptTests {
    @Test func theStubIsCommittedOnTheMainlineAndTheBranchStartsThere() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue(
            "start-attempt", "Caching Layer", "--hypothesis", "CPU bound", "--approach", "Cache results")
        let branch = "perf-attempt-001-caching-layer"
        #expect(try repository.git(["branch", "--show-current"]) == branch)
        let tips = try ["main", branch, "refs/metaissue/slow-service/001"].map {
            try repository.git(["rev-parse", $0])
        }
        #expect(Set(tips).count == 1)
        let folder = "\(TestRepository.saga)/attempts/001-caching-layer"
        #expect(
            repository.exists("\(folder)/solution-approach.md") && repository.exists("\(folder)/attempt-results.md"))
        let log = try repository.log
        for words in ["## Attempt 001: Caching Layer", "**Hypothesis:** CPU bound", "- **Branch:** `\(branch)`"] {
            #expect(log.contains(words))
        }
        #expect(try repository.hub.contains("[001](./attempts/001-caching-layer/)"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0, "the stub says what history says")
    }

    @Test func theRecordOnTheBranchIsItsFirstCommit() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let main = try repository.git(["rev-parse", "main"])
        try repository.metaissue("start-attempt", "Caching Layer", "--record", "branch")
        #expect(try repository.git(["rev-parse", "main"]) == main)
        #expect(try repository.git(["rev-parse", "HEAD^"]) == main)
        #expect(try repository.git(["diff", "--name-only", "main", "HEAD"]).split(separator: "\n").count == 2)
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == "planned" && attempt.commits == 0)
        #expect(attempt.started == "2024-09-01", "the stub's date until there are commits")
        #expect(attempt.title == "Caching Layer")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func theRecordGoesWhereTheMainlineIsPublishedOrConfigured() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let clone = try origin.clone()
        let main = try clone.git(["rev-parse", "main"])
        try clone.metaissue("start-attempt", "One")
        #expect(try clone.git(["rev-parse", "main"]) == main, "with an upstream: on the branch")
        try clone.git(["config", "metaissue.record", "mainline"])
        try clone.metaissue("start-attempt", "Two")
        #expect(try clone.git(["rev-parse", "main^"]) == main)
        try clone.git(["config", "metaissue.record", "nonsense"])
        try clone.refuses("start-attempt", "Three", saying: "none of: mainline, branch")
    }

    @Test func noSwitchStaysWhereItIs() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("start-attempt", "Caching Layer", "--no-switch")
        #expect(try repository.git(["branch", "--show-current"]) == "main")
        #expect(
            try repository.git(["rev-parse", "main"])
                == repository.git(["rev-parse", "perf-attempt-001-caching-layer"]))
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func fromStartsTheBranchElsewhereAndTheFolderIsOnTheMainline() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let early = try repository.git(["rev-parse", "HEAD~1"])
        try repository.metaissue("start-attempt", "Caching Layer", "--from", "HEAD~1")
        #expect(try repository.git(["rev-parse", "HEAD"]) == early)
        #expect(
            try repository.git(["show", "main:\(TestRepository.saga)/attempts/001-caching-layer/attempt-results.md"])
                != "")
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == "planned" && attempt.commits == 0)
        try repository.refuses("start-attempt", "Next", "--from", "nowhere", saying: "'nowhere' names no commit")
        try repository.refuses("start-attempt", "Next", "--from", "HEAD^{tree}", saying: "names no commit")
        try repository.refuses(
            "start-attempt", "Next", "--from", "HEAD", "--record", "branch", status: 129,
            saying: "leave one of the two out")
    }

    @Test func numbersGrowAndAreNeverUsedAgain() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("start-attempt", "One", "--slug", "first")
        #expect(try repository.git(["branch", "--show-current"]) == "perf-attempt-001-first")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["branch", "-q", "-D", "perf-attempt-001-first"])
        try repository.git(["update-ref", "-d", "refs/metaissue/slow-service/001"])
        try repository.git(["revert", "--no-edit", "HEAD"])
        try repository.metaissue("start-attempt", "Two", "--no-switch")
        #expect(try repository.git(["branch", "--list", "perf-*"]) == "  perf-attempt-002-two")
        try repository.git(["branch", "perf-attempt-007-by-hand"])
        try repository.metaissue("start-attempt", "Three", "--no-switch")
        #expect(try repository.git(["branch", "--list", "perf-attempt-008-*"]) == "  perf-attempt-008-three")
    }

    @Test(arguments: ["mainline", "branch"])
    func theSameCommandAgainDoesNotMakeASecondAttempt(record: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("start-attempt", "Caching Layer", "--record", record)
        try repository.changesNothing {
            let said = try repository.metaissue("start-attempt", "Caching Layer", "--record", record)
            #expect(said.contains("begun by an earlier run"))
        }
    }

    @Test func stagedAndUnstagedWorkStaysAsItWas() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.write("staged.py", "staged = 1\n")
        try repository.git(["add", "staged.py"])
        try repository.append("staged.py", "unstaged = 1\n")
        try repository.append("app.py", "unstaged = 1\n")
        try repository.write("untracked.py", "untracked = 1\n")
        try repository.metaissue("start-attempt", "Caching Layer")
        #expect(try repository.git(["status", "--porcelain"]) == " M app.py\nAM staged.py\n?? untracked.py")
        #expect(try repository.git(["show", ":staged.py"]) == "staged = 1")
        #expect(try repository.git(["diff", "--cached", "--name-only"]) == "staged.py")
    }

    @Test func proseThatIsStagedOrHalfWrittenIsKeptInItsPlace() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let log = "\(TestRepository.saga)/implementation-log.md"
        try repository.edit(log, "## Purpose", "## Purpose\n\nStaged words")
        try repository.git(["add", log])
        try repository.edit(log, "Staged words", "Staged words, half writ")
        try repository.metaissue("start-attempt", "Caching Layer")
        let committed = try repository.git(["show", "HEAD:\(log)"])
        let staged = try repository.git(["show", ":\(log)"])
        for text in [committed, staged, try repository.log] { #expect(text.contains("## Attempt 001: Caching Layer")) }
        #expect(!committed.contains("Staged words"))
        #expect(staged.contains("Staged words\n"))
        #expect(try repository.log.contains("Staged words, half writ\n"))
        #expect(try repository.git(["status", "--porcelain"]) == "MM \(log)")
    }
}
