/// Finds dates in text.
enum DateReader {
    static let rangeWords: Set<String> = ["to", "until", "till", "through", "thru"]

    /// The first full date in the text; nil when there is none or when other digits come first.
    static func full(in text: ArraySlice<UInt8>) -> DateRange.Token? {
        guard let digit = text.firstIndex(where: \.isDigit) else { return nil }
        if let token = numeric(text[digit...]) { return token }
        return named(text)
    }

    /// `YYYY-MM-DD` at the start of the text, also with `/` or `.`.
    static func numeric(_ text: ArraySlice<UInt8>) -> DateRange.Token? {
        guard text.count >= 10 else { return nil }
        let start = text.startIndex
        let separator = text[start + 4]
        guard separator == 0x2D || separator == 0x2F || separator == 0x2E, text[start + 7] == separator else {
            return nil
        }
        guard let year = Int(asciiDigits: text[start..<start + 4]),
            let month = Int(asciiDigits: text[start + 5..<start + 7]),
            let day = Int(asciiDigits: text[start + 8..<start + 10]),
            text[(start + 10)...].first?.isDigit != true,
            let date = CalendarDate(year: year, month: month, day: day)
        else { return nil }
        return DateRange.Token(date: date, range: start..<start + 10, style: .full(separator: separator))
    }

    /// What follows a range's mark: "-", "–", "→", "..", "to"; nil when none is here.
    static func afterRangeMark(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        let start = text.drop(while: isMarkup)
        let words = Words.tokens(start)
        if let word = words.first, word.range.lowerBound == start.startIndex, rangeWords.contains(word.text) {
            return text[word.range.upperBound...].drop(while: isMarkup)
        }
        for mark in ["->", "--", "..", "-", "–", "—", "→", "~", "−"] where start.hasPrefix(mark.utf8) {
            return start.dropFirst(mark.utf8.count).drop { $0 == 0x2E || isMarkup($0) }
        }
        return nil
    }

    private static func isMarkup(_ byte: UInt8) -> Bool {
        byte.isBlank || byte == 0x2A || byte == 0x5F || byte == 0x60
    }

    /// The second date of a range at the start of the text; year, or year and month, may be left out.
    static func second(in text: ArraySlice<UInt8>, after first: CalendarDate) -> DateRange.Token? {
        if let token = numeric(text) { return token }
        let digits = text.prefix(while: \.isDigit)
        guard digits.count == 2, let number = Int(asciiDigits: digits) else {
            return named(text).flatMap { $0.range.lowerBound == text.startIndex ? $0 : nil }
        }
        let rest = text.dropFirst(2)
        let start = text.startIndex
        if rest.first == 0x2D, let day = Int(asciiDigits: rest.dropFirst().prefix(2)), rest.dropFirst().count >= 2,
            rest.dropFirst(3).first?.isDigit != true
        {
            let isEarlier = (number, day) < (first.month, first.day)
            guard let date = CalendarDate(year: first.year + (isEarlier ? 1 : 0), month: number, day: day) else {
                return nil
            }
            return DateRange.Token(date: date, range: start..<start + 5, style: .withoutYear)
        }
        if let next = rest.first, next.isWordByte || next == 0x2F || next == 0x2E { return nil }
        guard let date = CalendarDate(year: first.year, month: first.month, day: number) else { return nil }
        return DateRange.Token(date: date, range: start..<start + 2, style: .dayOnly)
    }

    /// "1 September 2024", "Sep 1, 2024", "September 1st 2024" as the first thing in the text that has a digit.
    private static func named(_ text: ArraySlice<UInt8>) -> DateRange.Token? {
        let words = Words.tokens(text)
        guard let index = words.firstIndex(where: { month($0.text) != nil }), let month = month(words[index].text)
        else {
            return nil
        }
        guard let digit = text.firstIndex(where: \.isDigit) else { return nil }
        for (dayIndex, yearIndex, start) in [(index - 1, index + 1, index - 1), (index + 1, index + 2, index)] {
            guard words.indices.contains(dayIndex), words.indices.contains(yearIndex) else { continue }
            guard let day = day(words[dayIndex].text), words[yearIndex].text.utf8.count == 4,
                let year = Int(asciiDigits: words[yearIndex].text.utf8),
                let date = CalendarDate(year: year, month: month, day: day),
                words[min(dayIndex, yearIndex)].range.lowerBound == digit
            else { continue }
            let between = text[words[start].range.lowerBound..<words[yearIndex].range.upperBound]
            guard between.allSatisfy({ $0.isWordByte || $0.isBlank || $0 == 0x2C || $0 == 0x2E }) else { continue }
            return DateRange.Token(
                date: date, range: words[start].range.lowerBound..<words[yearIndex].range.upperBound, style: .named)
        }
        return nil
    }

    private static func day(_ word: String) -> Int? {
        for ending in ["st", "nd", "rd", "th"] where word.hasSuffix(ending) {
            return Int(asciiDigits: word.utf8.dropLast(2))
        }
        return word.utf8.count <= 2 ? Int(asciiDigits: word.utf8) : nil
    }

    private static func month(_ word: String) -> Int? {
        let names = [
            "january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
            "november", "december",
        ]
        guard word.utf8.count >= 3, word != "sept" else { return word == "sept" ? 9 : nil }
        return names.firstIndex { $0 == word || $0.utf8.prefix(3).elementsEqual(word.utf8) }.map { $0 + 1 }
    }
}
