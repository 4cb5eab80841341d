import Foundation
import Testing

/// Two people, two attempts each, landed in parallel: whichever way their mainlines meet, the driver leaves no conflict;
/// without it, `sync` mends them all.
@Suite struct TwoClonesTests {
    enum Way: String, CaseIterable {
        case mergeTheirs, mergeOurs, rebase, squash
    }

    private static let log = "\(TestRepository.saga)/implementation-log.md"
    private static let hub = "\(TestRepository.saga)/README.md"

    /// Two clones of one remote, the first one's mainline pushed, the second one's behind it; every attempt landed.
    private func landed(record: String, withDriver: Bool) throws -> (first: TestRepository, second: TestRepository) {
        let first = try TestRepository()
        let path = "\(first.world.path)/origin.git"
        try first.git(["init", "-q", "--bare", "-b", "main", path], in: first.world)
        try first.git(["remote", "add", "origin", path])
        try first.makeSaga(hooks: false)
        try first.git(["push", "-q", "-u", "origin", "main"])
        try attempts(["Caching", "Pooling"], in: first, record: record)
        try first.git(["push", "-q", "origin", "main"])
        try first.metaissue("push")
        let second = first.at(first.world.appendingPathComponent("second"))
        try first.git(["clone", "-q", path, second.root.path], in: first.world)
        try second.metaissue("fetch")
        try attempts(["Indexes", "Replicas"], in: second, record: record)
        for repository in [first, second] {
            repository.clock += 86_400
            if withDriver { try repository.metaissue("hooks", "install") }
        }
        try land([1, 2], in: first, saying: "The first person")
        try land([3, 4], in: second, saying: "The second person")
        return (first, second)
    }

    private func attempts(_ titles: [String], in repository: TestRepository, record: String) throws {
        for title in titles {
            _ = try repository.attempt(
                title, file: "\(title.lowercased()).py", commits: 2, extra: ["--record", record])
        }
    }

    /// Lands attempts and writes words of a person into their sections.
    private func land(_ numbers: [Int], in repository: TestRepository, saying words: String) throws {
        for number in numbers {
            try repository.metaissue("land-attempt", String(number))
            let heading = "## Attempt 00\(number): "
            let log = try repository.log
            let start = try #require(log.range(of: heading))
            let end = log[start.upperBound...].firstIndex(of: "\n") ?? log.endIndex
            try repository.write(
                Self.log, log.replacingCharacters(in: end..<end, with: "\n\n\(words) on attempt \(number)."))
            try repository.commit("Words on attempt \(number)")
        }
    }

    /// Where the way is gone, and the git command that goes on after a conflict.
    private func meet(
        _ way: Way, _ first: TestRepository, _ second: TestRepository
    ) throws -> (repository: TestRepository, outcome: TestRepository.Outcome, goesOn: [String]) {
        switch way {
        case .mergeTheirs:
            try first.git(["push", "-q", "origin", "main"])
            return (
                second, try second.tryGit(["pull", "-q", "--no-rebase", "--no-edit"]), ["commit", "-q", "--no-edit"]
            )
        case .mergeOurs:
            try first.git(["fetch", "-q", second.root.path, "main"])
            return (
                first, try first.tryGit(["merge", "-q", "--no-edit", "FETCH_HEAD"]), ["commit", "-q", "--no-edit"]
            )
        case .rebase:
            try first.git(["push", "-q", "origin", "main"])
            return (
                second, try second.tryGit(["pull", "-q", "--rebase"]),
                ["-c", "core.editor=true", "rebase", "--continue"]
            )
        case .squash:
            try first.git(["fetch", "-q", second.root.path, "main"])
            let outcome = try first.tryGit(["merge", "-q", "--squash", "FETCH_HEAD"])
            if outcome.status == 0 { try first.git(["commit", "-q", "-m", "Everything of the second person"]) }
            return (first, outcome, ["commit", "-q", "-m", "Everything of the second person"])
        }
    }

    private func expectWhole(_ repository: TestRepository, _ name: Comment) throws {
        try repository.metaissue("sync", "--commit")
        #expect(try repository.metaissue("sync", "--check").contains("up to date"), name)
        let (log, hub) = try (repository.log, repository.hub)
        for (number, title) in [(1, "Caching"), (2, "Pooling"), (3, "Indexes"), (4, "Replicas")] {
            let words = "\(number < 3 ? "The first person" : "The second person") on attempt \(number)."
            #expect(log.components(separatedBy: "## Attempt 00\(number): \(title)\n\n\(words)\n").count == 2, name)
            #expect(log.components(separatedBy: "\n| 00\(number) - \(title) |").count == 2, name)
            #expect(log.components(separatedBy: "Attempt 00\(number) landed (").count == 2, name)
            #expect(hub.components(separatedBy: "\n| [00\(number)](").count == 2, name)
        }
        #expect(hub.contains("**Total Attempts:** 4"), name)
        #expect(!log.contains("<<<<<<<") && !hub.contains("<<<<<<<"), name)
        #expect(try repository.git(["status", "--porcelain"]) == "", name)
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "", name)
    }

    /// The stub's day stands for work that is not there yet, not for work that a clone does not know.
    @Test(arguments: ["--squash", "--rebase"]) func aCloneThatKnowsLessLeavesTheDatesAlone(_ manner: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.time("2024-09-01")
        try repository.metaissue("start-attempt", "Caching", "--record", "mainline")
        for day in ["2024-09-03", "2024-09-05"] {
            try repository.time(day)
            try repository.write("cache-\(day).py", "def cache_\(day.suffix(2))(): return compute()\n")
            try repository.commit("Work of \(day)")
        }
        try repository.git(["switch", "-q", "main"])
        try repository.time("2024-09-06")
        try repository.metaissue("land-attempt", "1", manner)
        #expect(try repository.log.contains("**Date:** 2024-09-03 to 2024-09-05"))
        let clone = try repository.clone(options: ["--single-branch", "--branch", "main"])
        #expect(try clone.tryMetaissue("sync", "--check").status == 0)
        #expect(try clone.status().sagas[0].attempts[0].integration.state == "landed")
        try clone.metaissue("sync", "--commit")
        #expect(try clone.git(["rev-parse", "HEAD"]) == repository.git(["rev-parse", "HEAD"]))
    }

    @Test(arguments: ["mainline", "branch"], Way.allCases)
    func withTheDriverNothingConflicts(record: String, way: Way) throws {
        let (first, second) = try landed(record: record, withDriver: true)
        let (repository, outcome, _) = try meet(way, first, second)
        #expect(outcome.status == 0, "\(outcome.output)\(outcome.complaint)")
        try expectWhole(repository, "\(record) \(way)")
    }

    @Test(arguments: ["mainline", "branch"], Way.allCases)
    func withoutItSyncMendsEveryConflict(record: String, way: Way) throws {
        let (first, second) = try landed(record: record, withDriver: false)
        var (repository, outcome, goesOn) = try meet(way, first, second)
        var rounds = 0
        while outcome.status != 0, rounds < 20 {
            rounds += 1
            let unmerged = try repository.git(["diff", "--name-only", "--diff-filter=U"])
            #expect(Set(unmerged.split(separator: "\n").map(String.init)).isSubset(of: [Self.log, Self.hub]))
            let mended = try repository.tryMetaissue("sync")
            #expect(mended.status == 0, "\(record) \(way) \(rounds): \(mended.output)\(mended.complaint)")
            try repository.git(["add", Self.log, Self.hub])
            outcome = try repository.tryGit(goesOn)
        }
        #expect(rounds > 0, "without the driver there is something to mend")
        #expect(outcome.status == 0, "\(outcome.complaint)")
        try expectWhole(repository, "\(record) \(way)")
    }

    /// One number in two clones: both attempts stay, and both are named.
    @Test func bothTakeTheSameNumbers() throws {
        let first = try TestRepository()
        try first.makeSaga()
        let second = try first.clone("second")
        try second.metaissue("hooks", "install")
        try attempts(["Caching", "Pooling"], in: first, record: "mainline")
        try attempts(["Indexes", "Replicas"], in: second, record: "mainline")
        let merge = try second.tryGit(["pull", "--no-rebase", "--no-edit"])
        #expect(merge.status == 0, "\(merge.complaint)")
        let said = merge.output + merge.complaint
        #expect(said.contains("attempt 001 was started twice (Caching; Indexes)"))
        #expect(said.contains("attempt 002 was started twice (Pooling; Replicas)"))
        for title in ["Caching", "Pooling", "Indexes", "Replicas"] {
            #expect(try second.log.components(separatedBy: ": \(title)\n").count == 2)
        }
    }
}
