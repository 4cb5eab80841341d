import GitStore

/// What every mainline step from some step on changes, restricted to the paths that attempts touch.
///
/// Each step's trees are compared once, for all attempts, by object ids.
struct StepIndex {
    /// The first step that was looked at.
    let first: Int
    private var offsets: [Int32] = [0]
    private var transitions: [PathTransition] = []
    private var touching: [PathTable.ID: [Int32]] = [:]
    private var making: [PathTransition: [Int32]] = [:]

    /// Compares the trees of every step that can matter to one of `attempts`: a path counts from the first step that can
    /// have landed an attempt that touches it.
    init(mainline: Mainline, attempts: [ExaminedAttempt], reader: TreeDeltaReader) throws(GitStoreError) {
        let waiting = attempts.filter { !$0.footprint.isEmpty || !$0.namedChange.isEmpty }.sorted {
            $0.firstStep < $1.firstStep
        }
        let first = waiting.first?.firstStep ?? mainline.steps.count
        let end = max(first, mainline.steps.count)
        let pieces = (end - first + Self.pieceLength - 1) / Self.pieceLength
        if pieces > 1 { mainline.repository.rest() }
        let found = try Cores.map(pieces) { () throws(GitStoreError) in
            pieces == 1
                ? WatchedChanges(mainline: mainline, reader: reader, attempts: waiting)
                : try WatchedChanges(mainline: mainline, reader: reader, attempts: waiting).forAnotherThread()
        } _: { changes, piece throws(GitStoreError) in
            let start = first + piece * Self.pieceLength
            return try changes.transitions(of: start..<min(end, start + Self.pieceLength))
        }
        for (index, transitions) in zip(first..., found.joined()) {
            for transition in transitions {
                touching[transition.path, default: []].append(Int32(index))
                making[transition, default: []].append(Int32(index))
            }
            self.transitions += transitions
            offsets.append(Int32(self.transitions.count))
        }
        for attempt in waiting { attempt.watch(in: reader.paths) }
        self.first = first
    }

    /// How many steps are compared at a stretch by one thread.
    private static let pieceLength = 2048

    /// The steps that change any known path, oldest first.
    var touchedSteps: [Int] { (0..<offsets.count - 1).filter { offsets[$0] < offsets[$0 + 1] }.map { first + $0 } }

    /// The known paths that a step changes, by path.
    func transitions(of step: Int) -> ArraySlice<PathTransition> {
        guard step >= first, step - first + 1 < offsets.count else { return [] }
        return transitions[Int(offsets[step - first])..<Int(offsets[step - first + 1])]
    }

    /// A step's change to one path.
    func transition(of step: Int, at path: PathTable.ID) -> PathTransition? {
        transitions(of: step).first { $0.path == path }
    }

    /// The steps from `start` on that change a path, oldest first.
    func steps(touching path: PathTable.ID, from start: Int) -> ArraySlice<Int32> {
        guard let all = touching[path] else { return [] }
        return all[Self.lowerBound(all, Int32(start))...]
    }

    /// The steps from `start` on that make all of the given transitions, oldest first.
    func steps(making change: [PathTransition], from start: Int) -> [Int] {
        let found = change.map { making[$0] ?? [] }.min { $0.count < $1.count } ?? []
        return found[Self.lowerBound(found, Int32(start))...].map { Int($0) }.filter { step in
            let made = transitions(of: step)
            return change.allSatisfy { made.contains($0) }
        }
    }

    /// What the mainline has at a path after a step; nil when no step that was looked at, up to it, changes the path.
    func version(of path: PathTable.ID, after step: Int) -> PathVersion? {
        guard let all = touching[path] else { return nil }
        let next = Self.lowerBound(all, Int32(step) + 1)
        if next > 0 { return transition(of: Int(all[next - 1]), at: path)?.new }
        return next < all.count ? transition(of: Int(all[next]), at: path)?.old : nil
    }

    private static func lowerBound(_ all: [Int32], _ value: Int32) -> Int {
        var (low, high) = (0, all.count)
        while low < high {
            let middle = (low + high) / 2
            if all[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// What one step after the other changes of the watched paths.
///
/// Where git's changed-path filters name the paths that a step can have changed, only those are looked up, and only in the
/// step's own tree: what was there before is known from the step that last changed it. Elsewhere the trees are compared.
private struct WatchedChanges {
    private let mainline: Mainline
    private let reader: TreeDeltaReader
    /// By the first step at which their paths count.
    private let attempts: [ExaminedAttempt]
    private var next = 0
    private var latest: [PathTable.ID: PathVersion] = [:]

    init(mainline: Mainline, reader: TreeDeltaReader, attempts: [ExaminedAttempt]) {
        self.mainline = mainline
        self.reader = reader
        self.attempts = attempts
    }

    func forAnotherThread() throws(GitStoreError) -> WatchedChanges {
        let repository = try mainline.repository.forAnotherThread()
        return WatchedChanges(
            mainline: Mainline(mainline, in: repository),
            reader: TreeDeltaReader(repository: repository, paths: PathTable(copying: reader.paths)),
            attempts: attempts)
    }

    /// What consecutive steps change, each by path; a later call has to be about later steps.
    mutating func transitions(of steps: Range<Int>) throws(GitStoreError) -> [[PathTransition]] {
        latest = [:]
        var found: [[PathTransition]] = []
        found.reserveCapacity(steps.count)
        for step in steps {
            while next < attempts.count, attempts[next].firstStep <= step {
                attempts[next].watch(in: reader.paths)
                next += 1
            }
            found.append(try transitions(of: step).sorted { $0.path < $1.path })
        }
        return found
    }

    private mutating func transitions(of step: Int) throws(GitStoreError) -> [PathTransition] {
        guard let paths = mainline.graph.watchedPaths(mainline.node(of: step), of: reader.paths) else {
            let trees = mainline.trees(of: step)
            let found = try reader.transitions(from: trees.before, to: trees.after, scope: .watchedPaths)
            for transition in found { latest[transition.path] = transition.new }
            return found
        }
        guard !paths.isEmpty else { return [] }
        let trees = mainline.trees(of: step)
        var found: [PathTransition] = []
        for path in paths {
            let new = try reader.version(of: path, in: trees.after)
            let old = if let known = latest[path] { known } else { try reader.version(of: path, in: trees.before) }
            latest[path] = new
            if old != new { found.append(PathTransition(path: path, old: old, new: new)) }
        }
        return found
    }
}

extension ExaminedAttempt {
    /// Has the paths that this attempt touches reported.
    fileprivate func watch(in paths: PathTable) {
        for change in footprint { paths.watch(change.path) }
        for change in commits.flatMap(\.transitions) { paths.watch(change.path) }
        for change in namedChange { paths.watch(change.path) }
    }
}
