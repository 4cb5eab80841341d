/// Text from outside (branches, subjects, names) made safe for Markdown and for terminals.
public enum MarkdownText {
    /// For a table's cell: what ``escapeInline(_:)`` does, so that neither pipe nor line ending breaks the row.
    public static func escapeCell(_ text: String) -> String { escapeInline(text) }

    /// For running text: a backslash before what Markdown reads, `&lt;` and `&amp;` for `<` and `&`, spaces for line
    /// endings; control and bidirectional characters become U+FFFD.
    public static func escapeInline(_ text: String) -> String {
        var result = ""
        let scalars = Array(visible(text).unicodeScalars)
        for (index, scalar) in scalars.enumerated() {
            switch scalar {
            case "|", "`", "[", "]", "\\", "*", "~", "$": result += "\\" + String(scalar)
            case "_": result += isInsideWord(scalars, index) ? "_" : "\\_"
            case "<": result += "&lt;"
            case ">": result += "&gt;"
            case "&": result += "&amp;"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// What running text says to a reader: the opposite of ``escapeInline(_:)``. Emphasis and links stay as they are
    /// written.
    public static func plain(_ text: some StringProtocol) -> String {
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x26 }) else { return String(text) }
        var result = String.UnicodeScalarView()
        var rest = Substring(text).unicodeScalars
        while let first = rest.first {
            if first == "\\", let next = rest.dropFirst().first, Character(next).isASCII,
                Character(next).isPunctuation || Character(next).isSymbol
            {
                result.append(next)
                rest = rest.dropFirst(2)
            } else if first == "&", let entity = entities.first(where: { rest.starts(with: $0.code.unicodeScalars) }) {
                result.append(entity.scalar)
                rest = rest.dropFirst(entity.code.unicodeScalars.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return String(result)
    }

    private static let entities: [(code: String, scalar: Unicode.Scalar)] = [
        ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""),
    ]

    /// For a terminal: spaces for line endings and tabs; control and bidirectional characters become U+FFFD.
    public static func terminalSafe(_ text: String) -> String { visible(text) }

    /// A code span with this content; the backticks around it outnumber those in it.
    ///
    /// - Parameter inCell: a backslash goes before each pipe, which GitHub's tables take away again.
    public static func codeSpan(_ text: String, inCell: Bool = false) -> String {
        let plain = visible(text)
        let content = inCell ? plain.replacing(scalar: "|", with: "\\|") : plain
        var longest = 0
        var run = 0
        for scalar in content.unicodeScalars {
            run = scalar == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let ticks = String(repeating: "`", count: longest + 1)
        let needsSpace = content.hasPrefix("`") || content.hasSuffix("`")
        return ticks + (needsSpace ? " " : "") + content + (needsSpace ? " " : "") + ticks
    }

    /// Spaces for line endings and tabs, U+FFFD for what a terminal or a reader of text could be misled by.
    static func visible(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }) { return text }
        var result = String.UnicodeScalarView()
        var rest = text.unicodeScalars[...]
        while let scalar = rest.popFirst() {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x2028, 0x2029, 0x85: result.append(" ")
            case 0x00...0x1F: result.append("\u{FFFD}")
            case _ where misleads(scalar): result.append("\u{FFFD}")
            default: result.append(scalar)
            }
            if scalar == "\u{1F3F4}" {
                let tags = flagTags(rest)
                result.append(contentsOf: tags)
                rest = rest.dropFirst(tags.count)
            }
        }
        return String(result)
    }

    /// True for a character beyond ASCII's control characters that steers a terminal, is not seen, or turns text around.
    public static func misleads(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x7F...0x9F, 0x061C, 0x200B, 0x200E, 0x200F, 0x2028...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF9...0xFFFB,
            0xE0000...0xE007F:
            true
        default: false
        }
    }

    /// What makes a black flag the one of a region (Unicode Technical Standard 51, "Emoji Tag Sequences"): three to six letters or
    /// digits as tags, and the tag that ends them. Any other tags are hidden text.
    private static func flagTags(_ text: Substring.UnicodeScalarView) -> Substring.UnicodeScalarView {
        let letters = text.prefix { (0xE0030...0xE0039).contains($0.value) || (0xE0061...0xE007A).contains($0.value) }
        let isFlag = (3...6).contains(letters.count) && text.dropFirst(letters.count).first == "\u{E007F}"
        return text.prefix(isFlag ? letters.count + 1 : 0)
    }

    private static func isInsideWord(_ scalars: [Unicode.Scalar], _ index: Int) -> Bool {
        guard index > 0, index + 1 < scalars.count else { return false }
        return scalars[index - 1].properties.isAlphabetic && scalars[index + 1].properties.isAlphabetic
    }
}
