/// The manual pages of the commands, taken from the one page that people write (Docs/git-metaissue.1, in mdoc): each
/// command's synopsis, its item of COMMANDS, the examples that name it, and what all pages share.
///
/// The page is written so: every synopsis begins with `.Nm git metaissue` and `.Cm command`; COMMANDS is one list whose items
/// begin with `.It Cm command`; a paragraph of EXAMPLES belongs to the commands in the comment `.\" for: new hooks` above it.
struct ManualPages {
    private let lines: [String]
    private let sections: [String: [String]]

    /// - Parameter page: the whole page.
    init(_ page: [UInt8]) {
        lines = String(decoding: page, as: UTF8.self).split(separator: "\n").map(String.init)
        var sections: [String: [String]] = [:]
        var name: String?
        for line in lines {
            if line.hasPrefix(".Sh ") {
                name = String(line.dropFirst(4))
            } else if let name {
                sections[name, default: []].append(line)
            }
        }
        self.sections = sections
    }

    /// The page of one command, nil when the program's page does not describe it.
    ///
    /// - Parameters:
    ///   - command: its name, one word.
    ///   - abstract: what it is for, a sentence.
    func page(of command: String, abstract: String) -> [UInt8]? {
        let items = self.items(of: command)
        let synopsis = self.synopsis(of: command)
        guard !items.isEmpty, !synopsis.isEmpty else { return nil }
        let date = lines.first { $0.hasPrefix(".Dd ") } ?? ".Dd $Mdocdate$"
        var text = [
            date, ".Dt GIT-METAISSUE-\(command.uppercased()) 1", ".Os", ".Sh NAME", ".Nm git-metaissue-\(command)",
            ".Nd \(Self.phrase(abstract))", ".Sh SYNOPSIS",
        ]
        text += synopsis
        text += [".Sh DESCRIPTION"]
        text += description(items)
        text += [
            ".Pp", "Settings, files and what all commands have in common are in", ".Xr git-metaissue 1 .",
            ".Sh EXIT STATUS",
        ]
        text += sections["EXIT STATUS"] ?? []
        let examples = self.examples(of: command)
        if !examples.isEmpty { text += [".Sh EXAMPLES"] + examples }
        text += [".Sh SEE ALSO", ".Xr git 1 ,", ".Xr git-metaissue 1"]
        return Array((text.joined(separator: "\n") + "\n").utf8)
    }

    /// A sentence as NAME has it: with a small letter, and without a full stop.
    private static func phrase(_ sentence: String) -> String {
        let text = sentence.hasSuffix(".") ? String(sentence.dropLast()) : sentence
        return text.prefix(1).lowercased() + text.dropFirst()
    }

    /// The entries of SYNOPSIS that begin with the command.
    private func synopsis(of command: String) -> [String] {
        let entries = Self.pieces(sections["SYNOPSIS"] ?? []) { $0 == ".Nm git metaissue" }
        return entries.filter { $0.dropFirst().first.map { Self.names(command, $0, after: ".Cm ") } ?? false }
            .flatMap(\.self)
    }

    /// The items of COMMANDS that begin with the command: `.It Cm hooks install` is one of `hooks`.
    private func items(of command: String) -> [[String]] {
        var depth = 0
        let inList = (sections["COMMANDS"] ?? []).filter { line in
            // What stands before and after the list, and its own first and last line, belong to no command.
            if line.hasPrefix(".Bl ") {
                depth += 1
                return depth > 1
            }
            if line == ".El" {
                depth -= 1
                return depth > 0
            }
            return depth > 0
        }
        depth = 0
        return Self.pieces(inList) { line in
            if line.hasPrefix(".Bl ") { depth += 1 }
            if line == ".El" { depth -= 1 }
            return depth == 0 && line.hasPrefix(".It Cm ")
        }.filter { $0.first.map { Self.names(command, $0, after: ".It Cm ") } ?? false }
    }

    /// One item is the description itself; several are a list of them.
    private func description(_ items: [[String]]) -> [String] {
        items.count == 1
            ? Array(items[0].dropFirst()) : [".Bl -tag -width Ds"] + items.flatMap(\.self) + [".El"]
    }

    private func examples(of command: String) -> [String] {
        let mark = ".\\\" for: "
        let pieces = Self.pieces(sections["EXAMPLES"] ?? []) { $0.hasPrefix(mark) }
        let wanted = pieces.filter { piece in
            piece.first.map {
                $0.hasPrefix(mark) && $0.dropFirst(mark.count).split(separator: " ").contains { $0 == command }
            }
                ?? false
        }
        return Array(
            wanted.map { piece in
                var body = Array(piece.dropFirst())
                while body.last == ".Pp" { body.removeLast() }
                return body
            }.joined(separator: [".Pp"]))
    }

    private static func names(_ command: String, _ line: String, after prefix: String) -> Bool {
        line.hasPrefix(prefix) && line.dropFirst(prefix.count).split(separator: " ").first.map { $0 == command } == true
    }

    /// Lines in pieces, each from a line that begins one up to the next; what stands before the first is left out.
    private static func pieces(_ lines: [String], from isFirst: (String) -> Bool) -> [[String]] {
        var pieces: [[String]] = []
        for line in lines {
            if isFirst(line) {
                pieces.append([line])
            } else if !pieces.isEmpty {
                pieces[pieces.count - 1].append(line)
            }
        }
        return pieces
    }
}
