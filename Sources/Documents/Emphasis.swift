/// The marks of emphasis in running text, as CommonMark pairs them.
enum Emphasis {
    /// The text without the marks that make something emphasised. A mark that has no partner, is escaped, or stands in
    /// code, in a tag or in a link's target is text and stays.
    ///
    /// - Parameter text: a whole paragraph, item or cell in one line.
    static func removed(from text: String) -> String {
        guard text.utf8.contains(where: { $0 == 0x2A || $0 == 0x5F }) else { return text }
        var marks = EmphasisMarks(Array(text.utf8))
        marks.find()
        return String(decoding: zip(marks.bytes, marks.isMark).lazy.filter { !$1 }.map(\.0), as: UTF8.self)
    }
}

/// Finds the marks of emphasis: CommonMark 0.31, section 6.2, with GitHub's idea of punctuation.
private struct EmphasisMarks {
    /// A run of `*` or `_`; marks that found a partner leave its range.
    private struct Run {
        let mark: UInt8
        var range: Range<Int>
        /// How long it was at first.
        let length: Int
        let canOpen: Bool
        let canClose: Bool
    }

    /// What makes two runs that cannot open an emphasis unable to do so for the same reason.
    private struct Closer: Hashable {
        let mark: UInt8
        let canOpen: Bool
        let remainder: Int
    }

    let bytes: [UInt8]
    /// True for each byte that is a mark of emphasis.
    private(set) var isMark: [Bool]
    /// By the place of its `[`, where a link's text and the whole of it end.
    private var links: [Int: (text: Int, end: Int)] = [:]

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        isMark = Array(repeating: false, count: bytes.count)
    }

    mutating func find() {
        links = findLinks()
        var open: [Range<Int>] = [bytes.indices]
        // What is emphasised in a link's text begins and ends there.
        while let range = open.popLast() { pair(runs(in: range, links: &open)) }
    }

    // MARK: What is no running text

    private func findLinks() -> [Int: (text: Int, end: Int)] {
        var found: [Int: (text: Int, end: Int)] = [:]
        var brackets: [Int] = []
        var position = 0
        while position < bytes.count {
            if let end = end(ofVerbatimAt: position, before: bytes.count) {
                position = end
                continue
            }
            if bytes[position] == 0x5B { brackets.append(position) }
            if bytes[position] == 0x5D, let start = brackets.popLast(), let end = end(ofTargetAt: position + 1) {
                found[start] = (position, end)
                position = end
                // A link may stand in an image's text, and in no other link's.
                if !isImage(start) { brackets.removeAll { !isImage($0) } }
            } else {
                position += 1
            }
        }
        return found
    }

    private func isImage(_ bracket: Int) -> Bool { bracket > 0 && bytes[bracket - 1] == 0x21 }

    /// Where the escaped byte, code span, tag or address that starts here ends; nil where none does.
    private func end(ofVerbatimAt position: Int, before limit: Int) -> Int? {
        let rest = bytes[position..<limit]
        switch bytes[position] {
        case 0x5C: return min(position + 2, limit)
        case 0x60: return CodeSpan.end(rest) ?? position + rest.prefix { $0 == 0x60 }.count
        case 0x3C:
            guard let next = rest.dropFirst().first, next.isLetter || [0x21, 0x2F, 0x3F].contains(next) else {
                return nil
            }
            let inner = rest.dropFirst().prefix { $0 != 0x3C && $0 != 0x3E }
            return inner.endIndex < limit && bytes[inner.endIndex] == 0x3E ? inner.endIndex + 1 : nil
        case 0x68 where rest.hasPrefix("https://".utf8) || rest.hasPrefix("http://".utf8):
            var address = rest.prefix { !$0.isBlank && $0 != 0x3C }
            // What may close a sentence or an emphasis is no part of an address.
            while let last = address.last, "?!.,:*_~)]".utf8.contains(last) { address.removeLast() }
            return address.endIndex
        default: return nil
        }
    }

    /// Where a link's target `(…)` ends; nil where none starts here.
    private func end(ofTargetAt start: Int) -> Int? {
        guard start < bytes.count, bytes[start] == 0x28 else { return nil }
        var depth = 0
        var position = start
        while position < bytes.count {
            switch bytes[position] {
            case 0x5C: position += 1
            case 0x28: depth += 1
            case 0x29:
                depth -= 1
                if depth == 0 { return position + 1 }
            default: break
            }
            // CommonMark lets a parser give up at this depth, which keeps hostile text from costing its square.
            guard depth <= 32 else { return nil }
            position += 1
        }
        return nil
    }

    // MARK: Runs and their partners

    private func runs(in range: Range<Int>, links open: inout [Range<Int>]) -> [Run] {
        var runs: [Run] = []
        var position = range.lowerBound
        while position < range.upperBound {
            if let end = end(ofVerbatimAt: position, before: range.upperBound) {
                position = end
            } else if let link = links[position] {
                open.append(position + 1..<link.text)
                position = link.end
            } else if bytes[position] == 0x2A || bytes[position] == 0x5F {
                let end = bytes[position..<range.upperBound].prefix { $0 == bytes[position] }.endIndex
                runs.append(run(position..<end))
                position = end
            } else {
                position += 1
            }
        }
        return runs
    }

    private func run(_ range: Range<Int>) -> Run {
        let mark = bytes[range.lowerBound]
        let before = Neighbour(
            String(decoding: bytes[..<range.lowerBound].suffix(4), as: UTF8.self).unicodeScalars.last)
        let after = Neighbour(
            String(decoding: bytes[range.upperBound...].prefix(4), as: UTF8.self).unicodeScalars.first)
        let isLeft = after != .space && (after != .punctuation || before != .other)
        let isRight = before != .space && (before != .punctuation || after != .other)
        let isWithinWord = mark == 0x5F
        return Run(
            mark: mark, range: range, length: range.count,
            canOpen: isLeft && (!isWithinWord || !isRight || before == .punctuation),
            canClose: isRight && (!isWithinWord || !isLeft || after == .punctuation))
    }

    /// What stands beside a run.
    private enum Neighbour {
        case space, punctuation, other

        init(_ scalar: Unicode.Scalar?) {
            guard let scalar, !scalar.properties.isWhitespace else {
                self = .space
                return
            }
            if let byte = UInt8(exactly: scalar.value), byte < 0x80 {
                self = byte.isPunctuation ? .punctuation : .other
                return
            }
            switch scalar.properties.generalCategory {
            case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
                .finalPunctuation, .otherPunctuation:
                self = .punctuation
            default: self = .other
            }
        }
    }

    private mutating func pair(_ found: [Run]) {
        var runs = found
        var openers: [Int] = []
        /// For each kind of closer, the first run that may still be its opener.
        var bottoms: [Closer: Int] = [:]
        for index in runs.indices {
            while runs[index].canClose, !runs[index].range.isEmpty {
                let run = runs[index]
                let kind = Closer(mark: run.mark, canOpen: run.canOpen, remainder: run.length % 3)
                let bottom = bottoms[kind] ?? 0
                guard
                    let place = openers.lastIndex(where: { $0 < bottom || Self.areAPair(runs[$0], run) }),
                    openers[place] >= bottom
                else {
                    bottoms[kind] = index
                    break
                }
                let opener = openers[place]
                let width = min(runs[opener].range.count, run.range.count, 2)
                for offset in 1...width { isMark[runs[opener].range.upperBound - offset] = true }
                for offset in 0..<width { isMark[run.range.lowerBound + offset] = true }
                runs[opener].range = runs[opener].range.dropLast(width)
                runs[index].range = run.range.dropFirst(width)
                openers.removeSubrange((runs[opener].range.isEmpty ? place : place + 1)...)
            }
            if runs[index].canOpen, !runs[index].range.isEmpty { openers.append(index) }
        }
    }

    private static func areAPair(_ opener: Run, _ closer: Run) -> Bool {
        guard opener.mark == closer.mark else { return false }
        guard opener.canClose || closer.canOpen, (opener.length + closer.length) % 3 == 0 else { return true }
        return opener.length % 3 == 0 && closer.length % 3 == 0
    }
}
