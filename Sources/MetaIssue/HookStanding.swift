/// How the hook of one event stands in one folder, and what to do about it.
public struct HookStanding: Sendable, Equatable {
    /// How it stands.
    public enum State: Sendable, Equatable {
        /// It is called once, by this way.
        case works(Way)
        /// It is called, by a block of another version.
        case outdated(Way)
        /// Nothing calls it, and nothing is in the way.
        case absent
        /// Another tool moved it to this file, which nobody runs.
        case moved(String)
        /// It is there, but git passes it over.
        case notActive(Obstacle)
        /// It is called from each of these.
        case runsTwice([String], byHand: Int)
        /// The marks of its block do not belong together.
        case damaged(String)
        /// Hooks are taken from this `core.hooksPath`, and nothing there calls it.
        case foreignPath(String)
        /// The program that it names is gone; only one in PATH would be run, by a line none.
        case binaryMissing(String, Way)
        /// Another hook is there that a block may not be put into; why.
        case occupied(HookObstacle)
    }

    /// What calls it.
    public enum Way: Sendable, Equatable {
        case file
        case configuration
        /// The pre-commit framework, which moved it to `<event>.legacy` and runs it from there.
        case legacy
        /// A line that a person wrote into this file.
        case line(String)
    }

    /// Why git passes a hook over.
    public enum Obstacle: Sendable, Equatable {
        /// `hook.<name>.enabled` is false.
        case switchedOff(String)
        /// This git, of this version, does not know hooks in the configuration.
        case olderGit(String, GitVersion)
        /// This file may not be executed.
        case notExecutable(String)
        /// `core.hooksPath` names no folder; the command that mends it.
        case noFolder(String, String)

        var words: String {
            switch self {
            case .switchedOff(let name): "hook.\(name).enabled is false"
            case .olderGit(let path, let version):
                "\(path) is git \(version), which passes over hooks in the configuration"
            case .notExecutable(let file): "\(file) is not executable"
            case .noFolder(let path, _):
                "core.hooksPath is \(path.isEmpty ? "empty" : path), which switches all hooks in files off"
            }
        }

        var remedy: String {
            switch self {
            case .switchedOff(let name): "git config hook.\(name).enabled true"
            case .olderGit: "git metaissue hooks install --mode files"
            case .notExecutable(let file): "chmod +x \(file.shellWord)"
            case .noFolder(_, let command): command
            }
        }
    }

    /// The event that it is about.
    public let event: HookEvent
    /// How it stands.
    public let state: State
    /// The folder that git takes hooks from.
    public let folder: String
    /// True where the folder is not this repository's, so that nothing is written there.
    var isForeign = false

    /// True when the record is kept up by this hook.
    public var isWorking: Bool {
        switch state {
        case .works, .outdated: true
        default: false
        }
    }

    /// The state in words, for people.
    public var words: String {
        switch state {
        case .works(.file): "ok"
        case .works(.configuration): "ok (in git's configuration)"
        case .works(.legacy): "ok, moved to \(event.rawValue).legacy by pre-commit, which runs it"
        case .works(.line(let file)): "ok, by a line in \(file)"
        case .outdated: "ok, from another version"
        case .absent: "not installed"
        case .moved(let file): "moved to \(file), which nobody runs"
        case .notActive(let why): "not active: \(why.words)"
        case .runsTwice(let places, _): "runs twice: " + places.joined(separator: " and ")
        case .damaged(let file): "damaged markers in \(file)"
        case .foreignPath(let path): "foreign hooksPath: core.hooksPath is \(path), and nothing there calls it"
        case .binaryMissing(let path, _): "binary missing: \(path) is gone"
        case .occupied(let why): "another hook is there, and \(why.words)"
        }
    }

    /// What mends it: a command, or what to write where. nil where nothing has to be mended.
    public var remedy: String? {
        switch state {
        case .works: nil
        case .absent, .moved: "git metaissue hooks install"
        case .outdated(let way): renewal(of: way)
        case .binaryMissing(let program, .line(let file)):
            "in \(file), write git-metaissue in the place of \(program)"
        case .binaryMissing(_, let way): renewal(of: way)
        case .notActive(.olderGit) where isForeign: addition
        case .notActive(let why): why.remedy
        case .runsTwice(_, let lines) where lines > 1: "take our line out of all places but one"
        case .runsTwice where isForeign:
            "leave one of them, and take the others out by hand: our line, or \(HookBlock.words)"
        case .runsTwice: "git metaissue hooks uninstall && git metaissue hooks install"
        case .damaged(let file):
            "take out \(HookBlock.words), from \(file); then: "
                + (isForeign ? addition : "git metaissue hooks install")
        case .occupied(let why): why.remedy(event, at: place)
        case .foreignPath: addition
        }
    }

    /// What a person adds where nothing is written.
    private var addition: String { "add this line to \(place): \(Self.line(event))" }

    /// What renews a block: this program, or a person where nothing is written.
    private func renewal(of way: Way) -> String {
        guard isForeign else { return "git metaissue hooks install" }
        if way == .configuration { return "git metaissue hooks install --mode config" }
        let file = "\(folder)/\(event.rawValue)" + (way == .legacy ? ".legacy" : "")
        return "in \(file), put this line in the place of \(HookBlock.words): \(Self.line(event))"
    }

    /// The file that a person adds the line to: husky keeps its own beside what it generates.
    private var place: String {
        let husky = "/.husky/_"
        if folder.hasSuffix(husky) { return "\(folder.dropLast(2))/\(event.rawValue)" }
        return "\(folder)/\(event.rawValue)"
    }

    /// The line that makes another tool's hook, or a person's, call this program.
    public static func line(_ event: HookEvent) -> String {
        "git metaissue hook \(event.rawValue) \"$@\" </dev/null || :"
    }
}

/// Looks at every place where the hook of an event can be.
struct HookInspection {
    let place: Place
    let configured: ConfiguredHooks
    let gits: InstalledGits
    /// Absolute path of this program.
    let binary: String

    init(_ place: Place, binary: String) async throws {
        self.place = place
        self.binary = binary
        configured = try await .read(with: place.git)
        gits = try await .find(with: place.git)
    }

    /// One place that calls this program, or would if git looked there.
    private struct Call {
        let way: HookStanding.Way
        /// Where, for people.
        let place: String
        /// The program it names; nil for a line that leaves that to PATH.
        var program: String?
        var isCurrent = true
        /// Why git passes it over; nil when it does not.
        var obstacle: HookStanding.Obstacle?
    }

    /// How the hook of an event stands in a folder.
    func standing(_ event: HookEvent, in folder: HookFolder) throws -> HookStanding {
        HookStanding(
            event: event, state: try state(event, in: folder), folder: folder.path, isForeign: folder.isForeign)
    }

    private func state(_ event: HookEvent, in folder: HookFolder) throws -> HookStanding.State {
        let file = "\(folder.path)/\(event.rawValue)"
        let script = try self.script(file)
        if script?.marks == .damaged { return .damaged(file) }
        let own = HookBlock(event, program: binary)
        let calls = configuredCalls(event, own) + (try fileCalls(event, in: folder, script, own))
        let active = calls.filter { $0.obstacle == nil }
        if active.count > 1 {
            return .runsTwice(
                active.map(\.place), byHand: active.count { call in if case .line = call.way { true } else { false } })
        }
        if let call = active.first {
            if let program = call.program, !Files.isExecutable(program) { return .binaryMissing(program, call.way) }
            return call.isCurrent ? .works(call.way) : .outdated(call.way)
        }
        if let call = calls.first, let why = call.obstacle { return .notActive(why) }
        if let hooksPath = folder.hooksPath {
            return folder.isNowhere
                ? .notActive(.noFolder(hooksPath, folder.commandForOwn(in: place))) : .foreignPath(hooksPath)
        }
        if folder.isLink { return .occupied(.linkedFolder) }
        if let why = try obstacle(to: event, in: folder.path) { return .occupied(why) }
        return try movedCopies(event, in: folder.path).first.map { .moved($0) } ?? .absent
    }

    /// Why no block may be put into the file of an event; nil when it may, or when there is no file yet.
    func obstacle(to event: HookEvent, in folder: String) throws -> HookObstacle? {
        let file = "\(folder)/\(event.rawValue)"
        guard Files.exists(file) else { return nil }
        if Files.isLink(file) { return .link }
        guard let script = try script(file) else { return .noOrdinaryFile }
        if let why = script.obstacle { return why }
        return Files.isExecutable(file) ? nil : .notExecutable
    }

    private func configuredCalls(_ event: HookEvent, _ own: HookBlock) -> [Call] {
        configured.calling(event).map { hook in
            var call = Call(
                way: .configuration, place: "hook.\(hook.name) in git's configuration", program: hook.program)
            call.isCurrent = hook.program == nil || hook.command == own.command
            if !hook.isEnabled {
                call.obstacle = .switchedOff(hook.name)
            } else if let git = gits.first, !git.version.runsConfiguredHooks {
                call.obstacle = .olderGit(git.path, git.version)
            }
            return call
        }
    }

    private func fileCalls(
        _ event: HookEvent, in folder: HookFolder, _ script: HookScript?, _ own: HookBlock
    ) throws -> [Call] {
        let file = "\(folder.path)/\(event.rawValue)"
        var calls: [Call] = []
        if let script {
            let obstacle: HookStanding.Obstacle? = Files.isExecutable(file) ? nil : .notExecutable(file)
            if let block = script.block {
                calls.append(
                    Call(
                        way: .file, place: file, program: block.program, isCurrent: block.callsAs(own),
                        obstacle: obstacle))
            }
            calls += lineCalls(script, event, in: file, obstacle)
            if obstacle == nil { calls += try callsBehind(script, event, in: folder, own) }
        }
        return calls
    }

    /// The call by what a person wrote into a file, at most one.
    private func lineCalls(
        _ script: HookScript, _ event: HookEvent, in file: String, _ obstacle: HookStanding.Obstacle? = nil
    ) -> [Call] {
        let programs = script.callers(of: event)
        guard let first = programs.first else { return [] }
        // A name is looked for in PATH, and what a variable holds nobody knows here.
        let areGone = programs.allSatisfy { $0.hasPrefix("/") && !Files.isExecutable($0) }
        return [
            Call(
                way: .line(file), place: "a line in \(file)", program: areGone ? first : nil, obstacle: obstacle)
        ]
    }

    /// What the scripts of well-known tools run besides themselves.
    private func callsBehind(
        _ script: HookScript, _ event: HookEvent, in folder: HookFolder, _ own: HookBlock
    ) throws -> [Call] {
        var calls: [Call] = []
        func look(_ file: String) throws {
            if let found = try self.script(file) { calls += lineCalls(found, event, in: file) }
        }
        let tops = folder.worktrees.prefix(1)
        if script.contains(Self.preCommit) {
            let legacy = "\(folder.path)/\(event.rawValue).legacy"
            if Files.isExecutable(legacy), let found = try self.script(legacy) {
                if let block = found.block {
                    calls.append(
                        Call(way: .legacy, place: legacy, program: block.program, isCurrent: block.callsAs(own)))
                }
                calls += lineCalls(found, event, in: legacy)
            }
            for top in tops { try look("\(top)/.pre-commit-config.yaml") }
        }
        if script.contains("lefthook") {
            for top in tops {
                for name in Self.lefthookFiles { try look("\(top)/\(name)") }
            }
        }
        // husky's own folder is .husky/_; what people write is one above.
        if folder.path.hasSuffix("/.husky/_") { try look("\(folder.path.dropLast(2))/\(event.rawValue)") }
        return calls
    }

    private static let lefthookFiles =
        ["lefthook", ".lefthook"].flatMap { name in
            ["yml", "yaml", "toml", "json"].map { "\(name).\($0)" }
        } + ["lefthook-local.yml", ".lefthook-local.yml"]

    /// The file to which the pre-commit framework moved our hook and from which it runs it; nil where it did not.
    func runningLegacy(_ event: HookEvent, in folder: String) throws -> String? {
        let legacy = "\(folder)/\(event.rawValue).legacy"
        guard Files.isExecutable(legacy), try script(legacy)?.block != nil else { return nil }
        guard try script("\(folder)/\(event.rawValue)")?.contains(Self.preCommit) == true else { return nil }
        return legacy
    }

    /// What the pre-commit framework writes into its hooks.
    private static let preCommit = "pre-commit.com"

    /// The names in the folder under which another tool put our hook away: `post-commit.old`.
    func movedCopies(_ event: HookEvent, in folder: String) throws -> [String] {
        try Files.names(in: folder).filter { name in
            guard name.hasPrefix("\(event.rawValue)."), !name.hasSuffix(".metaissue-new") else { return false }
            return try script("\(folder)/\(name)")?.block != nil
        }
    }

    /// A file's script; nil when there is none, or something that is no file.
    func script(_ path: String) throws -> HookScript? {
        guard Files.isFile(path) else { return nil }
        return try Files.read(path).map { HookScript($0) }
    }
}

extension HookScript {
    /// True when the text appears anywhere.
    fileprivate func contains(_ text: String) -> Bool {
        let wanted = Array(text.utf8)
        guard bytes.count >= wanted.count else { return false }
        return (0...bytes.count - wanted.count).contains { bytes[$0...].starts(with: wanted) }
    }
}
