import GitStore

/// Where an attempt's work stands, from Git alone (PRODUCT.md, "Words").
public enum IntegrationState: String, Codable, Sendable, CaseIterable {
    /// There is a branch or a stub, but no commit of its own yet.
    case planned
    /// Has commits of its own; none of them are on the mainline.
    case inProgress = "in-progress"
    /// All of it is on the mainline.
    case landed
    /// Some of it is on the mainline, or it landed and then went on.
    case partlyLanded = "partly-landed"
    /// Merged by ancestry, its content kept out (`merge -s ours`).
    case discarded
    /// Landed and wholly taken back.
    case reverted
    /// Landed and taken back in part.
    case partlyReverted = "partly-reverted"
    /// Taken back, then brought in again.
    case reapplied
    /// Its branch is gone and nothing landed, or it was declared so.
    case abandoned
    /// History cannot tell; never written into a document.
    case unknown

    /// True while work may still be added: such an attempt has no end date.
    public var isOpen: Bool { self == .planned || self == .inProgress || self == .unknown }
}

/// How a landing reached the mainline.
public enum LandingManner: String, Codable, Sendable {
    case fastForward = "fast-forward"
    case merge
    case squash
    case rebase
    case cherryPick = "cherry-pick"
}

/// How sure a piece of evidence is, strongest first.
public enum Certainty: String, Codable, Sendable, Comparable, CaseIterable {
    case exact
    case strong
    case likely
    case weak
    case contradicted

    /// Stronger is less, so that sorting puts the strongest first.
    public static func < (left: Certainty, right: Certainty) -> Bool { left.rank < right.rank }

    private var rank: Int { Self.allCases.firstIndex(of: self) ?? Self.allCases.count }

    /// Whether a document may be changed because of it (DETECTION.md: "the last two never change a document").
    public var maySettle: Bool { self != .weak && self != .contradicted }
}

/// One fact that a state rests on, to be shown to the user.
public struct Evidence: Hashable, Sendable {
    /// The rule's short stable name: `ancestor`, `changeset`, `inverse`, `claim`.
    public var rule: String
    /// The commit that the fact is about; nil when there is none (a missing branch).
    public var commit: ObjectID?
    /// How sure.
    public var certainty: Certainty
    /// A plain sentence: "one mainline commit changes all 3 paths exactly as the branch does".
    public var detail: String

    /// Makes a piece of evidence.
    public init(rule: String, commit: ObjectID?, certainty: Certainty, detail: String) {
        self.rule = rule
        self.commit = commit
        self.certainty = certainty
        self.detail = detail
    }
}

/// A mainline commit that brought an attempt in, or brought it in again.
public struct Landing: Hashable, Sendable {
    /// The mainline's first-parent commit.
    public var commit: ObjectID
    /// Its committer date.
    public var time: GitTime
    /// How; nil where only a person's word tells that it landed here.
    public var how: LandingManner?
    /// True when it came back by a revert of the revert (or was put back) and not by a landing of its own.
    public var isReapplication: Bool

    /// Makes a landing.
    public init(commit: ObjectID, time: GitTime, how: LandingManner?, isReapplication: Bool) {
        self.commit = commit
        self.time = time
        self.how = how
        self.isReapplication = isReapplication
    }
}

/// Mainline commits that took an attempt's landing back.
public struct Reversal: Hashable, Sendable {
    /// How much was taken back.
    public enum Extent: String, Codable, Sendable {
        case full
        case partial
    }

    /// The mainline commits, oldest first.
    public var commits: [ObjectID]
    /// Committer date of the last of them.
    public var time: GitTime
    /// How much.
    public var extent: Extent
    /// True when a message among them says that it reverts the whole landing (PRODUCT.md: with most changed lines
    /// taken back, such a partial reversal also makes the verdict failed).
    public var claimsWhole: Bool
    /// Share of the attempt's changed lines that are gone, 0 to 1; nil when not measured.
    public var shareGone: Double?
    /// The mainline commits that brought parts in again since all was taken back, oldest first.
    public var returned: [ObjectID] = []

    /// Makes a reversal.
    public init(
        commits: [ObjectID], time: GitTime, extent: Extent, claimsWhole: Bool, shareGone: Double?
    ) {
        self.commits = commits
        self.time = time
        self.extent = extent
        self.claimsWhole = claimsWhole
        self.shareGone = shareGone
    }
}

/// A landing or a reversal.
public enum AttemptEvent: Hashable, Sendable {
    /// It came in, or came in again.
    case landing(Landing)
    /// It was taken back, or a part of it.
    case reversal(Reversal)
}

/// A path of a partly landed or partly reverted attempt, and what became of it.
public struct PathOutcome: Hashable, Sendable {
    /// Slash-separated path, decoded as UTF-8 with replacement.
    public var path: String
    /// `kept`, `gone`, `rewritten` or `missing` (never landed).
    public var outcome: String
    /// Share of the path's changed lines with that outcome, 0 to 1.
    public var share: Double

    /// Makes an outcome.
    public init(path: String, outcome: String, share: Double) {
        self.path = path
        self.outcome = outcome
        self.share = share
    }
}

/// Everything that history tells about one attempt.
public struct AttemptFacts: Sendable {
    /// The attempt's number.
    public var number: Int
    /// The branch's short name; nil when no source names one.
    public var branch: String?
    /// Whether that branch exists here as a local branch.
    public var hasLocalBranch = false
    /// The tip that was examined; nil when no commit is known.
    public var tip: ObjectID?
    /// Where the attempt began on the mainline (its merge base, or the recorded stub).
    public var base: ObjectID?
    /// The commit that recorded its start, on the mainline or as the branch's first; nil when there is none.
    public var stub: ObjectID?
    /// The attempt's own commits, oldest first; nil when history cannot tell.
    public var ownCommits: [ObjectID]?
    /// Earliest author date of the own commits.
    public var started: GitTime?
    /// Latest author date of the own commits, whatever the state; callers decide whether the attempt has ended.
    public var lastWork: GitTime?
    /// Where it stands.
    public var state: IntegrationState = .unknown
    /// How the (last) landing came; nil when nothing landed.
    public var how: LandingManner?
    /// Every mainline commit that brought some of it in, reapplications aside, oldest first.
    public var landingSteps: [ObjectID] = []
    /// Landings and reapplications, oldest first.
    public var landings: [Landing] = []
    /// Reversals, oldest first.
    public var reversals: [Reversal] = []
    /// Landings and reversals in the order in which the mainline has them.
    public var events: [AttemptEvent] = []
    /// What the state rests on, strongest first.
    public var evidence: [Evidence] = []
    /// Per path, for partial states.
    public var paths: [PathOutcome] = []
    /// What a person should know besides: diverging tips, a shallow history, a merge whose content was edited.
    public var notes: [String] = []

    /// Facts that tell nothing yet.
    public init(number: Int) {
        self.number = number
    }
}
