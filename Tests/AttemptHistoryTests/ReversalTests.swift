import AttemptHistory
import GitStore
import Testing

/// One test a way of taking a landing back, and of not doing so.
struct ReversalTests {
    private func squashed() throws -> (TestRepository, landing: String) {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.squash()
        let landing = try repository.head()
        try repository.other(9)
        return (repository, landing)
    }

    private func merged() throws -> (TestRepository, landing: String) {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.merge("perf-attempt-001-caching", "Merge pull request #12 from acme/perf-attempt-001-caching")
        let landing = try repository.head()
        try repository.other(9)
        return (repository, landing)
    }

    @Test func revertOfAMerge() throws {
        let (repository, landing) = try merged()
        try repository.git("revert", "--no-edit", "-m", "1", landing)
        let reversal = try repository.head()
        try repository.other(13)
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .reverted)
        #expect(facts.how == .merge)
        #expect(facts.reversals.map { $0.commits.map(\.hex) } == [[reversal]])
        #expect(facts.reversals.first?.extent == .full)
        #expect(facts.reversals.first?.claimsWhole == true)
        #expect(facts.evidence.contains { $0.rule == "inverse" && $0.certainty == .exact })
    }

    @Test func revertWithAnEditedMessageIsFoundByContent() throws {
        let (repository, landing) = try squashed()
        try repository.git("revert", "--no-commit", landing)
        try repository.commit("perf: go back to plain lookups")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .reverted)
        #expect(facts.reversals.first?.claimsWhole == false)
    }

    @Test func revertInAnotherContextIsFoundByLines() throws {
        let (repository, landing) = try squashed()
        try repository.set("src/cache.py", 35, "later edit in the same file")
        try repository.commit("later edit")
        try repository.git("revert", "--no-edit", landing)
        #expect(try repository.facts(usesReflogs: false).state == .reverted)
    }

    @Test func revertOfEachCommit() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        for back in ["~2", "~1", ""] { try repository.git("cherry-pick", "perf-attempt-001-caching\(back)") }
        try repository.git("revert", "--no-edit", "HEAD", "HEAD~1", "HEAD~2")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .reverted)
        #expect(facts.reversals.first?.commits.count == 3)
    }

    @Test func revertOfOneCommitOfAFastForwardIsPartial() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.git("merge", "-q", "--ff-only", "perf-attempt-001-caching")
        try repository.git("revert", "--no-edit", "HEAD")
        let facts = try repository.facts()
        #expect(facts.state == .partlyReverted)
        #expect(facts.reversals.first?.extent == .partial)
        #expect(facts.notes.contains("1 of 3 commits taken back"))
        #expect(facts.paths.contains { $0.path == "src/api.py" && $0.outcome == "gone" })
        #expect(facts.paths.contains { $0.path == "src/lru.py" && $0.outcome == "kept" })
    }

    @Test func partialRevertByPathNeedsNoMessage() throws {
        let (repository, landing) = try squashed()
        try repository.git("checkout", "-q", "\(landing)^", "--", "src/api.py")
        try repository.commit("api: stop using the cache for now")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .partlyReverted)
        #expect(facts.reversals.first?.claimsWhole == false)
    }

    @Test func partialRevertThatClaimsTheWholeSaysSo() throws {
        let (repository, landing) = try squashed()
        try repository.git("revert", "--no-commit", landing)
        try repository.git("checkout", "-q", landing, "--", "src/api.py")
        try repository.commit("Revert \"Add caching (#12)\"\n\nThis reverts commit \(landing).")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .partlyReverted)
        let reversal = try #require(facts.reversals.first)
        #expect(reversal.claimsWhole)
        #expect(reversal.extent == .partial)
        #expect((reversal.shareGone ?? 0) > 0.5)
        #expect(facts.paths.contains { $0.path == "src/api.py" && $0.outcome == "kept" })
    }

    @Test func revertOfTheRevertReapplies() throws {
        let (repository, landing) = try squashed()
        try repository.git("revert", "--no-edit", landing)
        try repository.git("revert", "--no-edit", "HEAD")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .reapplied)
        #expect(facts.landings.map(\.isReapplication) == [false, true])
    }

    @Test func secondRevertCountsAfterAReapplication() throws {
        let (repository, landing) = try squashed()
        try repository.git("revert", "--no-edit", landing)
        try repository.git("revert", "--no-edit", "HEAD")
        try repository.git("revert", "--no-edit", "HEAD")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .reverted)
        #expect(facts.reversals.count == 2)
    }

    @Test func revertThroughItsOwnPullRequestIsDatedByTheMerge() throws {
        let (repository, landing) = try merged()
        try repository.git("switch", "-q", "-c", "revert-12-perf-attempt-001-caching")
        try repository.git("revert", "--no-edit", "-m", "1", landing)
        try repository.main()
        try repository.other(13)
        try repository.merge(
            "revert-12-perf-attempt-001-caching",
            "Merge pull request #15 from acme/revert-12-perf-attempt-001-caching")
        let reversal = try repository.head()
        let all = try repository.examine(usesReflogs: false)
        #expect(all.count == 1)
        let facts = try #require(all.first?.facts.first)
        #expect(facts.state == .reverted)
        #expect(facts.reversals.map { $0.commits.map(\.hex) } == [[reversal]])
    }

    @Test func contentThatCameBackWithAnotherAttemptStaysReverted() throws {
        let (repository, landing) = try squashed()
        try repository.git("revert", "--no-edit", landing)
        try repository.git("switch", "-q", "-c", "perf-attempt-002-again")
        try repository.git("revert", "--no-edit", "HEAD")
        try repository.set("src/lru.py", 5, "lru eviction fixed")
        try repository.commit("fix eviction")
        try repository.main()
        try repository.other(13)
        try repository.squash("perf-attempt-002-again", "Caching, second try (#16)")
        let first = try repository.facts(1)
        #expect(first.state == .reverted)
        #expect(first.evidence.contains { $0.rule == "came-back" })
        #expect(try repository.facts(2).state == .landed)
    }

    @Test func rewriteIsNoReversal() throws {
        let (repository, _) = try squashed()
        try repository.git("rm", "-q", "src/lru.py")
        try repository.set("src/cache.py", 20, "cache lookup redesigned around the shard map")
        try repository.set("src/api.py", 30, "api handler uses shard map")
        try repository.commit("Redesign around shard map")
        #expect(try repository.facts(usesReflogs: false).state == .landed)
    }

    @Test func reformattingIsNoReversal() throws {
        let (repository, _) = try squashed()
        for file in ["src/cache.py", "src/api.py", "src/lru.py"] {
            try repository.write(file, try repository.read(file).map { $0 + " " })
        }
        try repository.commit("reformat")
        #expect(try repository.facts(usesReflogs: false).state == .landed)
    }

    @Test func quotedRevertIsNoReversal() throws {
        let (repository, landing) = try squashed()
        try repository.other(11)
        try repository.commit("docs: history\n\n> This reverts commit \(landing).\nbut decided against it.")
        #expect(try repository.facts(usesReflogs: false).state == .landed)
    }

    @Test func revertInsideTheBranchIsNoReversal() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.git("revert", "--no-edit", "HEAD~2")
        try repository.main()
        try repository.other()
        try repository.merge()
        #expect(try repository.facts(usesReflogs: false).state == .landed)
    }

    @Test func revertOnAnotherBranchIsNoReversal() throws {
        let (repository, landing) = try merged()
        try repository.git("switch", "-q", "-c", "release-1.x")
        try repository.git("revert", "--no-edit", "-m", "1", landing)
        try repository.main()
        #expect(try repository.facts(usesReflogs: false).state == .landed)
    }
}
