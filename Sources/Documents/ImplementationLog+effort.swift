/// A row of the log's Effort Breakdown.
public struct EffortRow: Sendable {
    /// Its line, from 1.
    public let line: Int
    /// The attempt's number; nil for the total and for rows of anything else.
    public let attempt: Int?
    /// True for the row with the total.
    public let isTotal: Bool
    /// Its Days, where that is a plain number of days.
    public let days: Int?
    /// Its Outcome, where that can be read.
    public let outcome: Verdict?
    /// The row as it is, without its line ending.
    public let bytes: [UInt8]
}

extension ImplementationLog {
    /// The rows of the Effort Breakdown, from the top down.
    public var effortRows: [EffortRow] {
        guard let effort, let columns = EffortColumns(effort) else { return [] }
        return effort.rows.map { line in
            let cells = effort.cells(line)
            func content(_ column: Int?) -> ArraySlice<UInt8>? {
                column.flatMap { cells.indices.contains($0) ? effort.content(cells[$0]) : nil }
            }
            let name = columns.name(of: line, in: effort)
            return EffortRow(
                line: line + 1, attempt: name.attempt, isTotal: name.isTotal,
                days: content(columns.days).flatMap { DurationPhrase.read($0, needsUnit: false) }?.exactDays,
                outcome: content(columns.outcome).flatMap(VerdictPhrase.read)?.verdict,
                bytes: Array(source.bytes[source.lines[line].start..<source.lines[line].contentEnd]))
        }
    }

    /// Corrects Days and Outcome of every attempt and of the total, and adds the rows that are missing.
    func updateEffort(_ saga: SagaEntry, _ revision: inout Revision) {
        guard let effort, let columns = EffortColumns(effort) else {
            if !saga.attempts.isEmpty {
                revision.notice(line: nil, "the log has no Effort Breakdown table with the columns Attempt and Days")
            }
            return
        }
        var lineOf: [Int: Int] = [:]
        for line in effort.rows {
            let name = columns.name(of: line, in: effort)
            if name.isTotal { updateTotal(saga, columns, line: line, &revision) }
            if let number = name.attempt, lineOf[number] == nil { lineOf[number] = line }
        }
        for entry in saga.uniqueAttempts {
            if let line = lineOf[entry.number] {
                updateRow(entry, columns, line: line, &revision)
            } else if entry.addsMissing {
                insertRow(entry, columns, lineOf, &revision)
            } else {
                revision.notice(
                    line: nil, "the Effort Breakdown has no row of attempt \(AttemptNumber.text(entry.number))")
            }
        }
    }

    private func updateRow(_ entry: AttemptEntry, _ columns: EffortColumns, line: Int, _ revision: inout Revision) {
        let name = "of attempt \(AttemptNumber.text(entry.number))"
        if let days = entry.days {
            correct(columns.days, line, "Days \(name)", wanted: String(days), entry.reason, &revision) {
                DurationPhrase.correction(of: $0, to: days, needsUnit: false)
            }
        }
        if let verdict = entry.verdict {
            correct(columns.outcome, line, "Outcome \(name)", wanted: verdict.word, entry.reason, &revision) {
                VerdictPhrase.correction(of: $0, to: verdict, withEmoji: false)
            }
        }
    }

    private func updateTotal(_ saga: SagaEntry, _ columns: EffortColumns, line: Int, _ revision: inout Revision) {
        if let days = saga.totalDays {
            correct(
                columns.days, line, "total Days", wanted: "\(days) days", "the sum of the attempts' days", &revision
            ) {
                DurationPhrase.correction(of: $0, to: days, needsUnit: false)
            }
        }
        if let status = saga.status {
            correct(columns.outcome, line, "total Outcome", wanted: status.word, "the saga's status", &revision) {
                StatusPhrase.correction(of: $0, to: status, winner: nil)
            }
        }
    }

    private func correct(
        _ column: Int?, _ line: Int, _ what: String, wanted: String, _ reason: String, _ revision: inout Revision,
        _ correction: (ArraySlice<UInt8>) -> Correction
    ) {
        guard let effort, let column else { return }
        let cells = effort.cells(line)
        guard cells.indices.contains(column) else {
            revision.notice(line: line + 1, "the row has no cell for \(what) (it should say \(wanted))")
            return
        }
        let cell = cells[column]
        revision.correct(
            effort.slot(cell, line: line), in: source, by: correction(effort.content(cell)), what: what, wanted: wanted,
            reason: reason)
    }

    private func insertRow(
        _ entry: AttemptEntry, _ columns: EffortColumns, _ lineOf: [Int: Int], _ revision: inout Revision
    ) {
        guard let effort else { return }
        var cells = Array(repeating: "", count: effort.columns.count)
        let number = AttemptNumber.text(entry.number)
        cells[columns.attempt] = "\(number) - \(MarkdownText.escapeCell(entry.title))"
        cells[columns.days] = entry.days.map(String.init) ?? "—"
        if let outcome = columns.outcome { cells[outcome] = (entry.verdict ?? .pending).word }
        let splice = effort.insertion(of: cells, after: lineBefore(entry.number, lineOf))
        revision.insert(splice, in: source, what: "Effort Breakdown row of attempt \(number)", reason: entry.reason)
    }

    /// The line that a row of that attempt is put after.
    func lineBefore(_ number: Int, _ lineOf: [Int: Int]) -> Int {
        let before = lineOf.filter { $0.key < number }.max { $0.key < $1.key }
        return before?.value ?? (effort?.header ?? 0) + 1
    }
}

/// The columns of an Effort Breakdown that the tool knows.
struct EffortColumns {
    let attempt: Int
    let days: Int
    let outcome: Int?

    init?(_ table: MarkdownTable) {
        guard let attempt = table.column(ColumnName.attempt), let days = table.column(ColumnName.days) else {
            return nil
        }
        self.attempt = attempt
        self.days = days
        outcome = table.column(ColumnName.result)
    }

    /// What a row is about: an attempt, the total, or neither.
    func name(of line: Int, in table: MarkdownTable) -> (attempt: Int?, isTotal: Bool) {
        let cells = table.cells(line)
        guard cells.indices.contains(attempt) else { return (nil, false) }
        let cell = table.content(cells[attempt])
        if let number = AttemptNumber.cell(cell)?.number { return (number, false) }
        return (nil, Self.isTotal(cell))
    }

    /// True for a cell that names the total.
    static func isTotal(_ cell: ArraySlice<UInt8>) -> Bool {
        ["total", "totals", "sum", "overall"].contains(Words.tokens(cell).first?.text ?? "")
    }
}
