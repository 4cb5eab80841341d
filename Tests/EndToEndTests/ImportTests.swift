import Foundation
import Testing

/// Work that was done before anyone thought of a saga becomes attempts, and is treated as any other from then on.
@Suite struct ImportTests {
    private static let attempts = "\(TestRepository.saga)/attempts"

    /// Commits on a branch made by hand; ends on `main`.
    private func work(
        _ repository: TestRepository, _ branch: String, file: String, day: String, subject: String = "Work"
    ) throws {
        try repository.time(day)
        try repository.git(["switch", "-q", "-c", branch, "main"])
        for index in 1...3 {
            try repository.write(
                file, (1...index).map { "def step_\(file.first ?? "x")_\($0)(): return \($0)\n" }.joined())
            try repository.commit("\(subject) \(index)")
        }
        try repository.git(["switch", "-q", "main"])
    }

    @Test func aMergedAndRevertedBranchBecomesAFailedAttempt() throws {
        let repository = try TestRepository()
        try work(repository, "try-caching", file: "cache.py", day: "2024-10-01", subject: "Cache the prices")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", "try-caching"])
        try repository.git(["revert", "--no-edit", "-m", "1", "HEAD"])
        try repository.time("2024-11-01")
        try repository.makeSaga(hooks: false)
        let said = try repository.metaissue("import", "1", "--branch", "try-caching")
        #expect(said.contains("Attempt 001 (Cache the prices 1): imported from try-caching, recorded in"))
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == "reverted" && attempt.integration.how == "merge")
        #expect(attempt.verdict.value == "failed" && attempt.commits == 3)
        #expect(attempt.branch == "try-caching" && attempt.started == "2024-10-01")
        let log = try repository.log
        #expect(log.contains("## Attempt 001: Cache the prices 1") && log.contains("**Verdict:** ❌ Failed"))
        #expect(log.contains("| 2024-10-01 | Attempt 001 landed (merge,") && log.contains("`try-caching`"))
        #expect(try repository.hub.contains("| [001](./attempts/001-cache-the-prices-1/) | 2024-10-01"))
        #expect(repository.exists("\(Self.attempts)/001-cache-the-prices-1/solution-approach.md"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.git(["status", "--porcelain"]) == "")
        // Its commits outlive its branch, and the same again is no news.
        try repository.git(["branch", "-D", "try-caching"])
        try repository.git(["reflog", "expire", "--expire=now", "--all"])
        try repository.git(["gc", "-q", "--prune=now"])
        #expect(try repository.status().sagas.first?.attempts.first?.integration.state == "reverted")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.metaissue("start-attempt", "Next", "--no-switch").hasPrefix("Attempt 002"))
    }

    @Test func aBranchInProgressIsRecordedAndFollowed() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try work(repository, "feature/pool", file: "pool.py", day: "2024-10-01")
        try repository.metaissue("import", "3", "--branch", "feature/pool", "--title", "Pooling | <b>")
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.number == 3 && attempt.integration.state == "in-progress")
        #expect(try repository.log.contains("## Attempt 003: Pooling"))
        #expect(try !repository.log.contains("<b>"))
        #expect(
            try repository.metaissue("import", "3", "--branch", "feature/pool").contains("the record says so already"))
        try repository.git(["merge", "-q", "--squash", "feature/pool"])
        try repository.git(["commit", "-q", "-m", "Pool"])
        try repository.metaissue("sync", "--commit")
        #expect(try repository.status().sagas.first?.attempts.first?.integration.how == "squash")
        #expect(try repository.log.contains("Attempt 003 landed (squash,"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aRangeOfTheMainlineItselfIsAFastForwardAndItsRevertIsFound() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let base = try repository.git(["rev-parse", "HEAD"])
        try repository.write("direct.py", "")
        for index in 1...2 {
            try repository.append("direct.py", "def direct_\(index)(request): return compute(request, \(index))\n")
            try repository.commit("Directly \(index)")
        }
        let tip = try repository.git(["rev-parse", "HEAD"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Something else")
        try repository.git(["revert", "--no-edit", "\(base)..\(tip)"])
        try repository.metaissue("import", "1", "--range", "\(base)..\(tip)", "--title", "Directly")
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == "reverted" && attempt.commits == 2, "\(attempt.integration)")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        // A clone has no anchors, and reads the same.
        let copy = try repository.clone()
        let there = try #require(try copy.status().sagas.first?.attempts.first)
        #expect(there.integration.state == "reverted" && there.commits == 2)
        #expect(try copy.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func pullHeadsBecomeAttemptsInTheOrderOfTheirStart() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try work(repository, "late", file: "late.py", day: "2024-10-20", subject: "Late")
        try work(repository, "early", file: "early.py", day: "2024-10-01", subject: "Early")
        for (number, branch) in [(12, "late"), (15, "early")] {
            try repository.git(["update-ref", "refs/pull/\(number)/head", branch])
            try repository.git(["branch", "-D", branch])
        }
        try repository.git(["update-ref", "refs/pull/16/head", "main"])
        try repository.git(["update-ref", "refs/pull/17/head", "refs/pull/12/head"])
        try repository.git([
            "merge", "-q", "--no-ff", "-m", "Merge pull request #12 from acme/late", "refs/pull/12/head",
        ])
        _ = try repository.attempt("Taken", file: "taken.py")
        let said = try repository.metaissue("import", "1", "--pull-heads", "refs/pull/*/head")
        #expect(said.contains("Attempt 002 (Early 1): imported from refs/pull/15/head"))
        #expect(said.contains("Attempt 003 (Late 1): imported from refs/pull/12/head"))
        #expect(said.contains("left out: refs/pull/16/head: it"))
        #expect(said.contains("left out: refs/pull/17/head: it is the same work as refs/pull/12/head"))
        let attempts = try #require(try repository.status().sagas.first?.attempts)
        #expect(attempts.map(\.number) == [1, 2, 3])
        #expect(attempts.map(\.integration.state) == ["in-progress", "in-progress", "landed"])
        #expect(try repository.log.contains("`pull/12/head`"))
        let again = try repository.metaissue("import", "1", "--pull-heads", "refs/pull/*/head")
        #expect(again.contains("left out: refs/pull/12/head: it is attempt 003 already"))
        #expect(!again.contains("imported from"))
        try repository.metaissue("sync", "--commit")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func whatCannotBeImportedIsRefused() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching", file: "cache.py")
        try work(repository, "mine", file: "mine.py", day: "2024-10-01")
        try repository.git(["branch", "empty"])
        try repository.git(["branch", "perf-attempt-007-pool", "mine"])
        try repository.refuses("import", "2", "--branch", "perf-attempt-007-pool", status: 129, saying: "007")
        try repository.refuses("import", "2", "--branch", "nobody", saying: "there is no branch 'nobody'")
        try repository.refuses("import", "2", "--branch", "$(touch pwned)", saying: "there is no branch")
        try repository.refuses("import", "1", "--branch", "mine", saying: "the number 001 is taken")
        try repository.refuses("import", "2", "--branch", "empty", saying: "empty")
        try repository.refuses("import", "2", "--range", "main", status: 129, saying: "is no range")
        try repository.refuses("import", "2", "--range", "main..main", saying: "has no commits")
        try repository.refuses("import", "2", "--range", "main..nothing", saying: "names no commit")
        try repository.refuses("import", "2", "--pull-heads", "refs/pull/*/head", saying: "no reference here is like")
        try repository.refuses("import", "2", "--pull-heads", "pull", status: 129, saying: "is no pattern")
        try repository.refuses("import", "x", "--branch", "mine", status: 129)
        try repository.refuses("import", "2", "--branch", "mine", "--title", " ", status: 129)
        #expect(try repository.tryMetaissue("import", "2").status == 129)
        #expect(try repository.tryMetaissue("import", "2", "--branch", "a", "--range", "b").status == 129)
        #expect(!repository.exists("pwned"))
    }

    @Test func hostileBranchesAndSubjectsAreOnlyText() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let names = ["$(touch${IFS}pwned)", "`x`", "a|b", "<script>", "\u{202E}x", "'\""]
        for (index, name) in names.enumerated() {
            try work(
                repository, name, file: "\(index).py", day: "2024-10-0\(index + 1)",
                subject: "\(name) | <img> -->\u{1B}[2J ## Attempt 099: x `")
            let said = try repository.metaissue("import", "\(index + 1)", "--branch", name)
            #expect(!said.contains("\u{1B}") && !said.contains("\u{202E}"))
        }
        let spans = #/`+[^`\n]*`+/#
        for text in [try repository.log, try repository.hub] {
            #expect(!text.replacing(spans, with: "").contains("<script>"))
            #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
        }
        #expect(try repository.log.components(separatedBy: "\n## Attempt 0").count == names.count + 1)
        #expect(try repository.status().sagas.first?.attempts.count == names.count)
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(!repository.exists("pwned"))
    }
}
