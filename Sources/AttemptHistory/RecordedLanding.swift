import GitStore

/// A landing that the record tells of: what was seen when it was written. It stays true where the branch is gone, or was
/// moved on to other work (DETECTION.md, rule "recorded").
public struct RecordedLanding: Hashable, Sendable {
    /// How; nil where the record does not say.
    public var how: LandingManner?
    /// The mainline commit's id, or the first digits of it, in lower case.
    public var commit: String
    /// How many commits the record counts for the attempt; nil where it does not say.
    public var commits: Int?

    /// Makes a recorded landing.
    public init(how: LandingManner?, commit: String, commits: Int?) {
        self.how = how
        self.commit = commit
        self.commits = commits
    }
}

extension Mainline {
    /// The first-parent commit that a record names, or the merge by which the mainline took that commit in from somebody
    /// else's; nil when the mainline has it no more.
    func step(of landing: RecordedLanding) -> Int? {
        repository.commit(abbreviated: landing.commit).flatMap { reach(of: $0) }.map { Int($0.step) }
    }

    /// True when a record names a commit that the mainline has no more, as after a rebase of it.
    public func isGone(_ landing: RecordedLanding) -> Bool { !isCut && step(of: landing) == nil }
}

/// Reads what the mainline steps of recorded landings brought.
struct RecordedParts {
    let mainline: Mainline
    let reader: TreeDeltaReader
    let naming: SagaNaming

    /// The steps by which an attempt landed, as its record says, oldest first, of those that lie where history knows
    /// nothing of it: empty where the record's word is not needed, or does not fit the mainline.
    ///
    /// - Parameter isWorking: whether the attempt has commits of its own that change something.
    func parts(of subject: AttemptSubject, _ lineage: Lineage, isWorking: Bool) throws(GitStoreError) -> [LandedPart] {
        var parts: [LandedPart] = []
        for landing in subject.recordedLandings {
            guard let step = mainline.step(of: landing) else { continue }
            // Where the branch was before it landed, history is asked.
            if isWorking { guard let base = lineage.base, step <= base else { continue } }
            switch landing.how {
            case .merge, .squash, nil: parts += try part(of: landing, at: step, subject).map { [$0] } ?? []
            case .rebase, .fastForward, .cherryPick:
                // Where the commits are known, the record's count is of those and not of the landing.
                if !lineage.knowsCommits { parts += try series(endingAt: step, landing, subject) }
            }
        }
        return parts.sorted { $0.step < $1.step }
    }

    /// Commits that landed one by one: as many as the record counts, in a row that ends at the named one.
    private func series(
        endingAt last: Int, _ landing: RecordedLanding, _ subject: AttemptSubject
    ) throws(GitStoreError) -> [LandedPart] {
        guard let count = landing.commits, count > 0, subject.recordedLandings.count == 1,
            mainline.steps[last].id.hex.hasPrefix(landing.commit)
        else { return [] }
        // Picked commits may have others' between them.
        if landing.how == .cherryPick, count > 1 { return [] }
        let start = (subject.stub.flatMap { mainline.index(of: $0) } ?? -1) + 1
        let author = mainline.steps[last].authorKey
        var parts: [LandedPart] = []
        for step in (max(start, last - Self.longestSeries)...max(start, last)).reversed() {
            let here = mainline.steps[step]
            guard !here.isMerge, here.authorKey == author, !here.mentions.contains(.reversal) else { return [] }
            if let part = try part(step, subject) { parts.append(part) }
            if parts.count == count { return parts }
        }
        return []
    }

    /// A number that somebody wrote makes nobody look further back than this.
    private static let longestSeries = 1000

    /// What the commit that a record names changes: what else came with it by a merge of mainlines is not the attempt's.
    private func part(
        of landing: RecordedLanding, at step: Int, _ subject: AttemptSubject
    ) throws(GitStoreError) -> LandedPart? {
        let repository = mainline.repository
        guard let id = repository.commit(abbreviated: landing.commit), id != mainline.steps[step].id else {
            return try part(step, subject)
        }
        let commit = try repository.commit(id)
        guard let parent = commit.parents.first else { return nil }
        return try part(step, from: try repository.commit(parent).tree, to: commit.tree, subject)
    }

    /// What a step changes outside the record; nil when that is nothing, or not known: below the first commit of a shallow
    /// clone.
    private func part(_ step: Int, _ subject: AttemptSubject) throws(GitStoreError) -> LandedPart? {
        if step == 0, mainline.isCut { return nil }
        let trees = mainline.trees(of: step)
        return try part(step, from: trees.before, to: trees.after, subject)
    }

    private func part(
        _ step: Int, from before: ObjectID?, to after: ObjectID, _ subject: AttemptSubject
    ) throws(GitStoreError) -> LandedPart? {
        var record = RecordPaths(reader.paths, naming: naming, number: subject.number)
        let change = try reader.transitions(from: before, to: after, scope: .everything)
            .filter { !record.contains($0.path) }.sorted { $0.path < $1.path }
        return change.isEmpty ? nil : LandedPart(commits: [], step: step, transitions: change)
    }
}
