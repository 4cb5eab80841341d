/// `git metaissue hooks`: the four hooks of a repository that has none of its own.
public struct HookInstallation {
    /// How one hook stands.
    public enum State: Equatable, Sendable {
        /// Installed, and as this version installs it.
        case installed
        /// Installed by another version or for another binary.
        case outdated
        /// Nothing is there.
        case absent
        /// Another tool's or a person's hook.
        case foreign
        /// Installed, but not executable, so that git passes it over.
        case notActive
        /// Installed, but the program it names is gone; only one in PATH would still be run.
        case binaryMissing
    }

    /// The folder that git takes hooks from.
    public let folder: String
    private let hooksPath: String?
    private let binary: String

    /// Finds the hooks folder.
    ///
    /// - Parameter binary: absolute path of this program, stored in the hooks.
    public init(in directory: String, binary: String) async throws {
        let place = try await Place.find(from: directory)
        let answer = try await place.git.need(["rev-parse", "--path-format=absolute", "--git-path", "hooks"])
        folder = answer.text
        hooksPath = place.configuration.value("core.hookspath")
        self.binary = binary
    }

    /// How each hook stands.
    public func states() throws -> [(event: HookEvent, state: State)] {
        try HookEvent.allCases.map { event in
            guard let bytes = try Files.read(path(event)) else { return (event, .absent) }
            guard let stored = Self.block(in: String(decoding: bytes, as: UTF8.self)) else { return (event, .foreign) }
            guard Files.isExecutable(path(event)) else { return (event, .notActive) }
            if String(stored) == Self.block(in: script(event)).map(String.init) { return (event, .installed) }
            let named = stored.split(separator: "'").dropFirst().first.map(String.init) ?? ""
            return (event, Files.exists(named) ? .outdated : .binaryMissing)
        }
    }

    /// Installs all four hooks, or none.
    ///
    /// - Returns: the events whose hook was written now.
    /// - Throws: ``Failure`` with advice where a foreign hook stands or another tool owns the hooks path.
    public func install() throws -> [HookEvent] {
        if let hooksPath {
            throw Failure(
                "core.hooksPath is set to \(hooksPath), so hooks belong to another tool",
                advice: "add this line to its post-merge, post-commit, post-rewrite and post-checkout hooks: "
                    + "git metaissue hook <event> \"$@\" </dev/null || :")
        }
        let states = try states()
        let foreign = states.filter { $0.state == .foreign }.map(\.event.rawValue)
        guard foreign.isEmpty else {
            throw Failure(
                "\(folder) has hooks of its own: \(foreign.joined(separator: ", "))",
                advice:
                    "add this line to each of them, before any exit: git metaissue hook <event> \"$@\" </dev/null || :")
        }
        let wanted = states.filter { $0.state != .installed }.map(\.event)
        try Files.makeFolder(folder)
        try Files.replace(
            wanted.map { event in
                let old = try Files.read(path(event)).map { String(decoding: $0, as: UTF8.self) }
                return (path(event), Array(withBlock(old, event).utf8))
            }, mode: 0o755)
        return wanted
    }

    /// Removes what ``install()`` wrote; other hooks stay as they are.
    ///
    /// - Returns: the events whose hook was removed.
    public func uninstall() throws -> [HookEvent] {
        let ours = try states().filter { $0.state != .absent && $0.state != .foreign }.map(\.event)
        for event in ours {
            let old = String(decoding: try Files.read(path(event)) ?? [], as: UTF8.self)
            guard let block = Self.block(in: old) else { continue }
            let rest = old[..<block.startIndex] + old[block.endIndex...].dropFirst()
            if rest == Self.shebang {
                try Files.remove(path(event))
            } else {
                try Files.replace([(path(event), Array(rest.utf8))])
            }
        }
        return ours
    }

    /// The whole script where there is none; an older block exchanged where somebody added lines around it.
    private func withBlock(_ old: String?, _ event: HookEvent) -> String {
        let fresh = script(event)
        guard let old, let there = Self.block(in: old), let block = Self.block(in: fresh) else { return fresh }
        return String(old[..<there.startIndex] + block + old[there.endIndex...])
    }

    private static let shebang = "#!/bin/sh\n"

    private func path(_ event: HookEvent) -> String { "\(folder)/\(event.rawValue)" }

    /// The script of `Hooks/`, with the place of this program filled in.
    private func script(_ event: HookEvent) -> String {
        let bytes =
            switch event {
            case .postMerge: PackageResources.post_merge
            case .postCommit: PackageResources.post_commit
            case .postRewrite: PackageResources.post_rewrite
            case .postCheckout: PackageResources.post_checkout
            }
        let quoted = binary.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "'\\''")
        let parts = String(decoding: bytes, as: UTF8.self).split(separator: "@METAISSUE@", maxSplits: 1)
        return parts.joined(separator: quoted)
    }

    private static let opening = "# >>> git-metaissue >>>"
    private static let closing = "# <<< git-metaissue <<<"

    /// The marked block of a script; nil when it has none.
    private static func block(in script: String) -> Substring? {
        guard let start = script.range(of: opening), let end = script.range(of: closing),
            start.lowerBound < end.lowerBound
        else { return nil }
        return script[start.lowerBound..<end.upperBound]
    }
}

extension String {
    /// The first occurrence of another string.
    fileprivate func range(of other: String) -> Range<String.Index>? {
        var start = startIndex
        while start < endIndex {
            if self[start...].hasPrefix(other) { return start..<index(start, offsetBy: other.count) }
            start = index(after: start)
        }
        return nil
    }
}
