import GitStore

/// `git metaissue fetch`: the anchors of a remote, so that others' attempts and their numbers are known here.
public struct AnchorFetch {
    /// Fetches them to `refs/metaissue-remote/<remote>/`.
    ///
    /// - Parameters:
    ///   - name: the remote; nil: the one that git would fetch from.
    ///   - saga: only this saga's.
    ///   - prunes: takes away those that the remote has no longer.
    ///   - isDryRun: only tells.
    /// - Throws: ``Failure``; nothing is changed then.
    public static func run(
        _ name: String?, saga: String?, prunes: Bool, isDryRun: Bool, in directory: String
    ) async throws -> AnchorExchange {
        let workspace = try await Workspace.open(directory)
        let remote = try AnchorRemote.choose(name, for: .fetch, saga: saga, in: workspace)
        let before = try remote.references(under: remote.tracking)
        let there: [String: ObjectID]
        if isDryRun {
            there = try await remote.listing()
        } else {
            let pattern = remote.scope + "*"
            try await workspace.place.git.need(
                remote.options(.fetch) + [
                    "--", remote.name, "+\(AnchorRemote.local)\(pattern):\(remote.tracking)\(pattern)",
                ], advice: AnchorRemote.unreachable)
            let fetched = try remote.references(under: remote.tracking)
            // Only the remote can tell which of those known before it still has.
            there = prunes && !before.isEmpty ? try await remote.listing() : fetched
        }
        var anchors = there.filter { before[$0.key] != $0.value }.map { name, id in
            let old = before[name]
            let isForward = old.map { remote.contains(id, $0) ?? true } ?? true
            return SharedAnchor(name, before: old, after: id, old == nil ? .new : isForward ? .moved : .replaced)
        }
        if prunes {
            let gone = before.filter { there[$0.key] == nil }
            if !isDryRun { try await remote.note(gone.mapValues { _ in nil }, known: before) }
            anchors += gone.map { SharedAnchor($0.key, before: $0.value, after: nil, .pruned) }
        }
        var exchange = AnchorExchange(
            remote: remote.name, count: there.count, anchors: anchors.sorted { $0.name < $1.name })
        // What was fetched stays fetched where history or record cannot be read: status says why.
        if !isDryRun { exchange.clashes = (try? await clashes(saga, in: directory)) ?? [] }
        return exchange
    }

    /// Numbers that an attempt here and one that a fetched anchor tells of have both.
    private static func clashes(
        _ name: String?, in directory: String
    ) async throws -> [(saga: String, clash: NumberClash)] {
        let workspace = try await Workspace.open(directory)
        let sagas = try workspace.sagas(named: name)
        return try Examination(sagas, in: workspace, purpose: .status).parts.flatMap { part in
            guard let saga = part.saga else { return [(saga: String, clash: NumberClash)]() }
            let record = try workspace.visibleRecord(on: part.mainline).record(of: saga)
            return try NumberClash.find(saga, part.subjects, record: record, in: workspace, countsAnchors: true)
                .map { (saga.id, $0) }
        }
    }
}
