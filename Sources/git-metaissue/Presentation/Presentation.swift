import ArgumentParser
import MetaIssue

/// `--color`, for what people read.
struct ColourOption: ParsableArguments {
    @Option(
        name: .customLong("color"),
        help: ArgumentHelp("Use colours: always, never, or on a terminal (auto).", valueName: "when"))
    var colour: ColourChoice?

    @Flag(name: .customLong("no-color"), help: "Use no colours.")
    var noColour = false

    var choice: ColourChoice? { noColour ? .never : colour }
}

/// When to use colours.
enum ColourChoice: String, CaseIterable, ExpressibleByArgument {
    case auto
    case always
    case never

    /// Git's words: a boolean is never or auto.
    init?(setting: String) {
        if let choice = ColourChoice(rawValue: setting.lowercased()) {
            self = choice
        } else if let flag = Configuration.boolean(setting) {
            self = flag ? .auto : .never
        } else {
            return nil
        }
    }
}

/// How this run shows what people read: how wide, in which colours, through which pager.
struct Presentation {
    let layout: Layout
    private let configuration: Configuration
    private let environment: [String: String]

    /// - Parameters:
    ///   - choice: what the command line says of colours.
    ///   - configuration: git's, for `color.metaissue`, `color.ui`, `color.pager` and `pager.metaissue`.
    init(colour choice: ColourChoice?, _ configuration: Configuration) {
        environment = Surroundings.environment
        self.configuration = configuration
        let isInPager = Terminal.isInGitsPager(environment)
        let isRead = Terminal.isTerminal(1) || isInPager
        layout = Layout(
            columns: isRead ? Terminal.columns(environment) : nil,
            hasColour: Self.hasColour(choice, configuration, environment, isInPager: isInPager))
    }

    /// The command line, then `color.metaissue`, then `color.ui`. What they leave to the terminal is off where NO_COLOR is
    /// set, as https://no-color.org has it, and on terminals that call themselves dumb.
    private static func hasColour(
        _ choice: ColourChoice?, _ configuration: Configuration, _ environment: [String: String], isInPager: Bool
    ) -> Bool {
        let settings = ["color.metaissue", "color.ui"].lazy.compactMap { configuration.value($0) }
            .compactMap { ColourChoice(setting: $0) }
        switch choice ?? settings.first ?? .auto {
        case .always: return true
        case .never: return false
        case .auto:
            if choice == nil, !(environment["NO_COLOR"] ?? "").isEmpty { return false }
            if environment["TERM"] ?? "dumb" == "dumb" { return false }
            if isInPager { return configuration.flag("color.pager") ?? true }
            // Our own pager, which a terminal gets unless it is switched off.
            let isPaged = configuration.value("pager.metaissue").flatMap { Configuration.boolean($0) } != false
            return Terminal.isTerminal(1) && (!isPaged || configuration.flag("color.pager") ?? true)
        }
    }

    /// Shows lines, through the pager where git would start one.
    func show(_ lines: [Line]) async { await show(layout.render(lines)) }

    /// Shows text that is laid out already.
    func show(_ text: String) async {
        if let pager = await pager(), pager.show(text) { return }
        Output.write(text)
    }

    private func pager() async -> Pager? {
        guard Terminal.isTerminal(1), !Terminal.isInGitsPager(environment) else { return nil }
        let setting = configuration.value("pager.metaissue")
        let flag = setting.flatMap { Configuration.boolean($0) }
        if flag == false { return nil }
        var command: String?
        if let setting, flag == nil, environment["GIT_PAGER"] == nil { command = setting }
        if command == nil {
            // Git knows its order, and what it was built with: GIT_PAGER, core.pager, PAGER, less.
            let answer = try? await Git(directory: Surroundings.directory).run(["var", "GIT_PAGER"])
            command = answer?.status == 0 ? answer?.text : nil
        }
        guard let command, !command.isEmpty, command != "cat" else { return nil }
        return Pager(command: command, environment: environment)
    }
}
