/// A row of the log's Timeline Summary.
public struct TimelineRow: Sendable {
    /// Its line, from 1.
    public let line: Int
    /// The first date of its Date cell.
    public let date: CalendarDate?
    /// Its Milestone cell.
    public let text: String
    /// The attempts that it names.
    public let attempts: [Int]
    /// The events that it may tell, the likeliest first.
    public let kinds: [TimelineEventKind]
    /// The row as it is, without its line ending.
    public let bytes: [UInt8]
}

/// A landing as the Timeline Summary tells it: "Attempt 001 landed (squash, 1a2b3c4d5e6f)".
public struct WrittenLanding: Sendable, Hashable {
    /// How: the word of ``TimelineEvent/text``; empty where the row does not say.
    public let manner: String
    /// The first 12 digits of the mainline commit's id.
    public let commit: String
}

extension ImplementationLog {
    /// The landings that rows in the tool's own form tell, by the attempt's number, from the top down.
    public var writtenLandings: [Int: [WrittenLanding]] {
        guard let timeline, let columns = timelineColumns else { return [:] }
        var found: [Int: [WrittenLanding]] = [:]
        for line in timeline.rows {
            let cells = timeline.cells(line)
            guard cells.indices.contains(columns.milestone),
                let (number, landing) = MilestoneText.writtenLanding(timeline.content(cells[columns.milestone]))
            else { continue }
            found[number, default: []].append(landing)
        }
        return found
    }

    /// The rows of the Timeline Summary, from the top down.
    public var timelineRows: [TimelineRow] {
        guard let timeline, let columns = timelineColumns else { return [] }
        return timeline.rows.map { line in
            let cells = timeline.cells(line)
            let text = cells.indices.contains(columns.milestone) ? timeline.content(cells[columns.milestone]) : []
            let date =
                cells.indices.contains(columns.date) ? DateRange.read(timeline.content(cells[columns.date])) : nil
            return TimelineRow(
                line: line + 1, date: date?.first.date, text: text.text,
                attempts: AttemptMention.group(in: text)?.numbers.map(\.number) ?? [],
                kinds: MilestoneText.read(text)?.kinds ?? [],
                bytes: Array(source.bytes[source.lines[line].start..<source.lines[line].contentEnd]))
        }
    }

    private var timelineColumns: (date: Int, milestone: Int)? {
        guard let timeline, let date = timeline.column(ColumnName.date) else { return nil }
        return timeline.column(ColumnName.milestone).map { (date, $0) }
    }

    /// Writes a row for every event that no row tells.
    func updateTimeline(_ saga: SagaEntry, _ revision: inout Revision) {
        guard let timeline, let columns = timelineColumns else {
            if saga.attempts.contains(where: { !$0.events.isEmpty }) {
                revision.notice(line: nil, "the log has no Timeline Summary table with the columns Date and Milestone")
            }
            return
        }
        let rows = rowsByAttempt(timeline, columns)
        var missing: [TimelineEvent] = []
        var names: [String] = []
        for entry in saga.uniqueAttempts {
            let number = AttemptNumber.text(entry.number)
            let matching = TimelineMatching(events: entry.events, rows: rows[entry.number] ?? [])
            report(matching, entry, number, &revision)
            correctLandings(matching, entry, timeline, columns.milestone, &revision)
            for (index, event) in entry.events.enumerated() where matching.tellers[index] == nil {
                missing.append(event)
                names.append("Timeline Summary row: attempt \(number) \(event.kind.rawValue)")
            }
        }
        guard !missing.isEmpty else { return }
        let order = missing.indices.sorted { (missing[$0].date, $0) < (missing[$1].date, $1) }
        let dates = timelineDates(timeline, columns.date)
        for index in dates.isNewestFirst ? order.reversed() : order {
            let event = missing[index]
            var cells = Array(repeating: "", count: timeline.columns.count)
            cells[columns.date] = event.date.description
            cells[columns.milestone] = event.text
            let splice = timeline.insertion(of: cells, after: dates.line(before: event.date))
            revision.insert(splice, in: source, what: names[index], reason: event.reason)
        }
    }

    private func rowsByAttempt(_ timeline: MarkdownTable, _ columns: (date: Int, milestone: Int))
        -> [Int: [TimelineMatching.Row]]
    {
        var rows: [Int: [TimelineMatching.Row]] = [:]
        for line in timeline.rows {
            let cells = timeline.cells(line)
            guard cells.indices.contains(columns.milestone), cells.indices.contains(columns.date),
                let milestone = MilestoneText.read(timeline.content(cells[columns.milestone]))
            else { continue }
            let date = DateRange.read(timeline.content(cells[columns.date]))?.first.date
            let row = TimelineMatching.Row(line: line, date: date, milestone: milestone)
            for number in milestone.attempts { rows[number, default: []].append(row) }
        }
        return rows
    }

    private func report(
        _ matching: TimelineMatching, _ entry: AttemptEntry, _ number: String, _ revision: inout Revision
    ) {
        for (index, row) in matching.tellers.sorted(by: { $0.key < $1.key })
        where row.date != entry.events[index].date && !row.milestone.isPart {
            let event = entry.events[index]
            revision.notice(
                line: row.line + 1,
                "the row that tells that attempt \(number) \(event.kind.phrase) is dated "
                    + "\(row.date?.description ?? "otherwise"); history says \(event.date); left alone")
        }
        for row in matching.idle where entry.knowsEvents && !row.milestone.isPart && isWritten(row.line) {
            revision.notice(
                line: row.line + 1,
                "this row tells an event of attempt \(number) that history does not show; left alone")
        }
    }

    /// Rows in the tool's own form that name a commit which the mainline has no more get the one it has now.
    private func correctLandings(
        _ matching: TimelineMatching, _ entry: AttemptEntry, _ timeline: MarkdownTable, _ column: Int,
        _ revision: inout Revision
    ) {
        guard !entry.goneLandings.isEmpty else { return }
        for (index, row) in matching.tellers.sorted(by: { $0.key < $1.key }) {
            let cell = timeline.cells(row.line)[column]
            let event = entry.events[index]
            guard event.kind == .landed, source.bytes[cell.content].last == 0x29,
                let written = MilestoneText.writtenLanding(timeline.content(cell))?.landing,
                entry.goneLandings.contains(written.commit),
                let open = source.bytes[cell.content].lastIndex(of: 0x28),
                let told = event.text.split(separator: "(").last
            else { continue }
            revision.correct(
                timeline.slot(cell, line: row.line), in: source,
                by: .splices([Splice(open + 1..<cell.content.upperBound, Array(told.utf8))]),
                what: "Timeline Summary row: attempt \(AttemptNumber.text(entry.number)) landed", wanted: event.text,
                reason: "the mainline was rewritten: \(event.reason)")
        }
    }

    private func isWritten(_ line: Int) -> Bool {
        guard let timeline, let columns = timelineColumns else { return false }
        let cells = timeline.cells(line)
        return cells.indices.contains(columns.milestone)
            && MilestoneText.isWritten(timeline.content(cells[columns.milestone]))
    }

    /// The days of the rows, to find the place of a new one.
    private func timelineDates(_ timeline: MarkdownTable, _ column: Int) -> TimelineOrder {
        TimelineOrder(
            head: timeline.header + 1,
            rows: timeline.rows.map { line in
                let cells = timeline.cells(line)
                guard cells.indices.contains(column) else { return (line, nil) }
                return (line, DateRange.read(timeline.content(cells[column]))?.first.date)
            })
    }
}

extension TimelineEventKind {
    /// As in "attempt 001 was reverted".
    var phrase: String {
        switch self {
        case .started, .landed: rawValue
        case .reverted, .reapplied, .abandoned: "was " + rawValue
        }
    }
}

/// The days of a table's rows from the top down, and where a new day goes among them.
struct TimelineOrder {
    /// The line above the first row.
    let head: Int
    let rows: [(line: Int, date: CalendarDate?)]

    /// True for a table with the newest day on top.
    var isNewestFirst: Bool {
        let dated = rows.compactMap(\.date)
        guard let first = dated.first, let last = dated.last else { return false }
        return first > last
    }

    /// The line that a row of that day is put after: the last one not later, rows without a date left where they are.
    /// In a table with the newest on top: the last one that is later.
    func line(before date: CalendarDate) -> Int {
        let isNewestFirst = isNewestFirst
        let last = rows.lastIndex { row in
            row.date.map { isNewestFirst ? $0 > date : $0 <= date } ?? false
        }
        guard let last else { return head }
        // Undated rows go with the dated row above them.
        var end = last
        while end + 1 < rows.count, rows[end + 1].date == nil { end += 1 }
        return rows[end].line
    }
}
