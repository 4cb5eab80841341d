import AttemptHistory
import Documents
import GitStore

/// The remote that anchors are shared with, and what they are called on both sides.
///
/// Here they are `refs/metaissue/<saga>/<NNN>`, and so they are there; what a remote has is kept here below
/// `refs/metaissue-remote/<remote>/`. Refspecs are given on the command line only: a `remote.<name>.push` in the user's
/// configuration would make plain `git push` skip the branch (HOOKS-AND-RECORDS.md, decision 5).
struct AnchorRemote {
    /// What the remote is asked for; git's defaults differ.
    enum Direction {
        case push
        case fetch
    }

    static let local = "refs/metaissue/"
    /// Where this clone keeps what remotes have, by their names.
    static let trackings = "refs/metaissue-remote/"

    let name: String
    let place: Place
    /// The saga that it is about, `<id>/`; empty for all.
    let scope: String

    /// Where this clone keeps the remote's anchors.
    var tracking: String { "\(Self.trackings)\(name)/" }

    /// The remote that was named, or the one git would choose on this branch; where git would fall back to an `origin`
    /// that is not there, the only one.
    ///
    /// - Throws: ``Failure`` when there is no such remote, or none can be chosen.
    static func choose(
        _ name: String?, for direction: Direction, saga: String?, in workspace: Workspace
    ) throws -> AnchorRemote {
        let place = workspace.place
        let known = try place.repository.remoteNames().sorted()
        let scope = try saga.map { "\(try workspace.saga(named: $0).id)/" } ?? ""
        let chosen = try name ?? standard(direction, among: known, in: workspace)
        guard known.contains(chosen) else {
            throw Failure(
                "there is no remote '\(MarkdownText.terminalSafe(chosen))'",
                advice: known.isEmpty
                    ? "make one with: git remote add origin <url>"
                    : "the remotes here are: " + known.map(MarkdownText.terminalSafe).joined(separator: ", "))
        }
        return AnchorRemote(name: chosen, place: place, scope: scope)
    }

    private static func standard(
        _ direction: Direction, among known: [String], in workspace: Workspace
    ) throws -> String {
        let configuration = workspace.place.configuration
        var branch: String?
        switch workspace.head {
        case .branch(let reference, _), .unborn(let reference): branch = reference.dropping("refs/heads/")
        case .detached: break
        }
        var candidates: [String?] = []
        if direction == .push {
            candidates.append(branch.flatMap { configuration.value("branch.\($0).pushremote") })
            candidates.append(configuration.value("remote.pushdefault"))
        }
        candidates.append(branch.flatMap { configuration.value("branch.\($0).remote") })
        // "." is this repository.
        if let named = candidates.compactMap({ $0 }).first(where: { $0 != "." }) { return named }
        if known.contains("origin") { return "origin" }
        guard let only = known.first, known.count == 1 else {
            throw Failure(
                known.isEmpty ? "there is no remote" : "which remote?",
                advice: known.isEmpty
                    ? "make one with: git remote add origin <url>"
                    : "name one of: " + known.map(MarkdownText.terminalSafe).joined(separator: ", "))
        }
        return only
    }

    /// Options that keep a push or fetch to the refspecs it is given.
    func options(_ direction: Direction) -> [String] {
        // A mirror refuses refspecs; its own push shares everything anyway.
        let mirror = place.configuration.flag("remote.\(name).mirror") == true
        let plain = mirror ? ["-c", "remote.\(name).mirror=false"] : []
        switch direction {
        case .push: return plain + ["push", "--porcelain", "--no-follow-tags", "--recurse-submodules=no"]
        case .fetch:
            return plain + [
                "fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--recurse-submodules=no",
                "--refmap=",
            ]
        }
    }

    /// The anchors that the remote has, by what follows `refs/metaissue/`.
    ///
    /// - Parameter address: the remote's name, or a URL of it.
    func listing(at address: String? = nil) async throws -> [String: ObjectID] {
        let answer = try await place.git.need(
            ["ls-remote", "--refs", "--", address ?? name, Self.local + scope + "*"], advice: Self.unreachable)
        var found: [String: ObjectID] = [:]
        for line in answer.text.split(separator: "\n") {
            let halves = line.split(separator: "\t", maxSplits: 1)
            guard halves.count == 2, let id = ObjectID(hex: halves[0]),
                let rest = String(halves[1]).dropping(Self.local + scope)
            else { continue }
            found[scope + rest] = id
        }
        return found
    }

    static let unreachable = "is the remote reachable, and may you use it?"

    /// The anchors below a prefix of this repository, by what follows it.
    func references(under prefix: String) throws -> [String: ObjectID] {
        let others = try place.repository.remoteNames().filter { $0 != name && $0.hasPrefix("\(name)/") }
            .map { "refs/metaissue-remote/\($0)/" }
        var found: [String: ObjectID] = [:]
        for reference in try place.repository.references(under: [prefix + scope])
        where !others.contains(where: { reference.name.hasPrefix($0) }) {
            found[String(reference.name.dropFirst(prefix.count))] = reference.target
        }
        return found
    }

    /// Sets what is known of the remote's anchors; nil takes one away. By compare and swap: what another process
    /// learned at this moment stays.
    func note(_ changes: [String: ObjectID?], known: [String: ObjectID]) async throws {
        let lines = changes.sorted { $0.key < $1.key }.compactMap { name, id -> String? in
            guard known[name] != id else { return nil }
            let old = known[name] ?? .zero
            return id.map { "update \(tracking)\(name) \($0) \(old)\n" } ?? "delete \(tracking)\(name) \(old)\n"
        }
        guard !lines.isEmpty else { return }
        try await place.git.need(
            ["update-ref", "--stdin"], input: Array(lines.joined().utf8), advice: "git metaissue fetch learns them anew"
        )
    }

    /// Whether `commit` contains `other`; nil when that cannot be told because one of them is not here.
    func contains(_ commit: ObjectID, _ other: ObjectID) -> Bool? {
        if commit == other { return true }
        let repository = place.repository
        guard repository.peelToCommit(commit) != nil, repository.peelToCommit(other) != nil else { return nil }
        return try? repository.isAncestor(other, of: commit)
    }
}

/// What became of one anchor when it was shared.
public struct SharedAnchor: Sendable {
    /// What happened.
    public enum Outcome: Sendable, Equatable {
        /// It was not there before.
        case new
        /// It moved on.
        case moved
        /// It went to a commit that does not contain where it was.
        case replaced
        /// The remote's one contains this clone's: nothing to push.
        case behind
        /// Push only: the remote's one has commits that this clone's lacks.
        case diverged
        /// Push only: the remote said no.
        case refused(String)
        /// It was taken away.
        case pruned
        /// `--prune` left it: nothing else on the remote keeps its commits.
        case kept
    }

    /// The saga and the number: `slow-service/001`.
    public let name: String
    /// Where it was; nil when it was not there.
    public let before: String?
    /// Where it is now; nil when it was taken away.
    public let after: String?
    /// What happened.
    public let outcome: Outcome

    init(_ name: String, before: ObjectID?, after: ObjectID?, _ outcome: Outcome) {
        self.name = name
        self.before = before?.hex
        self.after = after?.hex
        self.outcome = outcome
    }
}

/// What a push or fetch of anchors did.
public struct AnchorExchange: Sendable {
    /// The remote.
    public let remote: String
    /// How many anchors there were to share.
    public let count: Int
    /// Those that something happened to, by name.
    public let anchors: [SharedAnchor]
    /// Numbers that several attempts have now, with the ids of their sagas.
    public var clashes: [(saga: String, clash: NumberClash)] = []

    /// True when an anchor could not be pushed.
    public var hasRefusals: Bool {
        anchors.contains { anchor in
            if case .refused = anchor.outcome { return true }
            return anchor.outcome == .diverged
        }
    }
}
