import GitStore

extension Mainline {
    /// A reversal's commits together with those right before and after them that take back more of the same landing:
    /// in a series of reverts, one commit by one, what takes back documents alone changes no code.
    ///
    /// - Parameters:
    ///   - reversal: the commits that take code back.
    ///   - landing: the mainline commits that brought the attempt in. Those right beside them that touch only the record
    ///     count as well.
    ///   - reapplications: the mainline commits that brought it in again. Those right beside them count likewise.
    ///   - naming: tells code from record.
    ///   - number: the attempt's number.
    /// - Returns: mainline commits, oldest first.
    public func revertSeries(
        around reversal: [ObjectID], of landing: [ObjectID], reapplications: [ObjectID], naming: SagaNaming, number: Int
    ) throws(GitStoreError) -> [ObjectID] {
        let known = Set(reversal.compactMap { index(of: $0) })
        let landed = landing.compactMap { index(of: $0) }
        guard let oldest = known.min(), let newest = known.max(), let low = landed.min(), let high = landed.max() else {
            return reversal
        }
        let code = CodeSteps(mainline: self, naming: naming, number: number)
        let first = try code.widened(low...high, before: oldest)
        let again = try reapplications.compactMap { index(of: $0) }.filter { $0 < oldest }.map {
            step throws(GitStoreError) in
            try code.widened(step...step, before: oldest)
        }
        let brought = [first] + again
        var series = known
        for step in oldest...newest where try undoes(brought, at: step) { series.insert(step) }
        let start = brought.map(\.upperBound).max() ?? high
        var step = oldest - 1
        while step > start, try undoes(brought, at: step) {
            series.insert(step)
            step -= 1
        }
        step = newest + 1
        while step < steps.count, try undoes(brought, at: step) {
            series.insert(step)
            step += 1
        }
        return series.sorted().map { steps[$0].id }
    }

    /// The commits in a row, this one among them, that say that they take something back.
    public func runOfReverts(around commit: ObjectID) throws(GitStoreError) -> [ObjectID] {
        guard let middle = index(of: commit) else { return [] }
        func takesBack(_ step: Int) throws(GitStoreError) -> Bool {
            guard steps.indices.contains(step), steps[step].mentions.contains(.reversal) else { return false }
            return StepMessage(try repository.commit(steps[step].id).message).takesBack
        }
        var (low, high) = (middle, middle)
        while try takesBack(low - 1) { low -= 1 }
        while try takesBack(high + 1) { high += 1 }
        return (low...high).map { steps[$0].id }
    }

    /// Whether a revert, or one in a row with it, took more than an attempt's documents. Whoever takes those alone back
    /// means it.
    public func tookCode(_ commit: ObjectID, besides naming: SagaNaming, number: Int) throws(GitStoreError) -> Bool {
        for revert in try runOfReverts(around: commit) {
            if try changesCode(at: revert, besides: naming, number: number) { return true }
        }
        return false
    }

    /// Commits of this mainline, each once, oldest first.
    public func inOrder(_ commits: [ObjectID]) throws(GitStoreError) -> [ObjectID] {
        Set(commits.compactMap { index(of: $0) }).sorted().map { steps[$0].id }
    }

    /// Whether the message of a later commit says that it takes the one at `step` back, and none takes that one back again.
    public func isTakenBack(_ step: Int) throws(GitStoreError) -> Bool {
        for later in steps.indices.dropFirst(step + 1) where try revertedSteps(at: later).contains(step) {
            if try !isTakenBack(later) { return true }
        }
        return false
    }

    /// Whether a step's message says that it reverts a commit that one of these steps brought, or one that says that it
    /// brought such a commit in again.
    private func undoes(_ brought: [ClosedRange<Int>], at step: Int) throws(GitStoreError) -> Bool {
        var named = try revertedSteps(at: step)
        while !named.isEmpty {
            if named.contains(where: { step in brought.contains { $0.contains(step) } }) { return true }
            // The revert of a revert brings in again; the revert of that one takes back.
            named = try revertedSteps(of: try revertedSteps(of: named))
        }
        return false
    }

    /// The steps that brought the commits which a step's message says that it reverts; those come before it.
    private func revertedSteps(at step: Int) throws(GitStoreError) -> Set<Int> {
        guard steps[step].mentions.contains(.reversal), steps[step].mentions.contains(.commitID) else { return [] }
        let message = StepMessage(try repository.commit(steps[step].id).message)
        guard message.isReversal else { return [] }
        let found = message.commitIDs.compactMap { ObjectID(hex: $0) }.compactMap { reach(of: $0) }.map { Int($0.step) }
        return Set(found.filter { $0 < step })
    }

    private func revertedSteps(of steps: Set<Int>) throws(GitStoreError) -> Set<Int> {
        var found: Set<Int> = []
        for step in steps { found.formUnion(try revertedSteps(at: step)) }
        return found
    }
}

/// Which steps of a mainline change more than an attempt's record.
private struct CodeSteps {
    let mainline: Mainline
    let naming: SagaNaming
    let number: Int

    /// A range of steps together with those right beside it that touch only the record and take nothing back, up to
    /// `end`.
    func widened(_ range: ClosedRange<Int>, before end: Int) throws(GitStoreError) -> ClosedRange<Int> {
        var (low, high) = (range.lowerBound, range.upperBound)
        while low > 0, try isRecord(low - 1) { low -= 1 }
        while high + 1 < end, try isRecord(high + 1) { high += 1 }
        return low...high
    }

    private func isRecord(_ step: Int) throws(GitStoreError) -> Bool {
        let here = mainline.steps[step]
        if here.mentions.contains(.reversal) { return false }
        return try !mainline.changesCode(at: here.id, besides: naming, number: number)
    }
}
