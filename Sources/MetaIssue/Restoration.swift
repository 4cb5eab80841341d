import AttemptHistory
import Documents
import GitStore

/// Brings back what an identified reversal removed from the record: an attempt's folder and its section, as they stood
/// at the reversal's first parent (HOOKS-AND-RECORDS.md, decision 4), and what people wrote on its branch in the saga's
/// other documents, description and test cases among them. And what a rewritten mainline dropped of an attempt
/// with commits of its own, as it stood in the last version that this clone saw. Nothing else is ever brought back
/// unasked.
struct Restoration {
    /// One file that a reversal changed or removed.
    private struct File {
        /// The attempt in whose folder it lies; nil for another document of the saga.
        let owner: Int?
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
    /// The reverts that took landings back, with those beside them that took documents alone, by attempt.
    private(set) var reverts: [Int: Set<ObjectID>] = [:]
    private var files: [File] = []
    /// The files that are executable where they come back.
    private(set) var executable: Set<String> = []
    private var sections: [Section] = []
    private var rows: [(number: Int, before: HubDocument)] = []
    /// What a rewritten mainline dropped, with the last version that had it.
    private var dropped: [(number: Int, part: RecordPart, had: RecordSource)] = []

    /// Looks through the reversals of every attempt of a saga.
    init(_ part: Examination.Part, saga: Saga, in workspace: Workspace) throws {
        self.saga = saga
        let committed = try workspace.committedRecord(on: part.mainline)
        var others: [Int: [ObjectID]] = [:]
        for subject in part.subjects where !subject.recordReverts.isEmpty {
            let record = try committed.record(of: saga)
            guard record.folders[subject.number] == nil, record.tombstones[subject.number] == nil else { continue }
            others[subject.number] = subject.recordReverts
        }
        let reversed = part.facts.filter { facts in
            !facts.reversals.isEmpty || (!facts.landings.isEmpty && others[facts.number] != nil)
        }
        // The walk of a long history costs more than everything else that a hook has to do.
        if !reversed.isEmpty { try collectReversed(reversed, others, of: part, in: workspace) }
        try collectDropped(part, committed, in: workspace)
    }

    /// - Parameter others: the reverts that touched the folders of attempts which have none: what landed first and was taken
    ///   back may have landed again in another way, so that history shows that one alone.
    private mutating func collectReversed(
        _ reversed: [AttemptFacts], _ others: [Int: [ObjectID]], of part: Examination.Part, in workspace: Workspace
    ) throws {
        let repository = workspace.place.repository
        let walk = try workspace.history(of: part.mainline)
        for facts in reversed {
            let again = facts.landings.filter(\.isReapplication).map(\.commit)
            var steps = try facts.reversals.flatMap {
                try walk.revertSeries(
                    around: $0.commits, of: facts.landingSteps, reapplications: again, naming: part.naming,
                    number: facts.number)
            }
            if !facts.landings.isEmpty, let others = others[facts.number] {
                let theirs = try others.filter { revert in
                    try !steps.contains(revert) && walk.tookCode(revert, besides: part.naming, number: facts.number)
                }
                steps = try walk.inOrder(steps + theirs)
            }
            reverts[facts.number] = Set(steps)
            let origin = try facts.landingSteps.first.flatMap { try repository.commit($0).parents.first }
                .map { RecordSource.commit(try repository.commit($0), in: repository) }
            // The last one is undone first: what it left is what the one before it had made.
            for commit in steps.reversed() {
                let reversal = try repository.commit(commit)
                guard let parent = reversal.parents.first else { continue }
                let before = try repository.commit(parent)
                try collectFiles(of: facts.number, before, reversal, origin, besides: Set(steps), walk, repository)
                try collectSection(of: facts.number, before, reversal, origin, repository)
            }
        }
    }

    /// An attempt without commits of its own is left out: that its start was undone is a person's word. So is one whose
    /// open branch brings its folder along when it lands again, and would meet what came back: its record began on the
    /// branch, or it wrote on in its folder since.
    private mutating func collectDropped(
        _ part: Examination.Part, _ committed: RecordSource, in workspace: Workspace
    ) throws {
        let working = part.facts.filter { $0.ownCommits?.isEmpty == false }
        guard try SagaRecord.mayLack(working.map(\.number), of: saga, in: committed) else { return }
        let record = try committed.record(of: saga)
        let lacking = working.filter { !record.missingParts(of: $0.number).isEmpty }
        guard !lacking.isEmpty else { return }
        let history = try RecordHistory(saga, on: part.mainline, in: workspace)
        guard history.wasRewritten else { return }
        let repository = workspace.place.repository
        for facts in lacking {
            if try facts.state.isOpen && beganOnBranch(facts, repository) { continue }
            for part in record.missingParts(of: facts.number) {
                guard let departure = try history.departure(of: part, facts.number, since: facts.stub ?? facts.base),
                    departure.removal == nil, try !wroteOn(facts, since: departure.had, repository)
                else { continue }
                dropped.append((facts.number, part, .commit(departure.had, in: repository)))
                if part == .folder {
                    executable.formUnion(
                        try repository.files(below: saga.attemptsPath, in: departure.had.tree).executable)
                }
            }
        }
    }

    /// Whether the attempt's start was recorded without a word in the log.
    private func beganOnBranch(_ facts: AttemptFacts, _ repository: Repository) throws -> Bool {
        guard let start = try facts.stub.map(repository.commit), let parent = start.parents.first else { return false }
        return try repository.entry(at: saga.logPath, in: start.tree)
            == repository.entry(at: saga.logPath, in: repository.commit(parent).tree)
    }

    private func wroteOn(_ facts: AttemptFacts, since had: Commit, _ repository: Repository) throws -> Bool {
        guard facts.state.isOpen, let tip = facts.tip, try tip != had.id && !repository.isAncestor(tip, of: had.id)
        else {
            return false
        }
        let now = try repository.commit(tip)
        let names = try saga.attemptFolders(of: facts.number, in: .commit(now, in: repository))
        return try names.contains { name in
            let folder = "\(saga.attemptsPath)/\(name)"
            let before = try repository.files(below: folder, in: had.tree)
            return try repository.files(below: folder, in: now.tree).contains { before[$0.key] != $0.value }
        }
    }

    /// The attempts of which nothing that went away as a whole comes back: somebody said so.
    func forgotten(in source: RecordSource) throws -> Set<Int> {
        let isNothing = dropped.isEmpty && files.isEmpty && sections.isEmpty && rows.isEmpty
        guard !isNothing, let bytes = try source.bytes(at: saga.declarationPath) else { return [] }
        return Set(try SagaDeclaration(bytes: bytes, path: saga.declarationPath).tombstones.keys)
    }

    private mutating func collectFiles(
        of number: Int, _ before: Commit, _ after: Commit, _ origin: RecordSource?, besides reversal: Set<ObjectID>,
        _ walk: Mainline, _ repository: Repository
    ) throws {
        let old = RecordSource.commit(before, in: repository)
        let folders = try saga.attemptFolders(of: number, in: old).map { "\(saga.attemptsPath)/\($0)" }
        // Log and README come back section by section and row by row.
        let others = try repository.files(below: saga.path, in: before.tree).keys.filter { path in
            path.below(saga.attemptsPath) == nil && path != saga.logPath && path != saga.hubPath
                && path.hasSuffix(".md")
        }
        for place in folders + others {
            let existing = try repository.files(at: place, in: before.tree)
            let remaining = try repository.files(at: place, in: after.tree)
            executable.formUnion(existing.executable)
            for (path, entry) in existing where remaining[path] != entry {
                // Whoever touched the path since has decided about it.
                guard try walk.steps(after: after.id, changing: path).allSatisfy(reversal.contains) else { continue }
                let left = try remaining[path].map { try repository.blob($0.id) }
                let back = try Self.undone(left, from: repository.blob(entry.id), origin: origin?.bytes(at: path))
                if let back {
                    let owner = path.below(saga.attemptsPath) == nil ? nil : number
                    files.append(File(owner: owner, path: path, before: back, after: left))
                }
            }
        }
    }

    /// What a text becomes that a reversal changed: as it was before, and with what somebody wrote in the reversal's own
    /// commit.
    ///
    /// - Parameters:
    ///   - left: what the reversal left; nil for nothing.
    ///   - before: what was there before it.
    ///   - origin: what was there before the landing.
    /// - Returns: nil where the two wrote at the same place: then it stays as it is.
    private static func undone(_ left: [UInt8]?, from before: [UInt8], origin: [UInt8]?) -> [UInt8]? {
        guard let left else { return before }
        if !left.hasLines(beyond: before, origin ?? []) { return before }
        return DocumentMerge.lines(base: origin ?? [], ours: left, theirs: before)
    }

    private mutating func collectSection(
        of number: Int, _ before: Commit, _ after: Commit, _ origin: RecordSource?, _ repository: Repository
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
            let left = new.log?.section(number)
            let first = try left == nil ? nil : origin?.bytes(at: saga.logPath).map { ImplementationLog(bytes: $0) }
            if let back = Self.undone(left, from: section, origin: first?.section(number)) {
                sections.append(Section(number: number, before: log, old: back, new: left))
            }
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
        let forgotten = try forgotten(in: source)
        for file in files where file.after != nil || file.owner.map(forgotten.contains) != true {
            if let later = contents[file.path], later != file.after {
                // With what somebody wrote in a later commit of a series.
                contents[file.path] =
                    DocumentMerge.lines(base: file.after ?? [], ours: later, theirs: file.before) ?? later
            } else if try contents[file.path] ?? source.bytes(at: file.path) == file.after {
                contents[file.path] = file.before
            }
        }
        for (number, part, had) in dropped where part == .folder && !forgotten.contains(number) {
            guard try saga.attemptFolders(of: number, in: source).isEmpty else { continue }
            for folder in try saga.attemptFolders(of: number, in: had).map({ "\(saga.attemptsPath)/\($0)" }) {
                for name in try had.files(in: folder) {
                    contents["\(folder)/\(name)"] = try had.bytes(at: "\(folder)/\(name)")
                }
            }
        }
        return contents
    }

    /// The log with removed sections and their rows put back; a section that people changed since is left alone.
    ///
    /// - Parameter forgotten: attempts of which nothing comes back that went away as a whole.
    func restoredLog(_ bytes: [UInt8], except forgotten: Set<Int>) throws -> [UInt8] {
        let bytes = try dropped.reduce(bytes) { bytes, lost in
            guard lost.part == .section, !forgotten.contains(lost.number),
                let old = try lost.had.bytes(at: saga.logPath)
            else { return bytes }
            let log = ImplementationLog(bytes: bytes)
            guard log.section(lost.number) == nil else { return bytes }
            return log.restoringAttempt(lost.number, from: ImplementationLog(bytes: old))
        }
        return sections.reduce(bytes) { bytes, section in
            let log = ImplementationLog(bytes: bytes)
            guard let now = log.section(section.number) else {
                return section.new == nil && !forgotten.contains(section.number)
                    ? log.restoringAttempt(section.number, from: section.before) : bytes
            }
            return now == section.new ? log.replacingSection(section.number, with: section.old) : bytes
        }
    }

    /// The hub with removed rows put back.
    func restoredHub(_ bytes: [UInt8], except forgotten: Set<Int>) throws -> [UInt8] {
        let bytes = try dropped.reduce(bytes) { bytes, lost in
            guard lost.part == .row, !forgotten.contains(lost.number), let old = try lost.had.bytes(at: saga.hubPath)
            else { return bytes }
            return HubDocument(bytes: bytes).restoringAttempt(lost.number, from: HubDocument(bytes: old))
        }
        return rows.filter { !forgotten.contains($0.number) }.reduce(bytes) {
            HubDocument(bytes: $0).restoringAttempt($1.number, from: $1.before)
        }
    }
}
