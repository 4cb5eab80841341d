import Foundation
import Testing

/// Sync is a pure function of references and record: who runs it, where and when makes no difference.
@Suite struct DeterminismTests {
    /// An attempt was merged and reverted, another one squashed; nothing is recorded yet.
    private func stale() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let first = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", first])
        try repository.time("2024-09-03", hour: 23)
        try repository.git(["revert", "--no-edit", "-m", "1", "HEAD"])
        let second = try repository.attempt("Query Tuning", file: "query.py")
        try repository.git(["merge", "-q", "--squash", second])
        try repository.git(["commit", "-q", "-m", "Query tuning (squashed)"])
        _ = try repository.attempt("Pooling", file: "pool.py")
        return repository
    }

    private func documents(_ repository: TestRepository) throws -> [String] {
        [try repository.log, try repository.hub]
    }

    @Test func anotherZoneLocaleUserHomeAndDayGiveTheSameBytes() throws {
        let origin = try stale()
        try origin.metaissue("sync")
        let expected = try documents(origin)
        try origin.git(["restore", "."])
        let worlds: [[String: String]] = [
            ["TZ": "Pacific/Kiritimati"], ["TZ": "America/Los_Angeles", "LC_ALL": "C"],
            ["LC_ALL": "tr_TR.UTF-8", "LANG": "de_DE"],
            ["GIT_AUTHOR_NAME": "Zoë", "GIT_COMMITTER_NAME": "Zoë", "USER": "zoe", "HOME": "/nonexistent"],
            ["GIT_AUTHOR_DATE": "2031-01-01T00:00:00 +1300", "GIT_COMMITTER_DATE": "2031-01-01T00:00:00 +1300"],
            ["COLUMNS": "20", "NO_COLOR": "1", "TERM": "dumb", "GIT_PAGER": "false"],
        ]
        for variables in worlds {
            origin.variables = variables
            try origin.metaissue("sync")
            #expect(try documents(origin) == expected, "\(variables)")
            try origin.git(["restore", "."])
        }
    }

    @Test func configurationOfGitThatChangesItsOutputMakesNoDifference() throws {
        let origin = try stale()
        try origin.metaissue("sync")
        let expected = try documents(origin)
        try origin.git(["restore", "."])
        let settings = [
            "color.ui=always", "core.quotePath=true", "status.showUntrackedFiles=no", "log.showSignature=true",
            "diff.noprefix=true", "diff.external=false", "core.pager=false", "log.date=relative", "core.abbrev=4",
            "alias.update-ref=!false", "column.ui=always", "core.commentChar=;", "advice.detachedHead=false",
        ]
        for setting in settings {
            let parts = setting.split(separator: "=", maxSplits: 1).map(String.init)
            try origin.git(["config", parts[0], parts[1]])
        }
        try origin.metaissue("sync", "--commit")
        #expect(try documents(origin) == expected)
        #expect(try origin.git(["status", "--porcelain"]) == "")
    }

    @Test func twoClonesWithTheSameReferencesWriteTheSameBytes() throws {
        let origin = try stale()
        let clones = [try origin.clone("one"), try origin.clone("two")]
        clones[1].variables = ["TZ": "Asia/Tokyo", "GIT_AUTHOR_NAME": "Somebody Else"]
        for clone in clones { try clone.metaissue("sync", "--commit") }
        #expect(try documents(clones[0]) == documents(clones[1]))
        let trees = try clones.map { try $0.git(["rev-parse", "HEAD^{tree}"]) }
        #expect(trees[0] == trees[1])
    }

    @Test func theHooksOfTwoClonesMakeTheSameCommit() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        _ = try origin.attempt("Caching Layer", file: "cache.py", extra: ["--record", "branch"])
        let clones = [try origin.clone("one"), try origin.clone("two")]
        clones[1].variables = ["TZ": "Asia/Tokyo", "LC_ALL": "C"]
        for clone in clones {
            try clone.metaissue("hooks", "install")
            clone.clock = 1_725_300_000
            try clone.git(["merge", "-q", "--no-ff", "-m", "Caching layer", "origin/perf-attempt-001-caching-layer"])
            try clone.metaissue("status")
            clone.clock = 1_725_400_000
            try clone.git(["revert", "--no-edit", "-m", "1", try clone.lastMerge()])
        }
        #expect(try clones[0].git(["log", "-1", "--format=%s"]).hasPrefix("metaissue: "))
        #expect(try clones[0].git(["rev-parse", "main"]) == clones[1].git(["rev-parse", "main"]))
    }

    @Test func aCloneThatKnowsLessLeavesWhatIsRecorded() throws {
        let origin = try stale()
        try origin.metaissue("sync", "--commit")
        let single = try origin.clone("single", options: ["--single-branch", "--branch", "main"])
        try single.changesNothing {
            #expect(try single.tryMetaissue("sync", "--check").status == 0)
            try single.metaissue("sync", "--commit")
        }
    }

    @Test func aDeletedBranchAndItsLostAnchorLeaveWhatIsRecorded() throws {
        let origin = try stale()
        try origin.metaissue("sync", "--commit")
        let expected = try documents(origin)
        for branch in try origin.git(["for-each-ref", "--format=%(refname)", "refs/heads/perf-*", "refs/metaissue"])
            .split(separator: "\n")
        { try origin.git(["update-ref", "-d", String(branch)]) }
        try origin.git(["reflog", "expire", "--expire=now", "--all"])
        try origin.git(["gc", "-q", "--prune=now"])
        #expect(try origin.tryMetaissue("sync", "--check").status == 0)
        try origin.metaissue("sync")
        #expect(try documents(origin) == expected)
    }
}
