import CLibgit2

/// A change to one path of a tree: new content, or removal.
public struct TreeChange: Hashable, Sendable {
    /// Slash-separated path from the root of the tree.
    public let path: String
    /// The blob and mode to put there; nil removes the path.
    public let entry: Entry?

    /// A blob with its mode.
    public struct Entry: Hashable, Sendable {
        /// The blob.
        public let id: ObjectID
        /// See ``FileMode``.
        public let mode: UInt32

        /// Makes an entry.
        public init(id: ObjectID, mode: UInt32) {
            self.id = id
            self.mode = mode
        }
    }

    /// Makes a change.
    public init(path: String, entry: Entry?) {
        self.path = path
        self.entry = entry
    }
}

extension Repository {
    /// Stores bytes as a blob, unfiltered.
    public func writeBlob(_ bytes: [UInt8]) throws(GitStoreError) -> ObjectID {
        var oid = git_oid()
        let code = bytes.withUnsafeBytes { git_blob_create_from_buffer(&oid, pointer, $0.baseAddress, $0.count) }
        try GitStoreError.check(code, "writing a blob of \(bytes.count) bytes")
        return ObjectID(oid)
    }

    /// Stores the tree that `base` becomes when `changes` are made. Folders that become empty disappear.
    public func writeTree(_ base: ObjectID, applying changes: [TreeChange]) throws(GitStoreError) -> ObjectID {
        try writeTree(
            try tree(base), changes: changes.map { (Array($0.path.utf8.split(separator: UInt8(ascii: "/"))), $0.entry) }
        ) ?? Self.emptyTree
    }

    private typealias PathChange = (components: [Substring.UTF8View], entry: TreeChange.Entry?)

    /// nil when nothing is left.
    private func writeTree(_ base: [TreeEntry], changes: [PathChange]) throws(GitStoreError) -> ObjectID? {
        var entries = Dictionary(base.map { ($0.name, $0) }, uniquingKeysWith: { $1 })
        var deeper: [[UInt8]: [PathChange]] = [:]
        for change in changes {
            guard let first = change.components.first else { continue }
            let name = Array(first)
            if change.components.count > 1 {
                deeper[name, default: []].append((Array(change.components.dropFirst()), change.entry))
            } else if let entry = change.entry {
                entries[name] = TreeEntry(name: name, mode: entry.mode, id: entry.id)
            } else {
                entries[name] = nil
            }
        }
        for (name, changes) in deeper {
            let existing = entries[name].flatMap { $0.isTree ? $0 : nil }
            let children = if let existing { try tree(existing.id) } else { [TreeEntry]() }
            let id = try writeTree(children, changes: changes)
            entries[name] = id.map { TreeEntry(name: name, mode: FileMode.tree, id: $0) }
        }
        guard !entries.isEmpty else { return nil }
        var raw: [UInt8] = []
        for entry in entries.values.sorted(by: TreeEntry.precedes) {
            raw += Array(String(entry.mode, radix: 8).utf8) + [UInt8(ascii: " ")] + entry.name + [0]
            withUnsafeBytes(of: entry.id.oid) { raw += Array($0) }
        }
        return try write(raw, GIT_OBJECT_TREE, "writing a tree")
    }

    /// Stores a commit. The message is stored as given.
    public func writeCommit(
        tree: ObjectID, parents: [ObjectID], author: Signature, committer: Signature, message: String
    ) throws(GitStoreError) -> ObjectID {
        var text = "tree \(tree)\n"
        for parent in parents { text += "parent \(parent)\n" }
        text += "author \(Self.line(author))\ncommitter \(Self.line(committer))\n\n\(message)"
        return try write(Array(text.utf8), GIT_OBJECT_COMMIT, "writing a commit")
    }

    private static func line(_ signature: Signature) -> String {
        func clean(_ text: String) -> String {
            String(String.UnicodeScalarView(text.unicodeScalars.filter { !"<>\n\0".unicodeScalars.contains($0) }))
        }
        let minutes = abs(signature.time.offsetMinutes)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let zone = (signature.time.offsetMinutes < 0 ? "-" : "+") + two(minutes / 60) + two(minutes % 60)
        return "\(clean(signature.name)) <\(clean(signature.email))> \(signature.time.seconds) \(zone)"
    }

    private func write(_ raw: [UInt8], _ type: git_object_t, _ operation: String) throws(GitStoreError) -> ObjectID {
        var oid = git_oid()
        let code = raw.withUnsafeBytes { git_odb_write(&oid, objects, $0.baseAddress, $0.count, type) }
        try GitStoreError.check(code, operation)
        return ObjectID(oid)
    }
}
