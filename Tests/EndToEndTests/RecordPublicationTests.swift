import Testing

/// What a command publishes, it publishes whole, in the right place, and for every saga.
@Suite struct RecordPublicationTests {
    @Test func whenADocumentCannotBeReplacedEverythingIsAsItWas() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        let hub = repository.root.appendingPathComponent("\(TestRepository.saga)/README.md").path
        guard try repository.run("/usr/bin/chattr", ["+i", hub]).status == 0 else {
            print("skipped: this file system has no immutable files")
            return
        }
        let log = try repository.log
        let head = try repository.git(["rev-parse", "main"])
        let outcome = try repository.tryMetaissue("sync", "--commit")
        _ = try repository.run("/usr/bin/chattr", ["-i", hub])
        #expect(outcome.status == 128)
        #expect(try repository.log == log)
        #expect(try repository.git(["rev-parse", "main"]) == head)
        #expect(try repository.git(["status", "--porcelain"]) == "")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aDeclarationGoesIntoTheFolderThatTheBranchHas() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt(
            "Caching Layer", file: "cache.py", extra: ["--slug", "caching", "--record", "branch"])
        try repository.metaissue("abandon-attempt", "1", "--reason", "no gain")
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == "abandoned")
        #expect(attempt.verdict.reason == "no gain")
        #expect(repository.exists("\(TestRepository.saga)/attempts/001-caching/.metaissue"))
        #expect(!repository.exists("\(TestRepository.saga)/attempts/001-caching-layer"))
        #expect(try repository.log.contains("Attempt 001 abandoned"))
    }

    @Test func aSwitchThatWouldOverwriteProseStartsNothing() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["switch", "-q", branch])
        try repository.append("\(TestRepository.saga)/implementation-log.md", "\nHalf a sent")
        let before = try repository.git(["for-each-ref", "refs/heads"])
        #expect(try repository.tryMetaissue("start-attempt", "Query Tuning").status == 128)
        #expect(try repository.git(["for-each-ref", "refs/heads"]) == before)
        // The anchor of the attempt that is there follows its branch; there is none of another one.
        #expect(!(try repository.git(["for-each-ref", "refs/metaissue"])).contains("/002"))
        #expect(try repository.log.contains("Half a sent"))
    }

    @Test func anAdoptedSagaIsCommittedWithItsFirstAttempt() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.git(["rm", "-q", "--cached", ".metaissue"])
        try repository.git(["commit", "-q", "-m", "Not managed any more"])
        try repository.metaissue("adopt", TestRepository.saga)
        try repository.metaissue("start-attempt", "Caching Layer")
        #expect(try repository.status().sagas.map(\.path) == [TestRepository.saga])
        #expect(try repository.git(["show", "main:.metaissue"]).contains(TestRepository.saga))
    }

    @Test func aNewVerdictDropsTheReasonOfTheOneBefore() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        try repository.metaissue("verdict", "1", "failed", "--reason", "too slow")
        try repository.metaissue("verdict", "1", "success")
        let verdict = try #require(try repository.status().sagas.first?.attempts.first?.verdict)
        #expect(verdict.value == "success" && verdict.source == "declared" && verdict.reason == nil)
        #expect(try repository.hub.contains("✅ Success"))
    }

    @Test func aHookRecordsTheNewsOfEverySaga() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.metaissue("new", "Flaky Login")
        let first = try repository.attempt("Caching Layer", file: "a.py", extra: ["--saga", "slow-service"])
        let second = try repository.attempt("Retry", file: "b.py", extra: ["--saga", "flaky-login"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", first, second])
        #expect(try repository.log.contains("Attempt 001 landed"))
        #expect(
            try repository.read("docs/meta-issues/flaky-login/implementation-log.md").contains("Attempt 001 landed"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }
}
