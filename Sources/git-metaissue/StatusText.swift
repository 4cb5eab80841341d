import AttemptHistory
import Documents
import MetaIssue

/// The text of `status`.
struct StatusText {
    let report: StatusReport
    let layout: Layout

    var lines: [Line] {
        guard !report.sagas.isEmpty else {
            return ["No sagas and no attempt branches here.", "Make a saga with: git metaissue new <title>"]
        }
        return Array(report.sagas.map(lines).joined(separator: [""]))
    }

    private func lines(_ saga: StatusReport.SagaPart) -> [Line] {
        let place = saga.path.map { "  \($0)" } ?? "  (no documents)"
        var lines = [
            Line(
                [
                    Piece(MarkdownText.terminalSafe(saga.title), .heading),
                    Piece("  [\(saga.status.rawValue)]", Self.style(saga.status)),
                    Piece(MarkdownText.terminalSafe(place), .faint),
                ], hanging: 2)
        ]
        for note in saga.notes { lines.append(Line("  \(MarkdownText.terminalSafe(note))", .alert)) }
        for clash in saga.clashes { lines += ClashText.lines(clash).dropFirst().map { Line("  \($0)", .alert) } }
        if saga.attempts.isEmpty { lines.append("  no attempts yet: git metaissue start-attempt <title>") }
        let rows = saga.attempts.map(row)
        let columns = Columns(rows, indent: 2, in: layout)
        let margin = String(repeating: " ", count: columns.body)
        for (row, attempt) in zip(rows, saga.attempts) {
            lines.append(columns.line(row))
            let branch = attempt.branch.map { "\($0): " } ?? ""
            lines.append(
                Line(
                    [Piece(margin), Piece(MarkdownText.terminalSafe("\(branch)\(Self.why(attempt))"), .faint)],
                    hanging: columns.body))
            if saga.question(about: attempt) != nil {
                let name = report.sagas.count == 1 ? "" : " --saga \(saga.id)"
                let command = "git metaissue show \(AttemptNumber.text(attempt.facts.number))\(name)"
                lines.append(
                    Line([Piece(margin), Piece("needs a look: \(command)", .alert)], hanging: columns.body + 2))
            }
        }
        return lines
    }

    private func row(_ attempt: AttemptState) -> [Piece] {
        [
            Piece(AttemptNumber.text(attempt.facts.number), .heading),
            Piece(Self.standing(attempt), Self.style(attempt.facts.state)),
            Piece(attempt.verdict.value.rawValue, Self.style(attempt.verdict.value)),
            Piece(Self.commits(attempt)), Piece(Self.dates(attempt)),
            Piece(MarkdownText.terminalSafe(attempt.title)),
        ]
    }

    // MARK: Words and looks, also for `show`

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

    static func style(_ state: IntegrationState) -> Style? {
        switch state {
        case .landed, .reapplied: .good
        case .reverted, .discarded: .bad
        case .partlyLanded, .partlyReverted: .mixed
        case .planned, .inProgress: .open
        case .abandoned: .faint
        case .unknown: .alert
        }
    }

    static func style(_ verdict: Verdict) -> Style? {
        switch verdict {
        case .success: .good
        case .failed: .bad
        case .partial: .mixed
        case .abandoned: .faint
        case .pending: nil
        }
    }

    private static func style(_ status: SagaStatus) -> Style? {
        switch status {
        case .resolved: .good
        case .investigating: .open
        case .abandoned, .superseded: .faint
        }
    }

    /// Why it stands as it does, and what a person should know besides.
    private static func why(_ attempt: AttemptState) -> String {
        let notes = attempt.facts.notes
        if let known = attempt.verdict.reason ?? attempt.facts.evidence.first?.detail {
            return ([known] + notes).joined(separator: "; ")
        }
        if !notes.isEmpty { return notes.joined(separator: "; ") }
        return switch attempt.facts.state {
        case .planned: "no commits of its own yet"
        case .inProgress: "none of it is on the mainline"
        default: "history does not tell why"
        }
    }
}
