/// A stretch of a merged document: text that both sides agree on, or what a person has to decide.
enum MergePart: Equatable {
    case text([UInt8])
    case conflict(MergeConflict)
}

/// What the three versions have where both sides changed the same thing in different ways.
struct MergeConflict: Equatable {
    let base: [UInt8]
    let ours: [UInt8]
    let theirs: [UInt8]
}

/// Merges three versions of a text line by line, as git does: a change of one side is taken, changes of both that touch
/// or overlap are a conflict unless they are the same.
///
/// Our own and not `git merge-file`, because a document is merged in many small pieces, because its result must be the
/// same whichever git is installed, and because it has no order of sides: `merge(base, a, b)` and `merge(base, b, a)`
/// differ only in the sides of conflicts. Tests compare it with `git merge-file`.
enum LineMerge {
    /// A change of one side: lines of the base replaced by lines of the side.
    private struct Change {
        let base: Range<Int>
        let side: Range<Int>
    }

    /// The parts of the merged text.
    static func parts(base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [MergePart] {
        if ours == theirs || theirs == base { return [.text(ours)] }
        if ours == base { return [.text(theirs)] }
        let (before, left, right) = (lines(base), lines(ours), lines(theirs))
        let changes = (changes(before, left), changes(before, right))
        var parts: [MergePart] = []
        var position = 0
        // How far a side's line numbers are beyond the base's.
        var shift = (0, 0)
        var next = (0, 0)
        while next.0 < changes.0.count || next.1 < changes.1.count {
            let group = group(changes, next)
            parts.append(.text(joined(before[position..<group.base.lowerBound])))
            func text(_ side: [ArraySlice<UInt8>], _ list: ArraySlice<Change>, _ shift: inout Int) -> [UInt8] {
                let start = group.base.lowerBound + shift
                shift += list.reduce(0) { $0 + $1.side.count - $1.base.count }
                return joined(side[start..<group.base.upperBound + shift])
            }
            let ours = text(left, changes.0[next.0..<group.end.0], &shift.0)
            let theirs = text(right, changes.1[next.1..<group.end.1], &shift.1)
            if group.end.1 == next.1 || ours == theirs {
                parts.append(.text(ours))
            } else if group.end.0 == next.0 {
                parts.append(.text(theirs))
            } else {
                parts += trimmed(MergeConflict(base: joined(before[group.base]), ours: ours, theirs: theirs))
            }
            next = group.end
            position = group.base.upperBound
        }
        parts.append(.text(joined(before[position...])))
        return parts
    }

    /// The changes of both sides that touch each other, from the first one on.
    private static func group(
        _ changes: ([Change], [Change]), _ next: (Int, Int)
    ) -> (base: Range<Int>, end: (Int, Int)) {
        let starts = [changes.0.dropFirst(next.0).first, changes.1.dropFirst(next.1).first].compactMap { $0 }
        let first = starts.min { $0.base.lowerBound < $1.base.lowerBound }?.base ?? 0..<0
        var upper = first.upperBound
        var end = next
        func takes(_ list: [Change], _ index: Int) -> Bool {
            index < list.count && list[index].base.lowerBound <= upper
        }
        while true {
            if takes(changes.0, end.0) {
                upper = max(upper, changes.0[end.0].base.upperBound)
                end.0 += 1
            } else if takes(changes.1, end.1) {
                upper = max(upper, changes.1[end.1].base.upperBound)
                end.1 += 1
            } else {
                return (first.lowerBound..<upper, end)
            }
        }
    }

    /// A conflict without the lines that both sides begin or end with.
    static func trimmed(_ conflict: MergeConflict) -> [MergePart] {
        let ours = lines(conflict.ours)
        let theirs = lines(conflict.theirs)
        let most = min(ours.count, theirs.count)
        var head = 0
        while head < most, ours[head] == theirs[head] { head += 1 }
        var tail = 0
        while tail < most - head, ours[ours.count - 1 - tail] == theirs[theirs.count - 1 - tail] { tail += 1 }
        return [
            .text(joined(ours[..<head])),
            .conflict(
                MergeConflict(
                    base: conflict.base, ours: joined(ours[head..<ours.count - tail]),
                    theirs: joined(theirs[head..<theirs.count - tail]))),
            .text(joined(ours[(ours.count - tail)...])),
        ]
    }

    private static func changes(_ base: [ArraySlice<UInt8>], _ side: [ArraySlice<UInt8>]) -> [Change] {
        var result: [Change] = []
        var old = 0
        var new = 0
        for run in LineDifference.commonRuns(base, side)
            + [LineDifference.Run(old: base.count, new: side.count, count: 0)]
        {
            if run.old > old || run.new > new { result.append(Change(base: old..<run.old, side: new..<run.new)) }
            old = run.old + run.count
            new = run.new + run.count
        }
        return result
    }

    /// The lines with their endings: "\n", "\r\n" or "\r".
    static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index].isNewline {
            if bytes[index] == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
            result.append(bytes[start...index])
            start = index + 1
        }
        if start < bytes.count { result.append(bytes[start...]) }
        return result
    }

    static func joined(_ lines: ArraySlice<ArraySlice<UInt8>>) -> [UInt8] { Array(lines.joined()) }
}
