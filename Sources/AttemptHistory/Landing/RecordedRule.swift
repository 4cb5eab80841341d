import GitStore

/// The record says that the attempt landed, where history shows nothing of it: its branch is gone and nothing keeps its
/// commits, or it was moved on to other work since.
struct RecordedRule {
    static let name = "recorded"
    let history: History

    /// Takes the record's landings over where the other rules found none.
    func apply(to attempt: ExaminedAttempt, _ outcome: inout LandingOutcome) {
        guard outcome.parts.isEmpty, outcome.discardedBy == nil, let last = attempt.recordedParts.last else { return }
        outcome.parts = attempt.recordedParts
        outcome.how = attempt.subject.recordedLandings.last { history.mainline.step(of: $0) == last.step }?.how
        let how = outcome.how.map { " by \($0.rawValue)" } ?? ""
        outcome.evidence.append(
            Evidence(
                rule: Self.name, commit: history.step(last.step).id, certainty: .strong,
                detail: "the implementation log says that it landed here\(how)"))
    }
}
