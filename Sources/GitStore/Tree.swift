/// The mode of a tree entry, as Git writes it in octal.
public enum FileMode {
    /// A subdirectory.
    public static let tree: UInt32 = 0o040000
    /// An ordinary file.
    public static let file: UInt32 = 0o100644
    /// An executable file.
    public static let executable: UInt32 = 0o100755
    /// A symbolic link; the blob is its target.
    public static let link: UInt32 = 0o120000
    /// A submodule; the id names a commit of another repository.
    public static let submodule: UInt32 = 0o160000
}

/// One entry of a tree object. Names are bytes: Git does not promise UTF-8.
public struct TreeEntry: Hashable, Sendable {
    /// The entry's name, without folders.
    public let name: [UInt8]
    /// See ``FileMode``.
    public let mode: UInt32
    /// The blob, tree or (for submodules) foreign commit.
    public let id: ObjectID

    /// Makes an entry.
    public init(name: [UInt8], mode: UInt32, id: ObjectID) {
        self.name = name
        self.mode = mode
        self.id = id
    }

    /// True for a subdirectory.
    public var isTree: Bool { mode == FileMode.tree }

    /// True for an ordinary file, executable or not; false for a symbolic link.
    public var isFile: Bool { mode == FileMode.file || mode == FileMode.executable }

    /// Parses a raw tree object; nil when it is malformed.
    static func parse(_ raw: UnsafeRawBufferPointer) -> [TreeEntry]? {
        var entries: [TreeEntry] = []
        var position = 0
        while position < raw.count {
            var mode: UInt32 = 0
            while position < raw.count, raw[position] != UInt8(ascii: " ") {
                let digit = raw[position] &- UInt8(ascii: "0")
                guard digit < 8 else { return nil }
                mode = mode << 3 | UInt32(digit)
                position += 1
            }
            position += 1
            let start = position
            while position < raw.count, raw[position] != 0 { position += 1 }
            guard position + 21 <= raw.count else { return nil }
            entries.append(
                TreeEntry(
                    name: Array(raw[start..<position]), mode: mode, id: ObjectID(rawBytes: raw, at: position + 1)))
            position += 21
        }
        return entries
    }

    /// Git's order within a tree: bytewise, a subdirectory as if its name ended in a slash.
    static func precedes(_ left: TreeEntry, _ right: TreeEntry) -> Bool {
        let common = min(left.name.count, right.name.count)
        for index in 0..<common where left.name[index] != right.name[index] {
            return left.name[index] < right.name[index]
        }
        return left.byteAfterName(common) < right.byteAfterName(common)
    }

    private func byteAfterName(_ index: Int) -> UInt8 {
        index < name.count ? name[index] : isTree ? UInt8(ascii: "/") : 0
    }
}
