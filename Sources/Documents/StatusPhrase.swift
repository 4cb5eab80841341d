/// A saga's status as a hub words it: "Resolved (Attempt 003)".
struct StatusPhrase {
    let status: SagaStatus
    private let word: Range<Int>

    /// Reads the status that a value starts with; an emoji before it is skipped.
    static func read(_ value: ArraySlice<UInt8>) -> StatusPhrase? {
        let words = Words.tokens(value)
        guard let match = phrases.match(words, at: 0, in: value) else { return nil }
        return StatusPhrase(status: match.meaning, word: match.range)
    }

    /// What to change in a value so that it says the status, and names the winner where it names an attempt.
    static func correction(of value: ArraySlice<UInt8>, to status: SagaStatus, winner: Int?) -> Correction {
        guard let phrase = read(value) else {
            return Placeholder.matches(value) ? .fill(status.markdown(winner: winner)) : .unreadable
        }
        let named = AttemptMention.group(in: value)
        if phrase.status == status {
            guard status == .resolved, let winner, let first = named?.numbers.first else { return .agrees }
            if named?.numbers.contains(where: { $0.number == winner }) == true { return .agrees }
            return .splices([Splice(first.range, AttemptNumber.text(winner))])
        }
        if let parentheses = attemptInParentheses(after: phrase.word.upperBound, in: value) {
            return .splices([Splice(phrase.word.lowerBound..<parentheses, status.markdown(winner: winner))])
        }
        return .splices([Splice(phrase.word, status.markdown(winner: named == nil ? winner : nil))])
    }

    /// What takes the attempt in parentheses off a status that names one; nil where it names none.
    static func withoutWinner(_ value: ArraySlice<UInt8>) -> Splice? {
        guard let end = read(value)?.word.upperBound, let parentheses = attemptInParentheses(after: end, in: value)
        else {
            return nil
        }
        return Splice(end..<parentheses, [])
    }

    /// The end of " (Attempt 003)" when just that follows.
    private static func attemptInParentheses(after start: Int, in value: ArraySlice<UInt8>) -> Int? {
        let rest = value[start...].drop(while: \.isBlank)
        guard rest.first == 0x28, let close = rest.firstIndex(of: 0x29) else { return nil }
        let inner = rest[(rest.startIndex + 1)..<close]
        let words = Words.tokens(inner)
        guard words.count == 2, words[0].text.hasPrefix("attempt"), Int(words[1].text) != nil else { return nil }
        return close + 1
    }

    private static let phrases = Phrasebook<SagaStatus>([
        (
            .investigating,
            [
                "investigating", "investigation", "under investigation", "open", "active", "in progress", "ongoing",
                "wip", "new", "unresolved", "not resolved", "reopened",
            ]
        ),
        (.resolved, ["resolved", "solved", "closed", "done", "fixed", "completed", "complete"]),
        (.abandoned, ["abandoned", "dropped", "given up", "gave up", "cancelled", "canceled", "wont fix", "wontfix"]),
        (.superseded, ["superseded", "replaced", "obsolete", "merged into"]),
    ])
}
