import AttemptHistory

/// A landing or reversal, as `show` and `brief` tell it.
struct EventText {
    /// The day of the mainline's commit.
    let day: String
    /// "landed by merge in 84ba87a2775d".
    let words: String
    let style: Style

    /// What happened to an attempt on the mainline, oldest first.
    static func all(of facts: AttemptFacts) -> [EventText] {
        var isTakenBack = false
        var hasReversal = false
        return facts.events.map { event in
            switch event {
            case .landing(let landing):
                let words = words(landing, of: facts, isTakenBack: isTakenBack)
                isTakenBack = false
                return EventText(day: landing.time.day.description, words: words, style: .good)
            case .reversal(let reversal):
                let words = words(reversal, isAgain: hasReversal)
                (isTakenBack, hasReversal) = (true, true)
                return EventText(
                    day: reversal.time.day.description, words: words, style: reversal.extent == .full ? .bad : .mixed)
            }
        }
    }

    private static func words(_ landing: Landing, of facts: AttemptFacts, isTakenBack: Bool) -> String {
        let how = landing.how.map { " by \($0.rawValue)" } ?? ""
        if landing.isReapplication { return "reapplied in \(landing.commit.short)" }
        if isTakenBack { return "landed again\(how) in \(landing.commit.short)" }
        let isPart = facts.state == .partlyLanded
        return "\(isPart ? "partly landed" : "landed")\(how) in \(landing.commit.short)"
    }

    private static func words(_ reversal: Reversal, isAgain: Bool) -> String {
        let again = isAgain ? " again" : ""
        let commits = reversal.commits.map(\.short).joined(separator: ", ")
        guard reversal.extent == .partial else { return "reverted\(again) in \(commits)" }
        let share = reversal.shareGone.map { ", \(percent($0)) of its changed lines gone" } ?? ""
        return "partly reverted\(again) in \(commits)\(share)"
    }

    static func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
