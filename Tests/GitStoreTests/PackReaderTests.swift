import Foundation
import Testing

@testable import GitStore

struct PackReaderTests {
    /// How a repository keeps its objects.
    enum Layout: CaseIterable {
        case deepDeltas, noDeltas, deltasByName, severalPacks, largeOffsets, indexOfVersion1, loose, packedAndLoose
    }

    private func arrange(_ layout: Layout) throws -> GitFixture {
        let fixture = try GitFixture()
        try fixture.git("config", "gc.auto", "0")
        try fixture.writeHistory(commits: layout == .deepDeltas ? 24 : 10)
        switch layout {
        case .deepDeltas: try fixture.git("repack", "-adfq", "--depth=50", "--window=250")
        case .noDeltas: try fixture.git("repack", "-adfq", "--depth=0")
        case .deltasByName: try fixture.git("-c", "repack.useDeltaBaseOffset=false", "repack", "-adfq")
        case .indexOfVersion1: try fixture.git("-c", "pack.indexVersion=1", "repack", "-adfq")
        case .severalPacks:
            for seed in 2...4 {
                try fixture.git("repack", "-dq")
                try fixture.writeHistory(seed: UInt64(seed), commits: 6)
            }
            try fixture.git("repack", "-dq")
        case .largeOffsets:
            try fixture.git("repack", "-adfq")
            let pack = try #require(try fixture.packs().first)
            try FileManager.default.removeItem(at: pack.appendingPathExtension("idx"))
            try fixture.git("index-pack", "--index-version=2,0x40", pack.appendingPathExtension("pack").path)
        case .loose: break
        case .packedAndLoose:
            try fixture.git("repack", "-adfq")
            try fixture.writeHistory(seed: 9, commits: 3)
        }
        return fixture
    }

    /// Every way of asking agrees with git, for every object; gives how many of them the pack reader knew.
    private func compare(_ objects: [ObjectID: StoredObject], _ repository: Repository) throws -> Int {
        var known = 0
        for (id, object) in objects.sorted(by: { $0.key < $1.key }) {
            let kind = try #require([.commit, .tree, .blob, .tag].first { $0.name == object.type } as ObjectKind?)
            #expect(try repository.withObject(id, kind, "") { Array($0) } == object.bytes)
            #expect(try repository.object(id, kind, "").copy == object.bytes)
            #expect(try repository.size(of: id) == object.bytes.count)
            #expect(repository.contains(id))
            guard let packed = repository.packs.object(id) else {
                #expect(repository.packs.kind(of: id) == nil)
                #expect(repository.packs.size(of: id) == nil)
                continue
            }
            known += 1
            #expect(packed.kind == kind)
            #expect(repository.packs.kind(of: id) == kind)
            #expect(repository.packs.size(of: id) == object.bytes.count)
        }
        return known
    }

    @Test(arguments: Layout.allCases) func everyObjectReadsAsGitReadsIt(_ layout: Layout) throws {
        let fixture = try arrange(layout)
        let objects = try fixture.allObjects()
        let known = try compare(objects, fixture.open())
        switch layout {
        case .loose, .indexOfVersion1: #expect(known == 0)
        case .packedAndLoose: #expect(known > 0 && known < objects.count)
        default: #expect(known == objects.count)
        }
    }

    @Test func sizesComeFromHeadersWithoutTheContent() throws {
        let fixture = try arrange(.deltasByName)
        let reader = PackReader(objectDirectory: fixture.objectDirectory.path)
        for (id, object) in try fixture.allObjects() { #expect(reader.size(of: id) == object.bytes.count) }
    }

    @Test func smallLimitsChangeNothing() throws {
        let fixture = try arrange(.deepDeltas)
        for cache in [0, 1 << 12, 1 << 18] {
            let limits = PackReader.Limits(cache: cache, pages: 1)
            let reader = PackReader(objectDirectory: fixture.objectDirectory.path, limits: limits)
            for (id, object) in try fixture.allObjects() {
                #expect(reader.object(id)?.copy == object.bytes)
            }
        }
    }

    @Test func fetchedThinPacksAreRead() throws {
        let fixture = try arrange(.deltasByName)
        let clone = try GitFixture()
        try clone.git("config", "fetch.unpackLimit", "1")
        try clone.git("fetch", "-q", fixture.directory.path, "main")
        for seed in 5...6 {
            try fixture.writeHistory(seed: UInt64(seed), commits: 3)
            try clone.git("fetch", "-q", fixture.directory.path, "main")
        }
        #expect(try clone.packs().count == 3)
        let objects = try clone.allObjects()
        #expect(try compare(objects, clone.open()) == objects.count)
    }

    @Test func alternatesAreReadThroughRelativeAndNestedPaths() throws {
        let fixture = try arrange(.deltasByName)
        let objects = try fixture.allObjects()
        let shared = try GitFixture()
        try shared.git("clone", "-q", "--shared", "--bare", fixture.directory.path, "shared.git")
        let alternates = shared.objectDirectory.appending(path: "info/alternates")
        try Data("# from here\n../../shared.git/objects\n".utf8).write(to: alternates)
        #expect(try compare(objects, shared.open()) == objects.count)
    }

    @Test func alternatesThatNameEachOtherEnd() throws {
        let fixture = try arrange(.loose)
        let alternates = fixture.objectDirectory.appending(path: "info/alternates")
        try Data("../objects\n../objects/../objects\n/nowhere/at/all\n".utf8).write(to: alternates)
        let reader = PackReader(objectDirectory: fixture.objectDirectory.path)
        #expect(!reader.contains(.zero))
    }

    @Test func aPackThatDisappearsStaysReadable() throws {
        let fixture = try arrange(.deltasByName)
        let objects = try fixture.allObjects()
        let reader = PackReader(objectDirectory: fixture.objectDirectory.path)
        #expect(reader.contains(try #require(objects.keys.first)))
        try FileManager.default.removeItem(at: fixture.objectDirectory.appending(path: "pack"))
        for (id, object) in objects { #expect(reader.object(id)?.copy == object.bytes) }
    }

    @Test func aPackThatAppearsLaterIsReadByLibgit2() throws {
        let fixture = try GitFixture()
        try fixture.commit()
        try fixture.git("repack", "-adq")
        let repository = try fixture.open()
        #expect(!repository.contains(.zero))
        try fixture.write("later", "later\n")
        let later = try fixture.commit("later")
        try fixture.git("repack", "-dq")
        #expect(repository.packs.object(later) == nil)
        #expect(try repository.commit(later).subject == "later")
    }

    @Test func objectsMayBeReadWhileOthersAreInUse() throws {
        let fixture = try arrange(.noDeltas)
        let objects = try fixture.allObjects()
        let reader = PackReader(objectDirectory: fixture.objectDirectory.path)
        let commits = objects.filter { $0.value.type == "commit" }.keys.sorted()
        for (outer, inner) in zip(commits, commits.reversed()) {
            let both = reader.withObject(outer) { _, first in
                let second = reader.withObject(inner) { _, second in Array(second) }
                return [Array(first), second]
            }
            #expect(both == [objects[outer]?.bytes, objects[inner]?.bytes])
        }
    }

    @Test func instancesMayBeUsedFromSeveralThreads() async throws {
        let fixture = try arrange(.deltasByName)
        let objects = try fixture.allObjects()
        let path = fixture.directory.appending(path: ".git").path
        let agreed = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    guard let repository = try? Repository(gitDirectory: path) else { return false }
                    return objects.allSatisfy { id, object in
                        (try? repository.size(of: id)) == object.bytes.count
                            && repository.packs.object(id)?.copy == object.bytes
                    }
                }
            }
            return await group.reduce(true) { $0 && $1 }
        }
        #expect(agreed)
    }

    @Test func repositoriesForOtherThreadsReadTheSame() throws {
        let fixture = try arrange(.severalPacks)
        let objects = try fixture.allObjects()
        let repository = try fixture.open()
        #expect(!repository.packs.contains(.zero))
        let indexes = fixture.objectDirectory.appending(path: "pack")
        let another = try repository.forAnotherThread()
        for name in try FileManager.default.contentsOfDirectory(atPath: indexes.path) where name.hasSuffix(".idx") {
            // Listed, though with nothing inside: what is open already serves the other one.
            try Data().write(to: indexes.appending(path: name), options: .atomic)
        }
        for (id, object) in objects {
            #expect(another.packs.object(id)?.copy == object.bytes)
            #expect(repository.packs.object(id)?.copy == object.bytes)
        }
    }

    @Test func anotherKindThanWantedIsAnError() throws {
        let fixture = try arrange(.deltasByName)
        let repository = try fixture.open()
        let head = try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        #expect(throws: GitStoreError.self) { try repository.blob(head) }
        #expect(throws: GitStoreError.self) { try repository.object(head, .tree, "reading") }
        #expect(repository.peelToCommit(head) == head)
        let tag = try #require(ObjectID(hex: try fixture.git("rev-parse", "v1.5")))
        let tagged = try fixture.git("rev-parse", "v1.5^{commit}")
        #expect(repository.peelToCommit(tag)?.hex == tagged)
    }
}

extension GitFixture {
    /// Every pack, without extension.
    func packs() throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: objectDirectory.appending(path: "pack"), includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "pack" }.map { $0.deletingPathExtension() }
    }
}
