import Foundation
import Testing

/// Commands that run at the same moment: never one number twice, never a damaged record.
@Suite struct ConcurrencyTests {
    private static let rounds = 4

    /// Starts all commands at once and waits for them.
    private func race(_ commands: [[String]], in repository: TestRepository) throws -> [Int32] {
        let processes = try commands.map { try repository.start($0) }
        for process in processes { process.waitUntilExit() }
        return processes.map(\.terminationStatus)
    }

    private func expectIntact(_ repository: TestRepository) throws {
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(!repository.exists(".git/metaissue/journal"))
        let branches = try repository.git(["for-each-ref", "--format=%(refname:short)", "refs/heads/perf-*"])
            .split(separator: "\n").map(String.init)
        let numbers = branches.map { $0.prefix("perf-attempt-000".count) }
        #expect(Set(numbers).count == numbers.count, "\(branches)")
        let log = try repository.git(["show", "main:\(TestRepository.saga)/implementation-log.md"])
        let sections = log.components(separatedBy: "\n## Attempt ").dropFirst().map { $0.prefix(3) }
        #expect(Set(sections).count == sections.count, "\(sections)")
        let folders = try repository.git(["ls-tree", "--name-only", "-d", "main:\(TestRepository.saga)/attempts"])
        #expect(Set(folders.split(separator: "\n").map { $0.prefix(3) }).count == sections.count)
    }

    @Test(arguments: ["mainline", "branch"])
    func startAttemptsAtOnceGetDifferentNumbers(record: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        for round in 1...Self.rounds {
            let commands = ["a", "b", "c"].map {
                ["start-attempt", "Try \($0) of \(round)", "--no-switch", "--record", record]
            }
            #expect(try race(commands, in: repository) == [0, 0, 0])
        }
        if record == "mainline" { try expectIntact(repository) }
        let branches = try repository.git(["for-each-ref", "--format=%(refname:short)", "refs/heads/perf-*"])
            .split(separator: "\n").map { $0.prefix("perf-attempt-000".count) }
        #expect(branches.count == 3 * Self.rounds && Set(branches).count == branches.count)
    }

    @Test func theSameTitleAtOnceMakesOneAttempt() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        for round in 1...Self.rounds {
            let command = ["start-attempt", "Try \(round)", "--no-switch"]
            #expect(try race([command, command], in: repository) == [0, 0])
        }
        try expectIntact(repository)
        #expect(try repository.status().sagas.first?.attempts.count == Self.rounds)
    }

    @Test func syncsAtOnceMakeOneCommit() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        for round in 1...Self.rounds {
            let branch = try repository.attempt("Try \(round)", file: "try\(round).py", commits: 1)
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
            let before = try repository.git(["rev-list", "--count", "main"])
            #expect(try race([["sync", "--commit"], ["sync", "--commit"], ["sync"]], in: repository) == [0, 0, 0])
            if try repository.git(["status", "--porcelain"]) != "" { try repository.metaissue("sync", "--commit") }
            let after = try repository.git(["rev-list", "--count", "main"])
            #expect(Int(after) == Int(before).map { $0 + 1 }, "round \(round)")
        }
        try expectIntact(repository)
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func syncAndStartAttemptAtOnceBothHappen() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        for round in 1...Self.rounds {
            let branch = try repository.attempt("Try \(round)", file: "try\(round).py", commits: 1)
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
            let commands = [["sync", "--commit"], ["start-attempt", "Other \(round)", "--no-switch"], ["status"]]
            #expect(try race(commands, in: repository) == [0, 0, 0])
        }
        try expectIntact(repository)
        #expect(try repository.status().sagas.first?.attempts.count == 2 * Self.rounds)
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func commitsOfGitAtTheSameMomentAreNotLost() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        for round in 1...Self.rounds {
            try repository.write("work.py", "work = \(round)\n")
            try repository.git(["add", "work.py"])
            let start = try repository.start(["start-attempt", "Try \(round)", "--no-switch"])
            let commit = try repository.tryGit(["commit", "-q", "-m", "Work \(round)"])
            start.waitUntilExit()
            if commit.status != 0 { try repository.git(["commit", "-q", "-m", "Work \(round)"]) }
            if start.terminationStatus != 0 { try repository.metaissue("start-attempt", "Try \(round)", "--no-switch") }
        }
        let subjects = try repository.git(["log", "--format=%s", "main"]).split(separator: "\n")
        for round in 1...Self.rounds { #expect(subjects.contains("Work \(round)")) }
        try expectIntact(repository)
        let log = try repository.log
        for round in 1...Self.rounds { #expect(log.contains(": Try \(round)\n")) }
    }

    @Test func aGitThatAKilledCommandLeftIsWaitedFor() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        // As a kill leaves it: the last owner of the lock is gone, and its git goes on.
        let gone = "2147480000"
        try repository.write(".git/metaissue/lock", gone + "\n")
        let left = Process()
        left.executableURL = URL(fileURLWithPath: "/bin/sleep")
        left.arguments = ["1.5"]
        left.environment = ["METAISSUE_RUNNING": gone]
        try left.run()
        // A hook waits for nobody, and does not take the name away.
        #expect(try repository.tryMetaissue("hook", "post-commit").status == 0)
        #expect(try repository.read(".git/metaissue/lock") == gone + "\n" && left.isRunning)
        try repository.metaissue("sync")
        #expect(!left.isRunning)
        left.waitUntilExit()
        // Nobody waits for one that came to its end.
        #expect(try repository.read(".git/metaissue/lock") == "")
        try repository.refuses("revert-attempt", "7", saying: "no attempt")
        #expect(try repository.read(".git/metaissue/lock") == "")
    }

    @Test func theLockOfAnAnchorThatAKilledCommandLeftIsTakenAway() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching Layer", file: "cache.py")
        let anchor = "refs/metaissue/slow-service/001"
        try repository.write(".git/\(anchor).lock", "")
        // Whoever else has it comes to its end.
        try repository.metaissue("sync")
        #expect(repository.exists(".git/\(anchor).lock"))
        try repository.write(".git/metaissue/lock", "2147480000\n")
        try repository.metaissue("sync")
        #expect(!repository.exists(".git/\(anchor).lock"))
        #expect(
            try repository.git(["rev-parse", anchor])
                == repository.git(["rev-parse", "perf-attempt-001-caching-layer"]))
    }
}
