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

    @Option(help: ArgumentHelp("Why; goes into the commit, the log and the verdict.", valueName: "text"))
    var reason: String?

    @OptionGroup var resuming: ResumeOptions

    func validate() throws {
        try resuming.validate(besides: number != nil || reason != nil || saga.saga != nil)
        if !resuming.isGiven, number == nil {
            throw ValidationError("say which attempt: git metaissue revert-attempt <number>")
        }
    }

    func run() async throws {
        if resuming.abort {
            let number = try await RevertAttempt.abort(in: Surroundings.directory)
            return Output.write(ResumeOptions.abortedText(number, "revert"))
        }
        let done =
            if let number {
                try await RevertAttempt.run(
                    AttemptArgument.value(number), reason: reason, saga: saga.saga, in: Surroundings.directory)
            } else {
                try await RevertAttempt.resume(in: Surroundings.directory)
            }
        let steps = done.steps.isEmpty ? "" : " (\(done.steps.joined(separator: ", ")))"
        Output.write(
            RecordedText.line(
                done.number, title: done.title, "taken back in \(done.commit)\(steps)", commit: done.record))
    }
}
