/// Every path that an analysis has met, each with a small number of its own.
///
/// Paths are kept as a tree of names, so that a walk over two trees can follow it downwards without building strings,
/// and can skip folders that contain no path of interest. Names are bytes: Git does not promise UTF-8.
public final class PathTable {
    /// A path's number.
    public typealias ID = Int32

    /// The root of the tree, the empty path.
    public static let root: ID = 0

    private struct Key: Hashable {
        let parent: ID
        let hash: UInt64
    }

    private var parents: [ID] = [PathTable.root]
    private var names: [[UInt8]] = [[]]
    private var children: [Key: ID] = [:]
    private var watched: [Bool] = [true]
    /// The watched paths and the folders above them, each folder's own, for a descent through changed-path filters.
    private var watchedChildren: [ID: [WatchedChild]] = [:]

    private struct WatchedChild {
        let id: ID
        let depth: Int
        let key: ChangedPathFilter.Key
        /// True for a path that was asked for itself; false for a folder above one.
        var isAsked: Bool
    }

    /// A table that knows only the root.
    public init() {}

    /// How many paths and folders are known.
    public var count: Int { names.count }

    /// The path's bytes, slash-separated, from the root of the tree.
    public func bytes(of id: ID) -> [UInt8] {
        var components: [[UInt8]] = []
        var current = id
        while current != Self.root {
            components.append(names[Int(current)])
            current = parents[Int(current)]
        }
        return Array(components.reversed().joined(separator: [UInt8(ascii: "/")]))
    }

    /// The path as text, invalid UTF-8 replaced.
    public func text(of id: ID) -> String { String(decoding: bytes(of: id), as: UTF8.self) }

    /// The number of a slash-separated path, which is added when it is new.
    public func add(_ path: String) -> ID {
        var current = Self.root
        for component in path.utf8.split(separator: UInt8(ascii: "/")) {
            current = Array(component).withUnsafeBytes { child(of: current, named: $0, adding: true) ?? current }
        }
        return current
    }

    /// True when `id` is `folder` or lies below it.
    public func isBelow(_ id: ID, _ folder: ID) -> Bool {
        var current = id
        while true {
            if current == folder { return true }
            if current == Self.root { return false }
            current = parents[Int(current)]
        }
    }

    /// Has comparisons with ``TreeDeltaReader/Scope/watchedPaths`` report a path from now on.
    public func watch(_ id: ID) {
        if watched[Int(id)], id != Self.root {
            let parent = parents[Int(id)]
            guard let place = watchedChildren[parent]?.firstIndex(where: { $0.id == id }) else { return }
            watchedChildren[parent]?[place].isAsked = true
        }
        var current = id
        while !watched[Int(current)] {
            watched[Int(current)] = true
            let path = bytes(of: current)
            watchedChildren[parents[Int(current)], default: []].append(
                WatchedChild(
                    id: current, depth: path.count { $0 == UInt8(ascii: "/") } + 1,
                    key: ChangedPathFilter.Key(path: path), isAsked: current == id))
            current = parents[Int(current)]
        }
    }

    /// The watched paths that a filter does not rule out. Folders are asked first: most are not there.
    func watchedPaths(in filter: ChangedPathFilter) -> [ID] {
        let limit = filter.largestEntryCount
        guard limit > 0 else { return [] }
        var found: [ID] = []
        var pending = [Self.root]
        while let folder = pending.popLast() {
            for child in watchedChildren[folder] ?? [] where child.depth <= limit && filter.mayContain(child.key) {
                if child.isAsked { found.append(child.id) }
                pending.append(child.id)
            }
        }
        return found
    }

    /// The numbers of the folders above a path, from the top, and its own.
    func components(of id: ID) -> [ID] {
        var found: [ID] = []
        var current = id
        while current != Self.root {
            found.append(current)
            current = parents[Int(current)]
        }
        return found.reversed()
    }

    /// A path's last component.
    func name(of id: ID) -> [UInt8] { names[Int(id)] }

    /// The paths that ``watch(_:)`` was told of.
    public var watchedPaths: [ID] { watchedChildren.values.joined().filter(\.isAsked).map(\.id) }

    /// True for a watched path and for the folders above it.
    func isWatched(_ id: ID) -> Bool { watched[Int(id)] }

    /// The entry `name` of the folder `parent`; nil when it is unknown and not to be added.
    func child(of parent: ID, named name: UnsafeRawBufferPointer, adding: Bool) -> ID? {
        var key = Key(parent: parent, hash: Self.hash(name))
        // Two names with one hash sit behind each other.
        while let found = children[key] {
            if names[Int(found)].elementsEqual(name) { return found }
            key = Key(parent: parent, hash: key.hash &+ 1)
        }
        guard adding else { return nil }
        let id = ID(names.count)
        names.append(Array(name))
        parents.append(parent)
        watched.append(false)
        children[key] = id
        return id
    }

    /// FNV-1a, 64 bits.
    private static func hash(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return hash
    }
}
