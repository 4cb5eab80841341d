import GitStore

/// Names the manner of a landing from its shape.
enum LandingMannerRule {
    static func manner(
        of outcome: LandingOutcome, _ attempt: ExaminedAttempt, _ history: History
    ) -> LandingManner? {
        guard let last = outcome.parts.last else { return outcome.discardedBy == nil ? nil : .merge }
        if last.commits.contains(where: { attempt.commits[$0].mergedAt == last.step }) { return .merge }
        let parts = outcome.parts.filter { !$0.commits.isEmpty }
        if parts.contains(where: { $0.commits.count > 1 }) { return .squash }
        guard parts.count > 1 else { return single(parts.first, outcome, attempt, history) }
        return replay(parts, outcome, history)
    }

    /// One commit as one step: a pick keeps the author's date, a squash does not.
    private static func single(
        _ part: LandedPart?, _ outcome: LandingOutcome, _ attempt: ExaminedAttempt, _ history: History
    ) -> LandingManner? {
        guard let part, let position = part.commits.first else { return nil }
        let step = history.step(part.step)
        let isPicked =
            step.mentions.contains(.picked) || !outcome.remaining.isEmpty
            || step.authorSeconds == attempt.commits[position].authorTime.seconds
        return isPicked ? .cherryPick : .squash
    }

    /// Commit after commit: a rebase puts all of them in a row, a picker takes some, or with gaps, or signs with `-x`.
    private static func replay(
        _ parts: [LandedPart], _ outcome: LandingOutcome, _ history: History
    ) -> LandingManner {
        let isWhole = outcome.remaining.isEmpty
        let inRow = zip(parts, parts.dropFirst()).allSatisfy { $1.step == $0.step + 1 }
        let signed = parts.contains { history.step($0.step).mentions.contains(.picked) }
        return isWhole && inRow && !signed ? .rebase : .cherryPick
    }
}
