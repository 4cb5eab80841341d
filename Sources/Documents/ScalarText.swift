/// Texts as programs read them: a combining mark after a separator is part of the same character for Swift, and hides it
/// from `split` and `contains`. What is a path, a quote or a field for others is looked at scalar by scalar.
extension StringProtocol {
    /// The parts between separators, empty ones included.
    public func parts(between separator: Unicode.Scalar) -> [String] {
        unicodeScalars.split(separator: separator, omittingEmptySubsequences: false).map { part in
            var text = String.UnicodeScalarView()
            text.append(contentsOf: part)
            return String(text)
        }
    }

    /// The same text with another one in the place of every such scalar.
    public func replacing(scalar: Unicode.Scalar, with text: String) -> String {
        parts(between: scalar).joined(separator: text)
    }

    /// The rest of a path behind a folder that it is in; nil for a path elsewhere.
    public func below(_ folder: String) -> String? {
        let bytes = utf8.dropFirst(folder.utf8.count)
        guard utf8.starts(with: folder.utf8), bytes.first == UInt8(ascii: "/") else { return nil }
        return String(decoding: bytes.dropFirst(), as: UTF8.self)
    }

    /// A word as the shell reads it back from between single quotes.
    public var shellQuoted: String { "'" + replacing(scalar: "'", with: "'\\''") + "'" }

    /// A word as the shell reads it back, quoted where it has to be.
    public var shellWord: String {
        let isPlain = unicodeScalars.allSatisfy { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789/._-+,:=@%".unicodeScalars.contains(scalar))
        }
        return isPlain && !isEmpty ? String(self) : shellQuoted
    }
}
