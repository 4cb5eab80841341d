import GitStore

/// An attempt that another one is stacked on landed with that one: the step that landed the stacked attempt has this
/// one's lines too. How much else the step has does not matter.
struct CarriedRule {
    let name = "carried"
    let history: History

    /// Asks about the steps that landed attempts stacked on this one.
    func apply(
        to attempt: ExaminedAttempt, steps: [Int], _ outcome: inout LandingOutcome
    ) throws(GitStoreError) {
        let wanted = try history.lines.pooled(attempt.ownFootprint)
        guard !wanted.isTrivial, !outcome.remaining.isEmpty else { return }
        for step in steps where step >= attempt.firstStep {
            let whole = try history.lines.pooled(try attempt.codeDelta(of: step, in: history))
            let shared = wanted.shared(with: whole)
            guard Double(shared) >= LinesRule.coverage * Double(wanted.weight) else { continue }
            let made = history.steps.transitions(of: step).filter { change in
                attempt.ownFootprint.contains { $0.path == change.path }
            }
            let evidence = Evidence(
                rule: name, commit: history.step(step).id, certainty: .likely,
                detail: "an attempt stacked on this one landed here, with \(shared) of this one's "
                    + "\(counted(wanted.weight, "changed line"))")
            outcome.accept(
                LandingFinding(
                    parts: [LandedPart(commits: outcome.remaining, step: step, transitions: made)],
                    certainty: .likely, evidence: [evidence]))
            outcome.how = outcome.how ?? .squash
            return
        }
    }
}
