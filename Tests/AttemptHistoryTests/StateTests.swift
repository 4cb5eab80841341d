import AttemptHistory
import GitStore
import Testing

/// Attempts that have not landed, and what must not be taken for a landing.
struct StateTests {
    @Test func emptyBranchIsPlanned() throws {
        let repository = try TestRepository()
        try repository.git("branch", "perf-attempt-001-x")
        try repository.other()
        let facts = try repository.facts()
        #expect(facts.state == .planned)
        #expect(facts.ownCommits == [])
        #expect(facts.started == nil)
    }

    @Test func emptyCommitsAreCountedButLandNothing() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-x")
        try repository.commit("measure only")
        try repository.commit("notes only")
        try repository.main()
        try repository.other()
        let facts = try repository.facts()
        #expect(facts.state == .inProgress)
        #expect(facts.ownCommits?.count == 2)
    }

    @Test func workOutsideTheMainlineIsInProgress() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .inProgress)
        #expect(facts.how == nil)
        #expect(facts.hasLocalBranch)
        let started = try #require(facts.started)
        let last = try #require(facts.lastWork)
        #expect(started.seconds < last.seconds)
    }

    @Test func deletedUnmergedBranchIsAbandonedInStatusOnly() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.git("update-ref", "refs/metaissue/perf/001", "HEAD")
        try repository.main()
        try repository.git("branch", "-D", "perf-attempt-001-caching")
        #expect(try repository.facts().state == .abandoned)
        #expect(try repository.facts(usesReflogs: false).state == .inProgress)
    }

    @Test func recordIsNotWork() throws {
        let repository = try TestRepository()
        let saga = SagaNaming(id: "speed", prefix: "perf", folder: "docs/meta-issues/speed")
        try repository.git("switch", "-q", "-c", "perf-attempt-001-x")
        try repository.write("docs/meta-issues/speed/attempts/001-x/solution-approach.md", ["plan"])
        try repository.commit("plan")
        #expect(try repository.facts(sagas: [saga]).state == .planned)
        try repository.set("src/cache.py", 20, "real work")
        try repository.commit("work")
        let facts = try repository.facts(sagas: [saga])
        #expect(facts.state == .inProgress)
        #expect(facts.ownCommits?.count == 1)
    }

    @Test func documentsOfAnAttemptAreNotItsLanding() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.write("attempts/001-caching/README.md", ["We tried caching; it failed"])
        try repository.commit("docs: attempt 001")
        try repository.main()
        try repository.git("checkout", "-q", "perf-attempt-001-caching", "--", "attempts")
        try repository.commit("docs: record failed attempt 001")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .inProgress)
        #expect(facts.ownCommits?.count == 3)
    }

    @Test func smallEqualChangeOfAnotherAuthorIsOnlyWeakEvidence() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-x")
        try repository.write("CODEOWNERS", ["# CODEOWNERS", "* @team"])
        try repository.commit("add owners")
        try repository.main()
        repository.author = ("Zed", "zed@example.org")
        try repository.write("CODEOWNERS", ["# CODEOWNERS", "* @team"])
        try repository.commit("repo hygiene: add CODEOWNERS")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .inProgress)
        #expect(facts.evidence.map(\.certainty) == [.weak])
        #expect(facts.landings.isEmpty)
    }

    @Test func whiteSpaceCounts() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-x")
        try repository.set("src/cache.py", 20, "    if value:   return  other")
        try repository.commit("reindent")
        try repository.main()
        try repository.set("src/cache.py", 20, "ifvalue:returnother")
        try repository.commit("equal but for white space")
        #expect(try repository.facts(usesReflogs: false).state == .inProgress)
    }

    @Test func mergeIntoAReleaseBranchIsNoLandingAndIsSaid() throws {
        let repository = try TestRepository()
        try repository.git("branch", "release-1.x")
        try repository.attempt()
        try repository.git("switch", "-q", "release-1.x")
        try repository.merge()
        try repository.main()
        try repository.other()
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .inProgress)
        #expect(facts.evidence.contains { $0.rule == "elsewhere" && $0.detail.contains("release-1.x") })
    }

    @Test func mergeDroppedByAResetIsInProgress() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.merge()
        try repository.git("reset", "-q", "--hard", "HEAD~1")
        try repository.other(11)
        let facts = try repository.facts()
        #expect(facts.state == .inProgress)
        #expect(facts.landings.isEmpty)
    }

    @Test func orphanBranchIsInProgress() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "--orphan", "perf-attempt-001-x")
        try repository.write("o.py", TestRepository.lines("orphan", 5))
        try repository.commit("orphan attempt")
        try repository.main()
        try repository.other()
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.state == .inProgress)
        #expect(facts.base == nil)
        #expect(facts.ownCommits?.count == 1)
    }

    @Test func divergedTipsAreSaid() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.git("update-ref", "refs/remotes/origin/perf-attempt-001-caching", "HEAD")
        try repository.git("commit", "-q", "--amend", "-m", "amended")
        try repository.main()
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.tip?.hex == (try repository.head("perf-attempt-001-caching")))
        #expect(facts.notes.contains { $0.contains("refs/remotes/origin/perf-attempt-001-caching") })
    }

    @Test func tipThatContainsTheOthersWins() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.git("update-ref", "refs/remotes/origin/perf-attempt-001-caching", "HEAD")
        try repository.git("branch", "-f", "old", "HEAD~1")
        try repository.main()
        try repository.git("branch", "-f", "perf-attempt-001-caching", "old")
        let facts = try repository.facts(usesReflogs: false)
        #expect(facts.ownCommits?.count == 3)
        #expect(facts.notes.isEmpty)
    }

    @Test func tagOfTheSameNameConfusesNothing() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.main()
        try repository.other()
        try repository.git("tag", "perf-attempt-001-caching", "main")
        #expect(try repository.facts(usesReflogs: false).state == .inProgress)
    }
}
