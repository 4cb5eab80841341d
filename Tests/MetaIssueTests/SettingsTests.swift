import Documents
import GitStore
import Testing

@testable import MetaIssue

@Suite struct SettingsTests {
    private func settings(_ team: String, _ own: [String: String] = [:]) throws -> Settings {
        Settings(configuration: Configuration(own), team: try GitConfigText(bytes: Array(team.utf8)))
    }

    @Test func gitsConfigurationWinsOverTheTeams() throws {
        let team = "[metaissue]\n\trecord = mainline\n[metaissue \"hooks\"]\n\tmode = notify\n"
        #expect(try settings(team).value(.record) == "mainline")
        #expect(try settings(team).value(.hooksMode) == "notify")
        let own = ["metaissue.record": "branch", "metaissue.hooks.mode": "write"]
        #expect(try settings(team, own).value(.record) == "branch")
        #expect(try settings(team, own).value(.hooksMode) == "write")
    }

    @Test func aSagasOwnValueWinsOverTheGeneralOne() throws {
        let team = "[metaissue]\n\trecord = mainline\n[metaissue \"slow\"]\n\tpath = docs/slow\n\trecord = branch\n"
        #expect(try settings(team).value(.record, saga: "slow") == "branch")
        #expect(try settings(team).value(.record, saga: "other") == "mainline")
    }

    @Test func aWordThatIsNoneOfTheChoicesIsNamed() throws {
        #expect(throws: Failure.self) {
            try settings("[metaissue]\n\trecord = somewhere\n").choice(.record, as: RecordPlace.self)
        }
    }
}

@Suite struct RegistryTests {
    private func registry(_ text: String) throws -> SagaRegistry {
        try SagaRegistry(bytes: Array(text.utf8), configuration: Configuration([:]), standard: "main")
    }

    @Test func aSagaHasItsPathPrefixAndMainline() throws {
        let sagas = try registry("[metaissue \"slow\"]\n\tpath = docs/slow\n\tprefix = slow\n").sagas
        #expect(sagas == [Saga(id: "slow", path: "docs/slow", prefix: "slow", mainline: "main")])
    }

    @Test(arguments: ["/etc", "../outside", "docs/../../x", ".git/hooks", "docs/.GIT/x", "docs//x", ""])
    func aPathOutsideTheTreeIsRefused(path: String) {
        #expect(throws: Failure.self) { try registry("[metaissue \"slow\"]\n\tpath = \(path)\n") }
    }

    @Test func twoSagasNeverShareAPrefix() {
        #expect(throws: Failure.self) {
            try registry("[metaissue \"a\"]\n\tpath = a\n[metaissue \"b\"]\n\tpath = b\n")
        }
    }

    @Test func addingASagaLeavesEveryOtherByte() throws {
        let old = "# ours\r\n[metaissue \"a\"]\r\n\tpath = a ; here\r\n"
        let saga = Saga(id: "b", path: "docs/b", prefix: "b", mainline: "main")
        let new = String(decoding: try SagaRegistry.adding(saga, to: Array(old.utf8)), as: UTF8.self)
        #expect(new.hasPrefix(old))
        #expect(try registry(new).sagas.map(\.id) == ["a", "b"])
    }
}

@Suite struct MomentTests {
    @Test(arguments: [
        (1_725_148_800, 0, "2024-09-01"), (1_725_148_799, 0, "2024-08-31"), (1_725_148_799, 60, "2024-09-01"),
        (1_725_148_800, -1, "2024-08-31"), (-1, 0, "1969-12-31"), (0, 0, "1970-01-01"),
    ])
    func theDayIsTheOneOfWhoeverWroteIt(seconds: Int, offset: Int, day: String) {
        #expect(GitTime(seconds: Int64(seconds), offsetMinutes: offset).day.description == day)
    }

    @Test func anIdentityIsReadAsGitPrintsIt() throws {
        let signature = try #require(Signature(line: "Ann Author <ann@example.org> 1725148800 -0730"))
        #expect(signature.name == "Ann Author" && signature.email == "ann@example.org")
        #expect(signature.time == GitTime(seconds: 1_725_148_800, offsetMinutes: -450))
        #expect(signature.environment("AUTHOR")["GIT_AUTHOR_DATE"] == "1725148800 -0730")
        #expect(Signature(line: "no identity") == nil)
    }

    @Test(arguments: [("1", 1), ("001", 1), ("1000", 1000), ("0", nil), ("", nil), ("-1", nil), ("1a", nil)])
    func attemptNumbersAreReadWithAndWithoutZeros(text: String, number: Int?) {
        #expect(AttemptNumber.parse(text) == number)
    }

    @Test(arguments: [
        ("+refs/heads/*:refs/remotes/origin/*", "refs/remotes/origin/main"),
        ("refs/heads/*:refs/remotes/company/*", "refs/remotes/company/main"),
        ("+refs/heads/main:refs/upstream", "refs/upstream"), ("refs/heads/m*n:refs/x/*/y", "refs/x/ai/y"),
        ("refs/heads/release/*:refs/remotes/origin/*", nil), ("refs/heads/main", nil),
    ]) func theUpstreamIsWhereTheRemoteIsFetchedTo(fetch: String, upstream: String?) {
        let configuration = Configuration([
            "branch.main.remote": "origin", "branch.main.merge": "refs/heads/main", "remote.origin.fetch": fetch,
        ])
        #expect(configuration.upstream(of: "main") == upstream)
        #expect(configuration.upstream(of: "other") == nil)
    }
}
