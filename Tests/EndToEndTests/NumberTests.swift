import Foundation
import Testing

/// No number is ever used twice without somebody being told how to mend it, and mending is one command.
@Suite struct NumberTests {
    private static let attempts = "\(TestRepository.saga)/attempts"

    @Test func theNextNumberIsOneThatNothingHereKnows() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        func next() throws -> String {
            let before = try repository.git(["rev-parse", "main"])
            let started = try repository.metaissue("start-attempt", "Probe", "--no-switch")
            let number = String(started.dropFirst("Attempt ".count).prefix(3))
            try repository.git(["branch", "-D", "perf-attempt-\(number)-probe"])
            try repository.git(["update-ref", "-d", "refs/metaissue/slow-service/\(number)"])
            try repository.git(["reset", "-q", "--hard", before])
            return number
        }
        #expect(try next() == "001")
        try repository.git(["update-ref", "refs/remotes/origin/perf-attempt-004-remote", "HEAD"])
        #expect(try next() == "005")
        try repository.git(["update-ref", "refs/metaissue-remote/origin/slow-service/006", "HEAD"])
        #expect(try next() == "007")
        // Only in another worktree, not committed.
        try repository.git(["worktree", "add", "-q", "--detach", "../elsewhere"])
        let elsewhere = repository.at(repository.world.appendingPathComponent("elsewhere"))
        try elsewhere.write("\(Self.attempts)/008-draft/notes.md", "x\n")
        #expect(try next() == "009")
        // Once in the log, and cut out again.
        let log = "\(TestRepository.saga)/implementation-log.md"
        let before = try repository.log
        try repository.edit(log, "## Timeline Summary", "## Attempt 010: By hand\n\nText.\n\n## Timeline Summary")
        try repository.commit("By hand")
        try repository.write(log, before)
        try repository.commit("Not that")
        #expect(try next() == "011")
        // On a mainline that was fetched and not merged.
        let start = try repository.git(["rev-parse", "HEAD"])
        try repository.write("\(Self.attempts)/012-theirs/notes.md", "x\n")
        try repository.commit("Theirs")
        try repository.git(["update-ref", "refs/remotes/origin/main", "HEAD"])
        try repository.git(["reset", "-q", "--hard", start])
        #expect(try next() == "013")
    }

    /// Two clones of one repository that both took number 001, the second one's work fetched by the first.
    private func clash(record: String) throws -> (origin: TestRepository, mine: TestRepository) {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let mine = try origin.clone("mine")
        let theirs = try origin.clone("theirs")
        for (clone, title) in [(theirs, "Pooling"), (mine, "Caching")] {
            _ = try clone.attempt(title, file: "\(title).py", extra: ["--record", record])
            let folder = "\(Self.attempts)/001-\(title.lowercased())"
            try clone.git(["switch", "-q", "perf-attempt-001-\(title.lowercased())"])
            try clone.append(
                "\(folder)/attempt-results.md", "\nWords of \(title), see ../001-\(title.lowercased())/.\n")
            try clone.commit("Results of \(title)")
            try clone.git(["push", "-q", "origin", "perf-attempt-001-\(title.lowercased())"])
            try clone.git(["switch", "-q", "main"])
        }
        try mine.git(["fetch", "-q"])
        return (origin, mine)
    }

    @Test func twoClonesThatTookOneNumberAreNamedAndOneIsRenumbered() throws {
        let (_, mine) = try clash(record: "branch")
        for said in [try mine.metaissue("status"), try mine.metaissue("sync")] {
            #expect(said.contains("the number 001 is taken more than once"))
            #expect(said.contains("perf-attempt-001-caching") && said.contains("perf-attempt-001-pooling"))
            #expect(said.contains("git metaissue renumber 001 002 --branch perf-attempt-001-caching"))
        }
        try mine.refuses("renumber", "1", "2", status: 129, saying: "several attempts have the number 001")
        try mine.refuses("renumber", "1", "1", "--branch", "perf-attempt-001-caching", status: 129)
        try mine.refuses("renumber", "7", "8", saying: "there is no attempt 007")
        try mine.refuses("renumber", "1", "2", "--branch", "nobody", saying: "is no local branch")
        let said = try mine.metaissue("renumber", "1", "2", "--branch", "perf-attempt-001-caching")
        #expect(said.contains("Attempt 002 (Caching): was 001"))
        #expect(try mine.git(["branch", "--list", "perf-attempt-*"]).contains("perf-attempt-002-caching"))
        #expect(try !mine.git(["branch", "--list"]).contains("perf-attempt-001-caching"))
        let results = try mine.git(
            ["show", "perf-attempt-002-caching:\(Self.attempts)/002-caching/attempt-results.md"])
        #expect(results.contains("Words of Caching, see ../002-caching/."))
        #expect(
            try mine.tryGit(["cat-file", "-e", "perf-attempt-002-caching:\(Self.attempts)/001-caching"]).status != 0)
        #expect(
            try mine.git(["rev-parse", "refs/metaissue/slow-service/002"])
                == mine.git(["rev-parse", "perf-attempt-002-caching"]))
        try mine.git(["push", "-q", "origin", ":perf-attempt-001-caching", "perf-attempt-002-caching"])
        #expect(try !mine.metaissue("status").contains("is taken more than once"))
        // Both land, each with its own words.
        try mine.git(["branch", "perf-attempt-001-pooling", "origin/perf-attempt-001-pooling"])
        for branch in ["perf-attempt-002-caching", "perf-attempt-001-pooling"] {
            try mine.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        }
        try mine.metaissue("sync", "--commit")
        let attempts = try #require(try mine.status().sagas.first?.attempts)
        #expect(attempts.map(\.number) == [1, 2])
        #expect(attempts.map(\.title) == ["Pooling", "Caching"])
        #expect(attempts.allSatisfy { $0.integration.state == "landed" && $0.commits == 3 })
        #expect(try mine.git(["status", "--porcelain"]) == "")
        #expect(try mine.git(["fsck", "--strict", "--no-dangling"]) == "")
    }

    /// An attempt that landed, and a branch that somebody made by hand afterwards with the same number.
    private func branchByHand(_ name: String, droppingFirst: Bool) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Pooling", file: "pool.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.metaissue("sync", "--commit")
        if droppingFirst { try repository.git(["branch", "-D", branch]) }
        try repository.git(["switch", "-q", "-c", name])
        try repository.write("cache.py", "cache = {}\n")
        try repository.commit("Cache")
        try repository.git(["switch", "-q", "main"])
        return repository
    }

    @Test(arguments: [false, true]) func aBranchByHandLeavesFolderSectionRowsAndAnchorOfTheLandedAttempt(
        droppingFirst: Bool
    ) throws {
        let repository = try branchByHand("perf-attempt-001-caching", droppingFirst: droppingFirst)
        let before = (try repository.log, try repository.hub, try repository.git(["rev-parse", "HEAD:docs"]))
        let tip = try repository.git(["rev-parse", "\(repository.lastMerge())^2"])
        try repository.refuses("renumber", "1", "2", status: 129, saying: "several attempts have the number 001")
        let said = try repository.metaissue("renumber", "1", "2", "--branch", "perf-attempt-001-caching")
        #expect(said.contains("Attempt 002 (Caching): was 001"))
        #expect((try repository.log, try repository.hub) == (before.0, before.1))
        #expect(try repository.git(["rev-parse", "HEAD:docs"]) == before.2)
        #expect(try repository.git(["rev-parse", "refs/metaissue/slow-service/001"]) == tip)
        let attempts = try #require(try repository.status().sagas.first?.attempts)
        #expect(attempts.map(\.number) == [1, 2])
        #expect(attempts.map(\.integration.state) == ["landed", "in-progress"])
        #expect(attempts.map(\.title) == ["Pooling", "Caching"])
        #expect(attempts.map(\.branch) == ["perf-attempt-001-pooling", "perf-attempt-002-caching"])
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func theLandedAttemptIsRenumberedWithItsOwnRecordBesideABranchByHand() throws {
        let repository = try branchByHand("perf-attempt-001-caching", droppingFirst: true)
        let merge = try repository.lastMerge()
        try repository.metaissue("renumber", "1", "2", "--folder", "001-pooling")
        let log = try repository.log
        #expect(log.contains("\n## Attempt 002: Pooling\n") && !log.contains("Attempt 001"), "\(log)")
        #expect(try repository.hub.contains("| [002](./attempts/002-pooling/) |"))
        let attempts = try #require(try repository.status().sagas.first?.attempts)
        #expect(attempts.map(\.number) == [1, 2])
        #expect(attempts.map(\.integration.state) == ["in-progress", "landed"])
        #expect(attempts.last?.integration.landings.map(\.commit) == [merge])
        #expect(try repository.git(["branch", "--list", "perf-*"]) == "  perf-attempt-001-caching")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.log.components(separatedBy: "\n## Attempt ").count == 2)
    }

    @Test func aBranchThatWasRenamedKeepsItsFolder() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Pooling", file: "pool.py")
        try repository.git(["update-ref", "refs/remotes/origin/\(branch)", branch])
        try repository.git(["branch", "-m", branch, "perf-attempt-001-pools"])
        try repository.git(["switch", "-q", "perf-attempt-001-pools"])
        try repository.write("more.py", "more = 1\n")
        try repository.commit("More")
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("renumber", "1", "2", "--branch", "perf-attempt-001-pools")
        #expect(repository.exists("\(Self.attempts)/002-pooling/solution-approach.md"))
        #expect(try repository.log.contains("\n## Attempt 002: Pooling\n"))
    }

    @Test func aLandedAttemptIsRenumberedWithFolderSectionRowsAndLinks() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py")
        try repository.append("\(Self.attempts)/001-caching/attempt-results.md", "\nWords.\n")
        try repository.append("\(TestRepository.saga)/README.md", "\nSee [it](./attempts/001-caching/), 001-caching.\n")
        try repository.append(
            "\(TestRepository.saga)/description.md", "\n[x](attempts/001-caching/attempt-results.md)\n")
        try repository.commit("Words")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.metaissue("sync", "--commit")
        let before = try #require(try repository.status().sagas.first?.attempts.first)
        // Half-written prose moves along, and is not committed.
        try repository.append("\(Self.attempts)/001-caching/attempt-results.md", "Half-wri")
        try repository.metaissue("renumber", "1", "4")
        let results = try repository.read("\(Self.attempts)/004-caching/attempt-results.md")
        #expect(results.contains("Words.") && results.contains("Half-wri"))
        #expect(try !repository.git(["show", "HEAD:\(Self.attempts)/004-caching/attempt-results.md"]).contains("Half"))
        let changed = try repository.git(["status", "--porcelain"])
        #expect(changed.split(separator: "\n").count == 1, "\(changed)")
        try repository.edit("\(Self.attempts)/004-caching/attempt-results.md", "Half-wri", "")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.read("\(Self.attempts)/001-caching/README.md").contains("](../004-caching/)"))
        #expect(!repository.exists("\(Self.attempts)/001-caching/attempt-results.md"))
        #expect(try repository.hub.contains("| [004](./attempts/004-caching/) |"))
        #expect(try repository.hub.contains("See [it](./attempts/004-caching/), 001-caching."))
        #expect(
            try repository.read("\(TestRepository.saga)/description.md").contains(
                "attempts/004-caching/attempt-results"))
        let log = try repository.log
        #expect(log.contains("\n## Attempt 004: Caching\n") && !log.contains("Attempt 001"))
        #expect(log.contains("perf-attempt-004-caching") && !log.contains("perf-attempt-001-caching"))
        let after = try #require(try repository.status().sagas.first?.attempts)
        #expect(after.map(\.number) == [4])
        #expect(after.first?.integration.state == before.integration.state)
        #expect(after.first?.commits == before.commits)
        #expect(after.first?.integration.landings.map(\.commit) == before.integration.landings.map(\.commit))
        try repository.metaissue("sync", "--commit")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.log.components(separatedBy: "\n## Attempt ").count == 2)
        // The old number stays taken, the new one is.
        #expect(try repository.metaissue("start-attempt", "Next", "--no-switch").hasPrefix("Attempt 005"))
        try repository.refuses("renumber", "4", "1", saying: "the number 001 is taken, or was")
        // Everything is still so without branch and anchor.
        try repository.git(["branch", "-D", "perf-attempt-004-caching"])
        try repository.git(["update-ref", "-d", "refs/metaissue/slow-service/004"])
        let attempts = try repository.status().sagas.first?.attempts
        #expect(attempts?.map(\.number) == [4, 5])
        #expect(attempts?.first?.integration.state == "landed")
    }

    @Test(arguments: [true, false]) func anAttemptIsKnownAfterTwoNewNumbers(_ isLanded: Bool) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py")
        if isLanded { try repository.metaissue("land-attempt", "1") }
        try repository.metaissue("renumber", "1", "4")
        try repository.metaissue("renumber", "4", "5")
        let attempts = try repository.status().sagas[0].attempts
        #expect(attempts.map(\.number) == [5])
        #expect(attempts[0].integration.state == (isLanded ? "landed" : "in-progress"))
        #expect(attempts[0].commits == 3)
        #expect(try repository.git(["branch", "--list", "perf-*"]).hasSuffix("perf-attempt-005-caching"))
        if isLanded { #expect(try repository.tryMetaissue("sync", "--check").status == 0) }
        let old = try repository.tryMetaissue("restore", "1")
        #expect(old.status == 128 && old.complaint.contains("attempt 001 is attempt 005 now"))
        if isLanded { try repository.metaissue("revert-attempt", "5") } else { _ = branch }
    }

    @Test(arguments: ["--merge", "--squash", "--rebase"], ["mainline", "branch"])
    func anOpenAttemptWithANewNumberLands(_ manner: String, _ record: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", record])
        try repository.git(["switch", "-q", branch])
        try repository.append("\(Self.attempts)/001-caching/attempt-results.md", "\nWords.\n")
        try repository.commit("Words")
        try repository.metaissue("renumber", "1", "7")
        #expect(repository.exists("\(Self.attempts)/007-caching/attempt-results.md"))
        #expect(!repository.exists("\(Self.attempts)/001-caching/attempt-results.md"))
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("land-attempt", "7", manner)
        #expect(try repository.read("\(Self.attempts)/007-caching/attempt-results.md").contains("Words."))
        #expect(repository.exists("\(Self.attempts)/001-caching/README.md") == (record == "mainline"), "the signpost")
        #expect(!repository.exists("\(Self.attempts)/007-caching/README.md"))
        let attempts = try repository.status().sagas[0].attempts
        #expect(attempts.map(\.number) == [7] && attempts[0].integration.state == "landed")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aKilledRenumberIsFinishedByTheNextCommand() throws {
        let rounds = ProcessInfo.processInfo.environment["METAISSUE_KILLS"].flatMap { Int($0) } ?? 5
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        var dice = Dice(state: 0x2E_4B)
        var whole: UInt32 = 400_000
        var killed = 0
        var number = 1
        let branch = try repository.attempt("Caching", file: "cache.py")
        try repository.git(["switch", "-q", branch])
        try repository.append("\(Self.attempts)/001-caching/attempt-results.md", "\nWords.\n")
        try repository.commit("Words")
        for round in 0...rounds {
            let arguments = ["renumber", "\(number)", "\(number + 1)"]
            if round == 0 {
                let start = Date()
                _ = try repository.run(TestRepository.binary, arguments)
                whole = UInt32(Date().timeIntervalSince(start) * 1_000_000)
            } else {
                let process = try repository.start(arguments)
                usleep(UInt32.random(in: 0...(whole + whole / 5), using: &dice))
                if process.isRunning {
                    Glibc.kill(process.processIdentifier, SIGKILL)
                    killed += 1
                }
                process.waitUntilExit()
                usleep(100_000)
                let again =
                    round % 2 == 0
                    ? try repository.tryMetaissue("sync", "--commit")
                    : try repository.run(TestRepository.binary, arguments)
                #expect(again.status == 0 || again.complaint.contains("is taken, or was"), "\(again.complaint)")
                if round % 2 == 0 { _ = try repository.run(TestRepository.binary, arguments) }
            }
            number += 1
            let folder = "\(Self.attempts)/00\(number)-caching"
            #expect(try repository.git(["branch", "--list", "perf-*"]) == "* perf-attempt-00\(number)-caching")
            #expect(try repository.read("\(folder)/attempt-results.md").contains("Words."))
            let log = try repository.git(["show", "main:\(TestRepository.saga)/implementation-log.md"])
            #expect(log.components(separatedBy: "\n## Attempt ").count == 2)
            #expect(log.contains("\n## Attempt 00\(number): Caching"))
            #expect(try repository.git(["status", "--porcelain"]) == "")
            #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "")
            #expect(!repository.exists(".git/metaissue/renumber"))
            #expect(!repository.exists(".git/metaissue/journal"))
        }
        print("renumber: \(killed) of \(rounds) runs killed, all finished")
    }

    @Test func whatAnotherCloneHoldsIsNotTakenForGivenUp() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let theirs = try origin.clone("theirs")
        let mine = try origin.clone("mine")
        let branch = try mine.attempt("Über <Mine>", file: "mine.py", extra: ["--record", "branch"])
        _ = try theirs.attempt("Theirs", file: "theirs.py", extra: ["--record", "branch"])
        try theirs.metaissue("push")
        try mine.metaissue("fetch")
        try mine.metaissue("renumber", "1", "2", "--branch", branch)
        let attempts = try #require(try mine.status().sagas.first?.attempts)
        #expect(attempts.map(\.number) == [1, 2])
        #expect(attempts.map(\.integration.state) == ["in-progress", "in-progress"])
        #expect(attempts.last?.title == "Über <Mine>", "it is told on the branch")
    }

    /// For Swift, the mark after the slash is part of the same character.
    @Test func aFileWhoseNameBeginsWithACombiningMarkIsMovedToo() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching", file: "cache.py")
        try repository.write("\(Self.attempts)/001-caching/\u{301}.txt", "data\n")
        try repository.commit("Data")
        try repository.metaissue("renumber", "1", "2")
        #expect(try repository.read("\(Self.attempts)/002-caching/\u{301}.txt") == "data\n")
    }

    @Test func aLinkInTheFolderIsRefusedBeforeAnythingIsMoved() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching", file: "cache.py")
        try FileManager.default.createSymbolicLink(
            atPath: repository.root.appendingPathComponent("\(Self.attempts)/001-caching/plot.md").path,
            withDestinationPath: "../../description.md")
        try repository.commit("A link")
        try repository.refuses("renumber", "1", "2", saying: "plot.md is no file")
        #expect(try repository.status().sagas.first?.attempts.map(\.number) == [1])
    }

    @Test func aFolderThatIsALinkOutOfTheTreeIsRefused() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching", file: "cache.py")
        try repository.git(["rm", "-rq", "\(Self.attempts)/001-caching"])
        try FileManager.default.createDirectory(
            at: repository.root.appendingPathComponent(Self.attempts), withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            at: repository.root.appendingPathComponent("\(Self.attempts)/001-caching"),
            withDestinationURL: repository.world)
        try repository.commit("A link")
        for arguments in [["renumber", "1", "2"], ["import", "3", "--branch", "perf-attempt-001-caching"]] {
            let outcome = try repository.run(TestRepository.binary, arguments)
            #expect(outcome.status == 128 && outcome.complaint.contains("symbolic link"), "\(outcome.complaint)")
        }
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }
}
