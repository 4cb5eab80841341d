import Foundation
import Testing

@testable import GitStore

struct DamagedPackTests {
    /// A packed repository, and its two files' bytes.
    private struct Original {
        let fixture: GitFixture
        let objects: [ObjectID: StoredObject]
        let path: URL
        let pack: [UInt8]
        let index: [UInt8]

        init(deltasByName: Bool) throws {
            fixture = try GitFixture()
            try fixture.writeHistory(commits: 12)
            let offsets = "repack.useDeltaBaseOffset=\(!deltasByName)"
            try fixture.git("-c", offsets, "repack", "-adfq", "--depth=50", "--window=250")
            objects = try fixture.allObjects()
            path = try #require(try fixture.packs().first)
            pack = [UInt8](try Data(contentsOf: path.appendingPathExtension("pack")))
            index = [UInt8](try Data(contentsOf: path.appendingPathExtension("idx")))
        }

        func put(_ pack: [UInt8], _ index: [UInt8]) throws {
            for (bytes, name) in [(pack, "pack"), (index, "idx")] {
                try Data(bytes).write(to: path.appendingPathExtension(name), options: .atomic)
            }
        }
    }

    private func damage(_ bytes: [UInt8], _ random: inout SplitMix) -> [UInt8] {
        var damaged = bytes
        switch random.next(8) {
        case 0: damaged.removeLast(min(damaged.count, 1 + random.next(random.next(2) == 0 ? 64 : damaged.count)))
        case 1:
            let start = random.next(damaged.count)
            for index in start..<min(damaged.count, start + 1 + random.next(64)) {
                damaged[index] = UInt8(random.next(256))
            }
        default:
            for _ in 0...random.next(4) { damaged[random.next(damaged.count)] ^= UInt8(1 << random.next(8)) }
        }
        return damaged
    }

    /// Right bytes or none. Where the damage is in a header or an offset, which no checksum covers, git may take
    /// another object for the wanted one; then the same one.
    @Test(arguments: [false, true]) func damagedFilesNeverGiveWrongBytes(_ deltasByName: Bool) throws {
        let original = try Original(deltasByName: deltasByName)
        var random = SplitMix(state: deltasByName ? 7 : 8)
        var right = 0
        var refused = 0
        for round in 0..<300 {
            let hitsPack = round % 2 == 0
            try original.put(
                hitsPack ? damage(original.pack, &random) : original.pack,
                hitsPack ? original.index : damage(original.index, &random))
            let reader = PackReader(objectDirectory: original.fixture.objectDirectory.path)
            for (id, object) in original.objects {
                _ = reader.size(of: id)
                _ = reader.kind(of: id)
                guard let read = reader.object(id), let kind = read.kind else {
                    refused += 1
                    continue
                }
                let found = StoredObject(type: kind.name, bytes: read.copy)
                if found == object {
                    right += 1
                } else {
                    #expect(try original.fixture.output(of: ["cat-file", kind.name, id.hex]) == Data(found.bytes))
                }
            }
        }
        #expect(right > 0)
        #expect(refused > 0)
    }

    @Test func damagedFilesGiveTheRepositorysErrors() throws {
        let original = try Original(deltasByName: false)
        var random = SplitMix(state: 3)
        for _ in 0..<40 {
            try original.put(damage(original.pack, &random), original.index)
            let repository = try original.fixture.open()
            for (id, object) in original.objects where object.type == "blob" {
                if let size = try? repository.withBlob(id, \.count) { #expect(size <= 1 << 20) }
            }
        }
    }

    @Test func filesThatDoNotBelongTogetherAreLeftAlone() throws {
        let original = try Original(deltasByName: false)
        let other = try Original(deltasByName: true)
        try original.put(original.pack, other.index)
        let reader = PackReader(objectDirectory: original.fixture.objectDirectory.path)
        for id in other.objects.keys { #expect(reader.object(id) == nil) }
    }

    @Test func everyTruncationOfTheFilesIsSurvived() throws {
        let made = MadePack([.blob("base"), .delta(from: 0, [4, 6, 0x90, 4, 2, 0x21, 0x21])])
        for count in 0..<made.index.count {
            #expect(try made.with(index: Array(made.index.prefix(count))).read(0) == nil)
        }
        for count in 0..<made.pack.count { #expect(try made.with(pack: Array(made.pack.prefix(count))).read(0) == nil) }
        #expect(try made.read(0) == Array("base".utf8))
        #expect(try made.read(1) == Array("base!!".utf8))
    }

    @Test(arguments: [
        // Declared sizes of base and result, then instructions, against the base "base".
        [4, 6, 0x90, 5, 2, 0x21, 0x21], [4, 6, 0x91, 1, 4, 2, 0x21, 0x21], [4, 7, 0x90, 4, 2, 0x21, 0x21],
        [4, 5, 0x90, 4, 2, 0x21, 0x21], [5, 6, 0x90, 4, 2, 0x21, 0x21], [4, 6, 0x90, 4, 3, 0x21, 0x21],
        [4, 6, 0x90, 4, 0, 2, 0x21, 0x21], [4, 4, 0xff], [4, 4, 0x80], [4], [], [0x84], [0x84, 0x80, 0x80],
        [4, 4, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], [4, 127, 127],
    ])
    func deltasThatReachOutsideAreRefused(_ delta: [UInt8]) throws {
        #expect(try MadePack([.blob("base"), .delta(from: 0, delta)]).read(1) == nil)
    }

    @Test func declaredSizesAreNotBelieved() throws {
        for size in [0, 3, 5, 1 << 12, 1 << 20, 1 << 29, 1 << 40, 1 << 60] {
            #expect(try MadePack([.blob("base", declared: size)]).read(0) == nil)
        }
        // A result of 8 TB, of which the delta writes four bytes.
        let terabytes: [UInt8] = [4, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 2, 0x90, 4]
        #expect(try MadePack([.blob("base"), .delta(from: 0, terabytes)]).read(1) == nil)
    }

    @Test func basesThatLeadNowhereOrInCirclesAreRefused() throws {
        let copy: [UInt8] = [4, 4, 0x90, 4]
        let circle = MadePack([.blob("base"), .deltaByName(from: 2, copy), .deltaByName(from: 1, copy)])
        #expect(try circle.read(1) == nil)
        #expect(try circle.kind(1) == nil)
        #expect(try MadePack([.blob("base"), .deltaByName(from: 1, copy)]).read(1) == nil)
        #expect(try MadePack([.blob("base"), .deltaByName(from: 77, copy)]).read(1) == nil)
        #expect(try MadePack([.blob("base"), .deltaByName(from: 0, copy)]).read(1) == Array("base".utf8))
        #expect(try MadePack([.blob("base"), .deltaAt(distance: 0, copy)]).read(1) == nil)
        #expect(try MadePack([.blob("base"), .deltaAt(distance: 5, copy)]).read(1) == nil)
        #expect(try MadePack([.blob("base"), .deltaAt(distance: 4000, copy)]).read(1) == nil)
    }
}

/// A pack with its index, written byte by byte. The object number n has the id n + 1, whatever its content is.
private struct MadePack {
    enum Item {
        case blob(String, declared: Int? = nil)
        case delta(from: Int, [UInt8])
        case deltaByName(from: Int, [UInt8])
        case deltaAt(distance: Int, [UInt8])
    }

    var pack: [UInt8]
    var index: [UInt8]

    init(_ items: [Item]) {
        pack = Array("PACK".utf8) + Self.word(2) + Self.word(items.count)
        var offsets: [Int] = []
        for item in items {
            let offset = pack.count
            switch item {
            case .blob(let text, let declared):
                let bytes = Array(text.utf8)
                pack += Self.header(3, declared ?? bytes.count) + Self.stored(bytes)
            case .delta(let from, let delta):
                pack += Self.header(6, delta.count) + Self.distance(offset - offsets[from]) + Self.stored(delta)
            case .deltaAt(let distance, let delta):
                pack += Self.header(6, delta.count) + Self.distance(distance) + Self.stored(delta)
            case .deltaByName(let from, let delta):
                pack += Self.header(7, delta.count) + Self.name(from) + Self.stored(delta)
            }
            offsets.append(offset)
        }
        let hash = [UInt8](repeating: 0xab, count: 20)
        pack += hash
        index = [0xff, 0x74, 0x4f, 0x63] + Self.word(2)
        for _ in 0..<256 { index += Self.word(items.count) }
        for number in items.indices { index += Self.name(number) }
        for _ in items { index += Self.word(0) }
        for offset in offsets { index += Self.word(offset) }
        index += hash + hash
    }

    func with(pack: [UInt8]? = nil, index: [UInt8]? = nil) -> MadePack {
        var copy = self
        copy.pack = pack ?? copy.pack
        copy.index = index ?? copy.index
        return copy
    }

    func read(_ number: Int) throws -> [UInt8]? {
        try withReader { $0.object(Self.id(number))?.copy }
    }

    func kind(_ number: Int) throws -> ObjectKind? { try withReader { $0.kind(of: Self.id(number)) } }

    private func withReader<Value>(_ body: (PackReader) -> Value) throws -> Value {
        let directory = FileManager.default.temporaryDirectory.appending(path: "made-pack-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: directory) }
        try FileManager.default.createDirectory(
            at: directory.appending(path: "pack"), withIntermediateDirectories: true)
        try Data(pack).write(to: directory.appending(path: "pack/pack-1.pack"))
        try Data(index).write(to: directory.appending(path: "pack/pack-1.idx"))
        return body(PackReader(objectDirectory: directory.path))
    }

    private static func id(_ number: Int) -> ObjectID { name(number).withUnsafeBytes { ObjectID(rawBytes: $0) } }

    private static func name(_ number: Int) -> [UInt8] { [UInt8](repeating: 0, count: 19) + [UInt8(number + 1)] }

    private static func word(_ value: Int) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
    }

    private static func header(_ type: Int, _ size: Int) -> [UInt8] {
        var bytes = [UInt8(type << 4 | size & 15)]
        var rest = size >> 4
        while rest > 0 {
            bytes[bytes.count - 1] |= 0x80
            bytes.append(UInt8(rest & 0x7f))
            rest >>= 7
        }
        return bytes
    }

    private static func distance(_ value: Int) -> [UInt8] {
        var bytes = [UInt8(value & 0x7f)]
        var rest = value >> 7
        while rest > 0 {
            rest -= 1
            bytes.insert(UInt8(0x80 | rest & 0x7f), at: 0)
            rest >>= 7
        }
        return bytes
    }

    /// A zlib stream of one stored block.
    private static func stored(_ bytes: [UInt8]) -> [UInt8] {
        var (first, second) = (1, 0)
        for byte in bytes {
            first = (first + Int(byte)) % 65521
            second = (second + first) % 65521
        }
        let (low, high) = (UInt8(bytes.count & 0xff), UInt8(bytes.count >> 8))
        return [0x78, 0x01, 0x01, low, high, ~low, ~high] + bytes + word(second << 16 | first)
    }
}
