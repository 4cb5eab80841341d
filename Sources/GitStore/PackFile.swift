/// A pack with its index, both mapped: finds objects and reads the headers of its entries (gitformat-pack(5)).
///
/// Every offset and length that the files give is checked: a damaged file leads to nil, never outside of the mapping.
final class PackFile {
    /// Where a pack keeps an object, and how.
    struct Entry {
        /// Where the entry starts.
        let offset: Int
        /// Where its packed bytes start.
        let content: Int
        /// The length of what the packed bytes unpack to: the object, or the delta.
        let size: Int
        /// What the packed bytes are.
        let form: Form
    }

    /// How an object is stored.
    enum Form {
        /// By itself.
        case whole(ObjectKind)
        /// As a delta against the object at this offset.
        case delta(base: Int)
    }

    /// Tells packs of one reader apart.
    let number: Int
    /// Where both files are, without extension.
    let path: String
    /// Where the pack has what.
    let index: PackIndex
    private let file: MappedFile
    /// Where the entries end and the hash of the pack starts.
    private let end: Int

    private static let headerSize = 12
    private static let hashSize = 20
    /// Larger entries are left to libgit2; zlib's lengths end at 4 GB.
    private static let sizeLimit = 1 << 30
    /// Deflate does not pack better than 1 to 1032.
    private static let bestRatio = 1032

    /// Maps `<path>.idx` and `<path>.pack`; nil when one is missing, or they are of an unknown version, damaged, or do
    /// not belong together.
    ///
    /// - Parameter index: the index, when it is open already.
    init?(path: String, index: PackIndex? = nil, number: Int, budget: PageBudget) {
        guard let index = index ?? PackIndex(path: path + ".idx"),
            let file = MappedFile(path: path + ".pack", budget: budget),
            file.bytes.count >= Self.headerSize + Self.hashSize
        else { return nil }
        func word(_ offset: Int) -> UInt32 {
            UInt32(bigEndian: file.bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
        }
        let version = word(4)
        end = file.bytes.count - Self.hashSize
        guard word(0) == 0x5041_434b, version == 2 || version == 3, word(8) == index.count,
            file.bytes[end...].elementsEqual(index.packHash)
        else { return nil }
        self.path = path
        self.number = number
        self.index = index
        self.file = file
    }

    /// The offset of an object's entry; nil when it is not in this pack.
    func offset(of id: ObjectID) -> Int? { index.offset(of: id) }

    /// Reads the header of the entry at `offset`; nil when there is none.
    func entry(at offset: Int) -> Entry? {
        guard offset >= Self.headerSize, offset < end else { return nil }
        var position = offset
        var byte = file.bytes[position]
        let type = byte >> 4 & 7
        var size = Int(byte & 15)
        var shift = 4
        while byte & 0x80 != 0 {
            position += 1
            guard position < end, shift < 32 else { return nil }
            byte = file.bytes[position]
            size |= Int(byte & 0x7f) << shift
            shift += 7
        }
        position += 1
        let form: Form
        switch type {
        case 1...4:
            guard let kind = ObjectKind(rawValue: type) else { return nil }
            form = .whole(kind)
        case 6:
            guard let distance = distance(&position), distance > 0, distance <= offset - Self.headerSize else {
                return nil
            }
            form = .delta(base: offset - distance)
        case 7:
            guard position + Self.hashSize <= end,
                let base = index.offset(of: ObjectID(rawBytes: file.bytes, at: position)), base != offset
            else { return nil }
            form = .delta(base: base)
            position += Self.hashSize
        default: return nil
        }
        guard size < Self.sizeLimit, position < end, size / Self.bestRatio <= end - position else { return nil }
        file.touch(offset, position)
        return Entry(offset: offset, content: position, size: size, form: form)
    }

    /// An entry's packed bytes and everything after them: nothing but unpacking tells where they end.
    func packedBytes(of entry: Entry) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(rebasing: file.bytes[entry.content...])
    }

    /// Notes that so many packed bytes of an entry were read.
    func touch(_ entry: Entry, _ count: Int) {
        file.touch(entry.content, min(entry.content + count, file.bytes.count - 1))
    }

    /// How far before a delta its base starts: seven bits a byte, highest first, each continued byte one more.
    private func distance(_ position: inout Int) -> Int? {
        var value = 0
        var byte: UInt8 = 0x80
        while byte & 0x80 != 0 {
            guard position < end, value < 1 << 48 else { return nil }
            byte = file.bytes[position]
            value = value << 7 | Int(byte & 0x7f)
            if byte & 0x80 != 0 { value += 1 }
            position += 1
        }
        return value
    }
}
