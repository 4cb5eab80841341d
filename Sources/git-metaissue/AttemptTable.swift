import AttemptHistory
import Documents
import MetaIssue

/// The table of attempts for other documents: Markdown and comma-separated values.
enum AttemptTable {
    // MARK: Markdown

    /// One table for each saga, under a heading where there are several.
    static func markdown(_ report: StatusReport) -> String {
        report.sagas.map { saga in
            let heading = report.sagas.count == 1 ? "" : "## \(MarkdownText.escapeInline(saga.title))\n\n"
            return heading + markdown(saga)
        }.joined(separator: "\n")
    }

    private static func markdown(_ saga: StatusReport.SagaPart) -> String {
        let rows = saga.attempts.map { attempt in
            [
                AttemptNumber.text(attempt.facts.number), MarkdownText.escapeCell(attempt.title),
                attempt.branch.map { MarkdownText.codeSpan($0, inCell: true) } ?? "", StatusText.dates(attempt),
                attempt.facts.ownCommits.map { String($0.count) } ?? "?", StatusText.standing(attempt),
                attempt.verdict.value.markdown,
            ]
        }
        let header = ["Attempt", "Title", "Branch", "Dates", "Commits", "State", "Verdict"]
        let rule = header.map { String(repeating: "-", count: $0.count + 2) }.joined(separator: "|")
        let lines = [row(header), "|\(rule)|"] + rows.map(row)
        return lines.map { $0 + "\n" }.joined()
    }

    private static func row(_ cells: [String]) -> String { "| \(cells.joined(separator: " | ")) |" }

    // MARK: Comma-separated values

    /// The columns, in their order; later versions add to the end only.
    static let csvColumns = [
        "saga", "attempt", "title", "branch", "folder", "state", "how", "verdict", "verdict_source", "commits",
        "started", "ended", "days", "landed_commit", "landed_on", "reverted_commit", "reverted_on",
    ]

    /// RFC 4180 with lines that end in a newline: a header, then one line an attempt; what is not known is empty.
    static func csv(_ report: StatusReport) -> String {
        let rows = report.sagas.flatMap { saga in saga.attempts.map { values($0, of: saga) } }
        return ([csvColumns] + rows).map { $0.map(field).joined(separator: ",") + "\n" }.joined()
    }

    private static func values(_ attempt: AttemptState, of saga: StatusReport.SagaPart) -> [String] {
        let facts = attempt.facts
        let landing = facts.landings.last
        let reversal = facts.reversals.last
        return [
            saga.id, AttemptNumber.text(facts.number), attempt.title, attempt.branch, attempt.folder,
            facts.state.rawValue, facts.how?.rawValue, attempt.verdict.value.rawValue, attempt.verdict.source.rawValue,
            facts.ownCommits.map { String($0.count) }, attempt.started?.description, attempt.ended?.description,
            attempt.days.map { String($0) }, landing?.commit.hex, landing?.time.day.description,
            reversal?.commits.last?.hex, reversal?.time.day.description,
        ].map { $0 ?? "" }
    }

    private static func field(_ text: String) -> String {
        var text = MarkdownText.terminalSafe(text)
        // A spreadsheet takes what begins like this for a formula, and runs it.
        if let first = text.unicodeScalars.first, "=+-@".unicodeScalars.contains(first) { text = "'" + text }
        guard text.unicodeScalars.contains(where: { $0 == "," || $0 == "\"" }) else { return text }
        return "\"\(text.replacing(scalar: "\"", with: "\"\""))\""
    }
}
