import ArgumentParser
import Documents
import MetaIssue

struct HooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hooks", abstract: "Install, remove or inspect the hooks that keep records true.",
        subcommands: [Install.self, Uninstall.self, Status.self])

    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Install the four hooks and the merge driver in this repository.")

        @Option(
            help: """
                Where: config (git's configuration, git 2.54 and later) or files (a block in the files of the hooks folder). \
                Default: where they are, else config when every git in PATH knows it.
                """)
        var mode: HookInstallation.Mode?

        @Flag(name: .customLong("only-driver"), help: "Install the merge driver alone, no hooks.")
        var onlyDriver = false

        @Flag(help: "Name the merge driver in .gitattributes that sagas have already, too.")
        var attributes = false

        func validate() throws {
            if onlyDriver && mode != nil {
                throw ValidationError("--only-driver installs no hooks, so --mode says nothing")
            }
        }

        func run() async throws {
            let outcome = onlyDriver ? nil : try await HooksCommand.installation().install(mode: mode)
            if let outcome, outcome.refusal == nil { HooksCommand.tell(outcome) }
            // Whose hooks folder it is says nothing about the driver, so that one command and the pasted lines are enough.
            try await HooksCommand.installDriver(extendingAttributes: attributes)
            if let refusal = outcome?.refusal { throw refusal }
            if outcome?.left.isEmpty == false { throw ExitCode(1) }
        }
    }

    struct Uninstall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Remove the hooks and the merge driver; nothing else is touched.")

        @Flag(help: "Also remove the attempts' anchors and what is kept in .git/metaissue.")
        var purge = false

        func run() async throws {
            let removal = try await HooksCommand.installation().uninstall(purges: purge)
            if removal.driver.wasConfigured { Output.write("Removed the merge driver\n") }
            for file in removal.driver.files {
                Output.write("Removed \(MarkdownText.terminalSafe(file)), which was not committed\n")
            }
            if !removal.removed.isEmpty {
                Output.write("Removed \(HooksCommand.list(removal.removed))\n")
            } else if removal.left.isEmpty {
                Output.write("No hooks of ours were installed.\n")
            }
            for (what, advice) in removal.left {
                Output.complain("error: \(what)")
                Output.complain("hint: \(advice)")
            }
            if !removal.left.isEmpty { throw ExitCode(1) }
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell how each hook stands; exit 1 when one does not work.")

        func run() async throws {
            let standings = try await HooksCommand.installation().standings()
            let folders = Set(standings.map(\.folder))
            var last: String?
            for standing in standings {
                if folders.count > 1, standing.folder != last {
                    last = standing.folder
                    Output.write("\(MarkdownText.terminalSafe(standing.folder)):\n")
                }
                let indent = folders.count > 1 ? "  " : ""
                var line = "\(standing.event.rawValue): \(standing.words)"
                if let remedy = standing.remedy { line += "; mend with: \(remedy)" }
                Output.write(indent + MarkdownText.terminalSafe(line) + "\n")
            }
            let driver = try await HooksCommand.driver()
            let state = try await driver.state()
            Output.write("merge driver: \(MarkdownText.terminalSafe(HooksCommand.words(state)))\n")
            for line in try HooksCommand.complaints(driver.attributes()) { Output.write("merge driver: \(line)\n") }
            if !standings.allSatisfy(\.isWorking) { throw ExitCode(1) }
        }
    }

    fileprivate static func installation() async throws -> HookInstallation {
        try await HookInstallation(in: Surroundings.directory, binary: Installation.runningBinary())
    }

    fileprivate static func driver() async throws -> MergeDriverInstallation {
        try await MergeDriverInstallation(in: Surroundings.directory, binary: Installation.runningBinary())
    }

    /// Configures the merge driver, and names it in the sagas' folders.
    fileprivate static func installDriver(extendingAttributes: Bool) async throws {
        let driver = try await driver()
        Output.write(
            try await driver.install()
                ? "Installed the merge driver for the documents of sagas\n" : "The merge driver is installed already\n")
        for file in try driver.writeAttributes(extends: extendingAttributes) {
            Output.write("Wrote \(MarkdownText.terminalSafe(file)), which names the merge driver; commit it\n")
        }
        for line in try complaints(driver.attributes()) { Output.complain("note: \(line)") }
    }

    /// What is to be done about sagas that do not name the merge driver.
    fileprivate static func complaints(
        _ attributes: [(saga: Saga, state: MergeDriverInstallation.AttributeState)]
    ) -> [String] {
        attributes.compactMap { saga, state in
            let path = MarkdownText.terminalSafe(saga.path)
            switch state {
            case .present: return nil
            case .absent:
                return "\(path) does not name it; go to \(MarkdownText.terminalSafe(saga.mainline)) and run: "
                    + "git metaissue hooks install --only-driver"
            case .foreign:
                return "\(path)/.gitattributes does not name it; add its lines with: "
                    + "git metaissue hooks install --only-driver --attributes"
            }
        }
    }

    fileprivate static func words(_ state: MergeDriverInstallation.State) -> String {
        switch state {
        case .installed: "ok"
        case .outdated: "ok, from another version; refresh with: git metaissue hooks install"
        case .absent: "not installed; mend with: git metaissue hooks install --only-driver"
        case .binaryMissing(let path):
            "binary missing: \(path) is gone; mend with: git metaissue hooks install --only-driver"
        case .foreign:
            "merge.metaissue.driver is set to something else; mend with: \(MergeDriverInstallation.replacement)"
        }
    }

    /// What an installation of hooks did.
    fileprivate static func tell(_ outcome: HookInstallation.Outcome) {
        let place =
            switch outcome.mode {
            case .config: "the configuration of this repository"
            case .files: MarkdownText.terminalSafe(outcome.folder)
            }
        if !outcome.written.isEmpty {
            Output.write("Installed \(list(outcome.written)) in \(place)\n")
        } else if outcome.left.isEmpty {
            Output.write("The hooks are installed already in \(place)\n")
        }
        for note in outcome.notes { Output.complain("note: \(note)") }
        for standing in outcome.left {
            Output.complain("error: \(standing.event.rawValue) was not installed: \(standing.words)")
            if let remedy = standing.remedy { Output.complain("hint: \(remedy)") }
        }
    }

    fileprivate static func list(_ events: [HookEvent]) -> String { events.map(\.rawValue).joined(separator: ", ") }
}

extension HookInstallation.Mode: ExpressibleByArgument {}

/// Only for help and completion: ``Program`` handles `hook` before arguments are parsed.
struct HookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hook", abstract: "What the installed hooks call; always exits 0.", shouldDisplay: false)

    @Argument(help: "The event, as git names it.")
    var event: String

    @Argument(parsing: .allUnrecognized, help: "What git passes to the hook.")
    var rest: [String] = []

    func run() async throws { await HookEntry.finish(HookEntry.begin([event] + rest)) }
}
