import Foundation
import Testing

@testable import MetaIssue

/// Short usage and manual pages, as git's own commands have them.
@Suite struct HelpTests {
    @Test func shortUsageGoesToStandardOutputWithGitsExitCode() throws {
        let repository = try TestRepository()
        for arguments in [
            ["-h"], ["status", "-h"], ["hooks", "-h"], ["hooks", "install", "-h"], ["show", "1", "-h"],
        ] {
            let outcome = try repository.run(TestRepository.binary, arguments)
            #expect(outcome.status == 129 && outcome.complaint == "", "\(arguments)")
            #expect(outcome.output.hasPrefix("usage: git metaissue "))
            #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(outcome.output)")
        }
        let git = try repository.tryGit(["status", "-h"])
        #expect(git.status == 129, "as git does it")
        #expect(try repository.tryMetaissue("status", "-h").output.contains("--porcelain[=<version>]"))
        #expect(try repository.tryMetaissue("-h").output.contains("\n    start-attempt "))
    }

    @Test func helpKnowsNoOptions() throws {
        let repository = try TestRepository()
        let short = try repository.tryMetaissue("help", "-h")
        #expect(short.status == 129 && short.output == "usage: git metaissue help [<command>]\n")
        try repository.refuses("help", "--bogus", status: 129, saying: "unknown option '--bogus'")
    }

    @Test func wrongUseSaysWhatIsWrongAndHowItIsRight() throws {
        let repository = try TestRepository()
        let outcome = try repository.tryMetaissue("sync", "--bogus")
        #expect(outcome.status == 129 && outcome.output == "")
        #expect(outcome.complaint.hasPrefix("error: unknown option '--bogus'\nusage: git metaissue sync [--check]"))
        #expect(try repository.tryMetaissue("status", "--color=pink").status == 129)
        #expect(try repository.tryMetaissue("statsu").complaint.contains("did you mean git metaissue status?"))
        #expect(try repository.tryMetaissue().status == 129)
        #expect(try repository.tryMetaissue("hooks").status == 129)
        #expect(try repository.tryMetaissue("help", "bogus").status == 129)
    }

    @Test(.enabled(if: TerminalScreen.has("man"), "man is not installed"))
    func everyCommandHasAManualPageThatGitOpens() throws {
        let repository = try TestRepository()
        let prefix = repository.world.appendingPathComponent("prefix").path
        try repository.metaissue("install", "--prefix", prefix)
        repository.variables["PATH"] = "\(prefix)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "")"
        repository.variables["MANPAGER"] = "cat"
        repository.variables["MANWIDTH"] = "80"
        #expect(try repository.git(["metaissue", "--help"]).contains("keep the record of problems"))
        #expect(try repository.git(["help", "metaissue"]).contains("EXIT STATUS"))
        let commands = try repository.tryMetaissue("-h").output.split(separator: "\n")
            .filter { $0.hasPrefix("    ") && !$0.hasPrefix("     ") }.compactMap { $0.split(separator: " ").first }
        #expect(commands.count > 12)
        for command in commands {
            let page = try repository.git(["help", "metaissue-\(command)"])
            for heading in ["NAME", "SYNOPSIS", "DESCRIPTION", "EXIT STATUS", "SEE ALSO"] {
                #expect(page.contains("\n\(heading)\n"), "\(command): \(heading)")
            }
            #expect(page.contains("git metaissue \(command)"))
        }
        let installed = try repository.git(["metaissue", "help", "sync"])
        #expect(installed.contains("--dry-run"))
        #expect(try repository.git(["metaissue", "sync", "--help"]) == installed)
        // Not installed, the page is the same.
        #expect(try repository.metaissue("help", "sync").dropLast() == installed)
        #expect(try repository.metaissue("--help").contains("keep the record of problems"))
        // Without `man`, usage is better than nothing.
        repository.variables["PATH"] = "\(prefix)/bin"
        #expect(try repository.metaissue("help", "sync").hasPrefix("usage: git metaissue sync"))
    }

    @Test func aCommandsPageHasItsSynopsisItsItemsAndItsExamples() throws {
        let page = """
            .Dd January 1, 2026
            .Sh SYNOPSIS
            .Nm git metaissue
            .Cm one
            .Op Fl -flag
            .Nm git metaissue
            .Cm hooks
            .Cm install | uninstall
            .Sh COMMANDS
            Words.
            .Bl -tag -width Ds
            .It Cm one
            The first.
            .Bl -tag -width Ds
            .It Fl -flag
            A flag.
            .El
            .It Cm hooks install
            Install.
            .It Cm hooks uninstall
            Uninstall.
            .El
            .Sh EXIT STATUS
            Zero.
            .Sh EXAMPLES
            .\\" for: one hooks
            Both:
            .Pp
            .\\" for: hooks
            Second:
            .Sh SEE ALSO
            """
        let pages = ManualPages(Array(page.utf8))
        let one = String(decoding: try #require(pages.page(of: "one", abstract: "Do one thing.")), as: UTF8.self)
        #expect(one.contains(".Dt GIT-METAISSUE-ONE 1\n") && one.contains(".Nd do one thing\n"))
        #expect(one.contains(".Sh SYNOPSIS\n.Nm git metaissue\n.Cm one\n.Op Fl -flag\n.Sh DESCRIPTION\nThe first.\n"))
        #expect(one.contains(".It Fl -flag\nA flag.\n.El\n") && !one.contains("Install"))
        #expect(one.contains(".Sh EXAMPLES\nBoth:\n.Sh SEE ALSO") && !one.contains("Second:"))
        let hooks = String(decoding: try #require(pages.page(of: "hooks", abstract: "Hooks.")), as: UTF8.self)
        #expect(hooks.contains(".Bl -tag -width Ds\n.It Cm hooks install\nInstall.\n.It Cm hooks uninstall\n"))
        #expect(hooks.contains("Both:\n.Pp\nSecond:\n"))
        #expect(pages.page(of: "hook", abstract: "") == nil)
    }
}
