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
        /// Configured to run something else.
        case foreign
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
    private static let title = "git-metaissue: a saga's log and README, by section and row"

    private let place: Place
    private let binary: String

    /// - Parameter binary: absolute path of this program, stored in the configuration.
    public init(in directory: String, binary: String) async throws {
        place = try await Place.find(from: directory)
        self.binary = binary
    }

    // MARK: Configuration

    /// What git runs: this program where it was, else the one in PATH, else git's own merge of files. Without the last a
    /// clone whose program is gone would be left with one side of the file and no markers in it.
    private var command: String {
        let path = binary.shellQuoted
        let program = path.split(separator: "%", omittingEmptySubsequences: false).joined(separator: "%%")
        let words = "merge-driver %O %A %B %L %P %S %X %Y"
        return "if test -x \(program); then \(program) \(words); "
            + "elif command -v git-metaissue >/dev/null 2>&1; then git-metaissue \(words); "
            + "else git merge-file --marker-size=%L -L ours -L base -L theirs %A %O %B; fi"
    }

    /// How the driver stands in this clone.
    public func state() async throws -> State {
        guard let there = try await value("driver") else { return .absent }
        if there == command { return .installed }
        return there.contains("merge-driver %O %A %B") ? .outdated : .foreign
    }

    /// Configures the driver.
    ///
    /// - Returns: true when something was written.
    /// - Throws: ``Failure`` where another command has its name.
    public func install() async throws -> Bool {
        switch try await state() {
        case .installed: return false
        case .foreign:
            throw Failure(
                "merge.metaissue.driver is set to something else",
                advice: "see it with: git config --show-origin merge.metaissue.driver")
        case .absent, .outdated:
            try ConfigurationEnd.remember(in: place)
            try await place.git.need(["config", "--local", "\(Self.section).name", Self.title])
            try await place.git.need(["config", "--local", "\(Self.section).driver", command])
            return true
        }
    }

    /// What ``uninstall()`` did.
    public struct Removal: Sendable {
        /// True when the configuration had the driver.
        public var wasConfigured = false
        /// Files that were written by ``writeAttributes(extends:)`` and never committed.
        public var files: [String] = []
    }

    /// Takes the driver out of the configuration again; what else stands in its section stays.
    public func uninstall() async throws -> Removal {
        var removal = Removal()
        removal.files = try await removeUntracked()
        let state = try await state()
        guard state == .installed || state == .outdated else { return removal }
        removal.wasConfigured = true
        let keys = try await place.git.need(
            ["config", "--local", "--name-only", "--null", "--get-regexp", "^merge\\.metaissue\\."]
        ).fields
        if Set(keys) == ["\(Self.section).name", "\(Self.section).driver"] {
            try await ConfigurationSection.remove(Self.section, in: place)
        } else {
            for key in ["name", "driver"] where keys.contains("\(Self.section).\(key)") {
                try await place.git.need(["config", "--local", "--unset-all", "\(Self.section).\(key)"])
            }
        }
        try ConfigurationEnd.restore(in: place)
        return removal
    }

    /// Removes attribute files that are as they were written and that git does not know.
    private func removeUntracked() async throws -> [String] {
        guard let root = place.workTree else { return [] }
        var removed: [String] = []
        for (saga, state) in try attributes() where state == .present {
            let path = "\(root)/\(saga.attributesPath)"
            guard !Files.isLink(path), try Files.read(path) == SagaAttributes.bytes else { continue }
            let known = try await place.git.need(
                ["ls-files", "-z", "--", ":(top,literal)\(saga.attributesPath)"])
            guard known.output.isEmpty else { continue }
            try Files.remove(path)
            removed.append(saga.attributesPath)
        }
        return removed
    }

    /// A key of the local configuration; nil when it is not set there.
    private func value(_ key: String) async throws -> String? {
        let answer = try await place.git.run(["config", "--local", "--get", "\(Self.section).\(key)"])
        return answer.status == 0 ? answer.text : nil
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
