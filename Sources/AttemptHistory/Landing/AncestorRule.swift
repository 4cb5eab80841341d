import GitStore

/// The tip, or some of the commits, are ancestors of a mainline step: history says landed. What was kept of the content
/// is then compared path by path, because `merge -s ours` keeps nothing.
struct AncestorRule {
    let name = "ancestor"

    func apply(
        to attempt: ExaminedAttempt, _ working: [Int], _ history: History, _ outcome: inout LandingOutcome
    ) throws(GitStoreError) {
        let merges = Dictionary(grouping: working.filter { attempt.commits[$0].mergedAt != nil }) {
            attempt.commits[$0].mergedAt ?? 0
        }
        if attempt.lineage.fastForwardProof != nil {
            fastForward(attempt, working, history, &outcome)
        } else {
            for (step, commits) in merges.sorted(by: { $0.key < $1.key }) {
                try merge(attempt, commits, at: step, isOnly: commits.count == working.count, history, &outcome)
            }
        }
    }

    private func fastForward(
        _ attempt: ExaminedAttempt, _ working: [Int], _ history: History, _ outcome: inout LandingOutcome
    ) {
        // A branch that went on has commits beyond.
        let moved = working.filter { attempt.commits[$0].mergedAt != nil }
        guard let proof = attempt.lineage.fastForwardProof,
            let last = moved.compactMap({ attempt.commits[$0].mergedAt }).max()
        else { return }
        for position in moved {
            guard let step = attempt.commits[position].mergedAt else { continue }
            outcome.parts.append(
                LandedPart(
                    commits: [position], step: step, transitions: attempt.commits[position].transitions))
        }
        outcome.landed.formUnion(moved)
        outcome.how = .fastForward
        outcome.evidence.append(
            Evidence(
                rule: name, commit: history.step(last).id, certainty: .exact,
                detail:
                    "the mainline was moved forward over \(counted(moved.count, "commit")) of the branch; \(proof)"))
    }

    private func merge(
        _ attempt: ExaminedAttempt, _ commits: [Int], at step: Int, isOnly: Bool, _ history: History,
        _ outcome: inout LandingOutcome
    ) throws(GitStoreError) {
        let change = isOnly ? attempt.ownFootprint : ExaminedAttempt.composed(commits.map { attempt.commits[$0] })
        var kept: [PathTransition] = []
        var keptCount = 0
        var missing: [PathOutcome] = []
        for path in change {
            let share = try self.share(of: path, at: step, history)
            if share >= 0.5 {
                keptCount += 1
                if let made = history.steps.transition(of: step, at: path.path) { kept.append(made) }
            } else {
                missing.append(
                    PathOutcome(path: history.paths.text(of: path.path), outcome: "missing", share: 1 - share))
            }
        }
        let id = history.step(step).id
        guard keptCount > 0 else {
            outcome.discardedBy = step
            outcome.evidence.append(
                Evidence(
                    rule: name, commit: id, certainty: .exact,
                    detail: "this merge contains the branch by ancestry, but keeps none of its "
                        + "\(counted(change.count, "changed path"))"))
            return
        }
        outcome.parts.append(LandedPart(commits: commits, step: step, transitions: kept))
        outcome.landed.formUnion(commits)
        outcome.missing += missing
        let share =
            keptCount == change.count
            ? allCounted(change.count, "changed path") : "\(keptCount) of \(counted(change.count, "changed path"))"
        outcome.evidence.append(
            Evidence(
                rule: name, commit: id, certainty: .exact,
                detail: "this merge contains \(counted(commits.count, "commit")) of the branch and keeps \(share)"))
    }

    /// How much of a path's change the mainline has after the step, 0 to 1.
    private func share(
        of change: PathTransition, at step: Int, _ history: History
    ) throws(GitStoreError) -> Double {
        guard let made = history.steps.transition(of: step, at: change.path) else {
            // Not changed by the merge: either the mainline had it already, or it was kept out.
            return history.steps.version(of: change.path, after: step) ?? change.old == change.new ? 1 : 0
        }
        if made.new == change.new { return 1 }
        let wanted = try history.lines.delta(change)
        let weight = wanted.weight
        guard weight > 0 else { return 1 }
        return Double(wanted.shared(with: try history.lines.delta(made))) / Double(weight)
    }
}
