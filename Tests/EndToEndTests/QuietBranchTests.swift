import Foundation
import Testing

/// After a commit on a branch of no attempt the hook's script need not even start the program, as long as nothing changed that
/// says so.
@Suite struct QuietBranchTests {
    /// A repository on a branch of no attempt, whose hook tells when it starts the program.
    private final class Ground {
        let main: TestRepository
        /// The main worktree, or a linked one.
        let repository: TestRepository
        private let trace: URL

        init(linked isLinked: Bool = false) throws {
            main = try TestRepository()
            trace = main.world.appendingPathComponent("started")
            try main.makeSaga()
            let recorder = main.world.appendingPathComponent("recorder")
            try Data("#!/bin/sh\necho started >>'\(trace.path)'\nexec '\(TestRepository.binary)' \"$@\"\n".utf8)
                .write(to: recorder)
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: recorder.path)
            let hook = try main.read(".git/hooks/post-commit").split(separator: "\n").map {
                $0.hasPrefix("metaissue='") ? "metaissue='\(recorder.path)'" : $0
            }
            try main.write(".git/hooks/post-commit", hook.joined(separator: "\n") + "\n")
            if isLinked {
                try main.git(["worktree", "add", "-q", "-b", "feature", "../linked"])
                repository = main.at(main.world.appendingPathComponent("linked"))
            } else {
                try main.git(["switch", "-q", "-c", "feature"])
                repository = main
            }
        }

        /// Lets ten seconds pass for every file that a note may rest on.
        func age() throws {
            let past = [FileAttributeKey.modificationDate: Date(timeIntervalSinceNow: -10)]
            for folder in [
                main.root.appendingPathComponent(".git"), main.world.appendingPathComponent("home"),
            ] {
                let files = FileManager.default.enumerator(atPath: folder.path)
                while let name = files?.nextObject() as? String {
                    try FileManager.default.setAttributes(
                        past, ofItemAtPath: folder.appendingPathComponent(name).path)
                }
            }
        }

        /// Whether a commit starts the program.
        func starts(_ options: [String] = [], in worktree: TestRepository? = nil) throws -> Bool {
            try? FileManager.default.removeItem(at: trace)
            let commit = options + ["commit", "-q", "--allow-empty", "-m", "Other work"]
            let outcome = try (worktree ?? repository).tryGit(commit)
            #expect(outcome.status == 0 && outcome.complaint == "", "\(outcome.complaint)")
            return FileManager.default.fileExists(atPath: trace.path)
        }

        /// Makes a note; the next commit then starts nothing.
        func settle(_ location: SourceLocation = #_sourceLocation) throws {
            try age()
            #expect(try starts(), sourceLocation: location)
            #expect(try !starts(), sourceLocation: location)
        }
    }

    @Test(arguments: [false, true]) func theProgramIsStartedOnceAndThenNoMoreInEveryShell(isLinked: Bool) throws {
        let ground = try Ground(linked: isLinked)
        try ground.settle()
        ground.repository.variables["PWD"] = ground.repository.root.path
        try ground.settle()
        let hook = try ground.main.read(".git/hooks/post-commit")
        for shell in ["/bin/sh -eu", "/bin/bash -eu", "/bin/bash --posix", "/bin/zsh -eu", "/bin/ksh -eu"] {
            guard FileManager.default.fileExists(atPath: String(shell.split(separator: " ")[0])) else { continue }
            try ground.main.write(
                ".git/hooks/post-commit", hook.replacingOccurrences(of: "#!/bin/sh", with: "#!\(shell)"))
            #expect(try !ground.starts(), "\(shell)")
            try ground.repository.git(["config", "some.key", shell])
            #expect(try ground.starts(), "\(shell)")
            try ground.settle()
        }
        // Nothing of it is left.
        try ground.main.metaissue("hooks", "uninstall", "--purge")
        let files = FileManager.default.enumerator(atPath: ground.main.root.appendingPathComponent(".git").path)
        while let name = files?.nextObject() as? String { #expect(!name.hasSuffix("quiet-branch")) }
    }

    /// A note says of which worktree it is.
    @Test func theNoteOfOneWorktreeIsNoOthers() throws {
        let ground = try Ground(linked: true)
        try ground.settle()
        let note = try ground.main.read(".git/worktrees/linked/metaissue/quiet-branch")
        try ground.main.git(["switch", "-q", "-c", "other"])
        try ground.main.write(".git/metaissue/quiet-branch", note)
        #expect(try ground.starts(in: ground.main))
        try ground.main.git(["switch", "-q", "main"])
        try ground.main.git(["worktree", "remove", "--force", "../linked"])
        #expect(!ground.main.exists(".git/worktrees/linked"))
    }

    /// Things that may make the branch a mainline, or that no commit may pass over.
    @Test(arguments: [
        "configuration", "global configuration", "command line", "home", "mainline", "packed references", "remote head",
        "operation", "journal", "moved", "empty variable", "empty note", "cut note", "other note",
        "note from the future", "other branch",
    ])
    func theProgramIsStartedWhen(_ what: String) throws {
        let ground = try Ground()
        let repository = ground.repository
        try ground.settle()
        let note = ".git/metaissue/quiet-branch"
        let text = try repository.read(note)
        var options: [String] = []
        switch what {
        case "configuration": try repository.git(["config", "metaissue.mainline", "feature"])
        case "global configuration": try repository.git(["config", "--global", "metaissue.mainline", "feature"])
        case "command line": options = ["-c", "metaissue.mainline=feature"]
        case "home":
            let other = repository.world.appendingPathComponent("other")
            try FileManager.default.createDirectory(at: other, withIntermediateDirectories: true)
            repository.variables["HOME"] = other.path
        case "mainline":
            let commit = try repository.git(["commit-tree", "-m", "Elsewhere", "-p", "main", "main^{tree}"])
            try repository.git(["update-ref", "refs/heads/main", commit])
        case "packed references": try repository.git(["pack-refs", "--all"])
        case "remote head":
            try repository.git(["update-ref", "refs/remotes/origin/feature", "feature"])
            try repository.git(["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/feature"])
        case "moved":
            // A folder is what `includeIf` asks for.
            let root = repository.root
            let other = repository.world.appendingPathComponent("elsewhere")
            try FileManager.default.moveItem(at: root, to: other)
            repository.variables["PWD"] = other.path
            #expect(try ground.starts(in: repository.at(other)))
            return
        case "empty variable": repository.variables["GIT_CONFIG_SYSTEM"] = ""
        case "operation": try repository.write(".git/metaissue/operation", "{}")
        case "journal": try repository.write(".git/metaissue/journal", "{}")
        case "empty note": try repository.write(note, "")
        case "cut note": try repository.write(note, String(text.dropLast("end\n".count)))
        case "other note": try repository.write(note, "of a later version\n" + text)
        case "note from the future":
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: 3600)],
                ofItemAtPath: repository.root.appendingPathComponent(note).path)
        default: try repository.git(["switch", "-q", "-c", "perf-attempt-007-something"])
        }
        #expect(try ground.starts(options))
        if what == "other branch" {
            let tip = try repository.git(["rev-parse", "HEAD"])
            #expect(try repository.git(["rev-parse", "refs/metaissue/slow-service/007"]) == tip)
        }
    }

    /// Where something else than the note's files may make a mainline of the branch, there is no note.
    @Test(arguments: ["no sagas", "master", "symbolic branch", "symbolic mainline", "linked file", "remote mainline"])
    func nothingIsNotedWith(_ what: String) throws {
        let ground = try Ground()
        let repository = ground.repository
        switch what {
        case "no sagas":
            try repository.git(["branch", "-q", "-f", "main", "main~1"])
        case "master":
            try repository.git(["branch", "-q", "-m", "main", "master"])
            try repository.git(["config", "remote.origin.url", "file:///nowhere"])
        case "symbolic branch":
            try repository.git(["symbolic-ref", "refs/heads/current", "refs/heads/feature"])
            try repository.git(["symbolic-ref", "HEAD", "refs/heads/current"])
        case "symbolic mainline":
            try repository.git(["branch", "-q", "-m", "main", "trunk"])
            try repository.git(["symbolic-ref", "refs/heads/main", "refs/heads/trunk"])
        case "linked file":
            let home = repository.world.appendingPathComponent("home")
            try FileManager.default.moveItem(
                at: home.appendingPathComponent(".gitconfig"), to: home.appendingPathComponent("profile"))
            try FileManager.default.createSymbolicLink(
                atPath: home.appendingPathComponent(".gitconfig").path, withDestinationPath: "profile")
        default:
            try repository.git(["update-ref", "refs/remotes/origin/main", "main"])
            try repository.git(["update-ref", "-d", "refs/heads/main"])
        }
        for _ in 1...3 {
            try ground.age()
            #expect(try ground.starts())
        }
        #expect(!repository.exists(".git/metaissue/quiet-branch"))
    }

    /// A branch becomes a mainline, and the note of before is gone.
    @Test func aNoteDoesNotOutliveWhatItSays() throws {
        let ground = try Ground()
        let repository = ground.repository
        try ground.settle()
        #expect(repository.exists(".git/metaissue/quiet-branch"))
        try repository.git(["switch", "-q", "main"])
        #expect(!repository.exists(".git/metaissue/quiet-branch"))
    }

    @Test func whatCommitsConcernIsNeverNoted() throws {
        let ground = try Ground()
        let repository = ground.repository
        for branch in ["main", "perf-attempt-007-something", "release"] {
            if branch != "main" { try repository.git(["branch", branch]) }
            if branch == "release" {
                try repository.edit(".metaissue", "mainline = main", "mainline = release")
                try repository.git(["switch", "-q", "main"])
                try repository.commit("Records go to release")
            }
            try repository.git(["switch", "-q", branch])
            for _ in 1...3 {
                try ground.age()
                #expect(try ground.starts(), "\(branch)")
            }
            let note = try? repository.read(".git/metaissue/quiet-branch")
            #expect(note?.contains("head ref: refs/heads/\(branch)\n") != true, "\(branch)")
            try repository.git(["switch", "-q", "feature"])
        }
    }

    /// What the tests' surroundings hide: git puts its own folder before PATH, and the machine has a configuration.
    @Test func aHookFindsAnOrdinaryRepositoryWithoutAskingGit() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        repository.variables["GIT_CONFIG_NOSYSTEM"] = "0"
        guard try repository.tryGit(["config", "--system", "--get-regexp", "^include"]).output.isEmpty else { return }
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["switch", "-q", branch])
        let trace = repository.world.appendingPathComponent("trace")
        repository.variables["GIT_TRACE"] = trace.path
        try repository.git(["commit", "-q", "--allow-empty", "-m", "Step"])
        repository.variables["GIT_TRACE"] = "0"
        let commands = String(decoding: try Data(contentsOf: trace), as: UTF8.self).split(separator: "\n")
            .filter { $0.contains("trace: built-in: git ") }
        #expect(commands.count == 1, "\(commands)")
        let tip = try repository.git(["rev-parse", "HEAD"])
        #expect(try repository.git(["rev-parse", "refs/metaissue/slow-service/001"]) == tip)
    }
}
