/// A verdict as a document words it: an emoji, a word or two, then whatever the author added.
struct VerdictPhrase {
    let verdict: Verdict
    private let emoji: Range<Int>?
    private let word: Range<Int>?

    /// Emoji and word.
    var range: Range<Int>? {
        guard let start = emoji?.lowerBound ?? word?.lowerBound, let end = word?.upperBound ?? emoji?.upperBound else {
            return nil
        }
        return start..<end
    }

    /// Reads the verdict that a value starts with; nil when it starts with none. An empty value is no verdict.
    static func read(_ value: ArraySlice<UInt8>) -> VerdictPhrase? {
        let start = value.drop(while: isMarkup)
        let mark = emojiAtStart(of: start)
        let rest = mark.map { value[$0.range.upperBound...].drop(while: isMarkup) } ?? start
        let words = Words.tokens(rest)
        if let first = words.first, first.range.lowerBound == rest.startIndex,
            let phrase = phrases.match(words, at: 0, in: rest)
        {
            return VerdictPhrase(verdict: phrase.meaning, emoji: mark?.range, word: phrase.range)
        }
        if let mark { return VerdictPhrase(verdict: mark.verdict, emoji: mark.range, word: nil) }
        guard !start.isEmpty, words.isEmpty, Placeholder.matches(value) else { return nil }
        return VerdictPhrase(verdict: .pending, emoji: nil, word: value.trimmed.startIndex..<value.trimmed.endIndex)
    }

    /// What to change in a value so that it says `verdict`.
    ///
    /// - Parameter withEmoji: the value carries emoji and word; a value that has a word alone for a verdict that could
    ///   have an emoji keeps that habit.
    static func correction(of value: ArraySlice<UInt8>, to verdict: Verdict, withEmoji: Bool) -> Correction {
        let full = withEmoji ? verdict.markdown : verdict.word
        guard let phrase = read(value) else {
            return Placeholder.matches(value) ? .fill(full) : .unreadable
        }
        guard phrase.verdict != verdict else { return .agrees }
        return .splices(phrase.splices(to: verdict, full: full, in: value))
    }

    private func splices(to verdict: Verdict, full: String, in value: ArraySlice<UInt8>) -> [Splice] {
        switch (emoji, word) {
        case (let emoji?, let word?):
            if let new = verdict.emoji { return [Splice(emoji, new), Splice(word, verdict.word)] }
            let blanks = value[emoji.upperBound...].prefix(while: \.isBlank).count
            return [Splice(emoji.lowerBound..<emoji.upperBound + blanks, ""), Splice(word, verdict.word)]
        case (let emoji?, nil):
            return [Splice(emoji, verdict.emoji ?? verdict.word)]
        case (nil, let word?):
            let hadChoice = self.verdict.emoji != nil
            return [Splice(word, hadChoice ? verdict.word : full)]
        case (nil, nil):
            return []
        }
    }

    private static func isMarkup(_ byte: UInt8) -> Bool {
        byte.isBlank || byte == 0x2A || byte == 0x5F || byte == 0x60 || byte == 0x7E || byte == 0x22
    }

    private static func emojiAtStart(of text: ArraySlice<UInt8>) -> (verdict: Verdict, range: Range<Int>)? {
        for (verdict, marks) in emojis {
            for mark in marks where text.hasPrefix(mark.utf8) {
                var end = text.startIndex + mark.utf8.count
                if text[end...].hasPrefix([0xEF, 0xB8, 0x8F]) { end += 3 }
                return (verdict, text.startIndex..<end)
            }
        }
        return nil
    }

    private static let emojis: [(Verdict, [String])] = [
        (.failed, ["❌", "✗", "✘", "✖", "🔴", "🚫", "⛔", "👎", "💥", ":x:", ":no_entry:"]),
        (.partial, ["⚠", "🟡", "🟠", "🟨", "🟧", ":warning:"]),
        (.success, ["✅", "✔", "☑", "🟢", "🟩", "🎉", "👍", ":white_check_mark:", ":heavy_check_mark:", ":tada:"]),
        (.pending, ["⏳", "⌛", "🚧", "🔄", "🕒", "⏱", "🔵", "⚪", "🟦", ":construction:", ":hourglass:"]),
        (.abandoned, ["🗑", "🪦", "⏹", "⚫", ":wastebasket:"]),
    ]

    private static let phrases = Phrasebook<Verdict>([
        (
            .failed,
            [
                "failed", "fail", "fails", "failure", "didnt work", "did not work", "doesnt work", "does not work",
                "did not help", "didnt help", "not working", "unsuccessful", "not successful", "no success",
                "not solved", "unsolved", "rejected", "reverted", "rolled back", "backed out", "no improvement",
                "complete failure", "total failure",
            ]
        ),
        (
            .partial,
            [
                "partial", "partially", "partly", "partial success", "partial successes", "partial win",
                "partial improvement", "partial fix", "partial failure", "partially successful",
                "partially succeeded", "partially worked", "partially solved", "partially failed",
                "partly successful", "partly worked", "partly solved", "partly failed", "mixed", "mixed results",
                "mixed result", "some success", "some improvement",
            ]
        ),
        (
            .success,
            [
                "success", "successful", "succeeded", "succeeds", "passed", "pass", "passes", "worked", "works",
                "solved", "fixed", "resolved", "full success", "complete success", "total success", "accepted",
                "completed", "complete", "done", "it worked",
            ]
        ),
        (
            .pending,
            [
                "pending", "tbd", "tba", "wip", "work in progress", "in progress", "ongoing", "to be determined",
                "not yet", "not started", "not decided", "undecided", "todo", "planned", "open", "running", "started",
                "unknown", "n a", "awaiting results", "none yet", "in review", "in testing",
            ]
        ),
        (
            .abandoned,
            [
                "abandoned", "dropped", "cancelled", "canceled", "given up", "gave up", "discarded", "withdrawn",
                "stopped", "wont do",
            ]
        ),
    ])
}
