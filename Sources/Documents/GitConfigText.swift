/// Why a text is no git configuration, or cannot hold a value.
public struct GitConfigError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The line, from 1; nil when it is about a name given to ``GitConfigText/set(section:subsection:key:value:)``.
    public let line: Int?
    /// What is wrong.
    public let reason: String

    /// "line 3: …".
    public var description: String { line.map { "line \($0): " + reason } ?? reason }
}

/// A text in git-config syntax (that of `.gitmodules`), read and edited without losing a byte of what is not edited.
///
/// `include` is a section like any other: nothing is ever read from another file.
public struct GitConfigText: Sendable {
    /// One `key = value`.
    public struct Entry: Sendable, Hashable {
        /// Lower case.
        public let section: String
        /// As written; lower case where it comes from the old form `[section.subsection]`.
        public let subsection: String?
        /// Lower case.
        public let key: String
        /// Without quotes and escapes; nil for a key without `=`, which git takes for true.
        public let value: String?
        /// The line of the key, from 1.
        public let line: Int
    }

    /// A `[section "subsection"]`.
    struct Header {
        let section: String
        let subsection: String?
        /// From `[` to behind `]`.
        let range: Range<Int>
    }

    /// Where an entry stands.
    struct Place {
        /// The index of its header.
        let header: Int
        let key: Range<Int>
        /// From behind `=`, or behind the key where there is none, to behind the last byte of the value.
        let value: Range<Int>
        /// Behind its line ending.
        let end: Int
    }

    /// The text.
    public private(set) var bytes: [UInt8]
    /// Every entry, from the top down.
    public private(set) var entries: [Entry]
    private(set) var places: [Place]
    private(set) var headers: [Header]

    /// Reads a text by git's own rules.
    ///
    /// - Throws: ``GitConfigError`` with the line where git would stop.
    public init(bytes: [UInt8]) throws(GitConfigError) {
        var reader = GitConfigReader(bytes)
        try reader.read()
        self.bytes = bytes
        entries = reader.entries
        places = reader.places
        headers = reader.headers
    }

    /// The last value of a key, as git takes it; nil when it is not there or has no `=`.
    public func value(section: String, subsection: String? = nil, key: String) -> String? {
        entries.last { $0.isNamed(section, subsection, key) }?.value
    }

    /// Every value of a key, from the top down.
    public func values(section: String, subsection: String? = nil, key: String) -> [String] {
        entries.filter { $0.isNamed(section, subsection, key) }.compactMap(\.value)
    }

    /// The subsections of a section, each once, from the top down.
    public func subsections(of section: String) -> [String] {
        var seen: Set<String> = []
        return headers.filter { $0.section == section.lowercased() }.compactMap(\.subsection)
            .filter { seen.insert($0).inserted }
    }

    /// Sets a key. The last entry of that name gets the value; else one is added to its section; else a section at
    /// the end.
    ///
    /// - Throws: ``GitConfigError`` for names that git does not allow.
    public mutating func set(section: String, subsection: String? = nil, key: String, value: String)
        throws(GitConfigError)
    {
        try Self.checkNames(section: section, subsection: subsection, key: key)
        if self.value(section: section, subsection: subsection, key: key) == value { return }
        let text = GitConfigWriter.value(value)
        if let index = entries.lastIndex(where: { $0.isNamed(section, subsection, key) }) {
            let place = places[index].value
            let hasEquals = entries[index].value != nil
            try replace(place, with: (hasEquals ? " " : " = ") + text)
        } else if let header = headers.lastIndex(where: { $0.isNamed(section, subsection) }) {
            try insert(key + " = " + text, under: header)
        } else {
            try append(GitConfigWriter.header(section: section, subsection: subsection), key + " = " + text)
        }
    }

    /// Adds a value to a key that may have several.
    ///
    /// - Throws: ``GitConfigError`` for names that git does not allow.
    public mutating func add(section: String, subsection: String? = nil, key: String, value: String)
        throws(GitConfigError)
    {
        try Self.checkNames(section: section, subsection: subsection, key: key)
        let line = key + " = " + GitConfigWriter.value(value)
        if let header = headers.lastIndex(where: { $0.isNamed(section, subsection) }) {
            try insert(line, under: header)
        } else {
            try append(GitConfigWriter.header(section: section, subsection: subsection), line)
        }
    }

    /// Takes out every entry of that name, comments behind it on its line included. The section stays.
    public mutating func remove(section: String, subsection: String? = nil, key: String) throws(GitConfigError) {
        var splices: [Splice] = []
        for index in entries.indices where entries[index].isNamed(section, subsection, key) {
            let place = places[index]
            let start = lineStart(before: place.key.lowerBound)
            let isAlone = bytes[start..<place.key.lowerBound].allSatisfy { $0.isBlank }
            let end = isAlone ? place.end : contentEnd(before: place.end)
            splices.append(Splice(isAlone ? start..<end : place.key.lowerBound..<end, ""))
        }
        if !splices.isEmpty { try self = GitConfigText(bytes: bytes.applying(splices)) }
    }

    /// Takes out a section: each header of that name and what stands between it and its last entry.
    public mutating func removeSection(_ section: String, subsection: String? = nil) throws(GitConfigError) {
        var splices: [Splice] = []
        for (index, header) in headers.enumerated() where header.isNamed(section, subsection) {
            let start = lineStart(before: header.range.lowerBound)
            let isFirst = bytes[start..<header.range.lowerBound].allSatisfy { $0.isBlank }
            let last = places.last { $0.header == index }?.end ?? headerEnd(header)
            splices.append(Splice((isFirst ? start : header.range.lowerBound)..<last, ""))
        }
        if !splices.isEmpty { try self = GitConfigText(bytes: bytes.applying(splices)) }
    }

    private mutating func replace(_ range: Range<Int>, with text: String) throws(GitConfigError) {
        try self = GitConfigText(bytes: bytes.applying([Splice(range, text)]))
    }

    /// Adds a line after the last entry under a header.
    private mutating func insert(_ line: String, under header: Int) throws(GitConfigError) {
        let ending = lineEnding
        let last = places.last { $0.header == header }
        let place = last?.end ?? headerEnd(headers[header])
        var indent = "\t"
        if let last {
            let start = lineStart(before: last.key.lowerBound)
            let before = bytes[start..<last.key.lowerBound]
            if before.allSatisfy(\.isBlank) { indent = before.text }
        }
        let isOnOwnLine = place > 0 && bytes[place - 1] == 0x0A
        let lead = isOnOwnLine ? "" : openEnd(at: place) + ending
        try replace(place..<place, with: lead + indent + line + ending)
    }

    private mutating func append(_ header: String, _ line: String) throws(GitConfigError) {
        let ending = lineEnding
        let end = bytes.count
        let isOnOwnLine = bytes.isEmpty || bytes == [0xEF, 0xBB, 0xBF] || bytes.last == 0x0A
        let lead = isOnOwnLine ? "" : openEnd(at: end) + ending
        try replace(end..<end, with: lead + header + ending + "\t" + line + ending)
    }

    /// A value that ends the file with a backslash goes on in the next line; one more line ending closes it.
    private func openEnd(at place: Int) -> String {
        guard place == bytes.count, let last = places.last, last.end == place, bytes.last == 0x5C else { return "" }
        return lineEnding
    }

    private var lineEnding: String {
        guard let end = bytes.firstIndex(of: 0x0A), end > 0 else { return "\n" }
        return bytes[end - 1] == 0x0D ? "\r\n" : "\n"
    }

    private func lineStart(before position: Int) -> Int {
        let start = bytes[..<position].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return start == 0 && bytes[...].hasPrefix([0xEF, 0xBB, 0xBF]) ? min(3, position) : start
    }

    private func contentEnd(before end: Int) -> Int {
        var end = end
        while end > 0, bytes[end - 1].isNewline { end -= 1 }
        return end
    }

    /// Behind the header's line when nothing but a comment follows on it, else right behind its bracket.
    private func headerEnd(_ header: Header) -> Int {
        let rest = bytes[header.range.upperBound...]
        let line = rest.prefix { $0 != 0x0A }
        let text = line.drop { $0.isBlank || $0 == 0x0D }
        guard text.isEmpty || text.first == 0x23 || text.first == 0x3B else { return header.range.upperBound }
        return min(line.endIndex + 1, bytes.count)
    }

    private static func checkNames(section: String, subsection: String?, key: String) throws(GitConfigError) {
        let nameIsFine = section.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2D }
        guard !section.isEmpty, nameIsFine else {
            throw GitConfigError(line: nil, reason: "\"\(section)\" is no name for a section")
        }
        let keyIsFine = key.utf8.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2D }
        guard key.utf8.first?.isLetter == true, keyIsFine else {
            throw GitConfigError(line: nil, reason: "\"\(key)\" is no name for a key")
        }
        if let subsection, subsection.utf8.contains(where: { $0 == 0x0A || $0 == 0 }) {
            throw GitConfigError(line: nil, reason: "a subsection's name cannot have a line ending in it")
        }
    }
}

extension GitConfigText.Entry {
    func isNamed(_ section: String, _ subsection: String?, _ key: String) -> Bool {
        self.key == key.lowercased() && self.section == section.lowercased() && self.subsection == subsection
    }
}

extension GitConfigText.Header {
    func isNamed(_ section: String, _ subsection: String?) -> Bool {
        self.section == section.lowercased() && self.subsection == subsection
    }
}

/// Names and values as git-config syntax writes them.
enum GitConfigWriter {
    static func header(section: String, subsection: String?) -> String {
        guard let subsection else { return "[\(section)]" }
        var quoted = ""
        for scalar in subsection.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return "[\(section) \"\(quoted)\"]"
    }

    static func value(_ value: String) -> String {
        var result = ""
        var needsQuotes = value.isEmpty || value.utf8.first == 0x20 || value.utf8.last == 0x20
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"", "\\": result += "\\" + String(scalar)
            case "\n": result += "\\n"
            case "\t": result += "\\t"
            case "\u{8}": result += "\\b"
            default:
                if scalar == "#" || scalar == ";" || scalar == "\r" { needsQuotes = true }
                result.unicodeScalars.append(scalar)
            }
        }
        return needsQuotes ? "\"" + result + "\"" : result
    }
}
