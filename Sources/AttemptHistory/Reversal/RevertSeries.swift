import GitStore

extension Mainline {
    /// A reversal's commits together with those right before and after them that take back more of the same landing:
    /// in a series of reverts, one commit by one, what takes back documents alone changes no code.
    ///
    /// - Parameters:
    ///   - reversal: the commits that take code back.
    ///   - landing: the mainline commits that brought the attempt in. Those right beside them that touch only the record
    ///     count as well.
    ///   - naming: tells code from record.
    ///   - number: the attempt's number.
    /// - Returns: mainline commits, oldest first.
    public func revertSeries(
        around reversal: [ObjectID], of landing: [ObjectID], naming: SagaNaming, number: Int
    ) throws(GitStoreError) -> [ObjectID] {
        let known = Set(reversal.compactMap { index(of: $0) })
        let landed = landing.compactMap { index(of: $0) }
        guard let oldest = known.min(), let newest = known.max(), var low = landed.min(), var high = landed.max() else {
            return reversal
        }
        while low > 0, try !changesCode(at: steps[low - 1].id, besides: naming, number: number) { low -= 1 }
        while high + 1 < oldest, !steps[high + 1].mentions.contains(.reversal),
            try !changesCode(at: steps[high + 1].id, besides: naming, number: number)
        {
            high += 1
        }
        let brought = low...high
        var series = known
        for step in oldest...newest where try undoes(brought, at: step) { series.insert(step) }
        var step = oldest - 1
        while step > high, try undoes(brought, at: step) {
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

    /// Whether a step's message says that it reverts a commit that one of these steps brought.
    private func undoes(_ brought: ClosedRange<Int>, at step: Int) throws(GitStoreError) -> Bool {
        guard steps[step].mentions.contains(.reversal), steps[step].mentions.contains(.commitID) else { return false }
        let message = StepMessage(try repository.commit(steps[step].id).message)
        guard message.isReversal else { return false }
        return message.commitIDs.contains { text in
            ObjectID(hex: text).flatMap { reach(of: $0) }.map { brought.contains(Int($0.step)) } ?? false
        }
    }
}
