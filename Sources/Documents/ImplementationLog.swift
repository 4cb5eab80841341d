/// What a log says about one attempt.
public struct LogAttempt: Sendable {
    /// The attempt's number.
    public let number: Int
    /// The title in its heading; empty when there is none.
    public let title: String
    /// The first date of its Date.
    public let firstDate: CalendarDate?
    /// The second date of its Date; nil when there is one date only.
    public let secondDate: CalendarDate?
    /// The branch that it names.
    public let branch: String?
    /// The number in its Commits.
    public let commits: Int?
    /// Its Verdict, when that can be read; nil also when the value is empty.
    public let verdict: Verdict?
    /// Its Verdict as it is written.
    public let verdictText: String?
    /// Its Hypothesis.
    public let hypothesis: String?
    /// Its Approach.
    public let approach: String?
    /// The line of its heading, from 1.
    public let line: Int
    /// Its section's bytes, heading included, up to the next section.
    public let sectionRange: Range<Int>
}

/// A saga's `implementation-log.md`: one section an attempt, the Timeline Summary, the Effort Breakdown.
///
/// Reading never fails: what is not there is nil or empty.
public struct ImplementationLog: Sendable {
    let source: SourceText
    let outline: Outline
    let sections: [AttemptSection]
    let timeline: MarkdownTable?
    let effort: MarkdownTable?

    /// Reads a log. Any bytes will do.
    public init(bytes: [UInt8]) {
        source = SourceText(bytes)
        outline = Outline(source)
        sections = AttemptSection.all(in: outline)
        let own = sections.map(\.lines)
        timeline = TableSearch.first(outline, headings: ["timeline", "chronology", "history"], excluding: own) {
            table in
            table.column(ColumnName.date) != nil && table.column(ColumnName.milestone) != nil
        }
        effort = TableSearch.first(outline, headings: ["effort"], excluding: own) { table in
            table.column(ColumnName.attempt) != nil && table.column(ColumnName.days) != nil
        }
    }

    /// The bytes it was read from.
    public var bytes: [UInt8] { source.bytes }

    /// The saga's title: the first heading, without "Implementation Log:".
    public var title: String? { outline.title(without: ["implementation log", "log"]) }

    /// The date after Created.
    public var created: CalendarDate? { preambleDate(KeyName.created) }

    /// The date after Last Updated.
    public var lastUpdated: CalendarDate? { preambleDate(KeyName.lastUpdated) }

    /// The attempts that have a section, in the order of the document; of two with one number the first.
    public var attempts: [LogAttempt] {
        var seen: Set<Int> = []
        return sections.filter { seen.insert($0.number).inserted }.map(reading)
    }

    /// The numbers of the attempts that have a section.
    public var numbers: [Int] { sections.map(\.number) }

    private func preambleDate(_ names: [String]) -> CalendarDate? {
        preambleKey(names).flatMap { DateRange.read(source.visible[$0.value])?.first.date }
    }

    func preambleKey(_ names: [String]) -> BoldKey? {
        let keys = AttemptSection.keys(in: source, lines: outline.preamble)
        return names.lazy.compactMap { keys[$0] }.first
    }

    private func reading(_ section: AttemptSection) -> LogAttempt {
        func value(_ names: [String]) -> ArraySlice<UInt8>? {
            section.key(names).map { source.visible[$0.value] }.flatMap { $0.isEmpty ? nil : $0 }
        }
        let date = value(KeyName.date).flatMap(DateRange.read)
        return LogAttempt(
            number: section.number, title: source.visible[section.title].text, firstDate: date?.first.date,
            secondDate: date?.second?.date, branch: value(KeyName.branch).flatMap(BranchName.read)?.name,
            commits: value(KeyName.commits).flatMap { CountPhrase.read($0, noun: "commit") },
            verdict: value(KeyName.verdict).flatMap(VerdictPhrase.read)?.verdict,
            verdictText: value(KeyName.verdict)?.text, hypothesis: value(KeyName.hypothesis)?.text,
            approach: value(KeyName.approach)?.text, line: section.lines.lowerBound + 1,
            sectionRange: outline.bytes(of: section.lines))
    }
}
