extension MarkdownTable {
    /// A row in one line, with every cell that says something: "p95 latency: 850 ms → 190 ms (-78%)" under Metric,
    /// Before, After and Change; "Users 50: p95 210 ms, Errors 0" where the columns are no before and after.
    func told(_ line: Int) -> String {
        var values = values(ofRow: line)
        func take(_ names: Set<String>) -> String? {
            values.firstIndex { names.contains($0.name) }.map { values.remove(at: $0).text }
        }
        var result = ""
        var details: [String] = []
        let names = Set(values.map(\.name))
        if !names.isDisjoint(with: Self.beforeNames), !names.isDisjoint(with: Self.afterNames),
            let before = take(Self.beforeNames), let after = take(Self.afterNames)
        {
            result = "\(before) → \(after)"
            details += [take(Self.changeNames)].compactMap(\.self)
        }
        var subject: String?
        if let first = values.first, first.isFirst {
            values.removeFirst()
            // "50" alone does not say that it counts users.
            let isNumber = first.text.utf8.first { $0.isWordByte }?.isDigit ?? false
            subject = isNumber ? first.titled : first.text
        }
        details += values.map(\.titled)
        if !details.isEmpty {
            let list = details.joined(separator: ", ")
            result = result.isEmpty ? list : "\(result) (\(list))"
        }
        return [subject, result].compactMap(\.self).filter { !$0.isEmpty }.joined(separator: ": ")
    }

    /// What a cell says, in running text: without emphasis, and a pipe needs no backslash.
    func text(_ cell: TableCell) -> String {
        var bytes: [UInt8] = []
        for byte in content(cell).trimmed {
            if byte == 0x7C, bytes.last == 0x5C { bytes.removeLast() }
            bytes.append(byte)
        }
        return Emphasis.removed(from: bytes[...].text)
    }

    /// What a cell says, and the title of its column.
    private struct Value {
        let title: String
        let text: String
        /// True in the first column.
        let isFirst: Bool

        /// The title, normalised.
        var name: String { Words.normalised(Array(title.utf8)[...]) }

        var titled: String { title.isEmpty || plainNames.contains(name) ? text : "\(title) \(text)" }
    }

    private func values(ofRow line: Int) -> [Value] {
        let titles = cells(header).map(text)
        return cells(line).enumerated().map { column, cell in
            Value(title: titles.indices.contains(column) ? titles[column] : "", text: text(cell), isFirst: column == 0)
        }.filter { !$0.text.isEmpty }
    }

    private static let beforeNames: Set = ["before", "baseline", "old", "was"]
    private static let afterNames: Set = ["after", "now", "new", "result"]
    private static let changeNames: Set = ["change", "difference", "delta", "improvement", "gain"]
    /// Titles that say no more than that the column holds names or values.
    private static let plainNames: Set = ["metric", "criterion", "name", "value", "result", "measured", "measurement"]
}
