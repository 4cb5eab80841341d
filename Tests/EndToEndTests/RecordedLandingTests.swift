import Foundation
import Testing

/// What the log says of landings is known where branch, anchor and reflog are not: in a colleague's clone, in CI, and
/// after the branch went on to other work.
@Suite struct RecordedLandingTests {
    private static let folder = "\(TestRepository.saga)/attempts/001-caching"
    private static let log = "\(TestRepository.saga)/implementation-log.md"

    enum Landing: String, CaseIterable {
        case squash, rebase, rebasedCode, picked, fastForward
    }

    /// A clone of the mainline alone, on which one attempt landed, by a branch that nobody has any more.
    private func colleague(
        _ landing: Landing, record: String = "branch", commits: Int = 3
    ) throws -> (origin: TestRepository, clone: TestRepository) {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let branch = try origin.attempt(
            "Caching", file: "cache.py", commits: commits, extra: ["--record", record])
        if landing != .fastForward {
            try origin.write("other.py", "other = 1\n")
            try origin.commit("Meanwhile")
        }
        switch landing {
        case .squash:
            try origin.git(["merge", "-q", "--squash", branch])
            try origin.git(["commit", "-q", "-m", "Caching (#1)"])
        // As a server rebases, and as a person picks.
        case .rebase: try origin.git(["cherry-pick", "main..\(branch)"])
        case .rebasedCode: try origin.git(["cherry-pick", "\(branch)~\(commits)..\(branch)"])
        case .picked: try origin.git(["cherry-pick", "-x", "main..\(branch)"])
        case .fastForward: try origin.git(["merge", "-q", "--ff-only", branch])
        }
        try origin.metaissue("sync", "--commit")
        let clone = try origin.clone("colleague", options: ["--single-branch", "--branch", "main", "--no-tags"])
        return (origin, clone)
    }

    private func attempt(_ repository: TestRepository) throws -> Status.Attempt {
        try #require(try repository.status().sagas.first?.attempts.first)
    }

    @Test(arguments: [
        (Landing.squash, 3), (.squash, 1), (.rebase, 3), (.rebase, 1), (.rebasedCode, 3), (.picked, 1),
        (.fastForward, 3),
    ])
    func aCloneWithoutTheBranchKnowsThatItLanded(landing: Landing, commits: Int) throws {
        let (origin, clone) = try colleague(landing, commits: commits)
        let there = try attempt(origin)
        let here = try attempt(clone)
        #expect(here.integration.state == "landed", "\(here.integration.evidence)")
        #expect(here.integration.how == there.integration.how)
        #expect(here.integration.landings.last?.commit == there.integration.landings.last?.commit)
        #expect(here.integration.evidence.map(\.rule) == ["recorded"])
        #expect(here.commits == nil)
        try clone.changesNothing { try clone.metaissue("sync", "--commit") }
    }

    @Test(arguments: [(Landing.squash, 3), (.rebase, 3), (.fastForward, 3)])
    func itsReversalIsSeenThereAndTheRecordComesBack(landing: Landing, commits: Int) throws {
        let (_, clone) = try colleague(landing, commits: commits)
        let landed = try #require(try attempt(clone).integration.landings.last?.commit)
        let start = try clone.git(["log", "-1", "--format=%H", "--diff-filter=A", "--", Self.folder])
        try clone.git(["revert", "--no-edit", "\(start)^..\(landed)"])
        #expect(!clone.exists(Self.folder) && !clone.exists("cache.py"))
        try clone.metaissue("sync", "--commit")
        let here = try attempt(clone)
        #expect(here.integration.state == "reverted" && here.verdict.value == "failed")
        #expect(clone.exists("\(Self.folder)/solution-approach.md"))
        #expect(try clone.log.contains("| Attempt 001 reverted ("))
        #expect(try clone.log.contains("**Commits:** \(commits) commits"), "what it cannot count stays")
        #expect(try clone.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aPartOfSeveralCommitsTakenBackIsNoWholeReversal() throws {
        let (_, clone) = try colleague(.rebase)
        try clone.git(["revert", "--no-edit", try #require(try attempt(clone).integration.landings.last?.commit)])
        let here = try attempt(clone)
        #expect(here.integration.state == "partly-reverted" && here.verdict.value == "pending")
    }

    @Test(arguments: [
        ("id", "0123456789ab"), ("record", "RECORD"), ("part", "partly landed"), ("start", "7 commits"),
        ("count", "7 commits"), ("count", "999999999 commits"),
    ])
    func aRowThatDoesNotFitTheMainlineIsNotFollowed(what: String, new: String) throws {
        let (_, clone) = try colleague(
            what == "start" ? .rebase : what == "count" ? .rebasedCode : .squash)
        let landed = try #require(try attempt(clone).integration.landings.last?.commit).prefix(12)
        let record = try clone.git(["log", "-1", "--format=%H", "--grep=^Meta-Issue-Event: sync"]).prefix(12)
        switch what {
        case "part": try clone.edit(Self.log, "Attempt 001 landed (", "Attempt 001 \(new) (")
        case "count", "start": try clone.edit(Self.log, "**Commits:** 3 commits", "**Commits:** \(new)")
        default: try clone.edit(Self.log, String(landed), new == "RECORD" ? String(record) : new)
        }
        #expect(try attempt(clone).integration.state == "unknown")
    }

    @Test func aShallowCloneDoesNotTakeItsFirstCommitForTheLanding() throws {
        let (origin, _) = try colleague(.squash)
        for depth in 1...3 {
            let clone = try origin.clone(
                "depth-\(depth)", options: ["--single-branch", "--branch", "main", "--depth", "\(depth)"])
            #expect(try attempt(clone).integration.state == (depth < 3 ? "unknown" : "landed"), "depth \(depth)")
        }
    }

    @Test func aBranchThatWentOnToOtherWorkAfterItsSquashHasLanded() throws {
        let (origin, _) = try colleague(.squash)
        let branch = try #require(try attempt(origin).branch)
        try origin.git(["branch", "-q", "-f", branch, "main"])
        try origin.git(["switch", "-q", branch])
        try origin.write("more.py", "more = 1\n")
        try origin.commit("More")
        try origin.git(["switch", "-q", "main"])
        for clone in [origin, try origin.clone("again")] {
            let here = try attempt(clone)
            #expect(here.integration.state == "partly-landed" && here.integration.how == "squash")
            #expect(here.commits == 1)
        }
        try origin.metaissue("sync", "--commit")
        #expect(try origin.tryMetaissue("sync", "--check").status == 0)
        try origin.git(["revert", "--no-edit", try #require(try attempt(origin).integration.landings.last?.commit)])
        #expect(try attempt(origin).integration.state == "reverted")
    }

    @Test func aRecordedFastForwardIsStillOneWhenTheBranchGoesOn() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", "mainline"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Somebody else's")
        try repository.git(["rebase", "-q", "main", branch])
        try repository.git(["switch", "-q", "main"])
        let before = try repository.git(["rev-parse", "HEAD"])
        try repository.git(["merge", "-q", "--ff-only", branch])
        try repository.metaissue("sync", "--commit")
        try repository.git(["switch", "-q", branch])
        try repository.write("more.py", "more = 1\n")
        try repository.commit("More")
        try repository.git(["switch", "-q", "main"])
        let here = try attempt(repository)
        #expect(here.integration.state == "partly-landed" && here.integration.how == "fast-forward")
        #expect(here.commits == 4)
        try repository.git(["revert", "--no-edit", "\(before)..\(branch)~1"])
        #expect(try attempt(repository).integration.state == "reverted")
    }

    @Test func theKeptSurveyFollowsWhatTheLogSays() throws {
        let (_, clone) = try colleague(.squash)
        #expect(try attempt(clone).integration.state == "landed")
        let log = try clone.read(Self.log)
        let rows = log.split(separator: "\n", omittingEmptySubsequences: false)
        try clone.write(Self.log, rows.filter { !$0.contains("Attempt 001 landed") }.joined(separator: "\n"))
        #expect(try attempt(clone).integration.state == "unknown")
        try clone.write(Self.log, log)
        #expect(try attempt(clone).integration.state == "landed")
    }
}
