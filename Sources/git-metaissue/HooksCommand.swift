import ArgumentParser
import MetaIssue

struct HooksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hooks", abstract: "Install, remove or inspect the hooks that keep records true.",
        subcommands: [Install.self, Uninstall.self, Status.self])

    struct Install: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Install the four hooks in this repository.")

        func run() async throws {
            let hooks = try await HooksCommand.installation()
            let written = try hooks.install().map(\.rawValue)
            Output.write(
                written.isEmpty
                    ? "The hooks are installed already in \(hooks.folder)\n"
                    : "Installed \(written.joined(separator: ", ")) in \(hooks.folder)\n")
        }
    }

    struct Uninstall: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Remove the hooks; nothing else is touched.")

        func run() async throws {
            let removed = try await HooksCommand.installation().uninstall().map(\.rawValue)
            Output.write(
                removed.isEmpty ? "No hooks of ours were installed.\n" : "Removed \(removed.joined(separator: ", "))\n")
        }
    }

    struct Status: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Tell how each hook stands; exit 1 when one does not work.")

        func run() async throws {
            let states = try await HooksCommand.installation().states()
            for (event, state) in states { Output.write("\(event.rawValue): \(HooksCommand.word(state))\n") }
            if states.contains(where: { $0.state != .installed && $0.state != .outdated }) { throw ExitCode(1) }
        }
    }

    fileprivate static func installation() async throws -> HookInstallation {
        try await HookInstallation(in: Surroundings.directory, binary: Installation.runningBinary())
    }

    fileprivate static func word(_ state: HookInstallation.State) -> String {
        switch state {
        case .installed: "ok"
        case .outdated: "ok, from another version; refresh with: git metaissue hooks install"
        case .absent: "not installed"
        case .notActive: "not executable; mend with: git metaissue hooks install"
        case .foreign: "another hook is there"
        case .binaryMissing: "the program it names is gone; mend with: git metaissue hooks install"
        }
    }
}

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
