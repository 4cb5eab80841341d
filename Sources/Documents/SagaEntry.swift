/// What happened to an attempt on the mainline, for a row of the log's Timeline Summary.
public enum TimelineEventKind: String, Sendable, CaseIterable {
    case started, landed, reverted, reapplied, abandoned
}

/// One event of one attempt.
public struct TimelineEvent: Sendable, Hashable {
    /// What happened.
    public let kind: TimelineEventKind
    /// The day it happened.
    public let date: CalendarDate
    /// The Milestone cell to write when no row tells the event. Escaped already (``MarkdownText/escapeCell(_:)``).
    public let text: String
    /// Why the row is written, for the report of changes.
    public let reason: String
    /// Whether it is about a part only of what the attempt changed.
    public let isPart: Bool

    /// An event with the cell text to write for it.
    public init(kind: TimelineEventKind, date: CalendarDate, text: String, reason: String, isPart: Bool = false) {
        self.isPart = isPart
        self.kind = kind
        self.date = date
        self.text = text
        self.reason = reason
    }
}

/// What the documents should say about one attempt. A value that is nil cannot be decided: what is there stays.
public struct AttemptEntry: Sendable {
    /// The attempt's number, 1 or more.
    public var number: Int
    /// The title for a section or row that is written anew; never changed where there is one.
    public var title: String
    /// The attempt's folder from the saga's folder on: `attempts/001-baseline`.
    public var folder: String?
    /// The attempt's branch.
    public var branch: String?
    /// True: a documented branch that differs is corrected. False: only a missing one is filled in.
    public var branchIsCertain: Bool
    /// How many commits are the attempt's own.
    public var commits: Int?
    /// First day.
    public var started: CalendarDate?
    /// Last day; nil while the attempt is open.
    public var ended: CalendarDate?
    /// True while work goes on: documents then carry no last day.
    public var isOpen: Bool
    /// Calendar days from the first day to the last, both counted.
    public var days: Int?
    /// What the attempt proved.
    public var verdict: Verdict?
    /// What happened, in order.
    public var events: [TimelineEvent]
    /// False where history cannot tell what happened: rows that tell events are then not doubted.
    public var knowsEvents = true
    /// Commits (the first 12 digits) that rows name as landings and the mainline has no more: these rows are corrected.
    public var goneLandings: Set<String> = []
    /// For a row or section that is written anew.
    public var approach: String?
    /// For a section that is written anew.
    public var hypothesis: String?
    /// True: a section and rows that are not there are written. False: only what is there is corrected.
    public var addsMissing: Bool
    /// Why these are the values, for the report of changes.
    public var reason: String

    /// An entry of which only number and title are known.
    public init(
        number: Int, title: String, folder: String? = nil, branch: String? = nil, branchIsCertain: Bool = false,
        commits: Int? = nil, started: CalendarDate? = nil, ended: CalendarDate? = nil, isOpen: Bool = false,
        days: Int? = nil, verdict: Verdict? = nil, events: [TimelineEvent] = [], approach: String? = nil,
        hypothesis: String? = nil, addsMissing: Bool = false, reason: String = ""
    ) {
        self.number = number
        self.title = title
        self.folder = folder
        self.branch = branch
        self.branchIsCertain = branchIsCertain
        self.commits = commits
        self.started = started
        self.ended = ended
        self.isOpen = isOpen
        self.days = days
        self.verdict = verdict
        self.events = events
        self.approach = approach
        self.hypothesis = hypothesis
        self.addsMissing = addsMissing
        self.reason = reason
    }
}

/// What the documents should say about a saga. A value that is nil stays as it is in the document.
public struct SagaEntry: Sendable {
    /// The saga's title; never written over an existing one.
    public var title: String
    /// The attempts, in any order; of two with one number the first counts.
    public var attempts: [AttemptEntry]
    /// How many attempts there are.
    public var totalAttempts: Int?
    /// The day of the newest recorded event.
    public var lastUpdated: CalendarDate?
    /// How the saga stands.
    public var status: SagaStatus?
    /// The attempt that resolved it.
    public var winningAttempt: Int?
    /// Why that is its status; nil: its attempts' verdicts say so.
    public var statusReason: String?
    /// Calendar days from the saga's first to its last event, both counted.
    public var durationDays: Int?
    /// The sum of the attempts' days.
    public var totalDays: Int?

    /// An entry of which only the title is known.
    public init(
        title: String, attempts: [AttemptEntry] = [], totalAttempts: Int? = nil, lastUpdated: CalendarDate? = nil,
        status: SagaStatus? = nil, winningAttempt: Int? = nil, durationDays: Int? = nil, totalDays: Int? = nil
    ) {
        self.title = title
        self.attempts = attempts
        self.totalAttempts = totalAttempts
        self.lastUpdated = lastUpdated
        self.status = status
        self.winningAttempt = winningAttempt
        self.durationDays = durationDays
        self.totalDays = totalDays
    }
}
