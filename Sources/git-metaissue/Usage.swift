/// The short usage of a command, as git's own commands print it for `-h` and for wrong use.
struct Usage {
    private let outline: CommandOutline
    private let words: [String]

    /// The usage of the command that these arguments call; of the program where they call none.
    init(of arguments: [String]) throws {
        (outline, words) = try CommandOutline.root().called(by: arguments)
    }

    /// The words that name the command these arguments call.
    static func words(of arguments: [String]) throws -> [String] {
        try CommandOutline.root().called(by: arguments).words
    }

    private var name: String { (["git metaissue"] + words).joined(separator: " ") }

    /// Synopsis, then what each command or option does.
    var text: String { synopsis + "\n" + details }

    /// `usage: git metaissue status [--json] …`, broken as git breaks it.
    var synopsis: String {
        let first = "usage: \(name)"
        let indent = first.count + 1
        var lines = [first]
        for part in parts {
            if lines[lines.count - 1].count + 1 + part.count > Self.width {
                lines.append(String(repeating: " ", count: indent) + part)
            } else {
                lines[lines.count - 1] += " " + part
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }

    private static let width = 80
    /// Where descriptions begin.
    private static let column = 26

    private var parts: [String] {
        guard outline.commands.isEmpty else { return ["<command> [<options>]"] }
        let (positional, others) = (outline.options.filter(\.isPositional), outline.options.filter { !$0.isPositional })
        return (others + positional).map { $0.isOptional || !$0.isPositional ? "[\($0.usage)]" : $0.usage }
    }

    private var details: String {
        if !outline.commands.isEmpty {
            let rows = outline.commands.map { entry($0.commandName, $0.abstract) }.joined()
            return rows + "\nMore: git metaissue help\(words.map { " " + $0 }.joined()) [<command>]\n"
        }
        return outline.options.map { argument in
            let others = argument.spellings.dropFirst().map { ", \($0)" }.joined()
            return entry(argument.usage + others, argument.abstract)
        }.joined()
    }

    /// A name, and beside or below it what it means.
    private func entry(_ name: String, _ meaning: String?) -> String {
        let head = "    " + name
        let meaning = Layout(columns: Self.width - Self.column, hasColour: false)
            .render([Line([Piece(meaning ?? "")], hanging: 0)]).split(separator: "\n")
        var lines = head.count + 2 > Self.column ? [head] : []
        for (index, part) in meaning.enumerated() {
            let before = index == 0 && lines.isEmpty ? head : ""
            lines.append(before + String(repeating: " ", count: Self.column - before.count) + part)
        }
        if meaning.isEmpty { lines = [head] }
        return lines.map { $0 + "\n" }.joined()
    }
}
