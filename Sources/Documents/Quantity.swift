/// A number in text: digits, with thousands separated or not, or a small number as a word.
struct Quantity {
    /// In tenths, so that "1.5" is exact; further decimals are left out.
    let tenths: Int
    let range: Range<Int>
    /// True for "1,200".
    let hasSeparator: Bool

    /// The number.
    var value: Double { Double(tenths) / 10 }

    /// The number when it is a whole one.
    var whole: Int? { tenths % 10 == 0 ? tenths / 10 : nil }

    /// The number that starts at the beginning of the text.
    static func read(_ text: ArraySlice<UInt8>) -> Quantity? {
        guard let first = text.first else { return nil }
        if !first.isDigit {
            guard let word = Words.tokens(text).first, word.range.lowerBound == text.startIndex,
                let value = words[word.text]
            else { return nil }
            return Quantity(tenths: value * 10, range: word.range, hasSeparator: false)
        }
        var end = text.startIndex
        var digits: [UInt8] = []
        var hasSeparator = false
        while end < text.endIndex {
            if text[end].isDigit {
                digits.append(text[end])
                end += 1
            } else if text[end] == 0x2C, groupFollows(text[(end + 1)...]) {
                hasSeparator = true
                end += 1
            } else {
                break
            }
        }
        guard var tenths = Int(asciiDigits: digits).map({ $0 * 10 }) else { return nil }
        let rest = text[end...]
        if rest.first == 0x2E, let decimal = rest.dropFirst().first, decimal.isDigit {
            let decimals = rest.dropFirst().prefix(while: \.isDigit)
            tenths += Int(decimal - 0x30)
            end = decimals.endIndex
        }
        return Quantity(tenths: tenths, range: text.startIndex..<end, hasSeparator: hasSeparator)
    }

    /// The first number in the text that is a word of its own, with the words that follow it.
    static func first(in text: ArraySlice<UInt8>) -> Quantity? {
        for word in Words.tokens(text) {
            guard let found = read(text[word.range.lowerBound...]), found.range.upperBound >= word.range.upperBound
            else { continue }
            return found
        }
        return nil
    }

    /// The number as it is written in this style: "1,200" where the old one was grouped.
    func written(_ number: Int) -> String {
        let digits = String(number)
        guard hasSeparator, digits.count > 3 else { return digits }
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { result.append(",") }
            result.append(digit)
        }
        return result
    }

    private static func groupFollows(_ text: ArraySlice<UInt8>) -> Bool {
        text.prefix(3).count == 3 && text.prefix(3).allSatisfy(\.isDigit) && text.dropFirst(3).first?.isDigit != true
    }

    private static let words: [String: Int] = [
        "zero": 0, "no": 0, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8,
        "nine": 9, "ten": 10, "eleven": 11, "twelve": 12, "thirteen": 13, "fourteen": 14, "fifteen": 15,
        "sixteen": 16, "seventeen": 17, "eighteen": 18, "nineteen": 19, "twenty": 20,
    ]
}

/// A count with its noun: "8 commits (see branch history)", "3".
enum CountPhrase {
    /// What to change so that the value says the count. The noun right after it follows in number when it is exactly
    /// the one given.
    static func correction(of value: ArraySlice<UInt8>, to count: Int, noun: String?) -> Correction {
        let filled = noun.map { "\(count) \($0)\(count == 1 ? "" : "s")" } ?? String(count)
        guard let found = numberBefore(noun, in: value) ?? standalone(in: value) else {
            return Placeholder.matches(value) ? .fill(filled) : .unreadable
        }
        if found.whole == count { return .agrees }
        var splices = [Splice(found.range, found.written(count))]
        if let noun, let change = plural(of: noun, count: count, after: found.range.upperBound, in: value) {
            splices.append(change)
        }
        return .splices(splices)
    }

    /// The number the value states; nil when none can be read.
    static func read(_ value: ArraySlice<UInt8>, noun: String?) -> Int? {
        (numberBefore(noun, in: value) ?? standalone(in: value)).flatMap(\.whole)
    }

    private static func numberBefore(_ noun: String?, in value: ArraySlice<UInt8>) -> Quantity? {
        guard let noun else { return nil }
        let words = Words.tokens(value)
        for (index, word) in words.enumerated().dropFirst() where word.text == noun || word.text == noun + "s" {
            var start = index - 1
            // "1,200 commits" is two words
            while start > 0, value[words[start - 1].range.upperBound] == 0x2C,
                words[start].range.lowerBound == words[start - 1].range.upperBound + 1
            {
                start -= 1
            }
            let between = value[words[index - 1].range.upperBound..<word.range.lowerBound]
            guard between.allSatisfy({ $0.isBlank || $0 == 0x2A || $0 == 0x5F }) else { continue }
            if let found = Quantity.read(value[words[start].range.lowerBound...]) { return found }
        }
        return nil
    }

    /// A number at the start of the value.
    private static func standalone(in value: ArraySlice<UInt8>) -> Quantity? {
        let start = value.drop { $0 == 0x2A || $0 == 0x5F || $0 == 0x7E || $0 == 0x5B || $0.isBlank }
        guard let found = Quantity.read(start) else { return nil }
        guard let next = value[found.range.upperBound...].first else { return found }
        return next.isWordByte && Words.symbolLength(value[found.range.upperBound...]) == 0 || next == 0x25
            ? nil : found
    }

    private static func plural(of noun: String, count: Int, after end: Int, in value: ArraySlice<UInt8>) -> Splice? {
        guard let word = Words.tokens(value[end...]).first, value[word.range].text == word.text else { return nil }
        guard value[end..<word.range.lowerBound].allSatisfy(\.isBlank) else { return nil }
        let wanted = count == 1 ? noun : noun + "s"
        guard word.text == noun || word.text == noun + "s", word.text != wanted else { return nil }
        return Splice(word.range, wanted)
    }
}
