import AttemptHistory
import Documents
import GitStore

/// The numbers that must not be given to another attempt of a saga, wherever this clone can see them: documents here and
/// on remotes, in every worktree and in every earlier version on the mainline; branches and remote-tracking branches;
/// anchors of this and other clones; record commits; tombstones. Asked with the lock held.
struct TakenNumbers {
    /// What has more than nine digits is nobody's attempt.
    private static let limit = 1_000_000_000

    let all: Set<Int>

    init(_ saga: Saga, in session: WriteSession) throws {
        let workspace = session.workspace
        let mainline = try workspace.mainline(of: saga)
        let repository = workspace.place.repository
        let examination = try Examination([saga], in: workspace, purpose: .status)
        var numbers = Set(examination.parts.first { $0.saga == saga }?.subjects.map(\.number) ?? [])
        var records = [
            try workspace.visibleRecord(on: mainline).record(of: saga),
            try workspace.committedRecord(on: mainline).record(of: saga),
        ]
        for remote in try workspace.remoteMainlines(mainline) {
            // Another team's documents may be damaged; their folders still count.
            if let record = try? SagaRecord(saga, atCommit: remote.target, repository) { records.append(record) }
        }
        for record in records {
            numbers.formUnion(record.numbers)
            numbers.formUnion(record.tombstones.keys)
            numbers.formUnion(record.declarations.values.flatMap(\.formerly))
        }
        for worktree in session.worktrees.all {
            let names = Files.names(in: "\(worktree.path)/\(saga.attemptsPath)")
            numbers.formUnion(names.compactMap { SagaRecord.number(ofFolder: $0) })
        }
        let walk = try workspace.history(of: mainline)
        for commit in try walk.recordCommits() where commit.saga == saga.id {
            if let number = commit.attempt { numbers.insert(number) }
        }
        numbers.formUnion(try RecordHistory(saga, on: walk, references: []).allNumbers())
        all = numbers.filter { $0 < Self.limit }
    }

    /// One more than the highest.
    func next() -> Int { (all.max() ?? 0) + 1 }
}

extension Workspace {
    /// The mainline as remotes have it, as far as it was fetched, where it differs.
    func remoteMainlines(_ mainline: MainlineBranch) throws -> [Reference] {
        try place.repository.references(under: ["refs/remotes/"])
            .filter { $0.name.hasSuffix("/\(mainline.name)") && $0.target != mainline.tip }
    }
}
