/// Three versions of a saga's log or hub made into one (HOOKS-AND-RECORDS.md, decision 6).
///
/// Attempt sections and table rows are known by their attempt, so two sides can each add theirs at the same place.
/// Values that the tool owns are taken from the side that changed them; where both did, the next sync says which is
/// right. All else is merged line by line, as git does, with conflict markers only around what both sides changed.
public enum DocumentMerge {
    /// Which document it is.
    public enum Kind: Sendable {
        /// A saga's `implementation-log.md`.
        case log
        /// A saga's `README.md`.
        case hub
    }

    /// How conflicts are marked.
    public struct Markers: Sendable {
        /// How many `<`, `=` and `>` make a marker.
        public var size: Int
        /// What stands behind `<<<<<<<`.
        public var ours: String
        /// What stands behind `>>>>>>>`.
        public var theirs: String
        /// What stands behind `|||||||`; nil: what was there before is not shown.
        public var base: String?

        /// Markers as git makes them.
        public init(size: Int = 7, ours: String = "ours", theirs: String = "theirs", base: String? = nil) {
            self.size = max(size, 1)
            self.ours = ours
            self.theirs = theirs
            self.base = base
        }
    }

    /// A merged document.
    public struct Merged: Sendable, Equatable {
        /// Its bytes.
        public let bytes: [UInt8]
        /// The lines, from 1, at which conflicts begin.
        public let conflictLines: [Int]
        /// Numbers that both sides gave to an attempt of their own, with both titles.
        public let twins: [Twin]
    }

    /// Two attempts with one number.
    public struct Twin: Sendable, Equatable {
        /// The number.
        public let number: Int
        /// The titles, in the order of the document.
        public let titles: [String]
    }

    /// Merges.
    ///
    /// A side that changed nothing gives the other side byte for byte. Nothing that only one side added is lost.
    public static func merge(
        _ kind: Kind, base: [UInt8], ours: [UInt8], theirs: [UInt8], markers: Markers = Markers()
    ) -> Merged {
        let parts = parts(kind, base: base, ours: ours, theirs: theirs)
        let model = ours.isEmpty ? theirs : ours
        var text = MergedText(markers: markers, ending: MergedText.ending(of: model))
        for part in parts { text.append(part) }
        return Merged(
            bytes: text.bytes, conflictLines: text.conflictLines, twins: kind == .log ? twins(text.bytes) : [])
    }

    /// Merges any text line by line, as git does.
    ///
    /// - Returns: nil where both sides changed the same place in different ways, or a version is not text.
    public static func lines(base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [UInt8]? {
        if ours != theirs, [base, ours, theirs].contains(where: { $0.contains(0) }) { return nil }
        var merged: [UInt8] = []
        for part in LineMerge.parts(base: base, ours: ours, theirs: theirs) {
            guard case .text(let text) = part else { return nil }
            merged += text
        }
        return merged
    }

    /// The parts of the merged document.
    static func parts(_ kind: Kind, base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [MergePart] {
        if ours == theirs || theirs == base { return [.text(ours)] }
        if ours == base { return [.text(theirs)] }
        return keyedParts(kind, base: base, ours: ours, theirs: theirs)
            ?? LineMerge.parts(base: base, ours: ours, theirs: theirs)
    }

    /// The same without looking whether a side changed at all; nil where the structure cannot be trusted.
    static func keyedParts(_ kind: Kind, base: [UInt8], ours: [UInt8], theirs: [UInt8]) -> [MergePart]? {
        let versions = [base, ours, theirs].map { MergeVersion(kind, $0) }
        guard versions.allSatisfy({ $0.source.conflictLine == nil }) else { return nil }
        return SagaMerge(versions).parts()
    }

    private static func twins(_ bytes: [UInt8]) -> [Twin] {
        let log = ImplementationLog(bytes: bytes)
        let titles = Dictionary(grouping: log.sections, by: \.number).mapValues { sections in
            sections.map { log.source.visible[$0.title].text }
        }
        return titles.filter { $0.value.count > 1 }.sorted { $0.key < $1.key }.map { Twin(number: $0, titles: $1) }
    }
}

/// Writes the parts of a merged document one behind the other.
struct MergedText {
    private(set) var bytes: [UInt8] = []
    private(set) var conflictLines: [Int] = []
    private let markers: DocumentMerge.Markers
    private let ending: [UInt8]
    private var line = 1

    init(markers: DocumentMerge.Markers, ending: [UInt8]) {
        self.markers = markers
        self.ending = ending
    }

    mutating func append(_ part: MergePart) {
        switch part {
        case .text(let text): put(text)
        case .conflict(let conflict):
            startLine()
            conflictLines.append(line)
            mark(0x3C, markers.ours)
            put(conflict.ours)
            if let base = markers.base {
                startLine()
                mark(0x7C, base)
                put(conflict.base)
            }
            startLine()
            mark(0x3D, "")
            put(conflict.theirs)
            startLine()
            mark(0x3E, markers.theirs)
        }
    }

    private mutating func put(_ text: [UInt8]) {
        guard !text.isEmpty else { return }
        startLine()
        bytes += text
        line += LineMerge.lines(text).count
    }

    /// A part that ended without a newline was the last of its document; here something follows.
    private mutating func startLine() {
        guard let last = bytes.last, !last.isNewline else { return }
        bytes += ending
    }

    private mutating func mark(_ byte: UInt8, _ label: String) {
        bytes += Array(repeating: byte, count: markers.size)
        if !label.isEmpty { bytes += Array(" \(label)".utf8) }
        bytes += ending
        line += 1
    }

    /// The line ending that a document uses first.
    static func ending(of bytes: [UInt8]) -> [UInt8] {
        guard let end = bytes.firstIndex(where: \.isNewline), bytes[end] == 0x0D else { return [0x0A] }
        return end + 1 < bytes.count && bytes[end + 1] == 0x0A ? [0x0D, 0x0A] : [0x0D]
    }
}
