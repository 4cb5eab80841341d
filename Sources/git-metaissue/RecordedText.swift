import Documents

/// How a command tells what it did of an attempt, and where that is recorded.
enum RecordedText {
    /// One line about an attempt.
    ///
    /// - Parameter commit: the commit that records it; nil when the record said so already.
    static func line(_ number: Int, title: String, _ what: String, commit: String?) -> String {
        MarkdownText.terminalSafe("Attempt \(AttemptNumber.text(number)) (\(title)): \(what), \(place(commit))") + "\n"
    }

    /// Where it is recorded.
    static func place(_ commit: String?) -> String {
        commit.map { "recorded in \($0.prefix(12))" } ?? "the record says so already"
    }
}
