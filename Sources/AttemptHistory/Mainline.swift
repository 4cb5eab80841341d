import GitStore

/// One walk of a mainline's first-parent chain, shared by all attempts.
///
/// The walk also marks every commit that the mainline contains with the step that first reached it ("colouring"), so
/// that ancestry, merge points and own commits of any number of branches need no walk of their own through the
/// mainline's history. Where git keeps a commit-graph no commit is opened for it. Commits that a shallow clone has cut
/// off are left out and ``isCut`` says so.
public final class Mainline {
    /// One commit of the first-parent chain. What its object says (dates, author, message) is read when it is asked for.
    public struct Step {
        fileprivate let mainline: Mainline
        fileprivate let node: CommitGraph.Node

        /// The commit.
        public var id: ObjectID { mainline.graph.id(of: node) }
        /// The parents that it merged.
        public var otherParents: [ObjectID] {
            let parents = parents
            return (0..<parents.count).dropFirst().map { mainline.graph.id(of: parents[$0]) }
        }
        /// True when it merged another parent.
        public var isMerge: Bool { parents.count > 1 }
        /// False for a history's first commit.
        var hasParent: Bool { parents.count > 0 }
        private var parents: CommitGraph.Parents { ((try? mainline.graph.parents(of: node)) ?? nil) ?? .none }
        /// Its root tree.
        public var tree: ObjectID { (try? mainline.graph.tree(of: node)) ?? .zero }
        /// The committer's date.
        public var time: GitTime { mainline.details(of: node)?.time ?? GitTime(seconds: 0, offsetMinutes: 0) }
        /// A hash of the author's address.
        public var authorKey: UInt64 { mainline.details(of: node)?.authorKey ?? 0 }
        /// When the change was written, in seconds since 1970.
        public var authorSeconds: Int64 { mainline.details(of: node)?.authorSeconds ?? 0 }
        /// What its message may be worth reading for.
        var mentions: Mentions { mainline.mentions(of: node) }
    }

    /// The first-parent chain, oldest first.
    public struct Steps: RandomAccessCollection {
        fileprivate let mainline: Mainline

        /// Position of the oldest step.
        public var startIndex: Int { 0 }
        /// One more than the position of the newest.
        public var endIndex: Int { mainline.chain.count }
        /// The step at a position.
        public subscript(position: Int) -> Step { Step(mainline: mainline, node: mainline.chain[position]) }
    }

    /// Phrases that a first look at a message's bytes found.
    struct Mentions: OptionSet, Sendable {
        let rawValue: UInt8
        /// `-attempt-`
        static let attempt = Mentions(rawValue: 1)
        /// `Meta-Issue:`
        static let record = Mentions(rawValue: 2)
        /// `evert`, `ack out`, `acked out`, `eapply`: wordings of reversals.
        static let reversal = Mentions(rawValue: 4)
        /// `cherry picked from`
        static let picked = Mentions(rawValue: 8)
        /// A full commit id.
        static let commitID = Mentions(rawValue: 16)
        /// A line that begins with `* `, as in the list of subjects that a squash merge gets.
        static let list = Mentions(rawValue: 32)
    }

    /// Where the mainline contains a commit.
    struct Reach {
        /// The step that first reaches it.
        let step: Int32
        /// The newest step that the commit itself contains (for a step: itself); -1 for none.
        let newestStep: Int32
    }

    /// Where the chain was read from.
    public let repository: Repository
    /// The mainline's newest commit.
    public let tip: ObjectID
    /// The mainline's full reference name, when it has one.
    public let reference: String?
    /// True when some of the mainline's history is not in this clone.
    public private(set) var isCut = false

    /// The repository's commits by number.
    let graph: CommitGraph
    private var chain: [CommitGraph.Node] = []
    /// By a commit's number; -1 for what the mainline does not contain.
    private var reachStep: [Int32] = []
    private var newestStep: [Int32] = []

    /// Walks the chain that ends at `tip`.
    ///
    /// - Parameter reference: the mainline's full reference name, for its reflog.
    /// - Throws: ``GitStoreError`` when the tip cannot be read or a commit is damaged.
    public init(repository: Repository, tip: ObjectID, reference: String?) throws(GitStoreError) {
        self.repository = repository
        self.tip = tip
        self.reference = reference
        graph = CommitGraph(repository: repository) { Mentions(scanning: $0).rawValue }
        // A commit-graph may outlive a commit: the tip has to be here.
        _ = try repository.commitOutline(tip)
        try walk()
        try colour()
    }

    /// The same walk with a repository and caches of its own.
    init(_ other: Mainline, in repository: Repository) {
        self.repository = repository
        tip = other.tip
        reference = other.reference
        isCut = other.isCut
        graph = CommitGraph(other.graph, in: repository)
        chain = other.chain
        reachStep = other.reachStep
        newestStep = other.newestStep
    }

    /// The first-parent chain, oldest first.
    public var steps: Steps { Steps(mainline: self) }

    /// The position of a first-parent commit among the steps; nil for any other commit.
    public func index(of id: ObjectID) -> Int? {
        guard let node = graph.knownNode(of: id), let found = reach(of: node) else { return nil }
        let step = Int(found.step)
        return chain[step] == node ? step : nil
    }

    /// Whether the mainline contains a commit.
    public func contains(_ id: ObjectID) -> Bool { reach(of: id) != nil }

    /// Where the mainline contains a commit; nil when it does not.
    func reach(of id: ObjectID) -> Reach? { graph.knownNode(of: id).flatMap { reach(of: $0) } }

    /// Where the mainline contains a commit; nil when it does not.
    func reach(of node: CommitGraph.Node) -> Reach? {
        let index = Int(node)
        guard index < reachStep.count, reachStep[index] >= 0 else { return nil }
        return Reach(step: reachStep[index], newestStep: newestStep[index])
    }

    /// The step's number in ``graph``.
    func node(of step: Int) -> CommitGraph.Node { chain[step] }

    /// The commits after the step `commit`, oldest first, that change what the tree has at `path` (a file or folder).
    public func steps(after commit: ObjectID, changing path: String) throws(GitStoreError) -> [ObjectID] {
        guard let start = index(of: commit) else { return [] }
        return try steps(changing: path, from: start + 1).map { steps[$0].id }
    }

    /// The commits from the step at position `first` on, oldest first, that change what the tree has at `path`.
    public func steps(from first: Int, changing path: String) throws(GitStoreError) -> [ObjectID] {
        try steps(changing: path, from: first).map { steps[$0].id }
    }

    /// The positions, from `first` on, of the steps that change what the tree has at `path`.
    func steps(changing path: String, from first: Int) throws(GitStoreError) -> [Int] {
        let reader = TreeDeltaReader(repository: repository, paths: PathTable())
        let key = ChangedPath(path)
        var found: [Int] = []
        for step in first..<Swift.max(first, chain.count) where graph.mayChange(chain[step], key) {
            if try changes(step, path, reader) { found.append(step) }
        }
        return found
    }

    /// Whether a step changes what the tree has at `path`; true also where its trees are not here, so that it may.
    private func changes(_ step: Int, _ path: String, _ reader: TreeDeltaReader) throws(GitStoreError) -> Bool {
        let trees = trees(of: step)
        do throws(GitStoreError) {
            let before: PathVersion =
                if let tree = trees.before { try reader.version(at: path, in: tree) } else { .absent }
            return try reader.version(at: path, in: trees.after) != before
        } catch {
            guard error.kind == .notFound else { throw error }
            return true
        }
    }

    /// Commits that this program made for records, oldest first. Reads every message.
    public func recordCommits() throws(GitStoreError) -> [RecordCommit] {
        var found: [RecordCommit] = []
        for step in chain.indices {
            if let record = try recordCommit(at: step) { found.append(record) }
        }
        return found
    }

    /// What this program made a step for; nil when it did not make it.
    func recordCommit(at step: Int) throws(GitStoreError) -> RecordCommit? {
        guard steps[step].mentions.contains(.record) else { return nil }
        let id = steps[step].id
        return RecordCommit(message: try repository.commit(id).message, commit: id, step: step)
    }

    /// The tree before and after a step; nil before the first commit. Where history is cut off below the first step, what
    /// that step changed is not known: it counts as no change.
    func trees(of index: Int) -> (before: ObjectID?, after: ObjectID) {
        let step = steps[index]
        if index > 0 { return (steps[index - 1].tree, step.tree) }
        return (step.hasParent ? step.tree : nil, step.tree)
    }

    /// What a step's object says; nil when it cannot be read, which then counts as history that is not here.
    private func details(of node: CommitGraph.Node) -> CommitGraph.Details? {
        if let details = try? graph.details(of: node) { return details }
        isCut = true
        return nil
    }

    private func mentions(of node: CommitGraph.Node) -> Mentions {
        if let marks = (try? graph.marks(of: node)) ?? nil { return Mentions(rawValue: marks) }
        isCut = true
        return []
    }

    /// Looks at all steps' messages before somebody asks for one after the other.
    func readMentions() throws(GitStoreError) { try graph.readMarks(of: chain) }

    private func walk() throws(GitStoreError) {
        var next: CommitGraph.Node? = graph.node(of: tip)
        while let node = next {
            guard let parents = try graph.parents(of: node) else {
                isCut = true
                break
            }
            // More commits than there are: a damaged commit-graph that leads in a circle.
            guard chain.count < graph.count else { throw CommitGraph.damaged }
            chain.append(node)
            next = parents.count > 0 ? parents[0] : nil
        }
        chain.reverse()
    }

    // MARK: - Colouring

    private func colour() throws(GitStoreError) {
        for (index, node) in chain.enumerated() {
            mark(node, step: Int32(index), newest: Int32(index))
            guard let parents = try graph.parents(of: node), parents.count > 1 else { continue }
            for position in 1..<parents.count where reach(of: parents[position]) == nil {
                try colourSide(from: parents[position], step: Int32(index))
            }
        }
    }

    private func mark(_ node: CommitGraph.Node, step: Int32, newest: Int32) {
        if Int(node) >= reachStep.count {
            let missing = Swift.max(graph.count, Int(node) + 1) - reachStep.count
            reachStep += Array(repeating: -1, count: missing)
            newestStep += Array(repeating: -1, count: missing)
        }
        reachStep[Int(node)] = step
        newestStep[Int(node)] = newest
    }

    private struct Frame {
        let node: CommitGraph.Node
        let parents: CommitGraph.Parents
        var next = 0
        var newest: Int32 = -1
    }

    /// Marks what `start` adds to the mainline; parents before children, without recursion.
    private func colourSide(from start: CommitGraph.Node, step: Int32) throws(GitStoreError) {
        var stack: [Frame] = []
        if let frame = try frame(start) { stack.append(frame) }
        while var frame = stack.popLast() {
            var descends = false
            while frame.next < frame.parents.count {
                let parent = frame.parents[frame.next]
                if let known = reach(of: parent) {
                    frame.newest = Swift.max(frame.newest, known.newestStep)
                    frame.next += 1
                } else if let child = try self.frame(parent) {
                    guard stack.count < graph.count else { throw CommitGraph.damaged }
                    stack.append(frame)
                    stack.append(child)
                    descends = true
                    break
                } else {
                    frame.next += 1
                }
            }
            if !descends { mark(frame.node, step: step, newest: frame.newest) }
        }
    }

    private func frame(_ node: CommitGraph.Node) throws(GitStoreError) -> Frame? {
        if let parents = try graph.parents(of: node) { return Frame(node: node, parents: parents) }
        isCut = true
        return nil
    }
}

extension Mainline.Mentions {
    /// One look at each byte: a phrase is compared only where its rarest letter stands.
    init(scanning message: UnsafeRawBufferPointer) {
        var found: Mainline.Mentions = []
        var digits = 0
        for (index, byte) in message.enumerated() {
            let isDigit = (byte >= 48 && byte <= 57) || (byte >= 97 && byte <= 102)
            digits = isDigit ? digits + 1 : 0
            // Not the `Change-Id: I…` of a review system.
            if digits == ObjectID.hexLength, index == 39 || message[index - 40] != UInt8(ascii: "I") {
                found.insert(.commitID)
            }
            switch byte {
            case UInt8(ascii: "-") where Self.has("-attempt-", in: message, at: index): found.insert(.attempt)
            case UInt8(ascii: "M") where Self.has("Meta-Issue:", in: message, at: index): found.insert(.record)
            case UInt8(ascii: "v") where Self.has("evert", in: message, at: index - 1): found.insert(.reversal)
            case UInt8(ascii: "k")
            where Self.has("ack out", in: message, at: index - 2) || Self.has("acked out", in: message, at: index - 2):
                found.insert(.reversal)
            case UInt8(ascii: "p") where Self.has("eapply", in: message, at: index - 2): found.insert(.reversal)
            case UInt8(ascii: "y") where Self.has("y picked from", in: message, at: index): found.insert(.picked)
            case UInt8(ascii: "*") where Self.has("\n* ", in: message, at: index - 1): found.insert(.list)
            default: break
            }
        }
        self = found
    }

    private static func has(_ phrase: StaticString, in message: UnsafeRawBufferPointer, at start: Int) -> Bool {
        let count = phrase.utf8CodeUnitCount
        guard start >= 0, start + count <= message.count, let base = message.baseAddress else { return false }
        return memcmp(base + start, phrase.utf8Start, count) == 0
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
