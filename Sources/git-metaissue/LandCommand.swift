import ArgumentParser
import Documents
import MetaIssue

struct LandAttemptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "land-attempt",
        abstract: "Bring an attempt to the mainline: its documents first, then its code, then log and tables.")

    @Argument(help: "The attempt's number (default: the one whose branch is checked out).")
    var number: String?

    @OptionGroup var saga: SagaOption

    @Flag(help: "As one commit.")
    var squash = false

    @Flag(help: "As a merge commit (the default).")
    var merge = false

    @Flag(help: "Commit by commit, on top of the mainline.")
    var rebase = false

    @Option(help: ArgumentHelp("The message of the merge or of the one commit.", valueName: "text"))
    var message: String?

    @OptionGroup var resuming: ResumeOptions

    func validate() throws {
        if [squash, merge, rebase].filter(\.self).count > 1 {
            throw ValidationError("say one of --squash, --merge and --rebase")
        }
        if rebase, message != nil { throw ValidationError("--rebase keeps every commit's own message") }
        try resuming.validate(
            besides: number != nil || saga.saga != nil || squash || merge || rebase || message != nil)
    }

    func run() async throws {
        if resuming.abort {
            let number = try await LandAttempt.abort(in: Surroundings.directory)
            return Output.write(ResumeOptions.abortedText(number, "landing"))
        }
        let done =
            if resuming.goesOn {
                try await LandAttempt.resume(in: Surroundings.directory)
            } else {
                try await LandAttempt.run(
                    number.map { try AttemptArgument.value($0) }, by: squash ? .squash : rebase ? .rebase : .merge,
                    message: message, saga: saga.saga, in: Surroundings.directory)
            }
        Output.write(
            RecordedText.line(done.number, title: done.title, "landed in \(done.commit)", commit: done.record))
    }
}
