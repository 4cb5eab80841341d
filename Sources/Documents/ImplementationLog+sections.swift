/// Taking sections out of one version of a log and putting them into another.
extension ImplementationLog {
    /// The bytes of an attempt's section, from its heading to the next section; nil when it has none.
    public func section(_ number: Int) -> [UInt8]? {
        sections.first { $0.number == number }.map { Array(source.bytes[outline.bytes(of: $0.lines)]) }
    }

    /// The document with other bytes in place of an attempt's section; put in where there is none.
    public func replacingSection(_ number: Int, with section: [UInt8]) -> [UInt8] {
        guard let old = sections.first(where: { $0.number == number }) else {
            return insertingSection(number, section)
        }
        return source.bytes.applying([Splice(outline.bytes(of: old.lines), section)])
    }

    /// The document with a section put in, in the order of numbers, before the next section that is no attempt's.
    ///
    /// Line endings follow those around it, and a `---` separates it from its neighbours where the others have one.
    /// Nothing changes when the attempt has a section.
    public func insertingSection(_ number: Int, _ section: [UInt8]) -> [UInt8] {
        guard !sections.contains(where: { $0.number == number }) else { return source.bytes }
        return source.bytes.applying([sectionInsertion(number, section)])
    }

    /// The splice that puts a section in.
    func sectionInsertion(_ number: Int, _ section: [UInt8]) -> Splice {
        let line = insertionLine(number)
        let isAtEnd = line == source.lines.count
        let place = isAtEnd ? source.bytes.count : source.lines[line].start
        let ending = source.lineEnding(near: place)
        let body = [UInt8](SectionBody.lines(section).joined(separator: ending))
        let hasRules = separatorIsUsed(before: line)
        let rule: [UInt8] = hasRules ? Array("---".utf8) + ending + ending : []
        var text: [UInt8] = []
        if isAtEnd {
            if source.lines.last.map({ $0.contentEnd == $0.end && $0.end > $0.start }) == true { text += ending }
            let last = source.lines.last { $0.kind != .blank }
            if source.lines.last?.kind != .blank { text += ending }
            if last?.kind != .thematicBreak { text += rule }
            text += body + ending
        } else {
            if line > 0, source.lines[line - 1].kind != .blank { text += ending }
            text += body + ending + ending + rule
        }
        return Splice(place..<place, text)
    }

    /// Before the next attempt's section, else after the last one's, else before what follows "Purpose".
    private func insertionLine(_ number: Int) -> Int {
        if let next = sections.first(where: { $0.number > number }) { return next.lines.lowerBound }
        if let last = sections.last { return last.lines.upperBound }
        let tail = ["timeline", "effort", "lessons", "related", "total"]
        let heading = outline.headings.first { heading in
            heading.level <= 2 && tail.contains { heading.words == $0 || heading.words.hasPrefix($0 + " ") }
        }
        return heading?.line ?? source.lines.count
    }

    /// True when a `---` stands between the sections around that line; with no section before, anywhere in the log.
    private func separatorIsUsed(before line: Int) -> Bool {
        let above = source.lines[..<line].last { $0.kind != .blank }
        if above?.kind == .thematicBreak { return true }
        guard line == source.lines.count else { return false }
        return source.lines.contains { $0.kind == .thematicBreak && $0.depth == 0 }
    }
}

/// The lines of a section that is put in.
enum SectionBody {
    /// Its lines without their endings, and without blank lines and a `---` at its end.
    static func lines(_ bytes: [UInt8]) -> [[UInt8]] {
        let source = SourceText(bytes)
        var count = source.lines.count
        var hasRule = false
        while count > 0 {
            let kind = source.lines[count - 1].kind
            let isUnderline = kind == .thematicBreak && !hasRule
            guard kind == .blank || isUnderline else { break }
            if isUnderline { hasRule = true }
            count -= 1
        }
        return source.lines[..<count].map { Array(bytes[$0.start..<$0.contentEnd]) }
    }
}
