import AttemptHistory
import Documents
import GitStore

/// An attempt that history leaves open: why, and what a person can do about it. Nothing is written into a document
/// because of it.
public struct OpenQuestion: Sendable {
    /// The attempt's number.
    public let number: Int
    /// Why it needs a look, in one sentence.
    public let reason: String
    /// What would settle it: commands, with words after `#` where they need some.
    public let answers: [String]

    /// nil for an attempt that history or a person has settled.
    ///
    /// - Parameters:
    ///   - saga: nil where no documents could keep an answer.
    ///   - isOnlySaga: false where commands have to name the saga.
    ///   - completion: the command that brings what this clone lacks; nil where it lacks nothing.
    init?(_ state: AttemptState, saga: Saga?, isOnlySaga: Bool, completion: String?) {
        let facts = state.facts
        let doubts = facts.evidence.filter { !$0.certainty.maySettle }
        let isSettled = facts.evidence.contains { $0.rule == Self.settledRule && $0.certainty.maySettle }
        guard facts.state == .unknown || !doubts.isEmpty, facts.state != .abandoned || !state.isDeclaredAbandoned else {
            return nil
        }
        if isSettled && facts.state != .unknown { return nil }
        number = facts.number
        reason = doubts.first?.detail ?? facts.notes.first ?? "history does not tell"
        let more = facts.state == .unknown ? [completion].compactMap { $0.map { "\($0)  # brings the rest" } } : []
        guard let saga else {
            answers = more + ["git metaissue new <title>  # documents to keep an answer in"]
            return
        }
        let name = "\(AttemptNumber.text(facts.number))" + (isOnlySaga ? "" : " --saga \(saga.id)")
        let isGone = doubts.contains { $0.rule == Self.settledRule }
        let landed = isGone ? [] : Self.landings(facts, doubts)
        var answers = landed.map { "git metaissue settle \(name) --landed \($0.short)" }
        if answers.isEmpty {
            answers.append("git metaissue settle \(name) --landed <commit>  # the commit of \(saga.mainline)")
        }
        answers.append("git metaissue settle \(name) --not-landed")
        if isGone { answers.append("git metaissue settle \(name) --clear  # leave it to history") }
        self.answers = more + answers
    }

    /// The commits that may be its landing: those that are doubtful, or the one whose reversal is.
    private static func landings(_ facts: AttemptFacts, _ doubts: [Evidence]) -> [ObjectID] {
        if doubts.contains(where: { $0.certainty == .contradicted }) { return facts.landings.suffix(1).map(\.commit) }
        return doubts.compactMap { $0.rule == "undecided" || $0.rule == "unreadable" ? nil : $0.commit }
    }

    static let settledRule = "settled"
}
