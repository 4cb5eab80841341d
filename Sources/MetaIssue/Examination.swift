import AttemptHistory
import Documents
import GitStore

/// What history tells about sagas, before any version of the record is joined to it.
struct Examination {
    /// One saga's part.
    struct Part {
        let naming: SagaNaming
        /// nil for attempts whose branches belong to no documented saga.
        let saga: Saga?
        let mainline: MainlineBranch
        let facts: [AttemptFacts]
        let subjects: [AttemptSubject]
        /// See ``DiscoveredSaga/lostFolders``.
        let lostFolders: [Int: [ObjectID]]
        /// Where the survey is kept that the facts are from; nil where it is not, or where they are not from it alone.
        let survey: Survey.Kept?
    }

    let parts: [Part]

    /// Which questions to ask.
    enum Purpose {
        /// For people: reflogs and local branches count.
        case status
        /// For documents: a pure function of references and record.
        case documents
    }

    /// Examines the given sagas, and with `includesUndocumented` also attempt branches without documents.
    ///
    /// - Parameter settlements: what people said of landings, by number; nil: what the visible record has. Only for one
    ///   saga.
    init(
        _ sagas: [Saga], in workspace: Workspace, purpose: Purpose, includesUndocumented: Bool = false,
        settlements: [Int: Settlement]? = nil
    ) throws {
        var parts: [Part] = []
        var mainlines: [MainlineBranch] = []
        for saga in sagas {
            let mainline = try workspace.mainline(of: saga)
            if !mainlines.contains(mainline) { mainlines.append(mainline) }
        }
        if includesUndocumented, let standard = workspace.standard, !mainlines.contains(standard) {
            mainlines.append(standard)
        }
        for mainline in mainlines {
            let wanted = try sagas.filter { try workspace.mainline(of: $0) == mainline }
            let undocumented = includesUndocumented && mainline == (workspace.standard ?? mainline)
            if wanted.isEmpty && !undocumented { continue }
            parts += try Self.examine(
                wanted, on: mainline, in: workspace, purpose: purpose, includesUndocumented: undocumented,
                settlements: settlements)
        }
        self.parts = parts
    }

    private static func examine(
        _ sagas: [Saga], on mainline: MainlineBranch, in workspace: Workspace, purpose: Purpose,
        includesUndocumented: Bool, settlements: [Int: Settlement]?
    ) throws -> [Part] {
        let visible = try workspace.visibleRecord(on: mainline)
        let records = try Dictionary(
            uniqueKeysWithValues: sagas.map { ($0.id, try visible.record(of: $0)) })
        // All sagas of the repository are named, so that their branches are not taken for undocumented ones.
        let namings = workspace.registry.sagas.map { $0.naming(of: records[$0.id]) }
        let question = Survey.Question(
            mainline: mainline.reference, tip: mainline.tip, sagas: namings,
            documentedNumbers: records.mapValues(\.numbers),
            settlements: records.mapValues { settlements ?? $0.settlements }, examined: Set(records.keys),
            includesUndocumented: includesUndocumented, usesReflogs: purpose == .status)
        let survey = try Survey.answer(
            question, in: workspace.place.repository, store: SurveyFiles(workspace.place).store
        ) { try workspace.history(of: mainline) }
        let found = survey.sagas
        var facts = survey.facts
        var changed: Set<Int> = []
        if purpose == .documents { changed = try takePushedTips(&facts, of: found, on: mainline, in: workspace) }
        return found.indices.map { index in
            let saga = found[index]
            return Part(
                naming: saga.naming,
                saga: saga.naming.folder == nil ? nil : sagas.first { $0.id == saga.naming.id },
                mainline: mainline, facts: facts[index], subjects: saga.attempts, lostFolders: saga.lostFolders,
                survey: changed.contains(index) ? nil : survey.kept)
        }
    }
}

extension Examination {
    /// Documents tell of an attempt in progress what was pushed, so that two people write the same (PRODUCT.md, "Words"):
    /// where a branch is on a remote, another local tip is left out and the attempt looked at again.
    ///
    /// - Returns: the sagas with such attempts.
    private static func takePushedTips(
        _ facts: inout [[AttemptFacts]], of sagas: [DiscoveredSaga], on mainline: MainlineBranch,
        in workspace: Workspace
    ) throws -> Set<Int> {
        var changed: Set<Int> = []
        for (index, saga) in sagas.enumerated() {
            let open = saga.attempts.indices.filter { attempt in
                let tips = saga.attempts[attempt].tips
                let pushed = Set(tips.filter { $0.source == .remoteBranch }.map(\.commit))
                let isLocal = tips.contains { $0.source == .localBranch }
                return facts[index][attempt].state.isOpen && isLocal && !pushed.isEmpty
                    && tips.contains {
                        ($0.source == .localBranch || $0.source == .anchor) && !pushed.contains($0.commit)
                    }
            }
            guard !open.isEmpty else { continue }
            changed.insert(index)
            var pushed = saga
            pushed.attempts = open.map { attempt in
                var subject = saga.attempts[attempt]
                subject.tips.removeAll { $0.source == .localBranch || $0.source == .anchor }
                return subject
            }
            let again = try AttemptAnalysis.facts(
                for: [pushed], in: workspace.place.repository, mainline: try workspace.history(of: mainline),
                usesReflogs: false)
            for (attempt, new) in zip(open, again[0]) { facts[index][attempt] = new }
        }
        return changed
    }
}

extension Examination.Part {
    /// Joins history with one version of the record.
    func states(with record: SagaRecord, in workspace: Workspace) throws -> [AttemptState] {
        var record = record
        if saga != nil {
            let repository = workspace.place.repository
            for facts in facts where facts.state.isOpen {
                guard let tip = facts.tip else { continue }
                try record.learn(facts.number, fromBranch: .commit(try repository.commit(tip), in: repository))
            }
        }
        return try facts.filter { !record.isForgotten($0.number) }.map { facts in
            try AttemptState(
                facts: facts, record: record, stubDay: try stubDay(of: facts, in: workspace),
                recordedReversal: { try recordedReversal(by: $0, of: facts, in: workspace) },
                earlierVerdict: { try verdictBeforeReversal(facts, record.saga, in: workspace) })
        }
    }

    /// A reversal by revert-attempt that history does not show by itself, because the code had moved on.
    ///
    /// - Returns: nil where history shows it, or the attempt has come in since, or the mainline has the commit no more or
    ///   took it back in its turn.
    private func recordedReversal(
        by commit: ObjectID, of facts: AttemptFacts, in workspace: Workspace
    ) throws -> Reversal? {
        guard !facts.reversals.contains(where: { $0.commits.contains(commit) }), !facts.landings.isEmpty,
            facts.state != .reverted
        else { return nil }
        let walk = try workspace.history(of: mainline)
        guard let step = walk.index(of: commit),
            facts.landings.allSatisfy({ walk.index(of: $0.commit).map { $0 < step } ?? false }),
            try !walk.isTakenBack(step)
        else { return nil }
        return Reversal(
            commits: [commit], time: try workspace.place.repository.commit(commit).committer.time, extent: .full,
            claimsWhole: true, shareGone: nil)
    }

    /// The day on which the attempt was recorded as started.
    func stubDay(of facts: AttemptFacts, in workspace: Workspace) throws -> CalendarDate? {
        try facts.stub.map { try workspace.place.repository.commit($0).author.time.day }
    }

    private func verdictBeforeReversal(
        _ facts: AttemptFacts, _ saga: Saga, in workspace: Workspace
    ) throws -> Verdict? {
        guard self.saga != nil, let first = facts.reversals.last?.commits.first else { return nil }
        let repository = workspace.place.repository
        guard let parent = try repository.commit(first).parents.first else { return nil }
        let before = RecordSource.commit(try repository.commit(parent), in: repository)
        return try SagaRecord(saga, from: before).verdict(of: facts.number)
    }
}
