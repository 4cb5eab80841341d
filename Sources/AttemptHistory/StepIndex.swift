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

    /// Compares the trees of every step from `first` on. The paths of interest are those that `reader` knows.
    init(mainline: Mainline, first: Int, reader: TreeDeltaReader) throws(GitStoreError) {
        self.first = first
        guard first < mainline.steps.count else { return }
        for index in first..<mainline.steps.count {
            let trees = mainline.trees(of: index)
            let found = try reader.transitions(from: trees.before, to: trees.after, scope: .knownPaths)
            for transition in found { touching[transition.path, default: []].append(Int32(index)) }
            transitions += found.sorted { $0.path < $1.path }
            offsets.append(Int32(transitions.count))
        }
    }

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
