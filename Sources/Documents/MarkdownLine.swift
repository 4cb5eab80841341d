/// What a line of Markdown is, as CommonMark and GitHub's tables see it.
enum LineKind: Hashable, Sendable {
    case blank
    /// An ATX heading, all on this line.
    case heading(level: Int)
    /// A line of text that the underline below it makes a heading; there may be several.
    case setextText(level: Int)
    case setextUnderline(level: Int)
    case thematicBreak
    /// The opening or closing line of fenced code.
    case fence(isOpening: Bool)
    /// A line within fenced code.
    case fencedCode
    case indentedCode
    /// Raw HTML; comments that start a line are that too.
    case html
    case tableHeader
    case tableDelimiter
    case tableRow
    case paragraph
}

/// One line of a document.
struct MarkdownLine: Sendable {
    /// The first byte.
    let start: Int
    /// The first byte after its text, before the line ending.
    let contentEnd: Int
    /// The first byte after its line ending.
    let end: Int
    /// The first byte after indentation and list or quote marks.
    var textStart: Int
    var kind: LineKind
    /// How many list items and quotes it stands in.
    var depth: Int
    /// True when one of those is a quote.
    var isQuoted: Bool

    /// The text without indentation, marks and line ending.
    var text: Range<Int> { min(textStart, contentEnd)..<contentEnd }
}

/// A document's bytes, and its labelled lines. Nothing is lost: the lines cover every byte.
struct SourceText: Sendable {
    /// The bytes as they are in the file.
    let bytes: [UInt8]
    /// The same number of bytes, with the comments inside paragraphs and cells blanked out. Values are read from here.
    let visible: [UInt8]
    let lines: [MarkdownLine]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var scanner = BlockScanner(bytes)
        lines = scanner.scan()
        visible = CommentMask.blankingComments(in: bytes, lines: lines)
    }

    /// The index of the line that holds `offset`.
    func lineIndex(at offset: Int) -> Int {
        var low = 0
        var high = lines.count
        while low < high {
            let middle = (low + high) / 2
            if lines[middle].end <= offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// The line number of `offset`, from 1.
    func lineNumber(at offset: Int) -> Int { min(lineIndex(at: offset), max(lines.count - 1, 0)) + 1 }

    /// The line ending that most likely suits a line put in at `offset`: that of the line before, else of the line
    /// after, else "\n".
    func lineEnding(near offset: Int) -> [UInt8] {
        let index = lineIndex(at: max(offset - 1, 0))
        for candidate in [index, index - 1, index + 1] where lines.indices.contains(candidate) {
            let line = lines[candidate]
            if line.contentEnd < line.end { return Array(bytes[line.contentEnd..<line.end]) }
        }
        return [0x0A]
    }

    /// The line, from 1, of a conflict marker that a merge left; nil when there is none.
    var conflictLine: Int? {
        for (index, line) in lines.enumerated() where line.contentEnd - line.start >= 7 {
            guard bytes[line.start] == 0x3C, bytes[line.start..<line.start + 7].allSatisfy({ $0 == 0x3C }) else {
                continue
            }
            if line.contentEnd == line.start + 7 || bytes[line.start + 7].isBlank { return index + 1 }
        }
        return nil
    }
}
