import AttemptHistory
import GitStore
import Testing

/// One test a way of landing.
struct LandingTests {
    @Test func fastForwardIsKnownFromTheReflog() throws {
        let repository = try TestRepository()
        try repository.attempt()
        let tip = try repository.head()
        try repository.main()
        try repository.git("merge", "-q", "--ff-only", "perf-attempt-001-caching")
        try repository.other()
        let facts = try repository.facts()
        #expect(facts.state == .landed)
        #expect(facts.how == .fastForward)
        #expect(facts.ownCommits?.count == 3)
        #expect(facts.landings.map(\.commit.hex) == [tip])
    }

    @Test func fastForwardWithoutRecordOrReflogIsUnknown() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.git("merge", "-q", "--ff-only", "perf-attempt-001-caching")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .unknown)
        #expect(facts.ownCommits == nil)
        #expect(facts.landings.isEmpty)
        #expect(!facts.evidence.isEmpty)
    }

    @Test func stubTellsAFastForwardFromAnEmptyBranch() throws {
        let repository = try TestRepository()
        let saga = SagaNaming(id: "speed", prefix: "perf", folder: "docs/meta-issues/speed")
        try repository.write("docs/meta-issues/speed/attempts/001-x/a.md", ["stub"])
        try repository.commit("Start\n\nMeta-Issue: speed\nMeta-Issue-Attempt: 001\nMeta-Issue-Event: start")
        try repository.attempt()
        try repository.main()
        try repository.git("merge", "-q", "--ff-only", "perf-attempt-001-caching")
        try repository.write("docs/meta-issues/speed/attempts/002-y/a.md", ["stub"])
        try repository.commit("Start\n\nMeta-Issue: speed\nMeta-Issue-Attempt: 002\nMeta-Issue-Event: start")
        try repository.git("branch", "perf-attempt-002-y")
        let first = try repository.facts(1, sagas: [saga], usesReflogs: false)
        #expect(first.state == .landed)
        #expect(first.how == .fastForward)
        #expect(first.ownCommits?.count == 3)
        let second = try repository.facts(2, sagas: [saga], usesReflogs: false)
        #expect(second.state == .planned)
        #expect(second.ownCommits == [])
    }

    @Test func trueMergeLandsAtTheMerge() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.merge()
        let landing = try repository.head()
        try repository.other(9)
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.how == .merge)
        #expect(facts.landings.map(\.commit.hex) == [landing])
        #expect(facts.evidence.first?.rule == "ancestor")
        #expect(facts.evidence.first?.certainty == .exact)
    }

    @Test func deletedBranchIsFoundThroughItsMergeMessage() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.merge("perf-attempt-001-caching", "Merge pull request #12 from acme/perf-attempt-001-caching")
        try repository.git("branch", "-D", "perf-attempt-001-caching")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.branch == "perf-attempt-001-caching")
        #expect(facts.ownCommits?.count == 3)
        #expect(!facts.hasLocalBranch)
    }

    @Test func octopusMergeLandsEachBranch() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.git("switch", "-q", "-c", "topic")
        try repository.other()
        try repository.main()
        try repository.git("merge", "-q", "--no-ff", "-m", "Octopus", "perf-attempt-001-caching", "topic")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.ownCommits?.count == 3)
    }

    @Test func squashIsFoundByObjectIDs() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.squash()
        let landing = try repository.head()
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.how == .squash)
        #expect(facts.landings.map(\.commit.hex) == [landing])
        #expect(facts.evidence.first?.rule == "changeset")
        #expect(facts.evidence.first?.detail == "one mainline commit changes all 3 paths exactly as the branch does")
    }

    @Test(arguments: [35, 22]) func squashIsFoundWhenTheMainlineChangedTheFile(line: Int) throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.set("src/cache.py", line, "mainline edit in cache")
        try repository.commit("edit in cache")
        try repository.squash()
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.how == .squash)
        #expect(facts.evidence.first?.rule == "patch")
        #expect(facts.evidence.first?.certainty == .strong)
    }

    @Test func amendedSquashIsFoundByLines() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.git("merge", "--squash", "-q", "perf-attempt-001-caching")
        try repository.set("src/lru.py", 10, "lru typo fixed by the maintainer")
        try repository.write("README.md", ["readme", "more", "changelog: caching"])
        try repository.commit("Add caching (#12)")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.how == .squash)
        #expect(facts.evidence.first?.rule == "lines")
    }

    @Test func renamedFileDoesNotHideASquash() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.git("mv", "src/cache.py", "src/store.py")
        try repository.commit("rename")
        try repository.squash()
        #expect(try repository.facts(usesReflogs: false).state == .landed)
    }

    @Test func rebaseIsCommitAfterCommit() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.git("switch", "-q", "-c", "tmp", "perf-attempt-001-caching")
        try repository.git("rebase", "-q", "main")
        try repository.main()
        try repository.git("merge", "-q", "--ff-only", "tmp")
        try repository.git("branch", "-D", "tmp")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.how == .rebase)
    }

    @Test func signedPicksWithOtherWorkBetweenAreCherryPicks() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        for (index, back) in ["~2", "~1", ""].enumerated() {
            try repository.git("cherry-pick", "-x", "perf-attempt-001-caching\(back)")
            try repository.other(index + 1)
        }
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.how == .cherryPick)
    }

    @Test func onePickOfThreeIsPartlyLanded() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.git("cherry-pick", "perf-attempt-001-caching~1")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .partlyLanded)
        #expect(facts.how == .cherryPick)
    }

    @Test func branchThatWentOnAfterItsMergeIsPartlyLanded() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.merge()
        try repository.git("switch", "-q", "perf-attempt-001-caching")
        try repository.set("src/cache.py", 35, "follow-up after the merge")
        try repository.commit("more work")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .partlyLanded)
        #expect(facts.how == .merge)
        #expect(facts.ownCommits?.count == 4)
    }

    @Test func branchMergedTwiceHasTwoLandings() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.merge("perf-attempt-001-caching", "Merge 1")
        try repository.git("switch", "-q", "perf-attempt-001-caching")
        try repository.set("src/cache.py", 35, "second round")
        try repository.commit("second round")
        try repository.main()
        try repository.other()
        try repository.merge("perf-attempt-001-caching", "Merge 2")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.landings.count == 2)
    }

    @Test func mergeThatKeepsNothingIsDiscarded() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.git("merge", "-q", "-s", "ours", "--no-ff", "-m", "Merge", "perf-attempt-001-caching")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .discarded)
        #expect(facts.how == .merge)
        #expect(facts.landings.isEmpty)
    }

    @Test func mainlineMergedIntoTheBranchIsNotItsWork() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.git("switch", "-q", "perf-attempt-001-caching")
        try repository.git("merge", "-q", "-m", "Merge main", "main")
        try repository.set("src/api.py", 35, "finishing touch")
        try repository.commit("finishing touch")
        try repository.main()
        try repository.other(9)
        try repository.squash()
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.ownCommits?.count == 4)
    }

    @Test func stackedAttemptsLandEachByItself() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.git("switch", "-q", "-c", "perf-attempt-002-index")
        try repository.set("src/db.py", 20, "db query uses a covering index")
        try repository.commit("Use covering index")
        try repository.main()
        try repository.other()
        try repository.squash("perf-attempt-001-caching", "Add caching (#12)")
        #expect(try repository.facts(1).state == .landed)
        #expect(try repository.facts(2).state == .inProgress)
        #expect(try repository.facts(2).ownCommits?.count == 1)
        try repository.squash("perf-attempt-002-index", "Add index (#13)")
        #expect(try repository.facts(1).state == .landed)
        #expect(try repository.facts(2).state == .landed)
    }

    @Test func anchorKeepsADeletedBranch() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.git("update-ref", "refs/metaissue/perf/001", "HEAD")
        try repository.main()
        try repository.squash()
        try repository.git("branch", "-D", "perf-attempt-001-caching")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .landed)
        #expect(facts.ownCommits?.count == 3)
    }

    @Test func headReflogKeepsADeletedBranchForStatusOnly() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.squash()
        try repository.git("branch", "-D", "perf-attempt-001-caching")
        #expect(try repository.facts().state == .landed)
        #expect(try repository.examine(usesReflogs: false).isEmpty)
    }
}
