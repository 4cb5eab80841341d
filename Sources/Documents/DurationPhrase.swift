/// A stretch of time as a document words it: "30 days", "~6 weeks", "1 week and 3 days".
struct DurationPhrase {
    private enum Unit: Double {
        case day = 1
        case week = 7
        case month = 30.44
        case year = 365.25
    }

    /// The whole phrase, "about" or "~" before it included.
    let range: Range<Int>
    private let number: Quantity
    private let unitWord: Word?
    private let unit: Unit
    private let isApproximate: Bool
    private let low: Double
    private let high: Double
    /// True when number and unit are all there is: only the number needs to change.
    private let isSingle: Bool

    /// Whole days when it states just that.
    var exactDays: Int? { isSingle && unit == .day ? number.whole : nil }

    /// True when the phrase is right, within its own rounding, for that many days.
    func means(_ days: Int) -> Bool {
        var tolerance = unit == .day ? 0 : unit.rawValue / 2
        if isApproximate, unit == .day { tolerance = max(1, high * 0.1) }
        return Double(days) >= low - tolerance && Double(days) <= high + tolerance
    }

    /// Reads the first stretch of time in a value.
    ///
    /// - Parameter needsUnit: false where the column says that numbers are days.
    static func read(_ value: ArraySlice<UInt8>, needsUnit: Bool) -> DurationPhrase? {
        let words = Words.tokens(value)
        for (index, word) in words.enumerated() {
            guard let number = Quantity.read(value[word.range.lowerBound...]) else { continue }
            if let found = phrase(value, words: words, at: index, number: number, needsUnit: needsUnit) {
                return found
            }
        }
        return nil
    }

    /// What to change so that a value says that many days.
    static func correction(of value: ArraySlice<UInt8>, to days: Int, needsUnit: Bool) -> Correction {
        guard let found = read(value, needsUnit: needsUnit) else {
            let plain = needsUnit ? "\(days) day\(days == 1 ? "" : "s")" : String(days)
            return Placeholder.matches(value) ? .fill(plain) : .unreadable
        }
        if found.means(days) { return .agrees }
        guard found.isSingle, found.unit == .day else {
            return .splices([Splice(found.range, "\(days) day\(days == 1 ? "" : "s")")])
        }
        var splices = [Splice(found.range.lowerBound..<found.number.range.upperBound, found.number.written(days))]
        let wanted = days == 1 ? "day" : "days"
        if let word = found.unitWord, ["day", "days"].contains(value[word.range].text), word.text != wanted {
            splices.append(Splice(word.range, wanted))
        }
        return .splices(splices)
    }

    private static func phrase(
        _ value: ArraySlice<UInt8>, words: [Word], at index: Int, number: Quantity, needsUnit: Bool
    ) -> DurationPhrase? {
        var high = number.value
        var next = index + 1
        while next < words.count, words[next].range.lowerBound < number.range.upperBound { next += 1 }
        var isRange = false
        if next < words.count, isRangeMark(value[number.range.upperBound..<words[next].range.lowerBound]),
            let upper = Quantity.read(value[words[next].range.lowerBound...])
        {
            high = upper.value
            isRange = true
            next += 1
        }
        let unitWord = next < words.count ? words[next] : nil
        let unit = unitWord.flatMap { Self.units[$0.text] }
        if unit == nil {
            guard !needsUnit, index == 0, followsPlainly(value[number.range.upperBound...]) else { return nil }
        }
        var low = number.value * (unit ?? .day).rawValue
        high *= (unit ?? .day).rawValue
        var end = unit == nil ? number.range.upperBound : (unitWord?.range.upperBound ?? number.range.upperBound)
        var smallest = unit ?? .day
        if unit != nil, let more = addition(value, words: words, at: next + 1), more.unit.rawValue < smallest.rawValue {
            low += more.days
            high += more.days
            end = more.end
            smallest = more.unit
            isRange = true
        }
        let start = approximation(before: number.range.lowerBound, words: words, at: index, in: value)
        return DurationPhrase(
            range: (start ?? number.range.lowerBound)..<end, number: number, unitWord: unit == nil ? nil : unitWord,
            unit: smallest, isApproximate: start != nil, low: low, high: high, isSingle: !isRange)
    }

    /// "and 3 days" after "1 week".
    private static func addition(_ value: ArraySlice<UInt8>, words: [Word], at index: Int)
        -> (days: Double, unit: Unit, end: Int)?
    {
        guard index > 0, index < words.count else { return nil }
        let place = words[index].text == "and" ? index + 1 : index
        guard place + 1 < words.count, let number = Quantity.read(value[words[place].range.lowerBound...]),
            let unit = units[words[place + 1].text]
        else { return nil }
        let between = value[words[index - 1].range.upperBound..<words[index].range.lowerBound]
        guard between.allSatisfy({ $0.isBlank || $0 == 0x2C }) else { return nil }
        return (number.value * unit.rawValue, unit, words[place + 1].range.upperBound)
    }

    /// Where "~" or "about" before the number starts; nil when nothing softens it.
    private static func approximation(before start: Int, words: [Word], at index: Int, in value: ArraySlice<UInt8>)
        -> Int?
    {
        let before = value[..<start]
        if before.last == 0x7E { return start - 1 }
        for mark in ["~ ", "≈", "≈ "] where before.suffix(mark.utf8.count).elementsEqual(mark.utf8) {
            return start - mark.utf8.count
        }
        guard index > 0, softeners.contains(words[index - 1].text) else { return nil }
        let between = value[words[index - 1].range.upperBound..<start]
        guard between.allSatisfy({ $0.isBlank || $0 == 0x2E }) else { return nil }
        return words[index - 1].range.lowerBound
    }

    private static func isRangeMark(_ text: ArraySlice<UInt8>) -> Bool {
        ["-", "–", "—"].contains(text.trimmed.text)
    }

    private static func followsPlainly(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.first.map { $0.isBlank || $0.isPunctuation && $0 != 0x25 } ?? true
    }

    private static let softeners: Set<String> = [
        "about", "approximately", "approx", "around", "roughly", "circa", "ca",
    ]

    private static let units: [String: Unit] = [
        "d": .day, "day": .day, "days": .day, "w": .week, "wk": .week, "wks": .week, "week": .week, "weeks": .week,
        "month": .month, "months": .month, "mo": .month, "year": .year, "years": .year, "yr": .year, "yrs": .year,
    ]
}
