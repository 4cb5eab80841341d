/// The blocks that a line can start.
extension BlockScanner {
    /// Opens the blocks that start on this line; nil when what is left of it is text or nothing.
    ///
    /// - Parameters:
    ///   - keeping: how many of the open containers the line goes on with.
    ///   - canBeLazy: a paragraph is open, which takes text even where its containers' marks are left out.
    mutating func startBlocks(_ cursor: inout LineCursor, keeping: Int, canBeLazy: Bool) -> LineKind? {
        var kept = keeping
        var inParagraph = canBeLazy && keeping == containers.count
        while true {
            let (position, columns) = cursor.indentation
            guard position < cursor.end else { return nil }
            if columns >= 4 {
                return indentedLine(kept: kept, lazy: canBeLazy && kept == keeping)
            }
            let rest = bytes[position..<cursor.end]
            if rest.first == 0x3E {
                openContainer(.quote, keeping: kept)
                cursor.advance(columns: columns + 1)
                if cursor.byte?.isBlank == true { cursor.advance(columns: 1) }
            } else if let kind = startLeaf(rest, kept: kept, inParagraph: inParagraph) {
                return kind
            } else if let width = ListMark.width(rest, interrupting: inParagraph) {
                openItem(&cursor, columns: columns, markWidth: width, keeping: kept)
            } else {
                return startTable(rest, kept: kept)
            }
            kept = containers.count
            inParagraph = false
        }
    }

    /// A line indented by four columns or more: code, unless a paragraph is open.
    private mutating func indentedLine(kept: Int, lazy: Bool) -> LineKind? {
        if lazy { return nil }
        close(keeping: kept)
        leaf = .indentedCode
        return .indentedCode
    }

    private mutating func openContainer(_ container: Container, keeping kept: Int) {
        close(keeping: kept)
        containers.append(container)
        openedContainers += 1
    }

    private mutating func openItem(_ cursor: inout LineCursor, columns: Int, markWidth: Int, keeping kept: Int) {
        cursor.advance(columns: columns + markWidth)
        let (position, spaces) = cursor.indentation
        let isEmpty = position == cursor.end
        let padding = isEmpty || spaces > 4 || spaces < 1 ? 1 : spaces
        cursor.advance(columns: isEmpty ? spaces : padding)
        openContainer(.item(width: columns + markWidth + padding, hasContent: !isEmpty), keeping: kept)
    }

    /// Headings, fences, raw HTML and thematic breaks.
    private mutating func startLeaf(_ rest: ArraySlice<UInt8>, kept: Int, inParagraph: Bool) -> LineKind? {
        if let level = HeadingMark.level(rest) {
            close(keeping: kept)
            return .heading(level: level)
        }
        if let fence = FenceMark.opening(rest) {
            close(keeping: kept)
            leaf = .fence(mark: fence.mark, length: fence.length)
            return .fence(isOpening: true)
        }
        if let html = HTMLBlock.starting(rest, interruptingParagraph: inParagraph) {
            close(keeping: kept)
            if html.endsAtBlankLine || !html.ends(in: rest) { leaf = .html(html) }
            return .html
        }
        if inParagraph, case .paragraph(let first) = leaf, let level = HeadingMark.underlineLevel(rest) {
            for index in first..<lines.count - 1 { lines[index].kind = .setextText(level: level) }
            leaf = .none
            return .setextUnderline(level: level)
        }
        if ThematicBreak.matches(rest) {
            close(keeping: kept)
            return .thematicBreak
        }
        return nil
    }

    /// A delimiter row makes the paragraph's last line a table's header.
    private mutating func startTable(_ rest: ArraySlice<UInt8>, kept: Int) -> LineKind? {
        guard kept == containers.count, case .paragraph(let first) = leaf, lines.count >= 2 else { return nil }
        let header = lines.count - 2
        guard header >= first, lines[header].kind == .paragraph else { return nil }
        guard TableRow.isDelimiter(rest) else { return nil }
        let names = TableRow.cells(bytes, in: lines[header].text)
        let rules = TableRow.cells(bytes, in: rest.startIndex..<rest.endIndex)
        guard names.count == rules.count else { return nil }
        lines[header].kind = .tableHeader
        leaf = .table
        return .tableDelimiter
    }
}
