/// `git metaissue hooks`: the four hooks of a repository, beside whatever hooks it has (HOOKS-AND-RECORDS.md,
/// "Installing beside others").
public struct HookInstallation {
    /// Where hooks are put.
    public enum Mode: String, CaseIterable, Sendable {
        /// Into the repository's configuration; git 2.54 and later.
        case config
        /// As a marked block into the files of the hooks folder.
        case files
    }

    /// What ``install(mode:)`` did.
    public struct Outcome: Sendable {
        /// Where the hooks are now.
        public var mode: Mode
        /// The folder of hooks in files.
        public let folder: String
        /// The events whose hook was written now.
        public var written: [HookEvent] = []
        /// The events whose hook could not be put there.
        public var left: [HookStanding] = []
        /// What the user should know.
        public var notes: [String] = []
        /// Why no hook was put into files that belong to another tool, with the lines to paste there.
        public var refusal: Failure?
    }

    /// What ``uninstall()`` did.
    public struct Removal: Sendable {
        /// The events whose hook was removed.
        public var removed: [HookEvent] = []
        /// What became of the merge driver.
        public var driver = MergeDriverInstallation.Removal()
        /// What is ours and was left for a person, and how it is taken out.
        public var left: [(what: String, advice: String)] = []
    }

    private let place: Place
    private let inspection: HookInspection
    private let binary: String
    private var driver: MergeDriverInstallation { MergeDriverInstallation(in: place, binary: binary) }

    /// Looks at a repository.
    ///
    /// - Parameter binary: absolute path of this program, stored in the hooks.
    /// - Throws: ``Failure`` outside a repository.
    public init(in directory: String, binary: String) async throws {
        try await self.init(in: try await Place.find(from: directory), binary: binary)
    }

    init(in place: Place, binary: String) async throws {
        self.place = place
        self.binary = binary
        inspection = try await HookInspection(place, binary: binary)
    }

    /// How each hook stands, by folder that git takes hooks from: the caller's worktree first, then the others where they
    /// have a folder of their own.
    public func standings() async throws -> [HookStanding] {
        try await HookFolder.all(of: place).flatMap { folder in
            try HookEvent.allCases.map { try inspection.standing($0, in: folder) }
        }
    }

    /// Installs the hooks; what is installed already and current stays as it is.
    ///
    /// - Parameter mode: where; nil: where they are already, else in the configuration when every git in PATH knows that,
    ///   else in files.
    /// - Throws: ``Failure`` where the hooks cannot be written.
    public func install(mode: Mode? = nil) async throws -> Outcome {
        let lock = try StateLock.need(in: place)
        defer { withExtendedLifetime(lock) {} }
        try await driver.check()
        try ConfigurationSection.refuseLock(in: place)
        let folder = try await HookFolder.current(of: place)
        let chosen = try mode ?? automaticMode(folder)
        var outcome = Outcome(mode: chosen, folder: folder.path)
        switch chosen {
        case .config:
            outcome.written = try await writeConfiguration()
            // Only now, so that no event is without a hook in between.
            _ = try takeOutOfFiles()
            outcome.notes = inspection.gits.older.map {
                "\($0.path) is git \($0.version), which passes over these hooks without a word; "
                    + "git metaissue hooks install --mode files serves every git"
            }
        case .files:
            outcome.refusal = try refusal(of: folder)
            // Where nothing is refused there, all of it works already.
            if folder.isForeign { return outcome }
            try writeFiles(in: folder, &outcome)
            _ = try await takeOutOfConfiguration()
        }
        return outcome
    }

    /// Takes out hooks and merge driver, wherever other tools moved them; everything else stays byte for byte.
    ///
    /// - Parameter purges: also removes the anchors and what this program keeps in the git directory.
    public func uninstall(purges: Bool = false) async throws -> Removal {
        // A repository that never had hooks is left without a lock file too.
        let isKnown = Files.isFolder(place.statePath("."))
        let lock = isKnown ? try StateLock.need(in: place) : nil
        defer { withExtendedLifetime(lock) {} }
        try ConfigurationSection.refuseLock(in: place)
        var removal = try takeOutOfFiles()
        let configured = try await takeOutOfConfiguration()
        removal.driver = try await driver.uninstall()
        removal.left += removal.driver.left
        removal.left += try await blocksElsewhere() + includedHooks()
        // The driver is out by now: what is not restored by now was changed by somebody, who has decided about it.
        try ConfigurationEnd.forget(in: place)
        removal.removed = HookEvent.allCases.filter { removal.removed.contains($0) || configured.contains($0) }
        if purges { try await purge() }
        return removal
    }
}

extension HookInstallation {
    /// Where they are already; else the configuration, where no git in PATH would pass it over.
    private func automaticMode(_ folder: HookFolder) throws -> Mode {
        let knows = !inspection.gits.all.isEmpty && inspection.gits.older.isEmpty
        let own = HookFolder.own(of: place)
        let isInFiles =
            try folder.isOwn
            && HookEvent.allCases.contains { event in
                try inspection.script("\(own)/\(event.rawValue)")?.block != nil
            }
        return knows && !isInFiles ? .config : .files
    }

    /// Where hooks in files belong to another tool, nothing is written.
    private func refusal(of folder: HookFolder) throws -> Failure? {
        guard folder.isForeign else { return nil }
        let standings = try HookEvent.allCases.map { try inspection.standing($0, in: folder) }
        var advice: [String] = []
        for remedy in standings.compactMap(\.remedy) where !advice.contains(remedy) { advice.append(remedy) }
        if advice.isEmpty { return nil }
        guard let hooksPath = folder.hooksPath else {
            return .conflict(
                "\(folder.path) is a symbolic link, so its hooks belong to something else",
                advice: advice.joined(separator: "\nhint: "))
        }
        // Beside a block that stays there, one in the configuration would be the second.
        if standings.allSatisfy({ $0.state == .foreignPath(hooksPath) }) {
            advice.append(
                "git 2.54 and later also run hooks from the configuration: git metaissue hooks install --mode config")
        }
        return .conflict(
            "core.hooksPath is set to \(hooksPath), so hooks in files belong to another tool",
            advice: advice.joined(separator: "\nhint: "))
    }
}

// MARK: Files

extension HookInstallation {
    private func writeFiles(in folder: HookFolder, _ outcome: inout Outcome) throws {
        var files: [Files.Content] = []
        for event in HookEvent.allCases {
            let standing = try inspection.standing(event, in: folder)
            if case .works = standing.state { continue }
            let path = "\(folder.path)/\(event.rawValue)"
            let script = try inspection.script(path)
            if let legacy = try inspection.runningLegacy(event, in: folder.path) {
                // pre-commit runs it from there; a second block in its own script would make two calls.
                files.append((legacy, replaced(try inspection.script(legacy), event), nil))
                if let script, script.block != nil, let rest = script.withoutBlock() { files.append((path, rest, nil)) }
            } else if let reason = try obstacle(standing, script) {
                outcome.left.append(HookStanding(event: event, state: reason, folder: folder.path))
                continue
            } else {
                let isOwn = script.map { $0.block?.isWholeFile == true } ?? true
                files.append((path, replaced(script, event), isOwn ? 0o755 : nil))
            }
            outcome.written.append(event)
        }
        guard !files.isEmpty else { return }
        if !Files.isFolder(folder.path) {
            try Files.makeFolder(folder.path)
            try Files.replace([(place.statePath(Self.madeFolder), [])])
        }
        try Files.replace(contents: files)
        for event in outcome.written { try takeOutOfCopies(event, in: folder.path, keeping: ".legacy") }
    }

    /// Why the file of an event is left alone; nil when a block may be written there.
    private func obstacle(_ standing: HookStanding, _ script: HookScript?) throws -> HookStanding.State? {
        if script?.marks == .damaged { return .damaged("\(standing.folder)/\(standing.event.rawValue)") }
        // Whoever switched their own hook off had a reason; a file that is all ours just gets its mode back.
        if case .notActive(.notExecutable) = standing.state, script?.block?.isWholeFile != true {
            return standing.state
        }
        if script?.block != nil { return nil }
        return try inspection.obstacle(to: standing.event, in: standing.folder).map { .occupied($0) }
    }

    private func replaced(_ script: HookScript?, _ event: HookEvent) -> [UInt8] {
        let block = HookBlock(event, program: binary)
        return script.map { $0.with(block) } ?? block.file
    }

    /// Takes our blocks out of the repository's own folder, and out of what other tools made of them.
    private func takeOutOfFiles() throws -> Removal {
        let folder = HookFolder.own(of: place)
        var removal = Removal()
        for event in HookEvent.allCases {
            let path = "\(folder)/\(event.rawValue)"
            try Files.remove(Files.temporaryName(of: path))
            var isRemoved = try takeOut(of: path)
            if try takeOutOfCopies(event, in: folder) { isRemoved = true }
            if isRemoved { removal.removed.append(event) }
            if try inspection.script(path)?.marks == .damaged {
                removal.left.append(
                    (
                        "\(path) has damaged markers and was left as it is",
                        "take our lines out of it by hand, marks included"
                    ))
            }
        }
        if Files.exists(place.statePath(Self.madeFolder)) {
            if Files.names(in: folder).isEmpty { Files.removeFolder(folder) }
            try Files.remove(place.statePath(Self.madeFolder))
        }
        return removal
    }

    @discardableResult
    private func takeOutOfCopies(_ event: HookEvent, in folder: String, keeping kept: String? = nil) throws -> Bool {
        var isRemoved = false
        for name in try inspection.movedCopies(event, in: folder) {
            if let kept, name.hasSuffix(kept) { continue }
            if try takeOut(of: "\(folder)/\(name)") { isRemoved = true }
        }
        return isRemoved
    }

    /// Blocks in hooks folders of other tools, where nothing is written.
    private func blocksElsewhere() async throws -> [(what: String, advice: String)] {
        try await HookFolder.all(of: place).filter { !$0.isOwn }.flatMap { folder in
            try HookEvent.allCases.flatMap { event in
                let names = try [event.rawValue] + inspection.movedCopies(event, in: folder.path)
                return try names.map { "\(folder.path)/\($0)" }.filter { try inspection.script($0)?.block != nil }
            }
        }.map {
            (
                "\($0) has our block, and was left as it is: core.hooksPath names another tool's folder",
                "take out of it \(HookBlock.words)"
            )
        }
    }

    private func takeOut(of path: String) throws -> Bool {
        guard !Files.isLink(path), let script = try inspection.script(path), script.block != nil else { return false }
        if let rest = script.withoutBlock() {
            try Files.replace([(path, rest)])
        } else {
            try Files.remove(path)
        }
        return true
    }

    /// Kept while the hooks folder is one that this program made.
    private static let madeFolder = "made-hooks-folder"
}

// MARK: Configuration

extension HookInstallation {
    private func writeConfiguration() async throws -> [HookEvent] {
        try ConfigurationEnd.remember(in: place)
        var written: [HookEvent] = []
        for event in HookEvent.allCases {
            let block = HookBlock(event, program: binary)
            let name = ConfiguredHooks.name(event)
            let there = inspection.configured.hooks.first { $0.name == name }
            if inspection.configured.localNames.contains(name), there?.command == block.command,
                there?.events == [event.rawValue]
            {
                continue
            }
            try await ConfiguredHooks.write(block, event, with: place.git)
            written.append(event)
        }
        return written
    }

    private func takeOutOfConfiguration() async throws -> [HookEvent] {
        var removed: [HookEvent] = []
        for event in HookEvent.allCases
        where inspection.configured.localNames.contains(ConfiguredHooks.name(event)) {
            try await ConfiguredHooks.remove(event, in: place)
            removed.append(event)
        }
        try ConfigurationEnd.restore(in: place)
        return removed
    }
}

extension HookInstallation {
    /// Hooks of ours in files that the configuration includes: who wrote those may share them.
    private func includedHooks() -> [(what: String, advice: String)] {
        var found: [(what: String, advice: String)] = []
        for name in HookEvent.allCases.map({ ConfiguredHooks.name($0) })
        where inspection.configured.includedNames.contains(name) {
            let key = "hook.\(name).command"
            guard let file = place.configuration.file(of: key) else { continue }
            found.append(
                (
                    "hook.\(name) is in \(file), which the configuration includes, and was left as it is",
                    "git config --file \(file.shellWord) --remove-section hook.\(name)"
                ))
        }
        return found
    }
}

// MARK: Everything

extension HookInstallation {
    /// Anchors and everything below `metaissue/` in the git directories.
    private func purge() async throws {
        let spaces = ["refs/metaissue/", "refs/metaissue-remote/"]
        let references = try place.repository.references(under: spaces)
        if !references.isEmpty {
            let lines = references.map { "delete \($0.name) \($0.target)\n" }.joined()
            try await place.git.need(["update-ref", "--stdin"], input: Array(lines.utf8))
        }
        Files.removeTree(Files.parent(of: place.statePath("lock")))
        let worktrees = "\(place.commonDirectory)/worktrees"
        for name in Files.plainFolders(in: worktrees) { Files.removeTree("\(worktrees)/\(name)/metaissue") }
    }
}
