import GitStore

/// Merges a change into what the mainline has, path by path and in memory: where nothing changes, the change's intent
/// is there already.
struct ThreeWay {
    let history: History

    /// Whether the change was not there before a step and is there after it.
    func isBroughtIn(_ change: [PathTransition], by step: Int) throws(GitStoreError) -> Bool {
        guard try isPresent(change, after: step) else { return false }
        return try !isPresent(change, after: step - 1)
    }

    /// Whether a step did just what merging the change into the commit before it does.
    func isResult(of change: [PathTransition], _ step: Int) throws(GitStoreError) -> Bool {
        for path in change {
            let before = history.steps.version(of: path.path, after: step - 1) ?? path.old
            let after = history.steps.version(of: path.path, after: step) ?? path.old
            if after == path.new, before == path.old || before == path.new { continue }
            guard after.mode == before.mode || after.mode == path.new.mode,
                let ancestor = try history.lines.text(path.old), let theirs = try history.lines.text(path.new),
                let ours = try history.lines.text(before), let result = try history.lines.text(after),
                try Repository.mergedFile(ancestor: ancestor, ours: ours, theirs: theirs) == result
            else { return false }
        }
        return true
    }

    /// Whether merging the change into the mainline as it is after a step would change nothing.
    func isPresent(_ change: [PathTransition], after step: Int) throws(GitStoreError) -> Bool {
        for path in change {
            let version = history.steps.version(of: path.path, after: step) ?? path.old
            if version == path.new { continue }
            guard let ancestor = try history.lines.text(path.old), let theirs = try history.lines.text(path.new),
                let ours = try history.lines.text(version),
                try Repository.mergedFile(ancestor: ancestor, ours: ours, theirs: theirs) == ours
            else { return false }
        }
        return true
    }
}
