import ArgumentParser
import Documents
import MetaIssue

struct HooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hooks", abstract: "Install, remove or inspect the hooks that keep records true.",
        subcommands: [Install.self, Uninstall.self, Status.self])

    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Install the four hooks in this repository.")

        @Option(
            help: """
                Where: config (git's configuration, git 2.54 and later) or files (a block in the files of the hooks folder). \
                Default: where they are, else config when every git in PATH knows it.
                """)
        var mode: HookInstallation.Mode?

        func run() async throws {
            let outcome = try await HooksCommand.installation().install(mode: mode)
            let place =
                switch outcome.mode {
                case .config: "the configuration of this repository"
                case .files: outcome.folder
                }
            if !outcome.written.isEmpty {
                Output.write("Installed \(HooksCommand.list(outcome.written)) in \(place)\n")
            } else if outcome.left.isEmpty {
                Output.write("The hooks are installed already in \(place)\n")
            }
            for note in outcome.notes { Output.complain("note: \(note)") }
            for standing in outcome.left {
                Output.complain("error: \(standing.event.rawValue) was not installed: \(standing.words)")
                if let remedy = standing.remedy { Output.complain("hint: \(remedy)") }
            }
            if !outcome.left.isEmpty { throw ExitCode(1) }
        }
    }

    struct Uninstall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove the hooks; nothing else is touched.")

        @Flag(help: "Also remove the attempts' anchors and what is kept in .git/metaissue.")
        var purge = false

        func run() async throws {
            let removal = try await HooksCommand.installation().uninstall(purges: purge)
            Output.write(
                removal.removed.isEmpty
                    ? "No hooks of ours were installed.\n" : "Removed \(HooksCommand.list(removal.removed))\n")
            for file in removal.damaged {
                Output.complain("error: \(file) has damaged markers and was left as it is")
                Output.complain("hint: take our lines out of it by hand, marks included")
            }
            if !removal.damaged.isEmpty { throw ExitCode(1) }
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
            if !standings.allSatisfy(\.isWorking) { throw ExitCode(1) }
        }
    }

    fileprivate static func installation() async throws -> HookInstallation {
        try await HookInstallation(in: Surroundings.directory, binary: Installation.runningBinary())
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

    func run() async throws { await HookEntry.run([event] + rest) }
}
