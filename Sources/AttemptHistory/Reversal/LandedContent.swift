import GitStore

/// The content that an attempt's landing brought to the mainline, and how much of it stands at a given step.
final class LandedContent {
    /// One path: what the mainline had before the landing, and what the landing did to its lines.
    struct Path {
        let id: PathTable.ID
        let old: PathVersion
        var new: PathVersion
        var delta: LineDelta
        /// How often the lines in question were there before; nil for content without lines.
        var baseline: [LineDelta.Line: Int32]?
        /// What stands after each step that changes it, where the path's line history is known.
        var story: [Chapter]?
    }

    /// What stands from a step on.
    struct Chapter {
        let step: Int
        let presence: Presence
    }

    /// How many of the changed lines stand: added ones that are there, removed ones that are away.
    struct Presence: Equatable {
        var added = 0
        var removed = 0
        var total: Int { added + removed }
    }

    private struct Key: Hashable {
        let path: PathTable.ID
        let version: PathVersion
    }

    let paths: [Path]
    let pooled: LineDelta
    let weight: Int
    private let history: History
    private var known: [Key: Presence] = [:]

    init(_ parts: [LandedPart], _ history: History) throws(GitStoreError) {
        var found: [PathTable.ID: Path] = [:]
        var order: [PathTable.ID] = []
        var firstStep: [PathTable.ID: Int] = [:]
        for part in parts {
            for change in part.transitions {
                let delta = try history.lines.delta(change)
                if found[change.path] == nil {
                    order.append(change.path)
                    firstStep[change.path] = part.step
                    found[change.path] = Path(id: change.path, old: change.old, new: change.new, delta: delta)
                } else {
                    found[change.path]?.new = change.new
                    found[change.path]?.delta.add(delta)
                }
            }
        }
        var paths: [Path] = []
        for id in order {
            guard var path = found[id], !path.delta.isEmpty else { continue }
            if path.old.mode == path.new.mode || path.old.isAbsent || path.new.isAbsent {
                path.story = Self.story(of: path, from: firstStep[id] ?? 0, history)
                if path.story == nil { path.baseline = try history.lines.counts(of: path.delta, in: path.old) }
            }
            paths.append(path)
        }
        var pooled = LineDelta()
        for path in paths { pooled.add(path.delta) }
        self.paths = paths
        self.pooled = pooled
        self.history = history
        weight = paths.reduce(0) { $0 + $1.delta.weight }
    }

    /// What stands of a path's lines after each step from its landing on that changes any of them; nil where the line
    /// history is not known or does not begin with what was there before.
    private static func story(of path: Path, from first: Int, _ history: History) -> [Chapter]? {
        guard let lines = history.lineHistories[path.id],
            history.steps.version(of: path.id, after: first - 1) == path.old
        else { return nil }
        let onlyTelling = !path.delta.isTrivial
        let wanted = path.delta.counts.filter { $0.key.isTelling || !onlyTelling }
        let events = wanted.keys.flatMap { lines.events(of: $0, from: first) }.sorted { $0.step < $1.step }
        var now: [LineDelta.Line: Int32] = [:]
        var presence = Presence()
        var story: [Chapter] = []
        for (index, event) in events.enumerated() {
            let count = wanted[event.line] ?? 0
            let before = now[event.line] ?? 0
            now[event.line] = before + event.count
            if count > 0 {
                presence.added += Int(min(max(before + event.count, 0), count) - min(max(before, 0), count))
            } else {
                presence.removed += Int(min(max(-before - event.count, 0), -count) - min(max(-before, 0), -count))
            }
            let isLast = index + 1 == events.count || events[index + 1].step != event.step
            if isLast, presence != story.last?.presence ?? Presence() {
                story.append(Chapter(step: Int(event.step), presence: presence))
            }
        }
        return story
    }

    /// Too few lines to tell a reversal from a chance: their place has to match too.
    var isSmall: Bool { weight < 3 || pooled.isTrivial }

    /// Lines came in the place of others: taking that back shows twice.
    var isExchange: Bool { pooled.added > 0 && pooled.removed > 0 }

    /// How many lines only went from one path to another.
    var moved: Int {
        let added = paths.reduce(0) { $1.delta.isTrivial ? $0 : $0 + $1.delta.added }
        return pooled.isTrivial ? 0 : added - pooled.added
    }

    /// What landed, path by path.
    var transitions: [PathTransition] { paths.map { PathTransition(path: $0.id, old: $0.old, new: $0.new) } }

    /// What a step changes of the landing's paths.
    func transitions(of step: Int) -> [PathTransition] {
        history.steps.transitions(of: step).filter { change in paths.contains { $0.id == change.path } }
    }

    /// What stands right after a step.
    func presence(after step: Int) throws(GitStoreError) -> Presence {
        var sum = Presence()
        for path in paths {
            let part = try presence(of: path, after: step)
            sum.added += part.added
            sum.removed += part.removed
        }
        return sum
    }

    /// What stands of one path right after a step.
    func presence(of path: Path, after step: Int) throws(GitStoreError) -> Presence {
        if let story = path.story {
            var (low, high) = (0, story.count)
            while low < high {
                let middle = (low + high) / 2
                if story[middle].step <= step { low = middle + 1 } else { high = middle }
            }
            return low > 0 ? story[low - 1].presence : Presence()
        }
        let version = history.steps.version(of: path.id, after: step) ?? path.new
        if version == path.new { return Presence(added: path.delta.added, removed: path.delta.removed) }
        if version == path.old { return Presence() }
        let key = Key(path: path.id, version: version)
        if let presence = known[key] { return presence }
        let presence = try compare(path, version)
        known[key] = presence
        return presence
    }

    private func compare(_ path: Path, _ version: PathVersion) throws(GitStoreError) -> Presence {
        var now = LineDelta()
        if let baseline = path.baseline, let counts = try history.lines.counts(of: path.delta, in: version) {
            for line in path.delta.counts.keys { now.add(line, (counts[line] ?? 0) - (baseline[line] ?? 0)) }
        } else {
            now = try history.lines.delta(PathTransition(path: path.id, old: path.old, new: version))
        }
        return Presence(added: path.delta.sharedAdded(with: now), removed: path.delta.sharedRemoved(with: now))
    }

    // MARK: - Steps that undo or repeat the whole

    /// True when a step puts every path back to the very blob that was there before the landing.
    func isExactInverse(_ step: Int) -> Bool {
        paths.allSatisfy { path in
            guard let made = history.steps.transition(of: step, at: path.id) else { return false }
            return made.old == path.new && made.new == path.old
        }
    }

    /// True when a step brings every path from the very blob before the landing to the one after it.
    func isExactRepetition(_ step: Int) -> Bool {
        paths.allSatisfy { path in
            guard let made = history.steps.transition(of: step, at: path.id) else { return false }
            return made.old == path.old && made.new == path.new
        }
    }

    /// True when merging the landing (or its inverse) into what a step found gives what it left, place by place.
    func isSameByMerge(_ step: Int, inverted: Bool) throws(GitStoreError) -> Bool {
        try isSameByMerge(step, transitions, inverted: inverted)
    }

    /// The same of a part of the landing.
    func isSameByMerge(
        _ step: Int, _ part: [PathTransition], inverted: Bool
    ) throws(GitStoreError) -> Bool {
        for landed in part {
            guard let made = history.steps.transition(of: step, at: landed.path),
                try PatchRule.isSameByMerge(inverted ? landed.inverse : landed, made, history)
            else { return false }
        }
        return true
    }
}
