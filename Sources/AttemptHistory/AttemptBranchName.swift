/// The name of an attempt's branch: `<prefix>-attempt-<digits>[-<slug>]`.
///
/// The prefix may contain dashes and slashes; the first `-attempt-` that a number follows counts. One to nine digits;
/// `1` and `001` are the same attempt. Names that hosting sites make for reverts (`revert-12-perf-attempt-001-x`) are
/// no attempt's branch.
public struct AttemptBranchName: Hashable, Sendable {
    /// The branch's short name.
    public let name: String
    /// What stands before `-attempt-`.
    public let prefix: String
    /// The attempt's number, 1 or more.
    public let number: Int

    static let marker = "-attempt-"
    static let markerLength = marker.count

    /// What follows the number: `-caching`; empty where nothing does.
    public var ending: Substring { name.dropFirst(prefix.count + Self.markerLength).drop { $0.isASCII && $0.isNumber } }

    /// Reads a branch's short name; nil when it is not an attempt's.
    public init?(_ name: String) {
        guard !Self.isRevertBranch(name) else { return nil }
        let bytes = Array(name.utf8)
        let marker = Array(Self.marker.utf8)
        var start = 1
        while start + marker.count < bytes.count {
            defer { start += 1 }
            guard bytes[start..<start + marker.count].elementsEqual(marker) else { continue }
            let digits = bytes[(start + marker.count)...].prefix { $0 >= 48 && $0 <= 57 }
            let end = start + marker.count + digits.count
            guard (1...9).contains(digits.count), end == bytes.count || bytes[end] == UInt8(ascii: "-") else {
                continue
            }
            let number = digits.reduce(0) { $0 * 10 + Int($1 - 48) }
            guard number > 0 else { continue }
            self.name = name
            self.prefix = String(decoding: bytes[..<start], as: UTF8.self)
            self.number = number
            return
        }
        return nil
    }

    /// True for `revert-<digits>-<branch>`, below an owner's name or not.
    static func isRevertBranch(_ name: String) -> Bool {
        let start = "revert-".utf8
        guard let last = name.utf8.split(separator: UInt8(ascii: "/")).last(where: { $0.starts(with: start) }) else {
            return false
        }
        let rest = last.dropFirst(start.count)
        let digits = rest.prefix { $0 >= 48 && $0 <= 57 }
        return !digits.isEmpty && rest.dropFirst(digits.count).first == UInt8(ascii: "-")
    }
}
