import AttemptHistory
import Documents
import MetaIssue

/// `status --porcelain=v1`: for scripts, the same in every version and under every configuration (Docs/scripts.md).
///
/// One value a line, its name before it; an empty line ends each saga and each attempt. What is not known is left out.
/// Later versions may add names, so readers skip those that they do not know.
struct Porcelain {
    /// Lines end with NUL, and values stand as they are; else values that would break a line or mislead a terminal are
    /// quoted as git quotes paths.
    let endsWithNUL: Bool

    func text(_ report: StatusReport) -> [UInt8] {
        let lines = report.sagas.flatMap { saga in
            head(saga) + saga.attempts.flatMap { attempt(of: saga, $0) }
        }
        return lines.flatMap { Array($0.utf8) + [endsWithNUL ? 0 : 0x0A] }
    }

    private func head(_ saga: StatusReport.SagaPart) -> [String] {
        let lines = [
            line("saga", saga.id), line("title", saga.title), line("path", saga.path),
            line("status", saga.status.rawValue), line("mainline", saga.mainline),
        ]
        return (lines + saga.notes.map { line("note", $0) }).compactMap(\.self) + [""]
    }

    private func attempt(of saga: StatusReport.SagaPart, _ attempt: AttemptState) -> [String] {
        let facts = attempt.facts
        var lines = [
            line("attempt", AttemptNumber.text(facts.number)), line("of", saga.id), line("title", attempt.title),
            line("branch", attempt.branch), line("folder", attempt.folder), line("state", facts.state.rawValue),
            line("how", facts.how?.rawValue), line("verdict", attempt.verdict.value.rawValue),
            line("verdict-source", attempt.verdict.source.rawValue), line("verdict-reason", attempt.verdict.reason),
            line("commits", facts.ownCommits.map { String($0.count) }), line("started", attempt.started?.description),
            line("ended", attempt.ended?.description), line("days", attempt.days.map { String($0) }),
        ]
        for landing in facts.landings {
            let word = landing.isReapplication ? "reapplied" : "landed"
            lines.append(line(word, "\(landing.commit.hex) \(landing.time.day)"))
        }
        for reversal in facts.reversals {
            for commit in reversal.commits {
                lines.append(line("reverted", "\(commit.hex) \(reversal.time.day) \(reversal.extent.rawValue)"))
            }
        }
        lines += facts.notes.map { line("note", $0) }
        lines.append(line("needs-look", saga.question(about: attempt)?.reason))
        return lines.compactMap(\.self) + [""]
    }

    private func line(_ name: String, _ value: String?) -> String? {
        value.map { "\(name) \(endsWithNUL ? $0.filter { $0 != "\0" } : Self.quoted($0))" }
    }

    /// The text as it is, or in double quotes with C's escapes.
    static func quoted(_ text: String) -> String {
        guard text.unicodeScalars.first == "\"" || MarkdownText.terminalSafe(text) != text else { return text }
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\r": result += "\\r"
            default:
                let character = String(scalar)
                if MarkdownText.terminalSafe(character) == character {
                    result += character
                } else {
                    for byte in character.utf8 {
                        let octal = String(byte, radix: 8)
                        result += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
                    }
                }
            }
        }
        return result + "\""
    }
}
