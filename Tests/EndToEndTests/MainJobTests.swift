import Testing

/// The main job, with hooks on: start, commit, merge, revert, revert the revert; after each step the documents say so.
@Suite struct MainJobTests {
    @Test func aMergeUpdatesLogAndTablesAtOnce() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        let merge = try repository.lastMerge()
        let log = try repository.log
        #expect(log.contains("- **Commits:** 3 commits"))
        #expect(log.contains("Attempt 001 landed (merge, \(merge.prefix(12)))"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test(arguments: ["mainline", "branch"])
    func aRevertMarksTheAttemptFailedAndKeepsItsRecord(record: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.metaissue("start-attempt", "Caching Layer", "--record", record)
        let folder = "\(TestRepository.saga)/attempts/001-caching-layer"
        try repository.write("cache.py", "cache = {}\n")
        try repository.commit("Add a cache")
        try repository.append("\(folder)/attempt-results.md", "\nThe cache hit rate was 85 %.\n")
        try repository.commit("Results")
        try repository.git(["switch", "-q", "main"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Other work")
        try repository.git(["merge", "--no-ff", "--no-edit", "perf-attempt-001-caching-layer"])
        let merge = try repository.lastMerge()

        try repository.git(["revert", "--no-edit", "-m", "1", merge])
        let revert = try repository.git(["log", "-1", "--format=%H", "--grep=^This reverts commit"])
        #expect(!repository.exists("cache.py"))
        #expect(try repository.read("\(folder)/attempt-results.md").contains("hit rate was 85 %"))
        #expect(try repository.log.contains("**Verdict:** ❌ Failed"))
        #expect(try repository.log.contains("Attempt 001 reverted (\(revert.prefix(12)))"))
        #expect(try repository.hub.contains("❌ Failed"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == "reverted")
        #expect(attempt.verdict.value == "failed")
        #expect(attempt.commits == 1)

        try repository.git(["revert", "--no-edit", revert])
        #expect(repository.exists("cache.py"))
        #expect(try repository.log.contains("Attempt 001 reapplied ("))
        #expect(!(try repository.log.contains("❌")))
        #expect(try repository.read("\(folder)/attempt-results.md").contains("hit rate was 85 %"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.status().sagas.first?.attempts.first?.integration.state == "reapplied")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func halfWrittenProseIsNeitherCommittedNorLost() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.edit("\(TestRepository.saga)/implementation-log.md", "## Purpose", "## Purpose\n\nHalf a sent")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        #expect(try repository.log.contains("Half a sent"))
        #expect(try repository.log.contains("Attempt 001 landed"))
        let committed = try repository.git(["show", "main:\(TestRepository.saga)/implementation-log.md"])
        #expect(!committed.contains("Half a sent"))
        #expect(committed.contains("Attempt 001 landed"))
    }

    @Test func newsThatCameByPullIsAnnouncedAndWaitsForSync() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let branch = try origin.attempt("Caching Layer", file: "cache.py")
        let clone = try origin.clone()
        try clone.metaissue("hooks", "install")
        try origin.git(["merge", "--no-ff", "--no-edit", branch])
        let pull = try clone.tryGit(["pull", "--no-rebase"])
        #expect(pull.status == 0)
        let lines = pull.complaint.split(separator: "\n").filter { $0.hasPrefix("metaissue:") }
        #expect(lines.count == 1)
        #expect(lines.first?.contains("git metaissue sync --commit") == true)
        #expect(try clone.git(["status", "--porcelain"]) == "")
        try clone.metaissue("sync", "--commit")
        #expect(try clone.log.contains("Attempt 001 landed"))
        #expect(try clone.git(["status", "--porcelain"]) == "")
        #expect(try clone.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func recordCommitsTouchOnlyTheSagaAndTheRegistry() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        for (title, file) in [("Caching Layer", "a.py"), ("Query Tuning", "b.py")] {
            let branch = try repository.attempt(title, file: file)
            try repository.git(["merge", "--no-ff", "--no-edit", branch])
        }
        let commits = try repository.git(["log", "--format=%H", "--grep=^Meta-Issue: "]).split(separator: "\n")
        #expect(commits.count >= 5)
        for commit in commits {
            let paths = try repository.git(["diff-tree", "--no-commit-id", "-r", "--name-only", String(commit)])
            for path in paths.split(separator: "\n") {
                #expect(path == ".metaissue" || path.hasPrefix("\(TestRepository.saga)/"))
            }
        }
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "")
    }
}
