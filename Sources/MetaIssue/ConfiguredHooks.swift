/// Hooks that git 2.54 and later take from their configuration: `hook.<name>.command`, `.event`, `.enabled`.
struct ConfiguredHooks {
    /// One `hook.<name>` as git puts it together from all levels.
    struct Hook: Equatable {
        var name: String
        var command: String?
        var events: [String] = []
        var isEnabled = true

        /// The program that the command calls first; nil when it is not one of ours.
        var program: String? { command.flatMap { HookBlock.program(in: $0) } }
    }

    let hooks: [Hook]
    /// The names that the repository's own configuration has.
    let localNames: Set<String>
    /// The names that a file has which that configuration includes.
    let includedNames: Set<String>

    /// The scope of what stands in such a file; git calls it `local`.
    private static let included = "included"

    /// Reads every level.
    static func read(with git: Git) async throws -> ConfiguredHooks {
        async let own = git.run(["config", "--local", "--null", "--name-only", "--get-regexp", "^hook\\..*"])
        // Status 1 tells that no such key exists.
        let listing = try await git.run(["config", "--null", "--show-scope", "--get-regexp", "^hook\\..*"])
        let fields = listing.output.split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        let ownKeys = Set(try await own.fields)
        var entries: [(scope: String, key: String, value: String)] = []
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            let parts = fields[index + 1].split(separator: "\n", maxSplits: 1, omittingEmptySubsequences: false)
            let key = String(parts[0])
            let scope = fields[index] == "local" && !ownKeys.contains(key) ? included : fields[index]
            entries.append((scope, key, parts.count > 1 ? String(parts[1]) : "true"))
        }
        return ConfiguredHooks(entries)
    }

    init(_ entries: [(scope: String, key: String, value: String)]) {
        var hooks: [Hook] = []
        var local: Set<String> = []
        var included: Set<String> = []
        for entry in entries {
            guard let dot = entry.key.lastIndex(of: "."), entry.key.hasPrefix("hook.") else { continue }
            let start = entry.key.index(entry.key.startIndex, offsetBy: 5)
            guard start < dot else { continue }
            let name = String(entry.key[start..<dot])
            if entry.scope == "local" { local.insert(name) }
            if entry.scope == Self.included { included.insert(name) }
            let index = hooks.firstIndex { $0.name == name } ?? hooks.count
            if index == hooks.count { hooks.append(Hook(name: name)) }
            switch entry.key[entry.key.index(after: dot)...] {
            case "command": hooks[index].command = entry.value
            case "event":
                // An empty value takes back what was said before.
                if entry.value.isEmpty {
                    hooks[index].events = []
                } else if !hooks[index].events.contains(entry.value) {
                    hooks[index].events.append(entry.value)
                }
            case "enabled": hooks[index].isEnabled = Configuration.boolean(entry.value) ?? true
            default: break
            }
        }
        self.hooks = hooks
        localNames = local
        includedNames = included
    }

    /// The hooks of an event that call this program, those that are switched off included.
    func calling(_ event: HookEvent) -> [Hook] {
        hooks.filter { hook in
            hook.events.contains(event.rawValue)
                && hook.command.map { HookScript(Array($0.utf8)).calls(event) || hook.program != nil } == true
        }
    }

    /// What this program calls its hook of an event.
    static func name(_ event: HookEvent) -> String { "metaissue-\(event.rawValue)" }

    /// Puts the hook of an event into the repository's configuration. The command comes first: an event without a command
    /// would stop every commit.
    static func write(_ block: HookBlock, _ event: HookEvent, with git: Git) async throws {
        let section = "hook.\(name(event))"
        try await git.need(["config", "--local", "--replace-all", "\(section).command", block.command])
        try await git.need(["config", "--local", "--replace-all", "\(section).event", event.rawValue])
    }

    /// Takes the hook of an event out of the repository's configuration.
    static func remove(_ event: HookEvent, in place: Place) async throws {
        try await ConfigurationSection.remove("hook.\(name(event))", in: place)
    }
}
