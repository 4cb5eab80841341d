/// Labels the lines of a document: the block structure of CommonMark with GitHub's tables, and nothing of what is
/// inside a line.
///
/// It follows the specification's own algorithm: for each line, see which open containers go on, then which blocks
/// start, then what the rest of the line is. It keeps byte offsets exact, which a Markdown library does not.
struct BlockScanner {
    /// A block that holds other blocks.
    enum Container {
        case quote
        /// A list item; what belongs to it is indented by `width` columns. `hasContent`: its first line, or one
        /// since, was not blank.
        case item(width: Int, hasContent: Bool)
    }

    /// The open block that holds text.
    enum Leaf {
        case none
        /// Lines from `first` on.
        case paragraph(first: Int)
        case fence(mark: UInt8, length: Int)
        case indentedCode
        case html(HTMLBlock)
        case table
    }

    let bytes: [UInt8]
    var lines: [MarkdownLine] = []
    var containers: [Container] = []
    var leaf = Leaf.none
    /// How many containers were opened so far.
    var openedContainers = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Labels every line, from top to bottom.
    mutating func scan() -> [MarkdownLine] {
        var position = 0
        // Growing by halves costs more than what a guess may waste.
        lines.reserveCapacity(bytes.count / 32)
        while position < bytes.count {
            var contentEnd = position
            while contentEnd < bytes.count, !bytes[contentEnd].isNewline { contentEnd += 1 }
            var end = contentEnd
            if end < bytes.count {
                end += bytes[end] == 0x0D && end + 1 < bytes.count && bytes[end + 1] == 0x0A ? 2 : 1
            }
            label(start: position, contentEnd: contentEnd, end: end)
            position = end
        }
        return lines
    }

    private mutating func label(start: Int, contentEnd: Int, end: Int) {
        let hasMark = start == 0 && bytes[..<contentEnd].hasPrefix([0xEF, 0xBB, 0xBF])
        var cursor = LineCursor(bytes, from: hasMark ? 3 : start, to: contentEnd)
        lines.append(
            MarkdownLine(
                start: start, contentEnd: contentEnd, end: end, textStart: contentEnd, kind: .blank, depth: 0,
                isQuoted: false))
        let matched = continueContainers(&cursor)
        let kind = classify(&cursor, matched: matched)
        let index = lines.count - 1
        lines[index].kind = kind
        lines[index].textStart = cursor.indentation.position
        lines[index].depth = containers.count
        lines[index].isQuoted = containers.contains { if case .quote = $0 { true } else { false } }
    }

    /// How many of the open containers this line goes on with; their marks and indentation are skipped.
    private mutating func continueContainers(_ cursor: inout LineCursor) -> Int {
        for (index, container) in containers.enumerated() {
            let (position, columns) = cursor.indentation
            switch container {
            case .quote:
                guard columns < 4, position < cursor.end, bytes[position] == 0x3E else { return index }
                cursor.advance(columns: columns + 1)
                if cursor.byte?.isBlank == true { cursor.advance(columns: 1) }
            case .item(let width, let hasContent):
                if position == cursor.end {
                    guard hasContent else { return index }
                    cursor.skipIndentation()
                } else {
                    guard columns >= width else { return index }
                    cursor.advance(columns: width)
                    containers[index] = .item(width: width, hasContent: true)
                }
            }
        }
        return containers.count
    }

    private mutating func classify(_ cursor: inout LineCursor, matched: Int) -> LineKind {
        if matched == containers.count, let kind = continueVerbatim(cursor) { return kind }
        let wasParagraph: Bool
        if case .paragraph = leaf { wasParagraph = true } else { wasParagraph = false }
        let allMatched = matched == containers.count
        let opened = openedContainers
        if let kind = startBlocks(&cursor, keeping: matched, canBeLazy: wasParagraph) { return kind }
        let isInsideOld = openedContainers == opened
        if cursor.isAtBlankRest {
            if !allMatched, isInsideOld { close(keeping: matched) }
            return blankLine()
        }
        if case .paragraph = leaf { return .paragraph }
        if !allMatched, isInsideOld { close(keeping: matched) }
        if case .table = leaf { return .tableRow }
        leaf = .paragraph(first: lines.count - 1)
        return .paragraph
    }

    /// Fenced code and raw HTML take every line until their own end.
    private mutating func continueVerbatim(_ cursor: LineCursor) -> LineKind? {
        switch leaf {
        case .fence(let mark, let length):
            if FenceMark.closes(cursor, mark: mark, length: length) {
                leaf = .none
                return .fence(isOpening: false)
            }
            return .fencedCode
        case .html(let block):
            if block.endsAtBlankLine {
                if cursor.isAtBlankRest { return nil }
            } else if block.ends(in: cursor.rest) {
                leaf = .none
            }
            return .html
        default:
            return nil
        }
    }

    private mutating func blankLine() -> LineKind {
        if case .indentedCode = leaf { return .blank }
        leaf = .none
        return .blank
    }

    /// Closes the containers that the line does not go on with, and the text block inside.
    mutating func close(keeping matched: Int) {
        if containers.count > matched { containers.removeSubrange(matched...) }
        leaf = .none
    }
}
