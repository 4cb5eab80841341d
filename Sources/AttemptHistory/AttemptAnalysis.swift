import GitStore

/// Examines attempts: where each stands, and what that rests on.
///
/// The mainline's history is walked and compared once for all attempts; each attempt then costs about its own commits.
public struct AttemptAnalysis {
    /// The facts of every attempt, in the order of the sagas and of their attempts.
    public private(set) var facts: [[AttemptFacts]]
    /// What the facts rest on besides references.
    let footing: SurveyFooting
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
    init(
        of sagas: [DiscoveredSaga], in repository: Repository, mainline: Mainline, usesReflogs: Bool
    ) throws(GitStoreError) {
        var isWhole = true
        let log = usesReflogs ? try BranchLog(repository: repository, mainline: mainline) : nil
        var search = LineageSearch(repository: repository, mainline: mainline, sagas: sagas, branchLog: log)
        let lineages = try search.run()
        let reader = TreeDeltaReader(repository: repository, paths: PathTable())
        let examined = lineages.map { lineage in
            Result { () throws(GitStoreError) in
                try ExaminedAttempt(
                    lineage: lineage, saga: sagas[lineage.saga], mainline: mainline, reader: reader)
            }
        }
        let steps = try StepIndex(
            mainline: mainline, attempts: examined.compactMap { try? $0.get() }, reader: reader)
        let history = History(mainline: mainline, steps: steps, reader: reader)
        var landings = examined.map { attempt in
            Result { () throws(GitStoreError) in
                try LandingSearch(history: history).outcome(for: attempt.get())
            }
        }
        for index in lineages.indices { Self.carry(index, lineages, examined, &landings, history) }
        for (index, landing) in landings.enumerated() {
            for part in (try? landing.get())?.parts ?? [] { history.landedAt[part.step, default: []].insert(index) }
        }
        let others = try Self.otherBranches(sagas, lineages, mainline)
        var all: [[AttemptFacts]] = sagas.map { _ in [] }
        for (index, lineage) in lineages.enumerated() {
            let subject = sagas[lineage.saga].attempts[lineage.attempt]
            isWhole = isWhole && !lineage.isCut
            do {
                let attempt = try examined[index].get()
                let landing = try landings[index].get()
                let timeline = try ReversalSearch(history: history, position: index).timeline(of: attempt, landing)
                let assembly = FactsAssembly(history: history, others: others, usesReflogs: usesReflogs)
                all[lineage.saga].append(assembly.facts(attempt, landing, timeline))
            } catch {
                isWhole = false
                all[lineage.saga].append(Self.unreadable(subject, lineage, error))
            }
        }
        facts = all
        self.isWhole = isWhole
        var footing = SurveyFooting(mainlineTip: mainline.tip)
        footing.paths = reader.paths.watchedPaths.map { SurveyFooting.hash(reader.paths.bytes(of: $0)) }.sorted()
        footing.commits = Set(search.reachedCommits).union(log?.mentionedCommits ?? []).sorted()
        footing.logs = log?.asked ?? []
        self.footing = footing
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
        guard var landing = try? landings[index].get(), landing.parts.isEmpty, let attempt = try? examined[index].get()
        else { return }
        let stacked = lineages.indices.filter { lineages[$0].stackedOn.contains(index) }
        let steps = stacked.flatMap { (try? landings[$0].get())?.parts.map(\.step) ?? [] }
        guard !steps.isEmpty else { return }
        landings[index] = Result { () throws(GitStoreError) in
            try CarriedRule(history: history).apply(to: attempt, steps: steps.sorted(), &landing)
            return landing
        }
    }

    private static func unreadable(
        _ subject: AttemptSubject, _ lineage: Lineage, _ error: GitStoreError
    ) -> AttemptFacts {
        var facts = AttemptFacts(number: subject.number)
        facts.branch = subject.branchNames.first
        facts.hasLocalBranch = subject.tips.contains { $0.source == .localBranch }
        facts.tip = lineage.tip?.commit
        facts.notes = lineage.notes + ["its history cannot be read in this clone: \(error)"]
        facts.evidence = [
            Evidence(rule: "unreadable", commit: lineage.tip?.commit, certainty: .weak, detail: "\(error)")
        ]
        return facts
    }
}
