/// Takes conflict markers out of a log or hub that was merged without the merge driver: those around values that the
/// tool owns, and around rows and sections that each side added. Those around people's words stay.
public enum ConflictMending {
    /// A document after that.
    public struct Mended: Sendable, Equatable {
        /// Its bytes.
        public let bytes: [UInt8]
        /// The lines, from 1, at which conflicts begin that a person has to resolve.
        public let conflictLines: [Int]
    }

    /// The line, from 1, of the first conflict marker; nil when there is none. Quick: the document is not parsed.
    public static func markerLine(in bytes: [UInt8]) -> Int? {
        guard bytes[...].firstIndex(ofBytes: "<<<<<<<") != nil else { return nil }
        var start = 0
        var line = 1
        while start < bytes.count {
            if bytes[start] == 0x3C, bytes[start...].prefix(while: { $0 == 0x3C }).count == 7 {
                let next = start + 7
                if next == bytes.count || bytes[next].isBlank || bytes[next].isNewline { return line }
            }
            guard let end = bytes[start...].firstIndex(where: \.isNewline) else { return nil }
            let isPair = bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A
            start = end + (isPair ? 2 : 1)
            line += 1
        }
        return nil
    }

    /// Mends.
    ///
    /// - Parameter base: the document as it was before both sides changed it; nil: only what the markers show of that is
    ///   known, and words that the two sides have differently stay in conflict.
    /// - Returns: nil for a document without markers.
    public static func mend(_ kind: DocumentMerge.Kind, _ bytes: [UInt8], base: [UInt8]? = nil) -> Mended? {
        guard let line = markerLine(in: bytes) else { return nil }
        let untouched = Mended(bytes: bytes, conflictLines: [line])
        guard let text = ConflictText(bytes), let first = text.conflicts.first else { return untouched }
        let ours = text.bytes(\.ours)
        let theirs = text.bytes(\.theirs)
        let before = base ?? text.base
        guard let parts = DocumentMerge.keyedParts(kind, base: before, ours: ours, theirs: theirs) else {
            return untouched
        }
        let markers = DocumentMerge.Markers(
            ours: first.labels.ours, theirs: first.labels.theirs, base: text.showsBase ? first.labels.base : nil)
        var merged = MergedText(markers: markers, ending: MergedText.ending(of: bytes))
        for part in parts { merged.append(part) }
        return Mended(bytes: merged.bytes, conflictLines: merged.conflictLines)
    }
}

/// A text with conflict markers, cut at these.
struct ConflictText {
    /// One conflict.
    struct Conflict {
        var ours: [UInt8] = []
        var base: [UInt8] = []
        var theirs: [UInt8] = []
        var labels = (ours: "", base: "", theirs: "")
    }

    private enum Piece {
        case text([UInt8])
        case conflict(Conflict)
    }

    private var pieces: [Piece] = []
    /// True when every conflict shows what was there before (`merge.conflictStyle=diff3`).
    private(set) var showsBase = true

    var conflicts: [Conflict] {
        pieces.compactMap { if case .conflict(let conflict) = $0 { conflict } else { nil } }
    }

    /// Cuts a text; nil when its markers do not stand in order.
    init?(_ bytes: [UInt8]) {
        var text: [UInt8] = []
        var open: Conflict?
        var side = 0
        var hasBase = false
        for line in LineMerge.lines(bytes) {
            let mark = Self.mark(line)
            switch (mark?.byte, side) {
            case (0x3C, 0):
                pieces.append(.text(text))
                text = []
                open = Conflict()
                open?.labels.ours = mark?.label ?? ""
                side = 1
                hasBase = false
            case (0x7C, 1):
                open?.labels.base = mark?.label ?? ""
                hasBase = true
                side = 2
            case (0x3D, 1) where mark?.label == "", (0x3D, 2) where mark?.label == "": side = 3
            case (0x3E, 3):
                open?.labels.theirs = mark?.label ?? ""
                if let open { pieces.append(.conflict(open)) }
                if !hasBase { showsBase = false }
                open = nil
                side = 0
            // A second marker of one kind, or one at the wrong place; a line of seven equals signs may be a heading's.
            case (0x3C, _), (0x3E, _), (0x3D, 3): return nil
            default:
                switch side {
                case 1: open?.ours += line
                case 2: open?.base += line
                case 3: open?.theirs += line
                default: text += line
                }
            }
        }
        guard open == nil else { return nil }
        pieces.append(.text(text))
    }

    /// The text with one side of each conflict.
    func bytes(_ side: KeyPath<Conflict, [UInt8]>) -> [UInt8] {
        pieces.flatMap { piece -> [UInt8] in
            switch piece {
            case .text(let text): text
            case .conflict(let conflict): conflict[keyPath: side]
            }
        }
    }

    /// What was there before as far as the markers tell; elsewhere a line that neither side has, so that both changed it.
    var base: [UInt8] {
        if showsBase { return bytes(\.base) }
        var count = 0
        return pieces.flatMap { piece -> [UInt8] in
            guard case .text(let text) = piece else {
                count += 1
                return Array("\0conflict \(count)\0\n".utf8)
            }
            return text
        }
    }

    /// The marker that a line is: seven of a kind, then nothing or a label.
    private static func mark(_ line: ArraySlice<UInt8>) -> (byte: UInt8, label: String)? {
        guard let byte = line.first, [0x3C, 0x3D, 0x3E, 0x7C].contains(byte) else { return nil }
        let text = line.prefix { !$0.isNewline }
        guard text.prefix(while: { $0 == byte }).count == 7 else { return nil }
        let rest = text.dropFirst(7)
        guard rest.first?.isBlank ?? true else { return nil }
        return (byte, rest.dropFirst().text)
    }
}
