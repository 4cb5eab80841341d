import Foundation
import Testing

/// The captures in Docs are what a real terminal shows; `METAISSUE_RECORD=1` makes them anew.
@Suite(.enabled(if: TerminalScreen.isHere, "tmux is not installed")) struct CaptureTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Docs/captures").standardizedFileURL

    @Test(arguments: [
        ("status", "git metaissue status", 112, 9), ("status-narrow", "git metaissue status", 56, 19),
        ("show", "git metaissue show 1", 100, 27), ("usage", "git metaissue sync -h", 82, 8),
    ])
    func whatDocsShowIsWhatATerminalShows(name: String, command: String, columns: Int, rows: Int) throws {
        let repository = try TestRepository()
        let kept = repository.world.appendingPathComponent("kept")
        try repository.metaissue("demo", "--keep", kept.path)
        let screen = try TerminalScreen(repository.at(kept), columns: columns, rows: rows)
        try screen.type("PS1='$ '; clear; \(command)")
        try screen.press("Enter")
        // The first prompt is cleared away, the next one stands below what was printed.
        try screen.wait { text in
            let lines = text.split(separator: "\n")
            return lines.count > 2 && lines.last == "$"
        }
        let plain = "$ \(command)\n" + Self.body(try screen.text())
        let picture = TerminalPicture(
            title: "$ \(command)", lines: Self.body(try screen.text(colours: true)), columns: columns)
        for (file, new) in [("\(name).txt", plain), ("\(name).svg", picture.svg)] {
            let place = Self.folder.appendingPathComponent(file)
            if ProcessInfo.processInfo.environment["METAISSUE_RECORD"] != nil {
                try Data(new.utf8).write(to: place)
            } else {
                let old = try String(contentsOf: place, encoding: .utf8)
                #expect(Self.neutral(old) == Self.neutral(new), "\(file) shows something else now:\n\(new)")
            }
        }
    }

    /// What was printed, without the prompt below it.
    private static func body(_ screen: String) -> String {
        var lines = screen.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while let last = lines.last, last.isEmpty || last.hasSuffix("$") || last.hasSuffix("$ ") { lines.removeLast() }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Commits have other ids in every version of the program.
    private static func neutral(_ text: String) -> String {
        text.replacingOccurrences(of: "\\b[0-9a-f]{12}\\b", with: "ID", options: .regularExpression)
    }
}

/// A terminal's screen as a picture, colours included.
struct TerminalPicture {
    let title: String
    /// With the escape sequences of colours.
    let lines: String
    let columns: Int

    private static let (width, height) = (8.4, 18.0)

    /// What a run of characters looks like.
    private struct Look: Equatable {
        var colour = "#d0d0d0"
        var isBold = false
        var isFaint = false

        mutating func apply(_ code: Int) {
            switch code {
            case 0: self = Look()
            case 1: isBold = true
            case 2: isFaint = true
            case 22: (isBold, isFaint) = (false, false)
            case 31: colour = "#ff6b68"
            case 32: colour = "#7ec87e"
            case 33: colour = "#e0c060"
            case 35: colour = "#d08fd0"
            case 36: colour = "#6cc5d0"
            case 39: colour = "#d0d0d0"
            default: break
            }
        }

        var attributes: String {
            "fill=\"\(colour)\"" + (isBold ? " font-weight=\"bold\"" : "") + (isFaint ? " opacity=\"0.65\"" : "")
        }
    }

    var svg: String {
        let rows = [title] + lines.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        var look = Look()
        var body = ""
        for (index, row) in rows.enumerated() {
            let y = 26.0 + Double(index) * Self.height
            for run in Self.runs(row, &look) {
                let x = 14.0 + Double(run.column) * Self.width
                let span = String(
                    format: "<text x=\"%.1f\" y=\"%.0f\" %@>%@</text>", x, y, run.look.attributes,
                    Self.escaped(run.text))
                body += "  \(span)\n"
            }
        }
        let size = (Int(28 + Double(columns) * Self.width), Int(24 + Double(rows.count) * Self.height))
        return """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(size.0)" height="\(size.1)" font-family="monospace" font-size="14" \
            xml:space="preserve">
              <rect width="100%" height="100%" rx="6" fill="#1e1e1e"/>
            \(body)</svg>

            """
    }

    private static func runs(_ row: String, _ look: inout Look) -> [(text: String, look: Look, column: Int)] {
        var runs: [(text: String, look: Look, column: Int)] = []
        var column = 0
        for (index, part) in row.components(separatedBy: "\u{1B}[").enumerated() {
            var text = Substring(part)
            if index > 0, let end = part.firstIndex(of: "m") {
                for code in part[..<end].split(separator: ";", omittingEmptySubsequences: false) {
                    look.apply(Int(code) ?? 0)
                }
                text = part[part.index(after: end)...]
            }
            if !text.isEmpty { runs.append((String(text), look, column)) }
            column += text.count
        }
        return runs
    }

    private static func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }
}
