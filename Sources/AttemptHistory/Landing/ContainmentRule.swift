import GitStore

/// Every path of the target got the tip's very version on the mainline at some step after the base: the tip's state
/// was there, whatever led to it. A step that has none of a path's lines, and only restores what is around them, brought
/// nothing of it.
struct ContainmentRule: LandingRule {
    let name = "containment"

    func find(_ target: LandingTarget, in history: History) throws(GitStoreError) -> LandingFinding? {
        var bySteps: [Int: [PathTransition]] = [:]
        for change in target.change {
            let steps = history.steps.steps(touching: change.path, from: target.firstStep)
            let arrival = steps.first { step in
                history.steps.transition(of: Int(step), at: change.path)?.new == change.new
            }
            guard let step = arrival.map({ Int($0) }), try target.allows(step, history),
                let made = history.steps.transition(of: step, at: change.path),
                try history.lines.delta(change).shared(with: history.lines.delta(made)) > 0
            else { return nil }
            bySteps[step, default: []].append(made)
        }
        guard let last = bySteps.keys.max() else { return nil }
        let evidence = Evidence(
            rule: name, commit: history.step(last).id, certainty: .strong,
            detail: "after this mainline commit every one of \(counted(target.change.count, "path")) had been exactly "
                + "as on the branch")
        let parts = bySteps.keys.sorted().map { step in
            LandedPart(commits: step == last ? target.commits : [], step: step, transitions: bySteps[step] ?? [])
        }
        return LandingFinding(parts: parts, certainty: .strong, evidence: [evidence])
    }
}
