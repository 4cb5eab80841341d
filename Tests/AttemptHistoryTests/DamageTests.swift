import AttemptHistory
import Foundation
import GitStore
import Testing

/// What cannot be known is said: no guess, no crash.
struct DamageTests {
    private func remove(_ object: String, _ repository: TestRepository) throws {
        let file = repository.directory.appending(path: ".git/objects/\(object.prefix(2))/\(object.dropFirst(2))")
        try FileManager.default.removeItem(at: file)
    }

    @Test func shallowCloneIsUnknownWhereHistoryIsCut() throws {
        let origin = try TestRepository()
        try origin.attempt()
        try origin.main()
        try origin.other()
        let clone = try TestRepository()
        for name in ["src", "README.md", ".git"] {
            try FileManager.default.removeItem(at: clone.directory.appending(path: name))
        }
        try clone.git(
            "clone", "-q", "--depth", "1", "--no-single-branch", "file://\(origin.directory.path)", ".")
        let facts = try clone.facts(usesReflogs: false)
        #expect(facts.state == .unknown)
        #expect(facts.ownCommits == nil)
        #expect(!facts.evidence.isEmpty)
    }

    @Test func missingBlobIsUnknownWithTheReason() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.set("src/cache.py", 35, "mainline edit in cache")
        try repository.commit("edit in cache")
        try repository.squash()
        try remove(try repository.head("perf-attempt-001-caching:src/cache.py"), repository)
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .unknown)
        #expect(facts.evidence.contains { $0.detail.contains("cannot be read") })
    }

    @Test func missingBlobDoesNotMatterWhereObjectIDsDecide() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.squash()
        try remove(try repository.head("HEAD:src/cache.py"), repository)
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
    }

    @Test func missingCommitOfABranchIsUnknown() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try remove(try repository.head("perf-attempt-001-caching~1"), repository)
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .unknown)
        #expect(facts.ownCommits == nil)
    }

    @Test func missingTreeOfOneAttemptLeavesTheOthers() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.git("switch", "-q", "-c", "perf-attempt-002-x")
        try repository.other()
        try repository.main()
        try remove(try repository.head("perf-attempt-001-caching^{tree}"), repository)
        #expect(try repository.facts(1, usesReflogs: false).state == .unknown)
        #expect(try repository.facts(2, usesReflogs: false).state == .inProgress)
    }

    @Test func damagedCommitIsAnErrorAndNoCrash() throws {
        let repository = try TestRepository()
        try repository.attempt()
        let tip = try repository.head()
        try repository.main()
        let file = repository.directory.appending(path: ".git/objects/\(tip.prefix(2))/\(tip.dropFirst(2))")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file.path)
        try Data("garbage".utf8).write(to: file)
        #expect(try repository.facts(usesReflogs: false).state == .unknown)
    }

    @Test func emptyRepositoryHasNoMainline() throws {
        let repository = try TestRepository()
        let store = try Repository(gitDirectory: repository.directory.appending(path: ".git").path)
        #expect(throws: GitStoreError.self) {
            try Mainline(repository: store, tip: .zero, reference: nil)
        }
    }
}
