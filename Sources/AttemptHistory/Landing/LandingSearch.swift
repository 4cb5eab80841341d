import GitStore

/// What is known of an attempt's landing after all rules were asked.
struct LandingOutcome {
    /// Mainline steps that brought the attempt in, oldest first.
    var parts: [LandedPart] = []
    var how: LandingManner?
    var evidence: [Evidence] = []
    /// Own commits (positions) that landed.
    var landed: Set<Int> = []
    /// Own commits that change something and did not land.
    var remaining: [Int] = []
    var missing: [PathOutcome] = []
    /// A merge by ancestry that kept the content out.
    var discardedBy: Int?
    var notes: [String] = []
}

/// Asks the landing rules about one attempt, in order of strength, and puts their findings together.
struct LandingSearch {
    /// The rules on content, strongest first.
    static let rules: [any LandingRule] = [ChangesetRule(), ContainmentRule()]

    let history: History

    func outcome(for attempt: ExaminedAttempt) throws(GitStoreError) -> LandingOutcome {
        var outcome = LandingOutcome()
        let working = attempt.commits.indices.filter { !attempt.commits[$0].transitions.isEmpty }
        // An empty footprint or no own commits has landed nothing, whatever ancestry says.
        guard !working.isEmpty, !attempt.footprint.isEmpty else {
            outcome.remaining = Array(working)
            return outcome
        }
        try AncestorRule().apply(to: attempt, working, history, &outcome)
        outcome.remaining = working.filter { !outcome.landed.contains($0) }
        if !outcome.remaining.isEmpty { try searchContent(attempt, &outcome) }
        outcome.parts.sort { $0.step < $1.step }
        outcome.how = outcome.how ?? LandingMannerRule.manner(of: outcome, attempt, history)
        return outcome
    }

    private func searchContent(_ attempt: ExaminedAttempt, _ outcome: inout LandingOutcome) throws(GitStoreError) {
        let whole = target(attempt, outcome.remaining, wholeFootprint: outcome.landed.isEmpty)
        if let whole, let finding = try find(whole, &outcome) {
            accept(finding, &outcome)
        } else {
            try searchRanges(attempt, &outcome)
        }
        outcome.remaining.removeAll { outcome.landed.contains($0) }
    }

    /// Tries runs of consecutive commits, the longest first: a squash of a prefix, commits picked one by one.
    private func searchRanges(_ attempt: ExaminedAttempt, _ outcome: inout LandingOutcome) throws(GitStoreError) {
        let commits = outcome.remaining
        guard commits.count > 1 else { return }
        var start = 0
        while start < commits.count {
            var next = start + 1
            for end in stride(from: commits.count, to: start, by: -1) where end - start < commits.count {
                guard let part = target(attempt, Array(commits[start..<end]), wholeFootprint: false),
                    let finding = try ChangesetRule().find(part, in: history),
                    isNoCoincidence(finding, part, &outcome)
                else { continue }
                accept(finding, &outcome)
                next = end
                break
            }
            start = next
        }
    }

    private func target(_ attempt: ExaminedAttempt, _ commits: [Int], wholeFootprint: Bool) -> LandingTarget? {
        let change =
            wholeFootprint
            ? attempt.ownFootprint : ExaminedAttempt.composed(commits.map { attempt.commits[$0] })
        guard !change.isEmpty else { return nil }
        return LandingTarget(attempt: attempt, commits: commits, change: change, firstStep: attempt.firstStep)
    }

    private func find(_ target: LandingTarget, _ outcome: inout LandingOutcome) throws(GitStoreError)
        -> LandingFinding?
    {
        for rule in Self.rules {
            if let finding = try rule.find(target, in: history), isNoCoincidence(finding, target, &outcome) {
                return finding
            }
        }
        return nil
    }

    private func accept(_ finding: LandingFinding, _ outcome: inout LandingOutcome) {
        outcome.parts += finding.parts
        outcome.evidence += finding.evidence
        outcome.missing += finding.missing
        for part in finding.parts { outcome.landed.formUnion(part.commits) }
    }

    /// The coincidence guard; what fails it is kept as weak evidence.
    private func isNoCoincidence(
        _ finding: LandingFinding, _ target: LandingTarget, _ outcome: inout LandingOutcome
    ) -> Bool {
        true
    }
}
