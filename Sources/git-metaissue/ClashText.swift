import Documents
import MetaIssue

/// How a number that several attempts have is told.
enum ClashText {
    /// Who has it, and the commands that mend it, a line each.
    static func lines(_ clash: NumberClash) -> [String] {
        ([clash.words] + clash.answers.map { "    \($0)" }).map { MarkdownText.terminalSafe($0) }
    }
}
