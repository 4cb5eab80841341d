/// One date or a range of two, as a document words it: "2024-09-01 to 2024-09-07", "2024-09-01 - 09-07".
struct DateRange {
    /// A date with its place and the way it is written.
    struct Token {
        let date: CalendarDate
        let range: Range<Int>
        let style: Style
    }

    enum Style {
        /// `2024-09-01` with this separator.
        case full(separator: UInt8)
        /// `09-07`, the year left out.
        case withoutYear
        /// `07`, year and month left out.
        case dayOnly
        /// `1 September 2024` and the like.
        case named
    }

    let first: Token
    let second: Token?

    /// Reads the date or range that a value starts with; nil when no date can be read, or digits stand before it.
    static func read(_ value: ArraySlice<UInt8>) -> DateRange? {
        guard let first = DateReader.full(in: value) else { return nil }
        let rest = value[first.range.upperBound...]
        guard let start = DateReader.afterRangeMark(rest) else { return DateRange(first: first, second: nil) }
        let second = DateReader.second(in: start, after: first.date)
        return DateRange(first: first, second: second)
    }

    /// What to change in a value so that it says when an attempt ran.
    ///
    /// - Parameters:
    ///   - started: the first day; nil changes nothing.
    ///   - ended: the last day; nil for an open attempt or one whose end is not known.
    ///   - isOpen: a second date is taken out.
    ///   - form: how a new range is written.
    static func correction(
        of value: ArraySlice<UInt8>, started: CalendarDate?, ended: CalendarDate?, isOpen: Bool, form: Form
    ) -> Correction {
        guard let started else { return .agrees }
        guard let found = read(value) else {
            return Placeholder.matches(value)
                ? .fill(form.text(started: started, ended: ended, isOpen: isOpen)) : .unreadable
        }
        var splices: [Splice] = []
        if found.first.date != started {
            splices.append(Splice(found.first.range, write(started, like: found.first.style, after: started)))
        }
        if isOpen {
            if let second = found.second {
                splices.append(Splice(found.first.range.upperBound..<second.range.upperBound, " (in progress)"))
            }
        } else if let ended {
            splices += found.endSplices(started: started, ended: ended, in: value, form: form)
        }
        return splices.isEmpty ? .agrees : .splices(splices)
    }

    private func endSplices(started: CalendarDate, ended: CalendarDate, in value: ArraySlice<UInt8>, form: Form)
        -> [Splice]
    {
        if let second {
            if DateReader.second(in: value[second.range], after: started)?.date == ended { return [] }
            return [Splice(second.range, Self.write(ended, like: second.style, after: started))]
        }
        let rest = value[first.range.upperBound...]
        let openEnd = OpenEnding.length(rest)
        let place = first.range.upperBound..<first.range.upperBound + openEnd
        if started == ended { return openEnd == 0 ? [] : [Splice(place, "")] }
        return [Splice(place, form.ending(started: started, ended: ended))]
    }

    private static func write(_ date: CalendarDate, like style: Style, after first: CalendarDate) -> String {
        switch style {
        case .full(let separator):
            String(date.description.map { $0 == "-" ? Character(Unicode.Scalar(separator)) : $0 })
        case .withoutYear: date.year == first.year ? date.monthAndDay : date.description
        case .dayOnly:
            date.year != first.year
                ? date.description : date.month != first.month ? date.monthAndDay : String(date.monthAndDay.suffix(2))
        case .named: date.description
        }
    }

    /// How a range is written where none is yet.
    enum Form {
        /// "2024-09-01 to 2024-09-07", as in a log.
        case log
        /// "2024-09-01 - 09-07", as in a hub.
        case hub

        func text(started: CalendarDate, ended: CalendarDate?, isOpen: Bool) -> String {
            if isOpen { return started.description + " (in progress)" }
            guard let ended, ended != started else { return started.description }
            return started.description + ending(started: started, ended: ended)
        }

        func ending(started: CalendarDate, ended: CalendarDate) -> String {
            switch self {
            case .log: " to " + ended.description
            case .hub: " - " + (ended.year == started.year ? ended.monthAndDay : ended.description)
            }
        }
    }
}

/// Words after a first date that say that work goes on: " (in progress)", " - present", " to now".
enum OpenEnding {
    /// How many bytes they have; 0 when there are none.
    static func length(_ rest: ArraySlice<UInt8>) -> Int {
        let words = Words.tokens(rest)
        var index = 0
        if let first = words.first, DateReader.rangeWords.contains(first.text) { index = 1 }
        guard let match = phrases.match(words, at: index, in: rest) else {
            return danglingMark(rest)
        }
        let before = rest[..<match.range.lowerBound]
        guard before.allSatisfy({ !$0.isDigit }) else { return 0 }
        var end = match.range.upperBound
        if before.contains(0x28) {
            guard rest[end...].first == 0x29 else { return 0 }
            end += 1
        }
        return end - rest.startIndex
    }

    /// " -" with nothing after it.
    private static func danglingMark(_ rest: ArraySlice<UInt8>) -> Int {
        let text = rest.trimmed.text
        return ["-", "–", "—", "→", "->", "to", "…", "?", "- ?", "to ?"].contains(text)
            ? rest.trimmed.endIndex - rest.startIndex : 0
    }

    private static let phrases = Phrasebook<Bool>([
        (true, ["in progress", "ongoing", "open", "wip", "present", "now", "today", "tbd", "still open", "running"])
    ])
}
