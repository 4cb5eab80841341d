/// A heading at the top level of a document: not in a list, not in a quote.
struct Heading {
    let level: Int
    /// Its first line, as an index.
    let line: Int
    /// What it says, without marks.
    let text: Range<Int>
    /// ``Words/normalised(_:)`` of that.
    let words: String
}

/// The headings of a document and what stands under each.
struct Outline {
    let source: SourceText
    let headings: [Heading]

    init(_ source: SourceText) {
        self.source = source
        var found: [Heading] = []
        var index = 0
        while index < source.lines.count {
            let line = source.lines[index]
            let first = index
            index += 1
            guard line.depth == 0 else { continue }
            switch line.kind {
            case .heading(let level):
                found.append(Self.heading(source, level, first, HeadingMark.content(source.visible, in: line.text)))
            case .setextText(let level):
                while index < source.lines.count, source.lines[index].kind == line.kind { index += 1 }
                // Bold keys right above "---" are meant as keys, whatever they turn into.
                guard BoldKey.all(in: source, line: first).isEmpty else { continue }
                let text = source.visible[line.textStart..<source.lines[index - 1].contentEnd].trimmed
                found.append(Self.heading(source, level, first, text.startIndex..<text.endIndex))
            default: continue
            }
        }
        headings = found
    }

    private static func heading(_ source: SourceText, _ level: Int, _ line: Int, _ text: Range<Int>) -> Heading {
        Heading(level: level, line: line, text: text, words: Words.normalised(source.visible[text]))
    }

    /// The lines of the section under a heading, the heading's own included.
    func lines(under index: Int) -> Range<Int> {
        let level = headings[index].level
        let next = headings[(index + 1)...].first { $0.level <= level }
        return headings[index].line..<(next?.line ?? source.lines.count)
    }

    /// The lines before the first section: those of the title, and what is between it and the next heading.
    var preamble: Range<Int> {
        let next = headings.dropFirst(startsWithTitle ? 1 : 0).first
        return 0..<(next?.line ?? source.lines.count)
    }

    /// True when the first heading is the document's title: of level 1, or with nothing but comments before it.
    private var startsWithTitle: Bool {
        guard let first = headings.first else { return false }
        if first.level == 1 { return true }
        return source.lines[..<first.line].allSatisfy { $0.kind == .blank || $0.kind == .html }
    }

    /// The title, without "Meta-Issue:" or "Implementation Log:" before it.
    func title(without prefixes: [String]) -> String? {
        guard startsWithTitle, let first = headings.first else { return nil }
        let text = source.visible[first.text]
        guard let colon = text.firstIndex(of: 0x3A) else { return text.text }
        guard prefixes.contains(Words.normalised(text[..<colon])) else { return text.text }
        return text[(colon + 1)...].trimmed.text
    }

    /// The bytes of a run of lines.
    func bytes(of lines: Range<Int>) -> Range<Int> {
        guard let first = source.lines.indices.contains(lines.lowerBound) ? source.lines[lines.lowerBound] : nil,
            !lines.isEmpty
        else {
            let end = source.bytes.count
            return end..<end
        }
        return first.start..<source.lines[lines.upperBound - 1].end
    }
}
