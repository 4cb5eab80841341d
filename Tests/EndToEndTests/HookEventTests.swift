import Foundation
import Testing

/// Every operation of git in which a hook runs, in every mode: a recorder beside our hooks tells which event came, and what
/// the mainline, the documents and the anchors were right after it. A twin of the repository, with the recorder alone,
/// tells what git does by itself.
@Suite struct HookEventTests {
    /// One event as it was seen.
    struct Seen: Equatable {
        /// `post-merge 0`
        let event: String
        /// Whether the mainline's newest commit is one of ours.
        let isRecorded: Bool
        /// Whether the log in the work tree was changed and not committed.
        let isModified: Bool
    }

    /// What an operation is, and which of its events writes.
    struct Operation: CustomTestStringConvertible, Sendable {
        let name: String
        /// Commands before, with our hooks asleep.
        var before: [[String]] = []
        /// The operation: words of git; "!" in front: it fails.
        let commands: [[String]]
        /// The event that writes the record; nil: none does.
        let writer: String?
        /// What has to stand in the log when it was written.
        var says = "landed ("
        /// How often it is recorded: a part first, then the whole.
        var records = 1
        var testDescription: String { name }
    }

    static let branch = "perf-attempt-001-caching-layer"
    private static let second = "perf-attempt-002-better-index"

    static let operations: [Operation] = [
        Operation(name: "commit", commands: [["commit", "-q", "--allow-empty", "-m", "Other"]], writer: nil),
        Operation(name: "amend", commands: [["commit", "-q", "--amend", "-m", "A service, again"]], writer: nil),
        Operation(
            name: "commit on the branch",
            commands: [["switch", "-q", branch], ["commit", "-q", "--allow-empty", "-m", "More"]], writer: nil),
        Operation(name: "fast-forward", commands: [["merge", "-q", "--ff-only", branch]], writer: "post-merge 0"),
        Operation(name: "merge", commands: [["merge", "-q", "--no-ff", "--no-edit", branch]], writer: "post-merge 0"),
        Operation(
            name: "octopus", commands: [["merge", "-q", "--no-ff", "--no-edit", branch, second]], writer: "post-merge 0"
        ),
        Operation(
            name: "squash", commands: [["merge", "-q", "--squash", branch], ["commit", "-q", "-m", "Squashed"]],
            writer: "post-commit"),
        Operation(
            name: "merge --no-commit",
            commands: [["merge", "-q", "--no-ff", "--no-commit", branch], ["commit", "-q", "--no-edit"]],
            writer: "post-commit"),
        Operation(
            name: "merge --continue",
            commands: [["merge", "-q", "--no-ff", "--no-commit", branch], ["merge", "--continue"]],
            writer: "post-commit"),
        Operation(
            name: "conflicted merge",
            before: [["config", "test.conflict", "cache.py"]],
            commands: [
                ["!merge", "-q", "--no-edit", branch], ["checkout", "-q", "--theirs", "cache.py"], ["add", "cache.py"],
                ["commit", "-q", "--no-edit"],
            ],
            writer: "post-commit"),
        Operation(
            name: "cherry-pick of all, one by one",
            commands: [["cherry-pick", "\(branch)~1"], ["cherry-pick", branch]], writer: "post-commit", records: 2),
        Operation(
            name: "range of cherry-picks", commands: [["cherry-pick", "main..\(branch)"]], writer: "post-commit"),
        Operation(
            name: "revert -m 1", before: [["merge", "-q", "--no-ff", "--no-edit", branch], ["metaissue"]],
            commands: [["revert", "--no-edit", "-m", "1", ":/^Merge"]], writer: "post-commit", says: "reverted ("),
        Operation(
            name: "revert of a squash",
            before: [["merge", "-q", "--squash", branch], ["commit", "-q", "-m", "Squashed"], ["metaissue"]],
            commands: [["revert", "--no-edit", ":/^Squashed"]], writer: "post-commit", says: "reverted ("),
        Operation(
            name: "range of reverts", before: [["merge", "-q", "--ff-only", branch], ["metaissue"]],
            commands: [["revert", "--no-edit", "\(branch)~2..\(branch)"]], writer: "post-commit", says: "reverted ("),
        Operation(
            name: "rebase", before: [["commit", "-q", "--allow-empty", "-m", "Other"]],
            commands: [["rebase", "-q", "main", branch], ["switch", "-q", "main"]], writer: nil),
        Operation(
            name: "checkout and switch",
            commands: [
                ["checkout", "-q", branch], ["switch", "-q", "main"], ["switch", "-q", "--detach"],
                ["switch", "-q", "main"],
            ], writer: nil),
        Operation(name: "worktree add", commands: [["worktree", "add", "-q", "../linked", branch]], writer: nil),
        Operation(
            name: "pull of somebody's landing", before: [["origin"]],
            commands: [["pull", "-q", "--ff-only", "origin", "main"]], writer: nil),
        Operation(
            name: "pull --rebase of own work", before: [["origin"], ["commit", "-q", "--allow-empty", "-m", "Own"]],
            commands: [["pull", "-q", "--rebase", "origin", "main"]], writer: nil),
        Operation(
            name: "fetch, reset, branch -D", before: [["origin"]],
            commands: [
                ["fetch", "-q", "origin"], ["reset", "-q", "--soft", "HEAD"], ["branch", "-q", "-D", second],
            ], writer: nil),
    ]

    @Test(arguments: operations)
    func theRightEventWritesAndGitGoesOnAsWithoutHooks(operation: Operation) throws {
        let repository = try ready(for: operation)
        let plain = try perform(operation, in: repository.copied(), mode: nil)
        for mode in ["commit", "write", "notify"] {
            compare(try perform(operation, in: repository.copied(), mode: mode), plain, operation, mode)
        }
    }

    private func compare(_ hooked: Result, _ plain: Result, _ operation: Operation, _ mode: String) {
        #expect(hooked.statuses == plain.statuses, "\(mode)")
        #expect(hooked.seen.map(\.event) == plain.seen.map(\.event), "\(mode): the same events came")
        #expect(hooked.shape == plain.shape, "\(mode): the same commits, besides ours")
        let lines = hooked.said.filter { $0.hasPrefix("metaissue: ") }
        #expect(hooked.said.filter { !$0.hasPrefix("metaissue: ") } == plain.said, "\(mode): nothing else is said")
        // Which event wrote: the first one after which something had changed.
        let written = hooked.seen.first { mode == "write" ? $0.isModified : $0.isRecorded }?.event
        switch mode {
        case "commit":
            #expect(written == operation.writer)
            #expect(hooked.status == "", "clean")
            #expect(hooked.isSwitchable)
            if operation.writer != nil {
                #expect(lines.count == operation.records && hooked.log.contains(operation.says))
            }
        case "write":
            #expect(written == operation.writer)
            #expect(hooked.seen.allSatisfy { !$0.isRecorded }, "nothing is committed")
            #expect(hooked.staged == "", "nothing is staged")
            if operation.writer != nil {
                #expect(lines.last?.contains("git metaissue sync --commit") == true)
                #expect(hooked.log.contains(operation.says))
            } else {
                #expect(hooked.status == "")
            }
        default:
            #expect(written == nil && hooked.status == "" && hooked.isSwitchable)
            if operation.writer != nil { #expect(lines.last?.contains("git metaissue sync --commit") == true) }
        }
        #expect(lines.count <= operation.commands.count, "at most one line a command: \(lines)")
    }

    /// What came of an operation.
    private struct Result {
        var statuses: [Int32] = []
        var said: [String] = []
        var seen: [Seen] = []
        var shape = ""
        var status = ""
        var staged = ""
        var log = ""
        var isSwitchable = true
    }

    /// A repository with two attempts, in which the operation may begin.
    private func ready(for operation: Operation) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.time("2024-09-01")
        try repository.makeSaga(hooks: false)
        let one = try repository.attempt("Caching Layer", file: "cache.py", commits: 2, extra: ["--record", "branch"])
        let two = try repository.attempt("Better Index", file: "index.py", commits: 1, extra: ["--record", "branch"])
        #expect(one == Self.branch && two == Self.second)
        // What is in progress is not the hooks' business.
        try repository.metaissue("sync", "--commit")
        try prepare(operation, repository)
        return repository
    }

    /// Runs the operation; `mode` nil: with the recorder alone.
    private func perform(_ operation: Operation, in repository: TestRepository, mode: String?) throws -> Result {
        try record(in: repository)
        if let mode {
            try repository.metaissue("hooks", "install", "--mode", "files")
            try repository.git(["config", "metaissue.hooks.mode", mode])
        }
        repository.clock = 1_727_000_000
        var result = Result()
        for words in operation.commands {
            let fails = words[0].hasPrefix("!")
            let outcome = try repository.tryGit([fails ? String(words[0].dropFirst()) : words[0]] + words.dropFirst())
            #expect((outcome.status != 0) == fails, "\(words): \(outcome.complaint)")
            result.statuses.append(outcome.status)
            result.said += outcome.complaint.split(separator: "\n").map(String.init)
        }
        result.seen = try seen(in: repository)
        result.shape = try shape(of: repository)
        result.status = try repository.git(["status", "--porcelain"])
        result.staged = try repository.git(["diff", "--cached", "--name-only"])
        result.log = try repository.log
        for branch in [Self.branch, "main"] where mode != "write" && operation.name != "worktree add" {
            if try repository.tryGit(["switch", "-q", branch]).status != 0 { result.isSwitchable = false }
        }
        return result
    }

    private func prepare(_ operation: Operation, _ repository: TestRepository) throws {
        for words in operation.before {
            switch words[0] {
            case "metaissue": try repository.metaissue("sync", "--commit")
            case "config":
                try repository.write(words[2], "mine = 1\n")
                try repository.commit("Mine")
            case "origin":
                // Somebody landed the first attempt on the server.
                let server = try repository.clone("server")
                try server.git(["merge", "-q", "--no-ff", "--no-edit", "origin/\(Self.branch)"])
                try repository.git(["remote", "add", "origin", server.root.path])
                try repository.git(["fetch", "-q", "origin"])
                try repository.git(["branch", "-q", "--set-upstream-to=origin/main", "main"])
            default: try repository.git(words)
            }
        }
    }

    /// A recorder in each of the four hooks, which writes down what it sees when it is called.
    private func record(in repository: TestRepository) throws {
        let trace = repository.world.appendingPathComponent("trace").path
        for event in ["post-merge", "post-commit", "post-rewrite", "post-checkout"] {
            let arguments = event == "post-checkout" ? "" : " $*"
            let script = """
                #!/bin/sh
                unset GIT_INDEX_FILE
                ours=$(git log -1 --format=%s main | grep -c '^metaissue: bring')
                changed=$(git diff --name-only -- '*/implementation-log.md' | wc -l)
                # A record that was there before the operation is nothing new.
                [ "$(git rev-parse main)" != "$(cat '\(trace).tip')" ] || ours=0
                echo "\(event)\(arguments)|$ours|$changed" >>'\(trace)'

                """
            try repository.write(".git/hooks/\(event)", script)
            try FileManager.default.setAttributes(
                [.posixPermissions: 0o755],
                ofItemAtPath: repository.root.appendingPathComponent(".git/hooks/\(event)").path)
        }
        try Data(try repository.git(["rev-parse", "main"]).utf8).write(to: URL(fileURLWithPath: trace + ".tip"))
    }

    private func seen(in repository: TestRepository) throws -> [Seen] {
        let trace = repository.world.appendingPathComponent("trace")
        guard let bytes = try? Data(contentsOf: trace) else { return [] }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { line in
            let parts = line.split(separator: "|")
            return Seen(
                event: parts[0].trimmingCharacters(in: .whitespaces), isRecorded: parts[1] == "1",
                isModified: parts[2].hasSuffix("1"))
        }
    }

    /// Subjects, numbers of parents and code of every commit that is not the record's.
    private func shape(of repository: TestRepository) throws -> String {
        let commits = try repository.git([
            "log", "--branches", "--topo-order", "--format=%H %s", "--invert-grep", "--grep=^metaissue: bring",
        ])
        return try commits.split(separator: "\n").map { line in
            let parts = line.split(separator: " ", maxSplits: 1)
            let code = try repository.git(["ls-tree", "-r", String(parts[0]), "--", "app.py", "cache.py", "index.py"])
            let parents = try repository.git(["log", "-1", "--format=%P", String(parts[0])]).split(separator: " ").count
            let subject = parts[1].hasPrefix("Revert") || parts[1].hasPrefix("Merge") ? parts[1].prefix(6) : parts[1]
            return "\(subject) \(parents) \(code)"
        }.sorted().joined(separator: "\n")
    }

    @Test func theNextPullAndRebaseWorkAfterARecordWasWritten() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let clone = try origin.clone()
        try clone.metaissue("hooks", "install")
        let branch = try clone.attempt("Caching Layer", file: "cache.py", extra: ["--record", "branch"])
        try clone.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        #expect(try clone.git(["log", "-1", "--format=%s"]).hasPrefix("metaissue: bring"))
        try origin.write("other.py", "other = 1\n")
        try origin.commit("Other")
        for options in [["--no-rebase", "--no-edit"], ["--rebase=merges"]] {
            let pull = try clone.tryGit(["pull", "-q"] + options)
            #expect(pull.status == 0, "\(options): \(pull.complaint)")
            #expect(try clone.git(["status", "--porcelain"]) == "")
            try origin.write("more\(options.count).py", "more = 1\n")
            try origin.commit("More")
        }
        #expect(try clone.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func whatAPersonHasHalfWrittenIsNeitherCommittedNorLost() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.metaissue("sync", "--commit")
        try repository.edit(
            "\(TestRepository.saga)/implementation-log.md", "**Branch:**", "Half a sentence, not\n\n**Branch:**")
        try repository.write("unrelated.txt", "not tracked\n")
        let merge = try repository.tryGit(["merge", "-q", "--no-ff", "--no-edit", branch])
        #expect(merge.status == 0, "\(merge.complaint)")
        #expect(try repository.log.contains("Half a sentence, not") && repository.log.contains("001 landed (merge"))
        let committed = try repository.git(["show", "HEAD:\(TestRepository.saga)/implementation-log.md"])
        #expect(!committed.contains("Half a sentence") && committed.contains("001 landed (merge"))
        let status = try repository.git(["status", "--porcelain"])
        #expect(status == " M \(TestRepository.saga)/implementation-log.md\n?? unrelated.txt")
    }
}

/// No hook ever changes git's exit status: random operations in a repository with hooks and in its twin without, with a
/// program that works, fails, hangs, is missing, or is exchanged meanwhile.
///
/// `METAISSUE_HOOK_OPERATIONS` sets how many (10,000 for the long run).
@Suite struct HookHarmlessnessTests {
    private static let count =
        ProcessInfo.processInfo.environment["METAISSUE_HOOK_OPERATIONS"].flatMap { Int($0) } ?? 60

    /// What stands where the hooks look for the program.
    private static let programs: [(name: String, script: String?)] = [
        ("real", nil), ("fails", "#!/bin/sh\necho oh no >&2\nexit 1\n"), ("killed", "#!/bin/sh\nkill -9 $$\n"),
        ("hangs for a while", "#!/bin/sh\nexec sleep 0.3\n"), ("is no program", "\u{7F}ELF nonsense"),
        ("floods", "#!/bin/sh\nyes | head -c 200000\nexit 3\n"), ("needs an interpreter", "#!/no/such/interpreter\n"),
        ("is empty", ""), ("reads standard input", "#!/bin/sh\ncat >/dev/null\nexit 128\n"),
    ]

    @Test func noHookEverChangesGitsExitStatus() throws {
        let hooked = try TestRepository()
        try hooked.time("2024-09-01")
        try hooked.makeSaga(hooks: false)
        _ = try hooked.attempt("Caching Layer", file: "cache.py", extra: ["--record", "branch"])
        let program = hooked.world.appendingPathComponent("program").path
        try FileManager.default.copyItem(atPath: TestRepository.binary, toPath: program)
        _ = try hooked.run(program, ["hooks", "install", "--mode", "files"])
        // Whatever is written must not make the two differ.
        try hooked.git(["config", "metaissue.hooks.mode", "notify"])
        hooked.variables["PATH"] = "/usr/bin:/bin"
        let plain = hooked.at(hooked.world.appendingPathComponent("plain"))
        try FileManager.default.copyItem(atPath: hooked.root.path, toPath: plain.root.path)
        try FileManager.default.removeItem(at: plain.root.appendingPathComponent(".git/hooks"))
        var dice = Dice(state: 0x4A_2B)
        var failed = 0
        for step in 1...Self.count {
            if step % 3 == 0 { try exchange(program, &dice) }
            let words = operation(step, &dice)
            plain.clock = hooked.clock
            let one = try hooked.tryGit(words)
            let other = try plain.tryGit(words)
            failed += one.status == 0 ? 0 : 1
            #expect(one.status == other.status, "step \(step): git \(words): \(one.complaint) | \(other.complaint)")
            let place = ["rev-parse", "HEAD"]
            #expect(try hooked.git(place) == plain.git(place), "step \(step): git \(words)")
            if one.status != other.status { return }
            if one.status != 0 { for repository in [hooked, plain] { try calm(repository) } }
        }
        let references = ["for-each-ref", "refs/heads"]
        #expect(try hooked.git(references) == plain.git(references))
        #expect(try hooked.git(["status", "--porcelain"]) == plain.git(["status", "--porcelain"]))
        #expect(failed < Self.count / 2, "operations that work are what it is about")
        print(
            "hooks: \(Self.count) operations, \(failed) of them failing in both repositories, no exit status differed")
    }

    /// Another program in the hooks' place, or none; replaced as an installer does it, by renaming.
    private func exchange(_ program: String, _ dice: inout Dice) throws {
        let manager = FileManager.default
        let choice = Int.random(in: 0...Self.programs.count, using: &dice)
        if choice == Self.programs.count {
            try? manager.removeItem(atPath: program)
            return
        }
        let fresh = program + ".new"
        try? manager.removeItem(atPath: fresh)
        if let script = Self.programs[choice].script {
            try Data(script.utf8).write(to: URL(fileURLWithPath: fresh))
            try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: fresh)
        } else {
            try manager.copyItem(atPath: TestRepository.binary, toPath: fresh)
        }
        guard rename(fresh, program) == 0 else { throw Problem("cannot exchange the program") }
    }

    private func operation(_ step: Int, _ dice: inout Dice) -> [String] {
        let branch = "perf-attempt-001-caching-layer"
        let operations: [[String]] = [
            ["commit", "-q", "--allow-empty", "-m", "Step \(step)"],
            ["commit", "-q", "--amend", "-m", "Again \(step)"],
            ["switch", "-q", "main"], ["switch", "-q", branch], ["checkout", "-q", "--detach"],
            ["checkout", "-q", "-"],
            ["merge", "-q", "--no-edit", branch], ["merge", "-q", "--no-ff", "--no-edit", branch],
            ["merge", "-q", "--squash", branch], ["revert", "--no-edit", "HEAD"],
            ["revert", "--no-edit", "-m", "1", "HEAD"],
            ["cherry-pick", "--allow-empty", branch], ["rebase", "-q", "main", branch],
            ["rebase", "-q", "--onto", "main~1", "main"],
            ["branch", "-f", "side", "HEAD"], ["switch", "-q", "-C", "side"], ["reset", "-q", "--hard", "HEAD~1"],
            ["stash"], ["checkout", "-q", "no-such-branch"], ["worktree", "list"], ["commit", "-q", "-m", "Nothing"],
        ]
        return operations[Int.random(in: operations.indices, using: &dice)]
    }

    /// Ends whatever failed half-way.
    private func calm(_ repository: TestRepository) throws {
        for operation in ["merge", "rebase", "cherry-pick", "revert"] {
            _ = try repository.tryGit([operation, "--abort"])
        }
        _ = try repository.tryGit(["reset", "-q", "--hard"])
    }
}
