import GitStore

/// What a survey rests on besides references and settings: as long as new mainline commits leave it alone, the survey
/// stays true.
struct SurveyFooting {
    /// A reflog that was asked.
    struct Log {
        /// Its full reference name.
        let reference: String
        /// How many bytes were read.
        let length: Int
        /// A hash of them.
        let digest: ObjectID
        /// True when what is added at its end changes no answer: the mainline's own.
        let mayGrow: Bool
    }

    /// The mainline's tip.
    var mainlineTip: ObjectID
    /// Hashes of the paths that any rule looked at, sorted.
    var paths: [UInt64] = []
    /// Commits outside the mainline that answers depend on, sorted.
    var commits: [ObjectID] = []
    /// Hashes of the subjects of attempts' commits, sorted: a commit with the same subject beside a landing takes away
    /// what that subject proved (``CoincidenceGuard``).
    var subjects: [UInt64] = []
    /// Tips that neither a reference nor the mainline keeps from being cleared away, sorted: they have to be here still.
    var unheld: [ObjectID] = []
    /// The reflogs that were asked.
    var logs: [Log] = []

    init(mainlineTip: ObjectID) { self.mainlineTip = mainlineTip }

    /// Whether what it rests on besides the mainline is as it was: the reflogs say what they said, and tips that nothing
    /// keeps are here still.
    func stands(in repository: Repository) -> Bool {
        let logsStand = logs.allSatisfy { log in
            let now = repository.rawReflog(of: log.reference)
            guard log.mayGrow ? now.count >= log.length : now.count == log.length else { return false }
            return Repository.digest(now.prefix(log.length)) == log.digest
        }
        return logsStand && unheld.allSatisfy { repository.contains($0) }
    }

    /// Whether the mainline has only moved on, from the tip that the survey saw to `tip`, by commits that bring nothing
    /// in that any answer could depend on: no merge, nothing of an attempt, no record of a start, no message that names an
    /// attempt or has the subject of one's commit, no revert that changes a record; and where one touches an attempt's
    /// path, none of the lines that are at stake (``SurveyContent``).
    ///
    /// - Parameters:
    ///   - folders: the sagas' folders.
    ///   - content: what the attempts changed; asked for only when a commit touches one of their paths.
    func stands(
        at tip: ObjectID, folders: [String], in repository: Repository, content: () -> SurveyContent?
    ) -> Bool {
        let records = folders.map { Array("\($0)/".utf8) }
        let graph = CommitGraph(repository: repository) { Mainline.Mentions(scanning: $0).rawValue }
        let reader = TreeDeltaReader(repository: repository, paths: PathTable())
        var node = graph.node(of: tip)
        for _ in 0..<Self.longestAdvance {
            if graph.id(of: node) == mainlineTip { return true }
            guard let parents = try? graph.parents(of: node), parents.count == 1,
                let after = try? graph.tree(of: node), let before = try? graph.tree(of: parents[0]),
                let details = try? graph.details(of: node), !contains(graph.id(of: node)),
                saysNothing(Mainline.Mentions(rawValue: details.marks), graph.id(of: node), repository),
                let changes = try? reader.transitions(from: before, to: after, scope: .everything)
            else { return false }
            let mentions = Mainline.Mentions(rawValue: details.marks)
            let made = changes.map { SurveyContent.Change($0, reader.paths) }
            if mentions.contains(.reversal), touches(records, changes, reader.paths) { return false }
            if made.contains(where: { contains($0.path) }) {
                // A message may name what a few lines do not tell.
                guard mentions.isDisjoint(with: [.reversal, .picked, .commitID, .list]), let content = content(),
                    (try? content.mayConcern(made, in: repository)) == false
                else { return false }
            }
            node = parents[0]
        }
        return false
    }

    private func touches(_ folders: [[UInt8]], _ changes: [PathTransition], _ paths: PathTable) -> Bool {
        changes.contains { change in
            let path = paths.bytes(of: change.path)
            return folders.contains { path.starts(with: $0) }
        }
    }

    /// Further than this a new survey is made.
    private static let longestAdvance = 64

    private func saysNothing(_ mentions: Mainline.Mentions, _ id: ObjectID, _ repository: Repository) -> Bool {
        if mentions.contains(.attempt), !mentions.contains(.record) { return false }
        guard let message = try? repository.commit(id).message else { return false }
        guard !StepMessage(message).subjects.contains(where: { Self.contains(subjects, Self.hash($0.utf8)) }) else {
            return false
        }
        guard mentions.contains(.record) else { return true }
        guard MergeMessage(message).branches.isEmpty else { return false }
        return RecordCommit(message: message, commit: id, step: 0)?.event != .start
    }

    private func contains(_ id: ObjectID) -> Bool { Self.contains(commits, id) }

    /// Whether a rule looked at the path with this hash.
    private func contains(_ path: UInt64) -> Bool { Self.contains(paths, path) }

    private static func contains<Value: Comparable>(_ sorted: [Value], _ value: Value) -> Bool {
        var (low, high) = (0, sorted.count)
        while low < high {
            let middle = (low + high) / 2
            if sorted[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low < sorted.count && sorted[low] == value
    }

    /// FNV-1a, 64 bits. Two texts with one hash make a survey be made anew without need, nothing worse.
    static func hash(_ text: some Sequence<UInt8>) -> UInt64 {
        text.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    }
}
