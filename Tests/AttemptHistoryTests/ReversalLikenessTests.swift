import AttemptHistory
import GitStore
import Testing

/// What is a reversal by content though not the exact inverse, and what only looks like one.
struct ReversalLikenessTests {
    private func landed() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.squash()
        return repository
    }

    @Test func fileThatIsRenamedAfterwardsIsNotTakenBack() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-notes")
        try repository.write("doc/notes.txt", TestRepository.lines("notes", 12))
        try repository.commit("Add notes")
        try repository.main()
        try repository.squash("perf-attempt-001-notes")
        try repository.git("mv", "doc/notes.txt", "doc/notes.adoc")
        try repository.commit("Other ending")
        #expect(try repository.facts().state == .landed)
    }

    @Test func reversalWithinALargerMergedBranchIsFound() throws {
        let repository = try landed()
        let landing = try repository.head()
        try repository.git("switch", "-q", "-c", "topic")
        for name in ["one", "two", "three", "four"] {
            try repository.write("src/\(name).py", TestRepository.lines(name, 40))
            try repository.commit("Add \(name)")
        }
        try repository.other(3)
        try repository.git("revert", "--no-commit", landing)
        try repository.set("src/db.py", 9, "db is slow again")
        try repository.commit("plain lookups")
        try repository.main()
        try repository.merge("topic", "Merge topic")
        let facts = try repository.facts()
        #expect(facts.state == .reverted)
        #expect(facts.reversals.map(\.commits.last?.hex) == [try repository.head()])
    }

    @Test func deletionThatCameBackAndWentForGoodWasReverted() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-dead")
        let lines = try repository.read("src/cache.py")
        try repository.write("src/cache.py", Array(lines[..<9]) + Array(lines[15...]))
        try repository.commit("Delete dead code")
        try repository.main()
        try repository.squash("perf-attempt-001-dead")
        try repository.set("src/cache.py", 30, "cache changed elsewhere")
        try repository.commit("elsewhere")
        let now = try repository.read("src/cache.py")
        try repository.write("src/cache.py", Array(now[..<9]) + Array(lines[9..<15]) + Array(now[9...]))
        try repository.commit("needed after all")
        let reversal = try repository.head()
        for line in 1...6 {
            try repository.set("src/cache.py", line, "cache rewritten \(line)")
            try repository.commit("rewrite \(line)")
        }
        try repository.write("src/cache.py", TestRepository.lines("cache2", 40))
        try repository.commit("another cache")
        #expect(try repository.facts().reversals.first?.commits.first?.hex == reversal)
    }

    @Test func linesThatAreMovedInAreNotGone() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-guard")
        try repository.set(
            "src/cache.py", 20, "if guarded:\n    cache statement for the guarded case\n    cache step two")
        try repository.commit("Guard")
        try repository.main()
        try repository.squash("perf-attempt-001-guard")
        let text = try repository.read("src/cache.py")
        try repository.write(
            "src/cache.py", text[..<19] + ["with lock:"] + text[19...21].map { "    " + $0 } + text[22...])
        try repository.commit("Take the lock")
        #expect(try repository.facts().state == .landed)
    }

    @Test func oneLineAroundMovedOnesThatIsRewrittenIsNotTakenBack() throws {
        let repository = try TestRepository()
        let lines = try repository.read("src/cache.py")
        let inner = lines[9..<30]
        try repository.git("switch", "-q", "-c", "perf-attempt-001-memo")
        try repository.write(
            "src/cache.py", lines[..<9] + ["@helpers ||= begin"] + inner.map { "  " + $0 } + ["end"] + lines[30...])
        try repository.commit("Remember the helpers")
        try repository.main()
        try repository.squash("perf-attempt-001-memo")
        let split = [
            "if paths", "  @with ||= generate(paths)", "else", "  @without ||= generate", "end", "def generate(paths)",
        ]
        try repository.write("src/cache.py", lines[..<9] + split + inner + lines[30...])
        try repository.commit("Remember both kinds")
        #expect(try repository.facts().state == .landed)
    }

    @Test func oldLineInPlaceOfTheNewOneIsAReversalThoughTheContextChanged() throws {
        let repository = try TestRepository()
        let old = try repository.read("src/cache.py")[19]
        try repository.git("switch", "-q", "-c", "perf-attempt-001-one")
        try repository.set("src/cache.py", 20, "cache lookup in one step")
        try repository.commit("One step")
        try repository.main()
        try repository.squash("perf-attempt-001-one")
        try repository.set("src/cache.py", 19, "cache neighbour changed")
        try repository.set("src/cache.py", 21, "cache other neighbour changed")
        try repository.commit("neighbours")
        try repository.set("src/cache.py", 20, old)
        try repository.commit("slower than before")
        #expect(try repository.facts().state == .reverted)
    }
}
