import ArgumentParser
import AttemptHistory
import Documents
import MetaIssue

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one attempt in full: what happened to it and when, why that is known, what would settle it.")

    @OptionGroup var attempt: AttemptArgument

    @OptionGroup var colour: ColourOption

    func run() async throws {
        let number = try attempt.value()
        let shown = try await Progress.during {
            try await AttemptDetail.find(number, saga: attempt.saga.saga, in: Surroundings.directory)
        }
        let presentation = Presentation(colour: colour.choice, shown.configuration)
        await presentation.show(ShowText(shown: shown).lines)
    }
}

/// The text of `show`.
struct ShowText {
    let shown: AttemptDetail

    private var attempt: AttemptState { shown.attempt }
    private var facts: AttemptFacts { shown.attempt.facts }
    private var mainline: String { shown.saga.mainline }

    /// Everything, safe for a terminal.
    var lines: [Line] { head + timeline + evidence + notes + paths + question + commits }

    /// The column in which the values of the head begin.
    private static let values = 12

    private var head: [Line] {
        let name = "Attempt \(AttemptNumber.text(facts.number)): \(attempt.title)"
        var lines = [Line(MarkdownText.terminalSafe(name), .heading)]
        func add(_ key: String, _ value: String, _ style: Style? = nil, _ more: String = "") {
            let label = "  " + key + String(repeating: " ", count: max(1, Self.values - 2 - key.count))
            lines.append(
                Line(
                    [
                        Piece(label, .faint), Piece(MarkdownText.terminalSafe(value), style),
                        Piece(MarkdownText.terminalSafe(more)),
                    ], hanging: Self.values))
        }
        add("saga", shown.saga.id)
        add("branch", (attempt.branch ?? "unknown") + (facts.hasLocalBranch ? "" : " (not here)"))
        if let folder = attempt.folder {
            add("folder", [shown.saga.path, folder].compactMap { $0 }.joined(separator: "/"))
        }
        add("state", StatusText.standing(attempt), StatusText.style(facts.state), ": \(stateSentence)")
        let reason = attempt.verdict.reason.map { ", \($0)" } ?? ""
        add(
            "verdict", attempt.verdict.value.rawValue, StatusText.style(attempt.verdict.value),
            " (\(attempt.verdict.source.rawValue)\(reason))")
        add("dates", StatusText.dates(attempt) + (attempt.days.map { $0 == 1 ? ", 1 day" : ", \($0) days" } ?? ""))
        return lines
    }

    private var stateSentence: String {
        switch facts.state {
        case .planned: "nothing has been committed on it yet"
        case .inProgress: "none of it is on \(mainline)"
        case .landed: "all of it is on \(mainline)"
        case .partlyLanded: "a part of it is on \(mainline), the rest is not"
        case .discarded: "\(mainline) has its commits by ancestry, and none of its content"
        case .reverted: "it landed and was then wholly taken back"
        case .partlyReverted: "it landed and was then taken back in part"
        case .reapplied: "it was taken back and then brought in again"
        case .abandoned:
            attempt.isDeclaredAbandoned
                ? "it was given up before anything landed" : "its branch is gone and nothing of it is on \(mainline)"
        case .unknown: "history cannot tell"
        }
    }

    // MARK: What happened

    private var timeline: [Line] {
        var lines: [Line] = []
        func add(_ day: String, _ words: String, _ style: Style?) {
            lines.append(Line([Piece("  \(day)  "), Piece(words, style)], hanging: 14))
        }
        if let started = attempt.started { add(started.description, "started", nil) }
        for event in EventText.all(of: facts) { add(event.day, event.words, event.style) }
        return lines.isEmpty ? [] : [Self.heading("Timeline")] + lines
    }

    // MARK: Why

    private var evidence: [Line] {
        [Self.heading("Evidence")]
            + (facts.evidence.isEmpty ? [Self.safe("  none: nothing of it was found on \(mainline)")] : [])
            + facts.evidence.map { evidence in
                let commit = evidence.commit.map { " \($0.short)" } ?? ""
                let words = "  \(evidence.certainty.rawValue), \(evidence.rule)\(commit): \(evidence.detail)"
                return Self.safe(words, evidence.certainty.maySettle ? nil : .alert)
            }
    }

    private static func heading(_ text: String) -> Line { Line(text, .heading) }

    private static func safe(_ text: String, _ style: Style? = nil) -> Line {
        Line(MarkdownText.terminalSafe(text), style)
    }

    private var paths: [Line] {
        guard !facts.paths.isEmpty else { return [] }
        return [Self.heading("What became of its paths")]
            + facts.paths.map { path in
                let what =
                    switch path.outcome {
                    case "missing": "never landed"
                    case "gone": "taken back"
                    case "rewritten": "rewritten since"
                    default: path.outcome
                    }
                return Self.safe("  \(path.path): \(EventText.percent(path.share)) of its changed lines \(what)")
            }
    }

    private var notes: [Line] { facts.notes.map { Self.safe("  note: \($0)") } }

    private var question: [Line] {
        guard let question = shown.question else { return [] }
        return [Self.safe("Needs a look: \(question.reason)", .alert), "  settle it with one of"]
            + question.answers.map { Self.safe("    \($0)") }
    }

    // MARK: Commits

    private var commits: [Line] {
        let title =
            facts.ownCommits == nil ? "Commits: history cannot tell" : "Commits (\(StatusText.commits(attempt)))"
        return [Self.heading(title)]
            + shown.commits.map { commit in
                let before = "  \(commit.id)  \(commit.day)  "
                return Line(
                    [
                        Piece("  "), Piece(commit.id, .mixed),
                        Piece("  \(commit.day)  \(MarkdownText.terminalSafe(commit.subject))"),
                    ], hanging: before.count)
            }
    }
}
