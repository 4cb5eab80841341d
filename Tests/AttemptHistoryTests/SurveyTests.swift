import Foundation
import GitStore
import Testing

@testable import AttemptHistory

/// A survey that was kept has to be told from one that is made anew by its speed alone.
@Suite struct SurveyTests {
    /// A store in memory that counts.
    private final class Shelf {
        var kept: [String: [UInt8]] = [:]

        func store(version: String = "1") -> Survey.Store {
            Survey.Store(version: version, read: { self.kept[$0] }, write: { self.kept[$0] = $1 })
        }
    }

    /// The answer, and whether the mainline had to be walked for it.
    private static func ask(
        _ repository: TestRepository, _ store: Survey.Store?, usesReflogs: Bool = true
    ) throws -> (answer: String, isNew: Bool) {
        let opened = try Repository(gitDirectory: repository.directory.appending(path: ".git").path)
        let tip = try #require(try opened.reference("refs/heads/main"))
        let question = Survey.Question(
            mainline: "refs/heads/main", tip: tip, sagas: [], documentedNumbers: [:], settlements: [:], examined: [],
            includesUndocumented: true, usesReflogs: usesReflogs)
        var isNew = false
        let survey = try Survey.answer(question, in: opened, store: store) {
            isNew = true
            return try Mainline(repository: opened, tip: tip, reference: "refs/heads/main")
        }
        return (String(reflecting: (survey.sagas, survey.facts)), isNew)
    }

    private static func repositoryWithAttempts() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.squash()
        try repository.git("switch", "-qc", "perf-attempt-002-open")
        try repository.set("src/api.py", 3, "open work")
        try repository.commit("open")
        try repository.main()
        return repository
    }

    @Test func nothingNewIsAnsweredFromTheStore() throws {
        let repository = try Self.repositoryWithAttempts()
        let shelf = Shelf()
        let first = try Self.ask(repository, shelf.store())
        let second = try Self.ask(repository, shelf.store())
        #expect(first.isNew && !second.isNew)
        #expect(first.answer == second.answer)
    }

    @Test func aMainlineCommitThatTouchesNoAttemptIsAnsweredFromTheStore() throws {
        let repository = try Self.repositoryWithAttempts()
        let shelf = Shelf()
        _ = try Self.ask(repository, shelf.store())
        try repository.write("elsewhere.txt", ["new"])
        try repository.commit("elsewhere")
        let again = try Self.ask(repository, shelf.store())
        #expect(!again.isNew)
        #expect(try again.answer == Self.ask(repository, nil).answer)
    }

    @Test func aMainlineCommitOnAnAttemptsPathIsNot() throws {
        let repository = try Self.repositoryWithAttempts()
        let shelf = Shelf()
        _ = try Self.ask(repository, shelf.store())
        try repository.git("revert", "--no-edit", "HEAD")
        let again = try Self.ask(repository, shelf.store())
        #expect(again.isNew)
        #expect(again.answer.contains("reverted"))
    }

    /// A commit with the subject of an attempt's makes that subject prove nothing, wherever it changes something.
    @Test func aMainlineCommitWithAnAttemptsSubjectIsNot() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-qc", "perf-attempt-001-caching")
        try repository.set("src/cache.py", 20, "cache lookup now goes through the lru layer")
        try repository.commit("Look it up in the cache")
        try repository.main()
        repository.author = ("Otto Other", "otto@example.org")
        try repository.squash("perf-attempt-001-caching", "Look it up in the cache")
        let shelf = Shelf()
        #expect(
            try Self.ask(repository, shelf.store()).answer.contains("state: AttemptHistory.IntegrationState.landed"))
        try repository.write("elsewhere.txt", ["new"])
        try repository.commit("Look it up in the cache")
        let again = try Self.ask(repository, shelf.store())
        #expect(again.isNew)
        #expect(try again.answer == Self.ask(repository, nil).answer)
        #expect(!again.answer.contains("state: AttemptHistory.IntegrationState.landed"))
    }

    @Test func anotherBuildOfTheProgramTakesNothing() throws {
        let repository = try Self.repositoryWithAttempts()
        let shelf = Shelf()
        _ = try Self.ask(repository, shelf.store(version: "1"))
        #expect(try Self.ask(repository, shelf.store(version: "2")).isNew)
    }

    @Test func aShallowCloneKeepsNothing() throws {
        let repository = try Self.repositoryWithAttempts()
        try repository.git("clone", "-q", "--depth", "1", "--no-local", ".", "shallow")
        try repository.git("-C", "shallow", "branch", "-q", "perf-attempt-001-x")
        let opened = try Repository(gitDirectory: repository.directory.appending(path: "shallow/.git").path)
        let tip = try #require(try opened.reference("refs/heads/main"))
        let shelf = Shelf()
        _ = try Survey.answer(
            Survey.Question(
                mainline: "refs/heads/main", tip: tip, sagas: [], documentedNumbers: [:], settlements: [:],
                examined: [], includesUndocumented: true, usesReflogs: true), in: opened, store: shelf.store()
        ) { try Mainline(repository: opened, tip: tip, reference: "refs/heads/main") }
        #expect(shelf.kept.isEmpty)
    }

    /// Bytes cut off, changed, put in and exchanged at random: the answer stays the one without a store.
    @Test(arguments: 0..<40) func damagedBytesChangeNoAnswer(seed: UInt64) throws {
        let (repository, bytes) = try Self.keptSurvey.get()
        var dice = Dice(seed: seed)
        let shelf = Shelf()
        for (name, sound) in bytes {
            var damaged = sound
            for _ in 0...dice.below(4) {
                switch dice.below(3) {
                case 0: damaged.removeLast(dice.below(damaged.count))
                case 1: damaged.insert(UInt8(dice.below(256)), at: dice.below(damaged.count + 1))
                default: if !damaged.isEmpty { damaged[dice.below(damaged.count)] ^= UInt8(1 + dice.below(255)) }
                }
            }
            shelf.kept[name] = damaged
        }
        #expect(try Self.ask(repository, shelf.store()).answer == Self.ask(repository, nil).answer)
        // And the next one finds sound bytes again.
        #expect(try !Self.ask(repository, shelf.store()).isNew)
    }

    /// Even bytes whose checksum was made to fit end in an answer or an error, never in a crash.
    @Test func damagedCodingIsAnErrorAndNoCrash() throws {
        let (_, bytes) = try Self.keptSurvey.get()
        var dice = Dice(seed: 7)
        let sound = Array(try #require(bytes.values.first).dropFirst(8 + 23 + 28))
        for _ in 0..<2000 {
            var damaged = sound
            for _ in 0...dice.below(3) { damaged[dice.below(damaged.count)] = UInt8(dice.below(256)) }
            if dice.below(4) == 0 { damaged.removeLast(dice.below(damaged.count)) }
            var reader = ByteReader(damaged)
            _ = try? Survey(from: &reader)
        }
    }

    /// Whatever people do to the repository in whatever order, a kept survey never differs from one made anew.
    @Test(arguments: 0..<12) func randomHistoriesAreAnsweredAlike(seed: UInt64) throws {
        let repository = try Self.repositoryWithAttempts()
        var dice = Dice(seed: seed)
        let shelf = Shelf()
        var next = 3
        var kept = 0
        for turn in 0..<14 {
            switch dice.below(11) {
            case 0, 1, 2:
                try repository.write("elsewhere-\(turn).txt", ["\(turn)"])
                try repository.commit("elsewhere \(turn)")
            case 3:
                try repository.set("src/api.py", 1 + dice.below(38), "main changes line \(turn)")
                try repository.commit("main \(turn)")
            case 4:
                try repository.git("switch", "-qc", "perf-attempt-00\(next)-x")
                try repository.set("src/cache.py", 1 + dice.below(38), "attempt \(turn)")
                try repository.commit("attempt \(next)")
                try repository.main()
                next += 1
            case 5:
                _ = try repository.run(
                    ["merge", "-q", "--no-ff", "--no-edit", "perf-attempt-002-open"], allowsFailure: true)
                _ = try repository.run(["merge", "--abort"], allowsFailure: true)
            case 6:
                _ = try repository.run(["revert", "--no-edit", "HEAD"], allowsFailure: true)
                _ = try repository.run(["revert", "--abort"], allowsFailure: true)
            case 7: _ = try repository.run(["branch", "-D", "perf-attempt-001-caching"], allowsFailure: true)
            case 8: try repository.git("reset", "-q", "--hard", "HEAD~1")
            case 9:
                _ = try repository.run(
                    ["merge", "-q", "--ff-only", "perf-attempt-00\(next - 1)-x"], allowsFailure: true)
            default: try repository.git("gc", "-q", "--prune=now")
            }
            for usesReflogs in [true, false] {
                let stored = try Self.ask(repository, shelf.store(), usesReflogs: usesReflogs)
                let anew = try Self.ask(repository, nil, usesReflogs: usesReflogs)
                #expect(stored.answer == anew.answer, "seed \(seed), turn \(turn)")
                if !stored.isNew { kept += 1 }
            }
        }
        #expect(kept > 0)
    }

    /// Landed, reverted, partly reverted, partly landed, open and trivial attempts, in files that everybody changes.
    private static func repositoryInEveryState() throws -> TestRepository {
        let repository = try TestRepository()
        for (number, name) in ["landed", "reverted", "half", "partly", "open", "trivial"].enumerated() {
            let branch = "perf-attempt-00\(number + 1)-\(name)"
            try repository.git("switch", "-qc", branch)
            if name == "trivial" {
                try repository.write("src/db.py", try repository.read("src/db.py") + ["", "}", ""])
                try repository.commit("\(name) brackets")
            } else {
                for part in 0..<3 {
                    let file = ["src/cache.py", "src/api.py"][part % 2]
                    var lines = try repository.read(file)
                    lines.insert("\(name) line \(part) of the attempt", at: 4 + 5 * number + part)
                    lines.insert("}", at: 6 + 5 * number + part)
                    lines[2 + 5 * number] = "\(name) changes statement \(part)"
                    try repository.write(file, lines)
                    try repository.commit("\(name) part \(part)")
                }
            }
            try repository.main()
            switch name {
            case "open": break
            case "partly": try repository.git("cherry-pick", "-x", "\(branch)~2")
            case "half":
                try repository.merge(branch)
                try repository.git("revert", "--no-edit", "\(branch)~1")
            default:
                try repository.squash(branch, "Bring \(name) in (#\(number))")
                if name == "reverted" { try repository.git("revert", "--no-edit", "HEAD") }
            }
        }
        return repository
    }

    /// Commits on the mainline that touch the attempts' files, about them or not: the kept survey is never wrong, and other
    /// work in the same files does not make it anew.
    @Test(arguments: 0..<20) func otherWorkInAttemptsFilesIsAnsweredAlike(seed: UInt64) throws {
        let repository = try Self.repositoryInEveryState()
        var dice = Dice(seed: seed)
        let shelf = Shelf()
        _ = try Self.ask(repository, shelf.store())
        let blobs = try repository.git("log", "--format=", "--raw", "--no-abbrev", "--all", "--", "src")
            .split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst(3).first }
        var kept = 0
        for turn in 0..<16 {
            let file = ["src/cache.py", "src/api.py", "src/db.py"][dice.below(3)]
            var lines = try repository.read(file)
            let place = dice.below(lines.count)
            var message = "other work \(turn)"
            switch dice.below(12) {
            case 0...3: lines.insert("somebody else says \(turn) here", at: place)
            case 4: lines.insert(["", "}", "  {"][dice.below(3)], at: place)
            case 5: if let bracket = lines.lastIndex(of: "}") { lines.remove(at: bracket) }
            case 6: lines.removeAll { $0.hasPrefix(["landed", "half", "partly"][dice.below(3)]) }
            case 7: lines.insert("open line 1 of the attempt", at: place)
            case 8: lines.insert("reverted line 1 of the attempt", at: place)
            case 9: lines.swapAt(place, dice.below(lines.count))
            case 10: message = "Revert \"other work\""
            default:
                let blob = String(blobs[dice.below(blobs.count)])
                if blob.contains(where: { $0 != "0" }) {
                    lines = try repository.git("cat-file", "blob", blob).split(
                        separator: "\n", omittingEmptySubsequences: false
                    ).map(String.init)
                }
            }
            if dice.below(8) == 0 {
                try repository.git("mv", "-f", file, "\(file).moved")
                try repository.write(file, lines)
            } else {
                try repository.write(file, lines)
            }
            if dice.below(4) == 0 { try repository.write("new-\(turn).txt", ["text \(turn)"]) }
            try repository.commit(message)
            let stored = try Self.ask(repository, shelf.store())
            #expect(stored.answer == (try Self.ask(repository, nil)).answer, "seed \(seed), turn \(turn)")
            if !stored.isNew { kept += 1 }
        }
        #expect(kept > 2, "seed \(seed)")
    }

    nonisolated(unsafe) private static let keptSurvey = Result { () throws -> (TestRepository, [String: [UInt8]]) in
        let repository = try repositoryWithAttempts()
        let shelf = Shelf()
        _ = try ask(repository, shelf.store())
        return (repository, shelf.kept)
    }
}

/// Numbers that look random and are the same for the same seed.
private struct Dice {
    private var state: UInt64

    init(seed: UInt64) { state = (seed &+ 1) &* 0x9e37_79b9_7f4a_7c15 }

    mutating func below(_ bound: Int) -> Int {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return bound > 0 ? Int(state % UInt64(bound)) : 0
    }
}
