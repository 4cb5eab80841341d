/// The texts that new documents start from. A placeholder is a name in double braces: `{{title}}`.
public struct Templates: Sendable {
    private let texts: [String: [UInt8]]

    /// The built-in texts, with some replaced by a team's own.
    ///
    /// - Parameter overrides: texts by file name, such as `implementation-log.md`. Other names are ignored.
    public init(overrides: [String: [UInt8]] = [:]) {
        texts = Self.builtIn.merging(overrides.filter { Self.builtIn[$0.key] != nil }) { $1 }
    }

    /// The file names of all templates, sorted.
    public var names: [String] { texts.keys.sorted() }

    /// The template with its placeholders replaced. One that `values` does not have stays as it is, so that a
    /// misspelt name in a team's template shows; a value is never searched for placeholders itself.
    ///
    /// - Returns: no bytes for a name that is not in ``names``.
    public func render(_ name: String, values: [String: String]) -> [UInt8] {
        let text = texts[name] ?? []
        var result: [UInt8] = []
        result.reserveCapacity(text.count + 256)
        var position = 0
        while let open = text[position...].firstIndex(ofBytes: "{{") {
            guard let close = text[open...].firstIndex(ofBytes: "}}") else { break }
            let key = text[(open + 2)..<close].trimmed.text
            guard let value = values[key] else {
                result += text[position..<open + 2]
                position = open + 2
                continue
            }
            result += text[position..<open]
            result += value.utf8
            position = close + 2
        }
        result += text[position...]
        return result
    }

    /// A log's section of one attempt, with what is known filled in.
    public func attemptSection(_ entry: AttemptEntry) -> [UInt8] {
        let toCome = "TBD"
        let commits = entry.commits.map { "\($0) commit\($0 == 1 ? "" : "s")" }
        let date = entry.started.map {
            DateRange.Form.log.text(started: $0, ended: entry.ended, isOpen: entry.isOpen)
        }
        return render(
            "attempt-section.md",
            values: [
                "number": AttemptNumber.text(entry.number),
                "title": MarkdownText.escapeInline(entry.title),
                "date": date ?? toCome,
                "hypothesis": entry.hypothesis.map(MarkdownText.escapeInline) ?? toCome,
                "approach": entry.approach.map(MarkdownText.escapeInline) ?? toCome,
                "branch": entry.branch.map { MarkdownText.codeSpan($0) } ?? toCome,
                "commits": commits ?? toCome,
                "verdict": (entry.verdict ?? .pending).markdown,
            ])
    }

    private static let builtIn: [String: [UInt8]] = [
        "README.md": PackageResources.README_md,
        "description.md": PackageResources.description_md,
        "implementation-log.md": PackageResources.implementation_log_md,
        "attempt-section.md": PackageResources.attempt_section_md,
        "test-cases.md": PackageResources.test_cases_md,
        "solution-approach.md": PackageResources.solution_approach_md,
        "attempt-results.md": PackageResources.attempt_results_md,
    ]
}

extension Templates {
    /// What a template's value says where nothing is known yet.
    public static let unknown = "TBD"
}
