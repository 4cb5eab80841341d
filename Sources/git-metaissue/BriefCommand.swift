import ArgumentParser
import AttemptHistory
import Documents
import MetaIssue

struct BriefCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "brief",
        abstract: "Tell in a page of Markdown what was tried, what each attempt proved, and what is still open.")

    @Flag(help: "Print JSON (Docs/json.md), and all of it.")
    var json = false

    @OptionGroup var saga: SagaOption

    @OptionGroup var colour: ColourOption

    func run() async throws {
        let brief = try await Progress.during { try await Brief(in: Surroundings.directory, saga: saga.saga) }
        if json { return Output.write(try brief.json()) }
        let presentation = Presentation(colour: colour.choice, brief.configuration)
        await presentation.show(BriefText(brief: brief).lines)
    }
}

/// The Markdown of `brief`. Lists are cut where a page would not hold them, and say so.
struct BriefText {
    let brief: Brief

    /// How many items of a list a page has room for.
    private static let most = 5
    private static let mostMeasured = 3

    var lines: [Line] {
        guard !brief.sagas.isEmpty else {
            return ["No sagas and no attempt branches here.", "Make a saga with: git metaissue new <title>"]
        }
        let texts = brief.sagas.map { saga in head(saga) + tried(saga) + after(saga) }
        return Array(texts.joined(separator: ["", "---", ""])).map(line)
    }

    private func line(_ text: String) -> Line {
        let safe = MarkdownText.terminalSafe(text)
        return Line(safe, safe.hasPrefix("#") ? .heading : nil)
    }

    private func head(_ saga: Brief.SagaBrief) -> [String] {
        let count = saga.attempts.count
        let place = saga.part.path.map { MarkdownText.codeSpan("\($0)/") } ?? "no documents"
        let verdicts = Verdict.allCases.compactMap { verdict -> String? in
            let count = saga.attempts.count { $0.state.verdict.value == verdict }
            return count == 0 ? nil : "\(count) \(verdict.rawValue)"
        }
        var text = ["# Brief: \(MarkdownText.escapeInline(saga.part.title))", ""]
        text.append(
            "\(saga.part.status.word). \(count) attempt\(count == 1 ? "" : "s")"
                + (verdicts.isEmpty ? "" : ": \(verdicts.joined(separator: ", "))") + ". Record: \(place).")
        text += section("Problem", saga.account.problem, of: saga)
        text += section("Counts as solved when", saga.account.criteria, of: saga)
        text += section("What is believed today", saga.account.understanding, of: saga)
        return text
    }

    private func tried(_ saga: Brief.SagaBrief) -> [String] {
        guard !saga.attempts.isEmpty else { return ["", "Nothing has been tried yet."] }
        return ["", "## What was tried"] + saga.attempts.flatMap(attempt)
    }

    private func attempt(_ attempt: Brief.Attempt) -> [String] {
        let state = attempt.state
        let emoji = state.verdict.value.emoji.map { "\($0) " } ?? ""
        let name = MarkdownText.escapeInline(state.title)
        var text = [
            "", "### \(AttemptNumber.text(state.facts.number)) \(name): \(emoji)\(state.verdict.value.rawValue)", "",
        ]
        func add(_ label: String, _ words: String?) { if let words { text.append("- **\(label):** \(words)") } }
        add("Believed", plan(attempt.account.believed))
        add("Tried", plan(attempt.account.tried))
        add("Measured", list(attempt.account.measured, most: Self.mostMeasured))
        add("Proved", list(attempt.account.proved, most: Self.most))
        add("Decided", list(attempt.account.decided, most: Self.most))
        add("Next", list(attempt.account.next, most: Self.most))
        add("Why", reason(state.verdict).map(MarkdownText.escapeInline))
        add("Git", git(state))
        if attempt.account.isWithoutOutcome, state.facts.state != .planned, state.facts.state != .inProgress {
            add("Proved", "nobody wrote it down")
        }
        return text
    }

    /// What a person gave as the reason, besides the commit.
    private func reason(_ verdict: VerdictState) -> String? {
        guard let reason = verdict.reason else { return nil }
        return verdict.source == .reverted && !reason.contains(": ") ? nil : reason
    }

    /// What a template leaves for people to fill in tells nothing.
    private func plan(_ texts: [String]) -> String? {
        texts == [Templates.unknown] ? nil : AttemptAccount.runningText(Self.cut(texts, most: Self.most))
    }

    private func git(_ state: AttemptState) -> String {
        var parts = [StatusText.standing(state), StatusText.commits(state)]
        if state.started != nil { parts.append(StatusText.dates(state)) }
        if let branch = state.branch { parts.append(MarkdownText.codeSpan(branch)) }
        parts += EventText.all(of: state.facts).map(\.words)
        let kept = state.facts.paths.filter { $0.outcome == "kept" }.map { MarkdownText.codeSpan($0.path) }
        if !kept.isEmpty { parts.append("kept: \(list(kept, most: Self.most) ?? "")") }
        return parts.joined(separator: ", ")
    }

    private func after(_ saga: Brief.SagaBrief) -> [String] {
        var text = section("How it was solved", saga.part.status == .resolved ? saga.account.resolution : [], of: saga)
        text += section("Lessons", saga.account.lessons, of: saga)
        text += ["", "## Still open", ""]
        let open = saga.open.map { open in
            let number = open.attempt.map { "Attempt \(AttemptNumber.text($0)): " } ?? ""
            let sentence = open.isWritten ? open.sentence : MarkdownText.escapeInline(open.sentence)
            let commands = open.commands.map { MarkdownText.codeSpan($0) }.joined(separator: ", or ")
            return "- \(number)\(sentence)" + (commands.isEmpty ? "" : ": \(commands)")
        }
        if !open.isEmpty { return text + open }
        return text + [saga.part.status == .investigating ? "Nobody wrote down what comes next." : "Nothing."]
    }

    private func section(_ title: String, _ items: [String], of saga: Brief.SagaBrief) -> [String] {
        guard !items.isEmpty else { return [] }
        let rest = items.count - Self.most
        let more = rest > 0 ? ["- … and \(rest) more in \(MarkdownText.codeSpan("\(saga.part.path ?? "")/"))"] : []
        return ["", "## \(title)", ""] + items.prefix(Self.most).map { "- \($0)" } + more
    }

    private func list(_ items: [String], most: Int) -> String? {
        items.isEmpty ? nil : Self.cut(items, most: most).joined(separator: "; ")
    }

    /// The first items, and how many more there are.
    private static func cut(_ items: [String], most: Int) -> [String] {
        let rest = items.count - most
        return items.prefix(most) + (rest > 0 ? ["… and \(rest) more"] : [])
    }
}
