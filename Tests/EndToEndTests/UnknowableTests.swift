import Foundation
import Testing

/// What a clone cannot know it says, in every command; it never guesses, never crashes, and never writes it down.
@Suite struct UnknowableTests {
    /// A repository with two attempts whose documents are up to date: one squashed, one merged and reverted, and work
    /// on the mainline after them.
    private func origin() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let first = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "-q", "--squash", first])
        try repository.commit("Caching (#1)")
        let second = try repository.attempt("Pooling", file: "pool.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", second])
        try repository.git(["revert", "--no-edit", "-m", "1", try repository.lastMerge()])
        try repository.metaissue("sync", "--commit")
        for number in 1...3 {
            try repository.write("other.py", "other = \(number)\n")
            try repository.commit("Other work \(number)")
        }
        try repository.git(["config", "uploadpack.allowFilter", "true"])
        return repository
    }

    /// No command changes anything or crashes; what each says of the attempts is given back.
    private func expectSilence(
        _ repository: TestRepository, location: SourceLocation = #_sourceLocation
    ) throws -> [Status.Attempt] {
        let before = try repository.state
        for arguments in [
            ["status"], ["show", "1"], ["show", "2"], ["brief"], ["sync", "--check"], ["sync"], ["sync", "--commit"],
        ] {
            let outcome = try repository.run(TestRepository.binary, arguments)
            #expect(
                outcome.status == 0, "\(arguments): \(outcome.output)\(outcome.complaint)", sourceLocation: location)
        }
        #expect(try repository.state.differences(from: before) == [], sourceLocation: location)
        return try repository.status().sagas.first?.attempts ?? []
    }

    /// A clone that may not ask its origin for anything more.
    private func cutOff(_ repository: TestRepository, _ options: [String]) throws -> TestRepository {
        let clone = try repository.clone("cut-off", options: options)
        try clone.git(["config", "remote.origin.url", "file:///nowhere"])
        return clone
    }

    @Test func aShallowClone() throws {
        let origin = try origin()
        let clone = try cutOff(origin, ["--depth", "1", "--no-single-branch"])
        for attempt in try expectSilence(clone) {
            #expect(attempt.integration.state == "unknown" && attempt.integration.landings.isEmpty)
            #expect(attempt.commits == nil)
        }
        #expect(try clone.metaissue("sync", "--check").contains("attempt 001 needs a look: this clone does not have"))
        let shown = try clone.metaissue("show", "1")
        #expect(shown.contains("history cannot tell") && shown.contains("git fetch --unshallow"))
    }

    @Test func aShallowCloneThatSeesHalfOfAnAttempt() throws {
        let origin = try origin()
        for depth in 2...9 {
            let clone = try origin.clone("half-\(depth)", options: ["--depth", "\(depth)", "--no-single-branch"])
            for attempt in try expectSilence(clone) {
                #expect(["unknown", "landed", "reverted"].contains(attempt.integration.state), "depth \(depth)")
                #expect(attempt.commits == nil || attempt.commits == 3, "depth \(depth)")
            }
        }
    }

    @Test func aCloneWithoutBlobs() throws {
        let origin = try origin()
        let clone = try cutOff(origin, ["--filter=blob:none"])
        let attempts = try expectSilence(clone)
        #expect(attempts.map(\.integration.state) == ["landed", "unknown"], "object ids decide of the first")
    }

    @Test func aCloneWithoutTrees() throws {
        let origin = try origin()
        let clone = try cutOff(origin, ["--filter=tree:0"])
        let attempts = try expectSilence(clone)
        #expect(attempts.map(\.integration.state) == ["unknown", "unknown"])
        #expect(try clone.metaissue("show", "1").contains("git fetch --refetch --no-filter"))
        #expect(try clone.metaissue("sync", "--check").contains("cannot be read in this clone"))
    }

    @Test func whatAPersonSettledHoldsWithoutTheBlobsAndWithThemAgain() throws {
        let origin = try origin()
        let clone = try cutOff(origin, ["--filter=blob:none"])
        try clone.metaissue("settle", "1", "--not-landed")
        #expect(try clone.status().sagas.first?.attempts.map(\.integration.state) == ["in-progress", "unknown"])
        try clone.git(["config", "remote.origin.url", "file://\(origin.root.path)"])
        try clone.git(["fetch", "-q", "--refetch", "--no-filter"])
        try clone.metaissue("settle", "1", "--clear")
        #expect(try clone.status().sagas.first?.attempts.map(\.integration.state) == ["landed", "reverted"])
    }

    @Test func aMissingTreeOfTheMainline() throws {
        let repository = try origin()
        let tree = try repository.git(["rev-parse", "main~2^{tree}"])
        try FileManager.default.removeItem(
            at: repository.root.appendingPathComponent(".git/objects/\(tree.prefix(2))/\(tree.dropFirst(2))"))
        #expect(try expectSilence(repository).map(\.integration.state) == ["unknown", "unknown"])
    }

    @Test func anAttemptWithoutCommonHistory() throws {
        let repository = try origin()
        try repository.git(["switch", "-q", "--orphan", "perf-attempt-003-afresh"])
        try repository.write("afresh.py", "afresh = 1\n")
        try repository.commit("From nothing")
        try repository.git(["switch", "-q", "main"])
        let attempts = try expectSilence(repository)
        #expect(attempts.map(\.integration.state) == ["landed", "reverted", "in-progress"])
        #expect(try repository.metaissue("show", "3").contains("shares no history with the mainline"))
    }

    @Test func aFastForwardBeforeTrackingBegan() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.git(["switch", "-q", "-c", "perf-attempt-001-caching"])
        for number in 1...2 {
            try repository.write("cache.py", "cache = \(number)\n")
            try repository.commit("Cache \(number)")
        }
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--ff-only", "perf-attempt-001-caching"])
        // The clone has no reflog of the branch.
        let clone = try cutOff(repository, [])
        try clone.changesNothing {
            let attempt = try #require(try clone.status().sagas.first?.attempts.first)
            #expect(attempt.integration.state == "unknown" && attempt.commits == nil)
            #expect(try clone.metaissue("status").contains("a fast-forward or a branch without commits"))
            #expect(try clone.metaissue("show", "1").contains("git metaissue settle 001 --landed "))
            let check = try clone.tryMetaissue("sync", "--check")
            #expect(check.status == 0 && check.output.contains("attempt 001 needs a look"))
        }
        try clone.metaissue("settle", "1", "--landed", "main")
        #expect(try clone.status().sagas.first?.attempts.first?.integration.state == "landed")
        #expect(try clone.log.contains("Attempt 001 landed ("))
    }
}
