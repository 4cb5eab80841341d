import Foundation
import Testing

/// `resolve`: how a saga ended is declared, documents follow, and a revert of the winner opens the question again.
@Suite struct ResolveTests {
    private func landed(hooks: Bool = false) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: hooks)
        try repository.time("2024-09-01")
        let branch = try repository.attempt("Caching <Layer>", file: "cache.py")
        try repository.time("2024-09-05")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.metaissue("sync", "--commit")
        try repository.time("2024-09-10")
        return repository
    }

    private func status(_ repository: TestRepository) throws -> String? { try repository.status().sagas.first?.status }

    @Test func theWinnerIsNamedWithStatusDurationAndResolution() throws {
        let repository = try landed()
        let said = try repository.metaissue("resolve", "--attempt", "1")
        #expect(said.hasPrefix("slow-service: Resolved (Attempt 001), recorded in "))
        let hub = try repository.hub
        #expect(hub.contains("**Status:** Resolved (Attempt 001)  \n"))
        #expect(hub.contains("**Duration:** 10 days"))
        #expect(hub.contains("## Resolution\n\n**Winning approach:** Attempt 001 - Caching &lt;Layer&gt;\n\n<!-- "))
        #expect(try repository.log.contains("| **Total** | **1 day** | **Resolved** |"))
        #expect(try status(repository) == "resolved")
        #expect(try repository.read("\(TestRepository.saga)/.metaissue").contains("attempt = 001"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        try repository.changesNothing {
            let again = try repository.metaissue("resolve", "--attempt", "1")
            #expect(again.contains("says so already"))
        }
    }

    @Test(arguments: [true, false])
    func aRevertOfTheWinnerOpensTheQuestionAndAReapplicationClosesIt(hooks: Bool) throws {
        let repository = try landed(hooks: hooks)
        try repository.metaissue("resolve", "--attempt", "1")
        let merge = try repository.lastMerge()
        try repository.git(["revert", "--no-edit", "-m", "1", merge])
        let revert = try repository.git(["log", "-1", "--format=%H", "--grep=^This reverts commit"])
        #expect(try status(repository) == "investigating")
        let shown = try repository.metaissue("status")
        #expect(shown.contains("the question is open again: attempt 001, which resolved it, was taken back by"))
        let sync = try repository.metaissue("sync", "--commit")
        #expect(sync.contains("the question is open again: ") && sync.contains("git metaissue resolve --reopen"))
        #expect(try repository.hub.contains("**Status:** Investigating"))
        #expect(try repository.hub.contains("**Winning approach:** Attempt 001"), "people's words stay")
        try repository.refuses("resolve", "--attempt", "1", saying: "was taken back")
        try repository.git(["revert", "--no-edit", revert])
        try repository.metaissue("sync", "--commit")
        #expect(try repository.hub.contains("**Status:** Resolved (Attempt 001)"))
        #expect(!(try repository.metaissue("status").contains("open again")))
    }

    @Test func aSagaCanBeGivenUpSupersededAndOpenedAgain() throws {
        let repository = try landed()
        try repository.metaissue("new", "Other Way")
        try repository.metaissue("resolve", "--abandoned", "--saga", "perf")
        #expect(try repository.hub.contains("**Status:** Abandoned"))
        try repository.metaissue("resolve", "--superseded-by", "other-way", "--saga", "perf")
        #expect(try repository.hub.contains("**Status:** Superseded"))
        #expect(try repository.hub.contains("**Superseded by:** `other-way`"))
        #expect(try status(repository) == "superseded")
        try repository.metaissue("resolve", "--saga", "perf")
        #expect(try repository.hub.contains("**Status:** Resolved  \n"))
        try repository.metaissue("resolve", "--reopen", "--saga", "perf")
        #expect(try repository.hub.contains("**Status:** Investigating"))
        #expect(try status(repository) == "investigating")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        try repository.refuses("resolve", status: 129, saying: "several sagas")
        try repository.refuses("resolve", "--superseded-by", "perf", "--saga", "perf", status: 129)
        try repository.refuses("resolve", "--superseded-by", "nothing", "--saga", "perf", saying: "there is no saga")
        let two = try repository.tryMetaissue("resolve", "--abandoned", "--reopen", "--saga", "perf")
        #expect(two.status == 129)
    }

    @Test func whatAnEarlierDeclarationSaidBecomesWhatTheNewOneSays() throws {
        let repository = try landed()
        let branch = try repository.attempt("Pooling", file: "pool.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.metaissue("new", "Other Way")
        func line() throws -> [String] {
            try repository.hub.split(separator: "\n").filter {
                $0.hasPrefix("**Winning") || $0.hasPrefix("**Superseded")
            }
            .map(String.init)
        }
        try repository.metaissue("resolve", "--attempt", "1", "--saga", "perf")
        try repository.edit(
            "\(TestRepository.saga)/README.md", "&lt;Layer&gt;\n\n", "&lt;Layer&gt;\n\nWhy it won, by hand.\n\n")
        try repository.commit("By hand")
        try repository.metaissue("resolve", "--attempt", "2", "--saga", "perf")
        #expect(try line() == ["**Winning approach:** Attempt 002 - Pooling"])
        try repository.metaissue("resolve", "--saga", "perf")
        #expect(try line() == [] && repository.hub.contains("**Status:** Resolved  \n"))
        try repository.metaissue("resolve", "--superseded-by", "other-way", "--saga", "perf")
        #expect(try line() == ["**Superseded by:** `other-way`"])
        try repository.metaissue("resolve", "--reopen", "--saga", "perf")
        #expect(try line() == [])
        #expect(try repository.hub.contains("## Resolution\n\nWhy it won, by hand.\n"))
        try repository.metaissue("resolve", "--attempt", "1", "--saga", "perf")
        try repository.edit(
            "\(TestRepository.saga)/README.md", "**Winning approach:** Attempt", "**Winner, I say:** Attempt")
        try repository.commit("Words of a person")
        try repository.metaissue("resolve", "--abandoned", "--saga", "perf")
        #expect(try repository.hub.contains("**Winner, I say:** Attempt 001"), "people's words stay")
    }

    @Test func whatHasNotLandedCannotHaveResolvedIt() throws {
        let repository = try landed()
        _ = try repository.attempt("Open", file: "open.py")
        try repository.refuses("resolve", "--attempt", "2", saying: "is not on main (in-progress)")
        try repository.refuses("resolve", "--attempt", "3", saying: "there is no attempt 003")
        try repository.refuses("resolve", "--attempt", "x", status: 129)
    }

    @Test func aHubWithoutTheHeadingAndWithOtherLineEndingsGetsIt() throws {
        let repository = try landed()
        let path = "\(TestRepository.saga)/README.md"
        let hub = try repository.hub.components(separatedBy: "## Resolution")[0].replacingOccurrences(
            of: "\n", with: "\r\n")
        try repository.write(path, hub)
        try repository.commit("By hand")
        try repository.metaissue("resolve", "--attempt", "1")
        let new = try repository.hub
        #expect(new.hasSuffix("\r\n## Resolution\r\n\r\n**Winning approach:** Attempt 001 - Caching &lt;Layer&gt;\r\n"))
        #expect(!new.replacingOccurrences(of: "\r\n", with: "").contains("\n"))
    }

    @Test func aResolutionThatPeopleWroteStays() throws {
        let repository = try landed()
        let path = "\(TestRepository.saga)/README.md"
        try repository.edit(path, "## Resolution\n", "## Resolution\n\n**Winning approach:** All of it\n")
        try repository.commit("By hand")
        try repository.metaissue("resolve", "--attempt", "1")
        #expect(try repository.hub.contains("**Winning approach:** All of it\n"))
        #expect(!(try repository.hub.contains("**Winning approach:** Attempt")))
    }

    @Test func aHandWrittenResolutionIsDoubtedAndNotChanged() throws {
        let repository = try landed()
        try repository.edit(
            "\(TestRepository.saga)/README.md", "**Status:** Investigating", "**Status:** Resolved (Attempt 001)")
        try repository.commit("By hand")
        try repository.git(["revert", "--no-edit", "-m", "1", try repository.lastMerge()])
        let sync = try repository.metaissue("sync", "--commit")
        #expect(sync.contains("the question is open again: attempt 001"))
        #expect(try repository.hub.contains("**Status:** Resolved (Attempt 001)"))
        try repository.metaissue("resolve", "--reopen")
        #expect(try repository.hub.contains("**Status:** Investigating"))
        try repository.write("\(TestRepository.saga)/.metaissue", "[saga]\n\tstatus = splendid\n")
        try repository.refuses("status", saying: "'splendid' is no status of a saga")
    }
}
