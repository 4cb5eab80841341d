import GitStore

/// Goes through candidate steps in order and keeps account of what stands, is gone, or came back.
struct Replay {
    let history: History
    let position: Int
    let content: LandedContent
    let pieces: [Piece]
    let attempt: ExaminedAttempt
    let landing: LandingOutcome

    var timeline = Timeline()
    /// Steps that took parts back since all stood last.
    var open: [Int] = []
    private var openClaimsWhole = false
    /// True once another attempt's landing has brought the content back: what happens to it then is not this
    /// attempt's story.
    var isCarried = false
    /// What stood before the first of them.
    var levelBefore = 0
    /// Landed commits that the open steps took back, by piece.
    private var takenCommits: Set<ObjectID> = []
    /// Lines taken back, and brought in again since.
    var taken = 0
    var returned = 0
    /// Steps that brought parts in again since all was taken back.
    var backInPart: [Int] = []

    init(
        history: History, position: Int, content: LandedContent, pieces: [Piece], attempt: ExaminedAttempt,
        landing: LandingOutcome
    ) {
        self.history = history
        self.position = position
        self.content = content
        self.pieces = pieces
        self.attempt = attempt
        self.landing = landing
    }

    /// Compares what stood before and after a step.
    mutating func examine(_ step: Int) throws(GitStoreError) {
        guard !isCarried else { return }
        let before = try content.presence(after: step - 1)
        let after = try content.presence(after: step)
        if try examineWord(step, before) { return }
        if after.total < before.total {
            try examineLoss(step, before, after)
        } else if after.total > before.total, !open.isEmpty || timeline.standing == .gone {
            try examineReturn(step, before, after)
        }
        try noteEmptyClaim(step)
    }

    /// The timeline once all candidates were examined.
    mutating func result() throws(GitStoreError) -> Timeline {
        if !open.isEmpty, timeline.standing == .gone { closeWhole() }
        try noteReturnInPart()
        if !open.isEmpty {
            timeline.standing = .partlyGone
            let standing = try content.presence(after: history.mainline.steps.count - 1)
            close(.partial, share: 1 - Double(standing.total) / Double(content.weight))
            timeline.paths = try outcomes()
            if !takenCommits.isEmpty, landing.landed.count > 1 {
                timeline.notes.append("\(takenCommits.count) of \(landing.landed.count) commits taken back")
            }
        }
        return timeline
    }

    // MARK: - Word and place

    /// A message that names the landing, or a commit of it, is right where the step changes just that, in its place. The
    /// number of lines need not show it: brackets and blank lines come and go with other work on a file.
    ///
    /// - Returns: whether the step took some of the landing back, or brought it in again.
    private mutating func examineWord(_ step: Int, _ before: LandedContent.Presence) throws(GitStoreError) -> Bool {
        guard history.step(step).mentions.contains(.reversal) else { return false }
        if timeline.standing == .gone {
            guard content.pooled.isTrivial, try isReversal(step), try content.isSameByMerge(step, inverted: false)
            else { return false }
            bringBack(step, content.weight, before)
            return true
        }
        switch try claim(step) {
        case .none: return false
        case .whole:
            guard content.pooled.isTrivial else { return false }
            if try !content.isSameByMerge(step, inverted: true) {
                guard try isNamedInverse(step) else { return false }
            }
            let found = Taken(lines: content.weight, pieces: [])
            record(found, step, before, isWhole: true, isExact: content.isExactInverse(step), .whole)
            return true
        case .piece:
            let named = try namedPieces(step).filter(\.delta.isTrivial)
            guard !named.isEmpty else { return false }
            let lines = named.reduce(0) { $0 + $1.delta.weight }
            record(Taken(lines: lines, pieces: named), step, before, isWhole: false, isExact: false, .piece)
            if takenCommits.isSuperset(of: landing.landed.map { attempt.commits[$0].id }) { closeWhole() }
            return true
        }
    }

    /// The landed commits that a step's message names and whose lines it takes back where they stood.
    private func namedPieces(_ step: Int) throws(GitStoreError) -> [Piece] {
        let message = try history.message(of: step)
        var named: [Piece] = []
        for piece in pieces {
            guard let id = piece.id, [id, piece.landing ?? id].contains(where: message.names),
                !takenCommits.contains(id),
                !named.contains(where: { $0.id == id }),
                try content.isSameByMerge(step, piece.transitions, inverted: true)
            else { continue }
            named.append(piece)
        }
        return named
    }

    /// Whether a step's message names the landing in git's own words, and the step adds and removes just the opposite,
    /// wherever that stands by now.
    private func isNamedInverse(_ step: Int) throws(GitStoreError) -> Bool {
        let message = try history.message(of: step)
        guard landing.parts.contains(where: { message.reverts(history.step($0.step).id) }) else { return false }
        return try history.lines.pooled(try attempt.codeDelta(of: step, in: history)) == content.pooled.inverse
    }

    /// Reports a step whose message says in full that it reverts the landing, where what it changes does not show that.
    private mutating func noteEmptyClaim(_ step: Int) throws(GitStoreError) {
        guard timeline.standing != .gone, !open.contains(step), history.step(step).mentions.contains(.reversal),
            timeline.reversals.last?.commits.contains(history.step(step).id) != true
        else { return }
        let message = try history.message(of: step)
        let landed = landing.parts.filter { !$0.transitions.isEmpty }
        guard landed.count == 1, message.reverts(history.step(landed[0].step).id) else { return }
        let standing = try content.presence(after: step).total
        timeline.evidence.append(
            Evidence(
                rule: "claimed-inverse", commit: history.step(step).id, certainty: .contradicted,
                detail: "its message says that it reverts the landing, but after it \(standing) of the "
                    + "\(counted(content.weight, "changed line")) stand"))
    }

    // MARK: - Loss

    private mutating func examineLoss(
        _ step: Int, _ before: LandedContent.Presence, _ after: LandedContent.Presence
    ) throws(GitStoreError) {
        let claim = try claim(step)
        let isExact = content.isExactInverse(step)
        let here = content.transitions(of: step)
        if !isExact, claim == .none { guard try mayTakeBack(step, here, before, after) else { return } }
        let whole = try attempt.codeDelta(of: step, in: history)
        var taken = try taken(by: whole, here, step, claim, isExact: isExact, before, after)
        if taken == nil, claim == .none {
            // A merge may take it back by one commit among others.
            for delta in try MergedCommits(history: history).deltas(of: step) where taken == nil {
                let here = delta.filter { change in content.paths.contains { $0.id == change.path } }
                if here.isEmpty { continue }
                taken = try self.taken(by: delta, here, step, .none, isPart: true, before, after)
            }
        }
        guard let taken else { return }
        let isWhole = isExact || Double(after.total) <= 0.05 * Double(content.weight)
        record(taken, step, before, isWhole: isWhole, isExact: isExact, claim)
    }

    /// What a step took back: lines, and pieces of the landing.
    private struct Taken {
        let lines: Int
        let pieces: [Piece]
    }

    /// What a change, `here` in the landing's paths, takes back; nil when that is no reversal. The change is a part of the
    /// step where it is one commit of a merge.
    private func taken(
        by all: [PathTransition], _ here: some Sequence<PathTransition>, _ step: Int, _ claim: Claim,
        isExact: Bool = false, isPart: Bool = false, _ before: LandedContent.Presence,
        _ after: LandedContent.Presence
    ) throws(GitStoreError) -> Taken? {
        let change = try history.lines.pooled(all)
        // By what the step does, and not by what is left: a like line may stand elsewhere in the file.
        let lines = min(before.total, content.pooled.inverse.shared(with: change))
        // A file that the step only moves elsewhere is not gone; a landing that only moved one can be taken back.
        guard lines > 0 || (isExact && content.pooled.isEmpty) else { return nil }
        let precision = Double(lines) / Double(max(1, change.weight))
        if isExact {
            // One line more or less, inside a commit about something else, is no reversal; the old line for the new is.
            let isEnough = content.weight >= 5 || content.isExchange || precision >= 0.3 || content.pooled.isTrivial
            return claim != .none || isEnough ? Taken(lines: lines, pieces: []) : nil
        }
        guard try isInPlace(step, claim, after, precision) else { return nil }
        let pieces = pieces(change, precision, claim != .none, step)
        let loss = Loss(
            lines: lines, before: before, after: after, landing: content.pooled, moved: content.moved,
            step: change, here: try history.lines.pooled(here))
        let isContinued = !open.isEmpty
        let isWhole =
            claim == .none
            ? loss.isReversal(isContinued) || (isPart && loss.isPureInverse) : loss.isClaimed(isContinued)
        guard !pieces.isEmpty || isWhole else { return nil }
        let gone = isWhole ? content.transitions : pieces.flatMap(\.transitions)
        if claim == .none, try isLayout(all, gone) { return nil }
        return Taken(lines: lines, pieces: pieces)
    }

    /// Whether little is left of taking something back once white space is overlooked: lines were moved in or out, and
    /// stay.
    private func isLayout(
        _ change: [PathTransition], _ gone: [PathTransition]
    ) throws(GitStoreError) -> Bool {
        let landed = try history.lines.pooledWithoutSpace(gone)
        guard !landed.isTrivial else { return false }
        let made = try history.lines.pooledWithoutSpace(change)
        let lines = landed.inverse.shared(with: made)
        if lines * 4 < landed.weight || lines * 8 < made.weight { return true }
        // Of a line or two that are left, most of what the step does there has to be about them.
        let paths = Set(gone.map(\.path))
        let here = try history.lines.pooledWithoutSpace(change.filter { paths.contains($0.path) })
        return landed.weight < 3 && lines * 2 < here.weight
    }

    private mutating func record(
        _ found: Taken, _ step: Int, _ before: LandedContent.Presence, isWhole: Bool, isExact: Bool, _ claim: Claim
    ) {
        if open.isEmpty, timeline.standing != .gone {
            levelBefore = before.total
            taken = 0
        }
        open.append(step)
        takenCommits.formUnion(found.pieces.compactMap(\.id))
        taken += found.lines
        returned = 0
        backInPart = []
        openClaimsWhole = openClaimsWhole || claim == .whole
        explain(step, found.lines, isExact, claim)
        if isWhole { closeWhole() }
    }

    /// A cheap look at the landing's own paths, before everything that a step changes is read.
    private func mayTakeBack(
        _ step: Int, _ here: some Sequence<PathTransition>, _ before: LandedContent.Presence,
        _ after: LandedContent.Presence
    ) throws(GitStoreError) -> Bool {
        let here = try history.lines.pooled(here)
        let lines = min(before.total, content.pooled.inverse.shared(with: here))
        let loss = Loss(
            lines: lines, before: before, after: after, landing: content.pooled, moved: content.moved,
            step: here, here: here)
        if loss.isReversal(!open.isEmpty) { return true }
        if history.step(step).isMerge, lines * 10 >= content.weight * 3 { return true }
        return lines * 10 >= here.weight * 3
            && pieces.contains { piece in
                Double(piece.delta.inverse.shared(with: here)) >= 0.95 * Double(piece.delta.weight)
            }
    }

    /// Whether the place of a few lines says that they were taken back, where the lines alone could be chance.
    private func isInPlace(
        _ step: Int, _ claim: Claim, _ after: LandedContent.Presence, _ precision: Double
    ) throws(GitStoreError) -> Bool {
        guard content.isSmall, claim == .none || content.pooled.isTrivial else { return true }
        guard claim != .none || !content.pooled.isTrivial else { return false }
        // The old line in the place of the new one shows by itself.
        if content.isExchange, after.total == 0, precision >= 0.4 { return true }
        if try content.isSameByMerge(step, inverted: true) { return true }
        guard claim == .piece else { return false }
        return try !namedPieces(step).isEmpty
    }

    /// A reversal that is complete; steps that took back what little was left belong to the one before.
    private mutating func closeWhole() {
        if timeline.standing == .gone, var last = timeline.reversals.popLast(), let step = open.last {
            last.commits += open.map { history.step($0).id }
            last.time = history.step(step).time
            timeline.reversals.append(last)
            open = []
            return
        }
        timeline.standing = .gone
        takenCommits = []
        close(.full, share: 1)
    }

    /// The pieces of the landing that a step takes back as a whole. Without a message that names the landing a single
    /// path counts only where its old blob is restored.
    private func pieces(_ change: LineDelta, _ precision: Double, _ isClaimed: Bool, _ step: Int) -> [Piece] {
        guard precision >= (isClaimed ? 0.01 : 0.5) else { return [] }
        return pieces.filter { piece in
            if piece.delta.isTrivial, !isClaimed { return false }
            let weight = piece.delta.weight
            guard Double(piece.delta.inverse.shared(with: change)) >= 0.95 * Double(weight) else { return false }
            if isClaimed { return true }
            if piece.id == nil { return piece.delta.removed > 0 && isRestored(piece, step) }
            // Lines that only came and go again may as well be superseded.
            if piece.delta.removed == 0 { return weight >= 3 && weight * 10 >= change.weight * 9 }
            return weight >= 3 || piece.delta.added > 0
        }
    }

    private func isRestored(_ piece: Piece, _ step: Int) -> Bool {
        piece.transitions.allSatisfy { landed in
            history.steps.transition(of: step, at: landed.path) == landed.inverse
        }
    }

    private enum Claim {
        case none
        case piece
        case whole
    }

    /// What a step's message says it takes back.
    private func claim(_ step: Int) throws(GitStoreError) -> Claim {
        guard history.step(step).mentions.contains(.reversal) else { return .none }
        let message = try history.message(of: step)
        guard message.speaksOfReversal else { return .none }
        // A revert of the revert of a revert names the commit that brought the content back.
        if timeline.reapplications.contains(where: { message.names($0.commit) }) { return .whole }
        let landed = landing.parts.filter { !$0.transitions.isEmpty }
        let names = landed.filter { message.names(history.step($0.step).id) }.count
        if names > 0 { return names == landed.count ? .whole : .piece }
        for part in landed {
            let subject = try history.message(of: part.step)
            let requests = Set(subject.requestNumbers)
            if message.quotedSubject == subject.subject || !requests.isDisjoint(with: message.requestNumbers) {
                return landed.count == 1 ? .whole : .piece
            }
        }
        return attempt.commits.contains { message.names($0.id) } ? .piece : .none
    }

    private mutating func explain(_ step: Int, _ taken: Int, _ isExact: Bool, _ claim: Claim) {
        let said = claim == .none ? "" : "; its message says so"
        let id = history.step(step).id
        if isExact {
            timeline.evidence.append(
                Evidence(
                    rule: "inverse", commit: id, certainty: .exact,
                    detail: "this mainline commit puts \(allCounted(content.paths.count, "path")) back exactly as "
                        + "before the landing\(said)"))
        } else {
            timeline.evidence.append(
                Evidence(
                    rule: "inverse-lines", commit: id, certainty: claim == .none ? .likely : .strong,
                    detail: "this mainline commit takes back \(taken) of the \(counted(content.weight, "changed line"))"
                        + " that landed\(said)"))
        }
    }

    mutating func close(_ extent: Reversal.Extent, share: Double) {
        guard let last = open.last else { return }
        timeline.reversals.append(
            Reversal(
                commits: open.map { history.step($0).id }, time: history.step(last).time, extent: extent,
                claimsWhole: openClaimsWhole, shareGone: share))
        open = []
        openClaimsWhole = false
    }

    func isReversal(_ step: Int) throws(GitStoreError) -> Bool {
        guard history.step(step).mentions.contains(.reversal) else { return false }
        return try history.message(of: step).isReversal
    }

    // MARK: - Outcome by path

    func outcomes() throws(GitStoreError) -> [PathOutcome] {
        let tip = history.mainline.steps.count - 1
        var outcomes: [PathOutcome] = []
        for path in content.paths {
            let standing = try content.presence(of: path, after: tip)
            let share = Double(standing.total) / Double(max(1, path.delta.weight))
            let name = history.paths.text(of: path.id)
            if share >= 0.5 {
                outcomes.append(PathOutcome(path: name, outcome: "kept", share: share))
            } else {
                let isBack = path.delta.removed == 0 || standing.removed * 2 <= path.delta.removed
                outcomes.append(PathOutcome(path: name, outcome: isBack ? "gone" : "rewritten", share: 1 - share))
            }
        }
        return outcomes
    }
}
