/// One value that was changed or one piece that was added.
public struct DocumentChange: Sendable, Hashable {
    /// The line in the old text, from 1; for an insertion the line it stands before.
    public let line: Int
    /// Which value: "Days of attempt 002".
    public let what: String
    /// What was there; empty for an insertion.
    public let old: String
    /// What is there now.
    public let new: String
    /// Why.
    public let reason: String

    /// A change to report.
    public init(line: Int, what: String, old: String, new: String, reason: String) {
        self.line = line
        self.what = what
        self.old = old
        self.new = new
        self.reason = reason
    }
}

extension DocumentChange {
    /// The change in one line: what was there and what is there now; of a longer piece the first line.
    public var summary: String {
        let lines = new.split(whereSeparator: \.isNewline)
        let piece = (lines.first.map(String.init) ?? "") + (lines.count > 1 ? " …" : "")
        return "\(what): " + (old.isEmpty ? "added \(piece)" : "\(old) -> \(piece)")
    }
}

/// Something that was seen and left alone.
public struct DocumentNotice: Sendable, Hashable {
    /// The line in the old text, from 1; nil when it concerns the whole document.
    public let line: Int?
    /// What was seen.
    public let text: String

    /// A notice to report.
    public init(line: Int?, text: String) {
        self.line = line
        self.text = text
    }
}

/// A document brought up to date.
public struct DocumentUpdate: Sendable {
    /// The new bytes; those of the old document when there are no changes.
    public let bytes: [UInt8]
    /// What was changed, from the top of the document down.
    public let changes: [DocumentChange]
    /// What was seen and left alone.
    public let notices: [DocumentNotice]
}

/// Bytes that take the place of others. An empty range is an insertion.
struct Splice {
    let range: Range<Int>
    let replacement: [UInt8]

    init(_ range: Range<Int>, _ replacement: [UInt8]) {
        self.range = range
        self.replacement = replacement
    }

    init(_ range: Range<Int>, _ replacement: String) {
        self.init(range, Array(replacement.utf8))
    }
}

/// Collects the edits of one document and applies them in one pass.
struct Revision {
    private var splices: [Splice] = []
    private(set) var changes: [DocumentChange] = []
    private(set) var notices: [DocumentNotice] = []

    mutating func add(_ splice: Splice) { splices.append(splice) }
    mutating func add(_ change: DocumentChange) { changes.append(change) }

    mutating func notice(line: Int?, _ text: String) {
        let notice = DocumentNotice(line: line, text: text)
        if !notices.contains(notice) { notices.append(notice) }
    }

    func applied(to bytes: [UInt8]) -> DocumentUpdate {
        DocumentUpdate(
            bytes: bytes.applying(splices),
            changes: changes.enumerated().sorted { ($0.element.line, $0.offset) < ($1.element.line, $1.offset) }
                .map(\.element),
            notices: notices)
    }
}

extension [UInt8] {
    /// The bytes with every splice done. Ranges refer to the bytes as they are now and must not overlap;
    /// insertions at one place keep their order, and come before a replacement that starts there.
    func applying(_ splices: [Splice]) -> [UInt8] {
        guard !splices.isEmpty else { return self }
        let ordered = splices.enumerated().sorted {
            ($0.element.range.lowerBound, $0.element.range.isEmpty ? 0 : 1, $0.offset)
                < ($1.element.range.lowerBound, $1.element.range.isEmpty ? 0 : 1, $1.offset)
        }
        var result: [UInt8] = []
        result.reserveCapacity(count + 256)
        var position = 0
        for (_, splice) in ordered where splice.range.lowerBound >= position {
            result += self[position..<splice.range.lowerBound]
            result += splice.replacement
            position = splice.range.upperBound
        }
        result += self[position...]
        return result
    }
}
