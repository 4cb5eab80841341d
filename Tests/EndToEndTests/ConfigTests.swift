import Foundation
import Testing

/// Settings come from git's own files at every level and from `.metaissue`; what is wrong in them is named.
@Suite struct ConfigTests {
    private func value(_ repository: TestRepository, _ key: String) throws -> String {
        let outcome = try repository.tryMetaissue("config", key)
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    private func origin(_ repository: TestRepository, _ key: String) throws -> String {
        let lines = try repository.tryMetaissue("config", "--list", "--show-origin").output.split(separator: "\n")
        return lines.first { $0.contains("\t\(key)=") }.map { String($0.prefix { $0 != "\t" }) } ?? ""
    }

    @Test func everyLevelOfGitIsHeardAndTheNearestOneWins() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let key = "metaissue.hooks.mode"
        #expect(try value(repository, key) == "commit" && origin(repository, key) == "default:")
        try repository.append(".metaissue", "[metaissue \"hooks\"]\n\tmode = notify\n")
        #expect(try value(repository, key) == "notify" && origin(repository, key) == "file:.metaissue:6")
        let system = repository.world.appendingPathComponent("system").path
        try Data("[metaissue \"hooks\"]\n\tmode = write\n".utf8).write(to: URL(fileURLWithPath: system))
        repository.variables["GIT_CONFIG_SYSTEM"] = system
        repository.variables["GIT_CONFIG_NOSYSTEM"] = "0"
        #expect(try value(repository, key) == "write" && origin(repository, key) == "file:\(system):2")
        try repository.git(["config", "--global", key, "commit"])
        #expect(try origin(repository, key).hasSuffix("home/.gitconfig:6"))
        let included = repository.world.appendingPathComponent("included").path
        try Data("\n\n[metaissue \"hooks\"]\n\tmode = notify\n".utf8).write(to: URL(fileURLWithPath: included))
        try repository.git(["config", "include.path", included])
        #expect(try value(repository, key) == "notify" && origin(repository, key) == "file:\(included):4")
        try repository.git(["config", key, "write"])
        #expect(try value(repository, key) == "write" && origin(repository, key).hasPrefix("file:.git/config:"))
        try repository.git(["config", "extensions.worktreeConfig", "true"])
        try repository.git(["config", "--worktree", key, "commit"])
        #expect(try origin(repository, key).hasPrefix("file:.git/config.worktree:"))
        repository.variables["GIT_CONFIG_COUNT"] = "1"
        repository.variables["GIT_CONFIG_KEY_0"] = key
        repository.variables["GIT_CONFIG_VALUE_0"] = "notify"
        #expect(try value(repository, key) == "notify" && origin(repository, key) == "command line:")
        try repository.putProgramInPath()
        let told = try repository.git(["-c", "\(key)=write", "metaissue", "config", key])
        #expect(told == "write", "what is given for one command is strongest")
        repository.variables["GIT_CONFIG_COUNT"] = nil
        #expect(try repository.git(["-c", "\(key)=write", "metaissue", "config", key]) == "write")
    }

    @Test func aSubfolderAndALinkedWorktreeTellTheSame() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.git(["config", "metaissue.hooks.mode", "write"])
        try repository.write("sub/file", "x")
        let here = try repository.metaissue("config", "--list", "--show-origin")
        #expect(
            try repository.at(repository.root.appendingPathComponent("sub")).metaissue(
                "config", "--list", "--show-origin") == here)
        try repository.git(["worktree", "add", "-q", "../side"])
        let side = repository.at(repository.world.appendingPathComponent("side"))
        #expect(try side.metaissue("config", "--list") == repository.metaissue("config", "--list"))
        #expect(try origin(side, "metaissue.hooks.mode").contains(".git/config:"))
        let bare = try repository.clone("bare.git", options: ["--bare"])
        #expect(try bare.metaissue("config", "metaissue.slow-service.prefix") == "perf\n")
    }

    @Test func unknownKeysAndBadValuesAreNamedWithFileAndLine() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.append(
            ".metaissue",
            "\trecrod = branch\n[metaissue]\n\trecord = nowhere\n\tmode\n[pager]\n\tmetaissue = less\n[other]\n\tkey = 1\n"
        )
        try repository.git(["config", "metaissue.hook.mode", "write"])
        try repository.git(["config", "metaissue.hooks.mode", "sometimes"])
        try repository.git(["config", "metaissue.slow-servcie.record", "branch"])
        try repository.git(["config", "color.metaissue", "purple"])
        let outcome = try repository.tryMetaissue("config", "--list")
        #expect(outcome.status == 1)
        for words in [
            ".metaissue:5: metaissue.slow-service.recrod is not known; did you mean metaissue.slow-service.record?",
            ".metaissue:7: metaissue.record is 'nowhere', which is none of: mainline, branch",
            ".metaissue:8: metaissue.mode is not known",
            ".metaissue:10: pager.metaissue is not read from .metaissue; set it for yourself with: git config",
            ".metaissue:12: other.key is no key of .metaissue",
            "metaissue.hook.mode is not known; did you mean metaissue.hooks.mode?",
            "metaissue.hooks.mode is 'sometimes', which is none of: commit, write, notify",
            "metaissue.slow-servcie.record is about a saga that is not here: slow-servcie",
            "color.metaissue is 'purple', which is none of: auto, always, never, true, false",
        ] {
            #expect(outcome.complaint.contains(words), "'\(words)' in \(outcome.complaint)")
        }
        let lines = outcome.complaint.split(separator: "\n")
        #expect(lines.allSatisfy { $0.hasPrefix("warning: .metaissue:") || $0.hasPrefix("warning: .git/config:") })
        #expect(lines.count == 9)
        #expect(try repository.tryMetaissue("status").complaint == outcome.complaint)
        #expect(try repository.tryMetaissue("status", "--json").complaint == "")
        let config = try repository.read(".git/config").split(separator: "\n", omittingEmptySubsequences: false)
        let line = try #require(config.firstIndex { $0.contains("sometimes") }) + 1
        #expect(outcome.complaint.contains(".git/config:\(line): metaissue.hooks.mode"))
    }

    @Test func aCommandThatNeedsABadValueStopsAndNamesItsPlace() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.git(["config", "metaissue.record", "nowhere"])
        try repository.refuses("start-attempt", "Next", saying: ".git/config:7: metaissue.record is 'nowhere'")
        try repository.git(["config", "--unset", "metaissue.record"])
        try repository.append(".metaissue", "[metaissue]\n\trecord = nowhere\n")
        try repository.commit("A slip")
        try repository.refuses("start-attempt", "Next", saying: ".metaissue:6: metaissue.record is 'nowhere'")
    }

    @Test(arguments: ["", "-x", "a b", "a..b"]) func aPrefixWithWhichNoBranchCanBeginIsNamed(_ prefix: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.git(["config", "metaissue.slow-service.prefix", prefix])
        try repository.refuses("status", saying: ".git/config:7: metaissue.slow-service.prefix is '\(prefix)'")
        try repository.git(["config", "--unset", "metaissue.slow-service.prefix"])
        try repository.edit(".metaissue", "prefix = perf", "prefix = \(prefix)")
        try repository.refuses(
            "start-attempt", "Next", saying: ".metaissue:3: metaissue.slow-service.prefix is '\(prefix)'")
    }

    @Test func branchesAndFoldersThatAreNotThereAreNamed() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.edit(".metaissue", "mainline = main", "mainline = nosuch")
        try repository.append(".metaissue", "[metaissue]\n\ttemplates = no/such\n")
        let outcome = try repository.tryMetaissue("config", "--list")
        #expect(
            outcome.status == 1
                && outcome.complaint.contains(".metaissue:4: metaissue.slow-service.mainline is 'nosuch'"))
        #expect(
            outcome.complaint.contains(".metaissue:6: metaissue.templates is 'no/such', and there is no such folder"))
        try repository.refuses("status", saying: ".metaissue:4: metaissue.slow-service.mainline is 'nosuch'")
        try repository.edit(".metaissue", "nosuch", "main")
        try repository.refuses("start-attempt", "Next", saying: ".metaissue:6: metaissue.templates is 'no/such'")
        try repository.write("no/such/README.md", "# {{title}}\n")
        #expect(try repository.metaissue("config", "metaissue.record") == "mainline\n")
    }

    @Test func scriptsGetNULAndWrongKeysAreRefused() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.git(["config", "metaissue.templates", "a\nb"])
        try repository.write("a\nb/README.md", "# {{title}}\n")
        #expect(try repository.metaissue("config", "-z", "metaissue.templates") == "a\nb\0")
        #expect(try repository.metaissue("config", "METAISSUE.Templates").contains("a b"))
        #expect(try repository.metaissue("config", "--list", "-z").contains("\0metaissue.templates\na\nb\0"))
        try repository.refuses("config", "metaissue.bogus", saying: "there is no setting")
        #expect(try repository.tryMetaissue("config").status == 129)
        #expect(try repository.tryMetaissue("config", "--list", "metaissue.record").status == 129)
    }

    @Test func theTeamNeverChoosesWhatRunsOnYourMachine() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.append(".metaissue", "[pager]\n\tmetaissue = touch owned\n[metaissue]\n\tpager = touch owned\n")
        #expect(try value(repository, "pager.metaissue") == "true")
    }
}
