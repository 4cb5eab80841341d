import GitStore

/// What happened to an attempt's content after it landed.
struct Timeline {
    enum Standing {
        case stands
        case partlyGone
        case gone
        case broughtBack
    }

    var standing = Standing.stands
    var reversals: [Reversal] = []
    var reapplications: [Landing] = []
    var evidence: [Evidence] = []
    var paths: [PathOutcome] = []
    var notes: [String] = []
}

/// Replays the mainline steps that touch a landing's paths and finds those that took it back, or brought it in again,
/// by content; messages only name candidates and corroborate.
struct ReversalSearch {
    let history: History
    /// The attempt's position among all attempts, to tell its landings from others'.
    let position: Int

    func timeline(of attempt: ExaminedAttempt, _ landing: LandingOutcome) throws(GitStoreError) -> Timeline {
        guard let first = landing.parts.first?.step else { return Timeline() }
        // Content that nothing touched again stands, whether its blobs are here or not.
        let paths = landing.parts.flatMap { $0.transitions.map(\.path) }
        guard
            history.stepsTouching(paths, from: first + 1).contains(where: { step in
                !landing.parts.contains { $0.step == step }
            })
        else { return Timeline() }
        let content = try LandedContent(landing.parts, history)
        guard content.weight > 0 else { return Timeline() }
        let pieces = try self.pieces(attempt, landing)
        var replay = Replay(
            history: history, position: position, content: content, pieces: pieces, attempt: attempt, landing: landing)
        for step in try TurningPoints(history: history, content: content).steps(after: first) {
            try replay.examine(step)
        }
        return try replay.result()
    }

    /// Parts of a landing that a person takes back by itself: each commit, as it landed or as it was on the branch, and
    /// each path.
    private func pieces(_ attempt: ExaminedAttempt, _ landing: LandingOutcome) throws(GitStoreError) -> [Piece] {
        var pieces: [Piece] = []
        var changes: [PathTransition] = []
        for part in landing.parts {
            changes += part.transitions
            if part.commits.count == 1, landing.landed.count > 1 {
                let id = attempt.commits[part.commits[0]].id
                pieces.append(try Piece(part.transitions, id: id, landedBy: history.step(part.step).id, history))
            } else if landing.parts.count > 1 {
                pieces.append(try Piece(part.transitions, id: history.step(part.step).id, history))
            }
        }
        for position in landing.landed.sorted() where landing.landed.count > 1 {
            let commit = attempt.commits[position]
            pieces.append(try Piece(commit.transitions, id: commit.id, history))
        }
        for change in changes where changes.count > 1 { pieces.append(try Piece([change], id: nil, history)) }
        return pieces.filter { !$0.delta.isEmpty }
    }
}

/// A part of a landing that may be taken back by itself.
struct Piece {
    let paths: [PathTable.ID]
    let transitions: [PathTransition]
    let delta: LineDelta
    /// The own commit it is, when it is one.
    let id: ObjectID?
    /// The mainline commit that brought just this one, when there is one.
    let landing: ObjectID?

    init(
        _ transitions: [PathTransition], id: ObjectID?, landedBy landing: ObjectID? = nil, _ history: History
    ) throws(GitStoreError) {
        self.transitions = transitions
        self.id = id
        self.landing = landing
        paths = transitions.map(\.path)
        delta = try history.lines.pooled(transitions)
    }
}
