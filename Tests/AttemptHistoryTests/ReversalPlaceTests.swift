import AttemptHistory
import GitStore
import Testing

/// Reversals that the number of lines alone does not show: their place, or one commit of a merge, does.
struct ReversalPlaceTests {
    /// An attempt that takes a lone bracket out of a file, landed; then the same bracket goes in elsewhere.
    private func bracketGone() throws -> (TestRepository, landing: String) {
        let repository = try TestRepository()
        let lines = try repository.read("src/cache.py")
        try repository.write("src/cache.py", lines[..<20] + ["}"] + lines[20...])
        try repository.commit("bracket")
        try repository.git("switch", "-q", "-c", "perf-attempt-001-bracket")
        try repository.write("src/cache.py", lines)
        try repository.commit("No bracket there")
        try repository.main()
        try repository.merge("perf-attempt-001-bracket")
        let landing = try repository.head()
        try repository.write("src/cache.py", lines[..<35] + ["}"] + lines[35...])
        try repository.commit("a bracket elsewhere")
        return (repository, landing)
    }

    @Test func bracketIsTakenBackInItsPlaceThoughAnotherCameMeanwhile() throws {
        let (repository, landing) = try bracketGone()
        #expect(try repository.facts().state == .landed)
        try repository.git("revert", "--no-edit", "-m", "1", landing)
        let facts = try repository.facts()
        #expect(facts.state == .reverted)
        #expect(facts.reversals.map { $0.commits.map(\.hex) } == [[try repository.head()]])
        #expect(facts.reversals.first?.claimsWhole == true)
    }

    @Test func bracketThatCameBackByTheRevertsRevertIsReapplied() throws {
        let (repository, landing) = try bracketGone()
        try repository.git("revert", "--no-edit", "-m", "1", landing)
        try repository.git("revert", "--no-edit", "HEAD")
        let facts = try repository.facts()
        #expect(facts.state == .reapplied)
        #expect(facts.landings.map(\.isReapplication) == [false, true])
    }

    @Test func bracketThatComesBackElsewhereByARevertThatNamesItIsTakenBack() throws {
        let (repository, landing) = try bracketGone()
        let lines = try repository.read("src/cache.py")
        try repository.write("src/cache.py", lines[..<5] + ["}"] + lines[5...])
        try repository.commit("Revert \"No bracket there\"\n\nThis reverts commit \(landing).")
        #expect(try repository.facts().state == .reverted)
    }

    @Test func revertThatNamesTheLandingAndTakesNothingBackIsContradicted() throws {
        let (repository, landing) = try bracketGone()
        try repository.set("src/cache.py", 6, "cache changed instead")
        try repository.commit("Revert \"No bracket there\"\n\nThis reverts commit \(landing).")
        let facts = try repository.facts()
        #expect(facts.state == .landed)
        let claim = try #require(facts.evidence.first { $0.certainty == .contradicted })
        #expect(claim.rule == "claimed-inverse")
        #expect(claim.commit?.hex == (try repository.head()))
    }

    @Test func pickOfBracketsAloneIsTakenBackByItsName() throws {
        let repository = try TestRepository()
        let lines = try repository.read("src/api.py")
        try repository.write("src/api.py", lines[..<20] + ["}"] + lines[20...])
        try repository.commit("bracket")
        try repository.attempt()
        try repository.write("src/api.py", try repository.read("src/api.py").filter { $0 != "}" })
        try repository.commit("No bracket there")
        try repository.main()
        try repository.other()
        for back in ["~3", "~2", "~1", ""] { try repository.git("cherry-pick", "perf-attempt-001-caching\(back)") }
        try repository.git("revert", "--no-edit", "HEAD")
        let facts = try repository.facts()
        #expect(facts.state == .partlyReverted)
        #expect(facts.notes.contains("1 of 4 commits taken back"))
    }

    @Test func shortLinesOfAFastForwardAreTakenBackCommitByCommit() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-short")
        let lines = try repository.read("src/cache.py")
        for (count, place) in [5, 20, 35].enumerated() {
            let now = try repository.read("src/cache.py")
            try repository.write("src/cache.py", now[..<(place + count)] + ["a\(count)"] + now[(place + count)...])
            try repository.commit("Short line \(count)")
        }
        try repository.main()
        try repository.git("merge", "-q", "--ff-only", "perf-attempt-001-short")
        try repository.git("revert", "--no-edit", "HEAD")
        #expect(try repository.facts().state == .partlyReverted)
        try repository.git("revert", "--no-edit", "HEAD~2", "HEAD~3")
        #expect(try repository.read("src/cache.py") == lines)
        let facts = try repository.facts()
        #expect(facts.state == .reverted)
        #expect(facts.reversals.first?.commits.count == 3)
    }

    @Test func exactRevertInAMergeCountsThoughMuchCameInItsPlace() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-pool")
        let pool = TestRepository.lines("pool", 20)
        try repository.write("src/pool.py", pool)
        try repository.set("src/api.py", 30, "api handler uses the pool")
        try repository.commit("Add a pool")
        try repository.main()
        try repository.squash("perf-attempt-001-pool")
        let landing = try repository.head()
        try repository.git("switch", "-q", "-c", "topic")
        try repository.git("revert", "--no-commit", landing)
        try repository.commit("plain again")
        try repository.write("src/pool.py", TestRepository.lines("other", 15) + pool[..<12])
        try repository.commit("Another kind of pool")
        try repository.main()
        try repository.merge("topic", "Merge topic")
        let facts = try repository.facts()
        #expect(facts.state == .partlyReverted)
        #expect(facts.reversals.map(\.commits.last?.hex) == [try repository.head()])
        #expect((facts.reversals.first?.shareGone ?? 0) < 0.5)
    }

    @Test func linesThatTheLandingOnlyMovedNeedNotGoBack() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-split")
        let cache = try repository.read("src/cache.py")
        try repository.write("src/cache.py", cache[..<10] + ["include parts"])
        try repository.write("src/parts.py", Array(cache[10...]))
        try repository.write("src/new.py", TestRepository.lines("new", 20))
        try repository.commit("Split the cache")
        try repository.main()
        try repository.squash("perf-attempt-001-split")
        try repository.git("rm", "-q", "src/new.py")
        try repository.write("src/cache.py", Array(cache[..<10]))
        try repository.commit("the new part was slow")
        #expect(try repository.facts().state == .partlyReverted)
    }
}
