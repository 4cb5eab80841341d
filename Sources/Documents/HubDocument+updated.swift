/// Bringing a hub up to date.
extension HubDocument {
    /// The hub with every value that the saga contradicts corrected, and with the rows that are missing.
    public func updated(with saga: SagaEntry) -> DocumentUpdate {
        var revision = Revision()
        if let line = source.conflictLine {
            revision.notice(line: line, "a conflict marker is in the hub; nothing was changed")
            return revision.applied(to: source.bytes)
        }
        updatePreamble(saga, &revision)
        updateRows(saga, &revision)
        return revision.applied(to: source.bytes)
    }

    private func updatePreamble(_ saga: SagaEntry, _ revision: inout Revision) {
        if let status = saga.status {
            let wanted = status.markdown(winner: saga.winningAttempt)
            correct(KeyName.status, "Status", wanted: wanted, saga.statusReason ?? "the attempts' verdicts", &revision)
            {
                StatusPhrase.correction(of: $0, to: status, winner: saga.winningAttempt)
            }
        }
        if let total = saga.totalAttempts {
            correct(
                KeyName.totalAttempts, "Total Attempts", wanted: String(total), "the attempts that there are", &revision
            ) {
                CountPhrase.correction(of: $0, to: total, noun: nil)
            }
        }
        if let days = saga.durationDays {
            correct(
                KeyName.duration, "Duration", wanted: "\(days) days", "from the saga's first event to its last",
                &revision
            ) {
                DurationPhrase.correction(of: $0, to: days, needsUnit: true)
            }
        }
    }

    private func correct(
        _ names: [String], _ what: String, wanted: String, _ reason: String, _ revision: inout Revision,
        _ correction: (ArraySlice<UInt8>) -> Correction
    ) {
        guard let key = key(names) else {
            revision.notice(line: nil, "the hub has no \(what) before its first section (it should say \(wanted))")
            return
        }
        revision.correct(
            key.slot, in: source, by: correction(source.visible[key.value]), what: what, wanted: wanted, reason: reason)
    }

    private func updateRows(_ saga: SagaEntry, _ revision: inout Revision) {
        guard let table, let columns = HubColumns(table) else {
            if !saga.attempts.isEmpty {
                revision.notice(line: nil, "the hub has no Timeline Summary table with the columns Attempt and Result")
            }
            return
        }
        var lineOf: [Int: Int] = [:]
        for row in rowLines where lineOf[row.number] == nil { lineOf[row.number] = row.line }
        for entry in saga.uniqueAttempts {
            if let line = lineOf[entry.number] {
                updateRow(entry, table, columns, line: line, &revision)
            } else if entry.addsMissing {
                let before = lineOf.filter { $0.key < entry.number }.max { $0.key < $1.key }
                let splice = table.insertion(
                    of: newRow(entry, table, columns), after: before?.value ?? table.header + 1)
                let what = "Timeline Summary row of attempt \(AttemptNumber.text(entry.number))"
                revision.insert(splice, in: source, what: what, reason: entry.reason)
            } else {
                revision.notice(
                    line: nil, "the Timeline Summary has no row of attempt \(AttemptNumber.text(entry.number))")
            }
        }
    }

    private func updateRow(
        _ entry: AttemptEntry, _ table: MarkdownTable, _ columns: HubColumns, line: Int, _ revision: inout Revision
    ) {
        let cells = table.cells(line)
        let name = "of attempt \(AttemptNumber.text(entry.number))"
        func correct(
            _ column: Int?, _ what: String, wanted: String?, _ correction: (ArraySlice<UInt8>) -> Correction
        ) {
            guard let column, let wanted else { return }
            guard cells.indices.contains(column) else {
                revision.notice(line: line + 1, "the row has no \(what) \(name) (it should say \(wanted))")
                return
            }
            revision.correct(
                table.slot(cells[column], line: line), in: source, by: correction(table.content(cells[column])),
                what: "\(what) \(name)", wanted: wanted, reason: entry.reason)
        }
        correct(columns.attempt, "link", wanted: entry.folder) {
            FolderLink.correction(of: $0, to: entry.folder ?? "")
        }
        let range = entry.started.map {
            DateRange.Form.hub.text(started: $0, ended: entry.ended, isOpen: entry.isOpen)
        }
        correct(columns.date, "Date", wanted: range) {
            DateRange.correction(
                of: $0, started: entry.started, ended: entry.ended, isOpen: entry.isOpen, form: .hub)
        }
        correct(columns.result, "Result", wanted: entry.verdict?.markdown) {
            VerdictPhrase.correction(of: $0, to: entry.verdict ?? .pending, withEmoji: true)
        }
    }

    private func newRow(_ entry: AttemptEntry, _ table: MarkdownTable, _ columns: HubColumns) -> [String] {
        var cells = Array(repeating: "", count: table.columns.count)
        let number = AttemptNumber.text(entry.number)
        cells[columns.attempt] = entry.folder.map { "[\(number)](./\($0)/)" } ?? number
        if let date = columns.date {
            cells[date] =
                entry.started.map {
                    DateRange.Form.hub.text(started: $0, ended: entry.ended, isOpen: entry.isOpen)
                } ?? "—"
        }
        if let approach = columns.approach {
            cells[approach] = MarkdownText.escapeCell(entry.approach ?? entry.title)
        }
        if let result = columns.result { cells[result] = (entry.verdict ?? .pending).markdown }
        return cells
    }
}
