import Foundation
import Testing

/// Landings and reverts of code that others changed meanwhile, on mainlines that met by pull.
@Suite struct MovedOnTests {
    private static let saga = TestRepository.saga

    /// A saga, forty lines of code, and an attempt that changes the lines given, its branch left.
    private func begun(_ lines: Int...) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.write("code.txt", (1...40).map { "line \($0)\n" }.joined())
        try repository.commit("Code")
        try repository.makeSaga(hooks: false)
        try start(in: repository, changing: lines)
        try repository.git(["switch", "-q", "main"])
        return repository
    }

    private func start(in repository: TestRepository, changing lines: [Int]) throws {
        try repository.metaissue("start-attempt", "Pool")
        for line in lines { try change(line, to: "pooled \(line)", in: repository) }
        try repository.commit("Pool connections")
    }

    private func change(_ line: Int, to text: String, in repository: TestRepository) throws {
        try repository.edit("code.txt", "line \(line)\n", "\(text)\n")
    }

    private func attempt(_ repository: TestRepository) throws -> Status.Attempt {
        try repository.status().sagas[0].attempts[0]
    }

    @Test(arguments: ["--merge", "--squash", "--rebase"])
    func aConflictResolvedInOtherWordsHasLanded(_ manner: String) throws {
        let repository = try begun(20, 21)
        try change(20, to: "main 20", in: repository)
        try change(21, to: "main 21", in: repository)
        try repository.commit("Meanwhile")
        #expect(try repository.tryMetaissue("land-attempt", "1", manner).status == 1)
        let text = (1...40).map { [20, 21].contains($0) ? "both \($0)\n" : "line \($0)\n" }.joined()
        try repository.write("code.txt", text)
        try repository.git(["add", "code.txt"])
        try repository.metaissue("land-attempt", "--continue")
        #expect(try attempt(repository).integration.state == "landed")
        #expect(try repository.log.contains("Attempt 001 landed ("))
        #expect(try repository.tryMetaissue("land-attempt", "1").complaint.contains("is on main already"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        try repository.metaissue("revert-attempt", "1", "--reason", "Too slow")
        #expect(try repository.read("code.txt").contains("main 20\nmain 21\n"))
        #expect(try attempt(repository).integration.state == "reverted")
    }

    @Test func aConflictResolvedWithoutTheCodeHasNotLanded() throws {
        let repository = try begun(20)
        try change(20, to: "main 20", in: repository)
        try repository.commit("Meanwhile")
        #expect(try repository.tryMetaissue("land-attempt", "1").status == 1)
        try repository.git(["checkout", "-q", "--ours", "code.txt"])
        try repository.git(["add", "code.txt"])
        _ = try repository.tryMetaissue("land-attempt", "--continue")
        #expect(try attempt(repository).integration.state == "discarded")
    }

    @Test func aRevertOfCodeThatWasMovedIsRecorded() throws {
        let repository = try begun(20)
        try repository.metaissue("land-attempt", "1", "--squash")
        try FileManager.default.createDirectory(
            at: repository.root.appendingPathComponent("lib"), withIntermediateDirectories: true)
        try repository.git(["mv", "code.txt", "lib/code.txt"])
        try repository.commit("Move")
        try repository.metaissue("revert-attempt", "1", "--reason", "Too slow")
        let revert = try repository.git(["rev-parse", "HEAD~1"])
        #expect(!(try repository.read("lib/code.txt")).contains("pooled"))
        let taken = try attempt(repository)
        #expect(taken.integration.state == "reverted" && taken.verdict.value == "failed")
        #expect(try repository.log.contains("Attempt 001 reverted (\(revert.prefix(12)): Too slow) |"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.tryMetaissue("revert-attempt", "1").complaint.contains("was taken back already"))
        let clone = try repository.clone()
        #expect(try attempt(clone).integration.state == "reverted")
        try repository.git(["revert", "--no-edit", revert])
        #expect(try attempt(repository).integration.state == "landed", "that revert was taken back")
    }

    /// Another clone landed the attempt and went on; here something else was committed, and then both met.
    private func pulled(_ options: String...) throws -> (here: TestRepository, elsewhere: TestRepository) {
        let origin = try begun(30)
        try origin.git(["switch", "-q", "-c", "unused"])
        let (here, elsewhere) = (try origin.clone("here"), try origin.clone("elsewhere"))
        for clone in [here, elsewhere] { try clone.git(["switch", "-q", "main"]) }
        try elsewhere.git(["branch", "perf-attempt-001-pool", "origin/perf-attempt-001-pool"])
        try elsewhere.metaissue("land-attempt", "1")
        try elsewhere.write("other.txt", "Somebody's other work\n")
        try elsewhere.commit("Other work")
        try elsewhere.git(["push", "-q", "origin", "main"])
        try here.write("mine.txt", "My work\n")
        try here.commit("My work")
        try here.git(["pull", "-q", "--no-edit"] + options)
        return (here, elsewhere)
    }

    @Test(arguments: [true, false]) func onlyTheAttemptIsTakenOutOfAPulledMerge(_ hasBranch: Bool) throws {
        let (here, _) = try pulled("--no-rebase")
        try here.git(["push", "-q", "origin", "main"])
        let clone = hasBranch ? here : try here.clone("third")
        if !hasBranch { try clone.git(["update-ref", "-d", "refs/remotes/origin/perf-attempt-001-pool"]) }
        #expect(try attempt(clone).integration.state == "landed")
        try clone.metaissue("revert-attempt", "1")
        #expect(try clone.git(["diff", "--name-only", "HEAD~2", "HEAD~1"]) == "code.txt")
        #expect(clone.exists("other.txt"))
        #expect(try attempt(clone).integration.state == "reverted")
        #expect(try clone.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func onlyWhatCameInAgainIsTakenOutOfAPulledReapplication() throws {
        let (here, elsewhere) = try pulled("--no-rebase")
        try here.git(["push", "-q", "origin", "main"])
        try here.metaissue("revert-attempt", "1")
        try here.git(["push", "-q", "origin", "main"])
        try elsewhere.git(["pull", "-q", "--ff-only"])
        try elsewhere.write("unrelated.txt", "Unrelated\n")
        try elsewhere.commit("Unrelated")
        try elsewhere.git(["revert", "--no-edit", "HEAD~2"])
        try elsewhere.git(["push", "-q", "origin", "main"])
        try here.write("mine too.txt", "Mine too\n")
        try here.commit("Mine too")
        try here.git(["pull", "-q", "--no-edit", "--no-rebase"])
        #expect(try attempt(here).integration.state == "reapplied")
        try here.metaissue("revert-attempt", "1")
        #expect(try here.git(["diff", "--name-only", "HEAD~2", "HEAD~1"]) == "code.txt")
        #expect(here.exists("unrelated.txt") && here.exists("other.txt"))
        #expect(try here.read("code.txt").contains("line 30\n"))
        #expect(try attempt(here).integration.state == "reverted")
        #expect(try here.tryMetaissue("sync", "--check").status == 0)
    }

    @Test(arguments: [true, false])
    func ofTwoAttemptsInOnePulledCommitNeitherTakesTheOtherAlong(isSquashed: Bool) throws {
        let origin = try begun(10)
        try origin.git(["switch", "-q", "perf-attempt-001-pool"])
        try origin.metaissue("start-attempt", "Index", "--from", "perf-attempt-001-pool")
        try change(30, to: "indexed 30", in: origin)
        try origin.commit("Index the lines")
        try origin.git(["switch", "-q", "main"])
        let (here, elsewhere) = (try origin.clone("here"), try origin.clone("elsewhere"))
        try elsewhere.git(
            ["merge", "-q"] + (isSquashed ? ["--squash"] : ["--no-ff", "--no-edit"]) + ["origin/perf-attempt-002-index"]
        )
        if isSquashed { try elsewhere.commit("Pool and index") }
        try elsewhere.git(["push", "-q", "origin", "HEAD:refs/heads/next"])
        try here.write("mine.txt", "My work\n")
        try here.commit("My work")
        try here.git(["pull", "-q", "--no-edit", "--no-rebase", "origin", "next"])
        let states = try here.status().sagas[0].attempts.map(\.integration.state)
        #expect(states == ["landed", "landed"])
        if isSquashed {
            try here.refuses("revert-attempt", "1", saying: "brought in attempt 002")
        } else {
            try here.metaissue("revert-attempt", "1")
            #expect(try here.status().sagas[0].attempts.map(\.integration.state) == ["reverted", "landed"])
            #expect(try here.read("code.txt").contains("indexed 30\n") && here.read("code.txt").contains("line 10\n"))
        }
    }

    @Test(arguments: ["--squash", "--merge"]) func aLandingThatWasRebasedIsNamedByItsNewCommit(_ manner: String) throws
    {
        let origin = try begun(30)
        try origin.git(["switch", "-q", "-c", "unused"])
        let (here, elsewhere) = (try origin.clone("here"), try origin.clone("elsewhere"))
        for clone in [here, elsewhere] { try clone.git(["switch", "-q", "main"]) }
        try elsewhere.write("other.txt", "Somebody's other work\n")
        try elsewhere.commit("Other work")
        try elsewhere.git(["push", "-q", "origin", "main"])
        try here.git(["branch", "perf-attempt-001-pool", "origin/perf-attempt-001-pool"])
        try here.metaissue("land-attempt", "1", manner)
        try here.git(["pull", "-q", "--rebase"])
        #expect(try here.tryMetaissue("sync", "--check").status == 1)
        try here.metaissue("sync", "--commit")
        let landing = try here.git(["log", "-1", "--format=%H", "--", "code.txt"]).prefix(12)
        #expect(try here.log.contains(", \(landing)) |"))
        #expect(!(try here.log.contains("landed (merge")))
        #expect(try here.tryMetaissue("sync", "--check").status == 0)
    }
}

/// What git changes in the work tree on the way: line ends, filters.
@Suite struct ConvertedFileTests {
    private static let results = "\(TestRepository.saga)/attempts/001-caching/attempt-results.md"

    @Test(arguments: ["--merge", "--squash", "--rebase", "abandon"], ["autocrlf", "attributes"])
    func workTreesWithCarriageReturnsGetWhatWasWritten(_ way: String, _ kind: String) throws {
        let repository = try TestRepository()
        if kind == "attributes" {
            try repository.write(".gitattributes", "*.md text eol=crlf\n")
            try repository.commit("Attributes")
        } else {
            try repository.git(["config", "core.autocrlf", "true"])
        }
        try repository.makeSaga(hooks: false)
        try repository.git(["rm", "-rq", "--cached", "."])
        try repository.git(["reset", "-q", "--hard"])
        let branch = try repository.attempt("Caching", file: "cache.py", commits: 1)
        try repository.git(["switch", "-q", branch])
        try repository.append(Self.results, "My words\r\n")
        try repository.write("\(TestRepository.saga)/attempts/001-caching/notes.md", "More words\r\n")
        try repository.commit("Results")
        try repository.git(["switch", "-q", "main"])
        if way == "abandon" {
            try repository.metaissue("abandon-attempt", "1")
        } else {
            try repository.metaissue("land-attempt", "1", way)
        }
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.git(["diff", "HEAD"]) == "")
        #expect(try repository.read(Self.results).hasSuffix("My words\r\n"))
        #expect(try repository.read("\(TestRepository.saga)/attempts/001-caching/notes.md") == "More words\r\n")
        #expect(try repository.git(["show", "main:\(Self.results)"]).hasSuffix("\nMy words"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aFilteredFileIsCheckedOutThroughItsFilter() throws {
        let repository = try TestRepository()
        try repository.write(".gitattributes", "*.dat filter=shout\n")
        try repository.git(["config", "filter.shout.clean", "tr a-z A-Z"])
        try repository.git(["config", "filter.shout.smudge", "tr A-Z a-z"])
        try repository.commit("Attributes")
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", commits: 1)
        try repository.git(["switch", "-q", branch])
        let data = "\(TestRepository.saga)/attempts/001-caching/x.dat"
        try repository.write(data, "hello\n")
        try repository.commit("Data")
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("abandon-attempt", "1")
        #expect(try repository.git(["show", "main:\(data)"]) == "HELLO")
        #expect(try repository.read(data) == "hello\n")
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func aFilterThatFailsForbidsNoRecord() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", commits: 1)
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.write(".git/info/attributes", "*.md filter=gone\n")
        try repository.git(["config", "filter.gone.smudge", "/nonexistent/filter"])
        try repository.git(["config", "filter.gone.clean", "cat"])
        try repository.git(["config", "filter.gone.required", "true"])
        try repository.metaissue("sync", "--commit")
        #expect(try repository.log.contains("Attempt 001 landed (merge, "))
    }
}
