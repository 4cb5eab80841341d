import GitStore

/// What all rules share: the mainline, what its steps change, and the means to read lines and messages.
final class History {
    let mainline: Mainline
    let steps: StepIndex
    let reader: TreeDeltaReader
    let lines: LineReader
    /// What the steps did to the lines of paths that many attempts touch.
    let lineHistories: LineHistories
    /// The steps that landed attempts, filled once all landings are known: step -> positions of the attempts.
    var landedAt: [Int: Set<Int>] = [:]
    private var messages: [Int: StepMessage] = [:]
    private var authors: [Int: Person] = [:]
    private var naming: [ObjectID: [Int]]?
    private var listing: [String: [Int]]?

    init(
        mainline: Mainline, steps: StepIndex, reader: TreeDeltaReader, lineHistories: LineHistories = LineHistories()
    ) {
        self.mainline = mainline
        self.steps = steps
        self.lineHistories = lineHistories
        self.reader = reader
        lines = LineReader(repository: mainline.repository)
    }

    var paths: PathTable { reader.paths }

    /// The same history for use on another thread: what was read so far is taken over, nothing is shared that changes.
    func forAnotherThread() throws(GitStoreError) -> History {
        let repository = try mainline.repository.forAnotherThread()
        let other = History(
            mainline: Mainline(mainline, in: repository), steps: steps,
            reader: TreeDeltaReader(repository: repository, paths: PathTable(copying: paths)),
            lineHistories: lineHistories)
        other.landedAt = landedAt
        return other
    }

    func step(_ index: Int) -> Mainline.Step { mainline.steps[index] }

    /// A step's message, read once.
    func message(of step: Int) throws(GitStoreError) -> StepMessage {
        if let known = messages[step] { return known }
        let message = StepMessage(try mainline.repository.commit(mainline.steps[step].id).message)
        messages[step] = message
        return message
    }

    /// Who wrote a step, read once.
    func author(of step: Int) throws(GitStoreError) -> Person {
        if let known = authors[step] { return known }
        let author = Person(try mainline.repository.commit(mainline.steps[step].id).author)
        authors[step] = author
        return author
    }

    /// The steps whose messages give a commit's full id and do not speak of taking it back, oldest first. Only those
    /// that touch some attempt's paths are asked: a message without content proves nothing.
    func stepsNaming(_ id: ObjectID) throws(GitStoreError) -> [Int] {
        if let naming { return naming[id] ?? [] }
        var found: [ObjectID: [Int]] = [:]
        for index in steps.touchedSteps {
            let mentions = step(index).mentions
            guard mentions.contains(.commitID), !mentions.contains(.reversal) else { continue }
            for digits in try message(of: index).commitIDs {
                guard let id = ObjectID(hex: digits) else { continue }
                found[id, default: []].append(index)
            }
        }
        naming = found
        return found[id] ?? []
    }

    /// The steps whose messages have a subject in the list of a squash merge, oldest first, with the same limits.
    func stepsListing(_ subject: String) throws(GitStoreError) -> [Int] {
        if let listing { return listing[subject] ?? [] }
        var found: [String: [Int]] = [:]
        for index in steps.touchedSteps {
            let mentions = step(index).mentions
            guard mentions.contains(.list), !mentions.contains(.reversal) else { continue }
            for subject in try message(of: index).listed { found[subject, default: []].append(index) }
        }
        listing = found
        return found[subject] ?? []
    }

    /// Everything that a step changes, whether any attempt touches it or not.
    func wholeDelta(of step: Int) throws(GitStoreError) -> [PathTransition] {
        let trees = mainline.trees(of: step)
        return try reader.transitions(from: trees.before, to: trees.after, scope: .everything)
    }

    /// The given paths' steps from `start` on, one of them being enough, oldest first.
    func stepsTouching(_ paths: some Sequence<PathTable.ID>, from start: Int) -> [Int] {
        var found: Set<Int32> = []
        for path in paths { found.formUnion(steps.steps(touching: path, from: start)) }
        return found.sorted().map { Int($0) }
    }

    /// The steps from `start` on that may have the lines of the given change, oldest first: they touch all of its paths,
    /// and the rarest of its lines as often as it does.
    func steps(like change: [PathTransition], from start: Int) throws(GitStoreError) -> [Int] {
        var rarest: (events: ArraySlice<LineHistory.Event>, count: Int32)?
        for path in change {
            // A change of mode is a made-up line, which no line history has.
            guard let history = lineHistories[path.path],
                path.old.isAbsent || path.new.isAbsent || path.old.mode == path.new.mode
            else { continue }
            for (line, count) in try lines.delta(path).counts {
                let events = history.events(of: line, from: start)
                if rarest == nil || events.count < rarest?.events.count ?? 0 { rarest = (events, count) }
            }
        }
        let paths = change.map(\.path)
        guard let rarest else { return stepsTouchingAll(of: paths, from: start) }
        return rarest.events.filter { $0.count == rarest.count }.map { Int($0.step) }.filter { step in
            let touched = steps.transitions(of: step)
            return paths.allSatisfy { path in touched.contains { $0.path == path } }
        }
    }

    /// The steps from `start` on that change all of the given paths, oldest first.
    private func stepsTouchingAll(of paths: [PathTable.ID], from start: Int) -> [Int] {
        let slices = paths.map { steps.steps(touching: $0, from: start) }.sorted { $0.count < $1.count }
        guard let rarest = slices.first else { return [] }
        return rarest.map { Int($0) }.filter { step in
            let touched = steps.transitions(of: step)
            return paths.allSatisfy { path in touched.contains { $0.path == path } }
        }
    }
}
