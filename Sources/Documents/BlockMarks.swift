/// ATX marks (`##`) and setext underlines.
enum HeadingMark {
    /// The level of the ATX heading that the text is; nil when it is none.
    static func level(_ text: ArraySlice<UInt8>) -> Int? {
        let level = text.prefix { $0 == 0x23 }.count
        guard (1...6).contains(level) else { return nil }
        let after = text.dropFirst(level)
        return after.first.map(\.isBlank) ?? true ? level : nil
    }

    /// 1 for a line of `=`, 2 for a line of `-`.
    static func underlineLevel(_ text: ArraySlice<UInt8>) -> Int? {
        let line = text.trimmed
        guard let mark = line.first, mark == 0x3D || mark == 0x2D, line.allSatisfy({ $0 == mark }) else { return nil }
        return mark == 0x3D ? 1 : 2
    }

    /// What an ATX heading says: without the marks before and after.
    static func content(_ bytes: [UInt8], in range: Range<Int>) -> Range<Int> {
        var text = bytes[range].drop { $0 == 0x23 }.trimmed
        let closing = text.reversed().prefix { $0 == 0x23 }.count
        if closing > 0 {
            let before = text.dropLast(closing)
            if before.isEmpty || before.last?.isBlank == true { text = before.trimmed }
        }
        return text.startIndex..<text.endIndex
    }
}

/// The fences of code: three or more backticks or tildes.
enum FenceMark {
    /// The fence that the text opens. The info string of a backtick fence has no backtick in it.
    static func opening(_ text: ArraySlice<UInt8>) -> (mark: UInt8, length: Int)? {
        guard let mark = text.first, mark == 0x60 || mark == 0x7E else { return nil }
        let length = text.prefix { $0 == mark }.count
        guard length >= 3 else { return nil }
        if mark == 0x60, text.dropFirst(length).contains(0x60) { return nil }
        return (mark, length)
    }

    /// True when the line closes a fence: at most three columns in, as long or longer, nothing after it.
    static func closes(_ cursor: LineCursor, mark: UInt8, length: Int) -> Bool {
        let (position, columns) = cursor.indentation
        guard columns < 4 else { return false }
        let text = cursor.bytes[position..<cursor.end].trimmed
        return text.count >= length && text.allSatisfy { $0 == mark }
    }
}

/// `---`, `***`, `___`, with spaces or without.
enum ThematicBreak {
    /// True when the text is one.
    static func matches(_ text: ArraySlice<UInt8>) -> Bool {
        guard let mark = text.first, mark == 0x2D || mark == 0x2A || mark == 0x5F else { return false }
        var count = 0
        for byte in text {
            if byte == mark {
                count += 1
            } else if !byte.isBlank {
                return false
            }
        }
        return count >= 3
    }
}

/// Bullets and numbers of list items.
enum ListMark {
    /// How many bytes the mark has; nil when the text starts no list item.
    ///
    /// - Parameter interrupting: a paragraph is open; only an item with text, and a list that starts at 1, ends it.
    static func width(_ text: ArraySlice<UInt8>, interrupting: Bool) -> Int? {
        guard let first = text.first else { return nil }
        var width = 1
        if first.isDigit {
            let digits = text.prefix(while: \.isDigit)
            guard digits.count <= 9, let mark = text.dropFirst(digits.count).first, mark == 0x2E || mark == 0x29 else {
                return nil
            }
            if interrupting, Int(asciiDigits: digits) != 1 { return nil }
            width = digits.count + 1
        } else if first != 0x2D && first != 0x2A && first != 0x2B {
            return nil
        }
        let after = text.dropFirst(width)
        if let next = after.first, !next.isBlank { return nil }
        if interrupting, after.trimmed.isEmpty { return nil }
        return width
    }
}
