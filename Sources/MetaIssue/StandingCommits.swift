import AttemptHistory
import GitStore

/// Which commits brought in what still stands of an attempt: what has to be undone to take it back.
struct StandingCommits {
    let workspace: Workspace
    let mainline: MainlineBranch

    private var repository: Repository { workspace.place.repository }

    /// The mainline commits that brought in what still stands of an attempt, newest first.
    func steps(of facts: AttemptFacts) throws -> [ObjectID] {
        let history = try workspace.history(of: mainline)
        func position(_ id: ObjectID) -> Int { history.index(of: id) ?? -1 }
        var landing = facts.landingSteps
        var standing: [ObjectID] = []
        for event in facts.events {
            switch event {
            case .landing(let landed) where landed.isReapplication: standing.append(landed.commit)
            case .landing(let landed):
                let brought = landing.filter { position($0) <= position(landed.commit) }
                landing.removeAll { brought.contains($0) }
                standing += brought
            case .reversal(let reversal):
                if reversal.extent == .full { standing = [] }
                if reversal.returned.isEmpty {
                    try removeNamed(by: reversal, from: &standing)
                } else {
                    standing = reversal.returned
                }
            }
        }
        return standing.sorted { position($0) > position($1) }
    }

    /// What brought an attempt into somebody's mainline, where ours took that in by a merge: others' work came with it.
    ///
    /// - Returns: commits of the other side, newest first; the step itself where it merged the attempt's own branch, or
    ///   nothing tells more.
    func narrowed(_ step: ObjectID, of facts: AttemptFacts, in saga: Saga?) throws -> [ObjectID] {
        let parents = try repository.commit(step).parents
        guard parents.count == 2 else { return [step] }
        func contains(_ commit: ObjectID, _ other: ObjectID) throws -> Bool {
            try commit == other || repository.isAncestor(other, of: commit)
        }
        if let tip = facts.tip, try contains(tip, parents[1]) { return [step] }
        let side = try side(from: parents[1], besides: parents[0])
        if let tip = facts.tip, try contains(parents[1], tip), try !contains(parents[0], tip) {
            let count = try side.partition { try !contains($0, tip) }
            guard count > 0 else { return [step] }
            let own = Set(facts.ownCommits ?? [])
            let brought = side[count - 1]
            return own.contains(brought) ? side.filter(own.contains) : try narrowed(brought, of: facts, in: saga)
        }
        // What was taken back and came in again there says whose revert it takes back.
        let reversals = Set(facts.reversals.flatMap(\.commits).map(\.hex))
        let again = try side.filter { id in
            let message = try repository.commit(id).message
            return reversals.contains { message.contains("This reverts commit \($0)") }
        }
        if !again.isEmpty { return again }
        guard let saga else { return [step] }
        let told = try workspace.committedRecord(on: mainline).record(of: saga).landings[facts.number]
        let named = side.filter { id in told?.contains { id.hex.hasPrefix($0.commit) } == true }
        return named.isEmpty ? [step] : named
    }

    /// The first-parent commits of a merge's other side, newest first.
    private func side(from tip: ObjectID, besides ours: ObjectID) throws -> [ObjectID] {
        func isShared(_ id: ObjectID) throws -> Bool { try id == ours || repository.isAncestor(id, of: ours) }
        var side: [ObjectID] = []
        var next: ObjectID? = tip
        // To ask of each one whether both sides have it would cost a walk each.
        while let id = next {
            side.append(id)
            next = try repository.commit(id).parents.first
            if side.count & (side.count - 1) == 0, try isShared(id) { break }
        }
        return Array(side.prefix(try side.partition(isShared)))
    }

    /// Of several commits, one that a reversal names is gone: undoing it again could only conflict.
    private func removeNamed(by reversal: Reversal, from standing: inout [ObjectID]) throws {
        for commit in reversal.commits where standing.count > 1 {
            let message = try repository.commit(commit).message
            standing.removeAll { message.contains("This reverts commit \($0.hex)") }
        }
    }
}

extension [ObjectID] {
    /// How many come before the first one for which something holds, where it holds for all behind that one too.
    fileprivate func partition(_ holds: (ObjectID) throws -> Bool) rethrows -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if try holds(self[middle]) { high = middle } else { low = middle + 1 }
        }
        return low
    }
}
