import Foundation
import Testing

/// A record that is damaged, incomplete, or leads out of the repository is never written through.
@Suite struct DamagedRecordTests {
    private static let log = "\(TestRepository.saga)/implementation-log.md"
    private static let hub = "\(TestRepository.saga)/README.md"

    /// A saga with an attempt that has landed and is not recorded yet.
    private func stale() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        return repository
    }

    private func expectRefusals(_ repository: TestRepository, saying words: String) throws {
        try repository.refuses("sync", saying: words)
        try repository.refuses("sync", "--check", saying: words)
        try repository.refuses("sync", "--commit", saying: words)
        try repository.refuses("start-attempt", "Try", saying: words)
    }

    @Test func aSymbolicLinkInTheWayIsRefused() throws {
        let repository = try stale()
        let manager = FileManager.default
        let away = repository.world.appendingPathComponent("away")
        let paths = [
            "docs", TestRepository.saga, "\(TestRepository.saga)/attempts",
            "\(TestRepository.saga)/attempts/001-caching-layer/solution-approach.md", Self.log, Self.hub, ".metaissue",
        ]
        for path in paths {
            let place = repository.root.appendingPathComponent(path)
            try manager.moveItem(at: place, to: away)
            try manager.createSymbolicLink(at: place, withDestinationURL: away)
            let before = try manager.subpathsOfDirectory(atPath: repository.world.path).count
            try expectRefusals(repository, saying: "symbolic link")
            #expect(try manager.subpathsOfDirectory(atPath: repository.world.path).count == before)
            try manager.removeItem(at: place)
            try manager.moveItem(at: away, to: place)
        }
    }

    @Test func aDanglingLinkIsNotFollowedEither() throws {
        let repository = try TestRepository()
        let target = repository.world.appendingPathComponent("not-there")
        try FileManager.default.createSymbolicLink(
            at: repository.root.appendingPathComponent("docs"), withDestinationURL: target)
        try repository.refuses("new", "Slow Service", saying: "symbolic link")
        #expect(!FileManager.default.fileExists(atPath: target.path))
    }

    @Test func aLinkThatIsCommittedIsRefusedAlsoFromAnotherBranch() throws {
        let repository = try stale()
        try FileManager.default.moveItem(
            at: repository.root.appendingPathComponent("docs"), to: repository.root.appendingPathComponent("real"))
        try FileManager.default.createSymbolicLink(
            atPath: repository.root.appendingPathComponent("docs").path, withDestinationPath: "real")
        try repository.commit("Docs are a link now")
        try repository.git(["switch", "-q", "-c", "elsewhere"])
        try repository.refuses("sync", "--commit", saying: "symbolic link")
        try repository.refuses("start-attempt", "Try", "--no-switch", saying: "symbolic link")
    }

    @Test func aMissingLogIsSaidAndNotMadeAnew() throws {
        let repository = try stale()
        try repository.git(["rm", "-q", "--cached", Self.log])
        try FileManager.default.removeItem(at: repository.root.appendingPathComponent(Self.log))
        try expectRefusals(repository, saying: "\(Self.log) is missing")
        try repository.git(["commit", "-q", "-m", "No log"])
        try expectRefusals(repository, saying: "\(Self.log) is missing")
    }

    @Test func aDeletedReadmeIsSaidAndNotMadeAnew() throws {
        let repository = try stale()
        try FileManager.default.removeItem(at: repository.root.appendingPathComponent(Self.hub))
        try expectRefusals(repository, saying: "\(Self.hub) is missing")
    }

    @Test func aSagaThatNeverHadAReadmeIsKeptByItsLogAlone() throws {
        let repository = try stale()
        try repository.git(["rm", "-q", Self.hub])
        try repository.commit("No hub")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.log.contains("Attempt 001 landed (merge"))
        #expect(!repository.exists(Self.hub))
    }

    @Test func aDamagedRegistryIsRefusedWithItsLine() throws {
        let repository = try stale()
        let texts = [
            "[metaissue \"slow", "[metaissue \"slow-service\"]\n\tpath\n\tprefix = \"a", "= x\n", "[a]\nb = \\q\n",
        ]
        for text in texts {
            try repository.write(".metaissue", text)
            try repository.refuses("status", saying: ".metaissue cannot be read: ")
            try expectRefusals(repository, saying: ".metaissue cannot be read: ")
            try repository.refuses("new", "Other", saying: ".metaissue cannot be read: ")
            try repository.refuses("adopt", TestRepository.saga, saying: ".metaissue cannot be read: ")
        }
    }

    @Test func aPathThatLeadsOutIsRefused() throws {
        let repository = try stale()
        let paths = [
            "../outside", "/etc", "docs/../..", ".git/hooks", "docs/.GIT/x", "", ".", "docs//x", "./docs",
        ]
        for path in paths {
            try repository.write(".metaissue", "[metaissue \"slow-service\"]\n\tpath = \"\(path)\"\n\tprefix = perf\n")
            try repository.refuses("status", saying: "is not a folder below the top of the tree")
            try expectRefusals(repository, saying: "is not a folder below the top of the tree")
        }
    }

    @Test func aSagaNameThatIsNoReferenceIsRefused() throws {
        let repository = try stale()
        for name in ["../../heads/main", "a b", "-x..y", "x.lock"] {
            try repository.write(".metaissue", "[metaissue \"\(name)\"]\n\tpath = \(TestRepository.saga)\n")
            try expectRefusals(repository, saying: "cannot be part of a reference")
        }
    }

    @Test func twoSagasWithOnePrefixAreRefused() throws {
        let repository = try stale()
        try repository.append(".metaissue", "[metaissue \"other\"]\n\tpath = docs/other\n\tprefix = perf\n")
        try expectRefusals(repository, saying: "the same branch prefix 'perf'")
    }

    @Test func aDamagedDeclarationNamesItsFile() throws {
        let repository = try stale()
        let path = "\(TestRepository.saga)/attempts/001-caching-layer/.metaissue"
        try repository.write(path, "[attempt]\n\tverdict = splendid\n")
        try repository.refuses("sync", saying: "'splendid' is no verdict")
        try repository.write(path, "[attempt\n")
        try repository.refuses("sync", saying: "\(path) cannot be read")
        try repository.refuses("start-attempt", "Try", saying: "\(path) cannot be read")
    }
}
