import ArgumentParser
import Documents
import MetaIssue

struct RenumberCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renumber",
        abstract: "Give an attempt another number: folder, section, rows, links, branch and anchor in one go.")

    @Argument(help: "The number that it has.")
    var old: String

    @Argument(help: "The number that it gets; it must be free.")
    var new: String

    @Option(help: "Of several attempts with that number: the one of this local branch.")
    var branch: String?

    @Option(help: "Of several attempts with that number: the one of this folder.")
    var folder: String?

    @OptionGroup var saga: SagaOption

    func validate() throws {
        if branch != nil, folder != nil { throw ValidationError("say one of --branch and --folder") }
    }

    func run() async throws {
        let number = try AttemptArgument.value(new)
        let claimant: Renumber.Claimant = branch.map { .branch($0) } ?? folder.map { .folder($0) } ?? .only
        let done = try await Renumber.run(
            AttemptArgument.value(old), to: number, claimant, saga: saga.saga, in: Surroundings.directory)
        let was = "was \(try AttemptNumber.text(AttemptArgument.value(old)))"
        var text = RecordedText.line(number, title: done.title, was, commit: done.commit)
        if let branch = done.branch { text += MarkdownText.terminalSafe("  branch  \(branch)") + "\n" }
        if let folder = done.folder { text += MarkdownText.terminalSafe("  folder  \(folder)") + "\n" }
        Output.write(text)
    }
}
