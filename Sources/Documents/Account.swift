/// What people wrote about one attempt, in short: what the next person has to know of it.
public struct AttemptAccount: Sendable, Equatable {
    /// What was believed to be the cause.
    public var believed: [String] = []
    /// How it was tried.
    public var tried: [String] = []
    /// What came of it: conclusions and insights, else the analysis.
    public var proved: [String] = []
    /// What was measured: first what compares, then what else has a number.
    public var measured: [String] = []
    /// What was decided.
    public var decided: [String] = []
    /// Where it pointed to.
    public var next: [String] = []

    /// True where nobody wrote what came of it.
    public var isWithoutOutcome: Bool { proved.isEmpty && measured.isEmpty && decided.isEmpty && next.isEmpty }

    /// ``believed`` as running text; nil where nobody wrote it.
    public var hypothesis: String? { Self.runningText(believed) }

    /// ``tried`` as running text; nil where nobody wrote it.
    public var approach: String? { Self.runningText(tried) }

    /// Texts in one: a space after what ends a sentence, else "; "; nil where there are none.
    public static func runningText(_ texts: [String]) -> String? {
        guard var result = texts.first else { return nil }
        for text in texts.dropFirst() {
            let endsSentence = result.last.map { ".!?…:".contains($0) } ?? false
            result += (endsSentence ? " " : "; ") + text
        }
        return result
    }

    /// An attempt that nobody has written about.
    public init() {}

    /// What an attempt's own solution-approach.md says: what was believed and tried.
    public init(approach bytes: [UInt8]) {
        let outline = Outline(SourceText(bytes))
        // The first heading is the document's title.
        let sections = outline.headings.dropFirst().first.map { $0.line..<outline.source.lines.count }
        setPlan(outline, lines: 0..<outline.source.lines.count, sections: sections ?? 0..<0)
    }

    /// What an attempt's own attempt-results.md says.
    public init(results bytes: [UInt8]) {
        let outline = Outline(SourceText(bytes))
        setOutcome(outline, lines: 0..<outline.source.lines.count)
    }

    /// What an attempt's section of the log says.
    init(_ outline: Outline, section lines: Range<Int>) {
        setPlan(outline, lines: lines, sections: lines)
        setOutcome(outline, lines: lines)
    }

    /// - Parameters:
    ///   - lines: where keys are looked for.
    ///   - sections: where headings are.
    private mutating func setPlan(_ outline: Outline, lines: Range<Int>, sections: Range<Int>) {
        let groups = Statement.groups(in: outline.source, lines: lines)
        func texts(_ names: [String]) -> [String] {
            if let keyed = groups.lazy.map({ Self.keyed(names, in: $0) }).first(where: { !$0.isEmpty }) { return keyed }
            return Statement.under(
                names, in: outline, lines: sections, apart: KeyName.hypothesis + KeyName.approach, keepsNested: true
            ).filter { !$0.isCode }.map(\.text)
        }
        believed = texts(KeyName.hypothesis)
        tried = texts(KeyName.approach)
    }

    /// What stands behind a bold key, with the items of a list right below it.
    private static func keyed(_ names: [String], in statements: [Statement]) -> [String] {
        guard let index = statements.firstIndex(where: { $0.key.map(names.contains) ?? false }) else { return [] }
        let statement = statements[index]
        let items = statements[(index + 1)...].prefix {
            $0.depth > statement.depth && $0.key == nil && $0.form == .prose
        }
        return ([statement.withoutLabel] + items.map(\.text)).filter { !$0.isEmpty }
    }

    private mutating func setOutcome(_ outline: Outline, lines: Range<Int>) {
        func statements(_ names: [String], keepsNested: Bool = false) -> [Statement] {
            Statement.under(
                names, in: outline, lines: lines, apart: HeadingName.outcome, keepsNested: keepsNested)
        }
        let thoughts = statements(HeadingName.analysis) + statements(HeadingName.learned)
        let strong = thoughts.filter { $0.key.map(Self.conclusions.contains) ?? false }
        proved = (strong.isEmpty ? thoughts.filter { !$0.isCode } : strong).map(\.text)
        measured = Self.measurements(statements(HeadingName.results, keepsNested: true))
        func isNext(_ statement: Statement) -> Bool { statement.label.map(HeadingName.next.contains) ?? false }
        let decisions = statements(HeadingName.decision).filter { !$0.isCode }
        decided = decisions.filter { !isNext($0) }.map(\.text)
        let steps = decisions.filter(isNext) + statements(HeadingName.next).filter { !$0.isCode }
        next = steps.map { isNext($0) ? $0.withoutLabel : $0.text }
    }

    private static let conclusions: Set<String> = [
        "conclusion", "conclusions", "key insight", "insight", "key finding", "finding", "root cause", "lesson",
    ]

    /// What has a number and every row of a table: first what compares, then the rest, rows that tell how it was before
    /// last. Where nothing has a number, all of it. Lines that tell how it was before, or whose group "Before …:" does,
    /// are left out.
    private static func measurements(_ statements: [Statement]) -> [String] {
        var group: (block: Statement.Form, isBefore: Bool)?
        // The verdict is told by itself.
        let told = statements.filter { $0.key != "verdict" }.compactMap { statement -> Statement? in
            guard statement.isCode else { return statement.form == .row || !isBefore(statement) ? statement : nil }
            // Lists in code are lists to people.
            var line = statement
            if line.text.hasPrefix("- ") { line.text.removeFirst(2) }
            if line.text.hasSuffix(":") {
                group = (line.form, isBefore(line))
                return nil
            }
            // How it was before the attempt is nothing that the attempt achieved.
            if let group, group.block == line.form, group.isBefore { return nil }
            return isBefore(line) ? nil : line
        }
        let measured = told.filter { $0.form == .row || $0.text.utf8.contains { $0.isDigit } }
        guard !measured.isEmpty else { return told.map(\.text) }
        let (rows, others) = (measured.filter(isBefore), measured.filter { !isBefore($0) })
        return (others.filter(compares) + others.filter { !compares($0) } + rows).map(\.text)
    }

    /// True for what gives a meaning beside the number: another number, a mark, words in parentheses.
    private static func compares(_ statement: Statement) -> Bool {
        (["(", "→", "->"] + Verdict.allCases.compactMap(\.emoji)).contains { statement.text.contains($0) }
    }

    /// True for what tells only how it was before: "Before caching: 5,200ms".
    private static func isBefore(_ statement: Statement) -> Bool {
        guard statement.label?.hasPrefix("before") ?? false else { return false }
        let text = statement.text.lowercased()
        return !["after", "→", "->"].contains { text.contains($0) }
    }

    /// What is said here, and where nothing is, what the other says.
    public func filled(from other: AttemptAccount) -> AttemptAccount {
        var account = self
        if believed.isEmpty { account.believed = other.believed }
        if tried.isEmpty { account.tried = other.tried }
        if proved.isEmpty { account.proved = other.proved }
        if measured.isEmpty { account.measured = other.measured }
        if decided.isEmpty { account.decided = other.decided }
        if next.isEmpty { account.next = other.next }
        return account
    }
}

/// The names that headings go by.
private enum HeadingName {
    static let results = [
        "results", "measurements", "measurement", "before and after", "before after", "before vs after",
    ]
    static let analysis = ["analysis", "conclusion", "conclusions"]
    static let learned = ["what we learned", "what was learned", "lessons", "lessons learned", "learnings"]
    static let decision = ["decision", "decisions"]
    static let next = ["next", "next step", "next steps"]
    /// Those that tell how it was before the attempt.
    static let before = ["before…"]
    /// All that an attempt's outcome is read from.
    static let outcome = results + analysis + learned + decision + next + before
}

extension ImplementationLog {
    /// What an attempt's section says of it.
    public func account(of number: Int) -> AttemptAccount {
        guard let section = sections.first(where: { $0.number == number }) else { return AttemptAccount() }
        return AttemptAccount(outline, section: section.lines)
    }

    /// What was learned over all attempts: insights, then what did not work, then what did.
    public var lessons: [String] { Self.lessons(in: outline, excluding: sections.map(\.lines)) }

    static func lessons(in outline: Outline, excluding own: [Range<Int>]) -> [String] {
        var end = 0
        return outline.headings.indices.flatMap { index -> [String] in
            let heading = outline.headings[index]
            let isPart = heading.words.hasPrefix("lessons") && !own.contains { $0.contains(heading.line) }
            // Lessons within lessons are told already.
            guard isPart, heading.line >= end else { return [] }
            let lines = outline.lines(under: index)
            end = lines.upperBound
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
                let (name, value) = (table.text(cells[metric]), table.text(cells[target]))
                return name.isEmpty || value.isEmpty ? nil : "\(name): \(value)"
            }
        }
    }
}
