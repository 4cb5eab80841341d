import GitStore

/// What a person said of an attempt's landing, where history is weak, contradicted or silent.
public struct Settlement: Hashable, Sendable {
    /// What was said.
    public enum Word: Hashable, Sendable {
        /// It landed by this mainline commit, or by the merge that brought this commit in.
        case landed(ObjectID)
        /// It has not landed, whatever history suggests.
        case notLanded
    }

    /// What was said.
    public var word: Word
    /// Who said it; nil when the record does not tell.
    public var by: String?
    /// The calendar day on which it was said, `YYYY-MM-DD`; nil when the record does not tell.
    public var day: String?
    /// Why; nil when nobody wrote that down.
    public var reason: String?

    /// Makes a settlement.
    public init(word: Word, by: String? = nil, day: String? = nil, reason: String? = nil) {
        self.word = word
        self.by = by
        self.day = day
        self.reason = reason
    }

    /// The commit that was said to have landed it.
    var commit: ObjectID? {
        guard case .landed(let commit) = word else { return nil }
        return commit
    }

    /// "Ann Author settled on 2024-09-08 that it landed here: the server squashed it".
    func sentence(_ what: String) -> String {
        let who = by.map { "\($0) settled" } ?? "it was settled"
        return who + (day.map { " on \($0)" } ?? "") + " that " + what + (reason.map { ": \($0)" } ?? "")
    }
}

extension Mainline {
    /// The first-parent commit by which the mainline took a commit in: itself, or the merge that brought it; nil when the
    /// mainline does not contain it.
    public func landingStep(of commit: ObjectID) -> ObjectID? { reach(of: commit).map { steps[Int($0.step)].id } }

    /// Whether a first-parent commit changes anything besides the record of the attempt `number`.
    public func changesCode(
        at step: ObjectID, besides naming: SagaNaming, number: Int
    ) throws(GitStoreError) -> Bool {
        guard let index = index(of: step) else { return false }
        let reader = TreeDeltaReader(repository: repository, paths: PathTable())
        var record = RecordPaths(reader.paths, naming: naming, number: number)
        let trees = trees(of: index)
        return try reader.transitions(from: trees.before, to: trees.after, scope: .everything)
            .contains { !record.contains($0.path) }
    }
}
