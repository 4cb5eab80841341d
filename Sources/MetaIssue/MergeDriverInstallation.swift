import Documents
import GitStore

/// The merge driver in a repository: the command in git's local configuration, and the attribute in each saga's folder
/// that names it (HOOKS-AND-RECORDS.md, decision 6). A clone that has only the attribute merges as git does.
public struct MergeDriverInstallation {
    /// How the driver stands.
    public enum State: Equatable, Sendable {
        /// Configured, and as this version does it.
        case installed
        /// Configured by another version or for another binary.
        case outdated
        /// Not configured.
        case absent
        /// Configured for a binary that is gone: one in PATH is run, else git's own merge of files.
        case binaryMissing(String)
        /// Configured to run something else.
        case foreign

        /// True where it is ours.
        var isOurs: Bool { self != .absent && self != .foreign }
    }

    /// How the attribute of a saga stands.
    public enum AttributeState: Equatable, Sendable {
        /// It is there.
        case present
        /// The saga's folder has no `.gitattributes`.
        case absent
        /// The saga's folder has a `.gitattributes` of somebody's, without it.
        case foreign
    }

    private static let section = "merge.metaissue"
    private static let key = "\(section).driver"
    private static let title = "git-metaissue: a saga's log and README, by section and row"

    private let place: Place
    private let binary: String

    /// - Parameter binary: absolute path of this program, stored in the configuration.
    public init(in directory: String, binary: String) async throws {
        self.init(in: try await Place.find(from: directory), binary: binary)
    }

    init(in place: Place, binary: String) {
        self.place = place
        self.binary = binary
    }

    // MARK: Configuration

    /// What git runs: this program where it was, else the one in PATH, else git's own merge of files. Without the last a
    /// clone whose program is gone would be left with one side of the file and no markers in it.
    private var command: String {
        let path = binary.shellQuoted
        let program = path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
        let words = "merge-driver %O %A %B %L %P %S %X %Y"
        return "\(Self.beginning)\(program) && test -f \(program); then \(program) \(words); "
            + "elif command -v git-metaissue >/dev/null 2>&1; then git-metaissue \(words); "
            + "else git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B; fi"
    }

    private static let beginning = "if test -x "

    /// How the driver stands in this clone.
    public func state() async throws -> State {
        let answer = try await place.git.run(["config", "--local", "--get", Self.key])
        return state(of: answer.status == 0 ? answer.text : nil)
    }

    /// How the driver stands that git would run here, from whichever level of the configuration.
    var effectiveState: State { state(of: place.configuration.value(Self.key)) }

    private func state(of value: String?) -> State {
        guard let value else { return .absent }
        if value == command { return .installed }
        guard value.contains("merge-driver %O %A %B") else { return .foreign }
        let words = HookBlock.program(in: value, after: "\(Self.beginning)'")
        guard let program = words?.split(separator: "%%", omittingEmptySubsequences: false).joined(separator: "%"),
            !Files.isExecutable(program)
        else { return .outdated }
        return .binaryMissing(program)
    }

    /// Refuses what would stop ``install()``.
    ///
    /// - Throws: ``Failure`` where another command has its name.
    func check() async throws {
        guard try await state() == .foreign else { return }
        throw Failure("\(Self.key) is set to something else", advice: "replace it with: \(Self.replacement)")
    }

    /// The command that puts ours in the place of another driver; which may come from another level than the repository's.
    public static let replacement =
        "git config --local --unset-all \(key); git metaissue hooks install --only-driver"

    /// Configures the driver.
    ///
    /// - Returns: true when something was written.
    /// - Throws: ``Failure`` where another command has its name.
    public func install() async throws -> Bool {
        try await check()
        if try await state() == .installed { return false }
        try ConfigurationEnd.remember(in: place)
        try await place.git.need(["config", "--local", "\(Self.section).name", Self.title])
        try await place.git.need(["config", "--local", Self.key, command])
        return true
    }

    /// What ``uninstall()`` did.
    public struct Removal: Sendable {
        /// True when the configuration had the driver.
        public var wasConfigured = false
        /// Files that were written by ``writeAttributes(extends:)`` and never committed.
        public var files: [String] = []
        /// Such files that could not be removed, and what is in the way.
        public var left: [(what: String, advice: String)] = []
    }

    /// Takes the driver out of the configuration again; what else stands in its section stays.
    func uninstall() async throws -> Removal {
        var removal = Removal()
        removal.wasConfigured = try await takeOutOfConfiguration()
        try await removeUntracked(&removal)
        return removal
    }

    private func takeOutOfConfiguration() async throws -> Bool {
        guard try await state().isOurs else { return false }
        let keys = try await place.git.need(
            ["config", "--local", "--name-only", "--null", "--get-regexp", "^merge\\.metaissue\\."]
        ).fields
        if Set(keys) == ["\(Self.section).name", Self.key] {
            try await ConfigurationSection.remove(Self.section, in: place)
        } else {
            for key in ["name", "driver"] where keys.contains("\(Self.section).\(key)") {
                try await place.git.need(["config", "--local", "--unset-all", "\(Self.section).\(key)"])
            }
        }
        try ConfigurationEnd.restore(in: place)
        return true
    }

    /// Removes attribute files that are as they were written and that git does not know, in whichever worktree.
    private func removeUntracked(_ removal: inout Removal) async throws {
        guard place.workTree != nil, let workspace = try? Workspace(place) else { return }
        for worktree in try await Worktrees.list(of: place).all {
            let git = place.git.inWorktree(worktree.path)
            for saga in workspace.registry.sagas {
                let path = "\(worktree.path)/\(saga.attributesPath)"
                guard !Files.isLink(path), try Files.read(path) == SagaAttributes.bytes else { continue }
                let known = try await git.need(["ls-files", "-z", "--", ":(top,literal)\(saga.attributesPath)"])
                guard known.output.isEmpty else { continue }
                do {
                    try Files.remove(path)
                    removal.files.append(place.isIn(worktree) ? saga.attributesPath : path)
                } catch let failure as Failure {
                    removal.left.append((failure.message, failure.advice ?? "remove it"))
                }
            }
        }
    }

    // MARK: Attributes

    /// How each saga's attribute stands in the work tree, or on the mainline where that is not checked out here.
    public func attributes() throws -> [(saga: Saga, state: AttributeState)] {
        // A repository without commits or mainline has no sagas yet.
        guard let workspace = try? Workspace(place) else { return [] }
        return try workspace.registry.sagas.map { saga in
            let record = try workspace.visibleRecord(on: workspace.mainline(of: saga))
            return (saga, SagaAttributes.state(of: try record.bytes(at: saga.attributesPath)))
        }
    }

    /// Writes `.gitattributes` into the folders of sagas that have none, where the mainline is checked out here; it is
    /// left for people to commit.
    ///
    /// - Parameter extends: adds the lines to files that are there already.
    /// - Returns: the files that were written, from the top of the work tree.
    public func writeAttributes(extends: Bool) throws -> [String] {
        guard let root = place.workTree, let workspace = try? Workspace(place) else { return [] }
        var written: [(path: String, bytes: [UInt8])] = []
        for (saga, state) in try attributes() where state == .absent || state == .foreign && extends {
            let mainline = try workspace.mainline(of: saga)
            guard case .branch(let head, _) = workspace.head, head == mainline.reference,
                Files.isFolder("\(root)/\(saga.path)")
            else { continue }
            try Files.refuseLinks(saga.attributesPath, below: root)
            let old = try Files.read("\(root)/\(saga.attributesPath)") ?? []
            written.append((saga.attributesPath, SagaAttributes.extending(old)))
        }
        try Files.replace(written.map { ("\(root)/\($0.path)", $0.bytes) })
        return written.map(\.path)
    }
}

/// The lines of a saga's `.gitattributes`.
enum SagaAttributes {
    static let lines = ["README.md merge=metaissue", "implementation-log.md merge=metaissue"]

    /// The whole file where there is none.
    static let bytes = Array(lines.map { $0 + "\n" }.joined().utf8)

    /// How a file stands; nil: there is none.
    static func state(of bytes: [UInt8]?) -> MergeDriverInstallation.AttributeState {
        guard let bytes else { return .absent }
        return missing(in: bytes).isEmpty ? .present : .foreign
    }

    /// The file with the lines that it lacks put behind.
    static func extending(_ bytes: [UInt8]) -> [UInt8] {
        let gap: [UInt8] = bytes.isEmpty || bytes.last == 0x0A ? [] : [0x0A]
        return bytes + gap + Array(missing(in: bytes).map { $0 + "\n" }.joined().utf8)
    }

    /// The lines that are not there, whatever other attributes stand beside them.
    private static func missing(in bytes: [UInt8]) -> [String] {
        let there = bytes.split(separator: 0x0A).map { line in
            String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace).map(String.init)
        }
        return lines.filter { line in
            let words = line.split(separator: " ").map(String.init)
            return !there.contains { $0.first == words[0] && $0.contains(words[1]) }
        }
    }
}

extension Saga {
    /// Where its folder names the merge driver.
    var attributesPath: String { "\(path)/.gitattributes" }
}
