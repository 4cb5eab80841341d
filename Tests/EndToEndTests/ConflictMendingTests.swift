import Foundation
import Testing

/// Merges of clones without the merge driver: `sync` takes the markers out that are around what the tool writes.
@Suite struct ConflictMendingTests {
    private static let log = "\(TestRepository.saga)/implementation-log.md"
    private static let hub = "\(TestRepository.saga)/README.md"

    /// Two clones that each started an attempt of its own number; the second one's mainline is `other` in the first.
    private func clones() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let other = try repository.clone()
        try repository.metaissue("start-attempt", "Caching", "--no-switch", "--record", "mainline")
        try repository.git(["push", "-q", other.root.path, "refs/metaissue/*:refs/metaissue-remote/origin/*"])
        try other.metaissue("start-attempt", "Pooling", "--no-switch", "--record", "mainline")
        try repository.git(["fetch", "-q", other.root.path, "main:other"])
        return repository
    }

    @Test func inTheMiddleOfAMergeValuesRowsAndSectionsAreMended() throws {
        let repository = try clones()
        #expect(try repository.tryGit(["merge", "other"]).status == 1)
        #expect(try repository.log.contains("<<<<<<< "))
        #expect(try repository.tryMetaissue("sync", "--check").status == 1)
        #expect(try repository.log.contains("<<<<<<< "))
        let mended = try repository.metaissue("sync")
        #expect(mended.contains("\(Self.log): conflicts in what git metaissue writes were mended"))
        #expect(mended.contains("Next: git add \(Self.log) \(Self.hub), then git merge --continue or --abort"))
        let log = try repository.log
        #expect(!log.contains("<<<<<<<") && !log.contains(">>>>>>>"))
        #expect(log.contains("## Attempt 001: Caching\n") && log.contains("## Attempt 002: Pooling\n"))
        #expect(log.contains("| 001 - Caching |") && log.contains("| 002 - Pooling |"))
        #expect(!(try repository.hub.contains("<<<<<<<")))
        try repository.git(["add", Self.log, Self.hub])
        try repository.git(["merge", "--continue"])
        try repository.metaissue("sync", "--commit")
        #expect(try repository.metaissue("sync", "--check").contains("up to date"))
        #expect(try repository.hub.contains("**Total Attempts:** 2"))
    }

    @Test func asTheDriverWouldHaveMergedIt() throws {
        let repository = try clones()
        #expect(try repository.tryGit(["merge", "other"]).status == 1)
        try repository.metaissue("sync")
        let mended = try (repository.log, repository.hub)
        try repository.git(["merge", "--abort"])
        try repository.metaissue("hooks", "install", "--only-driver")
        try repository.git(["merge", "-q", "--no-edit", "other"])
        #expect(try repository.log == mended.0)
        #expect(try repository.hub == mended.1)
    }

    @Test func wordsOfPeopleStayInConflictAndAreNamed() throws {
        let repository = try clones()
        try repository.edit(Self.log, "This log tracks", "This document tracks")
        try repository.commit("Ours")
        try repository.git(["switch", "-q", "other"])
        try repository.edit(Self.log, "This log tracks", "This file tracks")
        try repository.commit("Theirs")
        try repository.git(["switch", "-q", "main"])
        #expect(try repository.tryGit(["merge", "other"]).status == 1)
        let mended = try repository.tryMetaissue("sync")
        #expect(mended.status == 1 && mended.output.contains(": words of both sides; resolve them by hand"))
        let log = try repository.log
        #expect(log.components(separatedBy: "<<<<<<< HEAD\n").count == 2)
        #expect(log.contains("<<<<<<< HEAD\nThis document tracks"))
        #expect(log.contains("## Attempt 001: Caching\n") && log.contains("## Attempt 002: Pooling\n"))
        // Again: nothing changes any more.
        #expect(try repository.tryMetaissue("sync").status == 1)
        #expect(try repository.log == log)
    }

    @Test(arguments: ["merge", "diff3"]) func markersThatSomebodyCommittedAreMendedToo(style: String) throws {
        let repository = try clones()
        try repository.git(["config", "merge.conflictStyle", style])
        #expect(try repository.tryGit(["merge", "other"]).status == 1)
        try repository.commit("Merged, markers and all")
        #expect(try repository.tryMetaissue("sync", "--check").status == 1)
        #expect(try repository.metaissue("sync").contains("conflict markers: added taken out"))
        #expect(!(try repository.log.contains("<<<<<<<")))
        #expect(!(try repository.hub.contains("<<<<<<<")))
        #expect(try repository.log.contains("## Attempt 001: Caching\n"))
        #expect(try repository.log.contains("## Attempt 002: Pooling\n"))
        try repository.metaissue("sync", "--commit")
        #expect(try repository.metaissue("sync", "--check").contains("up to date"))
    }

    @Test func committedWordsInConflictStopTheSyncAndNothingIsWritten() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching", file: "cache.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", "perf-attempt-001-caching"])
        try repository.edit(
            Self.log, "## Purpose\n", "## Purpose\n\n<<<<<<< HEAD\nOne\n=======\nOther\n>>>>>>> topic\n")
        try repository.commit("Words in conflict")
        let (log, hub) = try (repository.log, repository.hub)
        for arguments in [["sync"], ["sync", "--check"], ["sync", "--commit"]] {
            let outcome = try repository.run(TestRepository.binary, arguments)
            #expect(outcome.status == 1 && outcome.complaint.contains("has conflicts that a person has to resolve"))
            #expect(try repository.log == log)
            #expect(try repository.hub == hub)
        }
    }

    @Test func inTheMiddleOfARebaseToo() throws {
        let repository = try clones()
        #expect(try repository.tryGit(["rebase", "other"]).status == 1)
        try repository.metaissue("sync")
        try repository.git(["add", Self.log, Self.hub])
        try repository.git(["-c", "core.editor=true", "rebase", "--continue"])
        #expect(try repository.log.contains("## Attempt 001: Caching\n"))
        #expect(try repository.log.contains("## Attempt 002: Pooling\n"))
        try repository.metaissue("sync", "--commit")
        #expect(try repository.metaissue("sync", "--check").contains("up to date"))
    }
}
