/// The parts of a commit that a walk over a whole history needs, read without making strings.
public struct CommitOutline: Sendable {
    /// The root tree.
    public let tree: ObjectID
    /// Parents in order.
    public let parents: [ObjectID]
    /// A hash of the author's address; equal for equal addresses, letter case aside.
    public let authorKey: UInt64
    /// When the change was written.
    public let authorTime: GitTime
    /// When this commit object was made.
    public let committerTime: GitTime
    /// Where the message starts in the raw object.
    let messageStart: Int

    /// Parses a raw commit object; nil when it is malformed.
    init?(raw: UnsafeRawBufferPointer) {
        guard let base = raw.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return nil }
        var lines = HeaderLines(base: base, count: raw.count)
        guard let first = lines.next(), first.has("tree ", 45), let tree = ObjectID(hexDigits: base + 5) else {
            return nil
        }
        var parents: [ObjectID] = []
        var author: (key: UInt64, time: GitTime)?
        var committer: GitTime?
        while let line = lines.next(), line.count > 0 {
            if line.has("parent ", 47), author == nil {
                guard let parent = ObjectID(hexDigits: line.start + 7) else { return nil }
                parents.append(parent)
            } else if author == nil, line.has("author ", 7) {
                author = (line.addressKey, line.time)
            } else if committer == nil, line.has("committer ", 10) {
                committer = line.time
            }
        }
        guard let author, let committer else { return nil }
        self.tree = tree
        self.parents = parents
        authorKey = author.key
        authorTime = author.time
        committerTime = committer
        messageStart = lines.position
    }
}

extension Repository {
    /// Reads a commit's outline and hands it to `body` together with the message's raw bytes, which are valid only
    /// during the call.
    ///
    /// - Throws: kind ``GitStoreError/Kind/notFound`` when the commit is not in this clone,
    ///   ``GitStoreError/Kind/malformed`` when it is not a commit.
    public func withCommitOutline<Value>(
        _ id: ObjectID, _ body: (CommitOutline, UnsafeRawBufferPointer) -> Value
    ) throws(GitStoreError) -> Value {
        let value = try withObject(id, .commit, "reading commit \(id)") { raw -> Value? in
            guard let outline = CommitOutline(raw: raw) else { return nil }
            let start = min(outline.messageStart, raw.count)
            return body(outline, UnsafeRawBufferPointer(rebasing: raw[start...]))
        }
        guard let value else {
            throw GitStoreError(kind: .malformed, operation: "reading commit \(id)", reason: "the object is damaged")
        }
        return value
    }

    /// Reads a commit's outline.
    public func commitOutline(_ id: ObjectID) throws(GitStoreError) -> CommitOutline {
        try withCommitOutline(id) { outline, _ in outline }
    }
}

/// Lines of a commit's header.
private struct HeaderLines {
    let base: UnsafePointer<UInt8>
    let count: Int
    var position = 0

    init(base: UnsafePointer<UInt8>, count: Int) {
        self.base = base
        self.count = count
    }

    mutating func next() -> HeaderLine? {
        guard position < count else { return nil }
        let start = base + position
        let rest = count - position
        let length = memchr(start, 10, rest).map { UnsafeRawPointer($0) - UnsafeRawPointer(start) } ?? rest
        position += min(length + 1, rest)
        return HeaderLine(start: start, count: length)
    }
}

private struct HeaderLine {
    let start: UnsafePointer<UInt8>
    let count: Int

    func has(_ prefix: StaticString, _ length: Int) -> Bool {
        count >= length && memcmp(start, prefix.utf8Start, prefix.utf8CodeUnitCount) == 0
    }

    private func last(_ byte: UInt8, before end: Int) -> Int? {
        var index = end - 1
        while index >= 0, start[index] != byte { index -= 1 }
        return index >= 0 ? index : nil
    }

    /// FNV-1a of the address between the last angle brackets, ASCII letters in lower case.
    var addressKey: UInt64 {
        guard let close = last(UInt8(ascii: ">"), before: count), let open = last(UInt8(ascii: "<"), before: close)
        else { return 0 }
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in open + 1..<close {
            let byte = start[index]
            let isUpper = byte >= UInt8(ascii: "A") && byte <= UInt8(ascii: "Z")
            hash = (hash ^ UInt64(isUpper ? byte | 0x20 : byte)) &* 0x100_0000_01b3
        }
        return hash
    }

    /// Seconds and zone after the address; a missing date is the epoch, as in ``Commit``.
    var time: GitTime {
        var position = (last(UInt8(ascii: ">"), before: count) ?? count) + 1
        let seconds = number(&position)
        let zone = number(&position)
        let minutes = abs(zone) / 100 * 60 + abs(zone) % 100
        return GitTime(seconds: Int64(seconds), offsetMinutes: zone < 0 ? -minutes : minutes)
    }

    private func number(_ position: inout Int) -> Int {
        while position < count, start[position] == UInt8(ascii: " ") { position += 1 }
        var negative = false
        if position < count, start[position] == UInt8(ascii: "-") || start[position] == UInt8(ascii: "+") {
            negative = start[position] == UInt8(ascii: "-")
            position += 1
        }
        var value = 0
        while position < count, start[position] >= UInt8(ascii: "0"), start[position] <= UInt8(ascii: "9"),
            value < 1 << 55
        {
            value = value * 10 + Int(start[position] - UInt8(ascii: "0"))
            position += 1
        }
        return negative ? -value : value
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
