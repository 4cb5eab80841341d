import ArgumentParser
import Documents
import MetaIssue

struct RevertAttemptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revert-attempt",
        abstract: "Take an attempt's code back in one commit; its record stays and says so.")

    @Argument(help: "The attempt's number.")
    var number: String?

    @OptionGroup var saga: SagaOption

    @Option(help: "Why; goes into the commit, the log and the verdict.")
    var reason: String?

    @Flag(name: .customLong("continue"), help: "Go on after conflicts were resolved.")
    var goesOn = false

    @Flag(help: "Go back to the state before.")
    var abort = false

    func validate() throws {
        if goesOn && abort { throw ValidationError("say one of --continue and --abort") }
        if goesOn || abort {
            if number != nil || reason != nil || saga.saga != nil {
                throw ValidationError("--continue and --abort take no attempt, reason or saga")
            }
        } else if number == nil {
            throw ValidationError("say which attempt: git metaissue revert-attempt <number>")
        }
    }

    func run() async throws {
        if abort {
            let number = try await RevertAttempt.abort(in: Surroundings.directory)
            return Output.write("Attempt \(AttemptNumber.text(number)): everything is as it was before the revert\n")
        }
        let done =
            if let number {
                try await RevertAttempt.run(
                    AttemptArgument.value(number), reason: reason, saga: saga.saga, in: Surroundings.directory)
            } else {
                try await RevertAttempt.resume(in: Surroundings.directory)
            }
        let steps = done.steps.isEmpty ? "" : " (\(done.steps.joined(separator: ", ")))"
        let record = done.record.map { "recorded in \($0.prefix(12))" } ?? "the record says so already"
        Output.write(
            MarkdownText.terminalSafe(
                "Attempt \(AttemptNumber.text(done.number)) (\(done.title)): taken back in \(done.commit)\(steps), \(record)"
            )
                + "\n")
    }
}
