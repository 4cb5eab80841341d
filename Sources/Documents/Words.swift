/// A word of a value, with its place.
struct Word {
    /// Lower case, apostrophes left out: "didnt".
    let text: String
    let range: Range<Int>
}

/// Cuts text into words. Marks, dashes, arrows and emoji separate them.
enum Words {
    /// The words of the text, in order.
    static func tokens(_ text: ArraySlice<UInt8>) -> [Word] {
        var words: [Word] = []
        words.reserveCapacity(8)
        scan(text) { words.append(Word(text: String(decoding: $0, as: UTF8.self), range: $1)) }
        return words
    }

    /// The words with single spaces between them: how headings, column names and keys are compared.
    static func normalised(_ text: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        scan(text) { letters, _ in
            if !result.isEmpty { result.append(0x20) }
            result += letters
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// Hands every word's letters and place to `body`, in order.
    private static func scan(_ text: ArraySlice<UInt8>, _ body: ([UInt8], Range<Int>) -> Void) {
        var letters: [UInt8] = []
        letters.reserveCapacity(16)
        var start = text.startIndex
        var position = text.startIndex
        func finish(_ end: Int) {
            guard !letters.isEmpty else { return }
            body(letters, start..<end)
            letters.removeAll(keepingCapacity: true)
        }
        while position < text.endIndex {
            let byte = text[position]
            let symbol = byte < 0x80 ? 0 : symbolLength(text[position...])
            if byte.isWordByte, symbol == 0 {
                if letters.isEmpty { start = position }
                letters.append(byte.lowercased)
                position += 1
            } else if !letters.isEmpty, let length = apostropheLength(text[position...]) {
                position += length
            } else {
                finish(position)
                position += max(symbol, 1)
            }
        }
        finish(text.endIndex)
    }

    /// How many bytes the symbol here has: general punctuation, arrows, emoji. 0 for letters and ASCII.
    static func symbolLength(_ text: ArraySlice<UInt8>) -> Int {
        switch text.first {
        case 0xE2: min(3, text.count)
        case 0xEF where text.hasPrefix([0xEF, 0xB8]): min(3, text.count)
        case 0xF0: min(4, text.count)
        case 0xC2: min(2, text.count)
        default: 0
        }
    }

    private static func apostropheLength(_ text: ArraySlice<UInt8>) -> Int? {
        let length = text.first == 0x27 ? 1 : text.hasPrefix("’".utf8) ? 3 : 0
        guard length > 0, text.dropFirst(length).first?.isLetter == true else { return nil }
        return length
    }
}

/// Fixed phrases with a meaning, tried longest first.
struct Phrasebook<Meaning: Sendable>: Sendable {
    private let byFirstWord: [String: [(words: [String], meaning: Meaning)]]

    /// - Parameter phrases: for each meaning its phrases, lower case, words separated by spaces.
    init(_ phrases: [(Meaning, [String])]) {
        var table: [String: [(words: [String], meaning: Meaning)]] = [:]
        for (meaning, texts) in phrases {
            for text in texts {
                let words = text.split(separator: " ").map(String.init)
                guard let first = words.first else { continue }
                table[first, default: []].append((words, meaning))
            }
        }
        byFirstWord = table.mapValues { $0.sorted { $0.words.count > $1.words.count } }
    }

    /// The phrase that starts at the word with that index. Its words stand apart by spaces or hyphens only.
    func match(_ words: [Word], at index: Int, in text: ArraySlice<UInt8>) -> (meaning: Meaning, range: Range<Int>)? {
        guard words.indices.contains(index) else { return nil }
        for (phrase, meaning) in byFirstWord[words[index].text] ?? [] {
            let last = index + phrase.count - 1
            guard last < words.count, zip(words[index...], phrase).allSatisfy({ $0.text == $1 }) else { continue }
            let areTogether = (index..<last).allSatisfy { place in
                text[words[place].range.upperBound..<words[place + 1].range.lowerBound]
                    .allSatisfy { $0.isBlank || $0 == 0x2D }
            }
            if areTogether { return (meaning, words[index].range.lowerBound..<words[last].range.upperBound) }
        }
        return nil
    }
}
