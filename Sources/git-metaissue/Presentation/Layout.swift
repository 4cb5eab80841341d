/// How something looks on a terminal.
enum Style {
    case heading
    /// It is in, it worked.
    case good
    /// It was taken back, it failed.
    case bad
    /// In part.
    case mixed
    /// It goes on.
    case open
    /// It needs somebody.
    case alert
    /// Of less interest.
    case faint

    /// What goes between ESC[ and m.
    var code: String {
        switch self {
        case .heading: "1"
        case .good: "32"
        case .bad: "31"
        case .mixed: "33"
        case .open: "36"
        case .alert: "1;35"
        case .faint: "2"
        }
    }
}

/// A piece of a line with one look. Its text has no control characters.
struct Piece: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    let text: String
    let style: Style?

    init(_ text: String, _ style: Style? = nil) {
        self.text = text
        self.style = style
    }

    init(stringLiteral text: String) { self.init(text) }

    var columns: Int { TextWidth.columns(text) }
}

/// A line of output, and where it goes on when the terminal is too narrow for it.
struct Line: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
    var pieces: [Piece]
    /// The column in which further lines begin.
    var hanging: Int

    init(_ pieces: [Piece], hanging: Int) {
        self.pieces = pieces
        self.hanging = hanging
    }

    /// Further lines begin two columns to the right of this one.
    init(_ text: String, _ style: Style? = nil) {
        self.init([Piece(text, style)], hanging: text.prefix { $0 == " " }.count + 2)
    }

    init(stringLiteral text: String) { self.init(text) }

    var columns: Int { pieces.reduce(0) { $0 + $1.columns } }
}

/// Puts lines into the columns there are. What does not fit goes on below; nothing is left out.
struct Layout {
    /// The terminal's width; nil where nobody looks at columns (a file, a pipe).
    let columns: Int?
    let hasColour: Bool

    /// Every line ends with a newline.
    func render(_ lines: [Line]) -> String { lines.map { render($0) + "\n" }.joined() }

    func paint(_ text: String, _ style: Style?) -> String {
        guard hasColour, let style, !text.isEmpty else { return text }
        return "\u{1B}[\(style.code)m\(text)\u{1B}[m"
    }

    private func render(_ line: Line) -> String {
        guard let columns, line.columns > columns else {
            return line.pieces.map { paint($0.text, $0.style) }.joined()
        }
        var flow = Flow(layout: self, columns: columns, hanging: min(line.hanging, columns / 2))
        for piece in line.pieces { flow.add(piece) }
        return flow.text
    }

    /// A line that is being broken at spaces, and inside words only where one is wider than the terminal.
    private struct Flow {
        let layout: Layout
        let columns: Int
        let hanging: Int
        var text = ""
        private var used = 0
        private var spaces = 0
        private var isAtStart = true

        init(layout: Layout, columns: Int, hanging: Int) {
            self.layout = layout
            self.columns = columns
            self.hanging = hanging
        }

        mutating func add(_ piece: Piece) {
            var word = ""
            for character in piece.text {
                if character == " " {
                    put(word, piece.style)
                    word = ""
                    spaces += 1
                } else {
                    word.append(character)
                }
            }
            put(word, piece.style)
        }

        private mutating func put(_ word: String, _ style: Style?) {
            guard !word.isEmpty else { return }
            let width = TextWidth.columns(word)
            // A new line that would begin where this one is already gains nothing.
            if !isAtStart, spaces > 0, used + spaces + width > columns, used + spaces > hanging { goOn() }
            text += String(repeating: " ", count: spaces)
            used += spaces
            spaces = 0
            isAtStart = false
            guard used + width > columns else {
                text += layout.paint(word, style)
                used += width
                return
            }
            var part = ""
            for character in word {
                let width = TextWidth.columns(of: character)
                if used + width > columns, used > hanging {
                    text += layout.paint(part, style)
                    part = ""
                    goOn()
                    isAtStart = false
                }
                part.append(character)
                used += width
            }
            text += layout.paint(part, style)
        }

        private mutating func goOn() {
            text += "\n" + String(repeating: " ", count: hanging)
            used = hanging
            spaces = 0
            isAtStart = true
        }
    }
}

/// Rows whose cells stand below each other where the terminal is wide enough, and follow one another where it is not.
struct Columns {
    /// What every row begins with.
    let indent: Int
    /// Columns between two cells.
    static let gap = 2
    /// Less than this for the last cell is too narrow to read in.
    static let leastForLast = 24

    private let widths: [Int]
    private let isAligned: Bool
    /// Where the second cell begins: further lines that belong to a row begin there.
    let body: Int

    /// - Parameter rows: cells; all rows have the same number of them. The last one is as wide as it is.
    init(_ rows: [[Piece]], indent: Int, in layout: Layout) {
        self.indent = indent
        let count = max(1, rows.first?.count ?? 1)
        widths = (0..<(count - 1)).map { column in rows.map { $0[column].columns }.max() ?? 0 }
        let before = indent + widths.reduce(0) { $0 + $1 + Self.gap }
        let last = rows.map { $0[count - 1].columns }.max() ?? 0
        isAligned = layout.columns.map { before + min(last, Self.leastForLast) <= $0 } ?? true
        body = indent + (widths.first.map { $0 + Self.gap } ?? 0)
    }

    func line(_ row: [Piece]) -> Line {
        var pieces = [Piece(String(repeating: " ", count: indent))]
        var column = indent
        for (index, cell) in row.enumerated() {
            pieces.append(cell)
            guard index < row.count - 1 else { break }
            // Without room to align, a column of its own still lets the rows be counted.
            let pad = isAligned || index == 0 ? widths[index] - cell.columns : 0
            pieces.append(Piece(String(repeating: " ", count: pad + Self.gap)))
            column += cell.columns + pad + Self.gap
        }
        return Line(pieces, hanging: isAligned ? column : body)
    }
}
