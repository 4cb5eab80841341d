import ArgumentParser
import AttemptHistory
import Documents
import MetaIssue

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show every attempt: where it stands, how it landed, what it proved, and why.")

    @Flag(help: "Print JSON (Docs/json.md).")
    var json = false

    @OptionGroup var saga: SagaOption

    func run() async throws {
        let report = try await StatusReport(in: Surroundings.directory, saga: saga.saga)
        if json {
            Output.write(try report.json())
        } else {
            Output.write(StatusText.overview(report))
        }
    }
}

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one attempt in full, with its evidence and its commits.")

    @OptionGroup var attempt: AttemptArgument

    func run() async throws {
        let shown = try await AttemptDetail.find(
            try attempt.value(), saga: attempt.saga.saga, in: Surroundings.directory)
        Output.write(StatusText.detail(shown))
    }
}

/// The text of `status` and `show`.
enum StatusText {
    static func overview(_ report: StatusReport) -> String {
        guard !report.sagas.isEmpty else {
            return "No sagas and no attempt branches here.\nMake a saga with: git metaissue new <title>\n"
        }
        return report.sagas.map(overview).joined(separator: "\n")
    }

    private static func overview(_ saga: StatusReport.SagaPart) -> String {
        let place = saga.path.map { "  \($0)" } ?? "  (no documents)"
        var text = MarkdownText.terminalSafe("\(saga.title)  [\(saga.status.rawValue)]\(place)") + "\n"
        if saga.attempts.isEmpty { text += "  no attempts yet: git metaissue start-attempt <title>\n" }
        let rows = saga.attempts.map { attempt in
            [
                AttemptNumber.text(attempt.facts.number), standing(attempt), attempt.verdict.value.rawValue,
                commits(attempt), dates(attempt), MarkdownText.terminalSafe(attempt.title),
            ]
        }
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for (row, attempt) in zip(rows, saga.attempts) {
            let cells = row.enumerated().map { index, cell in
                index < 5 ? cell + String(repeating: " ", count: widths[index] - cell.count) : cell
            }
            text += "  " + cells.joined(separator: "  ") + "\n"
            let branch = attempt.branch.map { "\($0): " } ?? ""
            text += MarkdownText.terminalSafe("       \(branch)\(why(attempt))") + "\n"
        }
        return text
    }

    static func standing(_ attempt: AttemptState) -> String {
        attempt.facts.state.rawValue + (attempt.facts.how.map { " (\($0.rawValue))" } ?? "")
    }

    static func commits(_ attempt: AttemptState) -> String {
        guard let count = attempt.facts.ownCommits?.count else { return "? commits" }
        return count == 1 ? "1 commit" : "\(count) commits"
    }

    static func dates(_ attempt: AttemptState) -> String {
        guard let started = attempt.started else { return "-" }
        return "\(started)..\(attempt.ended.map(\.description) ?? "")"
    }

    private static func why(_ attempt: AttemptState) -> String {
        if let reason = attempt.verdict.reason { return reason }
        if let known = attempt.facts.evidence.first?.detail ?? attempt.facts.notes.first { return known }
        return switch attempt.facts.state {
        case .planned: "no commits of its own yet"
        case .inProgress: "none of it is on the mainline"
        default: "history does not tell why"
        }
    }

    static func detail(_ shown: AttemptDetail) -> String {
        let attempt = shown.attempt
        var lines = ["Attempt \(AttemptNumber.text(attempt.facts.number)): \(attempt.title)"]
        func add(_ key: String, _ value: String) {
            lines.append("  " + key + String(repeating: " ", count: max(1, 10 - key.count)) + value)
        }
        add("saga", shown.saga.id)
        add("branch", (attempt.branch ?? "unknown") + (attempt.facts.hasLocalBranch ? "" : " (not here)"))
        if let folder = attempt.folder {
            add("folder", [shown.saga.path, folder].compactMap { $0 }.joined(separator: "/"))
        }
        add("state", standing(attempt))
        let reason = attempt.verdict.reason.map { ", \($0)" } ?? ""
        add("verdict", "\(attempt.verdict.value.rawValue) (\(attempt.verdict.source.rawValue)\(reason))")
        add("dates", dates(attempt) + (attempt.days.map { $0 == 1 ? ", 1 day" : ", \($0) days" } ?? ""))
        for landing in attempt.facts.landings {
            add(
                landing.isReapplication ? "reapplied" : "landed",
                "\(landing.commit.short) on \(shown.day(landing.time)) (\(landing.how.rawValue))")
        }
        for reversal in attempt.facts.reversals {
            let commits = reversal.commits.map(\.short).joined(separator: " ")
            add("reverted", "\(commits) on \(shown.day(reversal.time)) (\(reversal.extent.rawValue))")
        }
        lines.append("Evidence")
        for evidence in attempt.facts.evidence {
            let commit = evidence.commit.map { " \($0.short)" } ?? ""
            lines.append("  \(evidence.certainty.rawValue), \(evidence.rule)\(commit): \(evidence.detail)")
        }
        for path in attempt.facts.paths {
            lines.append("  \(path.path): \(Int((path.share * 100).rounded())) % \(path.outcome)")
        }
        for note in attempt.facts.notes { lines.append("  note: \(note)") }
        lines.append(attempt.facts.ownCommits == nil ? "Commits: history cannot tell" : "Commits (\(commits(attempt)))")
        for commit in shown.commits { lines.append("  \(commit.id)  \(commit.day)  \(commit.subject)") }
        return lines.map { MarkdownText.terminalSafe($0) + "\n" }.joined()
    }
}
