import Documents

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// JSON as every command prints it: members in order, so that two runs compare, and readable.
enum JSONDocument {
    /// The document's bytes, with a newline at its end.
    static func bytes(of value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(value), as: UTF8.self)
        return Array(inert(text).utf8) + [UInt8(ascii: "\n")]
    }

    /// The same document with `\uXXXX` for characters beyond ASCII that steer a terminal or mislead who reads it there. The
    /// encoder does that for those in ASCII.
    private static func inert(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: MarkdownText.misleads) else { return text }
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            guard MarkdownText.misleads(scalar) else {
                result.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                result.append(
                    contentsOf: "\\u\(String(repeating: "0", count: 4 - digits.count))\(digits)".unicodeScalars)
            }
        }
        return String(result)
    }
}
