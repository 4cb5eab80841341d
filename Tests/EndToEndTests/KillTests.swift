import Foundation
import Testing

/// A process that is killed at any moment: the same command again finishes, and no number is lost or doubled.
///
/// `METAISSUE_KILLS` sets how often (200 for the long run); every kill is drawn from a seeded generator.
@Suite struct KillTests {
    private static let kills = ProcessInfo.processInfo.environment["METAISSUE_KILLS"].flatMap { Int($0) } ?? 6

    /// Runs a command and kills it, with every git it started, after some microseconds.
    ///
    /// - Returns: true when it was killed, false when it had ended by then.
    private func kill(_ arguments: [String], after microseconds: UInt32, in repository: TestRepository) throws -> Bool {
        let process = try repository.start(arguments)
        usleep(microseconds)
        let running = process.isRunning
        if running { Glibc.kill(process.processIdentifier, SIGKILL) }
        process.waitUntilExit()
        return running
    }

    /// How long the command takes when nothing disturbs it, in microseconds.
    private func duration(_ body: () throws -> Void) rethrows -> UInt32 {
        let start = Date()
        try body()
        return UInt32(Date().timeIntervalSince(start) * 1_000_000)
    }

    private func expectIntact(_ repository: TestRepository, _ moment: String) throws {
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "", "\(moment)")
        #expect(try repository.git(["status", "--porcelain", "--ignored"]) == "", "\(moment)")
        #expect(!repository.exists(".git/metaissue/journal"), "\(moment)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: repository.root.path)
        let left = files.filter { $0.hasSuffix(".metaissue-new") || $0.hasSuffix(".lock") }
        #expect(left == [], "\(moment)")
    }

    @Test func startAttemptIsFinishedByTheSameCommand() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let whole = try duration { try repository.metaissue("start-attempt", "Measured") }
        var dice = Dice(state: 0xA77E_3B70)
        var killed = 0
        for round in 1...Self.kills {
            try repository.git(["switch", "-q", "main"])
            let command = ["start-attempt", "Try \(round)", "--record", round % 4 == 0 ? "branch" : "mainline"]
            let moment = UInt32.random(in: 0...(whole + whole / 5), using: &dice)
            if try kill(command, after: moment, in: repository) { killed += 1 }
            let again = try repository.run(TestRepository.binary, command)
            #expect(again.status == 0, "killed after \(moment) µs: \(again.complaint)")
            let branch = try repository.git(["branch", "--show-current"])
            #expect(branch.hasSuffix("-try-\(round)"), "killed after \(moment) µs: on \(branch)")
            try expectIntact(repository, "round \(round), killed after \(moment) µs")
        }
        let branches = try repository.git(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/perf-*"])
            .split(separator: "\n").map { Int($0.dropFirst("perf-attempt-".count).prefix(3)) }
        #expect(branches == (1...(Self.kills + 1)).map { $0 }, "no number lost or doubled")
        let anchors = try repository.git(["for-each-ref", "--format=%(refname:lstrip=3)", "refs/metaissue"])
        #expect(anchors.split(separator: "\n").map { Int($0) } == branches)
        print("start-attempt: \(killed) of \(Self.kills) runs killed, all finished by the same command")
    }

    @Test func revertAttemptIsFinishedOrUndoneByTheNextCommand() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        var dice = Dice(state: 0x2E7E_27)
        var killed = 0
        var whole: UInt32 = 200_000
        for round in 1...(Self.kills + 1) {
            let branch = try repository.attempt("Try \(round)", file: "try\(round).py", commits: 2)
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
            let code = try repository.git(["rev-list", "--count", "main"])
            let command = ["revert-attempt", "\(round)", "--reason", "round \(round)"]
            let moment = UInt32.random(in: 0...(whole + whole / 5), using: &dice)
            if round == 1 {
                whole = try duration { _ = try repository.run(TestRepository.binary, command) }
            } else {
                if try kill(command, after: moment, in: repository) { killed += 1 }
                // Every other time another command comes first: it finishes what was committed and undoes the rest.
                if round % 2 == 0 { try repository.metaissue("sync", "--commit") }
                let again = try repository.run(TestRepository.binary, command)
                let isDone = again.complaint.contains("was taken back already")
                #expect(again.status == 0 || isDone, "killed after \(moment) µs: \(again.complaint)")
            }
            let after = try repository.git(["rev-list", "--count", "main"])
            let added = (Int(after) ?? 0) - (Int(code) ?? 0)
            #expect(added == 2 || (round % 2 == 0 && added == 3), "\(added) commits, killed after \(moment) µs")
            #expect(
                try repository.git(["log", "--format=%H", "--grep=^Revert attempt .*Try \(round))"]).utf8.count == 40)
            #expect(try repository.tryMetaissue("sync", "--check").status == 0)
            #expect(try repository.log.contains(": round \(round)) |"), "killed after \(moment) µs")
            #expect(!repository.exists("try\(round).py") && !repository.exists(".git/metaissue/operation"))
            try expectIntact(repository, "round \(round), killed after \(moment) µs")
        }
        print("revert-attempt: \(killed) of \(Self.kills) runs killed, all finished or undone and done again")
    }

    @Test func landAttemptIsFinishedOrUndoneByTheNextCommand() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        var dice = Dice(state: 0x1A_2D)
        var killed = 0
        var whole: UInt32 = 300_000
        for round in 1...(Self.kills + 1) {
            let branch = try repository.attempt("Try \(round)", file: "try\(round).py", commits: 2)
            try repository.git(["switch", "-q", branch])
            let folder = "\(TestRepository.saga)/attempts/\(branch.dropFirst("perf-attempt-".count))"
            try repository.append("\(folder)/attempt-results.md", "\nIt took \(round) days.\n")
            try repository.commit("Results")
            let command = ["land-attempt", "\(round)", round % 2 == 0 ? "--merge" : "--squash"]
            let moment = UInt32.random(in: 0...(whole + whole / 5), using: &dice)
            if round == 1 {
                whole = try duration { _ = try repository.run(TestRepository.binary, command) }
            } else {
                if try kill(command, after: moment, in: repository) { killed += 1 }
                if round % 3 == 0 { try repository.metaissue("sync", "--commit") }
                let again = try repository.run(TestRepository.binary, command)
                let isDone = again.complaint.contains("is on main already")
                let left = try repository.git(["status", "--porcelain"])
                #expect(
                    again.status == 0 || isDone,
                    "round \(round), killed after \(moment) µs: \(again.complaint)\n\(left)")
            }
            try repository.git(["switch", "-q", "main"])
            #expect(try repository.read("try\(round).py").contains("step_2"), "killed after \(moment) µs")
            #expect(try repository.read("\(folder)/attempt-results.md").contains("It took \(round) days"))
            let landing = try repository.git(["log", "--first-parent", "--format=%H", "main", "--", "try\(round).py"])
            #expect(landing.utf8.count == 40, "landed once, killed after \(moment) µs")
            #expect(try repository.tryMetaissue("sync", "--check").status == 0)
            try expectIntact(repository, "round \(round), killed after \(moment) µs")
        }
        print("land-attempt: \(killed) of \(Self.kills) runs killed, all finished or undone and done again")
    }

    @Test func syncIsFinishedByTheSameCommand() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        var dice = Dice(state: 0x5EED)
        var killed = 0
        var whole: UInt32 = 150_000
        for round in 0...Self.kills {
            let branch = try repository.attempt("Try \(round)", file: "try\(round).py", commits: 1)
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
            let before = try repository.git(["rev-list", "--count", "main"])
            let moment = UInt32.random(in: 0...(whole + whole / 5), using: &dice)
            if round == 0 {
                whole = try duration { try repository.metaissue("sync", "--commit") }
            } else if try kill(["sync", "--commit"], after: moment, in: repository) {
                killed += 1
            }
            let again = try repository.tryMetaissue("sync", "--commit")
            #expect(again.status == 0, "killed after \(moment) µs: \(again.complaint)")
            let after = try repository.git(["rev-list", "--count", "main"])
            #expect(Int(after) == Int(before).map { $0 + 1 }, "one commit, killed after \(moment) µs")
            #expect(try repository.tryMetaissue("sync", "--check").status == 0)
            try expectIntact(repository, "round \(round), killed after \(moment) µs")
        }
        print("sync --commit: \(killed) of \(Self.kills) runs killed, all finished by the same command")
    }

    @Test func documentsThatAreLeftModifiedAreWholeOrAsTheyWere() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("hooks", "install")
        try repository.git(["config", "metaissue.hooks.mode", "write"])
        var dice = Dice(state: 0xD0C5)
        var killed = 0
        var whole: UInt32 = 150_000
        for round in 0...Self.kills {
            let branch = try repository.attempt("Try \(round)", file: "try\(round).py", commits: 1)
            repository.variables = ["CI": "true", "METAISSUE_HOOKS": ""]
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
            repository.variables = [:]
            let before = try repository.log
            // The hook and the command write in the same way.
            let command = round % 2 == 0 ? ["sync"] : ["hook", "post-merge", "0"]
            let moment = UInt32.random(in: 0...(whole + whole / 5), using: &dice)
            if round == 0 {
                whole = try duration { try repository.metaissue("sync") }
            } else if try kill(command, after: moment, in: repository) {
                killed += 1
            }
            let now = try repository.log
            let again = try repository.tryMetaissue("sync")
            #expect(again.status == 0, "killed after \(moment) µs: \(again.complaint)")
            let after = try repository.log
            #expect(now == before || now == after, "half written, killed after \(moment) µs")
            #expect(after.contains("Attempt \(String(format: "%03d", round + 1)) landed"))
            try repository.commit("Record of try \(round)")
            try expectIntact(repository, "round \(round), killed after \(moment) µs")
        }
        print("sync, hook: \(killed) of \(Self.kills) runs killed, all finished by the next command")
    }
}
