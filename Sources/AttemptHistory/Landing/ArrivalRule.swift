import GitStore

/// An attempt's folder came in together with code: what the squash of a branch that keeps its own record leaves on the
/// mainline. Asked where nothing else tells, because the branch is gone or was moved on since.
struct ArrivalRule {
    static let name = "arrived"
    let history: History

    /// Takes the arrival for the landing where the other rules found none.
    func apply(to attempt: ExaminedAttempt, _ outcome: inout LandingOutcome) {
        guard outcome.parts.isEmpty, outcome.discardedBy == nil, let arrival = attempt.arrival else { return }
        outcome.parts = [arrival]
        let step = history.step(arrival.step)
        // A branch that stands further up may have been fast-forwarded: what lies between is nobody's for certain.
        if step.isMerge {
            outcome.how = .merge
        } else if attempt.lineage.place == .unknown {
            outcome.how = .squash
        }
        outcome.evidence.append(
            Evidence(
                rule: Self.name, commit: step.id, certainty: .likely,
                detail: "its folder came to the mainline here, together with code"))
    }
}

/// The mainline steps that brought attempts' folders together with code, looked for when they are first asked for.
final class Arrivals {
    private let mainline: Mainline
    private let reader: TreeDeltaReader
    /// The step by which each attempt's folder came first, by the saga's folder: those that brought nobody else's and
    /// left the log alone, which a start recorded on the mainline does not.
    private var steps: [String: [Int: Int]] = [:]

    init(mainline: Mainline, reader: TreeDeltaReader) {
        self.mainline = mainline
        self.reader = reader
    }

    /// What the step changed that brought an attempt's folder, besides the record; nil where history or the record knows
    /// better, or no step is certain to have brought it.
    func part(
        of subject: AttemptSubject, _ lineage: Lineage, _ naming: SagaNaming
    ) throws(GitStoreError) -> LandedPart? {
        guard subject.stub == nil, subject.recordedBase == nil, subject.recordedLandings.isEmpty,
            !naming.partlyLanded.contains(subject.number), subject.settlement == nil, !lineage.isCut,
            let folder = naming.folder
        else { return nil }
        let last: Int
        switch lineage.place {
        case .unknown: last = mainline.steps.count - 1
        case .onChain(let step) where !lineage.knowsCommits: last = step
        case .onChain, .merged, .open: return nil
        }
        guard let step = try steps(in: folder)[subject.number], step <= last else { return nil }
        return try RecordedParts(mainline: mainline, reader: reader, naming: naming).part(step, subject)
    }

    private func steps(in folder: String) throws(GitStoreError) -> [Int: Int] {
        if let known = steps[folder] { return known }
        var found: [Int: Int] = [:]
        var seen: Set<Int> = []
        for step in try mainline.steps(changing: AttemptFolders.path(of: folder), from: 1) {
            let trees = mainline.trees(of: step)
            let new = numbers(of: folder, trees.after).subtracting(numbers(of: folder, trees.before))
            if new.count == 1, let number = new.first, !seen.contains(number),
                try !mainline.changes(SagaNaming.log(in: folder), at: step)
            {
                found[number] = step
            }
            seen.formUnion(new)
        }
        steps[folder] = found
        return found
    }

    private func numbers(of folder: String, _ tree: ObjectID?) -> Set<Int> {
        Set(AttemptFolders.trees(of: folder, in: tree, mainline.repository).keys.compactMap(AttemptFolders.number))
    }
}
