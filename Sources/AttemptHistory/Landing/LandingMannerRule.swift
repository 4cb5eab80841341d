import GitStore

/// Names the manner of a landing from its shape.
enum LandingMannerRule {
    static func manner(
        of outcome: LandingOutcome, _ attempt: ExaminedAttempt, _ history: History
    ) throws(GitStoreError) -> LandingManner? {
        guard let last = outcome.parts.last else { return outcome.discardedBy == nil ? nil : .merge }
        if last.commits.contains(where: { attempt.commits[$0].mergedAt == last.step }) { return .merge }
        let parts = outcome.parts.filter { !$0.commits.isEmpty }
        if parts.contains(where: { $0.commits.count > 1 }) { return .squash }
        guard parts.count > 1 else { return single(parts.first, outcome, attempt, history) }
        return try replay(parts, outcome, attempt, history)
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

    /// Commit after commit: a rebase puts all of them in a row (with those of the record between), a picker takes some, or
    /// with gaps, or signs with `-x`.
    private static func replay(
        _ parts: [LandedPart], _ outcome: LandingOutcome, _ attempt: ExaminedAttempt, _ history: History
    ) throws(GitStoreError) -> LandingManner {
        let isSigned = parts.contains { history.step($0.step).mentions.contains(.picked) }
        guard outcome.remaining.isEmpty, !isSigned else { return .cherryPick }
        for (part, next) in zip(parts, parts.dropFirst()) {
            for between in part.step..<next.step where between > part.step {
                guard try attempt.codeDelta(of: between, in: history).isEmpty else { return .cherryPick }
            }
        }
        return .rebase
    }
}
