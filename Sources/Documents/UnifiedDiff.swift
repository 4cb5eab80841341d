/// The difference of two texts as `git diff` shows it.
public enum UnifiedDiff {
    /// A unified diff with three lines of context, which `git apply` takes. Empty when nothing differs. Bytes that are
    /// no UTF-8 become U+FFFD here; ``bytes(old:new:path:)`` keeps them.
    public static func text(old: [UInt8], new: [UInt8], path: String) -> String {
        String(decoding: bytes(old: old, new: new, path: path), as: UTF8.self)
    }

    /// The same as bytes. An empty `old` is a file that is not there yet.
    public static func bytes(old: [UInt8], new: [UInt8], path: String) -> [UInt8] {
        guard old != new else { return [] }
        let before = lines(old)
        let after = lines(new)
        let pairs = LineDifference.commonRuns(before, after)
        var result: [UInt8] = []
        result += (old.isEmpty ? "--- /dev/null" : "--- " + quoted("a/" + path)).utf8
        result += ("\n" + (new.isEmpty ? "+++ /dev/null" : "+++ " + quoted("b/" + path)) + "\n").utf8
        for hunk in hunks(pairs, before.count, after.count) { write(hunk, before, after, to: &result) }
        return result
    }

    /// A stretch of both texts: lines of the old one replaced by lines of the new one.
    private struct Change {
        let old: Range<Int>
        let new: Range<Int>
    }

    private static let context = 3

    private static func lines(_ bytes: [UInt8]) -> [ArraySlice<UInt8>] {
        var result: [ArraySlice<UInt8>] = []
        var start = 0
        for index in bytes.indices where bytes[index] == 0x0A {
            result.append(bytes[start...index])
            start = index + 1
        }
        if start < bytes.count { result.append(bytes[start...]) }
        return result
    }

    /// Changes that are at most twice the context apart stand in one hunk.
    private static func hunks(_ runs: [LineDifference.Run], _ oldCount: Int, _ newCount: Int) -> [[Change]] {
        var changes: [Change] = []
        var old = 0
        var new = 0
        for run in runs + [LineDifference.Run(old: oldCount, new: newCount, count: 0)] {
            if run.old > old || run.new > new { changes.append(Change(old: old..<run.old, new: new..<run.new)) }
            old = run.old + run.count
            new = run.new + run.count
        }
        var result: [[Change]] = []
        for change in changes {
            if let last = result.last?.last, change.old.lowerBound - last.old.upperBound <= 2 * context {
                result[result.count - 1].append(change)
            } else {
                result.append([change])
            }
        }
        return result
    }

    private static func write(
        _ hunk: [Change], _ before: [ArraySlice<UInt8>], _ after: [ArraySlice<UInt8>], to result: inout [UInt8]
    ) {
        guard let first = hunk.first, let last = hunk.last else { return }
        let lead = min(context, first.old.lowerBound)
        let tail = min(context, before.count - last.old.upperBound)
        let old = first.old.lowerBound - lead..<last.old.upperBound + tail
        let new = first.new.lowerBound - lead..<last.new.upperBound + tail
        result += "@@ -\(span(old)) +\(span(new)) @@\n".utf8
        var position = old.lowerBound
        for change in hunk {
            for index in position..<change.old.lowerBound { write(0x20, before[index], to: &result) }
            for index in change.old { write(0x2D, before[index], to: &result) }
            for index in change.new { write(0x2B, after[index], to: &result) }
            position = change.old.upperBound
        }
        for index in position..<old.upperBound { write(0x20, before[index], to: &result) }
    }

    private static func write(_ mark: UInt8, _ line: ArraySlice<UInt8>, to result: inout [UInt8]) {
        result.append(mark)
        result += line
        if line.last != 0x0A { result += "\n\\ No newline at end of file\n".utf8 }
    }

    private static func span(_ range: Range<Int>) -> String {
        let start = range.isEmpty ? range.lowerBound : range.lowerBound + 1
        return range.count == 1 ? String(start) : "\(start),\(range.count)"
    }

    /// A path as git quotes it: in quotes with octal escapes when it has a control character, a quote or a backslash,
    /// and with a tab behind it when it has a space.
    private static func quoted(_ path: String) -> String {
        let needsQuotes = path.utf8.contains { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C || $0 >= 0x7F }
        guard needsQuotes else { return path.utf8.contains(0x20) ? path + "\t" : path }
        var result = "\""
        for byte in path.utf8 {
            switch byte {
            case 0x22, 0x5C: result += "\\" + String(UnicodeScalar(byte))
            case 0x20..<0x7F: result.unicodeScalars.append(UnicodeScalar(byte))
            default:
                let octal = String(byte, radix: 8)
                result += "\\" + String(repeating: "0", count: 3 - octal.count) + octal
            }
        }
        return result + "\""
    }
}
