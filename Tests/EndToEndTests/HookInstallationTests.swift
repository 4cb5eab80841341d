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
            #expect(
                status.status == 0 && status.output == Self.events.map { "\($0): ok\n" }.joined() + "merge driver: ok\n"
            )
            #expect(try repository.metaissue("hooks", "install").contains("installed already"))
            try repository.metaissue("hooks", "uninstall")
            #expect(try repository.metaissue("hooks", "uninstall").contains("No hooks of ours"))
        }
    }

    /// Writes a hook with a mode.
    private func hook(_ event: String, _ text: String, mode: Int = 0o755, in repository: TestRepository) throws {
        try repository.write(".git/hooks/\(event)", text)
        try FileManager.default.setAttributes(
            [.posixPermissions: mode], ofItemAtPath: repository.root.appendingPathComponent(".git/hooks/\(event)").path)
    }

    @Test func aShellHookGetsABlockBeforeAnyExitAndIsLeftByteForByte() throws {
        let repository = try TestRepository()
        try hook("post-commit", "#!/bin/sh\necho theirs\nexit 0", mode: 0o750, in: repository)
        try hook("post-merge", "#!/usr/bin/env bash\nexec true\n", in: repository)
        try repository.changesNothing {
            try repository.metaissue("hooks", "install")
            #expect(try repository.read(".git/hooks/post-commit").hasPrefix("#!/bin/sh\n# >>> git-metaissue >>>"))
            #expect(try repository.tryMetaissue("hooks", "status").status == 0)
            try repository.metaissue("new", "Slow Service")
            try repository.metaissue("start-attempt", "Caching Layer")
            try repository.write("cache.py", "cache = 1\n")
            try repository.git(["add", "--all"])
            let commit = try repository.tryGit(["commit", "-m", "Cache"])
            #expect(commit.status == 0 && commit.complaint.contains("theirs"))
            let anchor = try repository.git(["rev-parse", "refs/metaissue/slow-service/001"])
            #expect(try repository.git(["rev-parse", "HEAD"]) == anchor)
            #expect(try repository.metaissue("hooks", "install").contains("installed already"))
            try repository.metaissue("hooks", "uninstall")
            try repository.git(["switch", "-q", "main"])
            try repository.git(["branch", "-q", "-D", "perf-attempt-001-caching-layer"])
            try repository.git(["reset", "-q", "--hard", "HEAD~2"])
        }
    }

    @Test(arguments: [
        (
            "#!/usr/bin/env python3\n", 0o755, "run by /usr/bin/env python3",
            "/.git/hooks/own/post-commit; then put a shell script at "
        ),
        ("#!/bin/sh\r\n", 0o755, "CRLF", "sed -i 's/\\r$//' "),
        ("#!/bin/sh\n", 0o644, "not executable", "hint: chmod +x "),
        ("no script\n", 0o755, "does not begin with #!", "hint: add this line to "),
    ])
    func aHookThatCannotTakeABlockIsNamedAndTheOthersAreInstalled(text: String, mode: Int, why: String, advice: String)
        throws
    {
        let repository = try TestRepository()
        try hook("post-commit", text, mode: mode, in: repository)
        try repository.changesNothing {
            let outcome = try repository.tryMetaissue("hooks", "install")
            #expect(
                outcome.status == 1 && outcome.output.hasPrefix("Installed post-merge, post-rewrite, post-checkout"))
            #expect(outcome.complaint.hasPrefix("error: post-commit was not installed: another hook is there, and it"))
            #expect(outcome.complaint.contains(why))
            #expect(outcome.complaint.contains(advice), "\(outcome.complaint)")
            #expect(try repository.read(".git/hooks/post-commit") == text)
            let status = try repository.tryMetaissue("hooks", "status")
            #expect(status.status == 1 && status.output.contains("post-commit: another hook is there"))
            try repository.metaissue("hooks", "uninstall")
        }
    }

    @Test func aHookOfAnotherLanguageIsCalledByOneOfTheShell() throws {
        let repository = try TestRepository()
        let python = "#!/usr/bin/env python3\nprint('mine')\n"
        let line = "git metaissue hook post-checkout \"$@\" </dev/null || :"
        try hook("post-checkout", python, in: repository)
        #expect(try repository.tryMetaissue("hooks", "install").complaint.contains("#!/bin/sh; \(line); exec "))
        // A line of the shell is no Python.
        try hook("post-checkout", python + line + "\n", in: repository)
        #expect(try repository.tryMetaissue("hooks", "status").status == 1)
        try hook("own/post-checkout", python, in: repository)
        try hook("post-checkout", "#!/bin/sh\n\(line)\nexec \"${0%/*}/own/post-checkout\" \"$@\"\n", in: repository)
        #expect(try repository.tryMetaissue("hooks", "status").status == 0)
        let program = repository.world.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: program, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: program.appendingPathComponent("git-metaissue").path, withDestinationPath: TestRepository.binary)
        repository.variables["PATH"] = "\(program.path):/usr/bin:/bin"
        let checkout = try repository.tryGit(["checkout", "-q", "-b", "x"])
        #expect(checkout.status == 0 && (checkout.output + checkout.complaint).contains("mine"))
    }

    @Test func aLinkedHookThatLooksAtItsNameIsCalledByItsName() throws {
        let repository = try TestRepository()
        try repository.write("tools/dispatch", "#!/bin/sh\necho \"ran ${0##*/}\" >>ran\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: repository.root.appendingPathComponent("tools/dispatch").path)
        try FileManager.default.createSymbolicLink(
            atPath: repository.root.appendingPathComponent(".git/hooks/post-commit").path,
            withDestinationPath: "../../tools/dispatch")
        let complaint = try repository.tryMetaissue("hooks", "install").complaint
        let hint = try #require(complaint.components(separatedBy: "\nhint: ").last)
        let commands = try #require(hint.components(separatedBy: "; then put a shell script at ").first)
        let lines = try #require(hint.components(separatedBy: "which may be executed: ").last)
        #expect(try repository.run("/bin/sh", ["-c", commands]).status == 0)
        try hook("post-commit", lines.replacingOccurrences(of: "; ", with: "\n"), in: repository)
        try repository.git(["commit", "-q", "--allow-empty", "-m", "Next"])
        #expect(try repository.read("ran") == "ran post-commit\n")
        #expect(try repository.tryMetaissue("hooks", "status").status == 0)
    }

    @Test func whatStopsTheMergeDriverStopsTheHooksToo() throws {
        let repository = try TestRepository()
        try repository.git(["config", "merge.metaissue.driver", "mine"])
        try repository.changesNothing {
            try repository.refuses("hooks", "install", saying: "merge.metaissue.driver is set to something else")
        }
        try repository.git(["config", "--unset", "merge.metaissue.driver"])
        try repository.write(".git/config.lock", "")
        try repository.changesNothing {
            try repository.refuses("hooks", "install", saying: "remove the .lock file")
        }
        try FileManager.default.removeItem(at: repository.root.appendingPathComponent(".git/config.lock"))
        try repository.metaissue("hooks", "install")
        try repository.write(".git/config.lock", "")
        try repository.changesNothing {
            try repository.refuses("hooks", "uninstall", saying: "remove the .lock file")
        }
    }

    @Test func hooksInAnIncludedFileAreNamedAndTheRestIsTakenOut() throws {
        let repository = try TestRepository()
        try repository.metaissue("hooks", "install", "--mode", "config")
        let text = try repository.read(".git/config")
        let start = try #require(text.range(of: "[hook ")).lowerBound
        let end = try #require(text.range(of: "[merge ")).lowerBound
        try repository.write(".git/shared", String(text[start..<end]))
        try repository.write(".git/config", text[..<start] + text[end...] + "[include]\n\tpath = shared\n")
        let removal = try repository.tryMetaissue("hooks", "uninstall")
        #expect(removal.status == 1 && removal.output == "Removed the merge driver\n", "\(removal.output)")
        let hints = removal.complaint.split(separator: "\n").filter { $0.hasPrefix("hint: ") }
        #expect(hints.count == 4 && removal.complaint.contains("/.git/shared, which the configuration includes"))
        for hint in hints {
            #expect(try repository.run("/bin/sh", ["-c", String(hint.dropFirst("hint: ".count))]).status == 0)
        }
        #expect(try repository.metaissue("hooks", "uninstall") == "No hooks of ours were installed.\n")
    }

    @Test func attributesThatWereWrittenInAnotherWorktreeAreTakenOutThere() throws {
        let repository = try TestRepository()
        let path = try repository.makeSagaByHand()
        try repository.git(["worktree", "add", "-q", "../linked", "-b", "other"])
        try repository.metaissue("hooks", "install")
        #expect(repository.exists(path))
        try repository.at(repository.world.appendingPathComponent("linked")).metaissue("hooks", "uninstall")
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func whereHooksCannotBeTakenOutTheMergeDriverStays() throws {
        let repository = try TestRepository()
        try repository.metaissue("hooks", "install")
        let hooks = repository.root.appendingPathComponent(".git/hooks").path
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: hooks)
        defer { try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hooks) }
        guard !FileManager.default.isWritableFile(atPath: hooks) else {
            print("skipped: whoever runs this may write everywhere")
            return
        }
        try repository.changesNothing {
            try repository.refuses("hooks", "uninstall", saying: "see to it that you may write there")
        }
    }

    @Test func blocksInAnotherToolsFolderAreNamedByUninstall() throws {
        let repository = try TestRepository()
        try repository.metaissue("hooks", "install", "--mode", "files")
        let hooks = repository.root.appendingPathComponent(".git/hooks")
        try FileManager.default.moveItem(at: hooks, to: repository.root.appendingPathComponent(".githooks"))
        try repository.git(["config", "core.hooksPath", ".githooks"])
        let removal = try repository.tryMetaissue("hooks", "uninstall")
        #expect(removal.status == 1 && removal.output == "Removed the merge driver\n")
        for event in Self.events {
            let file = repository.root.appendingPathComponent(".githooks/\(event)").path
            #expect(removal.complaint.contains("error: \(file) has our block, and was left as it is"))
        }
    }

    @Test func hooksThatWorkBesideAForeignFolderStay() throws {
        // Only what git says of its version tells whether it knows hooks in the configuration.
        let repository = try TestRepository()
        let bin = repository.world.appendingPathComponent("bin")
        try repository.write(
            "../bin/git", "#!/bin/sh\n[ \"$1\" = --version ] && echo git version 2.54.0 || exec /usr/bin/git \"$@\"\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: bin.appendingPathComponent("git").path)
        repository.variables["PATH"] = bin.path
        try repository.git(["config", "core.hooksPath", ".husky"])
        try repository.metaissue("hooks", "install")
        try repository.metaissue("hooks", "install", "--mode", "files")
        #expect(try repository.tryMetaissue("hooks", "status").status == 0)
    }

    /// For Swift, a combining mark after a quote is part of the same character, and hides it.
    @Test func aProgramWhosePathHasAQuoteWithACombiningMarkIsCalled() throws {
        let repository = try TestRepository()
        let place = repository.world.appendingPathComponent("it'\u{301}s")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let program = place.appendingPathComponent("git-metaissue").path
        try FileManager.default.copyItem(atPath: TestRepository.binary, toPath: program)
        try repository.metaissue("new", "Slow Service")
        #expect(try repository.run(program, ["hooks", "install"]).status == 0)
        let branch = try repository.attempt("Caching", file: "cache.py")
        let merge = try repository.tryGit(["merge", "--no-ff", "--no-edit", branch])
        #expect(merge.status == 0, "\(merge.complaint)")
        #expect(try repository.log.contains("Attempt 001 landed (merge, "))
        #expect(try repository.run(program, ["hooks", "status"]).status == 0)
    }

    @Test func damagedMarkersAreToldAndNothingIsCutOut() throws {
        let repository = try TestRepository()
        try repository.metaissue("hooks", "install")
        try repository.edit(".git/hooks/post-commit", "# <<< git-metaissue <<<\n", "")
        let damaged = try repository.read(".git/hooks/post-commit")
        let status = try repository.tryMetaissue("hooks", "status")
        #expect(status.status == 1 && status.output.contains("post-commit: damaged markers in "))
        #expect(try repository.tryMetaissue("hooks", "install").status == 1)
        let removal = try repository.tryMetaissue("hooks", "uninstall")
        #expect(removal.status == 1 && removal.complaint.contains("damaged markers"))
        #expect(try repository.read(".git/hooks/post-commit") == damaged)
        #expect(!repository.exists(".git/hooks/post-merge"))
    }

    @Test func whatAnotherToolMovedIsToldMendedAndTakenOut() throws {
        let repository = try TestRepository()
        try repository.changesNothing {
            try repository.metaissue("hooks", "install")
            // As lefthook does it, and as the pre-commit framework does it.
            let hooks = repository.root.appendingPathComponent(".git/hooks").path
            for (event, ending, script) in [
                ("post-commit", "old", "#!/bin/sh\nlefthook run post-commit\n"),
                (
                    "post-merge", "legacy",
                    "#!/usr/bin/env bash\n# File generated by pre-commit: https://pre-commit.com\n"
                ),
            ] {
                try FileManager.default.moveItem(
                    atPath: "\(hooks)/\(event)", toPath: "\(hooks)/\(event).\(ending)")
                try hook(event, script, in: repository)
            }
            let status = try repository.tryMetaissue("hooks", "status")
            #expect(status.status == 1)
            #expect(status.output.contains("post-commit: moved to post-commit.old, which nobody runs; mend with: "))
            #expect(status.output.contains("post-merge: ok, moved to post-merge.legacy by pre-commit, which runs it\n"))
            #expect(try repository.metaissue("hooks", "install").contains("Installed post-commit in "))
            #expect(try repository.tryMetaissue("hooks", "status").status == 0)
            #expect(!repository.exists(".git/hooks/post-commit.old"), "it would run twice once lefthook puts it back")
            try hook(
                "post-merge", try repository.read(".git/hooks/post-merge.legacy") + "pre-commit.com", in: repository)
            let twice = try repository.tryMetaissue("hooks", "status")
            #expect(twice.status == 1 && twice.output.contains("post-merge: runs twice: "))
            try repository.metaissue("hooks", "uninstall")
            for event in ["post-commit", "post-merge"] {
                try FileManager.default.removeItem(atPath: "\(hooks)/\(event)")
            }
        }
    }

    @Test func theConfigurationIsLeftByteForByteWhateverItsEnd() throws {
        for text in ["[core]\n\tbare = false", "[core]\n\tbare = false\n", "[core]\r\n\tbare = false\r\n# end"] {
            let repository = try TestRepository()
            try repository.write(".git/config", text)
            try repository.changesNothing {
                let install = try repository.metaissue("hooks", "install", "--mode", "config")
                #expect(install.hasPrefix("Installed post-merge, post-commit, post-rewrite, post-checkout in the conf"))
                #expect(try repository.metaissue("hooks", "install", "--mode", "config").contains("installed already"))
                #expect(try repository.git(["config", "hook.metaissue-post-merge.event"]) == "post-merge")
                try repository.metaissue("hooks", "uninstall")
            }
        }
    }

    @Test func aConfigurationThatSomebodyChangedMeanwhileIsNotTakenForTheOldOne() throws {
        let repository = try TestRepository()
        let text = "[core]\n\tbare = false"
        try repository.write(".git/config", text)
        try repository.metaissue("hooks", "install")
        try repository.append(".git/config", "[mine]\n\tvalue = 1\n")
        try repository.metaissue("hooks", "uninstall")
        #expect(try repository.read(".git/config") == "\(text)\n[mine]\n\tvalue = 1\n")
        try repository.write(".git/config", "\(text)\n")
        try repository.changesNothing {
            try repository.metaissue("hooks", "install")
            try repository.metaissue("hooks", "uninstall")
        }
    }

    @Test func aCommentThatSomebodyWroteBehindOurSectionsStays() throws {
        for mode in ["files", "config"] {
            let repository = try TestRepository()
            let before = try repository.read(".git/config")
            try repository.metaissue("hooks", "install", "--mode", mode)
            try repository.append(".git/config", "# mine\n\t; and this\n")
            try repository.metaissue("hooks", "uninstall")
            #expect(try repository.read(".git/config") == before + "# mine\n\t; and this\n")
        }
    }

    @Test func changingTheModeLeavesOneHookPerEvent() throws {
        let repository = try TestRepository()
        try repository.changesNothing {
            try repository.metaissue("hooks", "install", "--mode", "files")
            try repository.metaissue("hooks", "install", "--mode", "config")
            #expect(!repository.exists(".git/hooks/post-commit"))
            try repository.metaissue("hooks", "install", "--mode", "files")
            #expect(try repository.tryGit(["config", "--get-regexp", "^hook"]).status == 1)
            #expect(try repository.tryMetaissue("hooks", "status").status == 0)
            try repository.metaissue("hooks", "uninstall")
        }
    }

    @Test func aGitThatPassesOverTheConfigurationIsNamed() throws {
        let repository = try TestRepository()
        let version = try repository.git(["--version"])
        guard version.hasPrefix("git version 2."), let minor = Int(version.split(separator: ".")[1]), minor < 54 else {
            print("skipped: \(version) runs hooks in the configuration")
            return
        }
        let install = try repository.tryMetaissue("hooks", "install", "--mode", "config")
        #expect(install.status == 0 && install.complaint.contains("passes over these hooks without a word"))
        let status = try repository.tryMetaissue("hooks", "status")
        #expect(status.status == 1 && status.output.contains("post-commit: not active: "))
    }

    /// `METAISSUE_NEW_GIT` names the folder of a git of version 2.54 or later.
    @Test func aNewGitRunsHooksFromTheConfigurationBesideAnotherToolsHooksPath() throws {
        guard let folder = ProcessInfo.processInfo.environment["METAISSUE_NEW_GIT"] else {
            print("skipped: METAISSUE_NEW_GIT names no git of version 2.54 or later")
            return
        }
        let repository = try TestRepository()
        repository.variables["PATH"] = "\(folder):/bin-without-git"
        try repository.write(".husky/post-commit", "#!/bin/sh\necho theirs\n")
        try repository.git(["config", "core.hooksPath", ".husky"])
        let install = try repository.metaissue("hooks", "install")
        #expect(install.contains("in the configuration of this repository"), "chosen by itself")
        #expect(
            try repository.tryMetaissue("hooks", "status").output.contains("post-commit: ok (in git's configuration)"))
    }

    @Test func aLineInAHooksPathOfAnotherToolIsEnough() throws {
        let repository = try TestRepository()
        try repository.git(["config", "core.hooksPath", ".husky"])
        for event in Self.events {
            try repository.write(
                ".husky/\(event)", "#!/bin/sh\n\"\(TestRepository.binary)\" hook \(event) \"$@\" </dev/null || :\n")
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: repository.root.appendingPathComponent(".husky/\(event)").path)
        }
        let status = try repository.tryMetaissue("hooks", "status")
        #expect(status.status == 0 && status.output.contains("post-commit: ok, by a line in "))
        #expect(try repository.metaissue("hooks", "install").contains("installed already"))
    }

    @Test func everyHooksFolderIsTold() throws {
        let repository = try TestRepository()
        try repository.git(["config", "extensions.worktreeConfig", "true"])
        try repository.git(["worktree", "add", "-q", "--detach", "../linked"])
        let linked = repository.at(repository.world.appendingPathComponent("linked"))
        try repository.metaissue("hooks", "install")
        #expect(try linked.tryMetaissue("hooks", "status").status == 0)
        try linked.git(["config", "--worktree", "core.hooksPath", "/dev/null"])
        let status = try repository.tryMetaissue("hooks", "status")
        #expect(status.status == 1)
        #expect(status.output.contains("/.git/hooks:\n  post-merge: ok\n"))
        #expect(status.output.contains("/dev/null:\n  post-merge: not active: core.hooksPath is /dev/null"))
    }

    /// What is said to mend something does, from whichever level of the configuration it comes.
    private func expectMended(
        _ repository: TestRepository, words: String, status: Int32 = 0, location: SourceLocation = #_sourceLocation
    ) throws {
        let broken = try repository.tryMetaissue("hooks", "status")
        #expect(broken.status == 1 && broken.output.contains(words), "\(broken.output)", sourceLocation: location)
        let commands = Set(
            broken.output.split(separator: "\n").compactMap { line in
                line.components(separatedBy: "; mend with: ").dropFirst().first
            })
        #expect(!commands.isEmpty, sourceLocation: location)
        for command in commands {
            let outcome = try repository.run("/bin/sh", ["-c", command])
            #expect(outcome.status == 0, "\(command): \(outcome.complaint)", sourceLocation: location)
        }
        #expect(try repository.tryMetaissue("hooks", "status").status == status, sourceLocation: location)
    }

    @Test func whatSwitchesHooksOffIsMendedWhereverItIsSaid() throws {
        let repository = try TestRepository()
        try repository.metaissue("hooks", "install", "--mode", "files")
        for level in ["--global", "--local"] {
            for value in ["/dev/null", ""] {
                try repository.git(["config", level, "core.hooksPath", value])
                try expectMended(
                    repository, words: "core.hooksPath is \(value.isEmpty ? "empty" : value), which switches all hooks")
                _ = try repository.tryGit(["config", "--unset", "core.hooksPath"])
                _ = try repository.tryGit(["config", "--global", "--unset", "core.hooksPath"])
            }
        }
    }

    @Test func aHooksPathThatALinkedWorktreeCannotHaveIsToldAndMended() throws {
        let repository = try TestRepository()
        try repository.git(["worktree", "add", "-q", "--detach", "../linked"])
        try repository.metaissue("hooks", "install", "--mode", "files")
        try repository.git(["config", "core.hooksPath", ".git/hooks"])
        try expectMended(repository, words: "core.hooksPath is .git/hooks, which switches all hooks in files off")
    }

    @Test func linesOfOnesOwnInTwoPlacesAreNamedAndNothingIsInstalledBesides() throws {
        let repository = try TestRepository()
        let line = "git metaissue hook post-commit \"$@\" </dev/null || :\n"
        try hook("post-commit", "#!/bin/sh\n\(line)lefthook run post-commit\n", in: repository)
        try repository.write("lefthook.yml", "post-commit:\n  commands:\n    us:\n      run: \(line)")
        let status = try repository.tryMetaissue("hooks", "status")
        #expect(status.output.contains("post-commit: runs twice: "), "\(status.output)")
        #expect(status.output.contains("mend with: take our line out of all places but one"))
    }

    @Test func aLockOfTheConfigurationIsNamedWithWhatToDo() throws {
        let repository = try TestRepository()
        try repository.write(".git/config.lock", "")
        try repository.refuses("hooks", "install", "--mode", "config", saying: "remove the .lock file")
    }

    @Test func aHooksFolderThatWasMadeGoesAgain() throws {
        let repository = try TestRepository(options: ["--template="])
        #expect(!repository.exists(".git/hooks"))
        try repository.metaissue("hooks", "install")
        try repository.metaissue("hooks", "uninstall")
        #expect(!repository.exists(".git/hooks"))
    }

    @Test func purgeAlsoRemovesAnchorsAndWhatIsKept() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        _ = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.metaissue("hooks", "uninstall")
        #expect(try repository.git(["for-each-ref", "refs/metaissue"]) != "" && repository.exists(".git/metaissue"))
        try repository.metaissue("hooks", "uninstall", "--purge")
        #expect(try repository.git(["for-each-ref", "refs/metaissue"]) == "" && !repository.exists(".git/metaissue"))
    }

    @Test func anotherHooksPathIsRefusedWithAdvice() throws {
        let repository = try TestRepository()
        try repository.git(["config", "core.hooksPath", ".husky"])
        let outcome = try repository.tryMetaissue("hooks", "install", "--mode", "files")
        #expect(outcome.status == 1 && outcome.complaint.contains("error: core.hooksPath is set to .husky"))
        #expect(outcome.complaint.contains("git metaissue hook post-commit \"$@\" </dev/null || :"))
        #expect(!repository.exists(".husky"))
        // With the lines that it printed, nothing is left to be done.
        #expect(outcome.output == "Installed the merge driver for the documents of sagas\n")
        try repository.git(["config", "merge.metaissue.driver"])
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
        #expect(
            status.status == 1
                && status.output.contains("post-merge: binary missing: /nonexistent/git-metaissue is gone"))
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

    @Test func nothingIsWrittenThroughALink() throws {
        let repository = try TestRepository()
        let away = repository.world.appendingPathComponent("away")
        try FileManager.default.createDirectory(at: away, withIntermediateDirectories: true)
        let file = away.appendingPathComponent("hook")
        try Data("#!/bin/sh\n".utf8).write(to: file)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        let hook = repository.root.appendingPathComponent(".git/hooks/post-merge")
        try FileManager.default.createSymbolicLink(at: hook, withDestinationURL: file)
        let outcome = try repository.tryMetaissue("hooks", "install")
        #expect(outcome.status == 1 && outcome.complaint.contains("post-merge was not installed: "))
        #expect(outcome.complaint.contains("it is a symbolic link"))
        #expect(try Data(contentsOf: file) == Data("#!/bin/sh\n".utf8))
        try repository.metaissue("hooks", "uninstall")
        let folder = hook.deletingLastPathComponent()
        try FileManager.default.removeItem(at: folder)
        try FileManager.default.createSymbolicLink(at: folder, withDestinationURL: away)
        let refusal = try repository.tryMetaissue("hooks", "install")
        #expect(refusal.status == 1 && refusal.complaint.contains("hooks is a symbolic link"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: away.path) == ["hook"])
    }
}
