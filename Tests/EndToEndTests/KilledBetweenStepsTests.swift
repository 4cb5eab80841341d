import Foundation
import Testing

/// A command that is killed at each `git` it runs, one after the other: the same command again, at once, finishes or
/// undoes and does it again. The `git` of the killed command goes on late every other time, as one that was slow to
/// start does; else it ends with the command.
@Suite struct KilledBetweenStepsTests {
    private static let saga = TestRepository.saga

    /// A `git` that kills the program that runs it at the call that `KILL_AT` names.
    private func deadlyGit(in repository: TestRepository) throws {
        let folder = repository.world.appendingPathComponent("deadly")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let script = """
            #!/bin/sh
            PATH='\(path)'
            if [ -n "$KILL_AT" ]; then
                calls=$(($(cat "$KILL_CALLS") + 1))
                echo "$calls" >"$KILL_CALLS"
                if [ "$calls" = "$KILL_AT" ]; then
                    kill -9 "$PPID"
                    [ "$KILL_GIT" = with ] && exit 137
                    sleep 0.1
                fi
            fi
            exec git "$@"

            """
        // Copied by a process of its own: one that another test starts just now would hold this one's file open for
        // writing, and Linux runs no such program.
        let draft = repository.world.appendingPathComponent("draft")
        try Data(script.utf8).write(to: draft)
        let copied = try repository.run("/usr/bin/install", ["-m", "755", draft.path, "\(folder.path)/git"])
        guard copied.status == 0 else { throw Problem("install: \(copied.complaint)") }
        repository.variables["PATH"] = "\(folder.path):\(path)"
        repository.variables["KILL_CALLS"] = folder.appendingPathComponent("calls").path
    }

    /// Runs a command and has it killed at one call.
    ///
    /// - Returns: false when it ended before that call.
    private func kill(_ command: [String], at call: Int, with git: Bool, in repository: TestRepository) throws -> Bool {
        try Data("0\n".utf8).write(to: repository.world.appendingPathComponent("deadly/calls"))
        repository.variables["KILL_AT"] = "\(call)"
        repository.variables["KILL_GIT"] = git ? "with" : ""
        let process = try repository.start(command)
        process.waitUntilExit()
        repository.variables["KILL_AT"] = ""
        return process.terminationReason == .uncaughtSignal
    }

    /// Kills a command at one `git` after another, until it runs to its end.
    ///
    /// - Parameters:
    ///   - first: the first call at which it is killed.
    ///   - stride: how many calls further the next one is.
    ///   - command: makes the command of a round, by the round's number.
    private func rounds(
        _ repository: TestRepository, from first: Int = 1, by stride: Int = 1,
        makes command: (Int) throws -> [String], done: String, check: (Int, String) throws -> Void
    ) throws {
        try deadlyGit(in: repository)
        var number = 0
        var isKilled = true
        while isKilled {
            number += 1
            let command = try command(number)
            let goes = number % 2 == 0
            let call = first + (number - 1) * stride
            isKilled = try kill(command, at: call, with: goes, in: repository)
            let moment = "killed at git \(call), which \(goes ? "ended too" : "went on")"
            let again = try repository.run(TestRepository.binary, command)
            #expect(again.status == 0 || again.complaint.contains(done), "\(moment): \(again.complaint)")
            try check(number, moment)
            #expect(try repository.git(["status", "--porcelain", "--ignored"]) == "", "\(moment)")
            #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "", "\(moment)")
            let state = try FileManager.default.contentsOfDirectory(
                atPath: repository.root.appendingPathComponent(".git/metaissue").path)
            #expect(Set(state).isSubset(of: ["cache", "lock"]), "\(moment): \(state)")
        }
        #expect(number > 5, "a command that runs no git proves nothing")
    }

    /// An attempt with two commits of code and a line in its results, its branch checked out.
    private func attempt(_ number: Int, in repository: TestRepository) throws {
        let branch = try repository.attempt("Try \(number)", file: "try\(number).py", commits: 2)
        try repository.git(["switch", "-q", branch])
        try repository.append("\(folder(number))/attempt-results.md", "\nIt took \(number) days.\n")
        try repository.commit("Results")
    }

    private func folder(_ number: Int) -> String {
        "\(Self.saga)/attempts/\(String(format: "%03d", number))-try-\(number)"
    }

    /// Most of the calls are the same whatever the manner: each is killed at every third.
    @Test(arguments: zip(["--merge", "--squash", "--rebase"], 1...3))
    func aLanding(_ manner: String, from first: Int) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try rounds(
            repository, from: first, by: 3,
            makes: { number throws in
                try attempt(number, in: repository)
                return ["land-attempt", "\(number)", manner]
            }, done: "is on main already"
        ) { number, moment throws in
            try repository.git(["switch", "-q", "main"])
            #expect(try repository.read("try\(number).py").contains("step_2"), "\(moment)")
            #expect(try repository.read("\(folder(number))/attempt-results.md").contains("\(number) days"), "\(moment)")
            #expect(try repository.tryMetaissue("sync", "--check").status == 0, "\(moment)")
            let landing = try repository.git([
                "log", "--first-parent", "--format=%s", "main", "--", "try\(number).py",
            ])
            #expect(landing.split(separator: "\n").count == (manner == "--rebase" ? 2 : 1), "\(moment): \(landing)")
        }
    }

    @Test func aRevert() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try rounds(
            repository,
            makes: { number throws in
                let branch = try repository.attempt("Try \(number)", file: "try\(number).py", commits: 2)
                try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
                return ["revert-attempt", "\(number)", "--reason", "round \(number)"]
            }, done: "was taken back already"
        ) { number, moment throws in
            #expect(!repository.exists("try\(number).py"), "\(moment)")
            #expect(repository.exists("\(folder(number))/attempt-results.md"), "\(moment)")
            #expect(try repository.log.contains(": round \(number)) |"), "\(moment)")
            #expect(try repository.tryMetaissue("sync", "--check").status == 0, "\(moment)")
            let reverts = try repository.git(["log", "--format=%H", "--grep=^Revert attempt .*Try \(number))"])
            #expect(reverts.utf8.count == 40, "\(moment)")
        }
    }

    @Test func abandoning() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try rounds(
            repository,
            makes: { number throws in
                try attempt(number, in: repository)
                try repository.git(["switch", "-q", "main"])
                return ["abandon-attempt", "\(number)", "--reason", "round \(number)", "--delete-branch"]
            }, done: "was abandoned"
        ) { number, moment throws in
            #expect(try repository.read("\(folder(number))/attempt-results.md").contains("\(number) days"), "\(moment)")
            #expect(try repository.log.contains("round \(number)"), "\(moment)")
            #expect(try repository.git(["branch", "--list", "*-try-\(number)"]) == "", "\(moment)")
            #expect(!repository.exists("try\(number).py"), "\(moment)")
            #expect(try repository.tryMetaissue("sync", "--check").status == 0, "\(moment)")
        }
    }

    @Test func renumbering() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try attempt(1, in: repository)
        try rounds(repository, makes: { ["renumber", "\($0)", "\($0 + 1)"] }, done: "is taken, or was") {
            number, moment throws in
            let name = "\(String(format: "%03d", number + 1))-try-1"
            #expect(try repository.git(["branch", "--list", "perf-*"]) == "* perf-attempt-\(name)", "\(moment)")
            let results = "\(Self.saga)/attempts/\(name)/attempt-results.md"
            #expect(try repository.read(results).contains("1 days"), "\(moment)")
            let log = try repository.git(["show", "main:\(Self.saga)/implementation-log.md"])
            #expect(log.components(separatedBy: "\n## Attempt ").count == 2, "\(moment)")
            #expect(log.contains("\n## Attempt \(name.prefix(3)): Try 1"), "\(moment)")
        }
    }
}
