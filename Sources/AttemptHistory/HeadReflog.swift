import GitStore

/// What HEAD's reflog tells about branches: where each was when it was last left or moved.
struct HeadReflog {
    /// Last known tip by short branch name.
    let branchTips: [String: ObjectID]

    init(_ entries: [ReflogEntry]) {
        var tips: [String: ObjectID] = [:]
        var current: String?
        for entry in entries {
            if let (from, to) = Self.move(entry.message) {
                tips[from] = entry.old
                current = to
            } else if let finished = Self.rebaseEnd(entry.message) {
                current = finished
            } else if entry.message.hasPrefix("rebase"), entry.message.contains("checkout") {
                current = nil
            }
            if let current { tips[current] = entry.new }
        }
        branchTips = tips
    }

    /// `checkout: moving from A to B`
    private static func move(_ message: String) -> (String, String)? {
        guard let rest = message.dropping("checkout: moving from ") else { return nil }
        let parts = rest.split(separator: " to ", maxSplits: 1)
        return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }

    /// `rebase (finish): returning to refs/heads/X`
    private static func rebaseEnd(_ message: String) -> String? {
        guard message.hasPrefix("rebase"), let range = message.firstRange(of: "returning to refs/heads/") else {
            return nil
        }
        return String(message[range.upperBound...])
    }
}
