import GitStore

/// What a change does to a file's lines, wherever they stand: how often each line was added (positive) or removed
/// (negative).
///
/// Applying one patch to different versions of a file gives one and the same delta, so deltas compare across context
/// that drifted; the inverse patch has the negated delta. White space counts. What has no lines (binaries, submodules,
/// links, modes) is a single made-up line of its object id or mode.
struct LineDelta: Equatable {
    /// Net count by line.
    private(set) var counts: [Line: Int32] = [:]

    /// A line's hash; whether the line says anything is part of it.
    struct Line: Hashable {
        let hash: UInt64

        /// False for blank lines, lone brackets and the like, which are everywhere and prove nothing.
        var isTelling: Bool { hash & 1 == 1 }

        init(_ bytes: UnsafeRawBufferPointer, space: Space = .counts) {
            var hash = UInt64(0xcbf2_9ce4_8422_2325)
            switch space {
            case .counts:
                var rest = bytes
                while rest.count >= 8 {
                    hash = Self.mixed(hash, rest.loadUnaligned(as: UInt64.self))
                    rest = UnsafeRawBufferPointer(rebasing: rest[8...])
                }
                let last = rest.reversed().reduce(UInt64(rest.count)) { $0 << 8 | UInt64($1) }
                hash = Self.mixed(hash, last)
            case .overlooked:
                for byte in bytes where byte != 32 && !(9...13).contains(byte) { hash = Self.mixed(hash, UInt64(byte)) }
            }
            self.hash = hash & ~1 | (Self.isTelling(bytes) ? 1 : 0)
        }

        /// Both halves of a product depend on every bit of both words.
        private static func mixed(_ hash: UInt64, _ word: UInt64) -> UInt64 {
            let product = (hash ^ word).multipliedFullWidth(by: 0x9e37_79b9_7f4a_7c15)
            return product.high ^ product.low
        }

        /// Whether there are four letters or digits.
        private static func isTelling(_ bytes: UnsafeRawBufferPointer) -> Bool {
            var letters = 0
            for byte in bytes where isWordByte(byte) {
                letters += 1
                if letters == 4 { return true }
            }
            return false
        }

        /// A line that stands for content without lines.
        init(standingFor version: PathVersion) {
            var hasher = Hasher()
            hasher.combine(version)
            hash = UInt64(bitPattern: Int64(hasher.finalize())) | 1
        }

        /// A hash already: a table needs no more than its own seed mixed in.
        func _rawHashValue(seed: Int) -> Int {
            let mixed = (hash ^ UInt64(truncatingIfNeeded: seed)) &* 0x9e37_79b9_7f4a_7c15
            return Int(truncatingIfNeeded: mixed ^ mixed >> 32)
        }

        private static func isWordByte(_ byte: UInt8) -> Bool {
            byte >= 0x80 || (byte | 0x20 >= 97 && byte | 0x20 <= 122) || (byte >= 48 && byte <= 57)
        }
    }

    /// No change.
    init() {}

    /// Whether lines that differ in white space alone differ.
    enum Space {
        case counts
        case overlooked
    }

    /// The change between two texts.
    init(from old: UnsafeRawBufferPointer, to new: UnsafeRawBufferPointer, space: Space = .counts) {
        let (start, oldEnd, newEnd) = Self.differingPart(old, new)
        Self.forEachLine(of: UnsafeRawBufferPointer(rebasing: old[start..<oldEnd]), space) { add($0, -1) }
        Self.forEachLine(of: UnsafeRawBufferPointer(rebasing: new[start..<newEnd]), space) { add($0, 1) }
    }

    /// The change of a path whose content has no lines.
    init(from old: PathVersion, to new: PathVersion) {
        if !old.isAbsent { add(Line(standingFor: old), -1) }
        if !new.isAbsent { add(Line(standingFor: new), 1) }
    }

    /// True when nothing is added or removed.
    var isEmpty: Bool { counts.isEmpty }

    /// How many lines are added and removed, only telling ones unless there are none.
    var weight: Int { added + removed }

    /// How many lines are added.
    var added: Int { sum { $0 > 0 } }

    /// How many lines are removed.
    var removed: Int { sum { $0 < 0 } }

    /// True when every line is blank, a bracket or the like: equality of such deltas proves nothing.
    var isTrivial: Bool { !counts.keys.contains { $0.isTelling } }

    /// The delta of the change that takes this one back.
    var inverse: LineDelta {
        var result = self
        result.counts = counts.mapValues { -$0 }
        return result
    }

    /// Adds one line `count` times.
    mutating func add(_ line: Line, _ count: Int32) {
        let sum = (counts[line] ?? 0) + count
        counts[line] = sum == 0 ? nil : sum
    }

    /// Pools another change with this one.
    mutating func add(_ other: LineDelta) {
        for (line, count) in other.counts { add(line, count) }
    }

    /// How many of this delta's lines another one adds or removes too, in the same direction.
    func shared(with other: LineDelta) -> Int { sharedAdded(with: other) + sharedRemoved(with: other) }

    /// How many of the lines that this delta adds another one adds too.
    func sharedAdded(with other: LineDelta) -> Int {
        sum(of: other) { $0 > 0 }
    }

    /// How many of the lines that this delta removes another one removes too.
    func sharedRemoved(with other: LineDelta) -> Int {
        sum(of: other) { $0 < 0 }
    }

    private func sum(of other: LineDelta, _ included: (Int32) -> Bool) -> Int {
        let onlyTelling = !isTrivial
        var total = 0
        for (line, count) in counts where included(count) && (line.isTelling || !onlyTelling) {
            guard let match = other.counts[line], (match > 0) == (count > 0) else { continue }
            total += Int(min(abs(match), abs(count)))
        }
        return total
    }

    private func sum(_ included: (Int32) -> Bool) -> Int {
        let onlyTelling = !isTrivial
        return counts.reduce(0) { total, entry in
            (entry.key.isTelling || !onlyTelling) && included(entry.value) ? total + Int(abs(entry.value)) : total
        }
    }

    /// Hands over every line, its newline included.
    static func forEachLine(of text: UnsafeRawBufferPointer, _ space: Space = .counts, _ body: (Line) -> Void) {
        guard let base = text.baseAddress else { return }
        var start = 0
        while start < text.count {
            let rest = text.count - start
            let length = memchr(base + start, 10, rest).map { UnsafeRawPointer($0) - (base + start) + 1 } ?? rest
            body(Line(UnsafeRawBufferPointer(start: base + start, count: length), space: space))
            start += length
        }
    }

    /// How many bytes both texts begin with.
    private static func commonStart(_ old: UnsafeRawBufferPointer, _ new: UnsafeRawBufferPointer) -> Int {
        let common = min(old.count, new.count)
        var start = 0
        while start + 8 <= common,
            old.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                == new.loadUnaligned(fromByteOffset: start, as: UInt64.self)
        {
            start += 8
        }
        while start < common, old[start] == new[start] { start += 1 }
        return start
    }

    /// Cuts off the whole lines that both texts begin and end with.
    private static func differingPart(
        _ old: UnsafeRawBufferPointer, _ new: UnsafeRawBufferPointer
    ) -> (start: Int, oldEnd: Int, newEnd: Int) {
        var start = commonStart(old, new)
        while start > 0, old[start - 1] != 10 { start -= 1 }
        var (oldEnd, newEnd) = (old.count, new.count)
        // Eight bytes at a time, then one by one.
        while oldEnd >= start + 8, newEnd >= start + 8,
            old.loadUnaligned(fromByteOffset: oldEnd - 8, as: UInt64.self)
                == new.loadUnaligned(fromByteOffset: newEnd - 8, as: UInt64.self)
        {
            oldEnd -= 8
            newEnd -= 8
        }
        while oldEnd > start, newEnd > start, old[oldEnd - 1] == new[newEnd - 1] {
            oldEnd -= 1
            newEnd -= 1
        }
        // Back to the start of a line that both have, or to the end of the text.
        while oldEnd < old.count, !(oldEnd > 0 && old[oldEnd - 1] == 10 && newEnd > 0 && new[newEnd - 1] == 10) {
            oldEnd += 1
            newEnd += 1
        }
        return (start, oldEnd, newEnd)
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
