import Foundation
import Testing

/// `git metaissue hooks install`, `uninstall`, `status`.
@Suite struct HookInstallationTests {
    private static let events = ["post-merge", "post-commit", "post-rewrite", "post-checkout"]

    @Test func installingAndRemovingLeavesNoTrace() throws {
        let repository = try TestRepository()
        #expect(try repository.tryMetaissue("hooks", "status").status == 1)
        try repository.changesNothing {
            try repository.metaissue("hooks", "install")
            for event in Self.events {
                let file = repository.root.appendingPathComponent(".git/hooks/\(event)").path
                #expect(FileManager.default.isExecutableFile(atPath: file))
            }
            let status = try repository.tryMetaissue("hooks", "status")
            #expect(status.status == 0 && status.output == Self.events.map { "\($0): ok\n" }.joined())
            #expect(try repository.metaissue("hooks", "install").contains("installed already"))
            try repository.metaissue("hooks", "uninstall")
            #expect(try repository.metaissue("hooks", "uninstall").contains("No hooks of ours"))
        }
    }

    @Test func aForeignHookIsRefusedWithAdviceAndNothingIsWritten() throws {
        let repository = try TestRepository()
        try repository.write(".git/hooks/post-commit", "#!/bin/sh\nexec true\n")
        let said = try repository.refuses("hooks", "install", saying: "post-commit")
        #expect(said.contains("git metaissue hook <event>"))
        let status = try repository.tryMetaissue("hooks", "status")
        #expect(status.status == 1 && status.output.contains("post-commit: another hook is there"))
        try repository.changesNothing { try repository.metaissue("hooks", "uninstall") }
    }

    @Test func anotherHooksPathIsRefusedWithAdvice() throws {
        let repository = try TestRepository()
        try repository.git(["config", "core.hooksPath", ".husky"])
        try repository.refuses("hooks", "install", saying: "core.hooksPath is set to .husky")
        #expect(!repository.exists(".husky"))
    }

    @Test func linesThatSomebodyAddedAroundOursStayByteForByte() throws {
        let repository = try TestRepository()
        try repository.metaissue("hooks", "install")
        let ours = try repository.read(".git/hooks/post-commit")
        let mine =
            ours.replacingOccurrences(of: "#!/bin/sh\n", with: "#!/bin/sh\n# mine, before\n") + "echo mine, after"
        try repository.write(".git/hooks/post-commit", mine)
        #expect(try repository.metaissue("hooks", "install").contains("installed already"))
        try repository.metaissue("hooks", "uninstall")
        #expect(try repository.read(".git/hooks/post-commit") == "#!/bin/sh\n# mine, before\necho mine, after")
        let file = repository.root.appendingPathComponent(".git/hooks/post-commit").path
        #expect(FileManager.default.isExecutableFile(atPath: file))
    }

    @Test func aHookOfAnotherVersionIsRefreshed() throws {
        let repository = try TestRepository()
        try repository.metaissue("hooks", "install")
        let fresh = try repository.read(".git/hooks/post-merge")
        try repository.edit(".git/hooks/post-merge", TestRepository.binary, "/nonexistent/git-metaissue")
        let status = try repository.tryMetaissue("hooks", "status")
        #expect(status.status == 1 && status.output.contains("post-merge: the program it names is gone"))
        #expect(try repository.metaissue("hooks", "install").contains("Installed post-merge in"))
        #expect(try repository.read(".git/hooks/post-merge") == fresh)
    }

    @Test func aBinaryThatIsGoneIsSilentAndGitGoesOn() throws {
        let repository = try TestRepository()
        try repository.metaissue("hooks", "install")
        for event in Self.events { try repository.edit(".git/hooks/\(event)", TestRepository.binary, "/nonexistent/x") }
        repository.variables["PATH"] = "/usr/bin:/bin"
        let outcome = try repository.tryGit(["commit", "--allow-empty", "-m", "Next"])
        #expect(outcome.status == 0 && outcome.complaint == "")
        #expect(try repository.tryGit(["switch", "-c", "next"]).status == 0)
    }

    @Test func aFolderOfHooksThatIsALinkIsNotWrittenThrough() throws {
        let repository = try TestRepository()
        let away = repository.world.appendingPathComponent("away")
        try FileManager.default.createDirectory(at: away, withIntermediateDirectories: true)
        let hook = repository.root.appendingPathComponent(".git/hooks/post-merge")
        try Data("#!/bin/sh\n".utf8).write(to: away.appendingPathComponent("hook"))
        try FileManager.default.createDirectory(at: hook.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(at: hook, withDestinationURL: away.appendingPathComponent("hook"))
        try repository.refuses("hooks", "install", saying: "post-merge")
    }
}
