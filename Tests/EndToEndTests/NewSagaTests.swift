import Foundation
import Testing

/// `git metaissue new`.
@Suite struct NewSagaTests {
    @Test func aSagaIsOneCommitOfItsFolderAndTheRegistry() throws {
        let repository = try TestRepository()
        let before = try repository.git(["rev-parse", "HEAD"])
        try repository.metaissue("new", "Slow Service")
        #expect(try repository.git(["rev-parse", "HEAD^"]) == before)
        let files = try repository.git(["diff-tree", "--no-commit-id", "-r", "--name-only", "HEAD"])
        let expected = [
            ".gitattributes", "README.md", "attempts/.gitkeep", "description.md", "implementation-log.md",
            "test-cases.md",
        ]
        #expect(
            files.split(separator: "\n").map(String.init)
                == [".metaissue"] + expected.map { "\(TestRepository.saga)/\($0)" })
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.hub.contains("**Total Attempts:** 0"))
        #expect(try repository.git(["log", "-1", "--format=%(trailers:key=Meta-Issue,valueonly)"]) == "slow-service")
    }

    @Test func withoutCommitTheFilesAreLeftInTheWorkTree() throws {
        let repository = try TestRepository()
        let before = try repository.git(["rev-parse", "HEAD"])
        try repository.metaissue("new", "Slow Service", "--no-commit")
        #expect(try repository.git(["rev-parse", "HEAD"]) == before)
        #expect(try repository.git(["status", "--porcelain"]) == "?? .metaissue\n?? docs/")
        #expect(try repository.log.hasPrefix("# Implementation Log: Slow Service\n"))
        try repository.refuses("new", "Slow Service", saying: "there is a saga 'slow-service' already")
    }

    @Test func optionsNameFolderPrefixAndDirectory() throws {
        let repository = try TestRepository()
        try repository.metaissue(
            "new", "Slow", "--slug", "Much Too Slow", "--prefix", "speed", "--directory", "notes/./sagas/")
        #expect(repository.exists("notes/sagas/much-too-slow/README.md"))
        try repository.metaissue("start-attempt", "Try")
        #expect(try repository.git(["branch", "--show-current"]) == "speed-attempt-001-try")
        let saga = try #require(try repository.status().sagas.first)
        #expect(saga.id == "much-too-slow" && saga.path == "notes/sagas/much-too-slow" && saga.title == "Slow")
    }

    @Test func aSecondSagaTakesItsPrefixFromItsTitleAndSaysSo() throws {
        let repository = try TestRepository()
        try repository.metaissue("new", "Slow Service")
        let outcome = try repository.tryMetaissue("new", "Login Fails")
        #expect(outcome.status == 0)
        #expect(outcome.complaint.contains("the prefix perf is taken; branches will be called login-attempt-"))
        try repository.metaissue("new", "Login Hangs")
        try repository.refuses("new", "More", "--prefix", "login", saying: "belongs to another saga")
        try repository.refuses("start-attempt", "Try", status: 129, saying: "say which one with --saga")
        for saga in ["login-fails", "login", "docs/meta-issues/login-fails"] {
            try repository.metaissue("start-attempt", "By \(saga)", "--saga", saga)
        }
        let sagas = try repository.status().sagas
        #expect(sagas.map { $0.attempts.count } == [0, 3, 0])
        try repository.refuses("show", "9", saying: "there is no attempt 009")
    }

    @Test func aNumberThatTwoSagasHaveMustBeNarrowedDown() throws {
        let repository = try TestRepository()
        try repository.metaissue("new", "Slow Service")
        try repository.metaissue("new", "Login Fails")
        try repository.metaissue("start-attempt", "One", "--saga", "perf")
        try repository.metaissue("start-attempt", "Two", "--saga", "login")
        try repository.refuses("show", "1", status: 129, saying: "several sagas have an attempt 001")
        #expect(try repository.metaissue("show", "001", "--saga", "login").hasPrefix("Attempt 001: Two\n"))
    }

    @Test func anotherMainlineIsKept() throws {
        let repository = try TestRepository()
        try repository.git(["branch", "trunk"])
        try repository.metaissue("new", "Slow Service", "--mainline", "trunk")
        #expect(try repository.git(["rev-parse", "main"]) == repository.git(["rev-parse", "trunk^"]))
        try repository.git(["switch", "-q", "trunk"])
        try repository.metaissue("start-attempt", "Try")
        #expect(try repository.git(["rev-parse", "HEAD"]) == repository.git(["rev-parse", "trunk"]))
        #expect(try repository.status().sagas.first?.mainline == "trunk")
        try repository.refuses("new", "Other", "--mainline", "nowhere", saying: "there is no branch 'nowhere'")
    }

    @Test(arguments: [
        ["--directory", "/tmp"], ["--directory", "../x"], ["--directory", "a/.git/b"], ["--prefix", "a b"],
        ["--prefix", "x..y"],
    ])
    func placesAndPrefixesThatCannotBeAreUsageErrors(option: [String]) throws {
        let repository = try TestRepository()
        try repository.refuses("new", "Slow Service", option[0], option[1], status: 129)
    }

    @Test func aFolderWithDocumentsIsAdoptedNotOverwritten() throws {
        let repository = try TestRepository()
        try repository.write("\(TestRepository.saga)/README.md", "# Mine\n")
        try repository.refuses("new", "Slow Service", saying: "git metaissue adopt \(TestRepository.saga)")
        try repository.commit("Mine")
        try repository.refuses("new", "Slow Service", saying: "holds documents already")
    }

    @Test func filesOfTheUserInTheFolderAreNotOverwritten() throws {
        let repository = try TestRepository()
        try repository.write("\(TestRepository.saga)/description.md", "My own words.\n")
        _ = try repository.tryMetaissue("new", "Slow Service")
        #expect(try repository.read("\(TestRepository.saga)/description.md") == "My own words.\n")
    }
}
