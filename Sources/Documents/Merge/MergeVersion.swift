/// One of the three versions of a document, with the pieces that are merged by what they are about.
struct MergeVersion {
    /// A value that the tool owns, outside of sections and tables.
    struct Value {
        let name: String
        let kind: OwnedValue
        let range: Range<Int>
    }

    let source: SourceText
    /// Its attempt sections.
    let sections: [AttemptSection]
    /// Its tables, in the order of the document.
    let tables: [(role: TableRole, table: MarkdownTable)]
    let values: [Value]
    private let outline: Outline

    init(_ kind: DocumentMerge.Kind, _ bytes: [UInt8]) {
        switch kind {
        case .log: self.init(ImplementationLog(bytes: bytes))
        case .hub: self.init(HubDocument(bytes: bytes))
        }
    }

    private init(_ log: ImplementationLog) {
        source = log.source
        outline = log.outline
        sections = log.sections
        var found: [(TableRole, MarkdownTable)] = []
        if let timeline = log.timeline { found.append((.timeline, timeline)) }
        if let effort = log.effort, effort.header != log.timeline?.header { found.append((.effort, effort)) }
        tables = found.sorted { $0.1.header < $1.1.header }
        var values: [Value] = []
        if let key = log.preambleKey(KeyName.lastUpdated) {
            values.append(Value(name: "last updated", kind: .newest, range: key.value))
        }
        if let key = log.totalDuration { values.append(Value(name: "total duration", kind: .span, range: key.value)) }
        self.values = values
    }

    private init(_ hub: HubDocument) {
        source = hub.source
        outline = hub.outline
        sections = []
        tables = hub.table.map { [(.hub, $0)] } ?? []
        let keys: [(String, [String], OwnedValue)] = [
            ("status", KeyName.status, .status), ("attempts", KeyName.totalAttempts, .sum),
            ("duration", KeyName.duration, .span),
        ]
        values = keys.compactMap { name, names, kind in
            hub.key(names).map { Value(name: name, kind: kind, range: $0.value) }
        }
    }

    /// The values of a section.
    func values(of section: AttemptSection) -> [Value] {
        let keys: [(String, [String], OwnedValue)] = [
            ("date", KeyName.date, .period), ("branch", KeyName.branch, .name), ("commits", KeyName.commits, .count),
            ("verdict", KeyName.verdict, .verdict),
        ]
        return keys.compactMap { name, names, kind in
            section.key(names).map { Value(name: name, kind: kind, range: $0.value) }
        }
    }

    /// The bytes of a section without the blank lines and the rule that separate it from what follows.
    func body(of section: AttemptSection) -> Range<Int> {
        var end = section.lines.upperBound
        var hasRule = false
        while end > section.lines.lowerBound + 1 {
            let line = source.lines[end - 1]
            if line.kind == .blank {
                end -= 1
            } else if line.kind == .thematicBreak, line.depth == 0, !hasRule {
                hasRule = true
                end -= 1
            } else {
                break
            }
        }
        return outline.bytes(of: section.lines.lowerBound..<end)
    }

    /// The bytes of a table's rows.
    func rows(of table: MarkdownTable) -> Range<Int> {
        if table.rows.isEmpty {
            let end = source.lines[table.header + 1].end
            return end..<end
        }
        return outline.bytes(of: table.rows)
    }

    /// The first byte of a section.
    func start(of section: AttemptSection) -> Int { source.lines[section.lines.lowerBound].start }

    /// The first byte after a section, its separator included.
    func end(of section: AttemptSection) -> Int { outline.bytes(of: section.lines).upperBound }

    /// Where the sections of a log that has none would stand.
    var placeOfSections: Int {
        let tail = ["timeline", "effort", "lessons", "related", "total"]
        let heading = outline.headings.first { heading in
            heading.level <= 2 && tail.contains { heading.words == $0 || heading.words.hasPrefix($0 + " ") }
        }
        return heading.map { source.lines[$0.line].start } ?? source.bytes.count
    }

    /// What the heading of a section says, for comparison.
    func name(of section: AttemptSection) -> String { Words.normalised(source.visible[section.title]) }
}
