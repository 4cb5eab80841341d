/// Bringing back what an earlier version of a log said about an attempt.
extension ImplementationLog {
    /// The log with an attempt's section and rows as `old` has them, where this one has none. Rows that name other
    /// attempts too, and those that are here already, are left out.
    public func restoringAttempt(_ number: Int, from old: ImplementationLog) -> [UInt8] {
        var splices: [Splice] = []
        if let section = old.section(number), !sections.contains(where: { $0.number == number }) {
            splices.append(sectionInsertion(number, section))
        }
        let known = Set(timelineRows.map(\.bytes))
        for row in old.timelineRows where row.attempts == [number] && !known.contains(row.bytes) {
            if let splice = timelineInsertion(row) { splices.append(splice) }
        }
        if !effortRows.contains(where: { $0.attempt == number }), let effort {
            let lineOf = Dictionary(
                effortRows.compactMap { row in row.attempt.map { ($0, row.line - 1) } }, uniquingKeysWith: { $1 })
            for row in old.effortRows where row.attempt == number {
                splices.append(effort.insertion(ofRaw: row.bytes, after: lineBefore(number, lineOf)))
            }
        }
        return source.bytes.applying(splices)
    }

    private func timelineInsertion(_ row: TimelineRow) -> Splice? {
        guard let timeline else { return nil }
        let order = TimelineOrder(
            head: timeline.header + 1, rows: timelineRows.map { (line: $0.line - 1, date: $0.date) })
        return timeline.insertion(ofRaw: row.bytes, after: row.date.map(order.line) ?? timeline.rows.upperBound - 1)
    }
}

extension HubDocument {
    /// The hub with an attempt's row as `old` has it, where this one has none.
    public func restoringAttempt(_ number: Int, from old: HubDocument) -> [UInt8] {
        guard let table, !attempts.contains(where: { $0.number == number }),
            let row = old.attempts.first(where: { $0.number == number })
        else { return source.bytes }
        let before = attempts.filter { $0.number < number }.max { $0.number < $1.number }
        let line = before.map { $0.line - 1 } ?? table.header + 1
        return source.bytes.applying([table.insertion(ofRaw: row.bytes, after: line)])
    }
}
