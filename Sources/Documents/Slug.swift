/// Names of folders and branches, made from titles.
public enum Slug {
    /// The longest slug, in bytes.
    public static let maximumLength = 50

    /// The title as `[a-z0-9-]`: accents of common Latin letters taken off, everything else a hyphen, cut at a word
    /// where it is too long. Never empty: a title without a letter or digit gives "attempt".
    public static func make(_ title: String) -> String {
        var words: [String] = []
        var word = ""
        for scalar in title.unicodeScalars {
            let text = plain(scalar)
            if text.isEmpty {
                if isApostrophe(scalar) || isCombiningMark(scalar) { continue }
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word += text
            }
        }
        if !word.isEmpty { words.append(word) }
        return joined(words)
    }

    private static func joined(_ words: [String]) -> String {
        var slug = ""
        for word in words {
            let longer = slug.isEmpty ? word : slug + "-" + word
            if longer.utf8.count > maximumLength {
                if slug.isEmpty { slug = String(word.prefix(maximumLength)) }
                break
            }
            slug = longer
        }
        return slug.isEmpty ? "attempt" : slug
    }

    private static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "'" || scalar == "\u{2019}"
    }

    private static func isCombiningMark(_ scalar: Unicode.Scalar) -> Bool {
        (0x0300...0x036F).contains(scalar.value)
    }

    /// The letter or digit in `[a-z0-9]`; empty for anything that has none.
    private static func plain(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "a"..."z", "0"..."9": String(scalar)
        case "A"..."Z": scalar.properties.lowercaseMapping
        default: accents[scalar.properties.lowercaseMapping] ?? ""
        }
    }

    private static let accents: [String: String] = {
        let letters = [
            "a": "àáâãåāăą", "ae": "äæ", "b": "ƀ", "c": "çćĉċč", "d": "ðďđ", "e": "èéêëēĕėęě", "g": "ĝğġģ", "h": "ĥħ",
            "i": "ìíîïĩīĭįı", "j": "ĵ", "k": "ķ", "l": "ĺļľŀł", "n": "ñńņňŋ", "o": "òóôõøōŏő", "oe": "öœ", "r": "ŕŗř",
            "s": "śŝşšș", "ss": "ß", "t": "ţťŧț", "th": "þ", "u": "ùúûũūŭůűų", "ue": "ü", "w": "ŵ", "y": "ýÿŷ",
            "z": "źżž",
        ]
        var table: [String: String] = [:]
        for (plain, accented) in letters {
            for letter in accented { table[String(letter)] = plain }
        }
        return table
    }()
}
