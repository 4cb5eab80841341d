import GitStore

/// Examines attempts: where each stands, and what that rests on.
///
/// The mainline's history is walked and compared once for all attempts; each attempt then costs about its own commits.
public struct AttemptAnalysis {
    /// The facts of every attempt, in the order of `sagas` and of their attempts.
    ///
    /// - Parameter usesReflogs: false for what is written into documents: the facts are then a function of references
    ///   and objects alone, and a missing branch is no abandonment.
    /// - Throws: ``GitStoreError`` only when the repository as a whole cannot be read. What is missing or damaged of
    ///   one attempt makes that attempt `unknown`, with a note.
    public static func facts(
        for sagas: [DiscoveredSaga], in repository: Repository, mainline: Mainline, usesReflogs: Bool
    ) throws(GitStoreError) -> [[AttemptFacts]] {
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
        let first = examined.compactMap { try? $0.get() }.filter { !$0.footprint.isEmpty }.map(\.firstStep).min()
        let steps = try StepIndex(mainline: mainline, first: first ?? mainline.steps.count, reader: reader)
        let history = History(mainline: mainline, steps: steps, reader: reader)
        var all: [[AttemptFacts]] = sagas.map { _ in [] }
        for (lineage, attempt) in zip(lineages, examined) {
            let subject = sagas[lineage.saga].attempts[lineage.attempt]
            all[lineage.saga].append(facts(subject, lineage, attempt, history, usesReflogs))
        }
        return all
    }

    private static func facts(
        _ subject: AttemptSubject, _ lineage: Lineage, _ attempt: Result<ExaminedAttempt, GitStoreError>,
        _ history: History, _ usesReflogs: Bool
    ) -> AttemptFacts {
        do {
            let attempt = try attempt.get()
            let landing = try LandingSearch(history: history).outcome(for: attempt)
            let timeline = try ReversalSearch(history: history).timeline(of: attempt, landing)
            return FactsAssembly(history: history, usesReflogs: usesReflogs).facts(attempt, landing, timeline)
        } catch {
            var facts = AttemptFacts(number: subject.number)
            facts.branch = subject.branchNames.first
            facts.tip = lineage.tip?.commit
            facts.notes = lineage.notes + ["history cannot be read here: \(error)"]
            facts.evidence = [
                Evidence(rule: "unreadable", commit: lineage.tip?.commit, certainty: .weak, detail: "\(error)")
            ]
            return facts
        }
    }
}
