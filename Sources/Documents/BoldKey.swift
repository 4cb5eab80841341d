/// A value after a bold key: `**Status:** Resolved`, `- **Branch:** ...`, `**Status**: Resolved`.
struct BoldKey {
    /// The key, normalised: "last updated".
    let name: String
    /// Where its marks begin.
    let start: Int
    /// The value without the spaces around it.
    let value: Range<Int>
    /// The index of its line.
    let line: Int

    var slot: ValueSlot { ValueSlot(range: value, surroundings: .key) }

    /// The bold keys of a line of text. The first starts the line; others may follow on the same line.
    static func all(in source: SourceText, line index: Int) -> [BoldKey] {
        let line = source.lines[index]
        guard !line.isQuoted else { return [] }
        switch line.kind {
        case .paragraph, .setextText: break
        default: return []
        }
        let range = line.text
        // Most lines are prose.
        guard let first = range.first.map({ source.visible[$0] }), first == 0x2A || first == 0x5F else { return [] }
        var text = source.visible[range]
        var keys: [BoldKey] = []
        while let key = opening(text) {
            let rest = text[key.end...]
            let next = nextKey(in: rest)
            let value = trimmedValue(rest[..<(next ?? rest.endIndex)], isLast: next == nil)
            keys.append(BoldKey(name: key.name, start: text.startIndex, value: value, line: index))
            guard let next else { break }
            text = text[next...]
        }
        return keys
    }

    /// The key that the text starts with, and where its value starts.
    private static func opening(_ text: ArraySlice<UInt8>) -> (name: String, end: Int)? {
        guard let mark = text.first, mark == 0x2A || mark == 0x5F, text.dropFirst().first == mark else { return nil }
        let inner = text.dropFirst(2)
        guard let first = inner.first, !first.isBlank, first != mark else { return nil }
        var close = inner.startIndex
        while close + 1 < inner.endIndex, !(inner[close] == mark && inner[close + 1] == mark) { close += 1 }
        guard close + 1 < inner.endIndex else { return nil }
        let name = inner[..<close]
        if name.last == 0x3A { return (Words.normalised(name), close + 2) }
        guard text[(close + 2)...].first == 0x3A else { return nil }
        return (Words.normalised(name), close + 3)
    }

    private static func nextKey(in rest: ArraySlice<UInt8>) -> Int? {
        var position = rest.startIndex + 1
        while position + 4 < rest.endIndex {
            if rest[position] == 0x2A, rest[position + 1] == 0x2A, !rest[position - 1].isWordByte,
                rest[position + 2].isLetter, opening(rest[position...]) != nil
            {
                return position
            }
            position += 1
        }
        return nil
    }

    /// Without spaces, the backslash of a hard line break, and the mark between two keys.
    private static func trimmedValue(_ text: ArraySlice<UInt8>, isLast: Bool) -> Range<Int> {
        let start = text.startIndex
        var value = text.trimmed
        if isLast, value.last == 0x5C { value = value.dropLast().trimmed }
        if !isLast {
            for mark in ["|", "·", "•", ";", ","] where value.suffix(mark.utf8.count).elementsEqual(mark.utf8) {
                value = value.dropLast(mark.utf8.count).trimmed
            }
        }
        return value.isEmpty ? start..<start : value.startIndex..<value.endIndex
    }
}
