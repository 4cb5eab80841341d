import Foundation
import Testing

/// In a real terminal: columns, colours, the pager, progress. Elsewhere: none of them.
@Suite(.enabled(if: TerminalScreen.isHere, "tmux is not installed")) struct TerminalTests {
    private static let title = "Búfer 缓存 👩‍👩‍👧 ⚠️ of all the things that are asked for again and again"

    private func repository() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        try repository.git(["revert", "--no-edit", "-m", "1", try repository.lastMerge()])
        _ = try repository.attempt(Self.title, file: "again.py", extra: ["--slug", "again"])
        return repository
    }

    /// The words of a text, whatever lines they stand on.
    private func words(_ text: String) -> [String] { text.split(whereSeparator: \.isWhitespace).map(String.init) }

    @Test(arguments: [200, 100, 72, 40, 24])
    func everyFactIsThereInEveryWidth(columns: Int) throws {
        let repository = try repository()
        let whole = try repository.metaissue("status")
        let screen = try TerminalScreen(repository, columns: columns, rows: 80)
        let shown = try screen.enter("git metaissue status --no-color")
        let joined = words(shown).joined()
        #expect(joined == words(whole).joined(), "\(shown)")
        let width = shown.split(separator: "\n").map(\.count).max() ?? 0
        #expect(width <= columns)
        // Columns stand below each other where there is room for them, also beside wide characters.
        let rows = shown.split(separator: "\n").filter { $0.hasPrefix("  00") }
        #expect(rows.count == 2)
        if columns >= 100 {
            #expect(Set(rows.map { $0.range(of: "commit")?.lowerBound.utf16Offset(in: $0) }).count == 1)
        }
    }

    @Test func titlesWithWideCharactersAreBrokenWhereTheTerminalEnds() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let title = String(repeating: "缓存层", count: 22)
        try repository.metaissue("start-attempt", title, "--slug", "wide", "--no-switch")
        let screen = try TerminalScreen(repository, columns: 60, rows: 40)
        let lines = try screen.enter("git metaissue status").split(separator: "\n")
        // A terminal that had to break a line itself begins the next one in its first column.
        #expect(lines.filter { $0.contains("缓") }.count > 2)
        #expect(lines.filter { $0.contains("缓") }.allSatisfy { $0.hasPrefix("  ") }, "\(lines)")
    }

    @Test func coloursFollowOptionThenConfigurationThenTerminal() throws {
        let repository = try repository()
        let screen = try TerminalScreen(repository)
        func isColoured(_ command: String) throws -> Bool {
            try screen.enter(command)
            return try screen.text(colours: true).contains("\u{1B}[31mreverted")
        }
        #expect(try isColoured("git metaissue status"))
        #expect(try !isColoured("git metaissue status --no-color"))
        #expect(try !isColoured("git metaissue status --color=never"))
        #expect(try !isColoured("NO_COLOR=1 git metaissue status"))
        #expect(try isColoured("NO_COLOR= git metaissue status"))
        #expect(try isColoured("NO_COLOR=1 git metaissue status --color"))
        #expect(try !isColoured("git -c color.ui=false metaissue status"))
        #expect(try isColoured("git -c color.ui=false -c color.metaissue=auto metaissue status"))
        #expect(try !isColoured("git -c color.metaissue=false metaissue status"))
        #expect(try !isColoured("TERM=dumb git --no-pager metaissue status"))
        #expect(try !isColoured("git metaissue status | cat"))
        #expect(try isColoured("git metaissue status --color=always | cat"))
        #expect(try isColoured("git -c color.ui=always metaissue status | cat"))
        #expect(try isColoured("git -p metaissue status"))
        #expect(try !isColoured("git -c color.pager=false -p metaissue status"))
    }

    @Test func thePagerIsTheOneThatGitWouldStart() throws {
        let repository = try repository()
        let screen = try TerminalScreen(repository)
        for name in ["first", "second", "third", "fourth"] {
            let script = repository.world.appendingPathComponent("bin/\(name)")
            try Data("#!/bin/sh\nsed 's/^/\(name): /'; echo \"LESS=$LESS LV=$LV\"\n".utf8).write(to: script)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        }
        func pager(_ command: String) throws -> String {
            let shown = try screen.enter(command)
            return shown.split(separator: "\n").first.map { String($0.prefix { $0 != ":" && $0 != " " }) } ?? ""
        }
        let plain = "Slow"
        #expect(try pager("PAGER=fourth git metaissue status") == "fourth")
        #expect(try pager("PAGER=fourth git -c core.pager=third metaissue status") == "third")
        #expect(
            try pager("PAGER=fourth git -c core.pager=third -c pager.metaissue=second metaissue status") == "second")
        #expect(
            try pager("PAGER=fourth git-metaissue status") == "fourth", "called without git")
        #expect(try pager("GIT_PAGER=first PAGER=fourth git -c core.pager=third metaissue status") == "first")
        #expect(try pager("GIT_PAGER=first git -c pager.metaissue=false metaissue status") == plain)
        #expect(try pager("GIT_PAGER=first git --no-pager metaissue status") == plain)
        #expect(try pager("GIT_PAGER=cat git metaissue status") == plain)
        #expect(try pager("GIT_PAGER= git metaissue status") == plain)
        #expect(try pager("GIT_PAGER=no-such-pager git metaissue status 2>/dev/null") == plain)
        #expect(try pager("GIT_PAGER=first git metaissue status | sed 's/^/piped: /'") == "piped")
        #expect(try pager("GIT_PAGER=first git metaissue status --porcelain") == "saga")
        try screen.enter("GIT_PAGER=first git metaissue show 1")
        #expect(try screen.text().contains("LESS=FRX LV=-c"))
        try screen.enter("LESS=R LV=-x GIT_PAGER=first git metaissue show 1")
        #expect(try screen.text().contains("LESS=R LV=-x"))
    }

    @Test(.enabled(if: TerminalScreen.has("less"), "less is not installed"))
    func lessShowsWhatIsLongerThanTheScreenAndMayBeLeft() throws {
        let repository = try repository()
        repository.variables["PAGER"] = "less"
        let screen = try TerminalScreen(repository, columns: 80, rows: 10)
        try screen.type("git metaissue show 1; echo code=$?")
        try screen.press("Enter")
        try screen.wait { $0.contains("Timeline") && !$0.contains("code=") }
        try screen.press("q")
        try screen.wait { $0.contains("code=0") }
        // Short enough to fit: less goes away by itself.
        #expect(try screen.enter("git metaissue config metaissue.hooks.mode").contains("commit"))
    }

    @Test(.enabled(if: TerminalScreen.has("script"), "script is not installed"))
    func progressIsOnlyOnATerminalAndOnlyAfterASecond() throws {
        let repository = try repository()
        let screen = try TerminalScreen(repository)
        let log = repository.world.appendingPathComponent("typescript").path
        // `script` is a terminal that keeps everything written to it, what was wiped out again included.
        func written(_ command: String) throws -> String {
            try screen.enter("script -qec '\(command)' \(log)")
            return try String(contentsOfFile: log, encoding: .utf8)
        }
        #expect(try !written("git metaissue status").contains("Reading history"))
        let slow = repository.world.appendingPathComponent("slow")
        try FileManager.default.createDirectory(at: slow, withIntermediateDirectories: true)
        let git = try repository.run("/bin/sh", ["-c", "command -v git"]).output.trimmingCharacters(in: .newlines)
        let script = slow.appendingPathComponent("git")
        try Data("#!/bin/sh\nsleep 2\nexec \(git) \"$@\"\n".utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        // A variable that moves the repository makes the program ask git where it is.
        let command = "GIT_CONFIG_COUNT=0 PATH=\(slow.path):$PATH git-metaissue status"
        let shown = try written(command)
        #expect(shown.contains("\rReading history"))
        #expect(shown.contains("\r\u{1B}[K"))
        #expect(try !written("\(command) 2>\(log).err").contains("Reading history"))
        #expect(try String(contentsOfFile: "\(log).err", encoding: .utf8) == "")
    }
}
