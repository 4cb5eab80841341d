import GitStore

/// One mainline step makes exactly the target's transitions on the target's paths: the same transformation of the
/// same blobs. What else the step changes does not matter.
struct ChangesetRule: LandingRule {
    let name = "changeset"

    func find(_ target: LandingTarget, in history: History) throws(GitStoreError) -> LandingFinding? {
        for step in history.steps.steps(making: target.change, from: target.firstStep)
        where try target.allows(step, history) {
            let count = target.change.count
            let all = count == 1 ? "1 path" : "all \(count) paths"
            let evidence = Evidence(
                rule: name, commit: history.step(step).id, certainty: .exact,
                detail: "one mainline commit changes \(all) exactly as the branch does")
            return LandingFinding(
                parts: [LandedPart(commits: target.commits, step: step, transitions: target.change)],
                certainty: .exact, evidence: [evidence])
        }
        return nil
    }
}
