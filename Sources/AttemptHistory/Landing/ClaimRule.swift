import GitStore

/// A mainline step's message gives the ids of the target's commits (`cherry picked from commit …`, the list of a squash
/// merge), and the step has some of their lines. Or it lists the subjects of all of them, and the step, by the same author,
/// is mostly theirs: others had brought the rest, or the merger changed it. The claim alone decides nothing.
struct ClaimRule: LandingRule {
    let name = "claim"

    /// Share of the named commits' lines that the step must have.
    static let coverage = 0.3
    /// Share of a step's lines that must be the target's where its message lists subjects only.
    static let precision = 0.5

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
        if parts.isEmpty { return try listed(target, in: history) }
        return LandingFinding(parts: parts, certainty: .likely, evidence: evidence)
    }

    /// The first step that lists the subjects of all of the target's commits.
    private func listed(_ target: LandingTarget, in history: History) throws(GitStoreError) -> LandingFinding? {
        let subjects = target.commits.map { target.attempt.commits[$0].subject }
        guard let first = subjects.first, subjects.allSatisfy(CoincidenceGuard.isTelling) else { return nil }
        for step in try history.stepsListing(first) where step >= target.firstStep && step <= target.lastStep {
            guard try history.message(of: step).listed.isSuperset(of: subjects),
                try CoincidenceGuard(history: history).hasSameAuthor(step, target.attempt)
            else { continue }
            let wanted = try history.lines.pooled(target.change)
            let whole = try history.lines.pooled(try target.attempt.codeDelta(of: step, in: history))
            let shared = wanted.shared(with: whole)
            // Brackets and blank lines alone have to be just the same.
            guard wanted.isTrivial ? wanted == whole : shared > 0,
                Double(shared) >= Self.precision * Double(whole.weight)
            else { continue }
            let made = history.steps.transitions(of: step).filter { step in
                target.change.contains { $0.path == step.path }
            }
            let evidence = Evidence(
                rule: name, commit: history.step(step).id, certainty: .likely,
                detail: "its message lists \(counted(subjects.count, "commit")) of the branch, and \(shared) of its "
                    + "\(counted(whole.weight, "changed line")) are theirs")
            return LandingFinding(
                parts: [LandedPart(commits: target.commits, step: step, transitions: made)], certainty: .likely,
                evidence: [evidence])
        }
        return nil
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
