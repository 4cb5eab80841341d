import ArgumentParser
import Documents
import MetaIssue

struct ResolveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resolve", abstract: "Say how a saga as a whole ended, or open it again.")

    @Option(help: ArgumentHelp("The attempt that resolved it.", valueName: "number"))
    var attempt: String?

    @Flag(help: "It was given up.")
    var abandoned = false

    @Option(
        name: .customLong("superseded-by"), help: ArgumentHelp("The saga that took its place.", valueName: "saga"))
    var supersededBy: String?

    @Flag(help: "The question is open again.")
    var reopen = false

    @OptionGroup var saga: SagaOption

    func validate() throws {
        guard [attempt != nil, abandoned, supersededBy != nil, reopen].filter(\.self).count <= 1 else {
            throw ValidationError("say at most one of --attempt, --abandoned, --superseded-by and --reopen")
        }
    }

    func run() async throws {
        let word: Resolve.Word =
            if abandoned {
                .abandoned
            } else if let supersededBy {
                .superseded(by: supersededBy)
            } else if reopen {
                .reopened
            } else {
                .resolved(attempt: try attempt.map { try AttemptArgument.value($0) })
            }
        let done = try await Resolve.run(word, saga: saga.saga, in: Surroundings.directory)
        Output.write("\(done.saga): \(done.status), \(RecordedText.place(done.commit))\n")
    }
}
