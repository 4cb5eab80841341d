/// A table at the top level of a document.
struct MarkdownTable {
    let source: SourceText
    /// The index of the header's line.
    let header: Int
    /// The indexes of the lines of its rows.
    let rows: Range<Int>
    /// The names of its columns, normalised.
    let columns: [String]

    /// The tables among some lines, in order.
    static func all(in source: SourceText, lines: Range<Int>) -> [MarkdownTable] {
        var tables: [MarkdownTable] = []
        var index = lines.lowerBound
        while index < lines.upperBound {
            defer { index += 1 }
            guard source.lines[index].kind == .tableHeader, source.lines[index].depth == 0 else { continue }
            let table = MarkdownTable(in: source, header: index)
            tables.append(table)
            index = table.rows.upperBound - 1
        }
        return tables
    }

    /// The table whose header is the line with that index.
    init(in source: SourceText, header: Int) {
        var end = header + 2
        while end < source.lines.count, source.lines[end].kind == .tableRow { end += 1 }
        self.source = source
        self.header = header
        rows = header + 2..<end
        columns = TableRow.cells(source.bytes, in: source.lines[header].text).map { cell in
            Words.normalised(Self.withoutParentheses(source.visible[cell.content]))
        }
    }

    /// The index of the first column with one of these names.
    func column(_ names: [String]) -> Int? {
        for name in names {
            if let index = columns.firstIndex(of: name) { return index }
        }
        return nil
    }

    /// The cells of a row.
    func cells(_ line: Int) -> [TableCell] {
        TableRow.cells(source.bytes, in: source.lines[line].text)
    }

    /// What can be read in a cell: comments left out.
    func content(_ cell: TableCell) -> ArraySlice<UInt8> { source.visible[cell.content] }

    /// The place of a cell's value in the row with that line index.
    func slot(_ cell: TableCell, line: Int) -> ValueSlot {
        let widths = [header, header + 1, line].map { CellWidth.of(source.bytes[source.lines[$0].text].trimmed) }
        let isAligned = widths.allSatisfy { $0 == widths[0] }
        return ValueSlot(range: cell.content, surroundings: .cell(cell, isAligned: isAligned))
    }

    /// Where a row after the row (or rule) with that line index is put in.
    func insertionPoint(after line: Int) -> Int { source.lines[line].end }

    /// The splice that adds a row after the line with that index. Pipes, padding and line ending follow that line.
    func insertion(of cells: [String], after line: Int) -> Splice {
        let neighbour = source.lines[line]
        let model = source.bytes[neighbour.text].trimmed
        let widths = paddedWidths(model: line)
        var row = String(decoding: source.bytes[neighbour.start..<neighbour.textStart], as: UTF8.self)
        let hasFirst = model.first == 0x7C
        let hasLast = model.last == 0x7C && model.count > 1
        for (index, cell) in cells.enumerated() {
            let text = cell.isEmpty ? " " : " " + cell + " "
            let padded = CellWidth.padded(text, to: widths.indices.contains(index) ? widths[index] : 0)
            let isFirst = index == 0
            row += isFirst && !hasFirst ? String(padded.dropFirst()) : "|" + padded
        }
        if hasLast { row += "|" } else { while row.hasSuffix(" ") { row.removeLast() } }
        return insertion(ofRaw: Array(row.utf8), after: line)
    }

    /// The splice that adds a row, given as it is without its line ending, after the line with that index.
    func insertion(ofRaw row: [UInt8], after line: Int) -> Splice {
        let neighbour = source.lines[line]
        let ending = source.lineEnding(near: neighbour.end)
        let place = neighbour.end..<neighbour.end
        let isLast = neighbour.contentEnd == neighbour.end
        return Splice(place, isLast ? ending + row : row + ending)
    }

    /// For each column the width that header and model share when the table is padded; 0 where it is not.
    private func paddedWidths(model line: Int) -> [Int] {
        let names = cells(header)
        let rules = cells(header + 1)
        let model = cells(line)
        return names.indices.map { index in
            guard rules.indices.contains(index), model.indices.contains(index) else { return 0 }
            let widths = [names[index], rules[index], model[index]].map { CellWidth.of(source.bytes[$0.whole]) }
            return widths.allSatisfy { $0 == widths[0] } ? widths[0] : 0
        }
    }

    private static func withoutParentheses(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let open = text.firstIndex(of: 0x28), open > text.startIndex else { return text }
        return text[..<open]
    }
}
