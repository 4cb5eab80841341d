import Documents
import MetaIssue

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `git metaissue help [<command>]` and `--help`: the manual page, installed or not; the short usage where there is no
/// `man`.
enum Help {
    /// Shows the page of a command, or that of the program.
    ///
    /// - Parameter arguments: what was called, from the command's name on.
    /// - Throws: ``Failure`` for a command that there is not.
    static func show(_ arguments: [String]) throws -> Int32 {
        let root = try CommandOutline.root()
        let words = arguments.filter { !$0.hasPrefix("-") }
        if let option = arguments.first(where: { $0.hasPrefix("-") && $0 != "--help" && $0 != "--" }) {
            if option == "-h" {
                Output.write("usage: git metaissue help [<command>]\n")
                return 129
            }
            throw Failure.usage(
                "unknown option '\(MarkdownText.terminalSafe(option))'", advice: "git metaissue help [<command>]")
        }
        if let word = words.first, !root.commands.contains(where: { $0.commandName == word }) {
            throw Failure.usage(
                "there is no command '\(MarkdownText.terminalSafe(word))'",
                advice: "git metaissue -h lists the commands")
        }
        let page = words.first.map { "git-metaissue-\($0)" } ?? "git-metaissue"
        if let status = try opened(page), status == 0 { return 0 }
        Output.write(try Usage(of: words).text)
        return 0
    }

    /// What the pages of commands are called, and what they say of themselves.
    static func abstracts() throws -> [(command: String, abstract: String)] {
        try CommandOutline.root().commands.map { ($0.commandName, $0.abstract ?? "") }
    }

    /// Opens a page with `man`; nil where it has none.
    private static func opened(_ page: String) throws -> Int32? {
        let environment = Surroundings.environment
        guard let man = Child.find("man", in: environment) else { return nil }
        if let folder = Installation.manualFolder(with: page) {
            // git chooses the viewer that people have set.
            var variables = environment
            variables["MANPATH"] = "\(folder):\(environment["MANPATH"] ?? "")"
            if let git = Child.find("git", in: environment) {
                return Child(git, ["help", page], variables)?.wait()
            }
        }
        let pages = Installation.manualPages(try abstracts())
        guard let text = pages.first(where: { $0.name == "\(page).1" })?.bytes else { return nil }
        return try Installation.withTemporaryFile(named: "\(page).1", text) { file in
            Child(man, [file], environment)?.wait()
        }
    }
}
