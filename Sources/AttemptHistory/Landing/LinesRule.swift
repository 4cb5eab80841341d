import GitStore

/// Most of the target's changed lines are in one mainline step, and much of that step is the target's: it landed,
/// modified on the way (conflicts resolved, amended, a file renamed meanwhile). Lines are pooled over all paths.
///
/// Where others had landed some of it before, the rest is enough if merging the branch into the commit before gives just
/// what the step did. A step whose message names the attempt may have been modified more, and so may one by the attempt's
/// author where merging the branch again would change nothing.
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
        let isLoose: Bool
    }

    func find(_ target: LandingTarget, in history: History) throws(GitStoreError) -> LandingFinding? {
        let wanted = try history.lines.pooled(target.change)
        guard !wanted.isTrivial else { return try trivial(target, in: history) }
        let paths = Set(target.change.map(\.path))
        var best: Match?
        let scores = sharedLines(target, wanted, history)
        let enough = 0.3 * Double(wanted.weight)
        for step in candidates(target, scores, history) where try target.allows(step, history) {
            if let scores {
                guard Double(scores[Int32(step)] ?? 0) >= enough else { continue }
            } else {
                let made = history.steps.transitions(of: step).filter { paths.contains($0.path) }
                guard Double(wanted.shared(with: try history.lines.pooled(made))) >= enough else { continue }
            }
            // A renamed file's lines are found only in the whole delta; read that when the rest looks alike.
            guard let match = try compare(target, wanted, step, history)
            else { continue }
            if best == nil || match.covered > best?.covered ?? 0 { best = match }
        }
        guard let best else { return nil }
        return try finding(target, best, history)
    }

    /// How many candidates are compared for one target where their lines have to be read for it; in a file that every
    /// other commit touches the landing is looked for among that many after the base.
    static let candidateLimit = 600

    /// How many of the target's lines each step has; nil where not all of its paths' line histories are known.
    private func sharedLines(_ target: LandingTarget, _ wanted: LineDelta, _ history: History) -> [Int32: Int]? {
        guard let histories = history.lineHistories.all(of: target.change.map(\.path)) else { return nil }
        var scores: [Int32: Int] = [:]
        for (line, count) in wanted.counts where line.isTelling {
            var made: [Int32: Int32] = [:]
            for history in histories {
                for event in history.events(of: line, from: target.firstStep) {
                    made[event.step, default: 0] += event.count
                }
            }
            for (step, other) in made where (other > 0) == (count > 0) {
                scores[step, default: 0] += Int(min(abs(other), abs(count)))
            }
        }
        return scores
    }

    /// The first steps that touch at least half of the paths; those that have lines of the target where that is known.
    private func candidates(_ target: LandingTarget, _ scores: [Int32: Int]?, _ history: History) -> [Int] {
        if let scores {
            return scores.keys.filter { step in
                let touched = history.steps.transitions(of: Int(step))
                let shared = target.change.count { change in touched.contains { $0.path == change.path } }
                return shared * 2 >= target.change.count && step <= target.lastStep
            }.sorted().map { Int($0) }
        }
        var touched: [Int32: Int] = [:]
        for change in target.change {
            for step in history.steps.steps(touching: change.path, from: target.firstStep) {
                touched[step, default: 0] += 1
            }
        }
        return touched.filter { $0.value * 2 >= target.change.count && $0.key <= target.lastStep }.keys.sorted()
            .prefix(Self.candidateLimit).map { Int($0) }
    }

    private func compare(
        _ target: LandingTarget, _ wanted: LineDelta, _ step: Int, _ history: History
    ) throws(GitStoreError) -> Match? {
        let whole = try history.lines.pooled(try target.attempt.codeDelta(of: step, in: history))
        let shared = wanted.shared(with: whole)
        let covered = Double(shared) / Double(wanted.weight)
        let precision = Double(shared) / Double(max(1, whole.weight))
        let link = CoincidenceGuard(history: history)
        if covered >= Self.coverage, precision >= Self.precision {
            return Match(step: step, covered: covered, whole: whole, isLoose: false)
        }
        if covered >= 0.3, precision >= Self.coverage, try ThreeWay(history: history).isResult(of: target.change, step)
        {
            return Match(step: step, covered: covered, whole: whole, isLoose: false)
        }
        // Lines that both remove only say that both changed the same place.
        guard wanted.sharedAdded(with: whole) * 2 >= wanted.added else { return nil }
        if covered >= 0.5, precision >= 0.2, try link.names(step, target.attempt) {
            return Match(step: step, covered: covered, whole: whole, isLoose: true)
        }
        guard covered >= Self.coverage, precision >= 0.15, try link.hasSameAuthor(step, target.attempt),
            try ThreeWay(history: history).isBroughtIn(target.change, by: step)
        else { return nil }
        return Match(step: step, covered: covered, whole: whole, isLoose: true)
    }

    /// Brackets and blank lines prove nothing, unless the message names the attempt and a merge puts them in that place.
    private func trivial(
        _ target: LandingTarget, in history: History
    ) throws(GitStoreError) -> LandingFinding? {
        let link = CoincidenceGuard(history: history)
        for step in candidates(target, nil, history) where try target.allows(step, history) {
            guard try link.names(step, target.attempt),
                try ThreeWay(history: history).isBroughtIn(target.change, by: step)
            else { continue }
            let whole = try history.lines.pooled(try target.attempt.codeDelta(of: step, in: history))
            return try finding(target, Match(step: step, covered: 0, whole: whole, isLoose: true), history)
        }
        return nil
    }

    private func finding(
        _ target: LandingTarget, _ match: Match, _ history: History
    ) throws(GitStoreError) -> LandingFinding {
        var missing: [PathOutcome] = []
        for change in target.change {
            let delta = try history.lines.delta(change)
            let share = Double(delta.shared(with: match.whole)) / Double(max(1, delta.weight))
            guard share < (match.isLoose ? 0.25 : 0.5), !delta.isTrivial else { continue }
            missing.append(
                PathOutcome(path: history.paths.text(of: change.path), outcome: "missing", share: 1 - share))
        }
        let wanted = try history.lines.pooled(target.change)
        let certainty: Certainty = match.covered >= 0.95 && !match.isLoose ? .strong : .likely
        let evidence = Evidence(
            rule: name, commit: history.step(match.step).id, certainty: certainty,
            detail: "this mainline commit has \(wanted.shared(with: match.whole)) of the "
                + "\(counted(wanted.weight, "changed line")) of the branch")
        let paths = Set(target.change.map(\.path))
        var made: [PathTransition] = []
        for change in try target.attempt.codeDelta(of: match.step, in: history) {
            let shared = wanted.shared(with: try history.lines.delta(change))
            if shared > 0 || paths.contains(change.path) { made.append(change) }
        }
        let above = try commitsAbove(target, match.whole, history)
        let landed = Array(target.commits.dropLast(above))
        return LandingFinding(
            parts: [LandedPart(commits: landed, step: match.step, transitions: made)],
            certainty: certainty, evidence: [evidence], missing: above == 0 ? missing : [])
    }

    /// How many of the last commits the step has next to nothing of: the branch went on after it had landed, or is
    /// built on what landed.
    private func commitsAbove(
        _ target: LandingTarget, _ whole: LineDelta, _ history: History
    ) throws(GitStoreError) -> Int {
        var rest = LineDelta()
        var count = 0
        for position in target.commits.reversed() {
            let own = try history.lines.pooled(target.attempt.commits[position].transitions)
            guard !own.isTrivial, own.shared(with: whole) * 10 <= own.weight else { break }
            rest.add(own)
            count += 1
        }
        return count < target.commits.count && rest.weight >= 3 ? count : 0
    }
}
