import AttemptHistory
import Documents
import GitStore

/// One number that several attempts have: two clones took it, and met. Both are named, with the command that mends it.
public struct NumberClash: Sendable, Equatable {
    /// The number.
    public let number: Int
    /// Who has it: branches (`origin/…` where only a remote has them) and folders.
    public let claimants: [String]
    /// The commands that give one of them another number.
    public let answers: [String]

    /// The number and who has it.
    public var words: String {
        "the number \(AttemptNumber.text(number)) is taken more than once: \(claimants.joined(separator: ", "))"
    }

    /// Looks for numbers that several have: folders of this and of fetched versions of the mainline, sections, and
    /// branches that have no commit of their own in common.
    ///
    /// - Parameter countsAnchors: other clones' anchors count as well, which are all that tells of a branch that was
    ///   not pushed.
    static func find(
        _ saga: Saga, _ subjects: [AttemptSubject], record: SagaRecord, in workspace: Workspace,
        countsAnchors: Bool = false
    ) throws -> [NumberClash] {
        let mainline = try workspace.mainline(of: saga)
        var folders: [Int: Set<String>] = [:]
        var records = [record]
        for remote in try workspace.remoteMainlines(mainline) {
            if let other = try? SagaRecord(saga, atCommit: remote.target, workspace.place.repository) {
                records.append(other)
            }
        }
        for record in records {
            for (number, folder) in record.folders {
                folders[number, default: []].formUnion([folder] + (record.furtherFolders[number] ?? []))
            }
        }
        let free = (subjects.map(\.number) + Array(record.numbers)).max().map { $0 + 1 } ?? 1
        let twice = record.log.map { Dictionary(grouping: $0.numbers) { $0 }.filter { $0.value.count > 1 } } ?? [:]
        let byNumber = Dictionary(subjects.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        let numbers = Set(byNumber.keys).union(folders.keys).union(twice.keys)
        return try numbers.sorted().compactMap { number in
            let branches =
                try byNumber[number].map {
                    try strangers($0, countsAnchors: countsAnchors, in: workspace)
                } ?? []
            let own = (folders[number] ?? []).sorted()
            guard branches.count > 1 || own.count > 1 || twice[number] != nil else { return nil }
            let command = "git metaissue renumber \(AttemptNumber.text(number)) \(AttemptNumber.text(free))"
            let name = workspace.registry.sagas.count == 1 ? "" : " --saga \(saga.id)"
            let answers =
                branches.count > 1
                ? branches.compactMap { $0.short.map { "\(command) --branch \($0)\(name)" } }
                : own.count > 1 ? own.map { "\(command) --folder \($0)\(name)" } : ["\(command)\(name)"]
            return NumberClash(
                number: number,
                claimants: branches.map(\.name) + own + (twice[number] == nil ? [] : ["two sections of the log"]),
                answers: answers)
        }
    }

    /// The branches of one number that do not come from each other; empty where there is one only.
    private static func strangers(
        _ subject: AttemptSubject, countsAnchors: Bool, in workspace: Workspace
    ) throws -> [(name: String, short: String?)] {
        var tips: [(name: String, short: String?, commit: ObjectID)] = []
        let known = subject.branchNames
        for tip in subject.tips where tip.source <= .remoteBranch || countsAnchors && tip.source == .remoteAnchor {
            if tip.source == .remoteAnchor {
                if !tips.contains(where: { $0.commit == tip.commit }) { tips.append((tip.name, nil, tip.commit)) }
                continue
            }
            let name = tip.name.split(separator: "/", maxSplits: 2).last.map(String.init) ?? tip.name
            let short = known.first { tip.name.hasSuffix("/" + $0) } ?? name
            if !tips.contains(where: { $0.short == short }) { tips.append((name, short, tip.commit)) }
        }
        guard tips.count > 1 else { return [] }
        let repository = workspace.place.repository
        var found: [(name: String, short: String?, traces: Set<String>, commit: ObjectID)] = []
        for tip in tips {
            let traces = try traces(of: tip.commit, in: workspace)
            // An anchor whose commits all landed is nobody's claim.
            if tip.short == nil, traces.isEmpty { continue }
            let isKin = try found.contains { other in
                if !other.traces.isDisjoint(with: traces) { return true }
                return try repository.isAncestor(other.commit, of: tip.commit)
                    || repository.isAncestor(tip.commit, of: other.commit)
            }
            if !isKin { found.append((tip.name, tip.short, traces, tip.commit)) }
        }
        return found.count > 1 ? found.map { ($0.name, $0.short) } : []
    }

    /// Who wrote a branch's own commits and when: a rebase or a copy keeps that.
    static func traces(of tip: ObjectID, in workspace: Workspace) throws -> Set<String> {
        guard let standard = workspace.standard else { return [] }
        let walk = try workspace.history(of: standard)
        let repository = workspace.place.repository
        var traces: Set<String> = []
        var pending = [tip]
        var seen: Set<ObjectID> = []
        while let id = pending.popLast(), seen.count < 1000 {
            guard !walk.contains(id), seen.insert(id).inserted, repository.contains(id) else { continue }
            let commit = try repository.commit(id)
            traces.insert("\(commit.author.email) \(commit.author.time.seconds) \(commit.subject)")
            pending += commit.parents
        }
        return traces
    }
}
