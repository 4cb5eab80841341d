/// Finds the comments inside paragraphs, headings and cells. Those that start a line are raw HTML, which the block
/// scanner labels.
enum CommentMask {
    /// The bytes, with those of such comments replaced by spaces; line endings stay.
    static func blankingComments(in bytes: [UInt8], lines: [MarkdownLine]) -> [UInt8] {
        guard bytes[...].firstIndex(ofBytes: "<!--") != nil else { return bytes }
        var result = bytes
        var index = 0
        while index < lines.count {
            let first = index
            switch lines[index].kind {
            case .paragraph, .setextText:
                while index + 1 < lines.count, lines[index + 1].kind == lines[first].kind { index += 1 }
                blank(&result, like: bytes, in: lines[first].textStart..<lines[index].contentEnd)
            case .heading:
                blank(&result, like: bytes, in: lines[index].text)
            case .tableHeader, .tableRow:
                if bytes[lines[index].text].firstIndex(ofBytes: "<!--") != nil {
                    for cell in TableRow.cells(bytes, in: lines[index].text) {
                        blank(&result, like: bytes, in: cell.content)
                    }
                }
            default: break
            }
            index += 1
        }
        return result
    }

    private static func blank(_ result: inout [UInt8], like bytes: [UInt8], in range: Range<Int>) {
        for comment in comments(in: bytes[range]) {
            for place in comment where !result[place].isNewline { result[place] = 0x20 }
        }
    }

    /// The comments in one run of text; what is in code spans or escaped is none.
    private static func comments(in text: ArraySlice<UInt8>) -> [Range<Int>] {
        guard text.firstIndex(ofBytes: "<!--") != nil else { return [] }
        var found: [Range<Int>] = []
        var position = text.startIndex
        while position < text.endIndex {
            let rest = text[position...]
            switch text[position] {
            case 0x5C:
                position += 2
            case 0x60:
                position = CodeSpan.end(rest) ?? position + rest.prefix { $0 == 0x60 }.count
            case 0x3C where rest.hasPrefix("<!--".utf8):
                guard let close = rest.dropFirst(4).firstIndex(ofBytes: "-->") else { return found }
                found.append(position..<close + 3)
                position = close + 3
            default:
                position += 1
            }
        }
        return found
    }
}

/// Code between backticks.
enum CodeSpan {
    /// Where the code span that starts the text ends, its closing backticks included; nil when nothing closes it.
    static func end(_ text: ArraySlice<UInt8>) -> Int? {
        let length = text.prefix { $0 == 0x60 }.count
        guard length > 0 else { return nil }
        var position = text.startIndex + length
        while position < text.endIndex {
            let run = text[position...].prefix { $0 == 0x60 }.count
            if run == length { return position + run }
            position += max(run, 1)
        }
        return nil
    }

    /// What is inside the code span that starts the text: its backticks, and one space on each side where both are,
    /// left out.
    static func content(_ text: ArraySlice<UInt8>) -> Range<Int>? {
        guard let end = end(text) else { return nil }
        let length = text.prefix { $0 == 0x60 }.count
        let inner = text[(text.startIndex + length)..<(end - length)]
        if inner.count > 2, inner.first == 0x20, inner.last == 0x20, !inner.allSatisfy({ $0 == 0x20 }) {
            return inner.startIndex + 1..<inner.endIndex - 1
        }
        return inner.startIndex..<inner.endIndex
    }
}
