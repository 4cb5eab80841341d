import Foundation
import Testing

/// Reading and writing commands do the same wherever and however they are called.
@Suite struct PlacesTests {
    /// A way to call the program, and what it stands for.
    enum Way: String, CaseIterable {
        case top, subfolder, gitDashC, gitDir, gitDirAlone, alias, shellAlias, worktree, submodule, gitFolder
    }

    private struct Called {
        /// Removes everything when it goes away.
        let owner: TestRepository
        let origin: TestRepository
        let view: TestRepository
        let command: [String]

        func run(_ arguments: String...) throws -> TestRepository.Outcome {
            try view.run("/usr/bin/env", command + arguments)
        }
    }

    private func call(_ way: Way) throws -> Called {
        let repository = try TestRepository()
        try repository.putProgramInPath()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "src/deep/cache.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        let inside = repository.at(repository.root.appendingPathComponent("src/deep"))
        let outside = repository.at(repository.world)
        switch way {
        case .top:
            return Called(owner: repository, origin: repository, view: repository, command: ["git", "metaissue"])
        case .subfolder:
            return Called(owner: repository, origin: repository, view: inside, command: ["git", "metaissue"])
        case .gitDashC:
            return Called(
                owner: repository, origin: repository, view: outside,
                command: ["git", "-C", "repo", "-C", "src", "metaissue"])
        case .gitDir:
            outside.variables["GIT_DIR"] = "repo/.git"
            outside.variables["GIT_WORK_TREE"] = "repo"
            return Called(owner: repository, origin: repository, view: outside, command: ["git", "metaissue"])
        case .gitDirAlone:
            // The work tree is then the folder one is in.
            repository.variables["GIT_DIR"] = ".git"
            let view = repository.at(repository.root)
            repository.variables["GIT_DIR"] = nil
            return Called(owner: repository, origin: repository, view: view, command: ["git", "metaissue"])
        case .alias:
            try repository.git(["config", "alias.mi", "metaissue"])
            return Called(owner: repository, origin: repository, view: inside, command: ["git", "mi"])
        case .shellAlias:
            // Git runs it at the top, with GIT_PREFIX naming the folder.
            try repository.git(["config", "alias.mi", "!git metaissue"])
            return Called(owner: repository, origin: repository, view: inside, command: ["git", "mi"])
        case .worktree:
            try repository.git(["worktree", "add", "-q", "../side", "-b", "side"])
            let side = repository.at(repository.world.appendingPathComponent("side/src"))
            return Called(owner: repository, origin: repository, view: side, command: ["git", "metaissue"])
        case .submodule:
            let outer = try repository.sibling("outer")
            try outer.git(["-c", "protocol.file.allow=always", "submodule", "add", "-q", repository.root.path, "inner"])
            try outer.commit("A submodule")
            let inner = repository.at(outer.root.appendingPathComponent("inner"))
            try inner.git(["config", "metaissue.record", "mainline"])
            return Called(
                owner: repository, origin: inner, view: repository.at(outer.root.appendingPathComponent("inner/src")),
                command: ["git", "metaissue"])
        case .gitFolder:
            return Called(
                owner: repository, origin: repository,
                view: repository.at(repository.root.appendingPathComponent(".git/refs")),
                command: ["git", "metaissue"])
        }
    }

    @Test(arguments: Way.allCases) func readingAndWriting(way: Way) throws {
        let called = try call(way)
        let origin = called.origin
        for arguments in [["status"], ["show", "1"], ["brief"], ["status", "--porcelain"], ["sync", "--dry-run"]] {
            let here = try origin.run(TestRepository.binary, arguments)
            let there = try called.view.run("/usr/bin/env", called.command + arguments)
            #expect(
                there.output == here.output && there.status == 0 && here.status == 0, "\(arguments): \(there.complaint)"
            )
        }
        #expect(try called.run("config", "metaissue.slow-service.prefix").output == "perf\n")
        #expect(try called.run("sync", "--check").status == 1)
        let synced = try called.run("sync", "--commit")
        #expect(synced.status == 0, "\(synced.complaint)")
        #expect(try called.run("sync", "--check").status == 0)
        let judged = try called.run("verdict", "1", "partial", "--reason", "half as slow")
        #expect(judged.status == 0, "\(judged.complaint)")
        let started = try called.run("start-attempt", "Next", "--no-switch")
        #expect(started.status == 0, "\(started.complaint)")
        #expect(try origin.git(["rev-parse", "--verify", "perf-attempt-002-next"]).count == 40)
        #expect(
            try origin.git(["show", "main:\(TestRepository.saga)/implementation-log.md"]).contains("Attempt 001 landed")
        )
        #expect(try origin.git(["status", "--porcelain"]) == "")
        #expect(try origin.git(["fsck", "--strict", "--no-dangling"]) == "")
    }

    @Test func aSagaIsNamedByItsFolderFromWhereOneStands() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("new", "Other Way")
        let path = "\(repository.root.path)/\(TestRepository.saga)"
        for name in ["slow-service", TestRepository.saga, "./\(TestRepository.saga)/", path, "\(path)//"] {
            let text = try repository.metaissue("status", "--saga", name)
            #expect(text.hasPrefix("Slow Service") && !text.contains("Other Way"), "\(name)")
        }
        let docs = repository.at(repository.root.appendingPathComponent("docs/meta-issues/other-way"))
        #expect(try docs.metaissue("status", "--saga", "../slow-service").hasPrefix("Slow Service"))
        #expect(try docs.metaissue("status", "--saga", ".").hasPrefix("Other Way"))
        try docs.refuses("status", "--saga", "../nothing", saying: "there is no saga")
    }

    @Test func aBareRepositoryReadsAndCommitsWithoutAWorkTree() throws {
        let called = try call(.top)
        let bare = try called.origin.clone("bare.git", options: ["--bare"])
        try bare.putProgramInPath()
        for arguments in [["status"], ["show", "1"], ["brief"], ["config", "--list"]] {
            #expect(try bare.git(["metaissue"] + arguments) == called.origin.git(["metaissue"] + arguments))
        }
        try bare.refuses("sync", saying: "sync --commit")
        try bare.metaissue("sync", "--commit")
        try bare.metaissue("verdict", "1", "partial")
        try bare.metaissue("start-attempt", "Next")
        #expect(try bare.git(["show", "main:\(TestRepository.saga)/README.md"]).contains("⚠️ Partial"))
    }

    @Test func anAliasWithOptionsCompletesAndFindsItsHelp() throws {
        let called = try call(.alias)
        try called.origin.git(["config", "alias.st", "metaissue status --porcelain"])
        #expect(try called.view.git(["st"]).hasPrefix("saga slow-service\n"))
        #expect(try called.view.tryGit(["mi", "status", "-h"]).output.hasPrefix("usage: git metaissue status"))
    }

    /// A reflog that is made by looking would be written on by git from then on, with the permissions of whoever looked.
    @Test func readingMakesNoReflogs() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        let bare = try repository.clone("bare.git", options: ["--bare"])
        for words in [["status"], ["show", "1"], ["brief"], ["sync", "--check"], ["doctor"], ["sync", "--commit"]] {
            _ = try bare.run(TestRepository.binary, words)
            #expect(!bare.exists("logs"), "\(words)")
        }
    }

    @Test func whatIsMadeInASharedRepositoryIsEverybodys() throws {
        let repository = try TestRepository()
        let bare = repository.at(repository.world.appendingPathComponent("bare.git"))
        try repository.git(["init", "-q", "--bare", "--shared=group", bare.root.path])
        try repository.git(["push", "-q", bare.root.path, "main"])
        let script = """
            umask 022
            "$0" new "Slow Service" && "$0" start-attempt "Caching Layer" --no-switch && "$0" status
            find . -type d ! -perm -g+w; find metaissue -type f ! -perm -g+w
            """
        let outcome = try bare.run("/bin/sh", ["-c", script, TestRepository.binary])
        #expect(outcome.status == 0 && bare.exists("refs/metaissue/slow-service/001"), "\(outcome)")
        #expect(!outcome.output.contains("./") && !outcome.output.contains("metaissue/lock"), "\(outcome.output)")
    }
}
