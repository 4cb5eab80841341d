import Foundation
import Testing

/// What the program offers for a word, without a shell.
@Suite struct CandidateTests {
    private func values(_ repository: TestRepository, _ words: String...) throws -> [String] {
        let outcome = try repository.run(TestRepository.binary, ["complete-words", "--"] + words)
        #expect(outcome.status == 0 && outcome.complaint == "")
        return outcome.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
    }

    private func repository() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching Layer", file: "cache.py", commits: 1)
        _ = try repository.attempt("Pooling", file: "pool.py", commits: 1)
        try repository.metaissue("new", "Big Memory", "--prefix", "mem")
        return repository
    }

    @Test func wordsAreOfferedWhereTheyBelong() throws {
        let repository = try repository()
        #expect(try values(repository, "st") == ["start-attempt", "status"])
        #expect(try values(repository, "hooks", "") == ["install", "uninstall", "status"])
        #expect(try values(repository, "help", "st") == ["start-attempt", "status"])
        #expect(try values(repository, "show", "") == ["001", "002"])
        #expect(try values(repository, "show", "001", "") == [])
        #expect(try values(repository, "verdict", "001", "f") == ["failed"])
        #expect(try values(repository, "show", "--saga", "") == ["slow-service", "big-memory"])
        #expect(try values(repository, "show", "--saga=s") == ["--saga=slow-service"])
        #expect(try values(repository, "show", "--saga", "big-memory", "") == [])
        #expect(try values(repository, "show", "--saga=slow-service", "") == ["001", "002"])
        #expect(try values(repository, "resolve", "--attempt", "") == ["001", "002"])
        #expect(try values(repository, "resolve", "--superseded-by", "b") == ["big-memory"])
        #expect(try values(repository, "status", "--j") == ["--json"])
        #expect(try values(repository, "status", "--json", "--j") == [])
        #expect(try values(repository, "status", "--color=") == ["--color=auto", "--color=always", "--color=never"])
        #expect(try values(repository, "start-attempt", "x", "--from", "per").count == 2)
        #expect(try values(repository, "settle", "1", "--landed", "").count > 3)
        #expect(try values(repository, "config", "metaissue.hooks") == ["metaissue.hooks.mode"])
        #expect(try values(repository, "adopt", "") == [":folders"])
        #expect(try values(repository, "start-attempt", "") == [])
        #expect(try values(repository, "bogus", "") == [] || values(repository, "bogus", "").contains("status"))
        let shown = try repository.run(TestRepository.binary, ["complete-words", "--", "show", ""]).output
        #expect(shown.contains("001\tCaching Layer") && shown.contains("002\tPooling"))
    }

    @Test func everyFailureIsSilent() throws {
        let repository = try TestRepository()
        let outside = repository.at(repository.world)
        #expect(try values(outside, "show", "") == [])
        #expect(try values(outside, "sta") == ["start-attempt", "status"])
        try repository.write(".metaissue", "no configuration\n")
        #expect(try values(repository, "show", "") == [])
        repository.variables["PATH"] = "/nowhere"
        #expect(try values(repository, "show", "") == [])
        #expect(try repository.run(TestRepository.binary, ["complete-words"]).output == "")
        #expect(try repository.run(TestRepository.binary, ["complete-words", "--"]).output == "")
    }

    @Test func aHostileTitleReachesNoTerminal() throws {
        let repository = try repository()
        try repository.git(["switch", "-q", "main"])
        try repository.edit(
            "\(TestRepository.saga)/implementation-log.md", ": Caching Layer",
            ": \u{1B}[31m\tred\u{202E} $(touch owned)")
        let shown = try repository.run(TestRepository.binary, ["complete-words", "--", "show", "001"]).output
        #expect(shown == "001\t\u{FFFD}[31m red\u{FFFD} $(touch owned), slow-service\n")
    }
}

/// Completion in the shells themselves: keys are pressed in a real terminal, and what then stands there is looked at.
@Suite(.enabled(if: TerminalScreen.isHere, "tmux is not installed")) struct ShellCompletionTests {
    /// A repository with an installed program and two attempts.
    private func repository() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching Layer", file: "cache.py", commits: 1)
        _ = try repository.attempt("Pooling \"quoted\" $(touch owned)", file: "pool.py", commits: 1)
        let prefix = repository.world.appendingPathComponent("home/.local").path
        try repository.metaissue("install", "--prefix", prefix)
        repository.variables["PATH"] = "\(prefix)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        return repository
    }

    private func lastLine(_ screen: TerminalScreen) throws -> String {
        try screen.text().split(separator: "\n").last.map(String.init) ?? ""
    }

    /// What every shell has to do.
    private func completes(_ screen: TerminalScreen, _ repository: TestRepository) throws {
        try screen.type("git metaissue resol")
        try screen.press("Tab")
        try screen.wait { $0.contains("git metaissue resolve") }
        usleep(300_000)
        try screen.type("--superseded-by ")
        try screen.press("Tab")
        try screen.wait { $0.contains("--superseded-by slow-service") }
        try screen.press("C-u")
        try screen.type("git metaissue show 00")
        try screen.press("Tab")
        usleep(300_000)
        try screen.press("Tab")
        try screen.wait { $0.contains("Caching Layer") && $0.contains("Pooling \"quoted\" $(touch owned)") }
        try screen.press("C-u")
        try screen.press("C-l")
        try screen.type("git metaissue status --js")
        try screen.press("Tab")
        try screen.wait { $0.contains("git metaissue status --json") }
        try screen.press("C-u")
        try screen.type("git metaissue status --color=al")
        try screen.press("Tab")
        try screen.wait { $0.contains("--color=always") }
        try screen.press("C-u")
        try screen.type("git -C . metaissue abando")
        try screen.press("Tab")
        try screen.wait { $0.contains("git -C . metaissue abandon-attempt") }
        try screen.press("C-u")
        try screen.type("git-metaissue stat")
        try screen.press("Tab")
        try screen.wait { $0.contains("git-metaissue status") }
        try screen.press("C-u")
        #expect(!repository.exists("owned"))
    }

    private static let bashCompletion = "/usr/share/bash-completion/bash_completion"

    @Test(.enabled(if: FileManager.default.fileExists(atPath: bashCompletion), "bash-completion is not installed"))
    func inBash() throws {
        let repository = try repository()
        try repository.write("../bashrc", "PS1='$ '\n. \(Self.bashCompletion)\n")
        let rc = repository.world.appendingPathComponent("bashrc").path
        let screen = try TerminalScreen(repository, shell: ["bash", "--noprofile", "--rcfile", rc, "-i"])
        try screen.wait { $0.contains("$") }
        try completes(screen, repository)
    }

    @Test(.enabled(if: TerminalScreen.has("zsh"), "zsh is not installed"))
    func inZsh() throws {
        let repository = try repository()
        try repository.write(
            "../home/.zshrc",
            "PS1='$ '\nfpath=(~/.local/share/zsh/site-functions $fpath)\nautoload -Uz compinit; compinit -u\n")
        let screen = try TerminalScreen(repository, shell: ["zsh", "-i"])
        try screen.wait { $0.contains("$") }
        try completes(screen, repository)
    }

    @Test(.enabled(if: TerminalScreen.has("fish"), "fish is not installed"))
    func inFish() throws {
        let repository = try repository()
        let screen = try TerminalScreen(repository, shell: ["fish", "-i"])
        try screen.wait { $0.contains(">") || $0.contains("#") }
        try completes(screen, repository)
    }
}
