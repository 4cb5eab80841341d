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

    @Option(help: "The message of the merge or of the one commit.")
    var message: String?

    @Flag(name: .customLong("continue"), help: "Go on after conflicts were resolved.")
    var goesOn = false

    @Flag(help: "Go back to the state before.")
    var abort = false

    func validate() throws {
        if [squash, merge, rebase].filter(\.self).count > 1 {
            throw ValidationError("say one of --squash, --merge and --rebase")
        }
        if rebase, message != nil { throw ValidationError("--rebase keeps every commit's own message") }
        if goesOn && abort { throw ValidationError("say one of --continue and --abort") }
        let others = number != nil || saga.saga != nil || squash || merge || rebase || message != nil
        if goesOn || abort, others { throw ValidationError("--continue and --abort take nothing else") }
    }

    func run() async throws {
        if abort {
            let number = try await LandAttempt.abort(in: Surroundings.directory)
            return Output.write("Attempt \(AttemptNumber.text(number)): everything is as it was before the landing\n")
        }
        let done =
            if goesOn {
                try await LandAttempt.resume(in: Surroundings.directory)
            } else {
                try await LandAttempt.run(
                    number.map { try AttemptArgument.value($0) }, by: squash ? .squash : rebase ? .rebase : .merge,
                    message: message, saga: saga.saga, in: Surroundings.directory)
            }
        let record = done.record.map { "recorded in \($0.prefix(12))" } ?? "the record says so already"
        Output.write(
            MarkdownText.terminalSafe(
                "Attempt \(AttemptNumber.text(done.number)) (\(done.title)): landed in \(done.commit), \(record)")
                + "\n")
    }
}
