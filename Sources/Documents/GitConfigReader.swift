/// Reads git-config syntax by the rules of git's own `config.c`.
struct GitConfigReader {
    private let bytes: [UInt8]
    private var position: Int
    private var line = 1
    private(set) var entries: [GitConfigText.Entry] = []
    private(set) var places: [GitConfigText.Place] = []
    private(set) var headers: [GitConfigText.Header] = []

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        position = bytes[...].hasPrefix([0xEF, 0xBB, 0xBF]) ? 3 : 0
    }

    /// Reads the whole text.
    mutating func read() throws(GitConfigError) {
        while let byte = peek() {
            if byte == 0x23 || byte == 0x3B {
                while let next = peek(), next != 0x0A { advance() }
            } else if byte == 0x5B {
                try readHeader()
            } else if Self.isSpace(byte) {
                advance()
            } else if byte.isLetter {
                try readEntry()
            } else {
                throw failure("a line must be a section, a key or a comment")
            }
        }
    }

    /// The byte here, a CRLF taken for its LF; nil at the end.
    private func peek() -> UInt8? {
        guard position < bytes.count else { return nil }
        if bytes[position] == 0x0D, position + 1 < bytes.count, bytes[position + 1] == 0x0A { return 0x0A }
        return bytes[position]
    }

    private mutating func advance() {
        guard let byte = peek() else { return }
        if byte == 0x0A {
            line += 1
            if bytes[position] == 0x0D { position += 1 }
        }
        position += 1
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte.isBlank || byte.isNewline }

    private static func isNameByte(_ byte: UInt8) -> Bool { byte.isLetter || byte.isDigit || byte == 0x2D }

    private func failure(_ reason: String) -> GitConfigError { GitConfigError(line: line, reason: reason) }

    private mutating func readHeader() throws(GitConfigError) {
        let start = position
        advance()
        var name: [UInt8] = []
        var subsection: [UInt8]?
        while true {
            guard let byte = peek(), byte != 0x0A else { throw failure("a section's name has no ] behind it") }
            if byte == 0x5D {
                advance()
                break
            }
            if Self.isSpace(byte) {
                subsection = try readSubsection()
                break
            }
            guard Self.isNameByte(byte) || byte == 0x2E else { throw failure("a section's name has a wrong character") }
            name.append(byte.lowercased)
            advance()
        }
        if name.isEmpty, subsection == nil { throw failure("a section has no name") }
        let parts = name.split(separator: 0x2E, maxSplits: 1, omittingEmptySubsequences: false)
        let old = parts.count > 1 ? [UInt8](parts[1]) : nil
        let full: [UInt8]? =
            switch (old, subsection) {
            case (let old?, let new?): old + [0x2E] + new
            case (let old, let new): new ?? old
            }
        headers.append(
            GitConfigText.Header(
                section: String(decoding: parts.first ?? [], as: UTF8.self),
                subsection: full.map { String(decoding: $0, as: UTF8.self) }, range: start..<position))
    }

    /// From the space after a section's name to behind its bracket.
    private mutating func readSubsection() throws(GitConfigError) -> [UInt8] {
        while let byte = peek(), Self.isSpace(byte), byte != 0x0A { advance() }
        guard peek() == 0x22 else { throw failure("a subsection's name is not in quotes") }
        advance()
        var name: [UInt8] = []
        while true {
            guard var byte = peek(), byte != 0x0A else { throw failure("a subsection's name has no quote behind it") }
            advance()
            if byte == 0x22 { break }
            if byte == 0x5C {
                guard let next = peek(), next != 0x0A else { throw failure("a subsection's name ends in a backslash") }
                byte = next
                advance()
            }
            name.append(byte)
        }
        guard peek() == 0x5D else { throw failure("a subsection's name has no ] behind it") }
        advance()
        return name
    }

    private mutating func readEntry() throws(GitConfigError) {
        let first = line
        let start = position
        while let byte = peek(), Self.isNameByte(byte) { advance() }
        let key = start..<position
        guard let header = headers.last else { throw failure("a key stands before the first section") }
        while peek()?.isBlank == true { advance() }
        var value: [UInt8]?
        var range = key.upperBound..<key.upperBound
        if let byte = peek(), byte != 0x0A {
            guard byte == 0x3D else { throw failure("a key has no = behind it") }
            advance()
            let from = position
            let read = try readValue()
            value = read.value
            range = from..<max(from, read.end)
        }
        advance()
        entries.append(
            GitConfigText.Entry(
                section: header.section, subsection: header.subsection,
                key: String(decoding: bytes[key].map(\.lowercased), as: UTF8.self),
                value: value.map { String(decoding: $0, as: UTF8.self) }, line: first))
        places.append(GitConfigText.Place(header: headers.count - 1, key: key, value: range, end: position))
    }

    /// A value up to its line ending, and behind which byte of the text it ends.
    private mutating func readValue() throws(GitConfigError) -> (value: [UInt8], end: Int) {
        var value: [UInt8] = []
        var significant = 0
        var end = position
        var isQuoted = false
        while let byte = peek(), byte != 0x0A || isQuoted {
            if byte == 0x0A { throw failure("a value's quotes are not closed") }
            if !isQuoted, byte == 0x23 || byte == 0x3B {
                while let next = peek(), next != 0x0A { advance() }
                break
            }
            advance()
            if !isQuoted, Self.isSpace(byte) {
                if !value.isEmpty { value.append(byte) }
                continue
            }
            switch byte {
            case 0x22: isQuoted.toggle()
            case 0x5C:
                guard let escaped = try readEscape() else { continue }
                value.append(escaped)
            default: value.append(byte)
            }
            significant = value.count
            end = position
        }
        if isQuoted { throw failure("a value's quotes are not closed") }
        return (Array(value.prefix(significant)), end)
    }

    /// The byte that a backslash and what follows it stand for; nil for a line that goes on.
    private mutating func readEscape() throws(GitConfigError) -> UInt8? {
        guard let byte = peek() else { return nil }
        let meaning: UInt8?
        switch byte {
        case 0x0A: meaning = nil
        case UInt8(ascii: "t"): meaning = 0x09
        case UInt8(ascii: "b"): meaning = 0x08
        case UInt8(ascii: "n"): meaning = 0x0A
        case 0x5C, 0x22: meaning = byte
        default: throw failure("a value has a backslash before a character that needs none")
        }
        advance()
        return meaning
    }
}
