import GitStore

/// A commit that an attempt owns, with what it changes outside the record.
struct OwnCommit {
    let id: ObjectID
    let tree: ObjectID
    let subject: String
    let author: Signature
    let authorKey: UInt64
    /// Its delta against its first parent, less the record.
    let transitions: [PathTransition]
    /// The mainline step that contains it by ancestry.
    let mergedAt: Int?

    var authorTime: GitTime { author.time }
}

/// An attempt with everything that the rules compare: its own commits, its footprint, where it began.
struct ExaminedAttempt {
    let saga: Int
    let subject: AttemptSubject
    let naming: SagaNaming
    let lineage: Lineage
    /// Own commits that touch something besides the record (empty ones included), parents before children.
    let commits: [OwnCommit]
    /// The own commit that recorded its start, where the record is kept on the branch.
    let stub: ObjectID?
    /// The net change from the base to the tip, less the record.
    let footprint: [PathTransition]
    /// The net change of the own commits alone, when others' commits lie below them; else the footprint.
    let ownFootprint: [PathTransition]
    /// The step where a person settled that it landed; nil where nobody did, or the mainline has no such commit.
    let settledStep: Int?
    /// What that step changes of this attempt's paths; of all paths but the record where it touches none of those.
    let settledChange: [PathTransition]
    /// The mainline steps by which the record says that it landed, where history may not know; oldest first.
    let recordedParts: [LandedPart]

    var number: Int { subject.number }

    /// The first step that can have landed it.
    var firstStep: Int {
        let named = [settledStep, recordedParts.first?.step].compactMap { $0 }.min()
        // Of an attempt that nothing is known of, what was said is all there is to look at.
        if let named, footprint.isEmpty { return named }
        return min((lineage.base ?? -1) + 1, named ?? .max)
    }

    /// What the steps change that a person or the record names as its landing.
    var namedChange: [PathTransition] { settledChange + recordedParts.flatMap(\.transitions) }

    /// Composes consecutive changes to the first old and the last new version of every path; paths that end as they
    /// began are left out.
    static func composed(_ commits: some Sequence<OwnCommit>) -> [PathTransition] {
        var net: [PathTable.ID: PathTransition] = [:]
        for commit in commits {
            for change in commit.transitions {
                net[change.path] = PathTransition(
                    path: change.path, old: net[change.path]?.old ?? change.old, new: change.new)
            }
        }
        return net.values.filter { $0.old != $0.new }.sorted { $0.path < $1.path }
    }
}

extension ExaminedAttempt {
    /// Reads the own commits' deltas and the footprint of a lineage.
    init(
        lineage: Lineage, saga: DiscoveredSaga, mainline: Mainline, reader: TreeDeltaReader
    ) throws(GitStoreError) {
        let repository = mainline.repository
        let subject = saga.attempts[lineage.attempt]
        var record = RecordPaths(reader.paths, naming: saga.naming, number: subject.number)
        var commits: [OwnCommit] = []
        var stub: ObjectID?
        for id in lineage.commits {
            let commit = try repository.commit(id)
            let outline = try repository.commitOutline(id)
            var parentTree: ObjectID?
            if let parent = commit.parents.first { parentTree = try repository.commitOutline(parent).tree }
            let all = try reader.transitions(from: parentTree, to: commit.tree, scope: .everything)
            let outside = all.filter { !record.contains($0.path) }
            // A commit of the record alone is not counted; one that changes nothing at all is.
            guard all.isEmpty || !outside.isEmpty else {
                let record = RecordCommit(message: commit.message, commit: id, step: 0)
                let isOwn =
                    record?.attempt == subject.number
                    || saga.naming.places[subject.number]?.formerStarts.contains(id) == true
                if record?.event == .start, record?.saga == saga.naming.id, isOwn {
                    stub = id
                }
                continue
            }
            commits.append(
                OwnCommit(
                    id: id, tree: commit.tree, subject: commit.subject, author: commit.author,
                    authorKey: outline.authorKey, transitions: outside, mergedAt: lineage.mergedAt[id]))
        }
        var footprint: [PathTransition] = []
        if let tip = lineage.tip?.commit, !lineage.commits.isEmpty || lineage.place == .open {
            let base = lineage.base.map { mainline.steps[$0].tree }
            let tree = try repository.commitOutline(tip).tree
            footprint = try reader.transitions(from: base, to: tree, scope: .everything)
                .filter { !record.contains($0.path) }.sorted { $0.path < $1.path }
        }
        self.saga = lineage.saga
        self.subject = subject
        naming = saga.naming
        self.lineage = lineage
        self.commits = commits
        self.stub = stub
        self.footprint = footprint
        let isAlone = lineage.stackedOn.isEmpty && !lineage.beganOnSideWork
        ownFootprint = isAlone ? footprint : Self.composed(commits)
        settledStep = subject.settlement.flatMap { Self.step(of: $0, on: mainline) }
        var settled: [PathTransition] = []
        if let settledStep {
            let trees = mainline.trees(of: settledStep)
            settled = try reader.transitions(from: trees.before, to: trees.after, scope: .everything)
                .filter { !record.contains($0.path) }.sorted { $0.path < $1.path }
            let own = Set((footprint + commits.flatMap(\.transitions)).map(\.path))
            let shared = settled.filter { own.contains($0.path) }
            if !shared.isEmpty { settled = shared }
        }
        settledChange = settled
        recordedParts =
            subject.recordedLandings.isEmpty
            ? []
            : try RecordedParts(mainline: mainline, reader: reader, naming: saga.naming).parts(
                of: subject, lineage, isWorking: commits.contains { !$0.transitions.isEmpty })
    }

    private static func step(of settlement: Settlement, on mainline: Mainline) -> Int? {
        guard case .landed(let commit) = settlement.word else { return nil }
        return mainline.reach(of: commit).map { Int($0.step) }
    }
}

extension ExaminedAttempt {
    /// What a mainline step changes outside the record: the record's files come and go with a landing and say nothing
    /// of code.
    func codeDelta(of step: Int, in history: History) throws(GitStoreError) -> [PathTransition] {
        var record = RecordPaths(history.paths, naming: naming, number: subject.number)
        let whole = try history.wholeDelta(of: step)
        return whole.filter { !record.contains($0.path) }
    }
}
