/// Walks along one line and counts columns, with tab stops of four as CommonMark has them.
struct LineCursor {
    let bytes: [UInt8]
    private(set) var position: Int
    let end: Int
    private var column = 0

    init(_ bytes: [UInt8], from start: Int, to end: Int) {
        self.bytes = bytes
        position = start
        self.end = end
    }

    /// The byte here; nil at the end of the line.
    var byte: UInt8? { position < end ? bytes[position] : nil }

    /// What is left of the line.
    var rest: ArraySlice<UInt8> { bytes[position..<end] }

    /// Where the next byte that is no space or tab stands, and how many columns of indentation come before it.
    var indentation: (position: Int, columns: Int) {
        var place = position
        var reached = column
        while place < end {
            if bytes[place] == 0x20 {
                reached += 1
            } else if bytes[place] == 0x09 {
                reached += 4 - reached % 4
            } else {
                break
            }
            place += 1
        }
        return (place, reached - column)
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
    }

    /// Skips the indentation.
    mutating func skipIndentation() {
        advance(columns: indentation.columns)
    }
}
