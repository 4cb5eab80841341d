/// The names that columns of the documents' tables go by.
enum ColumnName {
    static let attempt = ["attempt", "attempts", "no", "nr", "number", "id", "try", ""]
    static let date = ["date", "dates", "when", "period", "day"]
    static let result = ["result", "results", "outcome", "verdict", "status"]
    static let approach = ["approach", "solution", "idea", "what", "description"]
    static let milestone = [
        "milestone", "milestones", "event", "events", "what happened", "what", "description", "note",
    ]
    static let days = ["days", "day", "days spent", "duration", "effort", "time", "time spent"]
}

/// The log's and the hub's tables, found by the section they stand in and by their columns.
enum TableSearch {
    /// The first table in a section whose heading starts with one of the words; else the first anywhere outside
    /// `excluded`. `accepts` decides by the columns.
    static func first(
        _ outline: Outline, headings: [String], excluding excluded: [Range<Int>],
        where accepts: (MarkdownTable) -> Bool
    ) -> MarkdownTable? {
        for (index, heading) in outline.headings.enumerated() {
            guard headings.contains(where: { heading.words == $0 || heading.words.hasPrefix($0 + " ") }) else {
                continue
            }
            let lines = outline.lines(under: index)
            guard !excluded.contains(where: { $0.contains(heading.line) }) else { continue }
            if let table = MarkdownTable.all(in: outline.source, lines: lines).first(where: accepts) { return table }
        }
        let all = MarkdownTable.all(in: outline.source, lines: 0..<outline.source.lines.count)
        return all.first { table in accepts(table) && !excluded.contains { $0.contains(table.header) } }
    }
}
