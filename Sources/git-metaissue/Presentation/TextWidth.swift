/// How many columns of a terminal text takes.
///
/// The C library's `wcwidth` was looked at and left: it answers by the locale that is set (in `C` nothing but ASCII has a
/// width, and a program that is linked statically has no other), and it counts the parts of an emoji one by one.
enum TextWidth {
    /// The columns of text without control characters.
    static func columns(_ text: some StringProtocol) -> Int {
        if text.utf8.allSatisfy({ $0 < 0x80 }) { return text.utf8.count }
        return text.reduce(0) { $0 + columns(of: $1) }
    }

    /// The columns of one character as a reader sees it: a letter with its marks, a flag, a family of emoji.
    static func columns(of character: Character) -> Int {
        let scalars = character.unicodeScalars
        if let only = scalars.first, scalars.count == 1 { return columns(of: only) }
        let isEmoji =
            scalars.contains { $0.properties.isEmojiPresentation }
            || (scalars.contains("\u{FE0F}") && scalars.first?.properties.isEmoji == true)
        return isEmoji ? 2 : scalars.reduce(0) { $0 + columns(of: $1) }
    }

    private static func columns(of scalar: Unicode.Scalar) -> Int {
        if scalar.value < 0x300 { return 1 }
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .enclosingMark: return 0
        default: break
        }
        // The later parts of a Hangul syllable that is written in parts.
        if (0x1160...0x11FF).contains(scalar.value) || (0xD7B0...0xD7FF).contains(scalar.value) { return 0 }
        if scalar.properties.isDefaultIgnorableCodePoint { return 0 }
        return isWide(scalar) ? 2 : 1
    }

    private static func isWide(_ scalar: Unicode.Scalar) -> Bool {
        if scalar.properties.isEmojiPresentation { return true }
        return wide.contains { $0.contains(scalar.value) }
    }

    /// Characters of East Asian Width W and F in the Unicode Character Database (EastAsianWidth.txt, 14.0), apart from
    /// those with Emoji_Presentation. Ranges go over what is not assigned, and over marks, which have no width.
    static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2329...0x232A, 0x2E80...0x303E, 0x3041...0x3247, 0x3250...0x4DBF, 0x4E00...0xA4C6,
        0xA960...0xA97C, 0xAC00...0xD7A3, 0xF900...0xFAD9, 0xFE10...0xFE6B, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x1B2FB, 0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]
}
