/// What an attempt's own `solution-approach.md` says, as far as log and hub need it.
///
/// Reading never fails: what is not there is nil.
public struct SolutionApproach: Sendable {
    /// The attempt's title, from the first heading: "Solution Approach: Attempt 001 - Caching Layer".
    public let title: String?
    /// The first paragraph under "Hypothesis", or the bold key of that name.
    public let hypothesis: String?
    /// The first paragraph under "Approach", or the bold key of that name.
    public let approach: String?

    /// Reads the document. Any bytes will do.
    public init(bytes: [UInt8]) {
        let source = SourceText(bytes)
        let outline = Outline(source)
        title = Self.title(outline)
        let keys = AttemptSection.keys(in: source, lines: 0..<source.lines.count)
        func value(_ names: [String]) -> String? {
            if let key = names.lazy.compactMap({ keys[$0] }).first, !key.value.isEmpty {
                return source.visible[key.value].text
            }
            guard
                let heading = outline.headings.indices.dropFirst().first(where: {
                    names.contains(outline.headings[$0].words)
                })
            else { return nil }
            return Self.paragraph(in: source, lines: outline.lines(under: heading).dropFirst())
        }
        hypothesis = value(KeyName.hypothesis)
        approach = value(KeyName.approach)
    }

    private static func title(_ outline: Outline) -> String? {
        guard let text = outline.title(without: ["solution approach", "approach"]) else { return nil }
        let bytes = Array(text.utf8)
        guard let heading = AttemptNumber.heading(bytes[...]) else { return text }
        return heading.title.isEmpty ? nil : bytes[heading.title].text
    }

    /// The first paragraph among some lines, its lines joined by spaces.
    private static func paragraph(in source: SourceText, lines: Range<Int>) -> String? {
        let rest = lines.drop { source.lines[$0].kind != .paragraph }
        let text = rest.prefix { source.lines[$0].kind == .paragraph }
            .map { source.visible[source.lines[$0].text].trimmed.text }.joined(separator: " ")
        return text.isEmpty ? nil : text
    }
}
