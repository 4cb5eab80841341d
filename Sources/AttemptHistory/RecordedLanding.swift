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
            guard let step = step(of: landing) else { continue }
            // Where the branch was before it landed, history is asked.
            if isWorking { guard let base = lineage.base, step <= base else { continue } }
            switch landing.how {
            case .merge, .squash, nil: parts += try part(step, subject).map { [$0] } ?? []
            case .rebase, .fastForward, .cherryPick:
                // Where the commits are known, the record's count is of those and not of the landing.
                if !lineage.knowsCommits { parts += try series(endingAt: step, landing, subject) }
            }
        }
        return parts.sorted { $0.step < $1.step }
    }

    /// The first-parent commit that a record names; nil when the mainline has it no more.
    func step(of landing: RecordedLanding) -> Int? {
        mainline.repository.commit(abbreviated: landing.commit).flatMap { mainline.index(of: $0) }
    }

    /// Commits that landed one by one: as many as the record counts, in a row that ends at the named one.
    private func series(
        endingAt last: Int, _ landing: RecordedLanding, _ subject: AttemptSubject
    ) throws(GitStoreError) -> [LandedPart] {
        guard let count = landing.commits, count > 0, subject.recordedLandings.count == 1 else { return [] }
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

    /// What a step changes outside the record; nil when that is nothing, or not known: below the first commit of a shallow
    /// clone.
    private func part(_ step: Int, _ subject: AttemptSubject) throws(GitStoreError) -> LandedPart? {
        if step == 0, mainline.isCut { return nil }
        var record = RecordPaths(reader.paths, naming: naming, number: subject.number)
        let trees = mainline.trees(of: step)
        let change = try reader.transitions(from: trees.before, to: trees.after, scope: .everything)
            .filter { !record.contains($0.path) }.sorted { $0.path < $1.path }
        return change.isEmpty ? nil : LandedPart(commits: [], step: step, transitions: change)
    }
}
