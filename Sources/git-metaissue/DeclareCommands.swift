import ArgumentParser
import Documents
import MetaIssue

struct VerdictCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verdict", abstract: "Declare what an attempt proved; it overrules what history suggests.")

    @OptionGroup var attempt: AttemptArgument

    @Argument(help: "failed, partial, success or pending.")
    var verdict: DeclaredVerdict

    @Option(help: ArgumentHelp("Why; needed to overrule a revert.", valueName: "text"))
    var reason: String?

    func run() async throws {
        let number = try attempt.value()
        let done = try await Declare.verdict(
            verdict.verdict, reason: reason, attempt: number, saga: attempt.saga.saga, in: Surroundings.directory)
        Output.write(
            RecordedText.line(number, title: done.title, "verdict \(verdict.rawValue)", commit: done.commit))
    }
}

struct AbandonCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "abandon-attempt",
        abstract: "Give an attempt up: its folder comes to the mainline, its commits stay under the anchor.")

    @OptionGroup var attempt: AttemptArgument

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String?

    @Flag(name: .customLong("delete-branch"), help: "Delete the local branch; the anchor keeps its commits.")
    var deleteBranch = false

    func run() async throws {
        let number = try attempt.value()
        let done = try await Declare.abandon(
            number, reason: reason, deletesBranch: deleteBranch, saga: attempt.saga.saga, in: Surroundings.directory)
        Output.write(RecordedText.line(number, title: done.title, "abandoned", commit: done.commit))
    }
}

struct SettleCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settle",
        abstract: "Say by which commit an attempt landed, or that it has not, where history cannot tell.")

    @OptionGroup var attempt: AttemptArgument

    @Option(
        help: ArgumentHelp(
            "The mainline commit that it landed by, or a commit that a merge brought in.", valueName: "commit"))
    var landed: String?

    @Flag(name: .customLong("not-landed"), help: "It has not landed, whatever history suggests.")
    var notLanded = false

    @Flag(help: "Take back what was said; history alone decides again.")
    var clear = false

    @Option(help: ArgumentHelp("Why; kept and shown.", valueName: "text"))
    var reason: String?

    func validate() throws {
        guard [landed != nil, notLanded, clear].filter(\.self).count == 1 else {
            throw ValidationError("say one of --landed <commit>, --not-landed and --clear")
        }
        if clear, reason != nil { throw ValidationError("--clear keeps nothing, so it takes no --reason") }
    }

    func run() async throws {
        let number = try attempt.value()
        let word: Declare.Landing = landed.map { .landed($0) } ?? (notLanded ? .notLanded : .clear)
        let done = try await Declare.settle(
            word, reason: reason, attempt: number, saga: attempt.saga.saga, in: Surroundings.directory)
        let what =
            if let landing = done.landing {
                "landed in \(landing)" + (done.isMergeOfNamed ? ", the merge that brought \(landed ?? "it")" : "")
            } else {
                notLanded ? "has not landed" : "left to history"
            }
        Output.write(RecordedText.line(number, title: done.title, "settled: \(what)", commit: done.commit))
    }
}

/// The number of an attempt, and the saga where that is not clear.
struct AttemptArgument: ParsableArguments {
    @Argument(help: "The attempt's number.")
    var number: String

    @OptionGroup var saga: SagaOption

    func value() throws -> Int { try Self.value(number) }

    /// The number that was typed.
    static func value(_ number: String) throws -> Int {
        guard let value = AttemptNumber.parse(number) else {
            throw Failure.usage(
                "'\(MarkdownText.terminalSafe(number))' is not an attempt's number",
                advice: "numbers look like 003 or 3")
        }
        return value
    }
}

/// The verdicts that a person can declare; giving up is a command of its own.
enum DeclaredVerdict: String, CaseIterable, ExpressibleByArgument {
    case pending
    case failed
    case partial
    case success

    var verdict: Verdict {
        switch self {
        case .pending: .pending
        case .failed: .failed
        case .partial: .partial
        case .success: .success
        }
    }
}
