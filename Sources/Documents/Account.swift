/// What people wrote about one attempt, in short: what the next person has to know of it.
public struct AttemptAccount: Sendable, Equatable {
    /// What came of it: conclusions and insights, else the analysis.
    public var proved: [String] = []
    /// What was measured: lines of the results that compare.
    public var measured: [String] = []
    /// What was decided.
    public var decided: [String] = []
    /// Where it pointed to.
    public var next: [String] = []

    /// An attempt that nobody has written about.
    public init() {}

    /// What an attempt's own attempt-results.md says.
    public init(results bytes: [UInt8]) {
        let outline = Outline(SourceText(bytes))
        self.init(outline, lines: nil)
    }

    /// - Parameter lines: those of the attempt's section; nil for the whole document.
    init(_ outline: Outline, lines: Range<Int>?) {
        let results = Statement.under(["results", "measurements", "measurement"], in: outline, lines: lines)
        let thoughts =
            Statement.under(["analysis", "conclusion", "conclusions"], in: outline, lines: lines)
            + Statement.under(
                ["what we learned", "what was learned", "lessons", "lessons learned", "learnings"], in: outline,
                lines: lines)
        let decisions = Statement.under(["decision", "decisions", "next steps"], in: outline, lines: lines)
        let strong = thoughts.filter { $0.key.map(Self.conclusions.contains) ?? false }
        proved = (strong.isEmpty ? thoughts.filter { !$0.isCode } : strong).map(\.text)
        measured = Self.comparisons(results.filter { $0.key == nil })
        next = decisions.filter { $0.key == "next" || $0.key == "next steps" }.map { Self.withoutKey($0.text) }
        decided = decisions.filter { $0.key != "next" && $0.key != "next steps" && !$0.isCode }.map(\.text)
    }

    private static let conclusions: Set<String> = [
        "conclusion", "conclusions", "key insight", "insight", "key finding", "finding", "root cause", "lesson",
    ]

    /// The lines with a number and what it means in parentheses; where there are none, all lines with numbers. A group
    /// that is called "Before …:" is left out.
    private static func comparisons(_ statements: [Statement]) -> [String] {
        var isBefore = false
        var lines: [String] = []
        for statement in statements {
            let text = statement.text.hasPrefix("- ") ? String(statement.text.dropFirst(2)) : statement.text
            // How it was before the attempt is nothing that the attempt achieved.
            if text.hasSuffix(":") { isBefore = text.lowercased().hasPrefix("before") }
            if !isBefore, !(text.lowercased().hasPrefix("before") && text.contains(":")) { lines.append(text) }
        }
        let numbers = lines.filter { $0.contains { $0.isASCII && $0.isNumber } && !$0.hasSuffix(":") }
        let compared = numbers.filter { $0.contains("(") || $0.contains("→") || $0.contains("->") }
        return compared.isEmpty ? numbers : compared
    }

    private static func withoutKey(_ text: String) -> String {
        guard let colon = text.firstIndex(of: ":") else { return text }
        return String(text[text.index(after: colon)...].drop { $0 == " " })
    }

    /// What is said here, and where nothing is, what the other says.
    public func filled(from other: AttemptAccount) -> AttemptAccount {
        var account = self
        if proved.isEmpty { account.proved = other.proved }
        if measured.isEmpty { account.measured = other.measured }
        if decided.isEmpty { account.decided = other.decided }
        if next.isEmpty { account.next = other.next }
        return account
    }
}

extension ImplementationLog {
    /// What an attempt's section says of it.
    public func account(of number: Int) -> AttemptAccount {
        guard let section = sections.first(where: { $0.number == number }) else { return AttemptAccount() }
        return AttemptAccount(outline, lines: section.lines)
    }

    /// What was learned over all attempts: insights, then what did not work, then what did.
    public var lessons: [String] { Self.lessons(in: outline, excluding: sections.map(\.lines)) }

    static func lessons(in outline: Outline, excluding own: [Range<Int>]) -> [String] {
        let parts = outline.headings.indices.filter { index in
            let heading = outline.headings[index]
            return heading.words.hasPrefix("lessons") && !own.contains { $0.contains(heading.line) }
        }
        return parts.flatMap { index -> [String] in
            let lines = outline.lines(under: index)
            let sorted = ["key insights", "what didnt work", "what worked"].flatMap {
                Statement.under([$0], in: outline, lines: lines)
            }
            let all = sorted.isEmpty ? Statement.all(in: outline.source, lines: lines) : sorted
            return all.filter { !$0.isCode }.map(\.text)
        }
    }
}

/// What people wrote about a saga as a whole: hub, description and test cases.
public struct SagaAccount: Sendable, Equatable {
    /// What goes wrong.
    public var problem: [String] = []
    /// What is believed to be the cause today.
    public var understanding: [String] = []
    /// What is not explained yet.
    public var questions: [String] = []
    /// How it was solved.
    public var resolution: [String] = []
    /// What was learned.
    public var lessons: [String] = []
    /// When it counts as solved: a metric and its target.
    public var criteria: [String] = []

    /// Reads what is there; nil for a document that is not.
    public init(hub: [UInt8]?, description: [UInt8]?, testCases: [UInt8]?) {
        let hub = hub.map { Outline(SourceText($0)) }
        let description = description.map { Outline(SourceText($0)) }
        func words(_ outline: Outline?, _ names: [String]) -> [String] {
            outline.map { Statement.under(names, in: $0).filter { !$0.isCode }.map(\.text) } ?? []
        }
        func first(_ lists: [String]...) -> [String] { lists.first { !$0.isEmpty } ?? [] }
        problem = first(
            words(description, ["problem", "problem statement"]), words(hub, ["problem statement", "problem"]))
        understanding = first(
            words(description, ["current understanding"]),
            words(hub, ["root cause…", "current understanding", "final understanding"]))
        questions = words(description, ["open questions"])
        resolution = words(hub, ["resolution"])
        lessons = hub.map { ImplementationLog.lessons(in: $0, excluding: []) } ?? []
        criteria = testCases.map(Self.criteria) ?? []
    }

    private static func criteria(_ bytes: [UInt8]) -> [String] {
        let source = SourceText(bytes)
        return MarkdownTable.all(in: source, lines: 0..<source.lines.count).flatMap { table -> [String] in
            guard let metric = table.column(["metric", "criterion"]), let target = table.column(["target", "goal"])
            else { return [] }
            return table.rows.compactMap { line in
                let cells = table.cells(line)
                guard cells.indices.contains(metric), cells.indices.contains(target) else { return nil }
                let (name, value) = (table.content(cells[metric]).text, table.content(cells[target]).text)
                return name.isEmpty || value.isEmpty ? nil : "\(name): \(value)"
            }
        }
    }
}
