/// Finds the lines that two texts have in common.
///
/// Lines that occur once in both cut the problem into small pieces (the idea of Bram Cohen's patience diff); Myers'
/// algorithm does the pieces. A piece that is too different is taken as replaced whole.
struct LineDifference {
    /// So many lines in common, from these on.
    struct Run: Equatable {
        var old: Int
        var new: Int
        var count: Int
    }

    private let old: [Int]
    private let new: [Int]
    private var runs: [Run] = []

    /// The most edits that are looked for within one piece.
    private static let limit = 2000

    /// The runs of equal lines, from the top down.
    static func commonRuns(_ before: [ArraySlice<UInt8>], _ after: [ArraySlice<UInt8>]) -> [Run] {
        var identities: [ArraySlice<UInt8>: Int] = [:]
        func identity(_ line: ArraySlice<UInt8>) -> Int {
            if let known = identities[line] { return known }
            identities[line] = identities.count
            return identities.count - 1
        }
        var prefix = 0
        while prefix < before.count, prefix < after.count, before[prefix] == after[prefix] { prefix += 1 }
        var suffix = 0
        while suffix < before.count - prefix, suffix < after.count - prefix,
            before[before.count - 1 - suffix] == after[after.count - 1 - suffix]
        {
            suffix += 1
        }
        let oldMiddle = before[prefix..<before.count - suffix].map(identity)
        let newMiddle = after[prefix..<after.count - suffix].map(identity)
        var difference = LineDifference(old: oldMiddle, new: newMiddle)
        difference.compare(0..<oldMiddle.count, 0..<newMiddle.count)
        var result = [Run(old: 0, new: 0, count: prefix)]
        result += difference.runs.map { Run(old: $0.old + prefix, new: $0.new + prefix, count: $0.count) }
        result.append(Run(old: before.count - suffix, new: after.count - suffix, count: suffix))
        return merged(result)
    }

    private init(old: [Int], new: [Int]) {
        self.old = old
        self.new = new
    }

    private static func merged(_ runs: [Run]) -> [Run] {
        var result: [Run] = []
        for run in runs where run.count > 0 {
            if let last = result.last, last.old + last.count == run.old, last.new + last.count == run.new {
                result[result.count - 1].count += run.count
            } else {
                result.append(run)
            }
        }
        return result
    }

    private mutating func compare(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
        var oldStart = oldRange.lowerBound
        var newStart = newRange.lowerBound
        for anchor in anchors(oldRange, newRange) + [(oldRange.upperBound, newRange.upperBound)] {
            myers(oldStart..<anchor.0, newStart..<anchor.1)
            if anchor.0 < oldRange.upperBound { runs.append(Run(old: anchor.0, new: anchor.1, count: 1)) }
            oldStart = anchor.0 + 1
            newStart = anchor.1 + 1
        }
    }

    /// The longest series of lines that occur once in both pieces, in the order of both.
    private func anchors(_ oldRange: Range<Int>, _ newRange: Range<Int>) -> [(Int, Int)] {
        var places: [Int: (old: Int, new: Int, oldCount: Int, newCount: Int)] = [:]
        for index in oldRange {
            let known = places[old[index]] ?? (0, 0, 0, 0)
            places[old[index]] = (index, known.new, known.oldCount + 1, known.newCount)
        }
        for index in newRange {
            guard let known = places[new[index]] else { continue }
            places[new[index]] = (known.old, index, known.oldCount, known.newCount + 1)
        }
        let unique = places.values.filter { $0.oldCount == 1 && $0.newCount == 1 }.sorted { $0.old < $1.old }
        return Self.longestIncreasing(unique.map { ($0.old, $0.new) })
    }

    private static func longestIncreasing(_ pairs: [(Int, Int)]) -> [(Int, Int)] {
        var tails: [Int] = []
        var previous = Array(repeating: -1, count: pairs.count)
        for index in pairs.indices {
            var low = 0
            var high = tails.count
            while low < high {
                let middle = (low + high) / 2
                if pairs[tails[middle]].1 < pairs[index].1 { low = middle + 1 } else { high = middle }
            }
            if low > 0 { previous[index] = tails[low - 1] }
            if low == tails.count { tails.append(index) } else { tails[low] = index }
        }
        var result: [(Int, Int)] = []
        var index = tails.last ?? -1
        while index >= 0 {
            result.append(pairs[index])
            index = previous[index]
        }
        return result.reversed()
    }

    /// Myers' greedy algorithm, every step kept so that the path can be walked back.
    private mutating func myers(_ oldRange: Range<Int>, _ newRange: Range<Int>) {
        guard !oldRange.isEmpty, !newRange.isEmpty else { return }
        let most = min(oldRange.count + newRange.count, Self.limit)
        var furthest = Array(repeating: 0, count: 2 * most + 3)
        var history: [[Int]] = []
        for edits in 0...most {
            history.append(Array(furthest[(most + 1 - edits)...(most + 1 + edits)]))
            for diagonal in stride(from: -edits, through: edits, by: 2) {
                let place = most + 1 + diagonal
                let isDown = diagonal == -edits || diagonal != edits && furthest[place - 1] < furthest[place + 1]
                var x = isDown ? furthest[place + 1] : furthest[place - 1] + 1
                var y = x - diagonal
                while x < oldRange.count, y < newRange.count,
                    old[oldRange.lowerBound + x] == new[newRange.lowerBound + y]
                {
                    x += 1
                    y += 1
                }
                furthest[place] = x
                if x >= oldRange.count, y >= newRange.count {
                    walkBack(history, oldRange, newRange)
                    return
                }
            }
        }
    }

    private mutating func walkBack(_ history: [[Int]], _ oldRange: Range<Int>, _ newRange: Range<Int>) {
        var found: [Run] = []
        var x = oldRange.count
        var y = newRange.count
        for edits in stride(from: history.count - 1, through: 0, by: -1) {
            let diagonal = x - y
            var startX = 0
            var startY = 0
            var middleX = 0
            if edits > 0 {
                let reached = history[edits]
                func at(_ diagonal: Int) -> Int { reached[diagonal + edits] }
                let isDown = diagonal == -edits || diagonal != edits && at(diagonal - 1) < at(diagonal + 1)
                let before = isDown ? diagonal + 1 : diagonal - 1
                startX = at(before)
                startY = startX - before
                middleX = isDown ? startX : startX + 1
            }
            let count = x - middleX
            if count > 0 {
                found.append(
                    Run(
                        old: oldRange.lowerBound + middleX, new: newRange.lowerBound + middleX - diagonal, count: count)
                )
            }
            x = startX
            y = startY
        }
        runs += found.reversed()
    }
}
