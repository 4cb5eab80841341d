/// A row of the hub's Timeline Summary.
public struct HubAttempt: Sendable {
    /// The attempt's number.
    public let number: Int
    /// Where its link leads: `./attempts/001-baseline/`; nil when there is no link.
    public let linkTarget: String?
    /// Its Date cell.
    public let dateText: String
    /// Its Approach cell.
    public let approach: String
    /// The verdict its Result starts with, when that can be read.
    public let resultVerdict: Verdict?
    /// Its Result cell.
    public let resultText: String
    /// Its line, from 1.
    public let line: Int
    /// The row as it is, without its line ending.
    public let bytes: [UInt8]
}

/// A saga's `README.md`: the way in, with its status and one row an attempt.
///
/// Reading never fails: what is not there is nil or empty.
public struct HubDocument: Sendable {
    let source: SourceText
    let outline: Outline
    let table: MarkdownTable?

    /// Reads a hub. Any bytes will do.
    public init(bytes: [UInt8]) {
        source = SourceText(bytes)
        outline = Outline(source)
        table = TableSearch.first(outline, headings: ["timeline", "attempts", "history"], excluding: []) { table in
            table.column(ColumnName.attempt) != nil
                && (table.column(ColumnName.result) != nil || table.column(ColumnName.date) != nil)
        }
    }

    /// The bytes it was read from.
    public var bytes: [UInt8] { source.bytes }

    /// The saga's title: the first heading, without "Meta-Issue:".
    public var title: String? { outline.title(without: ["meta issue", "metaissue", "saga"]) }

    /// The date after Created.
    public var created: CalendarDate? {
        text(KeyName.created).flatMap { DateRange.read($0)?.first.date }
    }

    /// What Status means, when that can be read.
    public var status: SagaStatus? { text(KeyName.status).flatMap(StatusPhrase.read)?.status }

    /// Status as it is written.
    public var statusText: String? { text(KeyName.status)?.text }

    /// The number after Total Attempts.
    public var totalAttempts: Int? { text(KeyName.totalAttempts).flatMap { CountPhrase.read($0, noun: nil) } }

    /// The rows of its Timeline Summary that name an attempt, from the top down.
    public var attempts: [HubAttempt] {
        guard let table, let columns = HubColumns(table) else { return [] }
        return table.rows.compactMap { line in
            let cells = table.cells(line)
            func content(_ column: Int?) -> ArraySlice<UInt8> {
                column.flatMap { cells.indices.contains($0) ? table.content(cells[$0]) : nil } ?? []
            }
            let attempt = content(columns.attempt)
            guard let number = AttemptNumber.cell(attempt)?.number else { return nil }
            return HubAttempt(
                number: number, linkTarget: FolderLink.target(attempt).map { attempt[$0].text },
                dateText: content(columns.date).text, approach: content(columns.approach).text,
                resultVerdict: VerdictPhrase.read(content(columns.result))?.verdict,
                resultText: content(columns.result).text, line: line + 1,
                bytes: Array(source.bytes[source.lines[line].start..<source.lines[line].contentEnd]))
        }
    }

    /// The numbers of the attempts that have a row.
    public var numbers: [Int] { rowLines.map(\.number) }

    /// The rows that name an attempt, by the indexes of their lines, from the top down.
    var rowLines: [(number: Int, line: Int)] {
        guard let table, let columns = HubColumns(table) else { return [] }
        return table.rows.compactMap { line in
            let cells = table.cells(line)
            guard cells.indices.contains(columns.attempt) else { return nil }
            return AttemptNumber.cell(table.content(cells[columns.attempt])).map { ($0.number, line) }
        }
    }

    /// Whether it has a Timeline Summary.
    public var hasTable: Bool { table != nil }

    func text(_ names: [String]) -> ArraySlice<UInt8>? { key(names).map { source.visible[$0.value] } }

    func key(_ names: [String]) -> BoldKey? {
        let keys = AttemptSection.keys(in: source, lines: outline.preamble)
        return names.lazy.compactMap { keys[$0] }.first
    }
}

/// The columns of a hub's Timeline Summary that the tool knows.
struct HubColumns {
    let attempt: Int
    let date: Int?
    let approach: Int?
    let result: Int?

    init?(_ table: MarkdownTable) {
        guard let attempt = table.column(ColumnName.attempt) else { return nil }
        self.attempt = attempt
        date = table.column(ColumnName.date)
        approach = table.column(ColumnName.approach)
        result = table.column(ColumnName.result)
    }
}
