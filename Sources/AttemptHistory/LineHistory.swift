import GitStore

/// What the mainline's steps did to the lines of one path, read once for all attempts that touch it.
///
/// Where many attempts share a file, each would otherwise read most of its versions again. From this, what stands of any
/// lines after any step is a sum, and the steps that brought or took a line are found by the line.
struct LineHistory {
    /// One step's change to one line.
    struct Event {
        let line: LineDelta.Line
        let step: Int32
        /// How often the line was added; negative for removed.
        let count: Int32
    }

    /// By line, the oldest step first.
    private let events: [Event]

    /// Reads every version of a path; nil where one has no lines (a binary, a link), or they are too many to keep.
    ///
    /// - Parameter steps: the steps that change the path, oldest first.
    /// - Throws: kind ``GitStoreError/Kind/notFound`` when a blob is not in this clone.
    init?(
        of path: PathTable.ID, steps: ArraySlice<Int32>, in index: StepIndex, _ lines: LineReader
    ) throws(GitStoreError) {
        var events: [Event] = []
        let limit = 10_000 + 32 * steps.count
        for step in steps {
            guard let change = index.transition(of: Int(step), at: path), let delta = try lines.textDelta(change),
                events.count + delta.counts.count <= limit
            else { return nil }
            for (line, count) in delta.counts { events.append(Event(line: line, step: step, count: count)) }
        }
        events.sort { ($0.line.hash, $0.step) < ($1.line.hash, $1.step) }
        self.events = events
    }

    /// What the steps from `start` on did to a line, oldest first.
    func events(of line: LineDelta.Line, from start: Int) -> ArraySlice<Event> {
        let first = partition { ($0.line.hash, Int($0.step)) < (line.hash, start) }
        return events[first..<partition { $0.line.hash <= line.hash }]
    }

    private func partition(_ isBefore: (Event) -> Bool) -> Int {
        var (low, high) = (0, events.count)
        while low < high {
            let middle = (low + high) / 2
            if isBefore(events[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}

/// The line histories of the paths that are worth one.
struct LineHistories {
    private var byPath: [PathTable.ID: LineHistory] = [:]

    /// None.
    init() {}

    /// Reads those of all paths that have few versions, or few for each attempt that touches them.
    ///
    /// - Parameter attempts: how many attempts touch a path.
    init(
        attempts: [PathTable.ID: Int], steps: StepIndex, repository: Repository
    ) throws(GitStoreError) {
        var paths: [(id: PathTable.ID, steps: ArraySlice<Int32>)] = []
        var versions = 0
        for (path, count) in attempts.sorted(by: { $0.key < $1.key }) {
            let touching = steps.steps(touching: path, from: steps.first)
            guard !touching.isEmpty, touching.count <= Self.fewVersions + Self.versionsPerAttempt * count,
                versions + touching.count <= Self.mostVersions
            else { continue }
            versions += touching.count
            paths.append((path, touching))
        }
        // The longest first, so that no thread ends long after the others.
        paths.sort { ($0.steps.count, $1.id) > ($1.steps.count, $0.id) }
        let isAlone = versions < Self.manyVersions
        if !isAlone { repository.rest() }
        let found = try Cores.map(isAlone ? min(1, paths.count) : paths.count) { () throws(GitStoreError) in
            LineReader(repository: isAlone ? repository : try repository.forAnotherThread())
        } _: { lines, piece throws(GitStoreError) in
            (isAlone ? paths[...] : paths[piece...piece]).map { path in
                // A path that cannot be read is not needed by every attempt that touches it.
                (path.id, (try? LineHistory(of: path.id, steps: path.steps, in: steps, lines)) ?? nil)
            }
        }
        for (path, history) in found.joined() { byPath[path] = history }
    }

    /// A path with no more versions than this is always read.
    private static let fewVersions = 64
    /// How many versions are read for each attempt that touches a path.
    private static let versionsPerAttempt = 200
    /// How many versions are read in all: what they did to lines is kept in memory.
    private static let mostVersions = 200_000
    /// Fewer versions than this are not worth a thread.
    private static let manyVersions = 256

    /// The history of a path's lines; nil where it was not read.
    subscript(_ path: PathTable.ID) -> LineHistory? { byPath[path] }

    /// Those of all given paths; nil where one was not read.
    func all(of paths: [PathTable.ID]) -> [LineHistory]? {
        var found: [LineHistory] = []
        for path in paths {
            guard let history = byPath[path] else { return nil }
            found.append(history)
        }
        return found
    }
}
