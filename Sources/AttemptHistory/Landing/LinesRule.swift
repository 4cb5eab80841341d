import GitStore

/// Most of the target's changed lines are in one mainline step, and much of that step is the target's: it landed,
/// modified on the way (conflicts resolved, amended, a file renamed meanwhile). Lines are pooled over all paths.
struct LinesRule: LandingRule {
    let name = "lines"

    /// Share of the target's lines that the step must have.
    static let coverage = 0.85
    /// Share of the step's lines that must be the target's.
    static let precision = 0.5

    private struct Match {
        let step: Int
        let covered: Double
        let whole: LineDelta
    }

    func find(_ target: LandingTarget, in history: History) throws(GitStoreError) -> LandingFinding? {
        let wanted = try history.lines.pooled(target.change)
        guard !wanted.isTrivial, wanted.weight >= 2 else { return nil }
        var best: Match?
        for step in candidates(target, history) {
            let known = try history.lines.pooled(history.steps.transitions(of: step))
            // A renamed file's lines are found only in the whole delta; read that when the rest looks alike.
            guard Double(wanted.shared(with: known)) >= 0.3 * Double(wanted.weight) else { continue }
            guard let match = try compare(wanted, step, history), match.covered > best?.covered ?? 0 else { continue }
            best = match
        }
        guard let best else { return nil }
        return try finding(target, best, history)
    }

    /// Steps that touch at least half of the paths.
    private func candidates(_ target: LandingTarget, _ history: History) -> [Int] {
        var touched: [Int32: Int] = [:]
        for change in target.change {
            for step in history.steps.steps(touching: change.path, from: target.firstStep) {
                touched[step, default: 0] += 1
            }
        }
        return touched.filter { $0.value * 2 >= target.change.count }.keys.sorted().map { Int($0) }
    }

    private func compare(_ wanted: LineDelta, _ step: Int, _ history: History) throws(GitStoreError) -> Match? {
        let whole = try history.lines.pooled(try history.wholeDelta(of: step))
        let shared = Double(wanted.shared(with: whole))
        guard shared >= Self.coverage * Double(wanted.weight), shared >= Self.precision * Double(whole.weight) else {
            return nil
        }
        return Match(step: step, covered: shared / Double(wanted.weight), whole: whole)
    }

    private func finding(
        _ target: LandingTarget, _ match: Match, _ history: History
    ) throws(GitStoreError) -> LandingFinding {
        var missing: [PathOutcome] = []
        for change in target.change {
            let delta = try history.lines.delta(change)
            let share = Double(delta.shared(with: match.whole)) / Double(max(1, delta.weight))
            guard share < 0.5, !delta.isTrivial else { continue }
            missing.append(
                PathOutcome(path: history.paths.text(of: change.path), outcome: "missing", share: 1 - share))
        }
        let wanted = try history.lines.pooled(target.change)
        let certainty: Certainty = match.covered >= 0.95 ? .strong : .likely
        let evidence = Evidence(
            rule: name, commit: history.step(match.step).id, certainty: certainty,
            detail: "this mainline commit has \(wanted.shared(with: match.whole)) of the "
                + "\(counted(wanted.weight, "changed line")) of the branch")
        let paths = Set(target.change.map(\.path))
        var made: [PathTransition] = []
        for change in try history.wholeDelta(of: match.step) {
            let shared = wanted.shared(with: try history.lines.delta(change))
            if shared > 0 || paths.contains(change.path) { made.append(change) }
        }
        return LandingFinding(
            parts: [LandedPart(commits: target.commits, step: match.step, transitions: made)],
            certainty: certainty, evidence: [evidence], missing: missing)
    }
}
