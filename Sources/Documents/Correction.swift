/// What has to happen to a value so that it says a fact.
enum Correction {
    /// It says it already, perhaps in another spelling.
    case agrees
    /// These bytes of it are wrong.
    case splices([Splice])
    /// Nothing is there yet: the whole value becomes this text.
    case fill(String)
    /// It says something that cannot be read.
    case unreadable
}

/// Words that stand where a value is still to come.
enum Placeholder {
    /// True for an empty value, a dash, "TBD" and the like.
    static func matches(_ value: ArraySlice<UInt8>) -> Bool {
        let words = Words.normalised(value)
        return words.isEmpty ? !value.contains(where: \.isWordByte) || isDash(value) : texts.contains(words)
    }

    private static func isDash(_ value: ArraySlice<UInt8>) -> Bool {
        ["—", "–", "…", "−"].contains(value.trimmed.text)
    }

    private static let texts: Set<String> = [
        "tbd", "tba", "n a", "na", "none", "none yet", "to be determined", "todo", "wip", "pending", "unknown",
        "not yet", "not started", "not created yet", "in progress", "ongoing", "planned", "yyyy mm dd",
        "yyyy mm dd to yyyy mm dd",
    ]
}

/// Where a value stands, and what surrounds it.
struct ValueSlot {
    enum Surroundings {
        /// After `**Key:**`.
        case key
        /// In a table; `isAligned`: its row is as wide as the header and the rule, so the table is a padded one.
        case cell(TableCell, isAligned: Bool)
    }

    /// The value's bytes; empty when there is none.
    let range: Range<Int>
    let surroundings: Surroundings

    /// The splices that make the whole value this text.
    func filling(_ text: String, in bytes: [UInt8]) -> [Splice] {
        guard range.isEmpty else { return fitting([Splice(range, text)], in: bytes) }
        switch surroundings {
        case .key:
            return [Splice(range, " " + text)]
        case .cell(let cell, _):
            let width = CellWidth.of(bytes[cell.whole])
            let padded = CellWidth.padded(" " + text + " ", to: width)
            return [Splice(cell.whole, padded)]
        }
    }

    /// The splices of a part of the value, with the padding after it changed so that a padded cell keeps its width.
    func fitting(_ splices: [Splice], in bytes: [UInt8]) -> [Splice] {
        guard case .cell(let cell, let isAligned) = surroundings else { return splices }
        let growth = splices.reduce(0) {
            $0 + CellWidth.of($1.replacement[...]) - CellWidth.of(bytes[$1.range])
        }
        let before = cell.content.lowerBound - cell.whole.lowerBound
        let after = cell.whole.upperBound - cell.content.upperBound
        guard growth != 0, max(before, after) > 1 || isAligned && growth < 0 && after == 1 else { return splices }
        let isRightAligned = before > 1 && after <= 1
        let room = isRightAligned ? before : after
        let width = max(1, room - growth)
        guard width != room else { return splices }
        let place =
            isRightAligned
            ? cell.whole.lowerBound..<cell.content.lowerBound : cell.content.upperBound..<cell.whole.upperBound
        return splices + [Splice(place, String(repeating: " ", count: width))]
    }
}

/// How wide cells are, counted in Unicode scalars that take room.
enum CellWidth {
    /// The width of the bytes.
    static func of(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.reduce(0) { $0 + ($1 & 0xC0 == 0x80 ? 0 : 1) } - variationSelectors(bytes)
    }

    /// The text with spaces after it up to that width.
    static func padded(_ text: String, to width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - of(Array(text.utf8)[...])))
    }

    private static func variationSelectors(_ bytes: ArraySlice<UInt8>) -> Int {
        bytes.indices.reduce(0) { $0 + (bytes[$1...].hasPrefix([0xEF, 0xB8, 0x8F]) ? 1 : 0) }
    }
}
