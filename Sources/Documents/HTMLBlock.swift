/// Raw HTML that starts a line, by what ends it (the seven kinds of the CommonMark specification).
struct HTMLBlock {
    private enum Ending {
        case text(StaticString)
        case oneOf([StaticString])
        case blankLine
    }

    private let ending: Ending

    /// True when it goes on until the next blank line.
    var endsAtBlankLine: Bool {
        if case .blankLine = ending { true } else { false }
    }

    /// True when what ends it is in the line.
    func ends(in line: ArraySlice<UInt8>) -> Bool {
        switch ending {
        case .text(let text): return line.firstIndex(ofBytes: text) != nil
        case .oneOf(let texts):
            let lower = ArraySlice(line.map(\.lowercased))
            return texts.contains { lower.firstIndex(ofBytes: $0) != nil }
        case .blankLine: return false
        }
    }

    /// The raw HTML that the text starts; nil when it starts none.
    static func starting(_ text: ArraySlice<UInt8>, interruptingParagraph: Bool) -> HTMLBlock? {
        guard text.first == 0x3C else { return nil }
        if text.hasPrefix(ignoringCase: "<!--") { return HTMLBlock(ending: .text("-->")) }
        if text.hasPrefix(ignoringCase: "<?") { return HTMLBlock(ending: .text("?>")) }
        if text.hasPrefix("<![CDATA[".utf8) { return HTMLBlock(ending: .text("]]>")) }
        if text.hasPrefix(ignoringCase: "<!"), text.dropFirst(2).first?.isLetter == true {
            return HTMLBlock(ending: .text(">"))
        }
        let isClosing = text.dropFirst().first == 0x2F
        let name = text.dropFirst(isClosing ? 2 : 1).prefix { $0.isLetter || $0.isDigit }
        let after = text.dropFirst((isClosing ? 2 : 1) + name.count)
        let tag = ArraySlice(name.map(\.lowercased)).text
        if !isClosing, verbatimTags.contains(tag), after.first.map({ $0.isBlank || $0 == 0x3E }) ?? true {
            return HTMLBlock(ending: .oneOf(["</script>", "</pre>", "</style>", "</textarea>"]))
        }
        if blockTags.contains(tag), endsTagName(after) { return HTMLBlock(ending: .blankLine) }
        if !interruptingParagraph, HTMLTag.isAlone(text) { return HTMLBlock(ending: .blankLine) }
        return nil
    }

    private static func endsTagName(_ after: ArraySlice<UInt8>) -> Bool {
        guard let next = after.first else { return true }
        return next.isBlank || next == 0x3E || after.hasPrefix("/>".utf8)
    }

    private static let verbatimTags: Set<String> = ["script", "pre", "style", "textarea"]

    private static let blockTags: Set<String> = [
        "address", "article", "aside", "base", "basefont", "blockquote", "body", "caption", "center", "col",
        "colgroup", "dd", "details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure",
        "footer", "form", "frame", "frameset", "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html",
        "iframe", "legend", "li", "link", "main", "menu", "menuitem", "nav", "noframes", "ol", "optgroup", "option",
        "p", "param", "search", "section", "source", "summary", "table", "tbody", "td", "tfoot", "th", "thead",
        "title", "tr", "track", "ul",
    ]
}

/// A single HTML tag.
enum HTMLTag {
    /// True when the text is one complete opening or closing tag and nothing more.
    static func isAlone(_ text: ArraySlice<UInt8>) -> Bool {
        var rest = text.dropFirst()
        let isClosing = rest.first == 0x2F
        if isClosing { rest.removeFirst() }
        guard rest.first?.isLetter == true else { return false }
        rest = rest.drop { $0.isLetter || $0.isDigit || $0 == 0x2D }
        while !isClosing, let next = attribute(rest) { rest = next }
        rest = rest.drop(while: \.isBlank)
        if !isClosing, rest.first == 0x2F { rest.removeFirst() }
        guard rest.first == 0x3E else { return false }
        return rest.dropFirst().allSatisfy(\.isBlank)
    }

    /// What is left after one attribute; nil when there is none.
    private static func attribute(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard text.first?.isBlank == true else { return nil }
        let start = text.drop(while: \.isBlank)
        guard let first = start.first, first.isLetter || first == 0x5F || first == 0x3A else { return nil }
        let rest = start.drop { $0.isLetter || $0.isDigit || [0x5F, 0x2E, 0x3A, 0x2D].contains($0) }
        let equals = rest.drop(while: \.isBlank)
        guard equals.first == 0x3D else { return rest }
        let value = equals.dropFirst().drop(while: \.isBlank)
        guard let quote = value.first else { return nil }
        if quote == 0x22 || quote == 0x27 {
            guard let end = value.dropFirst().firstIndex(of: quote) else { return nil }
            return value[(end + 1)...]
        }
        let bare = value.prefix { !$0.isBlank && ![0x22, 0x27, 0x3D, 0x3C, 0x3E, 0x60].contains($0) }
        return bare.isEmpty ? nil : value.dropFirst(bare.count)
    }
}
