/// The commits of a repository with small numbers of their own, so that a walk over a whole history keeps its marks in
/// arrays: trees and parents come from git's commit-graph where it has them, else from the commits themselves, which are
/// then read once.
///
/// With and without a commit-graph the answers are the same. The file is believed as git believes it: its structure is
/// checked wherever it is followed, its checksum is not (`git commit-graph verify` does that). Not thread-safe.
public final class CommitGraph {
    /// A commit's number. Numbers are made when a commit is first named, whether it is in this clone or not.
    public typealias Node = Int32

    /// The parents of a commit, in order; most have one or two.
    public struct Parents: Sendable {
        private var first: Node = -1
        private var second: Node = -1
        private var others: [Node] = []
        /// How many there are.
        public private(set) var count = 0

        init() {}

        /// Those of a history's first commit.
        public static let none = Parents()

        mutating func append(_ node: Node) {
            switch count {
            case 0: first = node
            case 1: second = node
            default: others.append(node)
            }
            count += 1
        }

        /// The parent at a position, which must be below ``count``.
        public subscript(_ position: Int) -> Node {
            switch position {
            case 0: first
            case 1: second
            default: others[position - 2]
            }
        }
    }

    /// What a commit says besides its tree and its parents.
    public struct Details: Sendable {
        /// A hash of the author's address; equal for equal addresses.
        public let authorKey: UInt64
        /// When the change was written, in seconds since 1970.
        public let authorSeconds: Int64
        /// The committer's date.
        public let time: GitTime
        /// What the marking function found in the message.
        public let marks: UInt8
    }

    /// A commit that was read as an object.
    private struct Row {
        let tree: ObjectID
        let parents: Parents
        let details: Details
    }

    private enum Reading {
        case notYet
        case row(Row)
        case missing
    }

    private let repository: Repository
    private let marking: (UnsafeRawBufferPointer) -> UInt8
    private let file: CommitGraphFile?
    private let fileCount: Node
    private var numbers: [ObjectID: Node] = [:]
    private var ids: [ObjectID] = []
    private var rows: [Reading] = []
    private var fileDetails: [Node: Details] = [:]
    /// The marks of the file's commits, each with ``isMarked`` set once its message was looked at.
    private var fileMarks: [UInt16] = []
    private static let isMarked: UInt16 = 0x100

    /// Opens the graph of a repository.
    ///
    /// - Parameter marking: looks at a message's bytes, once, and tells in eight bits what may be worth reading it for.
    public init(repository: Repository, marking: @escaping (UnsafeRawBufferPointer) -> UInt8) {
        self.repository = repository
        self.marking = marking
        // git itself uses no commit-graph where history is cut off.
        file = repository.isShallow ? nil : CommitGraphFile(objectDirectory: "\(repository.commonDirectory)/objects")
        fileCount = Node(file?.count ?? 0)
    }

    /// The same graph with a repository of its own, for use on another thread. Numbers given so far are the same in both.
    public init(_ other: CommitGraph, in repository: Repository) {
        self.repository = repository
        marking = other.marking
        file = other.file
        fileCount = other.fileCount
        numbers = other.numbers
        ids = other.ids
        rows = other.rows
        fileMarks = other.fileMarks
    }

    /// How many numbers were given; all are below it.
    public var count: Int { Int(fileCount) + ids.count }

    /// The number of a commit.
    public func node(of id: ObjectID) -> Node {
        if let number = file?.number(of: id) ?? numbers[id] { return number }
        let number = fileCount + Node(ids.count)
        numbers[id] = number
        ids.append(id)
        rows.append(.notYet)
        return number
    }

    /// The number of a commit that has one.
    public func knownNode(of id: ObjectID) -> Node? { file?.number(of: id) ?? numbers[id] }

    /// The commit's id.
    public func id(of node: Node) -> ObjectID {
        if let file, node < fileCount { return file.id(of: node) }
        return ids[Int(node - fileCount)]
    }

    /// The commit's root tree; nil when the commit is not in this clone.
    ///
    /// - Throws: kind ``GitStoreError/Kind/malformed`` when it is damaged.
    public func tree(of node: Node) throws(GitStoreError) -> ObjectID? {
        if let file, node < fileCount { return file.tree(of: node) }
        return try row(node)?.tree
    }

    /// The commit's parents; nil when the commit is not in this clone.
    ///
    /// - Throws: kind ``GitStoreError/Kind/malformed`` when it is damaged.
    public func parents(of node: Node) throws(GitStoreError) -> Parents? {
        guard let file, node < fileCount else { return try row(node)?.parents }
        guard let parents = file.parents(of: node) else { throw Self.damaged }
        return parents
    }

    /// What is thrown where the file cannot be what git wrote.
    public static var damaged: GitStoreError {
        GitStoreError(
            kind: .malformed, operation: "reading the commit-graph",
            reason: "it is damaged; git commit-graph write --reachable makes a new one")
    }

    /// What else the commit says; nil when it is not in this clone.
    ///
    /// - Throws: kind ``GitStoreError/Kind/malformed`` when it is damaged.
    public func details(of node: Node) throws(GitStoreError) -> Details? {
        guard node < fileCount else { return try row(node)?.details }
        if let known = fileDetails[node] { return known }
        do throws(GitStoreError) {
            let marking = marking
            let details = try repository.withCommitOutline(id(of: node)) { outline, message in
                Details(outline, marks: marking(message))
            }
            fileDetails[node] = details
            return details
        } catch {
            guard error.kind == .notFound else { throw error }
            return nil
        }
    }

    /// What the marking function found in the commit's message; nil when the commit is not in this clone.
    ///
    /// - Throws: kind ``GitStoreError/Kind/malformed`` when it is damaged.
    public func marks(of node: Node) throws(GitStoreError) -> UInt8? {
        let index = Int(node)
        if index < fileMarks.count, fileMarks[index] != 0 { return UInt8(truncatingIfNeeded: fileMarks[index]) }
        return try details(of: node)?.marks
    }

    /// Looks at the messages of many commits at once, on all processors. What cannot be read is left for later.
    public func readMarks(of nodes: [Node]) throws(GitStoreError) {
        let wanted = nodes.filter { $0 < fileCount }
        guard wanted.count >= Self.manyCommits else { return }
        fileMarks = [UInt16](repeating: 0, count: Int(fileCount))
        let pieces = (wanted.count + Self.manyCommits - 1) / Self.manyCommits
        repository.rest()
        let (repository, marking, file) = (repository, marking, file)
        let found = try Cores.map(pieces) { () throws(GitStoreError) in
            try repository.forAnotherThread()
        } _: { repository, piece throws(GitStoreError) in
            let range = piece * Self.manyCommits..<min(wanted.count, (piece + 1) * Self.manyCommits)
            return wanted[range].map { node -> UInt16 in
                guard let id = file?.id(of: node) else { return 0 }
                let marks = try? repository.withCommitOutline(id) { _, message in marking(message) }
                return marks.map { Self.isMarked | UInt16($0) } ?? 0
            }
        }
        for (node, marks) in zip(wanted, found.joined()) { fileMarks[Int(node)] = marks }
    }

    /// Fewer commits than this are not worth a thread.
    private static let manyCommits = 2048

    /// False when the commit certainly leaves a path, or all below a folder, as its first parent has it.
    public func mayChange(_ node: Node, _ path: ChangedPath) -> Bool {
        guard let filter = filter(of: node) else { return true }
        return filter.largestEntryCount >= path.depth && filter.mayContain(path.key)
    }

    /// The watched paths of a table that the commit may have changed against its first parent; nil when all may be.
    public func watchedPaths(_ node: Node, of paths: PathTable) -> [PathTable.ID]? {
        guard let filter = filter(of: node), !filter.isFull else { return nil }
        return paths.watchedPaths(in: filter)
    }

    private func filter(of node: Node) -> ChangedPathFilter? {
        node < fileCount ? file?.filter(of: node) : nil
    }

    private func row(_ node: Node) throws(GitStoreError) -> Row? {
        let index = Int(node - fileCount)
        switch rows[index] {
        case .row(let row): return row
        case .missing: return nil
        case .notYet: break
        }
        do throws(GitStoreError) {
            let marking = marking
            let (outline, marks) = try repository.withCommitOutline(ids[index]) { outline, message in
                (outline, marking(message))
            }
            var parents = Parents()
            for parent in outline.parents { parents.append(self.node(of: parent)) }
            let row = Row(tree: outline.tree, parents: parents, details: Details(outline, marks: marks))
            rows[index] = .row(row)
            return row
        } catch {
            guard error.kind == .notFound else { throw error }
            rows[index] = .missing
            return nil
        }
    }
}

extension CommitGraph.Details {
    fileprivate init(_ outline: CommitOutline, marks: UInt8) {
        authorKey = outline.authorKey
        authorSeconds = outline.authorTime.seconds
        time = outline.committerTime
        self.marks = marks
    }
}
