import AttemptHistory
import Documents
import GitStore

/// `git metaissue push`: this clone's anchors go to a remote.
///
/// Never by force unless asked: where the remote's anchor has commits that this clone's lacks, somebody else worked
/// there, and both stay as they are.
public struct AnchorPush {
    /// What the user said.
    public struct Request: Sendable {
        /// The remote; nil: the one that git would push to.
        public var remote: String?
        /// Only this saga's anchors.
        public var saga: String?
        /// Takes away on the remote what nothing needs there.
        public var prunes: Bool
        /// Replaces anchors that went elsewhere, where the remote still has what the last fetch or push saw.
        public var forces: Bool
        /// Only tells.
        public var isDryRun: Bool

        /// A request to push.
        public init(remote: String?, saga: String?, prunes: Bool, forces: Bool, isDryRun: Bool) {
            self.remote = remote
            self.saga = saga
            self.prunes = prunes
            self.forces = forces
            self.isDryRun = isDryRun
        }
    }

    private let request: Request
    private let workspace: Workspace
    private let remote: AnchorRemote
    /// The anchors here.
    private let here: [String: ObjectID]
    /// What is known of the remote's.
    private let known: [String: ObjectID]

    /// Brings the anchors here up to their branches, and pushes them.
    ///
    /// - Throws: ``Failure`` when the remote cannot be pushed to at all.
    public static func run(_ request: Request, in directory: String) async throws -> AnchorExchange {
        let workspace = try await Workspace.open(directory)
        let remote = try AnchorRemote.choose(request.remote, for: .push, saga: request.saga, in: workspace)
        if !request.isDryRun { try Anchors.refresh(in: workspace) }
        let push = AnchorPush(
            request: request, workspace: workspace, remote: remote,
            here: try remote.references(under: AnchorRemote.local),
            known: try remote.references(under: remote.tracking))
        return try await push.run()
    }

    private var git: Git { workspace.place.git }

    private func run() async throws -> AnchorExchange {
        var anchors: [SharedAnchor] = []
        if !here.isEmpty {
            let pattern = AnchorRemote.local + remote.scope + "*"
            let answers = try await push(["\(pattern):\(pattern)"])
            anchors = try await settle(answers)
        }
        if request.prunes { anchors += try await prune() }
        return AnchorExchange(remote: remote.name, count: here.count, anchors: anchors.sorted { $0.name < $1.name })
    }

    // MARK: What git says

    /// One line of `git push --porcelain`.
    private struct Answer {
        let name: String
        let flag: Character
        let summary: String
    }

    /// Pushes, and reads git's answer for each anchor.
    private func push(_ refspecs: [String], leases: [String] = []) async throws -> [Answer] {
        let dry = request.isDryRun ? ["--dry-run"] : []
        let result = try await git.run(remote.options(.push) + dry + leases + ["--", remote.name] + refspecs)
        let lines = result.text.split(separator: "\n")
        let answers = lines.compactMap { line -> Answer? in
            let fields = line.split(separator: "\t", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3, let flag = fields[0].first, let colon = fields[1].lastIndex(of: ":"),
                let name = String(fields[1][fields[1].index(after: colon)...]).dropping(AnchorRemote.local)
            else { return nil }
            return Answer(name: name, flag: flag, summary: String(fields[2]))
        }
        guard result.status == 0 || !answers.isEmpty else {
            throw Git.failure(["push"], result, advice: AnchorRemote.unreachable)
        }
        return answers
    }

    /// What became of each anchor; what the remote has now is noted.
    private func settle(_ answers: [Answer]) async throws -> [SharedAnchor] {
        var noted: [String: ObjectID?] = [:]
        var anchors: [SharedAnchor] = []
        var stopped: [Answer] = []
        for answer in answers {
            guard let id = here[answer.name] else { continue }
            switch answer.flag {
            case "!": stopped.append(answer)
            case "=": noted[answer.name] = id
            default:
                noted[answer.name] = id
                let isNew = answer.flag == "*"
                let old = isNew ? nil : known[answer.name]
                let outcome: SharedAnchor.Outcome = isNew ? .new : answer.flag == "+" ? .replaced : .moved
                anchors.append(SharedAnchor(answer.name, before: old, after: id, outcome))
            }
        }
        if !request.isDryRun { try await remote.note(noted, known: known) }
        if !stopped.isEmpty { anchors += try await explain(stopped) }
        return anchors
    }

    /// Why git did not move some anchors: the remote's one is ahead, went elsewhere, or was refused.
    private func explain(_ stopped: [Answer]) async throws -> [SharedAnchor] {
        let address = try await git.need(["remote", "get-url", "--push", "--", remote.name]).text
        let there = try await remote.listing(at: address.split(separator: "\n").first.map(String.init))
        var anchors: [SharedAnchor] = []
        var leases: [String: ObjectID] = [:]
        for answer in stopped {
            guard let id = here[answer.name] else { continue }
            guard !answer.summary.contains("[remote rejected]"), let other = there[answer.name] else {
                anchors.append(SharedAnchor(answer.name, before: nil, after: id, .refused(answer.summary)))
                continue
            }
            if remote.contains(other, id) == true {
                anchors.append(SharedAnchor(answer.name, before: other, after: id, .behind))
            } else if request.forces, known[answer.name] == other {
                leases[answer.name] = other
            } else {
                anchors.append(SharedAnchor(answer.name, before: other, after: id, .diverged))
            }
        }
        if !leases.isEmpty { anchors += try await replace(leases) }
        return anchors
    }

    /// Pushes by force what still is where this clone last saw it.
    private func replace(_ leases: [String: ObjectID]) async throws -> [SharedAnchor] {
        let names = leases.keys.sorted()
        let answers = try await push(
            names.map { "\(AnchorRemote.local)\($0):\(AnchorRemote.local)\($0)" },
            leases: names.map { "--force-with-lease=\(AnchorRemote.local)\($0):\(leases[$0] ?? .zero)" })
        var noted: [String: ObjectID?] = [:]
        var anchors: [SharedAnchor] = []
        for answer in answers {
            guard let id = here[answer.name] else { continue }
            let isDone = answer.flag != "!"
            if isDone { noted[answer.name] = id }
            anchors.append(
                SharedAnchor(
                    answer.name, before: leases[answer.name], after: id,
                    isDone ? .replaced : answer.summary.contains("stale info") ? .diverged : .refused(answer.summary)))
        }
        if !request.isDryRun { try await remote.note(noted, known: known) }
        return anchors
    }

    // MARK: Pruning

    /// Takes away on the remote the anchors of attempts that nobody knows here any more (renumbered, forgotten), as long
    /// as another reference of the remote keeps their commits.
    private func prune() async throws -> [SharedAnchor] {
        let there = try await remote.listing()
        let strangers = there.filter { here[$0.key] == nil }
        guard !strangers.isEmpty else { return [] }
        let numbers = try knownNumbers()
        let unknown = strangers.filter { !numbers.contains($0.key) }
        let keepers =
            try workspace.place.repository.references(under: ["refs/remotes/\(remote.name)/"]).map(\.target)
            + there.filter { unknown[$0.key] == nil }.map(\.value)
        var anchors: [SharedAnchor] = []
        var leases: [String: ObjectID] = [:]
        for (name, id) in unknown {
            if keepers.contains(where: { remote.contains($0, id) == true }) {
                leases[name] = id
            } else {
                anchors.append(SharedAnchor(name, before: id, after: id, .kept))
            }
        }
        guard !leases.isEmpty else { return anchors }
        let names = leases.keys.sorted()
        let answers = try await push(
            names.map { ":\(AnchorRemote.local)\($0)" },
            leases: names.map { "--force-with-lease=\(AnchorRemote.local)\($0):\(leases[$0] ?? .zero)" })
        var noted: [String: ObjectID?] = [:]
        for answer in answers {
            let isDone = answer.flag != "!"
            if isDone { noted.updateValue(nil, forKey: answer.name) }
            anchors.append(
                SharedAnchor(
                    answer.name, before: leases[answer.name], after: nil, isDone ? .pruned : .refused(answer.summary)))
        }
        if !request.isDryRun { try await remote.note(noted, known: known) }
        return anchors
    }

    /// The attempts that record or branches know, as anchors are called.
    private func knownNumbers() throws -> Set<String> {
        var found: Set<String> = []
        for saga in workspace.registry.sagas {
            let mainline = try workspace.mainline(of: saga)
            let numbers = try workspace.visibleRecord(on: mainline).record(of: saga).numbers
            found.formUnion(numbers.map { "\(saga.id)/\(AttemptNumber.text($0))" })
        }
        let remotes = try workspace.place.repository.remoteNames().sorted { $0.utf8.count > $1.utf8.count }
        for reference in try workspace.place.repository.references(under: ["refs/heads/", "refs/remotes/"]) {
            let short =
                reference.name.dropping("refs/heads/")
                ?? remotes.lazy.compactMap { reference.name.dropping("refs/remotes/\($0)/") }.first
            guard let short, let name = AttemptBranchName(short) else { continue }
            for saga in workspace.registry.sagas where saga.prefix == name.prefix {
                found.insert("\(saga.id)/\(AttemptNumber.text(name.number))")
            }
        }
        return found
    }
}
