import ArgumentParser
import Documents
import MetaIssue

struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config",
        abstract: "Show every setting as it holds here, and what is wrong in the configuration files.")

    @Argument(help: "Only this one, its value alone.")
    var key: String?

    @Flag(name: .shortAndLong, help: "Every setting, as key=value.")
    var list = false

    @Flag(name: .customLong("show-origin"), help: "Before each: the file and line that it comes from.")
    var showOrigin = false

    @Flag(name: .customShort("z"), help: "End values with NUL, and put a newline between key and value, as git does.")
    var nul = false

    @Option(help: ArgumentHelp("Print the table of keys for documentation.", valueName: "form", visibility: .hidden))
    var describe: SettingTable.Form?

    @OptionGroup var colour: ColourOption

    func validate() throws {
        guard [key != nil, list, describe != nil].filter(\.self).count == 1 else {
            throw ValidationError("say either --list or one key")
        }
    }

    func run() async throws {
        if let describe { return Output.write(SettingTable.text(describe)) }
        let report = try await SettingReport(in: Surroundings.directory)
        var lines = report.lines
        if let key {
            guard let line = report.line(key) else {
                throw Failure(
                    "there is no setting '\(MarkdownText.terminalSafe(key))'",
                    advice: "git metaissue config --list shows them")
            }
            lines = [line]
        }
        if nul {
            Output.write(lines.flatMap(bytes))
        } else {
            let presentation = Presentation(colour: colour.choice, report.configuration)
            let gap = presentation.layout.columns == nil ? "\t" : "  "
            await presentation.show(lines.map { line($0, gap: gap) })
        }
        for finding in report.findings { Output.warn(finding) }
        if !report.findings.isEmpty { throw ExitCode(1) }
    }

    /// - Parameter gap: what stands behind the origin: for scripts a tab, as git writes it.
    private func line(_ setting: SettingReport.Line, gap: String) -> Line {
        let origin = showOrigin ? [Piece(MarkdownText.terminalSafe(setting.origin), .faint), Piece(gap)] : []
        let name = key == nil ? [Piece(MarkdownText.terminalSafe(setting.key), .heading), Piece("=")] : []
        return Line(origin + name + [Piece(MarkdownText.terminalSafe(setting.value))], hanging: 4)
    }

    private func bytes(_ setting: SettingReport.Line) -> [UInt8] {
        let origin = showOrigin ? Array(setting.origin.utf8) + [0] : []
        let name = key == nil ? Array(setting.key.utf8) + [0x0A] : []
        return origin + name + Array(setting.value.utf8) + [0]
    }
}

/// The table of settings as documentation carries it.
enum SettingTable {
    enum Form: String, CaseIterable, ExpressibleByArgument {
        /// Rows of a Markdown table.
        case md
        /// Items of a manual page's list.
        case mdoc
    }

    static func text(_ form: Form) -> String {
        Setting.allCases.map { setting in
            switch form {
            case .md: markdown(setting)
            case .mdoc: manual(setting)
            }
        }.joined()
    }

    private static func markdown(_ setting: Setting) -> String {
        "| `\(setting.key)` | \(place(setting)) | \(setting.meaning) | \(setting.standardInWords) |\n"
    }

    private static func manual(_ setting: Setting) -> String {
        """
        .It Li \(setting.key)
        \(sentence(setting.meaning)).
        .br
        Where: \(place(setting)).
        .br
        Default: \(setting.standardInWords).

        """
    }

    private static func sentence(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

    private static func place(_ setting: Setting) -> String {
        switch setting.scope {
        case .general: "git's configuration, .metaissue"
        case .perSaga: "git's configuration, .metaissue; per saga"
        case .sagaOnly: ".metaissue, git's configuration; per saga"
        case .personal: "git's configuration"
        }
    }
}
