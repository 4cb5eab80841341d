/// Where a pack has which object: an `.idx` file of version 2 (gitformat-pack(5)).
///
/// `FF 't' 'O' 'c'`, version, 256 cumulative counts by first byte, then tables of sorted ids, checksums of packed
/// bytes, and 31-bit offsets whose highest bit says that the offset is in the table of 64-bit ones; then two hashes.
struct PackIndex {
    /// Number of objects in the pack.
    let count: Int
    private let file: MappedFile
    private let start: UnsafeRawPointer
    private let offsets: Int
    private let largeOffsets: Int
    private let largeCount: Int

    private static let names = 8 + 1024
    private static let trailer = 40

    /// nil when the file is missing, of another version, or has a size that its header does not explain.
    init?(path: String, budget: PageBudget) {
        guard let file = MappedFile(path: path, budget: budget), file.bytes.count >= Self.names + Self.trailer,
            let start = file.bytes.baseAddress, Self.word(start, 0) == 0xff74_4f63, Self.word(start, 4) == 2
        else { return nil }
        var count = 0
        for byte in 0..<256 {
            let next = Int(Self.word(start, 8 + 4 * byte))
            guard next >= count else { return nil }
            count = next
        }
        // An id, a checksum and an offset each; the rest are large offsets, at most one an object.
        let large = file.bytes.count - Self.names - Self.trailer - 28 * count
        guard large >= 0, large % 8 == 0, large / 8 <= count else { return nil }
        self.file = file
        self.start = start
        self.count = count
        offsets = Self.names + 24 * count
        largeOffsets = Self.names + 28 * count
        largeCount = large / 8
    }

    /// The hash at the end of the pack that this index was made for.
    var packHash: UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: file.bytes[(file.bytes.count - Self.trailer)...].prefix(20))
    }

    /// An object's offset in the pack, which is not checked against the pack's length; nil when it is not there.
    func offset(of id: ObjectID) -> Int? {
        guard let position = position(of: id) else { return nil }
        let entry = offsets + 4 * position
        file.touch(Self.names + 20 * position, Self.names + 20 * position)
        file.touch(entry, entry)
        let short = Self.word(start, entry)
        guard short & 0x8000_0000 != 0 else { return Int(short) }
        let index = Int(short & 0x7fff_ffff)
        guard index < largeCount else { return nil }
        return Int(exactly: key(at: largeOffsets + 8 * index))
    }

    /// Ids are hashes, so that their place can be guessed from their value; a few guesses, then bisection.
    private func position(of id: ObjectID) -> Int? {
        let wanted = id.high
        let first = Int(wanted >> 56)
        var low = first == 0 ? 0 : Int(Self.word(start, 4 + 4 * first))
        var high = Int(Self.word(start, 8 + 4 * first))
        // The least and greatest value that the ids in low..<high can have, as far as known: least <= wanted <= greatest.
        var least = UInt64(first) << 56
        var greatest = least | 0x00ff_ffff_ffff_ffff
        var guesses = 4
        while low < high {
            var middle = (low + high) / 2
            if guesses > 0, high - low > 4, greatest > least {
                let share = Double(wanted - least) / Double(greatest - least)
                middle = min(low + Int(share * Double(high - low)), high - 1)
                guesses -= 1
            }
            let entry = Self.names + 20 * middle
            let found = key(at: entry)
            if found == wanted {
                let rest = ObjectID(rawBytes: UnsafeRawBufferPointer(start: start + entry, count: 20))
                if rest == id { return middle }
                if rest < id { low = middle + 1 } else { high = middle }
            } else if found < wanted {
                low = middle + 1
                least = found
            } else {
                high = middle
                greatest = found
            }
        }
        return nil
    }

    private func key(at offset: Int) -> UInt64 {
        UInt64(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    private static func word(_ start: UnsafeRawPointer, _ offset: Int) -> UInt32 {
        UInt32(bigEndian: start.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }
}
