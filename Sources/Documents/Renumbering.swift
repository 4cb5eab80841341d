/// Giving an attempt another number in the saga's documents.
public struct Renumbering: Sendable {
    /// The number that it had.
    public let old: Int
    /// The number that it gets.
    public let new: Int
    /// The attempt's title, without marks: tells its section and rows from those of another attempt of that number.
    public let title: String
    /// The name of its folder, before and after; nil where it has none.
    public let folder: (old: String, new: String)?
    /// Its branch, before and after; nil where that keeps its name.
    public let branch: (old: String, new: String)?
    /// Commits of it, as rows may name them.
    public let commits: [String]
    /// False where another attempt has the old number too: only what names this one is taken for its own then.
    public let isAlone: Bool

    /// A renumbering.
    public init(
        old: Int, new: Int, title: String, folder: (old: String, new: String)?, branch: (old: String, new: String)?,
        commits: [String], isAlone: Bool
    ) {
        self.old = old
        self.new = new
        self.title = title
        self.folder = folder
        self.branch = branch
        self.commits = commits
        self.isAlone = isAlone
    }

    /// The log with heading and rows of this attempt renumbered. Where another attempt has the same number, only rows
    /// that name this one by title, branch or commit are taken for its own.
    public func log(_ bytes: [UInt8]) -> [UInt8] {
        let log = ImplementationLog(bytes: bytes)
        let sections = log.sections.filter { $0.number == old }
        let own = sections.first { isOwn($0, in: log) } ?? (isAlone && sections.count == 1 ? sections.first : nil)
        // Rows are written for the attempt that has a section.
        let isAlone = sections.count <= 1 && (isAlone || own != nil)
        var splices: [Splice] = []
        if let own {
            splices += heading(own, in: log)
            splices += branches(in: log.outline.bytes(of: own.lines), of: bytes)
        }
        for row in log.timelineRows where row.attempts.contains(old) && (isAlone || isNamed(in: row.text)) {
            splices += numbers(inLine: row.line - 1, of: log.source, after: 1)
        }
        for row in log.effortRows where row.attempt == old {
            let text = String(decoding: row.bytes, as: UTF8.self)
            if isAlone || isNamed(in: text) { splices += numbers(inLine: row.line - 1, of: log.source, after: 0) }
        }
        return links(bytes.applying(splices))
    }

    /// The hub with the attempt's row renumbered.
    public func hub(_ bytes: [UInt8]) -> [UInt8] {
        let hub = HubDocument(bytes: bytes)
        let rows = hub.attempts.filter { $0.number == old }
        let own = rows.first { row in folder.map { row.linkTarget?.contains($0.old) == true } ?? false }
        guard let row = own ?? (isAlone && rows.count == 1 && folder == nil ? rows.first : nil) else {
            return links(bytes)
        }
        return links(bytes.applying(numbers(inLine: row.line - 1, of: hub.source, after: 0)))
    }

    /// A document of the attempt's own folder: its headings, its branch, and links.
    public func ownDocument(_ bytes: [UInt8]) -> [UInt8] {
        let source = SourceText(bytes)
        var splices = branches(in: bytes.indices, of: bytes)
        for heading in Outline(source).headings {
            let line = source.lines[heading.line]
            let text = source.visible[heading.text]
            guard let group = AttemptMention.group(in: text) else { continue }
            splices += group.numbers.filter { $0.number == old && line.text.contains($0.range.lowerBound) }
                .map { Splice($0.range, AttemptNumber.text(new)) }
        }
        return links(bytes.applying(splices))
    }

    /// Any document of the saga: links into the attempt's folder lead to its new place.
    public func links(_ bytes: [UInt8]) -> [UInt8] {
        guard let folder else { return bytes }
        var splices: [Splice] = []
        let name = Array(folder.old.utf8)
        var position = 0
        while let start = bytes[position...].firstRange(of: name)?.lowerBound {
            position = start + name.count
            let next = position < bytes.count ? bytes[position] : 0
            let isWhole = !(next.isLetter || next.isDigit || next == 0x2D || next == 0x5F)
            let isPath = bytes[..<start].hasSuffix("attempts/".utf8) || bytes[..<start].hasSuffix("../".utf8)
            if isWhole && isPath { splices.append(Splice(start..<position, folder.new)) }
        }
        return bytes.applying(splices)
    }

    private func isOwn(_ section: AttemptSection, in log: ImplementationLog) -> Bool {
        let text = log.source.visible[section.title].text
        if let branch, let key = section.key(KeyName.branch),
            let named = BranchName.read(log.source.visible[key.value])?.name
        {
            return named == branch.old
        }
        return MarkdownText.plain(text) == title
    }

    private func isNamed(in text: String) -> Bool {
        if !title.isEmpty, MarkdownText.plain(text).contains(title) { return true }
        if let branch, text.contains(branch.old) { return true }
        return commits.contains { text.contains($0) }
    }

    private func heading(_ section: AttemptSection, in log: ImplementationLog) -> [Splice] {
        let line = log.source.lines[section.lines.lowerBound]
        guard let group = AttemptMention.group(in: log.source.visible[line.text]),
            let first = group.numbers.first, first.number == old
        else { return [] }
        return [Splice(first.range, AttemptNumber.text(new))]
    }

    private func branches(in range: Range<Int>, of bytes: [UInt8]) -> [Splice] {
        guard let branch else { return [] }
        var splices: [Splice] = []
        var position = range.lowerBound
        let name = Array(branch.old.utf8)
        while let start = bytes[position..<range.upperBound].firstRange(of: name)?.lowerBound {
            position = start + name.count
            splices.append(Splice(start..<position, branch.new))
        }
        return splices
    }

    /// The old number where a row's cell, from the given one on, names it first.
    private func numbers(inLine line: Int, of source: SourceText, after first: Int) -> [Splice] {
        let cells = TableRow.cells(source.bytes, in: source.lines[line].text)
        for cell in cells.dropFirst(first) {
            let text = source.visible[cell.content]
            if let group = AttemptMention.group(in: text), group.numbers.contains(where: { $0.number == old }) {
                return group.numbers.filter { $0.number == old }.map { Splice($0.range, AttemptNumber.text(new)) }
            }
            if let found = AttemptNumber.cell(text), found.number == old {
                return [Splice(found.range, AttemptNumber.text(new))]
            }
        }
        return []
    }
}

extension ArraySlice<UInt8> {
    fileprivate func hasSuffix(_ other: some Collection<UInt8>) -> Bool { suffix(other.count).elementsEqual(other) }
}
