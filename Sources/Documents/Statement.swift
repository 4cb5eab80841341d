/// Something that people wrote, in one line: a paragraph, an item of a list with what it introduces, a line of code.
struct Statement: Equatable {
    /// Without emphasis marks, list marks and line endings.
    var text: String
    /// The bold key before it, normalised: "conclusion"; nil where there is none.
    let key: String?
    /// How many lists and quotes it stands in.
    let depth: Int
    /// True for a line of fenced or indented code.
    let isCode: Bool

    /// What some lines say; headings, tables and comments are left out. A statement that ends in a colon takes the next deeper
    /// ones with it: "Root cause:" and its list are one.
    static func all(in source: SourceText, lines: Range<Int>) -> [Statement] {
        var found: [Statement] = []
        var mayGoOn = false
        for index in lines {
            let line = source.lines[index]
            switch line.kind {
            case .paragraph:
                let text = plain(source.visible[line.text].trimmed.text)
                guard !text.isEmpty else { continue }
                let key = BoldKey.all(in: source, line: index).first?.name
                // An item's mark stands on its first line only; a key begins a statement wherever it is.
                let marks = source.bytes[line.start..<min(line.textStart, line.contentEnd)]
                let isItem = marks.contains { !$0.isBlank && $0 != 0x3E }
                if mayGoOn, !isItem, key == nil, let last = found.indices.last {
                    found[last].text += " " + text
                } else {
                    found.append(Statement(text: text, key: key, depth: line.depth, isCode: false))
                }
                mayGoOn = true
            case .fencedCode, .indentedCode:
                let text = source.bytes[line.text].trimmed.text
                if !text.isEmpty { found.append(Statement(text: text, key: nil, depth: line.depth, isCode: true)) }
                mayGoOn = false
            default: mayGoOn = false
            }
        }
        return joined(found)
    }

    /// Puts lists behind what introduces them.
    private static func joined(_ statements: [Statement]) -> [Statement] {
        var result: [Statement] = []
        var index = 0
        while index < statements.count {
            var statement = statements[index]
            index += 1
            guard statement.text.hasSuffix(":"), !statement.isCode else {
                result.append(statement)
                continue
            }
            let below = statements[index...].prefix { $0.depth > statement.depth && !$0.isCode }
            let level = below.map(\.depth).min()
            let parts = below.filter { $0.depth == level }.map { part in
                part.text.hasSuffix(":") ? String(part.text.dropLast()) : part.text
            }
            index += below.count
            // What introduces nothing that can be told in a line says nothing.
            guard !parts.isEmpty else { continue }
            statement.text += " " + parts.joined(separator: "; ")
            result.append(statement)
        }
        return result
    }

    /// The statements under each heading with one of these names, among some lines.
    static func under(_ names: [String], in outline: Outline, lines: Range<Int>? = nil) -> [Statement] {
        outline.headings.indices.filter { index in
            let heading = outline.headings[index]
            return (lines?.contains(heading.line) ?? true)
                && names.contains { name in
                    heading.words == name || (name.hasSuffix("…") && heading.words.hasPrefix(name.dropLast()))
                }
        }.flatMap { index in
            all(in: outline.source, lines: outline.lines(under: index).dropFirst())
        }
    }

    /// Without the marks of emphasis.
    private static func plain(_ text: String) -> String {
        var result = ""
        var rest = Substring(text)
        while let range = rest.firstRange(of: "**") {
            result += rest[..<range.lowerBound]
            rest = rest[range.upperBound...]
        }
        return result + rest
    }
}

extension Substring {
    fileprivate func firstRange(of mark: String) -> Range<Index>? {
        var position = startIndex
        while position < endIndex {
            if self[position...].hasPrefix(mark) { return position..<index(position, offsetBy: mark.count) }
            position = index(after: position)
        }
        return nil
    }
}

extension Range<Int> {
    fileprivate func dropFirst() -> Range<Int> { Swift.min(lowerBound + 1, upperBound)..<upperBound }
}
