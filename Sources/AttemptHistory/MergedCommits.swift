import GitStore

/// The commits that a merge brought to the mainline, one by one: what was taken back by one of them may be hard to see
/// in everything that the merge changes.
struct MergedCommits {
    let history: History

    /// How many commits of one merge are looked at.
    static let limit = 200

    /// What each commit that came in by a step changes, merges left out; nothing for a step that is no merge.
    func deltas(of step: Int) throws(GitStoreError) -> [[PathTransition]] {
        let repository = history.mainline.repository
        var deltas: [[PathTransition]] = []
        var pending = history.step(step).otherParents
        var seen = Set(pending)
        while let id = pending.popLast(), seen.count <= Self.limit {
            guard let reach = history.mainline.reach(of: id), Int(reach.step) == step,
                let outline = try? repository.commitOutline(id)
            else { continue }
            for parent in outline.parents where seen.insert(parent).inserted { pending.append(parent) }
            guard outline.parents.count == 1, let below = try? repository.commitOutline(outline.parents[0]) else {
                continue
            }
            deltas.append(try history.reader.transitions(from: below.tree, to: outline.tree, scope: .everything))
        }
        return deltas
    }
}
