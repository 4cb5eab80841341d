import AttemptHistory
import Documents
import GitStore

/// Brings back what an identified reversal removed from the record: an attempt's folder and its section, as they stood
/// at the reversal's first parent (HOOKS-AND-RECORDS.md, decision 4). Nothing else is ever brought back unasked.
struct Restoration {
    /// One file that a reversal changed or removed.
    private struct File {
        let path: String
        let before: [UInt8]
        let after: [UInt8]?
    }

    /// One log section that a reversal changed or removed.
    private struct Section {
        let number: Int
        /// The whole log before, whose rows come back with the section.
        let before: ImplementationLog
        let old: [UInt8]
        let new: [UInt8]?
    }

    private let saga: Saga
    private var files: [File] = []
    private var sections: [Section] = []
    private var rows: [(number: Int, before: HubDocument)] = []

    /// Looks through the reversals of every attempt of a saga.
    init(_ part: Examination.Part, saga: Saga, in workspace: Workspace) throws {
        self.saga = saga
        let repository = workspace.place.repository
        let walk = try workspace.history(of: part.mainline)
        for facts in part.facts {
            let steps = try facts.reversals.flatMap {
                try walk.revertSeries(
                    around: $0.commits, of: facts.landingSteps, naming: part.naming, number: facts.number)
            }
            // The last one is undone first: what it left is what the one before it had made.
            for commit in steps.reversed() {
                let reversal = try repository.commit(commit)
                guard let parent = reversal.parents.first else { continue }
                let before = try repository.commit(parent)
                try collectFiles(of: facts.number, before, reversal, besides: Set(steps), walk, repository)
                try collectSection(of: facts.number, before, reversal, repository)
            }
        }
    }

    private mutating func collectFiles(
        of number: Int, _ before: Commit, _ after: Commit, besides reversal: Set<ObjectID>, _ walk: Mainline,
        _ repository: Repository
    ) throws {
        let old = RecordSource.commit(before, in: repository)
        for name in try saga.attemptFolders(in: old) {
            guard SagaRecord.number(ofFolder: name) == number else { continue }
            let folder = "\(saga.attemptsPath)/\(name)"
            let existing = try repository.files(below: folder, in: before.tree)
            let remaining = try repository.files(below: folder, in: after.tree)
            for (path, entry) in existing where remaining[path] != entry {
                // Whoever touched the path since has decided about it.
                guard try walk.steps(after: after.id, changing: path).allSatisfy(reversal.contains) else { continue }
                files.append(
                    File(
                        path: path, before: try repository.blob(entry.id),
                        after: try remaining[path].map { try repository.blob($0.id) }))
            }
        }
    }

    private mutating func collectSection(
        of number: Int, _ before: Commit, _ after: Commit, _ repository: Repository
    ) throws {
        func versions(_ commit: Commit) throws -> (log: ImplementationLog?, hub: HubDocument?) {
            let source = RecordSource.commit(commit, in: repository)
            return (
                try source.bytes(at: saga.logPath).map { ImplementationLog(bytes: $0) },
                try source.bytes(at: saga.hubPath).map { HubDocument(bytes: $0) }
            )
        }
        let paths = [saga.logPath, saga.hubPath]
        let untouched = try paths.allSatisfy { path in
            try repository.entry(at: path, in: before.tree) == repository.entry(at: path, in: after.tree)
        }
        if untouched { return }
        let old = try versions(before)
        let new = try versions(after)
        if let log = old.log, let section = log.section(number), new.log?.section(number) != section {
            sections.append(Section(number: number, before: log, old: section, new: new.log?.section(number)))
        }
        if let hub = old.hub, hub.attempts.contains(where: { $0.number == number }),
            let now = new.hub, !now.attempts.contains(where: { $0.number == number })
        {
            rows.append((number, hub))
        }
    }

    /// The attempt files to write so that what was removed is back, for one version of the record. A file that people
    /// changed since is left alone.
    func restoredFiles(in source: RecordSource) throws -> [String: [UInt8]] {
        var contents: [String: [UInt8]] = [:]
        for file in files where try contents[file.path] ?? source.bytes(at: file.path) == file.after {
            contents[file.path] = file.before
        }
        return contents
    }

    /// The log with removed sections and their rows put back; a section that people changed since is left alone.
    func restoredLog(_ bytes: [UInt8]) -> [UInt8] {
        sections.reduce(bytes) { bytes, section in
            let log = ImplementationLog(bytes: bytes)
            guard let now = log.section(section.number) else {
                return section.new == nil ? log.restoringAttempt(section.number, from: section.before) : bytes
            }
            return now == section.new ? log.replacingSection(section.number, with: section.old) : bytes
        }
    }

    /// The hub with removed rows put back.
    func restoredHub(_ bytes: [UInt8]) -> [UInt8] {
        rows.reduce(bytes) { HubDocument(bytes: $0).restoringAttempt($1.number, from: $1.before) }
    }
}

extension Repository {
    /// All blobs below a folder of a tree, by full path. Symbolic links and submodules are left out.
    func files(below folder: String, in tree: ObjectID) throws -> [String: TreeEntry] {
        guard let top = try entry(at: folder, in: tree), top.isTree else { return [:] }
        var found: [String: TreeEntry] = [:]
        var pending = [(folder, top.id)]
        while let (path, id) = pending.popLast() {
            for entry in try self.tree(id) {
                let name = "\(path)/\(String(decoding: entry.name, as: UTF8.self))"
                if entry.isTree { pending.append((name, entry.id)) }
                if entry.mode == FileMode.file || entry.mode == FileMode.executable { found[name] = entry }
            }
        }
        return found
    }
}
