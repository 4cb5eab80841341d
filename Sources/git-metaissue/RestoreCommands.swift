import ArgumentParser
import Documents
import MetaIssue

struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Bring back what the record lost of an attempt: its folder, its section, its rows.")

    @OptionGroup var attempt: AttemptArgument

    func run() async throws {
        let number = try attempt.value()
        let done = try await Restore.run(number, saga: attempt.saga.saga, in: Surroundings.directory)
        let parts = (done.parts.map(\.rawValue) + done.files).joined(separator: " and ")
        let what = parts.isEmpty ? "nothing is missing" : "\(parts) from \(done.sources.joined(separator: ", "))"
        Output.write(RecordedText.line(number, title: done.title, what, commit: done.commit))
    }
}

struct ForgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Leave out for good what the record lost of an attempt; its number stays taken.")

    @OptionGroup var attempt: AttemptArgument

    @Option(help: ArgumentHelp("Why.", valueName: "text"))
    var reason: String?

    func run() async throws {
        let number = try attempt.value()
        let done = try await Forget.run(
            number, reason: reason, saga: attempt.saga.saga, in: Surroundings.directory)
        Output.write(RecordedText.line(number, title: done.title, "forgotten", commit: done.commit))
    }
}
