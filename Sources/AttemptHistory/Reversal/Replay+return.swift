import GitStore

/// What came in again after it was taken back: all of it, or a part.
extension Replay {
    mutating func examineReturn(
        _ step: Int, _ before: LandedContent.Presence, _ after: LandedContent.Presence
    ) throws(GitStoreError) {
        let isSaid = try isReversal(step)
        if content.isSmall, !content.isExactRepetition(step) {
            guard isSaid else { return }
            if try !content.isSameByMerge(step, inverted: false) { guard try undoesReversal(step) else { return } }
        }
        let change = try history.lines.pooled(try attempt.codeDelta(of: step, in: history))
        let lines = min(after.total - before.total, content.pooled.shared(with: change))
        // Edits that happen to remove what the landing had removed do not bring it back.
        guard isSaid || lines * 2 >= change.weight else { return }
        returned += lines
        if timeline.standing == .gone, try bringsPart(step, change) { backInPart.append(step) }
        let added = content.paths.reduce(0) { $0 + $1.delta.added }
        guard returned * 5 >= taken * 4, after.total * 5 >= levelBefore * 4, after.added * 2 >= added else { return }
        bringBack(step, after.total - before.total, before)
    }

    /// Whether a step brings a commit of the attempt in again as a whole, or says so.
    private func bringsPart(_ step: Int, _ change: LineDelta) throws(GitStoreError) -> Bool {
        guard (history.landedAt[step] ?? []).allSatisfy({ $0 == position }) else { return false }
        if try isReversal(step), let last = timeline.reversals.last {
            let message = try history.message(of: step)
            if last.commits.contains(where: { message.names($0) }) { return true }
        }
        return pieces.contains { piece in
            let shared = piece.delta.shared(with: change)
            return piece.id != nil && !piece.delta.isTrivial && piece.delta.weight >= 3
                && Double(shared) >= 0.95 * Double(piece.delta.weight) && shared * 2 >= change.weight
        }
    }

    /// Of what was wholly taken back, a part that came in again stands: less than all is gone then.
    mutating func noteReturnInPart() throws(GitStoreError) {
        guard timeline.standing == .gone, !backInPart.isEmpty, !isCarried, var last = timeline.reversals.popLast()
        else {
            return
        }
        let standing = try content.presence(after: history.mainline.steps.count - 1)
        if standing.total * 20 > content.weight {
            let lines = "\(standing.total) of the \(counted(content.weight, "changed line"))"
            last.extent = .partial
            last.shareGone = 1 - Double(standing.total) / Double(content.weight)
            last.returned = backInPart.map { history.step($0).id }
            timeline.standing = .partlyGone
            timeline.paths = try outcomes()
            timeline.evidence.append(
                Evidence(
                    rule: "reapplied-part", commit: last.returned.last, certainty: .strong,
                    detail: "\(lines) stand again, brought back after all had been taken back"))
        }
        timeline.reversals.append(last)
    }

    /// A step that brought so many of the lines in again.
    mutating func bringBack(_ step: Int, _ lines: Int, _ before: LandedContent.Presence) {
        let carriers = history.landedAt[step] ?? []
        backInPart = []
        if carriers.contains(position) {
            if !open.isEmpty { close(.partial, share: 1 - Double(before.total) / Double(content.weight)) }
            timeline.standing = .broughtBack
            return
        }
        if !carriers.isEmpty {
            timeline.notes.append(
                "its content came back in \(history.step(step).id.short), the landing of another attempt")
            timeline.evidence.append(
                Evidence(
                    rule: "came-back", commit: history.step(step).id, certainty: .strong,
                    detail: "this landing of another attempt brings back \(lines) of the "
                        + "\(counted(content.weight, "changed line"))"))
            isCarried = true
            return
        }
        if !open.isEmpty { close(.partial, share: 1 - Double(before.total) / Double(content.weight)) }
        timeline.standing = .broughtBack
        let id = history.step(step).id
        timeline.reapplications.append(
            Landing(commit: id, time: history.step(step).time, how: landing.how, isReapplication: true))
        timeline.evidence.append(
            Evidence(
                rule: "reapplied", commit: id, certainty: .strong,
                detail: "this mainline commit brings back \(lines) of the "
                    + "\(counted(content.weight, "changed line")) that had been taken back"))
    }

    /// Whether a step's message names the commit that took the landing back, and the step brings just its lines in again,
    /// wherever it puts them.
    private func undoesReversal(_ step: Int) throws(GitStoreError) -> Bool {
        let message = try history.message(of: step)
        guard let last = timeline.reversals.last, last.commits.contains(where: { message.names($0) }) else {
            return false
        }
        return try history.lines.pooled(try attempt.codeDelta(of: step, in: history)) == content.pooled
    }
}
