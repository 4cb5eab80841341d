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
    /// A person's word about the landing.
    var settled: Evidence?
    /// True when that word is that it has not landed.
    var isKeptOut = false
    /// True when something that the rules wanted to read is not here.
    var isUnread = false
    /// Why this clone cannot tell; nil when it can.
    var undecided: String?
    var notes: [String] = []
    /// How many of the first own commits are somebody else's work that landed by itself (``Foundation``).
    var foundation = 0

    /// The same outcome with the numbers that another table gives to its paths.
    func renumbered(from old: PathTable, to new: PathTable) -> LandingOutcome {
        guard old !== new else { return self }
        var outcome = self
        for part in outcome.parts.indices {
            outcome.parts[part].transitions = parts[part].transitions.map { change in
                PathTransition(path: new.number(of: change.path, in: old), old: change.old, new: change.new)
            }
        }
        return outcome
    }

    /// Takes a rule's finding over.
    mutating func accept(_ finding: LandingFinding) {
        parts += finding.parts
        evidence += finding.evidence
        missing += finding.missing
        for part in finding.parts { landed.formUnion(part.commits) }
        remaining.removeAll { landed.contains($0) }
    }
}

/// Asks the landing rules about one attempt, in order of strength, and puts their findings together.
struct LandingSearch {
    let history: History

    func outcome(for attempt: ExaminedAttempt) throws(GitStoreError) -> LandingOutcome {
        var outcome = LandingOutcome()
        let working = attempt.commits.indices.filter { !attempt.commits[$0].transitions.isEmpty }
        outcome.remaining = Array(working)
        // An empty footprint or no own commits has landed nothing, whatever ancestry says.
        guard !working.isEmpty, !attempt.footprint.isEmpty else { return outcome }
        if let merge = carrierMerge(attempt) {
            // The branch came in inside another one's merge; its content may have landed before that.
            try searchContent(attempt, before: merge, amongReversals: false, &outcome)
            if outcome.remaining.isEmpty || (!outcome.parts.isEmpty && !changes(attempt, at: merge)) {
                return try finish(outcome, attempt)
            }
            outcome = LandingOutcome()
        }
        try AncestorRule().apply(to: attempt, working, history, &outcome)
        outcome.remaining = working.filter { !outcome.landed.contains($0) }
        // A revert's revert brings the content in too, but is not what landed it first.
        for amongReversals in [false, true] where !outcome.remaining.isEmpty {
            try searchContent(
                attempt, before: history.mainline.steps.count, amongReversals: amongReversals, &outcome)
        }
        return try finish(outcome, attempt)
    }

    /// The merge that contains the tip without having merged it directly.
    private func carrierMerge(_ attempt: ExaminedAttempt) -> Int? {
        guard case .merged(let step) = attempt.lineage.place, let tip = attempt.lineage.tip?.commit,
            !history.step(step).otherParents.contains(tip)
        else { return nil }
        return step
    }

    /// Whether a step changes any of the attempt's paths; one that does not brought nothing of it.
    private func changes(_ attempt: ExaminedAttempt, at step: Int) -> Bool {
        attempt.ownFootprint.contains { history.steps.transition(of: step, at: $0.path) != nil }
    }

    private func finish(
        _ outcome: LandingOutcome, _ attempt: ExaminedAttempt
    ) throws(GitStoreError) -> LandingOutcome {
        var outcome = outcome
        outcome.parts.sort { $0.step < $1.step }
        try Foundation(history: history).remove(from: &outcome, attempt)
        if outcome.how == nil { outcome.how = try LandingMannerRule.manner(of: outcome, attempt, history) }
        return outcome
    }

    /// Whole before parts, object ids before lines: the first answer that explains every commit stands. Else what
    /// explains some of them.
    private func searchContent(
        _ attempt: ExaminedAttempt, before end: Int, amongReversals: Bool, _ outcome: inout LandingOutcome
    ) throws(GitStoreError) {
        let scope = Scope(attempt: attempt, end: end, amongReversals: amongReversals)
        let whole = scope.target(outcome.remaining, usesFootprint: outcome.landed.isEmpty)
        let wide = outcome.landed.isEmpty ? scope.wideTarget(outcome.remaining) : nil
        for whole in [whole, wide].compactMap({ $0 }) where try accept([ChangesetRule()], whole, &outcome) { return }
        var byIDs = outcome
        try searchRanges(scope, [ChangesetRule()], &byIDs)
        if byIDs.remaining.isEmpty {
            outcome = byIDs
            return
        }
        for whole in [whole, wide].compactMap({ $0 }) {
            if try accept([ContainmentRule(), PatchRule()], whole, &outcome) { return }
        }
        var byPatches = outcome
        try searchRanges(scope, [ChangesetRule(), PatchRule()], &byPatches)
        if byPatches.remaining.isEmpty {
            outcome = byPatches
            return
        }
        var byLines = outcome
        if let whole, try accept([LinesRule()], whole, &byLines) {
            let found = Set(byLines.parts.map(\.step))
            let exact = byPatches.parts.filter { found.contains($0.step) }
            guard !exact.isEmpty, try tellsMore(byPatches, at: exact, attempt) else {
                outcome = byLines
                return
            }
        }
        outcome = byPatches
        if let rest = scope.target(outcome.remaining, usesFootprint: false) {
            if rest.commits.count < attempt.commits.count, try accept([LinesRule()], rest, &outcome) { return }
            _ = try accept([ClaimRule()], rest, &outcome)
        }
    }

    /// Whether commits found exactly tell more than a likeness of the whole to one of the same steps: where there are
    /// several such steps, or that step does what those commits do and nothing besides.
    private func tellsMore(
        _ outcome: LandingOutcome, at exact: [LandedPart], _ attempt: ExaminedAttempt
    ) throws(GitStoreError) -> Bool {
        if Set(outcome.parts.map(\.step)).count > 1 { return true }
        for part in exact {
            let known = Set(part.transitions.map(\.path))
            if try attempt.codeDelta(of: part.step, in: history).allSatisfy({ known.contains($0.path) }) { return true }
        }
        return false
    }

    /// What a search is about, its target's commits aside.
    private struct Scope {
        let attempt: ExaminedAttempt
        let end: Int
        let amongReversals: Bool

        /// nil when the commits change nothing together.
        func target(_ commits: [Int], usesFootprint: Bool) -> LandingTarget? {
            target(
                commits,
                usesFootprint ? attempt.ownFootprint : ExaminedAttempt.composed(commits.map { attempt.commits[$0] }))
        }

        /// All that the branch changes since its base, of a branch that stands on others' commits too: nil when that is
        /// no more than its own part.
        func wideTarget(_ commits: [Int]) -> LandingTarget? {
            attempt.footprint == attempt.ownFootprint ? nil : target(commits, attempt.footprint)
        }

        private func target(_ commits: [Int], _ change: [PathTransition]) -> LandingTarget? {
            guard !change.isEmpty else { return nil }
            return LandingTarget(
                attempt: attempt, commits: commits, change: change, firstStep: attempt.firstStep, lastStep: end - 1,
                amongReversals: amongReversals)
        }
    }

    /// Tries runs of consecutive commits, the longest first: a squash of a prefix, commits picked one by one.
    private func searchRanges(
        _ scope: Scope, _ rules: [any LandingRule], _ outcome: inout LandingOutcome
    ) throws(GitStoreError) {
        let commits = outcome.remaining
        guard commits.count > 1 else { return }
        var start = 0
        while start < commits.count {
            var next = start + 1
            for stop in stride(from: commits.count, to: start, by: -1) where stop - start < commits.count {
                guard let part = scope.target(Array(commits[start..<stop]), usesFootprint: false),
                    try accept(rules, part, &outcome)
                else { continue }
                next = stop
                break
            }
            start = next
        }
    }

    /// Asks the rules in turn; a finding that may be chance is kept as weak evidence and decides nothing.
    private func accept(
        _ rules: [any LandingRule], _ target: LandingTarget, _ outcome: inout LandingOutcome
    ) throws(GitStoreError) -> Bool {
        for rule in rules {
            guard let finding = try rule.find(target, in: history) else { continue }
            switch try CoincidenceGuard(history: history).worth(of: finding, target) {
            case .full:
                outcome.accept(finding)
                return true
            case .likely:
                outcome.accept(finding.atMost(.likely))
                return true
            case .nothing: break
            }
            for var evidence in finding.evidence {
                evidence.certainty = .weak
                evidence.detail += ", but it is small, of another author, and no message links the two"
                if !outcome.evidence.contains(where: { $0.commit == evidence.commit }) {
                    outcome.evidence.append(evidence)
                }
            }
        }
        return false
    }
}
