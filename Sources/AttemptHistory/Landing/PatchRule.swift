import GitStore

/// One mainline step changes the lines of the target's paths exactly as the target does, white space included, though
/// the files around those lines are other versions.
struct PatchRule: LandingRule {
    let name = "patch"

    func find(_ target: LandingTarget, in history: History) throws(GitStoreError) -> LandingFinding? {
        let paths = target.change.map(\.path)
        for step in try history.steps(like: target.change, from: target.firstStep)
        where try target.allows(step, history) {
            var made: [PathTransition] = []
            for change in target.change {
                guard let other = history.steps.transition(of: step, at: change.path),
                    try Self.isSamePatch(change, other, history)
                else { break }
                made.append(other)
            }
            guard made.count == paths.count else { continue }
            let evidence = Evidence(
                rule: name, commit: history.step(step).id, certainty: .strong,
                detail: "one mainline commit adds and removes the same lines in \(counted(paths.count, "path"))")
            return LandingFinding(
                parts: [LandedPart(commits: target.commits, step: step, transitions: made)],
                certainty: .strong, evidence: [evidence])
        }
        return nil
    }

    /// Whether two changes of one path are the same patch. Sizes are compared before blobs are read. Lines that prove
    /// nothing (blank, brackets) count only where a merge puts them in the same place.
    static func isSamePatch(
        _ change: PathTransition, _ other: PathTransition, _ history: History
    ) throws(GitStoreError) -> Bool {
        if change == other { return true }
        guard change.old.isAbsent == other.old.isAbsent, change.new.isAbsent == other.new.isAbsent,
            let growth = try history.lines.growth(change), growth == (try history.lines.growth(other))
        else { return false }
        let delta = try history.lines.delta(change)
        guard delta == (try history.lines.delta(other)) else { return false }
        if !delta.isTrivial { return true }
        return try isSameByMerge(change, other, history)
    }

    /// Whether merging `change` into what `other` found gives what `other` left.
    static func isSameByMerge(
        _ change: PathTransition, _ other: PathTransition, _ history: History
    ) throws(GitStoreError) -> Bool {
        guard let ancestor = try history.lines.text(change.old), let theirs = try history.lines.text(change.new),
            let ours = try history.lines.text(other.old), let result = try history.lines.text(other.new)
        else { return false }
        return try Repository.mergedFile(ancestor: ancestor, ours: ours, theirs: theirs) == result
    }
}
