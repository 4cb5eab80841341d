/// Finds for each event of an attempt the row that tells it, so that none is told twice.
struct TimelineMatching {
    /// A row that names the attempt and tells some event of it.
    struct Row {
        /// The index of its line.
        let line: Int
        let date: CalendarDate?
        let milestone: MilestoneText
    }

    /// The row that tells each event, by the event's index; rows with none are in `idle`.
    private(set) var tellers: [Int: Row] = [:]
    private(set) var idle: [Row] = []

    /// Matches rows and events one to one: first those of the same kind and day, then those of the same kind in
    /// order, then rows that only tell an outcome.
    init(events: [TimelineEvent], rows: [Row]) {
        var free = Array(events.indices)
        var left = rows
        func take(_ accepts: (Row, TimelineEvent) -> Bool) {
            left = left.filter { row in
                // What the tool said of a part does not tell of the whole.
                let place = free.firstIndex { (!row.milestone.isPart || events[$0].isPart) && accepts(row, events[$0]) }
                guard let place else { return true }
                tellers[free.remove(at: place)] = row
                return false
            }
        }
        take { $0.milestone.outcome == nil && $0.milestone.kinds.contains($1.kind) && $0.date == $1.date }
        take { $0.milestone.outcome == nil && $0.milestone.kinds.first == $1.kind }
        take { $0.milestone.outcome == nil && $0.milestone.kinds.contains($1.kind) }
        take { $0.milestone.outcome != nil && $0.milestone.kinds.contains($1.kind) && $0.date == $1.date }
        for rank in 0..<3 {
            take { row, event in
                row.milestone.outcome != nil && row.milestone.kinds.indices.contains(rank)
                    && row.milestone.kinds[rank] == event.kind
            }
        }
        idle = left
    }
}
