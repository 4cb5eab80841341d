import GitStore

/// One walk of a mainline's first-parent chain, shared by all attempts.
///
/// The walk also marks every commit that the mainline contains with the step that first reached it ("colouring"), so
/// that ancestry, merge points and own commits of any number of branches need no walk of their own through the
/// mainline's history. Commits that a shallow clone has cut off are left out and ``isCut`` says so.
public final class Mainline {
    /// One commit of the first-parent chain.
    public struct Step: Sendable {
        /// The commit.
        public let id: ObjectID
        /// Its first parent, the step before; nil for the first commit and where history is cut off.
        public let parent: ObjectID?
        /// The parents that it merged.
        public let otherParents: [ObjectID]
        /// Its root tree.
        public let tree: ObjectID
        /// The committer's date.
        public let time: GitTime
        /// A hash of the author's address.
        public let authorKey: UInt64
        /// When the change was written, in seconds since 1970.
        public let authorSeconds: Int64
        /// What its message may be worth reading for.
        let mentions: Mentions
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
    /// The first-parent chain, oldest first.
    public let steps: [Step]
    /// True when some of the mainline's history is not in this clone.
    public private(set) var isCut: Bool
    /// Commits that this program made for records, oldest first.
    public private(set) var recordCommits: [RecordCommit] = []

    private var reach: [ObjectID: Reach] = [:]

    /// Walks the chain that ends at `tip`.
    ///
    /// - Parameter reference: the mainline's full reference name, for its reflog.
    /// - Throws: ``GitStoreError`` when the tip cannot be read or a commit is damaged.
    public init(repository: Repository, tip: ObjectID, reference: String?) throws(GitStoreError) {
        self.repository = repository
        self.tip = tip
        self.reference = reference
        (steps, isCut) = try Self.walk(repository, tip)
        try colour()
        for (index, step) in steps.enumerated() where step.mentions.contains(.record) {
            let message = try repository.commit(step.id).message
            if let record = RecordCommit(message: message, commit: step.id, step: index) {
                recordCommits.append(record)
            }
        }
    }

    /// The position of a first-parent commit among the steps; nil for any other commit.
    public func index(of id: ObjectID) -> Int? {
        guard let found = reach[id] else { return nil }
        let step = Int(found.step)
        return steps[step].id == id ? step : nil
    }

    /// Whether the mainline contains a commit.
    public func contains(_ id: ObjectID) -> Bool { reach[id] != nil }

    /// Where the mainline contains a commit; nil when it does not.
    func reach(of id: ObjectID) -> Reach? { reach[id] }

    /// The commits after the step `commit`, oldest first, that change what the tree has at `path` (a file or folder).
    public func steps(after commit: ObjectID, changing path: String) throws(GitStoreError) -> [ObjectID] {
        guard let start = index(of: commit) else { return [] }
        let reader = TreeDeltaReader(repository: repository, paths: PathTable())
        var before = try reader.version(at: path, in: steps[start].tree)
        var found: [ObjectID] = []
        for step in steps[(start + 1)...] {
            let after = try reader.version(at: path, in: step.tree)
            if after != before { found.append(step.id) }
            before = after
        }
        return found
    }

    /// The tree before and after a step; nil before the first commit. Where history is cut off below the first step, what
    /// that step changed is not known: it counts as no change.
    func trees(of index: Int) -> (before: ObjectID?, after: ObjectID) {
        let step = steps[index]
        if index > 0 { return (steps[index - 1].tree, step.tree) }
        return (step.parent == nil ? nil : step.tree, step.tree)
    }

    private static func walk(
        _ repository: Repository, _ tip: ObjectID
    ) throws(GitStoreError) -> (steps: [Step], isCut: Bool) {
        var steps: [Step] = []
        var next: ObjectID? = tip
        while let id = next {
            let step: Step
            do throws(GitStoreError) {
                step = try repository.withCommitOutline(id) { outline, message in
                    Step(
                        id: id, parent: outline.parents.first, otherParents: Array(outline.parents.dropFirst()),
                        tree: outline.tree, time: outline.committerTime, authorKey: outline.authorKey,
                        authorSeconds: outline.authorTime.seconds, mentions: Mentions(scanning: message))
                }
            } catch  where error.kind == .notFound && id != tip {
                return (steps.reversed(), true)
            }
            steps.append(step)
            next = step.parent
        }
        return (steps.reversed(), false)
    }

    // MARK: - Colouring

    private func colour() throws(GitStoreError) {
        reach.reserveCapacity(steps.count + steps.count / 4)
        for (index, step) in steps.enumerated() {
            reach[step.id] = Reach(step: Int32(index), newestStep: Int32(index))
            for parent in step.otherParents where reach[parent] == nil {
                try colourSide(from: parent, step: Int32(index))
            }
        }
    }

    private struct Frame {
        let id: ObjectID
        let parents: [ObjectID]
        var next = 0
        var newest: Int32 = -1
    }

    /// Marks what `start` adds to the mainline; parents before children, without recursion.
    private func colourSide(from start: ObjectID, step: Int32) throws(GitStoreError) {
        var stack: [Frame] = []
        if let frame = try frame(start) { stack.append(frame) }
        while var frame = stack.popLast() {
            var descends = false
            while frame.next < frame.parents.count {
                let parent = frame.parents[frame.next]
                if let known = reach[parent] {
                    frame.newest = max(frame.newest, known.newestStep)
                    frame.next += 1
                } else if let child = try self.frame(parent) {
                    stack.append(frame)
                    stack.append(child)
                    descends = true
                    break
                } else {
                    frame.next += 1
                }
            }
            if !descends { reach[frame.id] = Reach(step: step, newestStep: frame.newest) }
        }
    }

    private func frame(_ id: ObjectID) throws(GitStoreError) -> Frame? {
        do throws(GitStoreError) {
            let parents = try repository.withCommitOutline(id) { outline, _ in outline.parents }
            return Frame(id: id, parents: parents)
        } catch  where error.kind == .notFound {
            isCut = true
            return nil
        }
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
