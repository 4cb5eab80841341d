import GitStore

/// A place that names a commit as an attempt's tip.
public struct AttemptTip: Hashable, Sendable {
    /// Where a tip was found, best first.
    public enum Source: Int, Sendable, Comparable {
        /// `refs/heads/<branch>`
        case localBranch
        /// `refs/remotes/<remote>/<branch>`
        case remoteBranch
        /// `refs/metaissue/<saga>/<NNN>`
        case anchor
        /// `refs/metaissue-remote/<remote>/<saga>/<NNN>`
        case remoteAnchor
        /// The second parent of a merge whose message names the branch.
        case mergeMessage
        /// HEAD's reflog: what the branch was at when it was last left.
        case reflog

        /// The order of the cases.
        public static func < (left: Source, right: Source) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where it was found.
    public var source: Source
    /// Full reference name; for reflogs and messages the short branch name.
    public var name: String
    /// The commit.
    public var commit: ObjectID

    /// Makes a tip.
    public init(source: Source, name: String, commit: ObjectID) {
        self.source = source
        self.name = name
        self.commit = commit
    }
}

/// An attempt before it is examined: its number and everything that names a commit of it.
public struct AttemptSubject: Sendable {
    /// The attempt's number, 1 or more.
    public var number: Int
    /// Short names that its branch has or had: from references, merge messages, reflogs, and documents.
    public var branchNames: [String]
    /// Candidate tips, best source first.
    public var tips: [AttemptTip]
    /// The mainline commit that recorded the attempt's start (its stub), when there is one: the attempt's base.
    public var stub: ObjectID?
    /// What a person said of its landing; nil when nobody did.
    public var settlement: Settlement?

    /// The mainline commit that the record says it began at, where no stub tells.
    public var recordedBase: ObjectID?
    /// The landings that the record tells of, oldest first.
    public var recordedLandings: [RecordedLanding] = []
    /// The mainline commits that say that they take something back and that change the attempt's folder, oldest first.
    public var recordReverts: [ObjectID] = []

    /// Makes a subject.
    public init(
        number: Int, branchNames: [String] = [], tips: [AttemptTip] = [], stub: ObjectID? = nil,
        settlement: Settlement? = nil
    ) {
        self.number = number
        self.branchNames = branchNames
        self.tips = tips
        self.stub = stub
        self.settlement = settlement
    }
}

/// How one saga names its attempts, and which paths are its record and not code.
public struct SagaNaming: Hashable, Sendable {
    /// The saga's id, as in `refs/metaissue/<id>/<NNN>` and in `Meta-Issue:` trailers.
    public var id: String
    /// Branch prefix: `perf` in `perf-attempt-001-caching`.
    public var prefix: String
    /// The saga's folder, slash-separated, from the root of the tree; nil in a repository without documents.
    public var folder: String?
    /// Branch names that documents give to attempts, whatever their form.
    public var documentedBranches: [Int: String]
    /// What the record says of attempts' places in history, by number.
    public var places: [Int: RecordedPlace]
    /// The landings that the record tells of, by number, oldest first.
    public var landings: [Int: [RecordedLanding]]

    /// Makes a naming.
    public init(
        id: String, prefix: String, folder: String?, documentedBranches: [Int: String] = [:],
        places: [Int: RecordedPlace] = [:], landings: [Int: [RecordedLanding]] = [:]
    ) {
        self.id = id
        self.prefix = prefix
        self.folder = folder
        self.documentedBranches = documentedBranches
        self.places = places
        self.landings = landings
    }
}

/// What the record says of one attempt's place in history, where branch names and stubs do not tell.
public struct RecordedPlace: Hashable, Sendable {
    /// The commit that it began at.
    public var base: ObjectID?
    /// Its tip.
    public var tip: ObjectID?
    /// The branch names that it had under other numbers.
    public var formerBranches: [String]
    /// The commits that recorded its start under other numbers.
    public var formerStarts: [ObjectID]

    /// Makes a place.
    public init(
        base: ObjectID? = nil, tip: ObjectID? = nil, formerBranches: [String] = [], formerStarts: [ObjectID] = []
    ) {
        self.base = base
        self.tip = tip
        self.formerBranches = formerBranches
        self.formerStarts = formerStarts
    }
}
