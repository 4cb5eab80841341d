#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What the scanner needs to know about single bytes. Bytes from 0x80 on are parts of UTF-8 letters or invalid;
/// neither digit nor space.
extension UInt8 {
    var isDigit: Bool { self >= 0x30 && self <= 0x39 }
    var isLetter: Bool { (self | 0x20) >= 0x61 && (self | 0x20) <= 0x7A }
    var isBlank: Bool { self == 0x20 || self == 0x09 }
    var isNewline: Bool { self == 0x0A || self == 0x0D }
    /// True for letters, digits and every byte outside ASCII: what a word is made of.
    var isWordByte: Bool { isDigit || isLetter || self >= 0x80 }
    var lowercased: UInt8 { self >= 0x41 && self <= 0x5A ? self + 0x20 : self }
    var isPunctuation: Bool { (self > 0x20 && self < 0x7F) && !isDigit && !isLetter }
    var isHexDigit: Bool { isDigit || ((self | 0x20) >= 0x61 && (self | 0x20) <= 0x66) }
}

extension Int {
    /// Reads ASCII digits only; nil when empty, longer than 9 digits, or anything else is in it.
    init?(asciiDigits digits: some Collection<UInt8>) {
        guard !digits.isEmpty, digits.count <= 9, digits.allSatisfy(\.isDigit) else { return nil }
        self = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces and tabs at both ends.
    var trimmed: ArraySlice<UInt8> {
        var slice = self
        while slice.first?.isBlank == true { slice.removeFirst() }
        while slice.last?.isBlank == true { slice.removeLast() }
        return slice
    }

    /// As text; invalid UTF-8 becomes U+FFFD.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// True when it starts with `prefix`, ASCII letters compared without case. `prefix` must be lower case.
    func hasPrefix(ignoringCase prefix: StaticString) -> Bool {
        guard count >= prefix.utf8CodeUnitCount else { return false }
        return prefix.withUTF8Buffer { wanted in
            var index = startIndex
            for byte in wanted {
                if self[index].lowercased != byte { return false }
                index += 1
            }
            return true
        }
    }

    /// True when it starts with exactly these bytes.
    func hasPrefix(_ prefix: some Collection<UInt8>) -> Bool {
        count >= prefix.count && zip(self, prefix).allSatisfy { $0 == $1 }
    }

    /// Where `needle` first occurs, as the index of its first byte.
    func firstIndex(ofBytes needle: StaticString) -> Int? {
        let length = needle.utf8CodeUnitCount
        guard length > 0, count >= length else { return nil }
        let offset = needle.withUTF8Buffer { wanted in
            withUnsafeBytes { bytes -> Int? in
                guard let start = bytes.baseAddress else { return nil }
                var index = 0
                while index <= bytes.count - length {
                    let found = memchr(start + index, Int32(wanted[0]), bytes.count - length + 1 - index)
                    guard let found else { return nil }
                    index = UnsafeRawPointer(found) - start
                    if (1..<length).allSatisfy({ bytes[index + $0] == wanted[$0] }) { return index }
                    index += 1
                }
                return nil
            }
        }
        return offset.map { startIndex + $0 }
    }
}
