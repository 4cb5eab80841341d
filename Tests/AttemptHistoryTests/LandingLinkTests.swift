import AttemptHistory
import GitStore
import Testing

/// Who wrote a landing, what the branch stood on, and what else tells a landing from chance.
struct LandingLinkTests {
    /// A one-line change on a branch, and the same change on the mainline by `author`.
    private func sameChange(by author: (String, String)) throws -> AttemptFacts {
        let repository = try TestRepository()
        repository.author = ("Renée Weiß", "renee@example.org")
        try repository.git("switch", "-q", "-c", "perf-attempt-001-one")
        try repository.set("src/cache.py", 20, "cache lookup in one step")
        try repository.commit("One step")
        try repository.main()
        try repository.other()
        repository.author = author
        try repository.set("src/cache.py", 20, "cache lookup in one step")
        try repository.commit("faster")
        return try repository.facts()
    }

    @Test(arguments: [
        ("Renée Weiß", "1234+rw@users.noreply.github.com"), ("Weiss Renee", "work@example.com"),
        ("Renée Anna Weiß", "home@example.net"), ("rw", "77+reneeweiss@users.noreply.github.com"),
    ])
    func onePersonHasSeveralAddresses(author: (String, String)) throws {
        #expect(try sameChange(by: author).state == .landed)
    }

    @Test(arguments: [("Renée Other", "other@example.org"), ("Zed", "zed@example.org"), ("Z", "x@example.org")])
    func anotherPersonsOneLineChangeIsWeak(author: (String, String)) throws {
        let facts = try sameChange(by: author)
        #expect(facts.state == .inProgress)
        #expect(facts.evidence.first?.certainty == .weak)
    }

    @Test func manyLinesInOnePathByAnotherAuthorAreLikely() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-one")
        for line in 20...25 { try repository.set("src/cache.py", line, "cache line \(line) looks quite different now") }
        try repository.commit("Another way")
        try repository.main()
        repository.author = ("Zed", "zed@example.org")
        try repository.squash("perf-attempt-001-one", "faster")
        let facts = try repository.facts()
        #expect(facts.state == .landed)
        #expect(facts.evidence.map(\.certainty) == [.likely])
    }

    @Test func subjectThatManyCommitsHaveIsNoLink() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-one")
        try repository.set("src/cache.py", 20, "cache lookup in one step")
        try repository.commit("Address review comments")
        try repository.main()
        repository.author = ("Zed", "zed@example.org")
        try repository.set("src/db.py", 5, "db one")
        try repository.commit("Address review comments")
        try repository.set("src/cache.py", 20, "cache lookup in one step")
        try repository.commit("Address review comments")
        #expect(try repository.facts().state == .inProgress)
    }

    @Test func branchThatBeganOnMergedWorkIsComparedByItself() throws {
        let repository = try TestRepository()
        try repository.attempt()
        try repository.git("switch", "-q", "-c", "perf-attempt-002-index")
        try repository.set("src/db.py", 20, "db query uses covering index")
        try repository.commit("Use covering index")
        try repository.main()
        try repository.other()
        try repository.merge()
        try repository.set("src/db.py", 35, "db far change")
        try repository.commit("far")
        try repository.git("cherry-pick", "-n", "perf-attempt-002-index")
        try repository.commit("Add index (#13)")
        let landing = try repository.head()
        let facts = try repository.facts(2)
        #expect(facts.state == .landed)
        #expect(facts.landings.map(\.commit.hex) == [landing])
        #expect(facts.ownCommits?.count == 1)
    }

    @Test func squashOfWhatWasPartlyThereIsFound() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-lines")
        for line in [5, 15, 25] { try repository.set("src/cache.py", line, "cache line \(line) is faster now") }
        try repository.commit("Faster lines")
        try repository.main()
        repository.author = ("Zed", "zed@example.org")
        for line in [5, 15] { try repository.set("src/cache.py", line, "cache line \(line) is faster now") }
        try repository.set("src/api.py", 7, "api change")
        try repository.set("src/api.py", 8, "api change two")
        try repository.set("src/api.py", 9, "api change three")
        try repository.set("src/api.py", 11, "api change four")
        try repository.commit("part of it")
        repository.author = ("Ann Author", "ann@example.org")
        try repository.squash("perf-attempt-001-lines", "rest")
        let facts = try repository.facts()
        #expect(facts.state == .landed)
        #expect(facts.landings.map(\.commit.hex) == [try repository.head()])
    }

    /// A branch of two commits of which others brought most before it was squashed, with what the squash says.
    private func squashOfTheRest(_ message: String, by author: (String, String)) throws -> AttemptFacts {
        let repository = try TestRepository()
        let lines = TestRepository.lines("pool", 9)
        try repository.git("switch", "-q", "-c", "perf-attempt-001-pool")
        for (index, line) in lines.enumerated() {
            try repository.set("src/cache.py", 4 * index + 2, line)
            if index == 5 { try repository.commit("Pool for the cache") }
        }
        try repository.commit("Pool for the rest as well")
        try repository.main()
        let mine = repository.author
        repository.author = ("Zed", "zed@example.org")
        for (index, line) in lines.enumerated() where index < 7 {
            try repository.set("src/cache.py", 4 * index + 2, line)
        }
        for line in 10...24 { try repository.set("src/api.py", line, "api changed too \(line)") }
        try repository.commit("Some of a pool")
        repository.author = author.0.isEmpty ? mine : author
        for index in 7..<9 { try repository.set("src/cache.py", 4 * index + 2, lines[index]) }
        try repository.set("src/cache.py", 1, "cache says more by the merger")
        try repository.commit(message)
        return try repository.facts()
    }

    @Test func squashThatListsAllSubjectsIsTheLandingOfWhatWasLeft() throws {
        let facts = try squashOfTheRest(
            "Pools (#9)\n\n* Pool for the cache\n\n* Pool for the rest as well", by: ("", ""))
        #expect(facts.state == .landed)
        #expect(facts.how == .squash)
        #expect(facts.evidence.first.map { [$0.rule, $0.certainty.rawValue] } == ["claim", "likely"])
    }

    @Test(arguments: [
        ("Pools (#9)\n\n* Pool for the cache", ("", "")),
        ("Pools (#9)\n\n* Pool for the cache\n\n* Pool for the rest as well", ("Other", "other@example.org")),
    ])
    func listOfSomeSubjectsOrOfAnotherAuthorIsNot(message: String, author: (String, String)) throws {
        #expect(try squashOfTheRest(message, by: author).state == .inProgress)
    }

    @Test func bracketsThatASquashListsAreItsLandingWhereverTheyStand() throws {
        let repository = try TestRepository()
        let lines = try repository.read("src/cache.py")
        try repository.git("switch", "-q", "-c", "perf-attempt-001-brackets")
        try repository.write("src/cache.py", lines[..<20] + ["}", ""] + lines[20...])
        try repository.commit("Close the cache block")
        try repository.main()
        try repository.write("src/cache.py", lines[..<30] + ["}", ""] + lines[30...])
        try repository.commit("Blocks (#9)\n\n* Close the cache block")
        #expect(try repository.facts().state == .landed)
    }

    @Test func mergeOfAnotherBranchThatChangesNoneOfThePathsIsNotTheLanding() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "perf-attempt-001-two")
        try repository.set("src/api.py", 20, "api lookup in one step")
        try repository.commit("One step for the api")
        try repository.set("src/cache.py", 20, "cache lookup in one step")
        try repository.commit("One step for the cache")
        try repository.git("switch", "-q", "-c", "topic")
        try repository.write("src/topic.py", TestRepository.lines("topic", 9))
        try repository.commit("Topic")
        try repository.main()
        try repository.set("src/api.py", 20, "api lookup in one step")
        try repository.set("src/cache.py", 20, "cache lookup done otherwise by the merger")
        let squash = try repository.commit("Steps")
        try repository.git("merge", "-q", "--no-ff", "-X", "ours", "-m", "Merge topic", "topic")
        let facts = try repository.facts()
        #expect(facts.state == .partlyLanded)
        #expect(facts.landings.map(\.commit.hex) == [squash])
    }

    @Test func stepThatOnlyRestoresTheStateAroundTheChangeIsNotItsLanding() throws {
        let repository = try TestRepository()
        let old = try repository.read("src/cache.py")[4]
        try repository.git("switch", "-q", "-c", "perf-attempt-001-two")
        try repository.set("src/cache.py", 20, "cache lookup in one step")
        try repository.commit("One step for the cache")
        try repository.set("src/api.py", 20, "api lookup in one step")
        try repository.commit("One step for the api")
        try repository.main()
        try repository.set("src/cache.py", 5, "cache somebody tries something")
        try repository.commit("trial")
        try repository.git("cherry-pick", "perf-attempt-001-two~1", "perf-attempt-001-two")
        let landing = try repository.head()
        try repository.set("src/cache.py", 5, old)
        try repository.commit("trial ends")
        #expect(try repository.facts().landings.map(\.commit.hex) == [landing])
    }

    @Test func workOfOthersThatTheBranchIsBuiltOnIsNotItsLanding() throws {
        let repository = try TestRepository()
        try repository.git("switch", "-q", "-c", "foundation")
        try repository.write("src/lru.py", TestRepository.lines("lru", 12))
        try repository.commit("Add LRU implementation")
        repository.author = ("Zed", "zed@example.org")
        try repository.git("switch", "-q", "-c", "perf-attempt-001-on-top")
        try repository.set("src/api.py", 30, "api handler uses cached responses")
        try repository.set("src/api.py", 31, "api handler has another line")
        try repository.commit("Use the cache in API handler")
        try repository.main()
        repository.author = ("Ann Author", "ann@example.org")
        try repository.other()
        try repository.squash("foundation", "Caching")
        let facts = try repository.facts()
        #expect(facts.state == .inProgress)
        #expect(facts.ownCommits?.count == 1)
        #expect(facts.notes.contains { $0.contains("built on 1 commit of others") })
    }
}
