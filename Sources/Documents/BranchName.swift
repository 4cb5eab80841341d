/// The branch that a value names: in backticks, in a link, or plain.
struct BranchName {
    /// The name's own bytes.
    let range: Range<Int>
    /// The code span around it, backticks included.
    let span: Range<Int>?
    let name: String

    /// Reads the first branch that a value names.
    static func read(_ value: ArraySlice<UInt8>) -> BranchName? {
        if let tick = value.firstIndex(of: 0x60), let end = CodeSpan.end(value[tick...]),
            let content = CodeSpan.content(value[tick...])
        {
            return BranchName(range: content, span: tick..<end, name: value[content].text)
        }
        if Placeholder.matches(value) { return nil }
        var text = value
        let opening = value.prefix { $0 == 0x2A || $0 == 0x5F || $0 == 0x5B }
        text = value.dropFirst(opening.count)
        let isLink = opening.last == 0x5B
        var name = text.prefix { isLink ? $0 != 0x5D : !$0.isBlank }
        while let last = name.last, [0x2A, 0x2C, 0x3B, 0x2E, 0x5F].contains(last) { name = name.dropLast() }
        guard !name.isEmpty else { return nil }
        return BranchName(range: name.startIndex..<name.endIndex, span: nil, name: unescaped(name))
    }

    /// What to change so that a value names the branch.
    ///
    /// - Parameter isCertain: false fills an empty value only.
    static func correction(of value: ArraySlice<UInt8>, to branch: String, isCertain: Bool) -> Correction {
        guard let found = read(value) else { return .fill(MarkdownText.codeSpan(branch)) }
        if found.means(branch) || others(value, after: found).contains(where: { $0.means(branch) }) { return .agrees }
        guard isCertain else { return .agrees }
        guard let span = found.span else {
            return .splices([Splice(found.range, MarkdownText.escapeInline(branch))])
        }
        return .splices([Splice(span, MarkdownText.codeSpan(branch))])
    }

    /// True when this is that branch, perhaps with "origin/" or "refs/heads/" before it.
    func means(_ branch: String) -> Bool {
        if name == branch || name == MarkdownText.visible(branch) { return true }
        return name.hasSuffix("/" + branch)
            && ["origin", "upstream", "refs/heads", "refs/remotes/origin"]
                .contains(String(name.dropLast(branch.count + 1)))
    }

    private static func others(_ value: ArraySlice<UInt8>, after first: BranchName) -> [BranchName] {
        guard let span = first.span else { return [] }
        var result: [BranchName] = []
        var rest = value[span.upperBound...]
        while rest.contains(0x60), let next = read(rest), let nextSpan = next.span {
            result.append(next)
            rest = rest[nextSpan.upperBound...]
        }
        return result
    }

    private static func unescaped(_ text: ArraySlice<UInt8>) -> String {
        var result: [UInt8] = []
        var isEscaped = false
        for byte in text {
            if byte == 0x5C, !isEscaped {
                isEscaped = true
                continue
            }
            if isEscaped, !byte.isPunctuation { result.append(0x5C) }
            result.append(byte)
            isEscaped = false
        }
        return String(decoding: result, as: UTF8.self)
    }
}
