import GitStore

/// A saga and the attempts that any source names.
public struct DiscoveredSaga: Sendable {
    /// How the saga names its attempts.
    public var naming: SagaNaming
    /// Its attempts, by number.
    public var attempts: [AttemptSubject]
    /// The mainline commits that say that they take something back and that took away folders of numbers which nothing else
    /// tells of, oldest first, by number.
    public var lostFolders: [Int: [ObjectID]] = [:]

    /// Makes a saga.
    public init(naming: SagaNaming, attempts: [AttemptSubject]) {
        self.naming = naming
        self.attempts = attempts
    }
}

/// Who is there: reads every place that names attempts.
///
/// Sources: local and remote-tracking branches, anchors and other clones' anchors, branch names in the mainline's
/// merge messages, record commits, and (for `status` only) what HEAD's reflog says of deleted branches.
public struct AttemptDiscovery {
    private var sagas: [String: SagaNaming] = [:]
    private var order: [String] = []
    private var subjects: [String: [Int: AttemptSubject]] = [:]
    private var lostFolders: [String: [Int: [ObjectID]]] = [:]

    /// Finds the attempts of `sagas`, and those of branches with other prefixes, which form sagas of their own
    /// (id = prefix, no folder). Known sagas come first, in the order given; the others by prefix.
    ///
    /// - Parameter usesReflogs: false for what is written into documents, which may rest on references only.
    public static func find(
        in repository: Repository, mainline: Mainline, sagas: [SagaNaming], usesReflogs: Bool
    ) throws(GitStoreError) -> [DiscoveredSaga] {
        var discovery = AttemptDiscovery(sagas: sagas)
        try discovery.readReferences(repository, mainline)
        try discovery.readMessages(mainline)
        try discovery.readRecords(mainline)
        discovery.readPlaces(repository)
        if usesReflogs { try discovery.readHeadReflog(repository, mainline) }
        return discovery.result(known: sagas)
    }

    /// Where references are that can name an attempt, or hold one.
    public static let referencePrefixes = ["refs/heads/", "refs/remotes/", "refs/metaissue/", "refs/metaissue-remote/"]

    private init(sagas known: [SagaNaming]) {
        for saga in known {
            sagas[saga.id] = saga
            for (number, branch) in saga.documentedBranches { note(saga.id, number, branch: branch, tip: nil) }
        }
    }

    private func result(known: [SagaNaming]) -> [DiscoveredSaga] {
        let knownIDs = Set(known.map(\.id))
        let others = sagas.values.filter { !knownIDs.contains($0.id) }.sorted { $0.id < $1.id }
        return (known + others).map { naming in
            let attempts = (subjects[naming.id] ?? [:]).values.sorted { $0.number < $1.number }
            var saga = DiscoveredSaga(
                naming: naming,
                attempts: attempts.map { subject in
                    var subject = subject
                    subject.tips.sort { ($0.source, $0.name) < ($1.source, $1.name) }
                    return subject
                })
            saga.lostFolders = lostFolders[naming.id] ?? [:]
            return saga
        }
    }

    // MARK: - Sources

    private mutating func readReferences(_ repository: Repository, _ mainline: Mainline) throws(GitStoreError) {
        let remotes = try repository.remoteNames().sorted { $0.utf8.count > $1.utf8.count }
        for reference in try repository.references(under: Self.referencePrefixes)
        where reference.name != mainline.reference {
            let name = reference.name
            if let branch = name.dropping("refs/heads/") {
                note(branch: branch, AttemptTip(source: .localBranch, name: name, commit: reference.target))
            } else if let rest = name.dropping("refs/remotes/") {
                let branch = Self.withoutRemote(rest, remotes)
                note(branch: branch, AttemptTip(source: .remoteBranch, name: name, commit: reference.target))
            } else if let rest = name.dropping("refs/metaissue/") {
                note(anchor: rest, AttemptTip(source: .anchor, name: name, commit: reference.target))
            } else if let rest = name.dropping("refs/metaissue-remote/") {
                let anchor = Self.withoutRemote(rest, remotes)
                note(anchor: anchor, AttemptTip(source: .remoteAnchor, name: name, commit: reference.target))
            }
        }
    }

    private mutating func readMessages(_ mainline: Mainline) throws(GitStoreError) {
        try mainline.readMentions()
        for step in mainline.steps where step.mentions.contains(.attempt) {
            let names = MergeMessage(try mainline.repository.commit(step.id).message).branches
            for (index, name) in names.enumerated() {
                guard names.count == step.otherParents.count else {
                    note(branch: name, nil)
                    continue
                }
                let commit = step.otherParents[index]
                note(branch: name, AttemptTip(source: .mergeMessage, name: name, commit: commit))
            }
        }
    }

    private mutating func readRecords(_ mainline: Mainline) throws(GitStoreError) {
        for saga in sagas.values {
            guard let folder = saga.folder else { continue }
            let steps = try mainline.steps(changing: folder, from: 0)
            for step in steps {
                guard let record = try mainline.recordCommit(at: step), record.event == .start, record.saga == saga.id
                else { continue }
                let renumbered = saga.places.first { $0.value.formerStarts.contains(record.commit) }?.key
                guard let number = renumbered ?? record.attempt, number > 0 else { continue }
                note(saga.id, number, branch: nil, tip: nil)
                subjects[saga.id]?[number]?.stub = record.commit
            }
            // Now every attempt is known that a start tells of.
            try noteReverts(among: steps, saga.id, folder, mainline)
        }
    }

    /// Reverts among the steps that change a saga's folder, with the attempts whose folders they change. One whose trees
    /// are not in this clone tells nothing.
    private mutating func noteReverts(
        among steps: [Int], _ saga: String, _ folder: String, _ mainline: Mainline
    ) throws(GitStoreError) {
        let repository = mainline.repository
        func folders(_ tree: ObjectID?) -> [[UInt8]: ObjectID] {
            guard let tree, let attempts = try? repository.entry(at: "\(folder)/attempts", in: tree), attempts.isTree,
                let entries = try? repository.tree(attempts.id)
            else { return [:] }
            return Dictionary(entries.map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
        }
        for step in steps where mainline.steps[step].mentions.contains(.reversal) {
            let commit = try repository.commit(mainline.steps[step].id)
            guard StepMessage(commit.message).takesBack else { continue }
            let trees = mainline.trees(of: step)
            let after = folders(trees.after)
            for (name, id) in folders(trees.before) where after[name] != id {
                let digits = String(decoding: name, as: UTF8.self).prefix { $0.isASCII && $0.isNumber }
                guard digits.utf8.count <= 9, let number = Int(digits), number > 0 else { continue }
                if subjects[saga]?[number] == nil {
                    if after[name] == nil { lostFolders[saga, default: [:]][number, default: []].append(commit.id) }
                } else if subjects[saga]?[number]?.recordReverts.last != commit.id {
                    subjects[saga]?[number]?.recordReverts.append(commit.id)
                }
            }
        }
    }

    private mutating func readPlaces(_ repository: Repository) {
        for saga in sagas.values {
            for (number, place) in saga.places.sorted(by: { $0.key < $1.key }) {
                if let tip = place.tip, repository.contains(tip) {
                    note(
                        saga.id, number, branch: nil, tip: AttemptTip(source: .anchor, name: "its record", commit: tip))
                }
                subjects[saga.id]?[number]?.recordedBase = place.base
            }
        }
    }

    private mutating func readHeadReflog(_ repository: Repository, _ mainline: Mainline) throws(GitStoreError) {
        let heads = try repository.references(under: ["refs/heads/"]).compactMap {
            AttemptBranchName(String($0.name.dropFirst("refs/heads/".count)))
        }
        let sameEnding = Dictionary(grouping: heads, by: \.ending)
        for (branch, commit) in HeadReflog(repository.reflog(of: "HEAD")).branchTips
        where try repository.reference("refs/heads/\(branch)") == nil {
            // What only has another number now is no deleted branch.
            if try Self.isRenamed(branch, among: sameEnding, repository) { continue }
            note(branch: branch, AttemptTip(source: .reflog, name: branch, commit: commit))
        }
    }

    /// Whether the reflog of a branch with the same prefix and ending tells that it once had this name.
    private static func isRenamed(
        _ branch: String, among heads: [Substring: [AttemptBranchName]], _ repository: Repository
    ) throws(GitStoreError) -> Bool {
        guard let old = AttemptBranchName(branch) else { return false }
        for new in heads[old.ending] ?? [] where new.prefix == old.prefix {
            let reference = "refs/heads/\(new.name)"
            let rename = "Branch: renamed refs/heads/\(branch) to \(reference)"
            if repository.reflog(of: reference).contains(where: { $0.message == rename }) { return true }
        }
        return false
    }

    // MARK: - Notes

    private mutating func note(branch: String, _ tip: AttemptTip?) {
        var isDocumented = false
        for saga in sagas.values {
            for (number, name) in saga.documentedBranches where name == branch {
                note(saga.id, number, branch: branch, tip: tip)
                isDocumented = true
            }
        }
        guard !isDocumented else { return }
        for saga in sagas.values {
            guard let number = saga.places.first(where: { $0.value.formerBranches.contains(branch) })?.key else {
                continue
            }
            return note(saga.id, number, branch: nil, tip: tip)
        }
        guard let name = AttemptBranchName(branch) else { return }
        note(saga(withPrefix: name.prefix), name.number, branch: branch, tip: tip)
    }

    private mutating func note(anchor: String, _ tip: AttemptTip) {
        guard let slash = anchor.lastIndex(of: "/") else { return }
        let id = String(anchor[..<slash])
        let digits = anchor[anchor.index(after: slash)...]
        guard digits.utf8.count <= 9, digits.utf8.allSatisfy({ $0 >= 48 && $0 <= 57 }), let number = Int(digits),
            number > 0
        else { return }
        // Without documents an anchor's saga is a branch prefix.
        if sagas[id] == nil { sagas[id] = SagaNaming(id: id, prefix: id, folder: nil) }
        note(id, number, branch: nil, tip: tip)
    }

    private mutating func saga(withPrefix prefix: String) -> String {
        if let known = sagas.values.filter({ $0.prefix == prefix }).min(by: { $0.id < $1.id }) { return known.id }
        sagas[prefix] = SagaNaming(id: prefix, prefix: prefix, folder: nil)
        return prefix
    }

    private mutating func note(_ saga: String, _ number: Int, branch: String?, tip: AttemptTip?) {
        var subject = subjects[saga]?[number] ?? AttemptSubject(number: number)
        if let branch, !subject.branchNames.contains(branch) { subject.branchNames.append(branch) }
        if let tip, !subject.tips.contains(tip) { subject.tips.append(tip) }
        subjects[saga, default: [:]][number] = subject
    }

    /// Remote names may contain slashes: the longest configured one that fits, else the first component.
    private static func withoutRemote(_ name: String, _ remotes: [String]) -> String {
        for remote in remotes { if let rest = name.dropping(remote + "/") { return rest } }
        guard let slash = name.firstIndex(of: "/") else { return name }
        return String(name[name.index(after: slash)...])
    }
}

extension String {
    /// What follows `prefix`; nil when the text does not start with it.
    package func dropping(_ prefix: String) -> String? { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil }
}
