import GitStore

/// Finds the steps at which some of a landing's content went or came, without reading every version of its files: what
/// stands is compared at a few points, and where it differs between two of them the step is found by halving.
///
/// Points are the landing, the tip, the steps that are suspicious at no cost (those whose message speaks of reversal, or
/// that restore an old blob), and some between, denser soon after the landing: what was taken back there may look landed
/// again at the tip, because the lines went for good. Where a path's line history is known, nothing has to be searched.
/// Steps whose message speaks of reversal are always looked at: brackets and blank lines may have come and gone in the same
/// number elsewhere in a file.
struct TurningPoints {
    let history: History
    let content: LandedContent

    /// The steps after `first` that are worth a closer look, oldest first.
    func steps(after first: Int) throws(GitStoreError) -> [Int] {
        var found: Set<Int> = []
        for path in content.paths {
            try search(path, after: first, &found)
            for step in history.steps.steps(touching: path.id, from: first + 1)
            where history.step(Int(step)).mentions.contains(.reversal) { found.insert(Int(step)) }
        }
        return found.sorted()
    }

    private func search(
        _ path: LandedContent.Path, after first: Int, _ found: inout Set<Int>
    ) throws(GitStoreError) {
        if let story = path.story {
            found.formUnion(story.lazy.map(\.step).filter { $0 > first })
            return
        }
        let touching = Array(history.steps.steps(touching: path.id, from: first + 1))
        guard !touching.isEmpty else { return }
        var low = -1
        var lowPresence = try presence(path, touching, low, first)
        for index in points(path, touching) {
            let high = try presence(path, touching, index, first)
            try halve(path, touching, (low, lowPresence), (index, high), first, &found)
            (low, lowPresence) = (index, high)
        }
    }

    /// Positions in `touching`: before and after every suspicious step, the last, and ever fewer between.
    private func points(_ path: LandedContent.Path, _ touching: [Int32]) -> [Int] {
        var points: Set<Int> = [touching.count - 1]
        for (index, step) in touching.enumerated() where isSuspicious(Int(step), path) {
            if index > 0 { points.insert(index - 1) }
            points.insert(index)
        }
        var next = 0
        while next < touching.count {
            points.insert(next)
            next += 1 + next / 4
        }
        return points.sorted()
    }

    private func isSuspicious(_ step: Int, _ path: LandedContent.Path) -> Bool {
        if history.step(step).mentions.contains(.reversal) { return true }
        guard let made = history.steps.transition(of: step, at: path.id) else { return false }
        return made.new == path.old || made.new == path.new
    }

    private typealias Point = (index: Int, presence: LandedContent.Presence)

    private func halve(
        _ path: LandedContent.Path, _ touching: [Int32], _ low: Point, _ high: Point, _ first: Int,
        _ found: inout Set<Int>
    ) throws(GitStoreError) {
        var pending = [(low, high)]
        while let (low, high) = pending.popLast() {
            guard low.presence != high.presence else { continue }
            if high.index - low.index == 1 {
                found.insert(Int(touching[high.index]))
                continue
            }
            let middle = (low.index + high.index) / 2
            let point = (index: middle, presence: try presence(path, touching, middle, first))
            pending.append((low, point))
            pending.append((point, high))
        }
    }

    private func presence(
        _ path: LandedContent.Path, _ touching: [Int32], _ index: Int, _ first: Int
    ) throws(GitStoreError) -> LandedContent.Presence {
        try content.presence(of: path, after: index < 0 ? first : Int(touching[index]))
    }
}
