import GitStore

/// Tells the work of others that an attempt is built on from its own: the commits below all of the last author's, where
/// they landed and none of that author's did, although some of those had been written by then. What landed there is
/// another attempt that nothing names any more.
struct Foundation {
    let history: History

    /// Takes such a landing out of the outcome.
    func remove(from outcome: inout LandingOutcome, _ attempt: ExaminedAttempt) throws(GitStoreError) {
        guard let landing = outcome.parts.last, !outcome.remaining.isEmpty, attempt.lineage.fastForwardProof == nil,
            let last = attempt.commits.last
        else { return }
        let author = Person(last.author)
        let count = (attempt.commits.lastIndex { !author.isSame(as: Person($0.author)) } ?? -1) + 1
        guard count > 0, outcome.landed.allSatisfy({ $0 < count }),
            attempt.commits[count].authorTime.seconds < history.step(landing.step).time.seconds,
            !attempt.commits[..<count].contains(where: { author.isSame(as: Person($0.author)) })
        else { return }
        let lines = try history.message(of: landing.step).lines
        guard !attempt.subject.branchNames.contains(where: { name in lines.contains { $0.contains(name) } }) else {
            return
        }
        outcome.notes.append(
            "it is built on \(counted(count, "commit")) of others, which landed by themselves "
                + "(\(history.step(landing.step).id.short))")
        outcome.foundation = count
        outcome.parts = []
        outcome.evidence = []
        outcome.missing = []
        outcome.landed = []
        outcome.remaining.removeAll { $0 < count }
        outcome.how = nil
    }
}
