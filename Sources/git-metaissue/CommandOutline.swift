#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// What a command takes, as the argument parser knows it: usage, completion and manual pages are made from this, so that a
/// new command or option is in all of them by being declared.
struct CommandOutline: Decodable {
    struct Argument: Decodable {
        struct Name: Decodable {
            let kind: String
            let name: String

            /// As it is typed.
            var spelled: String { (kind == "long" ? "--" : "-") + name }
        }

        let kind: String
        let shouldDisplay: Bool
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let valueName: String?
        let allValues: [String]?
        let abstract: String?

        var isPositional: Bool { kind == "positional" }
        var takesValue: Bool { kind == "option" }
        /// As they are typed, long ones first.
        var spellings: [String] { (names ?? []).sorted { $0.kind == "long" && $1.kind != "long" }.map(\.spelled) }

        /// `--saga <saga>`, `--color[=<when>]`, `-z`, `<title>`.
        var usage: String {
            if isPositional { return "<\(valueName ?? "")>" + (isRepeating ? "…" : "") }
            let name = spellings.first ?? ""
            guard takesValue else { return name }
            return OptionalValue.standards[name] == nil
                ? "\(name) <\(valueName ?? "")>" : "\(name)[=<\(valueName ?? "")>]"
        }
    }

    let commandName: String
    let abstract: String?
    let shouldDisplay: Bool?
    private let subcommands: [CommandOutline]?
    private let arguments: [Argument]?

    /// The commands below this one that people are told of.
    var commands: [CommandOutline] {
        (subcommands ?? []).filter { $0.shouldDisplay != false && $0.commandName != "help" }
    }

    /// What it takes, besides what every command does.
    var options: [Argument] {
        (arguments ?? []).filter { argument in
            argument.shouldDisplay && !argument.spellings.contains { $0 == "--help" || $0 == "--version" }
        }
    }

    private struct Tool: Decodable {
        let command: CommandOutline
    }

    /// `git metaissue` with everything below it.
    static func root() throws -> CommandOutline {
        try JSONDecoder().decode(Tool.self, from: Data(GitMetaissue._dumpHelp().utf8)).command
    }

    /// The command that these arguments call, and the words that name it.
    func called(by arguments: [String]) -> (outline: CommandOutline, words: [String]) {
        guard let word = arguments.first, let next = commands.first(where: { $0.commandName == word }) else {
            return (self, [])
        }
        let found = next.called(by: Array(arguments.dropFirst()))
        return (found.outline, [word] + found.words)
    }
}
