import AttemptHistory
import Documents
import GitStore

/// `git metaissue doctor`: every condition under which the record silently falls behind, with what mends it.
public struct Doctor: Sendable {
    /// The conditions.
    public enum Condition: String, CaseIterable, Sendable, Codable {
        case hooksNotInstalled = "hooks-not-installed"
        case hookMoved = "hook-moved"
        case hookNotActive = "hook-not-active"
        case hookRunsTwice = "hook-runs-twice"
        case hookDamaged = "hook-damaged"
        case hookInTheWay = "hook-in-the-way"
        case foreignHooksPath = "foreign-hooks-path"
        case binaryMissing = "binary-missing"
        case oldVersion = "old-version"
        case mergeDriverMissing = "merge-driver-missing"
        case mergeDriverForeign = "merge-driver-foreign"
        case anchorsNotPushed = "anchors-not-pushed"
        case shallowClone = "shallow-clone"
        case mainlineNotFound = "mainline-not-found"
        case numberTakenTwice = "number-taken-twice"
        case unfinishedOperation = "unfinished-operation"
        case settingWrong = "setting-wrong"
        case recordUnreadable = "record-unreadable"
        case recordBehind = "record-behind"
    }

    /// One condition that holds.
    public struct Finding: Sendable, Equatable {
        /// Which one.
        public var condition: Condition
        /// What is wrong, in one sentence.
        public var message: String
        /// What mends it: commands, or what a person has to write where. Of several, any one is enough.
        public var remedies: [String]
        /// The saga that it is about; nil for the whole repository.
        public var saga: String?
        /// The attempts that it is about.
        public var attempts: [Int] = []
        /// The hooks that it is about.
        public var events: [String] = []

        init(
            _ condition: Condition, _ message: String, _ remedies: [String], saga: String? = nil, attempts: [Int] = [],
            events: [String] = []
        ) {
            self.condition = condition
            self.message = message
            self.remedies = remedies
            self.saga = saga
            self.attempts = attempts
            self.events = events
        }
    }

    /// What was found, the hooks first.
    public private(set) var findings: [Finding] = []

    /// Examines a repository; nothing is written.
    ///
    /// - Parameter binary: absolute path of this program.
    /// - Throws: ``Failure`` outside a repository.
    public init(in directory: String, binary: String) async throws {
        let place = try await Place.find(from: directory)
        let workspace = open(place)
        let hasSagas = workspace?.registry.sagas.isEmpty == false
        // Nobody commits in a bare repository, so its hooks are not ours.
        if place.workTree != nil { try await examineHooks(place, binary, expectsThem: hasSagas) }
        examineCompleteness(place)
        try examineOperations(place)
        guard let workspace else { return }
        examineSettings(workspace)
        try examineAnchors(workspace)
        let driver = MergeDriverInstallation(in: place, binary: binary)
        for saga in workspace.registry.sagas { try await examine(saga, in: workspace, driver) }
    }

    private mutating func add(_ condition: Condition, _ message: String, _ remedies: [String]) {
        findings.append(Finding(condition, message, remedies))
    }

    /// Opens the record; what forbids that is a finding.
    private mutating func open(_ place: Place) -> Workspace? {
        do {
            _ = try MainlineBranch.standard(in: place)
        } catch {
            note(.mainlineNotFound, error, saga: nil)
        }
        do {
            return try Workspace(place)
        } catch {
            if findings.isEmpty { note(.recordUnreadable, error, saga: nil) }
            return nil
        }
    }

    /// A failure of some other command's work, as a finding.
    private mutating func note(_ condition: Condition, _ error: any Error, saga: Saga?) {
        let failure = error as? Failure
        // What is only not here yet is no damage.
        let isLeftOut = (error as? GitStoreError)?.kind == .notFound
        let rest = isLeftOut ? findings.first { $0.condition == .shallowClone }?.remedies : nil
        findings.append(
            Finding(
                condition, failure?.message ?? "\(error)", rest ?? [Self.command(in: failure?.advice)], saga: saga?.id))
    }

    /// The command that a failure advises, without the words before it.
    private static func command(in advice: String?) -> String {
        guard let advice else { return "git fsck" }
        let parts = advice.split(separator: " with: git ", maxSplits: 1)
        return parts.count == 2 ? "git \(parts[1])" : advice
    }
}

// MARK: Hooks

extension Doctor {
    private mutating func examineHooks(_ place: Place, _ binary: String, expectsThem: Bool) async throws {
        let standings = try await HookInstallation(in: place, binary: binary).standings()
        for standing in standings {
            guard let condition = Condition(standing.state) else { continue }
            // Without a saga nobody misses hooks that are not there.
            let isAbsent = [.hooksNotInstalled, .hookInTheWay, .foreignHooksPath].contains(condition)
            if isAbsent && !expectsThem { continue }
            let remedies = standing.remedy.map { [$0] } ?? []
            let same = findings.firstIndex {
                $0.condition == condition && $0.message == standing.words && $0.remedies == remedies
            }
            if let same {
                if !findings[same].events.contains(standing.event.rawValue) {
                    findings[same].events.append(standing.event.rawValue)
                }
            } else {
                findings.append(Finding(condition, standing.words, remedies, events: [standing.event.rawValue]))
            }
        }
    }
}

extension Doctor.Condition {
    /// The condition that a hook's state is; nil for one that works.
    fileprivate init?(_ state: HookStanding.State) {
        switch state {
        case .works: return nil
        case .outdated: self = .oldVersion
        case .absent: self = .hooksNotInstalled
        case .moved: self = .hookMoved
        case .notActive: self = .hookNotActive
        case .runsTwice: self = .hookRunsTwice
        case .damaged: self = .hookDamaged
        case .foreignPath: self = .foreignHooksPath
        case .binaryMissing: self = .binaryMissing
        case .occupied: self = .hookInTheWay
        }
    }
}

// MARK: The repository

extension Doctor {
    private mutating func examineCompleteness(_ place: Place) {
        guard let command = Workspace.completion(of: place) else { return }
        if place.repository.isShallow {
            add(.shallowClone, "this clone is shallow, so history cannot tell everything", [command])
            return
        }
        // The filter stays in the configuration, whatever is fetched, and leaves out again what comes later.
        let unsetting =
            place.configuration.promisors.flatMap { remote in
                ["promisor", "partialclonefilter"].map { "remote.\(remote).\($0)" }
            } + ["extensions.partialclone"]
        let commands = unsetting.filter { place.configuration.value($0) != nil }.map { key in
            "git config --unset-all \(key.shellWord)"
        }
        add(
            .shallowClone, "this clone leaves out objects (partial clone), so history cannot tell everything",
            [([command] + commands).joined(separator: " && ")])
    }

    /// Keys and values that mean nothing; a mainline that is not there may be named already.
    private mutating func examineSettings(_ workspace: Workspace) {
        for finding in workspace.settingFindings {
            let message = "\(finding.place): \(finding.problem)"
            if !findings.contains(where: { $0.message == message }) { add(.settingWrong, message, [finding.advice]) }
        }
    }

    private mutating func examineOperations(_ place: Place) throws {
        if let waiting = try Operation.load(in: place) {
            let command = "git metaissue \(waiting.kind == .revert ? "revert-attempt" : "land-attempt")"
            findings.append(
                Finding(
                    .unfinishedOperation, "\(waiting.name) is not finished",
                    ["\(command) --continue", "\(command) --abort"],
                    saga: waiting.saga, attempts: [waiting.number]))
        }
        if try Journal.load(in: place) != nil {
            add(.unfinishedOperation, "a command was killed before it ended", ["git metaissue sync --commit"])
        }
    }

    /// Anchors that no remote has, as far as this clone knows.
    private mutating func examineAnchors(_ workspace: Workspace) throws {
        let repository = workspace.place.repository
        guard try !repository.remoteNames().isEmpty else { return }
        let shared = try repository.references(under: [AnchorRemote.trackings])
        for saga in workspace.registry.sagas {
            var missing: [Int] = []
            var diverged: [String: [Int]] = [:]
            for anchor in try repository.references(under: ["\(AnchorRemote.local)\(saga.id)/"]) {
                let name = anchor.name.dropFirst(AnchorRemote.local.count)
                guard let number = AttemptNumber.parse(name.dropFirst(saga.id.count + 1)) else { continue }
                let others = shared.filter {
                    $0.name.hasSuffix("/\(name)") && repository.peelToCommit($0.target) != nil
                }
                if try others.contains(where: { try repository.contains($0.target, anchor.target) }) { continue }
                if let other = try others.first(where: { try !repository.contains(anchor.target, $0.target) }) {
                    let remote = other.name.dropFirst(AnchorRemote.trackings.count).dropLast(name.count + 1)
                    diverged[String(remote), default: []].append(number)
                } else {
                    missing.append(number)
                }
            }
            if !missing.isEmpty {
                findings.append(
                    Finding(
                        .anchorsNotPushed,
                        "no remote has the last commits of \(Self.names(missing)) as anchors, so a branch that is deleted "
                            + "takes them along",
                        ["git metaissue push"], saga: saga.id, attempts: missing))
            }
            for (remote, numbers) in diverged.sorted(by: { $0.key < $1.key }) {
                findings.append(
                    Finding(
                        .anchorsNotPushed,
                        "\(remote) has other commits as anchors of \(Self.names(numbers)): the branch was rebased or amended "
                            + "here, or somebody else has the number (git metaissue fetch tells)",
                        ["git metaissue push --force \(remote.shellWord)"], saga: saga.id, attempts: numbers))
            }
        }
    }

    private static func names(_ numbers: [Int]) -> String {
        "attempt\(numbers.count == 1 ? "" : "s") " + numbers.map { AttemptNumber.text($0) }.joined(separator: ", ")
    }
}

extension Repository {
    /// Whether a commit is the tip itself, or in its history.
    fileprivate func contains(_ tip: ObjectID, _ commit: ObjectID) throws -> Bool {
        try tip == commit || isAncestor(commit, of: tip)
    }
}

// MARK: One saga

extension Doctor {
    private mutating func examine(
        _ saga: Saga, in workspace: Workspace, _ driver: MergeDriverInstallation
    ) async throws {
        let mainline: MainlineBranch
        do {
            mainline = try workspace.mainline(of: saga)
        } catch {
            note(.mainlineNotFound, error, saga: saga)
            return
        }
        do {
            let record = try workspace.visibleRecord(on: mainline)
            try examineDriver(driver, saga, record, workspace)
            let report = try Synchronisation(saga, in: workspace).report()
            examineNumbers(saga, report)
            guard report.isStale else { return }
            let stale = report.documents.filter(\.isStale).map(\.path).joined(separator: ", ")
            findings.append(
                Finding(
                    .recordBehind,
                    "\(stale) \(report.documents.count(where: \.isStale) == 1 ? "is" : "are") behind history",
                    [try await Self.recording(saga, on: mainline, in: workspace)], saga: saga.id))
        } catch {
            note(.recordUnreadable, error, saga: saga)
        }
    }

    /// The command that brings the record up to date, run where that can be written.
    private static func recording(
        _ saga: Saga, on mainline: MainlineBranch, in workspace: Workspace
    ) async throws -> String {
        let option = workspace.registry.sagas.count == 1 ? "" : " --saga \(saga.id)"
        let sync = "metaissue sync --commit\(option)"
        guard mainline.isLocal else { return "\(mainline.commandForLocal) && git \(sync)" }
        let place = workspace.place
        guard let worktree = try await Worktrees.list(of: place).checkout(of: mainline.reference), !place.isIn(worktree)
        else { return "git \(sync)" }
        // What a hook left modified there is committed there alone.
        return "git -C \(worktree.path.shellWord) \(sync)"
    }

    /// A saga that wants the merge driver in a clone that has none, or another one: logs conflict there as any text does,
    /// or worse. Where there is no work tree nobody merges.
    private mutating func examineDriver(
        _ driver: MergeDriverInstallation, _ saga: Saga, _ record: RecordSource, _ workspace: Workspace
    ) throws {
        guard workspace.place.workTree != nil, let bytes = try record.bytes(at: saga.attributesPath),
            String(decoding: bytes, as: UTF8.self).contains("merge=metaissue")
        else { return }
        let name = "the merge driver of \(saga.id)'s documents"
        let installing = "git metaissue hooks install --only-driver"
        let found: (Condition, String, String)? =
            switch driver.effectiveState {
            case .installed, .outdated: nil
            case .absent: (.mergeDriverMissing, "\(name) is not configured in this clone", installing)
            case .binaryMissing(let path): (.binaryMissing, "\(name) names a program that is gone: \(path)", installing)
            case .foreign:
                (
                    .mergeDriverForeign, "merge.metaissue.driver is set to something else than \(name)",
                    MergeDriverInstallation.replacement
                )
            }
        guard let (condition, message, remedy) = found else { return }
        findings.append(Finding(condition, message, [remedy], saga: saga.id))
    }

    /// Two attempts with one number: any one of the answers mends it.
    private mutating func examineNumbers(_ saga: Saga, _ report: Synchronisation.Report) {
        for clash in report.clashes {
            let claimants = clash.claimants.map { MarkdownText.terminalSafe($0) }.joined(separator: " and by ")
            findings.append(
                Finding(
                    .numberTakenTwice, "the number \(AttemptNumber.text(clash.number)) is taken by \(claimants)",
                    clash.answers, saga: saga.id, attempts: [clash.number]))
        }
    }
}

// MARK: JSON

/// `doctor --json` (Docs/doctor.schema.json). Members are never left out.
extension Doctor: Encodable {
    /// The version of the contract; raised only for changes that break readers.
    public static let schemaVersion = 1

    private enum Key: String, CodingKey {
        case schemaVersion, findings
    }

    /// Writes the members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.schemaVersion, forKey: .schemaVersion)
        try container.encode(findings, forKey: .findings)
    }

    /// The whole document, with a newline at its end.
    public func json() throws -> [UInt8] { try JSONDocument.bytes(of: self) }
}

extension Doctor.Finding: Encodable {
    private enum Key: String, CodingKey {
        case condition, message, remedies, saga, attempts, events
    }

    /// Writes the finding's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(condition, forKey: .condition)
        try container.encode(message, forKey: .message)
        try container.encode(remedies, forKey: .remedies)
        try container.encode(saga, forKey: .saga)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(events, forKey: .events)
    }
}
