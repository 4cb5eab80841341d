/// Attempt numbers as documents and branches write them: "001", "1" and "0001" are the same.
public enum AttemptNumber {
    /// At least three digits: `7` becomes `007`; numbers beyond 999 keep theirs.
    public static func text(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 3 - digits.utf8.count)) + digits
    }

    /// Reads a heading such as "Attempt 001: Caching Layer".
    static func heading(_ text: ArraySlice<UInt8>) -> (number: Int, title: Range<Int>)? {
        let words = Words.tokens(text)
        guard words.count >= 2, words[0].text == "attempt", let number = Int(asciiDigits: words[1].text.utf8) else {
            return nil
        }
        let between = text[words[0].range.upperBound..<words[1].range.lowerBound]
        guard between.allSatisfy({ $0.isBlank || $0 == 0x23 }) else { return nil }
        let rest = text[words[1].range.upperBound...]
        let markless = rest.drop { $0 == 0x2A || $0 == 0x5F || $0.isBlank }
        if let next = markless.first, !isSeparator(markless), next != 0x28 { return nil }
        var title = markless
        if let mark = title.first, isSeparator(title) {
            // One separator, or a dash that is drawn with several: what follows is the title's own.
            repeat {
                title = title.dropFirst(max(1, Words.symbolLength(title)))
            } while mark == 0x2D && title.first == mark
            title = title.drop { $0.isBlank || $0 == 0x2A || $0 == 0x5F }
        }
        let trimmed = title.trimmed
        return (number, trimmed.startIndex..<trimmed.endIndex)
    }

    private static func isSeparator(_ text: ArraySlice<UInt8>) -> Bool {
        switch text.first {
        case 0x3A, 0x2D, 0x2E, 0x2C, 0x7C: true
        default: text.hasPrefix("–".utf8) || text.hasPrefix("—".utf8)
        }
    }

    /// Reads a cell that names an attempt first: "001 - Caching", "[001](./attempts/001-baseline/)", "Attempt #1".
    static func cell(_ text: ArraySlice<UInt8>) -> (number: Int, range: Range<Int>)? {
        let words = Words.tokens(text)
        guard var word = words.first else { return nil }
        if word.text == "attempt" || word.text == "no" || word.text == "try" {
            guard words.count > 1 else { return nil }
            word = words[1]
        }
        guard let number = Int(asciiDigits: word.text.utf8) else { return nil }
        let before = text[..<word.range.lowerBound]
        guard before.allSatisfy({ !$0.isDigit }) else { return nil }
        let next = text[word.range.upperBound...].first
        if next == 0x25 || next == 0x2E && text[word.range.upperBound...].dropFirst().first?.isDigit == true {
            return nil
        }
        return (number, word.range)
    }
}

/// The attempts that a line of prose names first: "Attempt 001", "attempts 1 and 2", "001".
struct AttemptMention {
    let numbers: [(number: Int, range: Range<Int>)]
    let range: Range<Int>

    /// The first attempt, or list of attempts, that the text names.
    ///
    /// A number alone counts only when it is padded to three digits and starts the text ("001 merged"): others are
    /// measurements and issue numbers.
    static func group(in text: ArraySlice<UInt8>) -> AttemptMention? {
        let words = Words.tokens(text)
        for (index, word) in words.enumerated() {
            let isNamed = word.text == "attempt" || word.text == "attempts"
            if isNamed, index + 1 < words.count, Int(asciiDigits: words[index + 1].text.utf8) != nil {
                guard touches(text[word.range.upperBound..<words[index + 1].range.lowerBound]) else { continue }
                return list(words, from: index + 1, start: word.range.lowerBound, in: text)
            }
            if index == 0, word.text.utf8.count >= 3, word.text.utf8.first == 0x30 || isLinked(word, in: text) {
                guard Int(asciiDigits: word.text.utf8) != nil else { continue }
                let next = text[word.range.upperBound...].first
                guard next.map({ $0.isBlank || $0 == 0x3A || $0 == 0x5D || $0 == 0x2C || $0 == 0x2A }) ?? true else {
                    continue
                }
                return list(words, from: 0, start: word.range.lowerBound, in: text)
            }
        }
        return nil
    }

    private static func isLinked(_ word: Word, in text: ArraySlice<UInt8>) -> Bool {
        text[..<word.range.lowerBound].last == 0x5B && text[word.range.upperBound...].first == 0x5D
    }

    private static func touches(_ between: ArraySlice<UInt8>) -> Bool {
        between.allSatisfy { $0.isBlank || $0 == 0x23 || $0 == 0x2D || $0 == 0x5B || $0 == 0x2A }
    }

    /// The number at `first` and those that follow it as "1, 2 and 3".
    private static func list(_ words: [Word], from first: Int, start: Int, in text: ArraySlice<UInt8>)
        -> AttemptMention
    {
        var numbers: [(number: Int, range: Range<Int>)] = []
        var index = first
        while index < words.count, let number = Int(asciiDigits: words[index].text.utf8) {
            numbers.append((number, words[index].range))
            var next = index + 1
            if next < words.count, words[next].text == "and" || words[next].text == "or" { next += 1 }
            guard next < words.count, Int(asciiDigits: words[next].text.utf8) != nil else { break }
            let between = text[words[index].range.upperBound..<words[next].range.lowerBound]
            let isJoined = next > index + 1 || between.contains { $0 == 0x2C || $0 == 0x26 || $0 == 0x2B || $0 == 0x2F }
            let letters: Set<UInt8> = Set(" ,&+/#[]andor".utf8)
            guard isJoined, between.allSatisfy({ letters.contains($0) }) else { break }
            index = next
        }
        let end = numbers.last?.range.upperBound ?? start
        return AttemptMention(numbers: numbers, range: start..<end)
    }
}
