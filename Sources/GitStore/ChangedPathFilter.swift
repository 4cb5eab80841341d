/// The changed-path filters of one commit-graph file (its chunks `BIDX` and `BDAT`).
struct ChangedPathFilters {
    private let file: MappedFile
    private let index: Int
    private let content: Range<Int>
    private let hashCount: Int
    private let hashVersion: UInt32

    /// nil for settings that this reader does not know.
    init?(file: MappedFile, index: Range<Int>, content: Range<Int>, count: Int) {
        let header = content.lowerBound
        guard index.count >= 4 * count, content.count >= 12 else { return nil }
        hashVersion = file.bytes.word(at: header)
        hashCount = Int(file.bytes.word(at: header + 4))
        guard hashVersion == 1 || hashVersion == 2, (1...32).contains(hashCount),
            file.bytes.word(at: header + 8) == ChangedPathFilter.bitsPerEntry
        else { return nil }
        self.file = file
        self.index = index.lowerBound
        self.content = content.lowerBound + 12..<content.upperBound
    }

    /// The filter of a commit by its place in the file; nil where git computed none.
    func filter(at place: Int) -> ChangedPathFilter? {
        let bytes = file.bytes
        let start = place == 0 ? 0 : Int(bytes.word(at: index + 4 * (place - 1)))
        let end = Int(bytes.word(at: index + 4 * place))
        guard start < end, content.lowerBound + end <= content.upperBound else { return nil }
        let range = content.lowerBound + start..<content.lowerBound + end
        return ChangedPathFilter(
            bits: UnsafeRawBufferPointer(rebasing: bytes[range]), hashCount: hashCount, hashVersion: hashVersion)
    }
}

/// A Bloom filter over the paths, and the folders above them, that a commit changes against its first parent. It never
/// says no wrongly.
struct ChangedPathFilter {
    /// Bits for each path and folder.
    static let bitsPerEntry = 10

    let bits: UnsafeRawBufferPointer
    let hashCount: Int
    let hashVersion: UInt32

    /// True when there were too many paths to be told.
    var isFull: Bool { bits.count == 1 && bits[0] != 0 }

    /// No more paths and folders than this went in. One byte stands for none, or for too many to be told.
    var largestEntryCount: Int {
        if bits.count == 1 { return isFull ? Int.max : 0 }
        return bits.count * 8 / Self.bitsPerEntry
    }

    /// True when the commit may have changed the path or folder that `key` was made of.
    func mayContain(_ key: Key) -> Bool {
        if mayContain(key.plain) { return true }
        // Version 1 hashed bytes above 127 as negative numbers where the machine's characters are signed.
        return hashVersion == 1 && key.isWide && mayContain(key.signed)
    }

    private func mayContain(_ pair: Key.Pair) -> Bool {
        var hash = pair
        let bitCount = UInt64(bits.count) * 8
        for _ in 0..<hashCount {
            let bit = Int(UInt64(hash.first) % bitCount)
            if bits[bit >> 3] & (1 << UInt8(bit & 7)) == 0 { return false }
            hash.first &+= hash.second
        }
        return true
    }

    /// The hashes of a path.
    struct Key: Sendable {
        struct Pair: Sendable {
            var first: UInt32
            let second: UInt32
        }

        let plain: Pair
        let signed: Pair
        let isWide: Bool

        /// Hashes a slash-separated path or folder.
        init(path: [UInt8]) {
            isWide = path.contains { $0 > 127 }
            plain = Self.pair(path, isSigned: false)
            signed = isWide ? Self.pair(path, isSigned: true) : plain
        }

        private static func pair(_ path: [UInt8], isSigned: Bool) -> Pair {
            Pair(
                first: murmur3(path, seed: 0x293a_e76f, isSigned: isSigned),
                second: murmur3(path, seed: 0x7e64_6e2c, isSigned: isSigned))
        }

        /// MurmurHash3, 32 bits, as git computes it.
        static func murmur3(_ bytes: [UInt8], seed: UInt32, isSigned: Bool) -> UInt32 {
            func widened(_ index: Int) -> UInt32 {
                isSigned ? UInt32(bitPattern: Int32(Int8(bitPattern: bytes[index]))) : UInt32(bytes[index])
            }
            func mixed(_ value: UInt32) -> UInt32 {
                let scattered = value &* 0xcc9e_2d51
                return (scattered << 15 | scattered >> 17) &* 0x1b87_3593
            }
            var hash = seed
            let blocks = bytes.count / 4
            for block in 0..<blocks {
                let at = 4 * block
                let word =
                    widened(at) | widened(at + 1) << 8 | widened(at + 2) << 16 | widened(at + 3) << 24
                hash ^= mixed(word)
                hash = (hash << 13 | hash >> 19) &* 5 &+ 0xe654_6b64
            }
            var rest: UInt32 = 0
            for index in stride(from: bytes.count - 1, through: 4 * blocks, by: -1) {
                rest ^= widened(index) << UInt32(8 * (index - 4 * blocks))
            }
            if bytes.count % 4 != 0 { hash ^= mixed(rest) }
            hash ^= UInt32(truncatingIfNeeded: bytes.count)
            hash ^= hash >> 16
            hash &*= 0x85eb_ca6b
            hash ^= hash >> 13
            hash &*= 0xc2b2_ae35
            return hash ^ hash >> 16
        }
    }
}

/// A path or folder to ask changed-path filters about.
public struct ChangedPath: Sendable {
    let key: ChangedPathFilter.Key
    /// How many components it has: a filter with the path has all the folders above it too.
    let depth: Int

    /// Takes a slash-separated path.
    public init(_ path: String) {
        key = ChangedPathFilter.Key(path: Array(path.utf8))
        depth = path.utf8.split(separator: UInt8(ascii: "/")).count
    }
}
