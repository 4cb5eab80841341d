/// One cell of a table's row.
struct TableCell: Sendable {
    /// From after the pipe before it to before the pipe after it.
    let whole: Range<Int>
    /// Without the spaces around it.
    let content: Range<Int>
}

/// Splitting the rows of tables. A pipe separates cells unless a backslash stands before it; code spans do not
/// protect it (GitHub's rule).
enum TableRow {
    /// The cells of a row; pipes at its ends are no separators.
    static func cells(_ bytes: [UInt8], in range: Range<Int>) -> [TableCell] {
        var row = bytes[range].trimmed
        if row.first == 0x7C { row.removeFirst() }
        var cells: [TableCell] = []
        cells.reserveCapacity(6)
        var start = row.startIndex
        var isEscaped = false
        for index in row.indices {
            let byte = row[index]
            if byte == 0x7C, !isEscaped {
                cells.append(cell(row[start..<index]))
                start = index + 1
            }
            isEscaped = byte == 0x5C && !isEscaped
        }
        if start < row.endIndex || cells.isEmpty { cells.append(cell(row[start...])) }
        return cells
    }

    /// True for `|---|:--:|`, with pipes at the ends or without.
    static func isDelimiter(_ text: ArraySlice<UInt8>) -> Bool {
        guard text.allSatisfy({ $0 == 0x7C || $0 == 0x2D || $0 == 0x3A || $0.isBlank }) else { return false }
        let bytes = Array(text)
        return cells(bytes, in: 0..<bytes.count).allSatisfy { cell in
            var rule = bytes[cell.content]
            if rule.first == 0x3A { rule.removeFirst() }
            if rule.last == 0x3A { rule.removeLast() }
            return !rule.isEmpty && rule.allSatisfy { $0 == 0x2D }
        }
    }

    private static func cell(_ slice: ArraySlice<UInt8>) -> TableCell {
        let content = slice.trimmed
        return TableCell(whole: slice.startIndex..<slice.endIndex, content: content.startIndex..<content.endIndex)
    }
}
