import AttemptHistory
import Documents
import GitStore

/// What a revert took out of a file in an attempt's folder, where history does not show that it took a landing of the
/// attempt back: reported, never brought back unasked (HOOKS-AND-RECORDS.md, decision 4). After a fast-forward nothing may
/// tell that the branch landed, and its reverts take the words along.
struct LostWords {
    /// The attempt's number.
    let number: Int
    /// The file's full path.
    let path: String
    /// What it held before.
    let before: [UInt8]
    /// What the revert left; nil for nothing.
    let after: [UInt8]?
    /// Whether it was executable.
    let isExecutable: Bool
    /// The revert.
    let commit: ObjectID

    /// Looks through the reverts that touch attempts' folders.
    ///
    /// - Parameters:
    ///   - handled: the reverts that took a landing back, by attempt: what they removed comes back by itself.
    ///   - source: the version of the record that may lack words.
    /// - Returns: the newest revert first.
    static func find(
        _ part: Examination.Part, of saga: Saga, except handled: [Int: Set<ObjectID>], in source: RecordSource,
        _ workspace: Workspace
    ) throws -> [LostWords] {
        var found: [LostWords] = []
        for subject in part.subjects {
            let reverts = subject.recordReverts.filter { handled[subject.number]?.contains($0) != true }
            var now: [String: [UInt8]?] = [:]
            // The last one is undone first: what it left is what the one before it had made.
            for commit in reverts.reversed() {
                do {
                    let taken = try taken(by: commit, of: subject.number, saga, source, workspace.place.repository)
                        .filter {
                            try now[$0.path] ?? source.bytes(at: $0.path) == $0.after
                        }
                    guard !taken.isEmpty,
                        try workspace.history(of: part.mainline)
                            .tookCode(commit, besides: part.naming, number: subject.number)
                    else { continue }
                    for words in taken { now[words.path] = .some(words.before) }
                    found += taken
                } catch let error as GitStoreError where error.kind == .notFound {
                    // A partial clone that lacks what was there knows of no loss.
                    continue
                }
            }
        }
        guard !found.isEmpty else { return [] }
        let walk = try workspace.history(of: part.mainline)
        let reverts = Set(found.map(\.commit))
        // Whoever touched a file since has decided about it.
        return try found.filter { words in
            try walk.steps(after: words.commit, changing: words.path).allSatisfy(reverts.contains)
        }
    }

    private static func taken(
        by commit: ObjectID, of number: Int, _ saga: Saga, _ source: RecordSource, _ repository: Repository
    ) throws -> [LostWords] {
        let after = try repository.commit(commit)
        guard let parent = after.parents.first else { return [] }
        let before = try repository.commit(parent)
        var found: [LostWords] = []
        for name in try saga.attemptFolders(of: number, in: .commit(before, in: repository)) {
            let folder = "\(saga.attemptsPath)/\(name)"
            let remaining = try repository.files(below: folder, in: after.tree)
            // A folder that is gone as a whole, and for good, is reported as such.
            if remaining.isEmpty, try source.files(in: folder).isEmpty { continue }
            for (path, entry) in try repository.files(below: folder, in: before.tree).sorted(by: { $0.key < $1.key })
            where remaining[path] != entry {
                let old = try repository.blob(entry.id)
                let new = try remaining[path].map { try repository.blob($0.id) }
                guard old.hasLines(beyond: new ?? []) else { continue }
                found.append(
                    LostWords(
                        number: number, path: path, before: old, after: new,
                        isExecutable: entry.mode == FileMode.executable, commit: commit))
            }
        }
        return found
    }
}

extension [UInt8] {
    /// Whether a text has lines, blank ones aside, that none of some other texts has.
    func hasLines(beyond others: [UInt8]...) -> Bool {
        func lines(_ bytes: [UInt8]) -> Set<ArraySlice<UInt8>> {
            Set(bytes.split(separator: UInt8(ascii: "\n")).filter { !$0.allSatisfy { $0 <= 0x20 } })
        }
        return !lines(self).subtracting(others.reduce(into: []) { $0.formUnion(lines($1)) }).isEmpty
    }
}
