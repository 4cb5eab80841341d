/// What a tree has at a path: a blob (or link, or submodule commit) with its mode, or nothing.
public struct PathVersion: Hashable, Sendable {
    /// The blob; for submodules the foreign commit; zero when there is nothing.
    public let id: ObjectID
    /// See ``FileMode``; 0 when there is nothing.
    public let mode: UInt32

    /// Nothing at this path.
    public static let absent = PathVersion(id: .zero, mode: 0)

    /// Makes a version.
    public init(id: ObjectID, mode: UInt32) {
        self.id = id
        self.mode = mode
    }

    /// True when the tree has nothing at the path.
    public var isAbsent: Bool { mode == 0 }

    /// True for a file, whose blob has lines; false for links, submodules and nothing.
    public var isFile: Bool { mode & 0o170000 == 0o100000 }
}

/// One path's change between two trees.
public struct PathTransition: Hashable, Sendable {
    /// The path's number in the reader's ``PathTable``.
    public let path: PathTable.ID
    /// What was there before.
    public let old: PathVersion
    /// What is there after.
    public let new: PathVersion

    /// Makes a transition.
    public init(path: PathTable.ID, old: PathVersion, new: PathVersion) {
        self.path = path
        self.old = old
        self.new = new
    }

    /// The change that takes this one back.
    public var inverse: PathTransition { PathTransition(path: path, old: new, new: old) }
}

/// Compares trees by object ids alone: equal subtrees are never opened, blobs never read, renames not looked for.
///
/// Wraps a walk of our own because `git_diff_tree_to_tree` visits every entry of both trees. Not thread-safe.
public final class TreeDeltaReader {
    /// Which paths a comparison reports.
    public enum Scope {
        /// All; new ones are added to the table.
        case everything
        /// Only those that ``PathTable/watch(_:)`` was told of; folders without one are not opened.
        case watchedPaths
    }

    /// The paths of all transitions that this reader gives.
    public let paths: PathTable

    private let repository: Repository
    private var recent: [ObjectID: RawTree] = [:]
    private var older: [ObjectID: RawTree] = [:]
    /// The two root trees of the comparison before: consecutive steps share one, later ones none.
    private var roots: [(id: ObjectID, tree: RawTree)] = []
    private static let generationLimit = 4096

    /// A reader for one repository.
    public init(repository: Repository, paths: PathTable) {
        self.repository = repository
        self.paths = paths
    }

    private struct Pair {
        let old: ObjectID?
        let new: ObjectID?
        let folder: PathTable.ID
    }

    /// The paths that differ between two trees; nil stands for the empty tree.
    ///
    /// - Throws: kind ``GitStoreError/Kind/notFound`` when a tree is not in this clone.
    public func transitions(
        from old: ObjectID?, to new: ObjectID?, scope: Scope
    ) throws(GitStoreError) -> [PathTransition] {
        guard old != new else { return [] }
        var found: [PathTransition] = []
        var pending = [Pair(old: old, new: new, folder: PathTable.root)]
        while let pair = pending.popLast() {
            let isRoot = pair.folder == PathTable.root
            let oldTree = try isRoot ? root(pair.old) : tree(pair.old)
            let newTree = try isRoot ? root(pair.new) : tree(pair.new)
            try compare(oldTree, newTree, pair.folder, scope, &found, &pending)
        }
        return found
    }

    /// What `tree` has at a slash-separated path, folders included; absent when there is nothing.
    public func version(at path: String, in root: ObjectID) throws(GitStoreError) -> PathVersion {
        let names = path.utf8.split(separator: UInt8(ascii: "/")).map { Array($0) }
        return try version(at: names, in: root)
    }

    /// What `tree` has at a path of the table: a file, link or submodule, else absent; nil stands for the empty tree.
    public func version(of path: PathTable.ID, in root: ObjectID?) throws(GitStoreError) -> PathVersion {
        guard let root else { return .absent }
        let found = try version(at: paths.components(of: path).map { paths.name(of: $0) }, in: root)
        return found.mode == FileMode.tree ? .absent : found
    }

    private func version(at names: [[UInt8]], in root: ObjectID) throws(GitStoreError) -> PathVersion {
        var current = PathVersion(id: root, mode: FileMode.tree)
        for (index, name) in names.enumerated() {
            guard current.mode == FileMode.tree,
                let tree = try index == 0 ? self.root(current.id) : tree(current.id)
            else { return .absent }
            var cursor = TreeCursor(tree)
            while cursor.isValid, !name.withUnsafeBytes({ TreeCursor.equal($0, cursor.name) }) { cursor.advance() }
            guard cursor.isValid else { return .absent }
            current = cursor.version
        }
        return current
    }

    private func compare(
        _ oldTree: RawTree?, _ newTree: RawTree?, _ folder: PathTable.ID, _ scope: Scope,
        _ found: inout [PathTransition], _ pending: inout [Pair]
    ) throws(GitStoreError) {
        var old = TreeCursor(oldTree)
        var new = TreeCursor(newTree)
        while old.isValid || new.isValid {
            let order = TreeCursor.order(old, new)
            if order == 0, TreeCursor.sameEntry(old, new) {
                old.advance()
                new.advance()
                continue
            }
            let before = order <= 0 ? old.version : .absent
            let after = order >= 0 ? new.version : .absent
            let name = order <= 0 ? old.name : new.name
            if let path = paths.child(of: folder, named: name, adding: scope == .everything),
                scope == .everything || paths.isWatched(path)
            {
                Self.report(path, before, after, &found, &pending)
            }
            if order <= 0 { old.advance() }
            if order >= 0 { new.advance() }
        }
        guard !old.isDamaged, !new.isDamaged else {
            throw GitStoreError(kind: .malformed, operation: "comparing trees", reason: "a tree object is damaged")
        }
    }

    private static func report(
        _ path: PathTable.ID, _ before: PathVersion, _ after: PathVersion, _ found: inout [PathTransition],
        _ pending: inout [Pair]
    ) {
        let oldTree = before.mode == FileMode.tree ? before.id : nil
        let newTree = after.mode == FileMode.tree ? after.id : nil
        if oldTree != nil || newTree != nil { pending.append(Pair(old: oldTree, new: newTree, folder: path)) }
        let oldBlob = oldTree == nil ? before : .absent
        let newBlob = newTree == nil ? after : .absent
        if oldBlob != newBlob { found.append(PathTransition(path: path, old: oldBlob, new: newBlob)) }
    }

    private func root(_ id: ObjectID?) throws(GitStoreError) -> RawTree? {
        guard let id, id != Repository.emptyTree else { return nil }
        if let known = roots.first(where: { $0.id == id }) { return known.tree }
        let tree = try RawTree(repository, id)
        if roots.count == 2 { roots.removeFirst() }
        roots.append((id, tree))
        return tree
    }

    private func tree(_ id: ObjectID?) throws(GitStoreError) -> RawTree? {
        guard let id, id != Repository.emptyTree else { return nil }
        if let tree = recent[id] { return tree }
        let tree: RawTree
        if let found = older[id] { tree = found } else { tree = try RawTree(repository, id) }
        if recent.count >= Self.generationLimit {
            older = recent
            recent = [:]
        }
        recent[id] = tree
        return tree
    }
}

/// A tree object's bytes.
private final class RawTree {
    let bytes: UnsafeRawBufferPointer
    private let object: ObjectBytes

    init(_ repository: Repository, _ id: ObjectID) throws(GitStoreError) {
        object = try repository.object(id, .tree, "reading tree \(id)")
        bytes = object.bytes
    }
}

/// A position in a raw tree: `<octal mode> SP <name> NUL <20 bytes>`, entry after entry.
///
/// The cursor keeps its tree alive, so its buffers stay valid as long as it does.
private struct TreeCursor {
    private let tree: RawTree?
    private let bytes: UnsafeRawBufferPointer
    private var start = 0
    private var nameStart = 0
    private var nameEnd = 0
    private(set) var mode: UInt32 = 0
    private(set) var isValid = false
    private(set) var isDamaged = false

    init(_ tree: RawTree?) {
        self.tree = tree
        bytes = tree?.bytes ?? UnsafeRawBufferPointer(start: nil, count: 0)
        read()
    }

    var name: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[nameStart..<nameEnd]) }

    var version: PathVersion {
        PathVersion(id: ObjectID(rawBytes: bytes, at: nameEnd + 1), mode: mode)
    }

    mutating func advance() {
        start = nameEnd + 21
        read()
    }

    private mutating func read() {
        isValid = false
        guard start < bytes.count else { return }
        var position = start
        mode = 0
        while position < bytes.count, bytes[position] != UInt8(ascii: " ") {
            mode = mode << 3 | UInt32(bytes[position] & 7)
            position += 1
        }
        nameStart = position + 1
        guard nameStart < bytes.count, let base = bytes.baseAddress,
            let terminator = memchr(base + nameStart, 0, bytes.count - nameStart)
        else {
            isDamaged = true
            return
        }
        nameEnd = UnsafeRawPointer(terminator) - base
        guard nameEnd + 21 <= bytes.count else {
            isDamaged = true
            return
        }
        isValid = true
    }

    /// Negative when `left` comes first or `right` is at its end, positive the other way round, 0 for one name.
    static func order(_ left: TreeCursor, _ right: TreeCursor) -> Int {
        guard left.isValid else { return 1 }
        guard right.isValid else { return -1 }
        let (a, b) = (left.name, right.name)
        let common = min(a.count, b.count)
        if let first = a.baseAddress, let second = b.baseAddress {
            let difference = memcmp(first, second, common)
            if difference != 0 { return difference < 0 ? -1 : 1 }
        }
        if a.count == b.count {
            // A folder and a file of one name sort apart in Git; here they are one path that changes its kind.
            return 0
        }
        let next = a.count > common ? a[common] : left.mode == FileMode.tree ? UInt8(ascii: "/") : 0
        let other = b.count > common ? b[common] : right.mode == FileMode.tree ? UInt8(ascii: "/") : 0
        return next < other ? -1 : 1
    }

    static func sameEntry(_ left: TreeCursor, _ right: TreeCursor) -> Bool {
        guard left.mode == right.mode, let a = left.bytes.baseAddress, let b = right.bytes.baseAddress else {
            return false
        }
        return memcmp(a + left.nameEnd + 1, b + right.nameEnd + 1, 20) == 0
    }

    static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        guard left.count == right.count, let a = left.baseAddress, let b = right.baseAddress else { return false }
        return memcmp(a, b, left.count) == 0
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
