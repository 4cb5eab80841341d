import Foundation
import Testing

/// The merge driver as git calls it, and how it comes and goes.
@Suite struct MergeDriverTests {
    private static let log = "\(TestRepository.saga)/implementation-log.md"

    /// Two branches of a saga, each with an attempt of its own in the log.
    private func parallel() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.git(["branch", "other"])
        try repository.metaissue("start-attempt", "Caching", "--no-switch", "--record", "mainline")
        try repository.git(["switch", "-q", "other"])
        try repository.git(["config", "metaissue.mainline", "other"])
        try repository.git(["config", "metaissue.slow-service.mainline", "other"])
        try repository.metaissue("start-attempt", "Pooling", "--no-switch", "--record", "mainline")
        try repository.git(["switch", "-q", "main"])
        try repository.git(["config", "--unset", "metaissue.mainline"])
        try repository.git(["config", "--unset", "metaissue.slow-service.mainline"])
        return repository
    }

    @Test func newNamesItAndInstallConfiguresIt() throws {
        let repository = try TestRepository()
        let before = try repository.read(".git/config")
        try repository.makeSaga()
        #expect(
            try repository.git(["show", "HEAD:\(TestRepository.saga)/.gitattributes"])
                == "README.md merge=metaissue\nimplementation-log.md merge=metaissue")
        #expect(try repository.git(["check-attr", "merge", "--", Self.log]).hasSuffix("merge: metaissue"))
        #expect(try repository.metaissue("hooks", "status").contains("merge driver: ok\n"))
        #expect(try repository.metaissue("hooks", "install").contains("The merge driver is installed already"))
        #expect(try repository.metaissue("hooks", "uninstall").contains("Removed the merge driver"))
        #expect(try repository.read(".git/config") == before)
        #expect(try repository.git(["status", "--porcelain"]) == "")
        let gone = try repository.tryMetaissue("hooks", "status")
        #expect(gone.status == 1 && gone.output.contains("merge driver: not installed"))
    }

    @Test func aTeamsOwnAttributesAreExtendedOnlyWhenAsked() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let path = "\(TestRepository.saga)/.gitattributes"
        try repository.write(path, "*.md text")
        try repository.commit("Our own attributes")
        let first = try repository.tryMetaissue("hooks", "install", "--only-driver")
        #expect(first.status == 0 && first.complaint.contains("git metaissue hooks install --only-driver --attributes"))
        #expect(try repository.read(path) == "*.md text")
        try repository.metaissue("hooks", "install", "--only-driver", "--attributes")
        #expect(
            try repository.read(path) == "*.md text\nREADME.md merge=metaissue\nimplementation-log.md merge=metaissue\n"
        )
    }

    @Test func anAdoptedSagaGetsThemFromInstallAndLosesThemUncommitted() throws {
        let repository = try TestRepository()
        let path = try repository.makeSagaByHand()
        let before = try repository.read(".git/config")
        #expect(
            try repository.metaissue("hooks", "install").contains(
                "Wrote \(path), which names the merge driver; commit it"))
        #expect(try repository.metaissue("hooks", "uninstall").contains("Removed \(path), which was not committed"))
        #expect(!repository.exists(path))
        #expect(try repository.read(".git/config") == before)
        try repository.metaissue("hooks", "install")
        try repository.commit("Name the merge driver")
        try repository.metaissue("hooks", "uninstall")
        #expect(repository.exists(path))
    }

    @Test func anotherDriverOfThatNameStays() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.git(["config", "merge.metaissue.driver", "true"])
        let refused = try repository.tryMetaissue("hooks", "install", "--only-driver")
        #expect(refused.status == 128 && refused.complaint.contains("merge.metaissue.driver is set to something else"))
        try repository.metaissue("hooks", "uninstall")
        #expect(try repository.git(["config", "merge.metaissue.driver"]) == "true")
    }

    @Test func twoAttemptsOfOneNumberBothStayAndAreNamed() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("hooks", "install", "--only-driver")
        let other = try repository.clone()
        try repository.metaissue("start-attempt", "Caching", "--no-switch", "--record", "mainline")
        try other.metaissue("start-attempt", "Pooling", "--no-switch", "--record", "mainline")
        try repository.git(["fetch", "-q", other.root.path, "main:other"])
        let merge = try repository.tryGit(["merge", "--no-edit", "other"])
        #expect(merge.status == 0, "\(merge.output)\(merge.complaint)")
        #expect(
            (merge.output + merge.complaint).contains(
                "metaissue: \(Self.log): attempt 001 was started twice (Caching; Pooling)"))
        let log = try repository.log
        #expect(log.contains("## Attempt 001: Caching\n") && log.contains("## Attempt 001: Pooling\n"))
        #expect(!log.contains("<<<<<<<"))
    }

    @Test func withoutTheProgramGitMergesByItself() throws {
        let repository = try parallel()
        try repository.metaissue("hooks", "install", "--only-driver")
        let driver = try repository.git(["config", "merge.metaissue.driver"])
        try repository.git([
            "config", "merge.metaissue.driver",
            driver.replacingOccurrences(of: TestRepository.binary, with: "\(repository.world.path)/gone"),
        ])
        let merge = try repository.tryGit(["merge", "--no-edit", "other"])
        #expect(merge.status == 1)
        #expect(try repository.log.contains("<<<<<<< ours\n"))
        #expect(try repository.log.contains("## Attempt 002: Pooling"))
    }

    @Test func wordsThatBothChangedAreMarkedInGitsStyle() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("hooks", "install", "--only-driver")
        try repository.git(["switch", "-q", "-c", "other"])
        try repository.edit(Self.log, "This log tracks", "This file tracks")
        try repository.commit("Theirs")
        try repository.git(["switch", "-q", "main"])
        try repository.edit(Self.log, "This log tracks", "This document tracks")
        try repository.commit("Ours")
        #expect(try repository.tryGit(["merge", "other"]).status == 1)
        #expect(try repository.log.contains("=======\nThis file tracks"))
        #expect(!(try repository.log.contains("|||||||")))
        try repository.git(["merge", "--abort"])
        try repository.git(["config", "merge.conflictStyle", "zdiff3"])
        #expect(try repository.tryGit(["merge", "other"]).status == 1)
        #expect(try repository.log.contains("\nThis log tracks"))
    }

    // MARK: Called by hand

    private func call(_ repository: TestRepository, _ files: [String?], path: String? = log) throws
        -> TestRepository.Outcome
    {
        for (name, bytes) in zip(["base", "ours", "theirs"], files) {
            if let bytes { try repository.write(name, bytes) }
        }
        return try repository.run(
            TestRepository.binary, ["merge-driver", "base", "ours", "theirs", "7"] + (path.map { [$0] } ?? []))
    }

    @Test func whatIsMissingOrNoFileIsRefusedAndNothingChanged() throws {
        let repository = try TestRepository()
        let missing = try call(repository, ["a\n", "b\n", nil])
        #expect(missing.status == 128 && missing.complaint.contains("fatal: theirs is not a file"))
        #expect(try repository.read("ours") == "b\n")
        try repository.write("target", "precious\n")
        try repository.git(["rm", "-q", "--cached", "--ignore-unmatch", "ours"])
        try FileManager.default.removeItem(at: repository.root.appendingPathComponent("ours"))
        try FileManager.default.createSymbolicLink(
            at: repository.root.appendingPathComponent("ours"),
            withDestinationURL: repository.root.appendingPathComponent("target"))
        let link = try call(repository, ["a\n", nil, "c\n"])
        #expect(link.status == 128 && link.complaint.contains("fatal: ours is not a file"))
        #expect(try repository.read("target") == "precious\n")
        #expect(try repository.tryMetaissue("merge-driver", "base").status == 129)
    }

    @Test func binaryFilesStayAsOursAndCountAsConflict() throws {
        let repository = try TestRepository()
        let binary = try call(repository, ["a\n", "b\0\n", "c\n"])
        #expect(binary.status == 1 && binary.complaint.contains("is binary and was not merged"))
        #expect(try repository.read("ours") == "b\0\n")
    }

    @Test func anyOtherFileIsMergedByGit() throws {
        let repository = try TestRepository()
        #expect(try call(repository, ["a\nb\nc\n", "A\nb\nc\n", "a\nb\nC\n"], path: "notes.txt").status == 0)
        #expect(try repository.read("ours") == "A\nb\nC\n")
        #expect(try call(repository, ["a\n", "b\n", "c\n"], path: "notes.txt").status == 1)
        #expect(try repository.read("ours") == "<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\n")
    }

    @Test func invalidTextIsKeptByteForByte() throws {
        let repository = try TestRepository()
        let folder = repository.root
        let bytes: [[UInt8]] = [
            Array("# X\n".utf8) + [0xFF, 0x0A, 0x0A] + Array("z\n".utf8),
            Array("# Y\n".utf8) + [0xFF, 0x0A, 0x0A] + Array("z\n".utf8),
            Array("# X\n".utf8) + [0xFF, 0x0A, 0x0A] + [0xC3, 0x28, 0x0A],
        ]
        for (name, bytes) in zip(["base", "ours", "theirs"], bytes) {
            try Data(bytes).write(to: folder.appendingPathComponent(name))
        }
        #expect(try call(repository, [nil, nil, nil]).status == 0)
        let merged = Array(try Data(contentsOf: folder.appendingPathComponent("ours")))
        #expect(merged == Array("# Y\n".utf8) + [0xFF, 0x0A, 0x0A, 0xC3, 0x28, 0x0A])
    }
}
