import Foundation
import Testing

/// README's Timeline Summary, the log's sections and its tables agree about every attempt, whatever became of it, and
/// once recorded they stay true.
@Suite struct AgreementTests {
    /// How an attempt's commits came to the mainline, and what followed.
    enum Story: String, CaseIterable {
        case planned, inProgress, merge, fastForward, squash, rebase, cherryPick, partialPick
        case mergeReverted, squashReverted, rebaseReverted, fastForwardReverted, pickReverted
        case reapplied, revertedTwice, branchDeleted
    }

    /// Stories where it matters that the record came with the branch.
    private static let onBranch: [Story] = [
        .planned, .inProgress, .merge, .fastForward, .rebase, .mergeReverted, .squashReverted, .reapplied,
        .revertedTwice,
    ]

    @Test(
        arguments: Story.allCases.map { ($0, "mainline") } + AgreementTests.onBranch.map { ($0, "branch") })
    func readmeAndLogAgree(story: Story, record: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try play(story, record: record, in: repository)
        try repository.metaissue("sync", "--commit")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.git(["status", "--porcelain"]) == "")
        let attempt = try #require(try repository.status().sagas.first?.attempts.first)
        #expect(attempt.integration.state == expectedState(story), "\(attempt.integration.evidence)")
        let isOpen = story == .planned || story == .inProgress
        let section = try logSection(repository)
        let row = try hubRow(repository)
        if isOpen && record == "branch" {
            #expect(section == nil && row == nil, "nothing of an open attempt is on the mainline")
            return
        }
        let failed = attempt.verdict.value == "failed"
        #expect(failed == story.rawValue.contains("everted"))
        let words = try #require(section)
        let cells = try #require(row)
        #expect(words.contains(failed ? "**Verdict:** ❌ Failed" : "**Verdict:** Pending"))
        #expect(cells.hasSuffix(failed ? "| ❌ Failed |" : "| Pending |"), "\(cells)")
        #expect(try effortRow(repository)?.contains(failed ? "Failed" : "Pending") == true)
        if let commits = attempt.commits {
            #expect(words.contains("- **Commits:** \(commits) commit"), "\(commits)")
        }
        if let days = attempt.days { #expect(try effortRow(repository)?.contains("| \(days) ") == true) }
        let started = try #require(attempt.started)
        #expect(words.contains("**Date:** \(started)"))
        #expect(cells.contains("| \(started)"))
        for landing in attempt.integration.landings {
            #expect(try repository.log.contains("| \(landing.date) | Attempt 001 "))
        }
        for reversal in attempt.integration.reversals {
            let id = try #require(reversal.commits.last?.prefix(12))
            #expect(try repository.log.contains("| \(reversal.date) | Attempt 001 reverted (\(id)) |"))
        }
    }

    private func expectedState(_ story: Story) -> String {
        switch story {
        case .planned: "planned"
        case .inProgress: "in-progress"
        case .partialPick: "partly-landed"
        case .mergeReverted, .squashReverted, .rebaseReverted, .fastForwardReverted, .pickReverted, .revertedTwice:
            "reverted"
        case .reapplied: "reapplied"
        default: "landed"
        }
    }

    private func play(_ story: Story, record: String, in repository: TestRepository) throws {
        if story == .planned {
            try repository.metaissue("start-attempt", "Caching Layer", "--record", record)
            try repository.git(["switch", "-q", "main"])
            return
        }
        let branch = try repository.attempt("Caching Layer", file: "cache.py", extra: ["--record", record])
        if story == .inProgress { return }
        let before = try repository.git(["rev-parse", "main"])
        if story != .fastForward && story != .fastForwardReverted {
            try repository.write("other.py", "other = 1\n")
            try repository.commit("Other work")
        }
        let commits = try repository.git(["rev-list", "--reverse", "\(before)..\(branch)"])
            .split(separator: "\n").map(String.init)
        switch story {
        case .fastForward, .fastForwardReverted: try repository.git(["merge", "-q", "--ff-only", branch])
        case .squash, .squashReverted:
            try repository.git(["merge", "-q", "--squash", branch])
            try repository.git(["commit", "-q", "-m", "Caching layer (squashed)"])
        case .rebase, .rebaseReverted:
            try repository.git(["rebase", "-q", "main", branch])
            try repository.git(["switch", "-q", "main"])
            try repository.git(["merge", "-q", "--ff-only", branch])
        case .cherryPick, .pickReverted: try repository.git(["cherry-pick"] + commits)
        case .partialPick: try repository.git(["cherry-pick"] + commits.dropLast())
        default: try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        }
        if story == .branchDeleted { try repository.git(["branch", "-q", "-D", branch]) }
        try takeBack(story, landedFrom: commits.count, in: repository)
    }

    private func takeBack(_ story: Story, landedFrom count: Int, in repository: TestRepository) throws {
        switch story {
        case .mergeReverted, .reapplied, .revertedTwice:
            try repository.git(["revert", "--no-edit", "-m", "1", "HEAD"])
            if story == .mergeReverted { return }
            try repository.git(["revert", "--no-edit", "HEAD"])
            if story == .revertedTwice { try repository.git(["revert", "--no-edit", "HEAD"]) }
        case .squashReverted: try repository.git(["revert", "--no-edit", "HEAD"])
        case .rebaseReverted, .fastForwardReverted, .pickReverted:
            try repository.git(["revert", "--no-edit", "HEAD~\(count)..HEAD"])
        default: break
        }
    }

    private func logSection(_ repository: TestRepository) throws -> String? {
        let parts = try repository.log.components(separatedBy: "\n## ")
        return parts.first { $0.hasPrefix("Attempt 001: ") }
    }

    private func hubRow(_ repository: TestRepository) throws -> String? {
        try repository.hub.components(separatedBy: "\n").first { $0.hasPrefix("| [001](") || $0.hasPrefix("| 001 ") }
    }

    private func effortRow(_ repository: TestRepository) throws -> String? {
        try repository.log.components(separatedBy: "\n").first { $0.hasPrefix("| 001 - ") }
    }
}
