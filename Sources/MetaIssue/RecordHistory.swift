import AttemptHistory
import Documents
import GitStore

/// A piece of what the record has of one attempt.
public enum RecordPart: String, Sendable, CaseIterable {
    /// Its folder below `attempts/`.
    case folder
    /// Its section of the log.
    case section
    /// Its row in the hub's table.
    case row
}

/// What earlier versions of a saga's record on the mainline had. Asked once for each version, and kept.
final class RecordHistory {
    /// How a part went away.
    struct Departure {
        /// The last mainline commit that had it.
        let had: Commit
        /// The mainline commit that removed it; nil where the mainline was rewritten and no longer has ``had``.
        let removal: ObjectID?
    }

    private let saga: Saga
    private let walk: Mainline
    private let repository: Repository
    private let references: [String]
    private lazy var dropped = droppedTips()
    /// The steps that change a path, oldest first, and the step they were looked for from.
    private var changes: [String: (from: Int, steps: [ObjectID])] = [:]
    private var spent = 0
    private var numbers: [RecordPart: [ObjectID: Set<Int>]] = [:]

    /// - Parameter references: the mainline's full names, here and on its remote: their reflogs know what a rewritten
    ///   mainline had.
    init(_ saga: Saga, on walk: Mainline, references: [String]) {
        self.saga = saga
        self.walk = walk
        self.references = references
        repository = walk.repository
    }

    /// The history of a saga's record on its mainline, here and on its remote.
    convenience init(_ saga: Saga, on mainline: MainlineBranch, in workspace: Workspace) throws {
        let upstream = workspace.place.configuration.upstream(of: mainline.name)
        self.init(
            saga, on: try workspace.history(of: mainline),
            references: [mainline.reference] + [upstream].compactMap { $0 }.filter { $0 != mainline.reference })
    }

    /// True for a commit of the mainline's own chain.
    func isOnMainline(_ commit: ObjectID?) -> Bool { commit.flatMap { walk.index(of: $0) } != nil }

    /// True when the mainline was at commits that it contains no more, as far as this clone knows.
    var wasRewritten: Bool { !dropped.isEmpty }

    /// The last version that had a part of an attempt, when the mainline's tip has it no more.
    ///
    /// - Parameter base: nothing of the attempt is older than this commit; nil where that is not known.
    func departure(of part: RecordPart, _ number: Int, since base: ObjectID?) throws -> Departure? {
        let from = base.flatMap { walk.index(of: $0) } ?? 0
        for id in try steps(changing: path(of: part), from: from).reversed() {
            let step = try repository.commit(id)
            guard let parent = step.parents.first, repository.contains(parent) else { continue }
            let before = try repository.commit(parent)
            guard try numbers(of: part, in: before).contains(number) else { continue }
            return try numbers(of: part, in: step).contains(number) ? nil : Departure(had: before, removal: id)
        }
        // What is there since then was never removed.
        guard try !numbers(of: part, in: try repository.commit(walk.tip)).contains(number) else { return nil }
        let old = try dropped.first { try numbers(of: part, in: $0).contains(number) }
        return old.map { Departure(had: $0, removal: nil) }
    }

    /// The commits that the mainline was at, and that it contains no more, newest first.
    private func droppedTips() -> [Commit] {
        var seen: Set<ObjectID> = []
        return references.flatMap { reference in
            repository.reflog(of: reference).suffix(Self.logLength).reversed().flatMap {
                [$0.new, $0.old]
            }
        }.filter { $0 != .zero && seen.insert($0).inserted && !walk.contains($0) }
            .compactMap { try? repository.commit($0) }
    }

    /// How many entries of a reflog are looked at.
    private static let logLength = 200

    /// Every number that a folder, a section or a row had in any version on the mainline.
    func allNumbers() throws -> Set<Int> {
        var found: Set<Int> = []
        for part in RecordPart.allCases {
            for id in try steps(changing: path(of: part), from: 0).reversed() {
                found.formUnion(try numbers(of: part, in: try repository.commit(id)))
            }
        }
        return found
    }

    private func path(of part: RecordPart) -> String {
        switch part {
        case .folder: saga.attemptsPath
        case .section: saga.logPath
        case .row: saga.hubPath
        }
    }

    private func steps(changing path: String, from: Int) throws -> [ObjectID] {
        if let known = changes[path], known.from <= from {
            return known.steps.filter { (walk.index(of: $0) ?? 0) >= from }
        }
        let found = try walk.steps(from: from, changing: path)
        changes[path] = (from, found)
        return found
    }

    /// The attempts that a version has this part of.
    private func numbers(of part: RecordPart, in commit: Commit) throws -> Set<Int> {
        guard let entry = try repository.entry(at: path(of: part), in: commit.tree) else { return [] }
        if let known = numbers[part]?[entry.id] { return known }
        let found: Set<Int>
        switch part {
        case .folder:
            found =
                entry.isTree
                ? Set(
                    try repository.tree(entry.id).filter(\.isTree).compactMap {
                        SagaRecord.number(ofFolder: String(decoding: $0.name, as: UTF8.self))
                    }) : []
        case .section, .row:
            guard entry.isFile, let bytes = try affordable(entry.id) else { return [] }
            found = Set(part == .section ? ImplementationLog(bytes: bytes).numbers : HubDocument(bytes: bytes).numbers)
        }
        numbers[part, default: [:]][entry.id] = found
        return found
    }

    /// A version's bytes, as long as all that were read are within bounds: the newest versions are asked for first.
    private func affordable(_ blob: ObjectID) throws -> [UInt8]? {
        guard spent < Self.budget else { return nil }
        let bytes = try repository.blob(blob)
        spent += bytes.count
        return bytes
    }

    /// How many bytes of earlier documents are read for one question.
    private static let budget = 64 << 20
}
