/// The order of things that three versions have in orders of their own. Things are numbers; none occurs twice in a
/// version.
enum SequenceMerge {
    /// What is in some side, in the order of the side that changed it, else of the base. What only one side or the base
    /// and one side have comes behind what it stands behind there; of both sides at one place, `comesFirst` decides.
    static func order(
        base: [Int], ours: [Int], theirs: [Int], comesFirst: (_ left: Int, _ right: Int) -> Bool
    ) -> [Int] {
        let members = Set(base).intersection(ours).intersection(theirs)
        let common = base.filter { members.contains($0) }
        let (left, right) = (ours.filter { members.contains($0) }, theirs.filter { members.contains($0) })
        let lead = left == common ? right : right == common || left == right ? left : common
        let (mine, yours) = (runs(ours, members), runs(theirs, members))
        var result: [Int] = []
        var seen: Set<Int> = []
        for anchor in [nil] + lead.map(Optional.some) {
            if let anchor { result.append(anchor) }
            let between = zipped(mine[anchor] ?? [], yours[anchor] ?? [], comesFirst)
            result += between.filter { seen.insert($0).inserted }
        }
        return result
    }

    /// What stands behind each common thing; behind nil, what stands before all of them.
    private static func runs(_ side: [Int], _ members: Set<Int>) -> [Int?: [Int]] {
        var result: [Int?: [Int]] = [:]
        var anchor: Int?
        for thing in side {
            if members.contains(thing) { anchor = thing } else { result[anchor, default: []].append(thing) }
        }
        return result
    }

    /// Two runs as one, each in its own order.
    private static func zipped(_ ours: [Int], _ theirs: [Int], _ comesFirst: (Int, Int) -> Bool) -> [Int] {
        let shared = Set(ours).intersection(theirs)
        var result: [Int] = []
        var taken: Set<Int> = []
        var left = ours[...]
        var right = theirs[...]
        while true {
            while let first = left.first, taken.contains(first) { left.removeFirst() }
            while let first = right.first, taken.contains(first) { right.removeFirst() }
            guard let first = left.first, let second = right.first else { break }
            let takesSecond: Bool
            // What both sides have waits until what stands before it on either side is there.
            switch (shared.contains(first), shared.contains(second)) {
            case (true, false): takesSecond = true
            case (false, true): takesSecond = false
            default: takesSecond = comesFirst(second, first)
            }
            let next = takesSecond ? second : first
            taken.insert(next)
            result.append(next)
        }
        return result + left.filter { !taken.contains($0) } + right.filter { !taken.contains($0) }
    }
}
