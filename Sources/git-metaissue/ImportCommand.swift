import ArgumentParser
import Documents
import MetaIssue

struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Turn work that was done before into attempts: folder, section, dates and outcome from history.")

    @Argument(help: "The attempt's number; of several heads the first one's.")
    var number: String

    @Option(help: "The branch that has the work, here or on a remote.")
    var branch: String?

    @Option(help: ArgumentHelp("The commits of the work: A..B.", valueName: "range"))
    var range: String?

    @Option(
        name: .customLong("pull-heads"),
        help: ArgumentHelp("Fetched references, an attempt each: refs/pull/*/head.", valueName: "pattern"))
    var pullHeads: String?

    @Option(help: ArgumentHelp("The attempt's title (default: from its first commit).", valueName: "text"))
    var title: String?

    @OptionGroup var saga: SagaOption

    func validate() throws {
        guard [branch, range, pullHeads].compactMap(\.self).count == 1 else {
            throw ValidationError("say one of --branch, --range and --pull-heads")
        }
    }

    func run() async throws {
        let first = try AttemptArgument.value(number)
        let source: ImportAttempts.Source =
            branch.map { .branch($0) } ?? range.map { .range($0) } ?? .heads(pullHeads ?? "")
        let done = try await ImportAttempts.run(
            first, from: source, title: title, saga: saga.saga, in: Surroundings.directory)
        var text = ""
        for outcome in done.outcomes {
            if let number = outcome.number {
                text += RecordedText.line(
                    number, title: outcome.text, "imported from \(outcome.name)", commit: done.commit)
            } else {
                text += MarkdownText.terminalSafe("left out: \(outcome.name): \(outcome.text)") + "\n"
            }
        }
        Output.write(text)
    }
}
