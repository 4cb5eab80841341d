import GitStore

/// Examines attempts: where each stands, and what that rests on.
///
/// The mainline's history is walked and compared once for all attempts; each attempt then costs about its own commits.
public struct AttemptAnalysis {
    /// The facts of every attempt, in the order of the sagas and of their attempts.
    public private(set) var facts: [[AttemptFacts]]
    /// What the facts rest on besides references.
    let footing: SurveyFooting
    /// What the attempts changed.
    let content: SurveyContent
    /// True when everything that was asked for could be read.
    let isWhole: Bool

    /// The facts of every attempt, in the order of `sagas` and of their attempts.
    ///
    /// - Parameter usesReflogs: false for what is written into documents: the facts are then a function of references
    ///   and objects alone, and a missing branch is no abandonment.
    /// - Throws: ``GitStoreError`` only when the repository as a whole cannot be read. What is missing or damaged of
    ///   one attempt makes that attempt `unknown`, with a note.
    public static func facts(
        for sagas: [DiscoveredSaga], in repository: Repository, mainline: Mainline, usesReflogs: Bool
    ) throws(GitStoreError) -> [[AttemptFacts]] {
        try AttemptAnalysis(of: sagas, in: repository, mainline: mainline, usesReflogs: usesReflogs).facts
    }

    /// See ``facts(for:in:mainline:usesReflogs:)``.
    ///
    /// - Parameter usesLineHistories: false in tests, which compare both ways.
    init(
        of sagas: [DiscoveredSaga], in repository: Repository, mainline: Mainline, usesReflogs: Bool,
        usesLineHistories: Bool = true
    ) throws(GitStoreError) {
        let log = usesReflogs ? try BranchLog(repository: repository, mainline: mainline) : nil
        var search = LineageSearch(repository: repository, mainline: mainline, sagas: sagas, branchLog: log)
        let lineages = try search.run()
        let reader = TreeDeltaReader(repository: repository, paths: PathTable())
        let examined = lineages.map { lineage in
            Result { () throws(GitStoreError) in
                try Self.examine(lineage, sagas[lineage.saga], mainline, reader)
            }
        }
        var footing = SurveyFooting(mainlineTip: mainline.tip)
        var content = SurveyContent([])
        do throws(GitStoreError) {
            let steps = try StepIndex(
                mainline: mainline, attempts: examined.compactMap { try? $0.get() }, reader: reader)
            let histories = try LineHistories(
                attempts: usesLineHistories ? Self.attemptsByPath(examined) : [:], steps: steps, repository: repository)
            let outcomes = try Self.outcomes(
                lineages, examined,
                History(mainline: mainline, steps: steps, reader: reader, lineHistories: histories))
            let others = try Self.otherBranches(sagas, lineages, mainline)
            let assembly = FactsAssembly(
                history: History(mainline: mainline, steps: steps, reader: reader), others: others,
                usesReflogs: usesReflogs)
            facts = sagas.map { _ in [] }
            for (index, lineage) in lineages.enumerated() {
                let subject = sagas[lineage.saga].attempts[lineage.attempt]
                do throws(GitStoreError) {
                    let (landing, timeline) = try outcomes[index].get()
                    facts[lineage.saga].append(assembly.facts(try examined[index].get(), landing, timeline))
                } catch {
                    facts[lineage.saga].append(Self.unreadable(subject, lineage, error))
                }
            }
            content = SurveyContent(
                zip(examined, outcomes).compactMap { attempt, outcome in
                    guard let attempt = try? attempt.get(), let landing = try? outcome.get().landing else { return nil }
                    return Self.changes(of: attempt, landing, reader.paths)
                })
            isWhole =
                !lineages.contains(where: \.isCut)
                && examined.allSatisfy { (try? $0.get())?.lineage.isCut == false }
                && outcomes.allSatisfy { (try? $0.get())?.landing.isUnread == false }
        } catch {
            guard error.kind == .notFound else { throw error }
            // A clone without the mainline's trees can tell nothing of any attempt.
            facts = Self.unreadable(lineages, of: sagas, error)
            isWhole = false
        }
        footing.paths = reader.paths.watchedPaths.map { SurveyFooting.hash(reader.paths.bytes(of: $0)) }.sorted()
        let settled = sagas.flatMap(\.attempts).compactMap { $0.settlement?.commit }
        footing.commits = Set(search.reachedCommits + settled).union(log?.mentionedCommits ?? []).sorted()
        let subjects = examined.compactMap { try? $0.get() }.flatMap(\.commits).map(\.subject)
        footing.subjects = Set(subjects.filter(CoincidenceGuard.isTelling).map { SurveyFooting.hash($0.utf8) }).sorted()
        footing.logs = log?.asked ?? []
        self.footing = footing
        self.content = content
    }

    /// Everything that an attempt, its commits and its landing change.
    private static func changes(
        of attempt: ExaminedAttempt, _ landing: LandingOutcome, _ paths: PathTable
    ) -> [SurveyContent.Change] {
        let all =
            attempt.footprint + attempt.ownFootprint + attempt.commits.flatMap(\.transitions) + attempt.namedChange
            + landing.parts.flatMap(\.transitions)
        return Set(all.map { SurveyContent.Change($0, paths) }).sorted {
            ($0.path, $0.old.id, $0.new.id) < ($1.path, $1.old.id, $1.new.id)
        }
    }

    /// How many attempts touch each path.
    private static func attemptsByPath(_ examined: [Result<ExaminedAttempt, GitStoreError>]) -> [PathTable.ID: Int] {
        var counts: [PathTable.ID: Int] = [:]
        for attempt in examined.compactMap({ try? $0.get() }) {
            let paths = Set((attempt.footprint + attempt.commits.flatMap(\.transitions)).map(\.path))
            for path in paths { counts[path, default: 0] += 1 }
        }
        return counts
    }

    private typealias Outcome = Result<(landing: LandingOutcome, timeline: Timeline), GitStoreError>

    /// How each attempt landed, and what happened to it then. Attempts are looked at side by side: each depends on the
    /// others only by where those landed.
    private static func outcomes(
        _ lineages: [Lineage], _ examined: [Result<ExaminedAttempt, GitStoreError>], _ history: History
    ) throws(GitStoreError) -> [Outcome] {
        AnalysisProgress.shared.begin(lineages.count)
        var landings = try sideBySide(lineages.count, history) { index, history throws(GitStoreError) in
            AnalysisProgress.shared.step()
            return (try landing(of: examined[index].get(), history), history.paths)
        }.map { result in
            result.map { landing, paths in landing.renumbered(from: paths, to: history.paths) }
        }
        for index in lineages.indices { carry(index, lineages, examined, &landings, history) }
        var landedAt: [Int: Set<Int>] = [:]
        for (index, landing) in landings.enumerated() {
            for part in (try? landing.get())?.parts ?? [] { landedAt[part.step, default: []].insert(index) }
        }
        history.landedAt = landedAt
        return try sideBySide(lineages.count, history) { index, history throws(GitStoreError) in
            let landing = try landings[index].get()
            let search = ReversalSearch(history: history, position: index)
            return (landing, try search.timeline(of: try examined[index].get(), landing))
        }
    }

    /// Fewer attempts than this are not worth a thread.
    private static let fewAttempts = 16

    /// The results of `body` for each attempt, with a history of its own for each thread.
    private static func sideBySide<Value>(
        _ count: Int, _ history: History, _ body: (Int, History) throws(GitStoreError) -> Value
    ) throws(GitStoreError) -> [Result<Value, GitStoreError>] {
        let isAlone = count < fewAttempts || Cores.count == 1
        let size = isAlone ? max(1, count) : 4
        if !isAlone { history.mainline.repository.rest() }
        let pieces = try Cores.map((count + size - 1) / size) { () throws(GitStoreError) in
            isAlone ? history : try history.forAnotherThread()
        } _: { history, piece in
            (piece * size..<min(count, (piece + 1) * size)).map { index in
                Result { () throws(GitStoreError) in try body(index, history) }
            }
        }
        return pieces.flatMap { $0 }
    }

    private static func otherBranches(
        _ sagas: [DiscoveredSaga], _ lineages: [Lineage], _ mainline: Mainline
    ) throws(GitStoreError) -> OtherBranches {
        let tips = lineages.filter { $0.place == .open && !$0.commits.isEmpty }.compactMap(\.tip?.commit)
        let names = sagas.flatMap(\.attempts).flatMap(\.tips).map(\.name)
        return try OtherBranches(mainline: mainline, tips: Set(tips), attemptReferences: Set(names))
    }

    /// Gives an attempt that did not land by itself the landings of those that are stacked on it.
    private static func carry(
        _ index: Int, _ lineages: [Lineage], _ examined: [Result<ExaminedAttempt, GitStoreError>],
        _ landings: inout [Result<LandingOutcome, GitStoreError>], _ history: History
    ) {
        guard var landing = try? landings[index].get(), landing.parts.isEmpty, let attempt = try? examined[index].get(),
            attempt.subject.settlement == nil
        else { return }
        let stacked = lineages.indices.filter { lineages[$0].stackedOn.contains(index) }
        let steps = stacked.flatMap { (try? landings[$0].get())?.parts.map(\.step) ?? [] }
        guard !steps.isEmpty else { return }
        landings[index] = Result { () throws(GitStoreError) in
            try CarriedRule(history: history).apply(to: attempt, steps: steps.sorted(), &landing)
            return landing
        }
    }

    /// Reads what an attempt changes. Of one that cannot be read, what was said of its landing still counts.
    private static func examine(
        _ lineage: Lineage, _ saga: DiscoveredSaga, _ mainline: Mainline, _ reader: TreeDeltaReader
    ) throws(GitStoreError) -> ExaminedAttempt {
        var known = lineage
        if !lineage.isCut {
            do throws(GitStoreError) {
                return try ExaminedAttempt(lineage: lineage, saga: saga, mainline: mainline, reader: reader)
            } catch {
                let subject = saga.attempts[lineage.attempt]
                guard subject.settlement != nil || !subject.recordedLandings.isEmpty else { throw error }
                known.notes.append("its history cannot be read in this clone: \(error)")
            }
        }
        // Some of its commits say nothing of the whole.
        known.place = .unknown
        known.commits = []
        known.isCut = true
        return try ExaminedAttempt(lineage: known, saga: saga, mainline: mainline, reader: reader)
    }

    /// What all rules say of an attempt's landing, the record's word where they say nothing, and a person's above them.
    private static func landing(
        of attempt: ExaminedAttempt, _ history: History
    ) throws(GitStoreError) -> LandingOutcome {
        var outcome = LandingOutcome()
        do throws(GitStoreError) {
            outcome = try LandingSearch(history: history).outcome(for: attempt)
        } catch {
            guard attempt.subject.settlement != nil || !attempt.recordedParts.isEmpty else { throw error }
            outcome.isUnread = true
            outcome.remaining = SettledRule.working(attempt)
            outcome.notes.append("its landing cannot be looked for in this clone: \(error)")
        }
        RecordedRule(history: history).apply(to: attempt, &outcome)
        SettledRule(history: history).apply(to: attempt, &outcome)
        return outcome
    }

    private static func unreadable(
        _ lineages: [Lineage], of sagas: [DiscoveredSaga], _ error: GitStoreError
    ) -> [[AttemptFacts]] {
        var all: [[AttemptFacts]] = sagas.map { _ in [] }
        for lineage in lineages {
            let subject = sagas[lineage.saga].attempts[lineage.attempt]
            all[lineage.saga].append(unreadable(subject, lineage, error))
        }
        return all
    }

    private static func unreadable(
        _ subject: AttemptSubject, _ lineage: Lineage, _ error: GitStoreError
    ) -> AttemptFacts {
        var facts = AttemptFacts(number: subject.number)
        facts.branch = subject.branchNames.first
        facts.hasLocalBranch = subject.tips.contains { $0.source == .localBranch }
        facts.tip = lineage.tip?.commit
        facts.notes = lineage.notes
        facts.evidence = [
            Evidence(
                rule: "unreadable", commit: lineage.tip?.commit, certainty: .weak,
                detail: "its history cannot be read in this clone: \(error)")
        ]
        return facts
    }
}
