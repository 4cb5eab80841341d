/// What a step took of a landing's content, and whether that is a reversal or only a rewrite.
struct Loss {
    /// How many of the landed lines that stood the step inverts.
    let lines: Int
    /// What stood before the step, and after it.
    let before: LandedContent.Presence
    let after: LandedContent.Presence
    /// What landed, and how many lines besides that it only moved from one path to another.
    let landing: LineDelta
    let moved: Int
    /// What the step changes: everywhere, and in the landing's paths.
    let step: LineDelta
    let here: LineDelta

    /// Whether the step took back nearly all that stood. What is gone without the landing's removed lines coming back was
    /// superseded, unless nothing came in its place.
    func isReversal(_ isContinued: Bool) -> Bool {
        guard isMost(isContinued) else { return false }
        let hasReturned = landing.removed > 0 && isMostReturned
        if hasReturned, lines * 5 >= stood * 3, precision(step) >= 0.5 { return true }
        guard lines * 5 >= stood * 4 else { return false }
        if hasReturned { return precision(step) >= 0.3 || precision(here) >= 0.3 || isAllUndone }
        if landing.removed > 0 { return replaced == 0 && precision(step) >= 0.9 }
        return precision(step) >= 0.5 || (precision(step) >= 0.3 && replaced * 2 <= lines)
    }

    /// The same of a step whose message says that it takes the landing back; it may be about more than this one.
    func isClaimed(_ isContinued: Bool) -> Bool {
        isMost(isContinued) && lines * 5 >= stood * 4 && isMostReturned && precision(step) >= 0.01
    }

    /// Whether a commit does nothing but take back all that stood of a landing of some lines. Inside a merge, other commits
    /// may have put something else in its place; much of it has to be gone then all the same.
    var isPureInverse: Bool {
        landing.weight >= 3 && lines * 20 >= stood * 19 && precision(step) >= 0.95
            && (before.total - after.total) * 10 >= stood * 3
    }

    /// Lines that the step adds and that the landing had not removed.
    private var replaced: Int { here.added - landing.inverse.sharedAdded(with: here) }

    /// Whether everything is as it was before the landing, so many lines having come back that this is no chance.
    private var isAllUndone: Bool { after.total == 0 && landing.removed >= 3 && lines >= 6 }

    /// Whether at least half of what the landing had removed is back, moved lines aside.
    private var isMostReturned: Bool { (after.removed - moved) * 2 <= landing.removed }

    /// What stood, moved lines aside.
    private var stood: Int { min(before.total, landing.weight) }

    /// Whether it concerns enough of the landing, by lines and place.
    private func isMost(_ isContinued: Bool) -> Bool {
        (before.total - after.total) * 2 >= stood && (isContinued || lines * 2 >= landing.weight)
    }

    private func precision(_ change: LineDelta) -> Double { Double(lines) / Double(max(1, change.weight)) }
}
