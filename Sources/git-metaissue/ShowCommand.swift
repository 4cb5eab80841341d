import ArgumentParser
import AttemptHistory
import Documents
import MetaIssue

struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one attempt in full: what happened to it and when, why that is known, what would settle it.")

    @OptionGroup var attempt: AttemptArgument

    func run() async throws {
        let shown = try await AttemptDetail.find(
            try attempt.value(), saga: attempt.saga.saga, in: Surroundings.directory)
        Output.write(ShowText(shown: shown).text)
    }
}

/// The text of `show`.
struct ShowText {
    let shown: AttemptDetail

    private var attempt: AttemptState { shown.attempt }
    private var facts: AttemptFacts { shown.attempt.facts }
    private var mainline: String { shown.saga.mainline }

    /// Everything, safe for a terminal, with a newline at its end.
    var text: String {
        let lines = head + timeline + evidence + notes + paths + question + commits
        return lines.map { MarkdownText.terminalSafe($0) + "\n" }.joined()
    }

    private var head: [String] {
        var lines = ["Attempt \(AttemptNumber.text(facts.number)): \(attempt.title)"]
        func add(_ key: String, _ value: String) {
            lines.append("  " + key + String(repeating: " ", count: max(1, 10 - key.count)) + value)
        }
        add("saga", shown.saga.id)
        add("branch", (attempt.branch ?? "unknown") + (facts.hasLocalBranch ? "" : " (not here)"))
        if let folder = attempt.folder {
            add("folder", [shown.saga.path, folder].compactMap { $0 }.joined(separator: "/"))
        }
        add("state", "\(StatusText.standing(attempt)): \(stateSentence)")
        let reason = attempt.verdict.reason.map { ", \($0)" } ?? ""
        add("verdict", "\(attempt.verdict.value.rawValue) (\(attempt.verdict.source.rawValue)\(reason))")
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

    private var timeline: [String] {
        var lines: [String] = []
        if let started = attempt.started { lines.append("  \(started)  started") }
        var isTakenBack = false
        var hasReversal = false
        for event in facts.events {
            switch event {
            case .landing(let landing):
                lines.append("  \(shown.day(landing.time))  \(words(landing, isTakenBack: isTakenBack))")
                isTakenBack = false
            case .reversal(let reversal):
                lines.append("  \(shown.day(reversal.time))  \(words(reversal, isAgain: hasReversal))")
                isTakenBack = true
                hasReversal = true
            }
        }
        return lines.isEmpty ? [] : ["Timeline"] + lines
    }

    private func words(_ landing: Landing, isTakenBack: Bool) -> String {
        let how = landing.how.map { " by \($0.rawValue)" } ?? ""
        if landing.isReapplication { return "reapplied in \(landing.commit.short)" }
        if isTakenBack { return "landed again\(how) in \(landing.commit.short)" }
        let isPart = facts.state == .partlyLanded
        return "\(isPart ? "partly landed" : "landed")\(how) in \(landing.commit.short)"
    }

    private func words(_ reversal: Reversal, isAgain: Bool) -> String {
        let again = isAgain ? " again" : ""
        let commits = reversal.commits.map(\.short).joined(separator: ", ")
        guard reversal.extent == .partial else { return "reverted\(again) in \(commits)" }
        let share = reversal.shareGone.map { ", \(percent($0)) of its changed lines gone" } ?? ""
        return "partly reverted\(again) in \(commits)\(share)"
    }

    private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }

    // MARK: Why

    private var evidence: [String] {
        ["Evidence"]
            + (facts.evidence.isEmpty ? ["  none: nothing of it was found on \(mainline)"] : [])
            + facts.evidence.map { evidence in
                let commit = evidence.commit.map { " \($0.short)" } ?? ""
                return "  \(evidence.certainty.rawValue), \(evidence.rule)\(commit): \(evidence.detail)"
            }
    }

    private var paths: [String] {
        guard !facts.paths.isEmpty else { return [] }
        return ["What became of its paths"]
            + facts.paths.map { path in
                let what =
                    switch path.outcome {
                    case "missing": "never landed"
                    case "gone": "taken back"
                    case "rewritten": "rewritten since"
                    default: path.outcome
                    }
                return "  \(path.path): \(percent(path.share)) of its changed lines \(what)"
            }
    }

    private var notes: [String] { facts.notes.map { "  note: \($0)" } }

    private var question: [String] {
        guard let question = shown.question else { return [] }
        return ["Needs a look: \(question.reason)", "  settle it with one of"] + question.answers.map { "    \($0)" }
    }

    // MARK: Commits

    private var commits: [String] {
        let title =
            facts.ownCommits == nil ? "Commits: history cannot tell" : "Commits (\(StatusText.commits(attempt)))"
        return [title] + shown.commits.map { "  \($0.id)  \($0.day)  \($0.subject)" }
    }
}
