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

/// The text of `status`.
enum StatusText {
    static func overview(_ report: StatusReport) -> String {
        guard !report.sagas.isEmpty else {
            return "No sagas and no attempt branches here.\nMake a saga with: git metaissue new <title>\n"
        }
        return report.sagas.map { overview($0, in: report) }.joined(separator: "\n")
    }

    private static func overview(_ saga: StatusReport.SagaPart, in report: StatusReport) -> String {
        let place = saga.path.map { "  \($0)" } ?? "  (no documents)"
        var text = MarkdownText.terminalSafe("\(saga.title)  [\(saga.status.rawValue)]\(place)") + "\n"
        if let doubt = saga.statusDoubt {
            text += MarkdownText.terminalSafe("  the question is open again: \(doubt)") + "\n"
        }
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
            if saga.question(about: attempt) != nil {
                text += "       needs a look: git metaissue show \(AttemptNumber.text(attempt.facts.number))"
                text += (report.sagas.count == 1 ? "" : " --saga \(saga.id)") + "\n"
            }
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
}
