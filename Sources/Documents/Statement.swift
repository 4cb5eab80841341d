/// Something that people wrote, in one line: a paragraph, an item of a list with what it introduces, a row of a table, a
/// line of code.
struct Statement: Equatable {
    /// Without emphasis marks, list marks and line endings.
    var text: String
    /// The bold key before it, normalised: "conclusion"; nil where there is none.
    let key: String?
    /// How many lists and quotes it stands in.
    let depth: Int
    /// What it was written as.
    let form: Form

    /// What a statement was written as.
    enum Form: Equatable {
        case prose
        /// A row of a table.
        case row
        /// A line of the fenced or indented code whose first line has this index; what introduces the code counts as
        /// one of its lines.
        case code(block: Int)
    }

    var isCode: Bool { if case .code = form { true } else { false } }

    /// The words before the first colon, normalised: "next" of "Next: profile it"; nil where there is no colon.
    var label: String? {
        let bytes = Array(text.utf8)
        return bytes.firstIndex(of: 0x3A).map { Words.normalised(bytes[..<$0]) }
    }

    /// The text without what the first colon ends.
    var withoutLabel: String {
        guard let colon = text.utf8.firstIndex(of: 0x3A) else { return text }
        return String(text[text.utf8.index(after: colon)...].drop { $0 == " " })
    }

    /// What some lines say; headings and comments are left out. A statement that ends in a colon takes the next deeper
    /// ones with it: "Root cause:" and its list are one. What introduces a table stands before each of its rows.
    ///
    /// - Parameter keepsNested: also what is in lists within such a list is told, each with all that introduces it.
    static func all(in source: SourceText, lines: Range<Int>, keepsNested: Bool = false) -> [Statement] {
        groups(in: source, lines: lines, keepsNested: keepsNested).flatMap(\.self)
    }

    /// ``all(in:lines:keepsNested:)``, cut where a heading or a rule is.
    static func groups(in source: SourceText, lines: Range<Int>, keepsNested: Bool = false) -> [[Statement]] {
        lineGroups(in: source, lines: lines).map { joined($0, keepsNested: keepsNested) }
    }

    /// Every paragraph, item, row and line of code by itself, cut where a heading or a rule is.
    private static func lineGroups(in source: SourceText, lines: Range<Int>) -> [[Statement]] {
        var result: [[Statement]] = []
        var found: [Statement] = []
        /// True right after a line of prose that the next may go on with.
        var mayGoOn = false
        var block = lines.lowerBound
        for index in lines {
            let line = source.lines[index]
            let goesOn = mayGoOn
            mayGoOn = false
            switch line.kind {
            case .paragraph, .setextText:
                let parts = Self.parts(ofLine: index, in: source)
                // Bold keys right above "---" are meant as keys; other headings are none of it.
                if line.kind != .paragraph, parts.first?.key == nil, !goesOn { continue }
                // An item's mark stands on its first line only; a key begins a statement wherever it is.
                let marks = source.bytes[line.start..<min(line.textStart, line.contentEnd)]
                let isItem = marks.contains { !$0.isBlank && $0 != 0x3E }
                if goesOn, !isItem, let part = parts.first, part.key == nil, let last = found.indices.last {
                    found[last].text += " " + part.text
                } else {
                    found += parts
                }
                mayGoOn = goesOn || !parts.isEmpty
            case .fencedCode, .indentedCode:
                if index == lines.lowerBound || source.lines[index - 1].kind != line.kind { block = index }
                let text = source.bytes[line.text].trimmed.text
                guard !text.isEmpty else { continue }
                found.append(Statement(text: text, key: nil, depth: line.depth, form: .code(block: block)))
            case .tableHeader:
                let table = MarkdownTable(in: source, header: index)
                found += table.rows.map {
                    Statement(text: table.told($0), key: nil, depth: line.depth, form: .row)
                }.filter { !$0.text.isEmpty }
            case .heading, .setextUnderline, .thematicBreak:
                result.append(found)
                found = []
            default: break
            }
        }
        return (result + [found]).map { group in
            group.map { statement in
                var statement = statement
                if statement.form == .prose { statement.text = Emphasis.removed(from: statement.text) }
                return statement
            }
        }
    }

    /// What a line of prose says, cut where a bold key begins; with its marks of emphasis, which may end in a later line.
    private static func parts(ofLine index: Int, in source: SourceText) -> [Statement] {
        let line = source.lines[index]
        let keys = BoldKey.all(in: source, line: index)
        var texts = keys.map { (key: Optional($0.name), range: $0.start..<$0.value.upperBound) }
        if texts.isEmpty { texts = [(nil, line.text)] }
        return texts.compactMap { key, range in
            var text = source.visible[range].trimmed
            // A backslash at the end is a hard line break.
            if text.reversed().prefix(while: { $0 == 0x5C }).count % 2 == 1 { text = text.dropLast().trimmed }
            return text.isEmpty ? nil : Statement(text: text.text, key: key, depth: line.depth, form: .prose)
        }
    }

    /// Puts lists and tables behind what introduces them.
    private static func joined(_ statements: [Statement], keepsNested: Bool) -> [Statement] {
        var result: [Statement] = []
        var index = 0
        while index < statements.count {
            var statement = statements[index]
            index += 1
            guard statement.text.hasSuffix(":"), statement.form == .prose else {
                result.append(statement)
                continue
            }
            let below = statements[index...].prefix { $0.depth > statement.depth && $0.form == .prose }
            let level = below.map(\.depth).min()
            if keepsNested, below.contains(where: { $0.depth != level }) {
                result += joined(Array(below), keepsNested: true).map { part in
                    Statement(
                        text: "\(statement.text) \(part.text)", key: statement.key, depth: part.depth, form: part.form)
                }
                index += below.count
                continue
            }
            let parts = below.filter { $0.depth == level }.map { part in
                part.text.hasSuffix(":") ? String(part.text.dropLast()) : part.text
            }
            index += below.count
            if !parts.isEmpty {
                statement.text += " " + parts.joined(separator: "; ")
                result.append(statement)
                continue
            }
            // What introduces nothing that can be told in a line says nothing.
            switch statements[index...].first?.form {
            case .row:
                let rows = statements[index...].prefix { $0.form == .row }
                result += rows.map { row in
                    Statement(text: "\(statement.text) \(row.text)", key: nil, depth: row.depth, form: .row)
                }
                index += rows.count
            case .code(let block):
                result.append(
                    Statement(text: statement.text, key: nil, depth: statement.depth, form: .code(block: block)))
            case .prose, nil: break
            }
        }
        return result
    }

    /// The statements under each heading with one of these names, among some lines, each once: what stands under a
    /// heading belongs to the innermost one around it whose name is among these and `others`. A name that ends in "…"
    /// is that of all that begin so.
    static func under(
        _ names: [String], in outline: Outline, lines: Range<Int>? = nil, apart others: [String] = [],
        keepsNested: Bool = false
    ) -> [Statement] {
        /// The headings around the one that is looked at, and whether what is under them counts.
        var around: [(level: Int, counts: Bool)] = []
        return outline.headings.indices.flatMap { index -> [Statement] in
            let heading = outline.headings[index]
            guard lines?.contains(heading.line) ?? true else { return [] }
            while let last = around.last, last.level >= heading.level { around.removeLast() }
            let counts =
                heading.isNamed(names) ? true : heading.isNamed(others) ? false : around.last?.counts ?? false
            around.append((heading.level, counts))
            guard counts else { return [] }
            return all(in: outline.source, lines: outline.ownLines(under: index), keepsNested: keepsNested)
        }
    }
}

extension Heading {
    fileprivate func isNamed(_ names: [String]) -> Bool {
        names.contains { $0.hasSuffix("…") ? words.hasPrefix($0.dropLast()) : words == $0 }
    }
}

extension Outline {
    /// The lines between a heading and the next one of any level, the heading's own included.
    fileprivate func ownLines(under index: Int) -> Range<Int> {
        let end = index + 1 < headings.count ? headings[index + 1].line : source.lines.count
        return headings[index].line..<end
    }
}
