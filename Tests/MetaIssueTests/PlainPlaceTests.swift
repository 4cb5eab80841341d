import Foundation
import GitStore
import Testing

@testable import MetaIssue

/// What is found from files alone has to be what git says, and what is not ordinary has to be left to git.
@Suite struct PlainPlaceTests {
    /// A folder with repositories that real git made, and a home of its own.
    private final class Ground {
        let root: String
        var environment: [String: String]

        init() throws {
            let folder = FileManager.default.temporaryDirectory.appending(path: "plain-\(UUID().uuidString)")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            root = try #require(Files.real(folder.path))
            environment = [
                "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": "\(root)/home",
                "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "ann@example.org",
                "GIT_COMMITTER_NAME": "Ann", "GIT_COMMITTER_EMAIL": "ann@example.org",
            ]
            try write("home/.gitconfig", "[user]\n\tname = Somebody\n[metaissue]\n\trecord = branch\n")
            try git("init", "-q", "-b", "main", "repo")
            try git("-C", "repo", "commit", "-q", "--allow-empty", "-m", "one")
            try FileManager.default.createDirectory(atPath: "\(root)/repo/a/b", withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: root) }

        func write(_ path: String, _ text: String) throws {
            let file = "\(root)/\(path)"
            try FileManager.default.createDirectory(
                atPath: Files.parent(of: file), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(filePath: file))
        }

        func git(_ arguments: String...) throws {
            let process = Process()
            process.executableURL = URL(filePath: "/usr/bin/env")
            process.arguments = ["git"] + arguments
            process.currentDirectoryURL = URL(filePath: root)
            process.environment = environment
            try process.run()
            process.waitUntilExit()
            try #require(process.terminationStatus == 0)
        }

        /// Compares both ways.
        ///
        /// - Parameter isPlain: whether files alone have to be enough.
        func expect(_ isPlain: Bool, in folder: String, _ comment: Comment? = nil) async throws {
            let plain = PlainPlace(around: "\(root)/\(folder)", environment: environment)
            #expect((plain != nil) == isPlain, comment)
            guard let plain else { return }
            var changes: [String: String?] = [:]
            for name in ProcessInfo.processInfo.environment.keys
            where name.hasPrefix("GIT_") || name == "XDG_CONFIG_HOME" {
                changes.updateValue(nil, forKey: name)
            }
            for (name, value) in environment { changes[name] = value }
            let asked = try await Place.ask(Git(directory: "\(root)/\(folder)").with(changes))
            #expect(plain.gitDirectory == asked.gitDirectory && plain.commonDirectory == asked.commonDirectory, comment)
            #expect(plain.workTree == asked.workTree, comment)
            #expect(Set(plain.configuration.keys) == Set(asked.configuration.keys), comment)
            for key in asked.configuration.keys {
                #expect(plain.configuration.value(key) == asked.configuration.value(key), comment)
            }
        }
    }

    @Test func anOrdinaryRepositoryIsFoundFromEveryFolder() async throws {
        let ground = try Ground()
        try ground.git("-C", "repo", "config", "branch.a/Ü.b.remote", "x \"y\" \\ z")
        try ground.git("-C", "repo", "config", "metaissue.record", "mainline")
        for folder in ["repo", "repo/a", "repo/a/b"] { try await ground.expect(true, in: folder) }
        ground.environment["GIT_INDEX_FILE"] = "\(ground.root)/elsewhere"
        ground.environment["GIT_SSL_CAINFO"] = "/nowhere"
        try await ground.expect(true, in: "repo")
    }

    @Test func aBareRepositoryIsFound() async throws {
        let ground = try Ground()
        try ground.git("init", "-q", "--bare", "bare.git")
        try await ground.expect(true, in: "bare.git")
        try await ground.expect(true, in: "bare.git/refs")
        try ground.git("config", "--file", "home/.gitconfig", "safe.bareRepository", "explicit")
        try await ground.expect(false, in: "bare.git")
    }

    @Test func configurationOfAllLevelsCounts() async throws {
        let ground = try Ground()
        try ground.write("home/.config/git/config", "[metaissue]\n\tmainline = trunk\n\trecord\n")
        try await ground.expect(true, in: "repo")
        try ground.write("xdg/git/config", "[metaissue]\n\tprefix = slow\n")
        ground.environment["XDG_CONFIG_HOME"] = "\(ground.root)/xdg"
        try await ground.expect(true, in: "repo")
        ground.environment["GIT_CONFIG_GLOBAL"] = "\(ground.root)/xdg/git/config"
        try await ground.expect(true, in: "repo")
        ground.environment["GIT_CONFIG_GLOBAL"] = "/dev/null"
        ground.environment["GIT_CONFIG_NOSYSTEM"] = nil
        ground.environment["GIT_CONFIG_SYSTEM"] = "\(ground.root)/home/.gitconfig"
        try await ground.expect(true, in: "repo")
        try ground.git("-C", "repo", "config", "extensions.worktreeConfig", "true")
        try ground.git("-C", "repo", "config", "--worktree", "metaissue.record", "branch")
        try await ground.expect(true, in: "repo")
    }

    @Test func whereGitWasInstalledTellsWhereItsConfigurationIs() {
        for (git, file) in [
            ("/usr/bin/git", "/etc/gitconfig"), ("/usr/lib/git-core/git", "/etc/gitconfig"),
            ("/usr/libexec/git-core/git", "/etc/gitconfig"), ("/usr/local/bin/git", "/usr/local/etc/gitconfig"),
            ("/usr/local/libexec/git-core/git", "/usr/local/etc/gitconfig"), ("/srv/git/bin/git", nil),
            ("/bin/git", nil),
        ] {
            #expect(PlainPlace.systemConfiguration(of: git) == file, "\(git)")
        }
    }

    @Test func includesAreFollowed() async throws {
        let ground = try Ground()
        try ground.write("home/team", "[metaissue]\n\trecord = mainline\n[include]\n\tpath = more\n")
        try ground.write("home/more", "[metaissue]\n\tmainline = trunk\n")
        try ground.write("repo/.git/here", "[metaissue \"hooks\"]\n\tmode = notify\n")
        for (key, path) in [
            ("include.path", "team"), ("include.path", "~/team"), ("include.path", "nowhere"),
            ("includeIf.gitdir:\(ground.root)/repo/.path", "team"), ("includeIf.gitdir:~/../repo/.path", "team"),
            ("includeIf.gitdir:\(ground.root)/other/.path", "team"), ("includeIf.gitdir:/.path", "team"),
        ] {
            try ground.git("config", "--file", "home/.gitconfig", "--add", key, path)
            try await ground.expect(true, in: "repo", "\(key) \(path)")
        }
        try ground.git("config", "--file", "repo/.git/config", "include.path", "here")
        try await ground.expect(true, in: "repo")
        // Found, but not to the end.
        try ground.write("home/more", "[include]\n\tpath = team\n")
        #expect(PlainPlace(around: "\(ground.root)/repo", environment: ground.environment) == nil)
    }

    @Test func linkedWorktreesAreFoundAndListed() async throws {
        let ground = try Ground()
        try ground.git("-C", "repo", "worktree", "add", "-q", "-b", "one", "../linked one")
        try ground.git("-C", "repo", "worktree", "add", "-q", "--detach", "../a")
        try ground.git("-C", "repo", "worktree", "add", "-q", "../gone")
        try ground.git("-C", "repo", "config", "extensions.worktreeConfig", "true")
        try ground.git("-C", "linked one", "config", "--worktree", "metaissue.record", "branch")
        try FileManager.default.removeItem(atPath: "\(ground.root)/gone")
        for folder in ["repo", "linked one", "a"] { try await ground.expect(true, in: folder) }
        for folder in ["repo", "linked one", "a"] {
            let plain = try #require(PlainPlace(around: "\(ground.root)/\(folder)", environment: ground.environment))
            let place = Place(
                gitDirectory: plain.gitDirectory, commonDirectory: plain.commonDirectory, workTree: plain.workTree,
                repository: try Repository(gitDirectory: plain.gitDirectory),
                git: Git(directory: "\(ground.root)/\(folder)").with(ground.environment),
                configuration: plain.configuration)
            let worktrees = try #require(try Worktrees.plain(of: place))
            #expect(worktrees.all.count == 3)
            #expect(worktrees.all == (try await Worktrees.ask(of: place)).all)
        }
        // As git calls a hook there.
        ground.environment["GIT_DIR"] = "\(ground.root)/repo/.git/worktrees/a"
        try await ground.expect(true, in: "a")
        #expect(PlainPlace(around: "\(ground.root)/linked one", environment: ground.environment) == nil)
        ground.environment["GIT_DIR"] = "\(ground.root)/repo/.git"
        #expect(PlainPlace(around: "\(ground.root)/repo/a", environment: ground.environment) == nil)
        ground.environment["GIT_DIR"] = nil
        // Moved by hand: git finds it no more.
        try FileManager.default.moveItem(atPath: "\(ground.root)/a", toPath: "\(ground.root)/b")
        #expect(PlainPlace(around: "\(ground.root)/b", environment: ground.environment) == nil)
    }

    /// A HEAD that needs more than its own file to be understood is git's to tell.
    @Test func aWorktreeOnABranchOfTwoNamesIsLeftToGit() async throws {
        let ground = try Ground()
        try ground.git("-C", "repo", "symbolic-ref", "refs/heads/alias", "refs/heads/main")
        try ground.git("-C", "repo", "symbolic-ref", "HEAD", "refs/heads/alias")
        try ground.git("-C", "repo", "worktree", "add", "-q", "-b", "other", "../linked")
        let plain = try #require(PlainPlace(around: "\(ground.root)/linked", environment: ground.environment))
        let place = Place(
            gitDirectory: plain.gitDirectory, commonDirectory: plain.commonDirectory, workTree: plain.workTree,
            repository: try Repository(gitDirectory: plain.gitDirectory),
            git: Git(directory: "\(ground.root)/linked").with(ground.environment), configuration: plain.configuration)
        #expect(try Worktrees.plain(of: place) == nil)
        #expect(try await Worktrees.list(of: place).checkout(of: "refs/heads/main")?.path == "\(ground.root)/repo")
        try ground.git("-C", "linked", "config", "extensions.worktreeConfig", "true")
        try ground.git("-C", "linked", "config", "--worktree", "core.worktree", "\(ground.root)/home")
        try await ground.expect(false, in: "linked")
        try await ground.expect(false, in: "repo/.git/worktrees/linked")
    }

    @Test func aLinkedWorktreeOfABareRepositoryIsFound() async throws {
        let ground = try Ground()
        try ground.git("clone", "-q", "--bare", "repo", "bare.git")
        try ground.git("-C", "bare.git", "worktree", "add", "-q", "../linked")
        try await ground.expect(true, in: "linked")
        try await ground.expect(true, in: "bare.git")
    }

    @Test func whatIsNotOrdinaryIsLeftToGit() async throws {
        for (name, value) in [
            ("GIT_DIR", "repo/.git"), ("GIT_WORK_TREE", "."), ("GIT_CONFIG_COUNT", "0"), ("GIT_CONFIG_PARAMETERS", ""),
            ("GIT_CEILING_DIRECTORIES", "/"), ("GIT_OBJECT_DIRECTORY", "x"), ("GIT_NAMESPACE", "x"),
            ("GIT_CONFIG_NOSYSTEM", "perhaps"), ("GIT_CONFIG_GLOBAL", "relative"), ("GIT_SOMETHING_NEW", "1"),
        ] {
            let ground = try Ground()
            ground.environment[name] = value
            #expect(PlainPlace(around: "\(ground.root)/repo", environment: ground.environment) == nil, "\(name)")
        }
        for (key, value) in [
            ("includeIf.gitdir:/**/repo/.path", "more"), ("includeIf.onbranch:main.path", "more"),
            ("includeIf.gitdir:repo/.path", "more"), ("core.worktree", "../.."),
            ("core.bare", "true"), ("core.repositoryFormatVersion", "2"), ("extensions.refStorage", "reftable"),
            ("extensions.unheardOf", "true"),
        ] {
            let ground = try Ground()
            try ground.git("config", "--file", "repo/.git/config", key, value)
            try await ground.expect(false, in: "repo", "\(key)")
        }
        let ground = try Ground()
        try ground.git("-C", "repo", "-c", "protocol.file.allow=always", "submodule", "--quiet", "add", "./", "sub")
        try await ground.expect(false, in: "repo/sub")
        try await ground.expect(false, in: "repo/.git")
        try await ground.expect(false, in: "home")
        try ground.write("repo/.git/config", "[broken\n")
        try await ground.expect(false, in: "repo")
    }

    @Test func aRepositoryOfSomebodyElseIsLeftToGit() async throws {
        // Only root can give a folder away.
        guard geteuid() == 0 else { return }
        for path in ["repo", "repo/.git"] {
            let ground = try Ground()
            #expect(chown("\(ground.root)/\(path)", 12_345, 12_345) == 0)
            try await ground.expect(false, in: "repo", "\(path)")
        }
    }
}
