/// A point in time as Git stores it: seconds since 1970 and the zone of whoever wrote it.
public struct GitTime: Hashable, Sendable {
    /// Seconds since 1970-01-01 00:00 UTC.
    public var seconds: Int64
    /// Offset from UTC in minutes, east positive.
    public var offsetMinutes: Int

    /// Makes a time from seconds since 1970 and a zone offset in minutes.
    public init(seconds: Int64, offsetMinutes: Int) {
        self.seconds = seconds
        self.offsetMinutes = offsetMinutes
    }
}

/// Who and when, as in a commit's author and committer lines.
public struct Signature: Hashable, Sendable {
    /// The person's name, without the address.
    public var name: String
    /// The address between angle brackets.
    public var email: String
    /// When, in the person's own zone.
    public var time: GitTime

    /// Makes a signature.
    public init(name: String, email: String, time: GitTime) {
        self.name = name
        self.email = email
        self.time = time
    }

    /// Text of a commit's header.
    ///
    /// - Parameter encoding: what the commit, or `i18n.commitEncoding`, says it is written in; nil for UTF-8. Of other
    ///   encodings only Latin-1 and its like are known here, whose bytes are characters; the rest is decoded with replacement.
    public static func text(_ bytes: [UInt8], encoding: String?) -> String {
        if let encoding, String(validating: bytes, as: UTF8.self) == nil,
            ["iso-8859-1", "iso8859-1", "latin1", "latin-1", "iso-8859-15", "windows-1252", "cp1252"]
                .contains(encoding.lowercased())
        {
            return String(String.UnicodeScalarView(bytes.map { Unicode.Scalar($0) }))
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// A commit object, parsed.
public struct Commit: Sendable {
    /// The commit's own id.
    public let id: ObjectID
    /// The root tree.
    public let tree: ObjectID
    /// Parents in order; the first is the branch that was merged into.
    public let parents: [ObjectID]
    /// Who wrote the change.
    public let author: Signature
    /// Who made this commit object.
    public let committer: Signature
    /// The message's bytes, as stored.
    public let messageBytes: [UInt8]

    /// The message as UTF-8, invalid bytes replaced.
    public var message: String { String(decoding: messageBytes, as: UTF8.self) }

    /// The message's first line.
    public var subject: String {
        String(decoding: messageBytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// True when the commit has more than one parent.
    public var isMerge: Bool { parents.count > 1 }

    /// Parses a raw commit object; nil when it is malformed.
    ///
    /// The format is that of `git cat-file commit`: header lines, a blank line, the message.
    public init?(id: ObjectID, raw: UnsafeRawBufferPointer) {
        var tree: ObjectID?
        var parents: [ObjectID] = []
        var author: Slice<UnsafeRawBufferPointer>?
        var committer: Slice<UnsafeRawBufferPointer>?
        var encoding: String?
        var position = 0
        while position < raw.count {
            var end = position
            while end < raw.count, raw[end] != UInt8(ascii: "\n") { end += 1 }
            if end == position {
                position += 1
                break
            }
            let line = UnsafeRawBufferPointer(rebasing: raw[position..<end])
            switch line.first {
            case UInt8(ascii: "t") where Self.has(line, "tree "):
                tree = ObjectID(hexBytes: line.dropFirst(5))
            case UInt8(ascii: "p") where Self.has(line, "parent "):
                guard let parent = ObjectID(hexBytes: line.dropFirst(7)) else { return nil }
                parents.append(parent)
            case UInt8(ascii: "a") where author == nil && Self.has(line, "author "):
                author = line.dropFirst(7)
            case UInt8(ascii: "c") where committer == nil && Self.has(line, "committer "):
                committer = line.dropFirst(10)
            case UInt8(ascii: "e") where encoding == nil && Self.has(line, "encoding "):
                encoding = String(decoding: line.dropFirst(9), as: UTF8.self)
            default: break
            }
            position = end + 1
        }
        guard let tree, let author = author.flatMap({ Self.signature($0, encoding: encoding) }),
            let committer = committer.flatMap({ Self.signature($0, encoding: encoding) })
        else { return nil }
        self.id = id
        self.tree = tree
        self.parents = parents
        self.author = author
        self.committer = committer
        messageBytes = position < raw.count ? Array(raw[position...]) : []
    }

    private static func has(_ line: UnsafeRawBufferPointer, _ prefix: StaticString) -> Bool {
        line.count >= prefix.utf8CodeUnitCount
            && line.prefix(prefix.utf8CodeUnitCount)
                .elementsEqual(UnsafeBufferPointer(start: prefix.utf8Start, count: prefix.utf8CodeUnitCount))
    }

    /// Parses `Name <email> seconds ±hhmm`, forgiving what old tools wrote: a missing date is the epoch.
    ///
    /// - Parameter encoding: what the commit says its text is written in; nil for UTF-8.
    static func signature(_ line: Slice<UnsafeRawBufferPointer>, encoding: String? = nil) -> Signature? {
        guard let close = line.lastIndex(of: UInt8(ascii: ">")),
            let open = line[..<close].lastIndex(of: UInt8(ascii: "<"))
        else { return nil }
        let name = line[..<open].reversed().drop { $0 == UInt8(ascii: " ") }.reversed()
        let fields = line[line.index(after: close)...].split(separator: UInt8(ascii: " "))
        let seconds = fields.first.flatMap { Int64(String(decoding: $0, as: UTF8.self)) } ?? 0
        var offset = 0
        if fields.count > 1, let zone = Int(String(decoding: fields[1], as: UTF8.self)) {
            offset = (abs(zone) / 100 * 60 + abs(zone) % 100) * (zone < 0 ? -1 : 1)
        }
        return Signature(
            name: Signature.text(Array(name), encoding: encoding),
            email: Signature.text(Array(line[line.index(after: open)..<close]), encoding: encoding),
            time: GitTime(seconds: seconds, offsetMinutes: offset))
    }
}
