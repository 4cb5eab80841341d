import GitStore

/// A mainline step's message gives the ids of the target's commits (`cherry picked from commit …`, the list of a squash
/// merge), and the step has some of their lines. The claim alone decides nothing.
struct ClaimRule: LandingRule {
    let name = "claim"

    /// Share of the named commits' lines that the step must have.
    static let coverage = 0.3

    func find(_ target: LandingTarget, in history: History) throws(GitStoreError) -> LandingFinding? {
        var named: [Int: [Int]] = [:]
        for position in target.commits {
            let steps = try history.stepsNaming(target.attempt.commits[position].id)
            guard let step = steps.first(where: { $0 >= target.firstStep && $0 <= target.lastStep }) else { continue }
            named[step, default: []].append(position)
        }
        var parts: [LandedPart] = []
        var evidence: [Evidence] = []
        for (step, commits) in named.sorted(by: { $0.key < $1.key }) {
            guard let made = try corroborated(commits, of: target, at: step, history) else { continue }
            parts.append(LandedPart(commits: commits, step: step, transitions: made))
            evidence.append(
                Evidence(
                    rule: name, commit: history.step(step).id, certainty: .likely,
                    detail: "its message names \(counted(commits.count, "commit")) of the branch, and it has some of "
                        + "their lines"))
        }
        return parts.isEmpty ? nil : LandingFinding(parts: parts, certainty: .likely, evidence: evidence)
    }

    /// The step's changes to the named commits' paths; nil when it has too few of their lines.
    private func corroborated(
        _ commits: [Int], of target: LandingTarget, at step: Int, _ history: History
    ) throws(GitStoreError) -> [PathTransition]? {
        let change = ExaminedAttempt.composed(commits.map { target.attempt.commits[$0] })
        let made = history.steps.transitions(of: step).filter { step in change.contains { $0.path == step.path } }
        guard !made.isEmpty else { return nil }
        let wanted = try history.lines.pooled(change)
        let shared = wanted.shared(with: try history.lines.pooled(made))
        return shared > 0 && Double(shared) >= Self.coverage * Double(wanted.weight) ? made : nil
    }
}
