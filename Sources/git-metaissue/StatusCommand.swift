import ArgumentParser
import MetaIssue

struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show every attempt: where it stands, how it landed, what it proved, and why.")

    @Flag(help: "Print JSON (Docs/json.md).")
    var json = false

    @Option(
        help: ArgumentHelp(
            "Print one value a line, the same in every version of the program (Docs/scripts.md).", valueName: "version")
    )
    var porcelain: PorcelainVersion?

    @Flag(name: .customShort("z"), help: "End lines with NUL instead of newline, quote nothing; implies --porcelain.")
    var nul = false

    @Flag(name: .customLong("md"), help: "Print the table of attempts as Markdown.")
    var markdown = false

    @Flag(help: "Print the table of attempts as comma-separated values.")
    var csv = false

    @OptionGroup var saga: SagaOption

    @OptionGroup var colour: ColourOption

    func validate() throws {
        guard [json, porcelain != nil || nul, markdown, csv].filter(\.self).count <= 1 else {
            throw ValidationError("say one of --json, --porcelain, --md and --csv")
        }
    }

    func run() async throws {
        let report = try await Progress.during { try await StatusReport(in: Surroundings.directory, saga: saga.saga) }
        if json { return Output.write(try report.json()) }
        if porcelain != nil || nul { return Output.write(Porcelain(endsWithNUL: nul).text(report)) }
        if csv { return Output.write(AttemptTable.csv(report)) }
        if markdown { return Output.write(AttemptTable.markdown(report)) }
        for finding in report.findings { Output.warn(finding) }
        let presentation = Presentation(colour: colour.choice, report.configuration)
        await presentation.show(StatusText(report: report, layout: presentation.layout).lines)
    }
}

/// The versions of ``Porcelain``.
enum PorcelainVersion: String, CaseIterable, ExpressibleByArgument {
    case v1
}
