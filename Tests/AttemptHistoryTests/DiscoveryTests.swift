import AttemptHistory
import GitStore
import Testing

struct DiscoveryTests {
    @Test(arguments: [
        ("perf-attempt-001-caching", "perf", 1), ("perf-attempt-1", "perf", 1),
        ("team/perf-attempt-012-x", "team/perf", 12), ("a-b-attempt-000000007-x", "a-b", 7),
        ("perf-attempt-001-fix-attempt-2-x", "perf", 1),
    ])
    func branchNamesAreRead(name: String, prefix: String, number: Int) throws {
        let read = try #require(AttemptBranchName(name))
        #expect(read.prefix == prefix)
        #expect(read.number == number)
    }

    @Test(arguments: [
        "main", "perf-attempt-", "perf-attempt-x", "perf-attempt-0", "-attempt-001", "perf-attempt-001x",
        "perf-attempt-1234567890", "revert-12-perf-attempt-001-x", "acme/revert-3-perf-attempt-001-x",
    ])
    func otherNamesAreNot(name: String) {
        #expect(AttemptBranchName(name) == nil)
    }

    @Test(arguments: [
        "Merge branch 'perf-attempt-001-x'", "Merge branch 'perf-attempt-001-x' into main",
        "Merge branch 'perf-attempt-001-x' of https://example.org/r",
        "Merge pull request #12 from acme/perf-attempt-001-x\n\nAdd caching",
        "Merge remote-tracking branch 'origin/perf-attempt-001-x'", "Merged in perf-attempt-001-x (pull request #3)",
        "Merge branch 'perf-attempt-001-x' into 'main'\n\nTitle\n\nSee merge request g/p!12",
        "Pull request #12: Title\n\nMerge in P/r from perf-attempt-001-x to main",
    ])
    func mergeMessagesNameTheBranch(message: String) throws {
        let repository = try TestRepository()
        try repository.attempt("topic")
        try repository.main()
        try repository.other()
        try repository.merge("topic", message)
        try repository.git("branch", "-D", "topic")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.branch == "perf-attempt-001-x")
        #expect(facts.state == .landed)
    }

    @Test func remotesWithSlashesAreStripped() throws {
        let repository = try TestRepository()
        try repository.git("config", "remote.team/one.url", "https://example.org/x")
        try repository.attempt("work")
        try repository.git("update-ref", "refs/remotes/team/one/perf-attempt-001-x", "HEAD")
        try repository.git("update-ref", "refs/remotes/origin/perf-attempt-002-y", "HEAD")
        let all = try repository.examine(usesReflogs: false)
        #expect(all.map(\.saga.naming.id) == ["perf"])
        #expect(all.first?.saga.attempts.map(\.number) == [1, 2])
        #expect(all.first?.saga.attempts.first?.branchNames == ["perf-attempt-001-x"])
    }

    @Test func otherPrefixesFormSagasOfTheirOwn() throws {
        let repository = try TestRepository()
        for name in ["perf-attempt-001-x", "size-attempt-002-y", "size-attempt-001-z"] {
            try repository.git("branch", name)
        }
        let saga = SagaNaming(id: "speed", prefix: "perf", folder: "docs/meta-issues/speed")
        let all = try repository.examine(sagas: [saga], usesReflogs: false)
        #expect(all.map(\.saga.naming.id) == ["speed", "size"])
        #expect(all.last?.saga.naming.folder == nil)
        #expect(all.last?.saga.attempts.map(\.number) == [1, 2])
    }

    @Test func documentedBranchesNeedNoForm() throws {
        let repository = try TestRepository()
        try repository.attempt("fast-cache")
        try repository.main()
        try repository.other()
        try repository.merge("fast-cache")
        let saga = SagaNaming(
            id: "speed", prefix: "perf", folder: "docs/meta-issues/speed", documentedBranches: [3: "fast-cache"])
        let facts = try repository.facts(3, sagas: [saga], usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.branch == "fast-cache")
    }

    @Test func documentedAttemptWithoutAnyCommitIsUnknown() throws {
        let repository = try TestRepository()
        let saga = SagaNaming(
            id: "speed", prefix: "perf", folder: "docs/meta-issues/speed", documentedBranches: [3: "gone"])
        let facts = try repository.facts(3, sagas: [saga], usesReflogs: false)
        #expect(facts.state == .unknown)
        #expect(facts.ownCommits == nil)
    }

    @Test func stepsThatChangeAFolderAreListed() throws {
        let repository = try TestRepository()
        let start = try repository.head()
        try repository.write("docs/x/a.md", ["one"])
        let first = try repository.commit("add")
        try repository.other()
        try repository.git("rm", "-rq", "docs")
        let second = try repository.commit("remove")
        let store = try Repository(gitDirectory: repository.directory.appending(path: ".git").path)
        let tip = try #require(ObjectID(hex: second))
        let mainline = try Mainline(repository: store, tip: tip, reference: nil)
        let after = try #require(ObjectID(hex: start))
        #expect(try mainline.steps(after: after, changing: "docs/x").map(\.hex) == [first, second])
    }

    @Test func recordCommitsAreReadFromTrailers() throws {
        let repository = try TestRepository()
        try repository.commit("Start\n\nMeta-Issue: speed\nMeta-Issue-Attempt: 007\nMeta-Issue-Event: start")
        let store = try Repository(gitDirectory: repository.directory.appending(path: ".git").path)
        let tip = try #require(ObjectID(hex: try repository.head()))
        let mainline = try Mainline(repository: store, tip: tip, reference: nil)
        let record = try #require(mainline.recordCommits().first)
        #expect(record.saga == "speed")
        #expect(record.attempt == 7)
        #expect(record.event == .start)
        #expect(record.commit == tip)
    }
}
