import AttemptHistory
import Documents
import GitStore

extension AttemptFacts {
    /// True when the attempt counts as taken back, which makes its verdict failed (PRODUCT.md, "Words"): wholly, or by a
    /// commit that says it reverts the whole landing and took back most of its changed lines.
    var isTakenBack: Bool {
        if state == .reverted { return true }
        guard state == .partlyReverted, let last = reversals.last else { return false }
        return last.claimsWhole && (last.shareGone ?? 0) > 0.5
    }
}

/// What an attempt proved, and who says so.
public struct VerdictState: Equatable, Sendable {
    /// Where a verdict comes from (PRODUCT.md, "JSON").
    public enum Source: String, Codable, Sendable {
        case reverted
        case abandoned
        case declared
        case document
        case measured
        case none
    }

    /// The verdict.
    public var value: Verdict
    /// Who says so.
    public var source: Source
    /// A sentence, where there is more to say.
    public var reason: String?
}

/// One attempt: what history tells, joined with what the record says.
public struct AttemptState: Sendable {
    /// History's part.
    public var facts: AttemptFacts
    /// The title people gave it.
    public var title: String
    /// Its branch, as history or else the record names it.
    public var branch: String?
    /// Its folder below the saga's; nil when it has none.
    public var folder: String?
    /// What it proved.
    public var verdict: VerdictState
    /// First day: of the earliest own commit, else of the stub.
    public var started: CalendarDate?
    /// Day of the latest own commit, once the attempt is closed.
    public var ended: CalendarDate?
    /// True when somebody declared it abandoned and nothing of it landed.
    public private(set) var isDeclaredAbandoned = false

    /// Calendar days from first to last, both counted; nil while the attempt is open.
    public var days: Int? {
        guard let started, let ended else { return nil }
        return CalendarDate.inclusiveDays(from: started, to: ended)
    }

    /// Joins facts and record.
    ///
    /// - Parameters:
    ///   - stubDay: the day the attempt was recorded as started; nil when it has no stub.
    ///   - recordedReversal: the reversal by the commit that the record names, where history does not show it.
    ///   - earlierVerdict: what the document said just before the (last) reversal; asked only after a reapplication.
    init(
        facts: AttemptFacts, record: SagaRecord, stubDay: CalendarDate?,
        recordedReversal: (ObjectID) throws -> Reversal?, earlierVerdict: () throws -> Verdict?
    ) rethrows {
        let number = facts.number
        self.facts = facts
        branch = facts.branch ?? record.branches[number]
        title = record.title(of: number, branch: branch)
        folder = record.folder(of: number)
        if let day = record.declarations[number]?.abandoned, facts.landings.isEmpty {
            self.facts.state = .abandoned
            isDeclaredAbandoned = true
            self.facts.evidence.insert(
                Evidence(rule: "declared", commit: nil, certainty: .exact, detail: "declared abandoned on \(day)"),
                at: 0)
        }
        if let commit = record.declarations[number]?.revertedBy, let reversal = try recordedReversal(commit) {
            self.facts.state = .reverted
            self.facts.reversals.append(reversal)
            self.facts.events.append(.reversal(reversal))
            self.facts.evidence.insert(
                Evidence(
                    rule: "declared", commit: commit, certainty: .strong,
                    detail: "revert-attempt took back here what was left of it"), at: 0)
        }
        // The stub's day stands for work that is not there yet, not for work that this clone does not know.
        let isUnknown = facts.ownCommits == nil && !self.facts.state.isOpen
        started = facts.started?.day ?? (isUnknown ? nil : stubDay)
        ended = self.facts.state.isOpen ? nil : facts.lastWork?.day
        verdict = try Self.verdict(facts: self.facts, record: record, earlierVerdict: earlierVerdict)
    }

    /// An attempt that is about to exist.
    init(_ new: NewAttemptFacts) {
        facts = AttemptFacts(number: new.number)
        facts.state = .planned
        facts.ownCommits = []
        title = new.title
        branch = new.branch
        folder = new.folder
        started = new.day
        verdict = VerdictState(value: .pending, source: .none, reason: nil)
    }

    /// Why the last reversal was made, where revert-attempt was told.
    static func reasonOfReversal(_ facts: AttemptFacts, _ record: SagaRecord) -> String? {
        guard let told = record.declarations[facts.number]?.reversal, let last = facts.reversals.last,
            last.commits.contains(told.commit)
        else { return nil }
        return told.reason
    }

    /// The rules of PRODUCT.md, "Words", strongest first.
    private static func verdict(
        facts: AttemptFacts, record: SagaRecord, earlierVerdict: () throws -> Verdict?
    ) rethrows -> VerdictState {
        let documented = record.verdict(of: facts.number)
        if let declaration = record.declarations[facts.number], let verdict = declaration.verdict {
            // A later revert does not overrule a person, but it is told beside their word.
            let reversal = facts.isTakenBack ? reversalReason(facts, record) : nil
            let reason = [declaration.reason, reversal].compactMap { $0 }.joined(separator: "; ")
            return VerdictState(value: verdict, source: .declared, reason: reason.isEmpty ? nil : reason)
        }
        switch facts.state {
        case .reverted,
            .partlyReverted where facts.isTakenBack:
            return VerdictState(value: .failed, source: .reverted, reason: reversalReason(facts, record))
        case .abandoned:
            guard let documented, documented != .pending, documented != .abandoned else {
                return VerdictState(
                    value: .abandoned, source: .abandoned, reason: record.declarations[facts.number]?.abandonedReason)
            }
            return VerdictState(value: documented, source: .document, reason: nil)
        case .reapplied where documented == nil || documented == .failed:
            // The document's "failed" is what the reversal wrote.
            guard let earlier = try earlierVerdict(), earlier != .pending else {
                return VerdictState(value: .pending, source: .none, reason: nil)
            }
            return VerdictState(
                value: earlier, source: .document, reason: "what the document said before the reversal")
        default:
            guard let documented, documented != .pending else {
                return VerdictState(value: .pending, source: .none, reason: nil)
            }
            return VerdictState(value: documented, source: .document, reason: nil)
        }
    }

    private static func reversalReason(_ facts: AttemptFacts, _ record: SagaRecord) -> String? {
        guard let reversal = facts.reversals.last, let commit = reversal.commits.last else { return nil }
        let why = reasonOfReversal(facts, record).map { ": \($0)" } ?? ""
        return "reverted by \(commit.short) on \(reversal.time.day)\(why)"
    }
}
