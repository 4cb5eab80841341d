import GitStore

/// Puts an attempt's lineage, landing and timeline together into its state and facts.
struct FactsAssembly {
    let history: History
    let others: OtherBranches
    let usesReflogs: Bool

    func facts(_ attempt: ExaminedAttempt, _ landing: LandingOutcome, _ timeline: Timeline) -> AttemptFacts {
        let lineage = attempt.lineage
        var facts = AttemptFacts(number: attempt.number)
        facts.branch = branch(attempt)
        facts.hasLocalBranch = attempt.subject.tips.contains { $0.source == .localBranch }
        facts.tip = lineage.tip?.commit
        facts.stub = attempt.subject.stub ?? attempt.stub
        facts.base = attempt.subject.stub ?? attempt.subject.recordedBase ?? lineage.base.map { history.step($0).id }
        if lineage.knowsCommits {
            let own = attempt.commits.dropFirst(landing.foundation)
            facts.ownCommits = own.map(\.id)
            facts.started = own.map(\.authorTime).min { $0.seconds < $1.seconds }
            facts.lastWork = own.map(\.authorTime).max { $0.seconds < $1.seconds }
        }
        facts.how = landing.how
        facts.landingSteps = Set(landing.parts.map(\.step)).sorted().map { history.step($0).id }
        facts.landings = landings(landing) + timeline.reapplications
        facts.reversals = timeline.reversals
        facts.paths = landing.missing + timeline.paths
        facts.notes = lineage.notes + landing.notes + timeline.notes
        facts.evidence = landing.evidence + timeline.evidence
        facts.state = state(attempt, landing, timeline, &facts)
        facts.evidence.sort { $0.certainty < $1.certainty }
        // A person's word comes before what it overrules.
        if let settled = landing.settled { facts.evidence.insert(settled, at: 0) }
        facts.events = events(facts)
        return facts
    }

    private func branch(_ attempt: ExaminedAttempt) -> String? {
        if let name = attempt.naming.documentedBranches[attempt.number] { return name }
        for tip in attempt.subject.tips where tip.source <= .remoteBranch {
            return attempt.subject.branchNames.first { tip.name.hasSuffix("/" + $0) }
                ?? attempt.subject.branchNames.first
        }
        return attempt.subject.branchNames.first
    }

    /// One landing a mainline step; of commits that landed one by one, the last.
    private func landings(_ landing: LandingOutcome) -> [Landing] {
        guard let last = landing.parts.last else { return [] }
        let how = landing.how
        var steps = [last.step]
        if how == .merge || how == .squash {
            // Of a landing that the record alone tells of, no part has commits.
            steps = landing.parts.filter { landing.landed.isEmpty || !$0.commits.isEmpty }.map(\.step)
        }
        return steps.map { step in
            Landing(commit: history.step(step).id, time: history.step(step).time, how: how, isReapplication: false)
        }
    }

    /// The same in one row, in the mainline's own order: committer dates may run backwards.
    private func events(_ facts: AttemptFacts) -> [AttemptEvent] {
        func position(_ id: ObjectID?) -> Int { id.flatMap { history.mainline.index(of: $0) } ?? .max }
        let all =
            facts.landings.map { (position($0.commit), AttemptEvent.landing($0)) }
            + facts.reversals.map { (position($0.commits.last), AttemptEvent.reversal($0)) }
        return all.enumerated().sorted { ($0.element.0, $0.offset) < ($1.element.0, $1.offset) }.map(\.element.1)
    }

    // MARK: - State

    private func state(
        _ attempt: ExaminedAttempt, _ landing: LandingOutcome, _ timeline: Timeline, _ facts: inout AttemptFacts
    ) -> IntegrationState {
        switch timeline.standing {
        case .gone: return .reverted
        case .partlyGone: return .partlyReverted
        case .broughtBack:
            if !landing.remaining.isEmpty {
                facts.notes.append(
                    "\(landing.remaining.count) of its \(counted(attempt.commits.count, "commit")) never landed")
            }
            return .reapplied
        case .stands: break
        }
        if !landing.parts.isEmpty {
            return landing.remaining.isEmpty && landing.missing.isEmpty ? .landed : .partlyLanded
        }
        if landing.discardedBy != nil { return .discarded }
        if let reason = landing.undecided { return unknown(reason, &facts) }
        if landing.isKeptOut { return keptOut(attempt, &facts) }
        return unlanded(attempt, &facts)
    }

    /// A person said that it has not landed: a tip on the mainline is then a branch without commits.
    private func keptOut(_ attempt: ExaminedAttempt, _ facts: inout AttemptFacts) -> IntegrationState {
        if case .onChain = attempt.lineage.place, facts.ownCommits == nil { facts.ownCommits = [] }
        if facts.ownCommits?.isEmpty == true { return .planned }
        return open(attempt, &facts)
    }

    private func unlanded(_ attempt: ExaminedAttempt, _ facts: inout AttemptFacts) -> IntegrationState {
        let lineage = attempt.lineage
        if lineage.isCut {
            return unknown("this clone does not have the whole history of the branch", &facts)
        }
        guard lineage.place != .unknown else {
            return unknown("no commit of this attempt is known here", &facts)
        }
        if lineage.place == .open, lineage.base == nil {
            if history.mainline.isCut {
                return unknown("this clone does not have the whole history of the mainline", &facts)
            }
            facts.notes.append("it shares no history with the mainline")
        }
        if case .onChain = lineage.place {
            if lineage.isKnownEmpty { return .planned }
            return unknown(
                "the tip is a commit of the mainline: a fast-forward or a branch without commits; neither record nor "
                    + "reflog tells which", &facts)
        }
        if attempt.commits.isEmpty && attempt.footprint.isEmpty { return .planned }
        return open(attempt, &facts)
    }

    /// Work that is not on the mainline: still going on, or its branch is gone.
    private func open(_ attempt: ExaminedAttempt, _ facts: inout AttemptFacts) -> IntegrationState {
        if let tip = facts.tip, let holder = others.holder(of: tip) {
            facts.evidence.append(
                Evidence(
                    rule: "elsewhere", commit: tip, certainty: .exact,
                    detail: "\(holder) contains it; the mainline does not"))
        }
        // Of work that was imported without a branch, that there is none says nothing.
        let hadBranch = attempt.naming.places[attempt.number]?.tip == nil
        if usesReflogs, hadBranch, !facts.hasLocalBranch,
            !attempt.subject.tips.contains(where: { $0.source == .remoteBranch })
        {
            if let theirs = othersAnchor(attempt, facts.tip) {
                facts.evidence.append(
                    Evidence(
                        rule: "others-anchor", commit: facts.tip, certainty: .likely,
                        detail: "\(theirs) has it; its branch is in another clone"))
                return .inProgress
            }
            facts.evidence.append(
                Evidence(
                    rule: "branch-gone", commit: facts.tip, certainty: .likely,
                    detail: "its branch is gone and nothing of it is on the mainline"))
            return .abandoned
        }
        return .inProgress
    }

    /// The anchor of another clone that has the tip, which this clone never had a branch at: that no branch is here then
    /// says nothing.
    private func othersAnchor(_ attempt: ExaminedAttempt, _ tip: ObjectID?) -> String? {
        let holders = attempt.subject.tips.filter { $0.commit == tip }
        guard !holders.contains(where: { $0.source == .anchor || $0.source == .reflog }) else { return nil }
        return holders.first { $0.source == .remoteAnchor }?.name
    }

    private func unknown(_ reason: String, _ facts: inout AttemptFacts) -> IntegrationState {
        facts.evidence.append(
            Evidence(rule: "undecided", commit: facts.tip, certainty: .weak, detail: reason))
        return .unknown
    }
}
