/// What a hand-written milestone tells: "Attempt 001 failed (2% improvement)" tells the landing or the reversal of 001.
struct MilestoneText {
    /// The attempts it names first.
    let attempts: [Int]
    /// The events that its words name, the likeliest first.
    let kinds: [TimelineEventKind]
    /// What it says came out, when it says no more than that.
    let outcome: Verdict?
    /// Whether it is the tool's own word about a part: "Attempt 001 partly landed (merge, 1a2b3c4d5e6f)".
    var isPart = false

    /// Reads a milestone; nil when it names no attempt, or no event.
    static func read(_ text: ArraySlice<UInt8>) -> MilestoneText? {
        guard let mention = AttemptMention.group(in: text) else { return nil }
        let words = Words.tokens(text)
        let outside = indexesOutsideParentheses(words, in: text).filter { index in
            !mention.range.contains(words[index].range.lowerBound)
        }
        let numbers = mention.numbers.map(\.number)
        let kinds = outside.compactMap { events.match(words, at: $0, in: text) }
        let found = distinct(withoutOverlaps(kinds))
        if !found.isEmpty {
            return MilestoneText(attempts: numbers, kinds: found, outcome: nil, isPart: isOwnPart(words))
        }
        for index in outside {
            if let match = outcomes.match(words, at: index, in: text) {
                let order: [TimelineEventKind] =
                    match.meaning == .failed ? [.reverted, .landed] : [.landed, .reapplied, .reverted]
                return MilestoneText(attempts: numbers, kinds: order, outcome: match.meaning)
            }
        }
        return nil
    }

    private static func isOwnPart(_ words: [Word]) -> Bool {
        words.count >= 5 && words[0].text == "attempt" && words[2].text == "partly"
            && TimelineEventKind(rawValue: words[3].text) != nil
            && words[4...].contains { $0.text.utf8.count == 12 && $0.text.utf8.allSatisfy(\.isHexDigit) }
    }

    /// True for text in the form that the tool writes: "Attempt 001 reverted (1a2b3c4d5e6f)", "Attempt 001 landed (merge,
    /// 1a2b3c4d5e6f)".
    static func isWritten(_ text: ArraySlice<UInt8>) -> Bool {
        let words = Words.tokens(text)
        guard words.count >= 4, words[0].text == "attempt", let last = words.last else { return false }
        let event = words[2].text == "partly" ? words[3] : words[2]
        guard TimelineEventKind(rawValue: event.text) != nil, words.count <= 7 else { return false }
        let id = last.text.utf8
        return id.count == 12 && id.allSatisfy(\.isHexDigit) && text.last == 0x29
    }

    /// The landing that such text tells of one attempt; nil for any other text, and for a landing of a part.
    static func writtenLanding(_ text: ArraySlice<UInt8>) -> (attempt: Int, landing: WrittenLanding)? {
        // Most rows tell something else, and that shows at their end.
        guard text.last == 0x29, text.dropLast().suffix(12).allSatisfy({ $0.isHexDigit }), isWritten(text) else {
            return nil
        }
        let words = Words.tokens(text)
        guard words[2].text == TimelineEventKind.landed.rawValue, let number = Int(asciiDigits: words[1].text.utf8)
        else {
            return nil
        }
        let manner = words[3..<words.count - 1].map(\.text).joined(separator: "-")
        return (number, WrittenLanding(manner: manner, commit: words[words.count - 1].text))
    }

    /// The words that stand in no parentheses.
    private static func indexesOutsideParentheses(_ words: [Word], in text: ArraySlice<UInt8>) -> [Int] {
        var depth = 0
        var position = text.startIndex
        return words.indices.filter { index in
            for byte in text[position..<words[index].range.lowerBound] {
                if byte == 0x28 { depth += 1 }
                if byte == 0x29 { depth = max(0, depth - 1) }
            }
            position = words[index].range.lowerBound
            return depth == 0
        }
    }

    /// "reverted the revert" holds "revert" too: a phrase inside another one does not count.
    private static func withoutOverlaps(_ found: [(meaning: TimelineEventKind, range: Range<Int>)])
        -> [TimelineEventKind]
    {
        var end = Int.min
        var result: [TimelineEventKind] = []
        for match in found where match.range.lowerBound >= end {
            result.append(match.meaning)
            end = match.range.upperBound
        }
        return result
    }

    private static func distinct(_ kinds: [TimelineEventKind]) -> [TimelineEventKind] {
        var seen: Set<TimelineEventKind> = []
        return kinds.filter { seen.insert($0).inserted }
    }

    private static let events = Phrasebook<TimelineEventKind>([
        (.started, ["started", "start", "starts", "begun", "began", "begins", "kicked off", "kickoff", "kick off"]),
        (.landed, ["landed", "lands", "merged", "shipped", "released", "integrated", "cherry picked", "squashed"]),
        (
            .reverted,
            [
                "reverted", "reverts", "revert", "rolled back", "rollback", "roll back", "backed out", "undone",
                "taken back", "removed from main",
            ]
        ),
        (
            .reapplied,
            [
                "reapplied", "re applied", "relanded", "re landed", "remerged", "re merged", "restored", "reinstated",
                "reverted the revert", "reverted revert", "revert reverted", "revert of the revert",
                "revert of revert", "reverted the reversal", "landed again", "merged again", "revert undone",
            ]
        ),
        (.abandoned, ["abandoned", "dropped", "given up", "gave up", "cancelled", "canceled", "discarded"]),
    ])

    private static let outcomes = Phrasebook<Verdict>([
        (.failed, ["failed", "fails", "failure", "unsuccessful", "did not work", "didnt work", "rejected"]),
        (.partial, ["partial", "partial success", "partially", "partly", "mixed"]),
        (
            .success,
            [
                "success", "successful", "succeeded", "succeeds", "completed", "complete", "finished", "done", "passed",
                "worked", "solved",
            ]
        ),
    ])
}
