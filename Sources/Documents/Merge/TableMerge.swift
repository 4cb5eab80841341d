/// Which of the saga's tables it is.
enum TableRole: Hashable {
    /// The hub's, one row an attempt.
    case hub
    /// The log's Timeline Summary.
    case timeline
    /// The log's Effort Breakdown.
    case effort
}

/// Merges the rows of a table row by row: rows are known by their attempt or by what they say, not by the lines around
/// them, so that two sides can add rows at the same place.
struct TableMerge {
    /// A row of one version.
    struct Row {
        /// Without its line ending.
        let bytes: [UInt8]
        let ending: [UInt8]
        let cells: [TableCell]
        /// The cells' contents: rows that differ in padding alone have the same.
        let contents: [[UInt8]]
        /// The attempts it is about and, in a timeline, the events it tells.
        let subject: String?
        let number: Int?
        let date: CalendarDate?
        let isTotal: Bool

        init(_ table: MarkdownTable, line: Int, role: TableRole) {
            let place = table.source.lines[line]
            bytes = Array(table.source.bytes[place.start..<place.contentEnd])
            ending = Array(table.source.bytes[place.contentEnd..<place.end])
            cells = TableRow.cells(bytes, in: place.textStart - place.start..<bytes.count)
            contents = cells.map { [bytes] in Array(bytes[$0.content]) }
            func content(_ names: [String]) -> ArraySlice<UInt8>? {
                guard let column = table.column(names) else { return nil }
                let cells = table.cells(line)
                return cells.indices.contains(column) ? table.content(cells[column]) : nil
            }
            date = content(ColumnName.date).flatMap(DateRange.read)?.first.date
            switch role {
            case .timeline:
                let told = content(ColumnName.milestone).flatMap { MilestoneText.read($0) }
                number = told?.attempts.first
                subject = told.map { "\($0.attempts) \($0.kinds)" }
                isTotal = false
            case .hub, .effort:
                let cell = content(ColumnName.attempt)
                number = cell.flatMap(AttemptNumber.cell)?.number
                isTotal = cell.map(EffortColumns.isTotal) ?? false
                subject = isTotal ? "total" : number.map(String.init)
            }
        }
    }

    /// A row as the three versions have it.
    fileprivate struct Entry {
        var base: Row?
        var ours: Row?
        var theirs: Row?
    }

    private let role: TableRole
    private let table: MarkdownTable
    private var entries: [Entry] = []

    /// The merged rows.
    ///
    /// - Returns: nil when the versions do not have the same columns.
    static func parts(_ role: TableRole, base: MarkdownTable, ours: MarkdownTable, theirs: MarkdownTable)
        -> [MergePart]?
    {
        guard base.columns == ours.columns, base.columns == theirs.columns else { return nil }
        func rows(_ table: MarkdownTable) -> [Row] { table.rows.map { Row(table, line: $0, role: role) } }
        var merge = TableMerge(role: role, table: base)
        let order = merge.align(rows(base), rows(ours), rows(theirs))
        return order.flatMap { merge.parts(of: merge.entries[$0]) }
    }

    private init(role: TableRole, table: MarkdownTable) {
        self.role = role
        self.table = table
    }

    // MARK: Which rows are the same

    /// Makes the entries, and puts them in order.
    private mutating func align(_ base: [Row], _ ours: [Row], _ theirs: [Row]) -> [Int] {
        entries = base.map { Entry(base: $0) }
        var left = Self.match(base, ours)
        var right = Self.match(base, theirs)
        for (index, row) in ours.enumerated() {
            if let entry = left[index] { entries[entry].ours = row }
        }
        for (index, row) in theirs.enumerated() {
            if let entry = right[index] { entries[entry].theirs = row }
        }
        var fresh: [Int] = []
        for (index, row) in ours.enumerated() where left[index] == nil {
            left[index] = entries.count
            fresh.append(entries.count)
            entries.append(Entry(ours: row))
        }
        // Additions of both sides: first those with the same words.
        for isSame in [{ $0.contents == $1.contents }, isSameAttempt] as [(Row, Row) -> Bool] {
            for (index, row) in theirs.enumerated() where right[index] == nil {
                guard let place = fresh.firstIndex(where: { entries[$0].ours.map { isSame($0, row) } ?? false }) else {
                    continue
                }
                let twin = fresh.remove(at: place)
                right[index] = twin
                entries[twin].theirs = row
            }
        }
        for (index, row) in theirs.enumerated() where right[index] == nil {
            right[index] = entries.count
            entries.append(Entry(theirs: row))
        }
        return SequenceMerge.order(
            base: Array(base.indices), ours: left.compactMap { $0 }, theirs: right.compactMap { $0 },
            comesFirst: comesFirst)
    }

    /// Both sides added a row about the same attempt by the same name.
    private func isSameAttempt(_ ours: Row, _ theirs: Row) -> Bool {
        guard role != .timeline, ours.subject != nil, ours.subject == theirs.subject else { return false }
        let column = table.column(ColumnName.attempt) ?? 0
        return ours.contents.indices.contains(column) && theirs.contents.indices.contains(column)
            && ours.contents[column] == theirs.contents[column]
    }

    /// For each row of a side the base's row that it comes from: with the same words, else about the same subject, else
    /// in the same place.
    private static func match(_ base: [Row], _ side: [Row]) -> [Int?] {
        var result: [Int?] = Array(repeating: nil, count: side.count)
        var free = Set(base.indices)
        func pair(_ key: (Row) -> String?, uniqueOnly: Bool) {
            var places: [String: [Int]] = [:]
            for index in base.indices where free.contains(index) {
                key(base[index]).map { places[$0, default: []].append(index) }
            }
            var mine: [String: [Int]] = [:]
            for index in side.indices where result[index] == nil {
                key(side[index]).map { mine[$0, default: []].append(index) }
            }
            for (name, indices) in mine {
                guard let candidates = places[name], !uniqueOnly || candidates.count == 1 && indices.count == 1 else {
                    continue
                }
                for (index, old) in zip(indices, candidates) {
                    result[index] = old
                    free.remove(old)
                }
            }
        }
        pair({ String(decoding: Array($0.contents.joined(separator: [0x7C])), as: UTF8.self) }, uniqueOnly: false)
        pair({ $0.subject }, uniqueOnly: true)
        pairByPlace(base, side, &result, &free)
        return result
    }

    /// As many rows without a partner on both sides, between the same two that have one: they are edited ones.
    private static func pairByPlace(_ base: [Row], _ side: [Row], _ result: inout [Int?], _ free: inout Set<Int>) {
        var index = 0
        while index < side.count {
            guard result[index] == nil else {
                index += 1
                continue
            }
            var end = index
            while end < side.count, result[end] == nil { end += 1 }
            let before = index == 0 ? -1 : result[index - 1] ?? -1
            let after = end == side.count ? base.count : result[end] ?? base.count
            let gap = before < after ? Array(before + 1..<after) : []
            let areAlike = zip(gap, index..<end).allSatisfy { old, new in
                base[old].subject == nil && side[new].subject == nil
            }
            if gap.count == end - index, gap.allSatisfy({ free.contains($0) }), areAlike {
                for (offset, old) in gap.enumerated() {
                    result[index + offset] = old
                    free.remove(old)
                }
            }
            index = end
        }
    }

    /// Which of two rows of different sides stands first: by date in a timeline, else by number, the total last.
    private func comesFirst(_ first: Int, _ second: Int) -> Bool {
        guard let left = entries[first].any, let right = entries[second].any else { return false }
        if left.isTotal != right.isTotal { return right.isTotal }
        if role == .timeline, let one = left.date, let other = right.date, one != other {
            return isNewestFirst ? one > other : one < other
        }
        if let one = left.number, let other = right.number, one != other { return one < other }
        return left.bytes.lexicographicallyPrecedes(right.bytes)
    }

    private var isNewestFirst: Bool {
        let dates = entries.compactMap { $0.base?.date }
        guard let first = dates.first, let last = dates.last else { return false }
        return first > last
    }

    // MARK: What a row says

    private func parts(of entry: Entry) -> [MergePart] {
        switch (entry.base, entry.ours, entry.theirs) {
        case (nil, let row?, nil), (nil, nil, let row?): return [.text(row.bytes + row.ending)]
        case (let base, let ours?, let theirs?): return merged(base, ours, theirs)
        case (let base?, let ours?, nil):
            return isUntouched(ours, since: base) ? [] : [conflict(base, ours, nil)]
        case (let base?, nil, let theirs?):
            return isUntouched(theirs, since: base) ? [] : [conflict(base, nil, theirs)]
        case (_, nil, nil): return []
        }
    }

    /// True when only values that the tool owns are not as they were.
    private func isUntouched(_ row: Row, since base: Row) -> Bool {
        guard row.contents.count == base.contents.count else { return false }
        return row.contents.indices.allSatisfy { column in
            if row.contents[column] == base.contents[column] { return true }
            if case .prose = kind(column, isTotal: base.isTotal) { return false }
            return true
        }
    }

    private func conflict(_ base: Row?, _ ours: Row?, _ theirs: Row?) -> MergePart {
        func line(_ row: Row?) -> [UInt8] { row.map { $0.bytes + ($0.ending.isEmpty ? [0x0A] : $0.ending) } ?? [] }
        return .conflict(MergeConflict(base: line(base), ours: line(ours), theirs: line(theirs)))
    }

    private func merged(_ base: Row?, _ ours: Row, _ theirs: Row) -> [MergePart] {
        let ending = OwnedValue.prose.merged(
            base: base?.ending[...], ours: ours.ending[...], theirs: theirs.ending[...])
        let end = ending ?? (ours.ending.isEmpty ? theirs.ending : ours.ending)
        if let simple = OwnedValue.prose.merged(
            base: base?.bytes[...], ours: ours.bytes[...], theirs: theirs.bytes[...])
        {
            return [.text(simple + end)]
        }
        guard ours.cells.count == theirs.cells.count, base.map({ $0.cells.count == ours.cells.count }) ?? true else {
            return [conflict(base, ours, theirs)]
        }
        var splices: [Splice] = []
        // The frame (pipes, indentation) is that of the side that left the other's alone, else of the later bytes.
        let isOurs = frame(theirs) == base.map(frame) || frame(ours).lexicographicallyPrecedes(frame(theirs)) == false
        let model = isOurs ? ours : theirs
        for column in model.cells.indices {
            func whole(_ row: Row) -> ArraySlice<UInt8> { row.bytes[row.cells[column].whole] }
            func content(_ row: Row) -> ArraySlice<UInt8> { row.bytes[row.cells[column].content] }
            let text: [UInt8]
            if let simple = OwnedValue.prose.merged(base: base.map(whole), ours: whole(ours), theirs: whole(theirs)) {
                text = simple
            } else {
                let kind = kind(column, isTotal: ours.isTotal)
                guard let value = kind.merged(base: base.map(content), ours: content(ours), theirs: content(theirs))
                else { return [conflict(base, ours, theirs)] }
                let isMine = base.map { content($0) == content(theirs) } ?? (value[...] == content(ours))
                text = Self.fitting(value, into: whole(isMine ? theirs : ours))
            }
            splices.append(Splice(model.cells[column].whole, text))
        }
        return [.text(model.bytes.applying(splices) + end)]
    }

    /// A row with nothing in its cells.
    private func frame(_ row: Row) -> [UInt8] { row.bytes.applying(row.cells.map { Splice($0.whole, []) }) }

    /// A value with the padding of a cell.
    private static func fitting(_ value: [UInt8], into cell: ArraySlice<UInt8>) -> [UInt8] {
        let lead = Array(cell.prefix(while: \.isBlank))
        let content = cell.trimmed
        if content.isEmpty { return [0x20] + value + [0x20] }
        let tail = cell[content.endIndex...].count
        let room = CellWidth.of(content) + tail - CellWidth.of(value[...])
        return lead + value + Array(repeating: 0x20, count: tail <= 1 ? tail : max(1, room))
    }

    /// Who owns a column.
    private func kind(_ column: Int, isTotal: Bool) -> OwnedValue {
        func isColumn(_ names: [String]) -> Bool { table.column(names) == column }
        switch role {
        case .timeline: return .prose
        case .hub:
            if isColumn(ColumnName.attempt) { return .name }
            if isColumn(ColumnName.date) { return .period }
            return isColumn(ColumnName.result) ? .derived : .prose
        case .effort:
            if isColumn(ColumnName.days) { return isTotal ? .sum : .count }
            return isColumn(ColumnName.result) ? .derived : .prose
        }
    }
}

extension TableMerge.Entry {
    /// Some version of the row.
    fileprivate var any: TableMerge.Row? { ours ?? theirs ?? base }
}
