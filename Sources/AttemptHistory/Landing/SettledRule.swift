import GitStore

/// A person's word about a landing stands above what the other rules found; what those found stays as evidence beside
/// it. A commit that is not on the mainline (any more) is reported and not followed.
struct SettledRule {
    let name = "settled"
    let history: History

    /// Brings the outcome of the other rules in line with what was settled.
    func apply(to attempt: ExaminedAttempt, _ outcome: inout LandingOutcome) {
        guard let settlement = attempt.subject.settlement else { return }
        switch settlement.word {
        case .notLanded: keepOut(attempt, settlement, &outcome)
        case .landed(let commit):
            guard let step = attempt.settledStep else { return doubt(settlement, commit, &outcome) }
            land(attempt, settlement, at: step, &outcome)
        }
    }

    private func keepOut(_ attempt: ExaminedAttempt, _ settlement: Settlement, _ outcome: inout LandingOutcome) {
        noteOpposition(&outcome)
        outcome.parts = []
        outcome.landed = []
        outcome.remaining = Self.working(attempt)
        outcome.missing = []
        outcome.how = nil
        outcome.discardedBy = nil
        outcome.isKeptOut = true
        outcome.settled = Evidence(
            rule: name, commit: nil, certainty: .strong, detail: settlement.sentence("it has not landed"))
    }

    private func land(
        _ attempt: ExaminedAttempt, _ settlement: Settlement, at step: Int, _ outcome: inout LandingOutcome
    ) {
        let id = history.step(step).id
        outcome.settled = Evidence(
            rule: name, commit: id, certainty: .strong, detail: settlement.sentence("it landed here"))
        // Where history found the same landing, it knows more of it: which commits, how, what is missing.
        if outcome.parts.contains(where: { $0.step == step }) { return }
        noteOpposition(&outcome)
        let commits = Self.working(attempt)
        outcome.parts = [LandedPart(commits: commits, step: step, transitions: attempt.settledChange)]
        outcome.landed = Set(commits)
        outcome.remaining = []
        outcome.missing = []
        outcome.discardedBy = nil
        outcome.how = manner(at: step, attempt, outcome)
    }

    /// How it landed, where more than the person's word tells: the very same change, found too weak to stand alone.
    private func manner(at step: Int, _ attempt: ExaminedAttempt, _ outcome: LandingOutcome) -> LandingManner? {
        let found = outcome.evidence.filter { $0.certainty == .weak && $0.commit != nil }
        guard found.count == 1, found[0].commit == history.step(step).id, !outcome.landed.isEmpty else { return nil }
        return try? LandingMannerRule.manner(of: outcome, attempt, history)
    }

    /// The settled commit is not where it was said to be.
    private func doubt(_ settlement: Settlement, _ commit: ObjectID, _ outcome: inout LandingOutcome) {
        let said = settlement.sentence("it landed in \(commit.short)")
        if history.mainline.isCut {
            let reason = "\(said); this clone does not have that part of the mainline"
            outcome.parts = []
            outcome.discardedBy = nil
            outcome.how = nil
            outcome.undecided = reason
            return
        }
        outcome.evidence.append(
            Evidence(
                rule: name, commit: commit, certainty: .weak,
                detail: "\(said); the mainline does not contain that commit, so this is not followed"))
    }

    /// Says what history alone would have told, where that is something else.
    private func noteOpposition(_ outcome: inout LandingOutcome) {
        if let last = outcome.parts.last {
            let how = outcome.how.map { " by \($0.rawValue)" } ?? ""
            outcome.notes.append("history alone would say that it landed\(how) in \(history.step(last.step).id.short)")
        } else if let merge = outcome.discardedBy {
            outcome.notes.append(
                "history alone would say that \(history.step(merge).id.short) merged it and kept its content out")
        }
    }

    /// The own commits that change something.
    static func working(_ attempt: ExaminedAttempt) -> [Int] {
        attempt.commits.indices.filter { !attempt.commits[$0].transitions.isEmpty }
    }
}
