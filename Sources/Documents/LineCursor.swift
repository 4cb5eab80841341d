/// Walks along one line and counts columns, with tab stops of four as CommonMark has them.
struct LineCursor {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int
    private var column = 0
    /// The next byte that is no space or tab, and its column: found once and kept until the cursor is past it.
    private var textPosition = 0
    private var textColumn = 0

    init(_ bytes: [UInt8], from start: Int, to end: Int) {
        self.bytes = bytes
        position = start
        self.end = end
        findText()
    }

    /// The byte here; nil at the end of the line.
    var byte: UInt8? { position < end ? bytes[position] : nil }

    /// What is left of the line.
    var rest: ArraySlice<UInt8> { bytes[position..<end] }

    /// Where the next byte that is no space or tab stands, and how many columns of indentation come before it.
    var indentation: (position: Int, columns: Int) { (textPosition, textColumn - column) }

    private mutating func findText() {
        textPosition = position
        textColumn = column
        while textPosition < end {
            if bytes[textPosition] == 0x20 {
                textColumn += 1
            } else if bytes[textPosition] == 0x09 {
                textColumn += 4 - textColumn % 4
            } else {
                break
            }
            textPosition += 1
        }
    }

    /// True when only spaces and tabs are left.
    var isAtBlankRest: Bool { indentation.position == end }

    /// Goes that many columns on; stops within a tab when need be.
    mutating func advance(columns: Int) {
        var left = columns
        while left > 0, position < end {
            let width = bytes[position] == 0x09 ? 4 - column % 4 : 1
            if width > left {
                column += left
                return
            }
            column += width
            position += 1
            left -= width
        }
        if position > textPosition { findText() }
    }

    /// Skips the indentation.
    mutating func skipIndentation() {
        advance(columns: indentation.columns)
    }
}
