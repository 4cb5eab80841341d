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

    /// A first commit that has the newest one for a parent, on the mainline or below a merge of it.
    @Test(arguments: ["main", "side"]) func commitGraphThatLeadsInACircleIsDamage(of branch: String) throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "--orphan", "side")
        try repository.git("rm", "-rqf", "--ignore-unmatch", ".")
        try repository.commit("side one")
        try repository.commit("side two")
        try repository.main()
        try repository.git("merge", "-q", "--no-ff", "--allow-unrelated-histories", "-m", "join", "side")
        try repository.git("commit-graph", "write", "--reachable")
        let root = try repository.git("rev-list", "--first-parent", "--max-parents=0", branch)
        let sorted = try repository.git("rev-list", "--all").split(separator: "\n").sorted()
        let position = try #require(sorted.firstIndex { $0 == root })
        let newest = try #require(sorted.firstIndex { $0 == (try? repository.head(branch)) ?? "" })
        let file = repository.directory.appending(path: ".git/objects/info/commit-graph")
        var bytes = [UInt8](try Data(contentsOf: file))
        // The table of contents: 12 bytes a chunk, after 8 bytes of header (gitformat-commit-graph).
        let entry = try #require(
            stride(from: 8, to: 200, by: 12).first { bytes[$0..<$0 + 4].elementsEqual("CDAT".utf8) })
        let data = bytes[entry + 4..<entry + 12].reduce(0) { $0 << 8 | Int($1) }
        let parent = data + 36 * position + 20
        bytes.replaceSubrange(parent..<parent + 4, with: [0, 0, 0, UInt8(newest)])
        try FileManager.default.removeItem(at: file)
        try Data(bytes).write(to: file)
        let opened = try Repository(gitDirectory: repository.directory.appending(path: ".git").path)
        let tip = try #require(try opened.reference("refs/heads/main"))
        let error = #expect(throws: GitStoreError.self) {
            try Mainline(repository: opened, tip: tip, reference: nil)
        }
        #expect(error?.kind == .malformed)
        #expect("\(String(describing: error))".contains("commit-graph"))
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
