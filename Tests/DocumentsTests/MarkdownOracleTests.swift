import Foundation
import Testing

@testable import Documents

/// cmark-gfm reads the same documents. Its own line numbers are wrong after comments and for tables that follow a
/// paragraph, so what is compared is the order of headings with their levels, of code blocks and of tables.
@Suite struct MarkdownOracleTests {
    /// How many documents are compared; more with `DOCUMENTS_ORACLE_COUNT` in the environment.
    private static let documents =
        ProcessInfo.processInfo.environment["DOCUMENTS_ORACLE_COUNT"].flatMap { Int($0) } ?? 300

    private static let pieces = [
        "# One", "## Two", "###### Six", "#no", "   ## indented", "    ## code", "text", "more text", "===", "---",
        "--",
        "***", "```", "````", "~~~", "``` swift", "~~~ x ` y", "  ```", "<!-- comment -->", "<!--", "-->", "<div>",
        "</div>",
        "<b>", "- item", "-", "  - deep", "1. one", "2. two", "> quote", ">", "> ```", "> # q", "  text", "      text",
        "| a | b |", "|---|---|", "| 1 | 2 |", "a | b", "--- | ---", "| a \\| b |", "|---|", "`a | b` | c", "", "", "",
        "\t# tab",
        "\ttext", "-\ttab", "+ plus", "* star", "<pre>", "</pre>", "<?x", "?>", "**Key:** value", "text <!-- x -->",
        "# End #",
    ]

    /// Headings, code and tables in the order of the document.
    private func blocks(_ bytes: [UInt8]) -> [String] {
        SourceText(bytes).lines.compactMap { line in
            switch line.kind {
            case .heading(let level), .setextUnderline(let level): "heading \(level)"
            case .tableHeader: "table"
            case .fence(isOpening: true): "code"
            default: nil
            }
        }
    }

    private func oracle(_ program: String, _ bytes: [UInt8]) throws -> [String] {
        let answer = try ExternalProgram.run(program, ["-e", "table", "--to", "xml", "--sourcepos"], input: bytes)
        let lines = text(bytes).split(separator: "\n", omittingEmptySubsequences: false)
        return text(answer.output).split(separator: "\n").compactMap { line in
            let tag = line.drop { $0 == " " }
            if tag.hasPrefix("<heading ") {
                return tag.split(separator: "level=\"").last.map { "heading \($0.prefix(1))" }
            }
            if tag.hasPrefix("<table ") { return "table" }
            if tag.hasPrefix("<code_block ") {
                let place = tag.split(separator: "\"")[1].split(separator: ":")
                guard let row = Int(place[0]), let column = Int(place[1].split(separator: "-")[0]) else { return nil }
                let start = lines[row - 1].dropFirst(column - 1)
                let mark = start.drop { $0 == " " }
                return mark.hasPrefix("```") || mark.hasPrefix("~~~") ? "code" : nil
            }
            return nil
        }
    }

    @Test func headingsTablesAndFencesAreThoseOfGitHubsParser() throws {
        guard let program = ExternalProgram.path("cmark-gfm") else {
            print("cmark-gfm is not installed: the comparison with it is skipped")
            return
        }
        var differences = 0
        for seed in 0..<Self.documents {
            var random = SeededGenerator(seed: UInt64(seed))
            let lines = (0..<Int.random(in: 2...14, using: &random)).map { _ in
                Self.pieces.randomElement(using: &random) ?? ""
            }
            let bytes = Array((lines.joined(separator: "\n") + "\n").utf8)
            let ours = blocks(bytes)
            let theirs = try oracle(program, bytes)
            if ours != theirs {
                differences += 1
                print("seed \(seed)\n\(text(bytes))ours \(ours)\ntheirs \(theirs)\n----")
            }
        }
        #expect(differences == 0, "\(differences) of \(Self.documents) documents are read otherwise")
    }

    private static let marks = [
        "*", "**", "***", "_", "__", "*a", "b*", "**a", "b**", "_a", "b_", " ", " ", "a", "b", ".", "(", ")", "\"", "-",
        "`", "``", "\\", "\\*", "[a*b](1*2)", "[*a*](1*2)", "[_a", "]", "[", "é", "—",
    ]

    /// Letters and marks, which is all of a paragraph that emphasis is about.
    private func lettersAndMarks(_ text: Substring) -> String {
        text.replacingOccurrences(of: "](1*2)", with: "").filter { $0.isLetter || $0 == "*" || $0 == "_" }
    }

    @Test func emphasisIsThatOfGitHubsParser() throws {
        guard let program = ExternalProgram.path("cmark-gfm") else {
            print("cmark-gfm is not installed: the comparison with it is skipped")
            return
        }
        var random = SeededGenerator(seed: 1)
        let paragraphs = (0..<Self.documents * 10).map { _ in
            "x"
                + (0..<Int.random(in: 2...14, using: &random)).map { _ in Self.marks.randomElement(using: &random) ?? ""
                }
                .joined() + "."
        }
        let input = Array(paragraphs.joined(separator: "\n\n").utf8)
        let answer = try ExternalProgram.run(program, ["--unsafe", "--to", "html"], input: input)
        let theirs = text(answer.output).split(separator: "</p>\n").map { html in
            lettersAndMarks(Substring(html.replacing(/<[^>]*>/, with: "").replacing("&quot;", with: "")))
        }
        try #require(theirs.count == paragraphs.count)
        let differences = zip(paragraphs, theirs).filter { paragraph, theirs in
            lettersAndMarks(Substring(Emphasis.removed(from: paragraph))) != theirs
        }
        // cmark-gfm 0.29 passes some openers over that CommonMark 0.31 finds.
        #expect(differences.count * 1000 <= paragraphs.count, "\(differences.map(\.0))")
    }
}
