import Foundation
import Testing

/// `git metaissue install`, the demo, and how the program is called.
@Suite struct InstallTests {
    @Test func gitFindsProgramAndManualPage() throws {
        let repository = try TestRepository()
        let prefix = repository.world.appendingPathComponent("a prefix").path
        let outcome = try repository.tryMetaissue("install", "--prefix", prefix)
        #expect(outcome.status == 0 && outcome.output.contains("export PATH=\"\(prefix)/bin:$PATH\""))
        repository.variables["PATH"] = "\(prefix)/bin:\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
        #expect(try repository.git(["metaissue", "--version"]) == repository.metaissue("--version").dropLast())
        #expect(try repository.tryGit(["metaissue", "-h"]).output.hasPrefix("usage: git metaissue <command>"))
        let manual = try String(contentsOfFile: "\(prefix)/share/man/man1/git-metaissue.1", encoding: .utf8)
        #expect(manual.contains(".Dd") || manual.contains(".TH"))
        #expect(!(try repository.metaissue("install", "--prefix", prefix).contains("export PATH")))
    }

    @Test func theHomeFolderIsTheDefaultAndAWrongPrefixIsRefused() throws {
        let repository = try TestRepository()
        try repository.metaissue("install")
        let home = repository.world.appendingPathComponent("home/.local/bin/git-metaissue").path
        #expect(FileManager.default.isExecutableFile(atPath: home))
        try repository.refuses("install", "--prefix", "app.py")
        #expect(try repository.tryMetaissue("install", "--prefix", "").status == 129)
        repository.variables["HOME"] = ""
        try repository.refuses("install", saying: "HOME is not set")
    }

    @Test func theDemoTellsTheSagaAndKeepsItWhereAsked() throws {
        let repository = try TestRepository()
        let kept = repository.world.appendingPathComponent("kept")
        repository.variables["TMPDIR"] = repository.world.path
        let story = try repository.metaissue("demo", "--keep", kept.path)
        #expect(story.contains("Attempt 001 reverted ("))
        let demo = repository.at(kept)
        let attempts = try #require(try demo.status().sagas.first?.attempts)
        #expect(attempts.map(\.commits) == [8, 12, 18])
        #expect(attempts.map(\.integration.state) == ["reverted", "landed", "landed"])
        #expect(try demo.git(["status", "--porcelain"]) == "")
        #expect(try demo.tryMetaissue("sync", "--check").status == 0)
        try repository.refuses("demo", "--keep", kept.path, saying: "exists already")
        let names = try FileManager.default.contentsOfDirectory(atPath: repository.world.path)
        #expect(!names.contains { $0.hasPrefix("metaissue-demo") })
    }

    @Test(arguments: [
        ["bogus"], ["new"], ["start-attempt"], ["show"], ["show", "x"], ["show", "0"],
        ["show", "99999999999999999999"],
        ["sync", "--bogus"], ["status", "extra"], ["start-attempt", "T", "--record", "nowhere"], ["hooks", "bogus"],
    ])
    func wrongUseIsOneErrorAndExitCode129(arguments: [String]) throws {
        let repository = try TestRepository()
        let outcome = try repository.run(TestRepository.binary, arguments)
        #expect(outcome.status == 129)
        #expect(outcome.complaint.hasPrefix("error: "), "\(outcome.complaint)")
        #expect(outcome.output == "")
    }

    @Test func aClosedOutputEndsTheProgramQuietly() throws {
        let repository = try TestRepository()
        let outcome = try repository.run("/bin/sh", ["-c", "'\(TestRepository.binary)' --help | true; echo ${?}"])
        #expect(outcome.complaint == "")
        let full = try repository.run("/bin/sh", ["-c", "'\(TestRepository.binary)' --version > /dev/full"])
        #expect(full.status == 128 && full.complaint.contains("cannot write to standard output"))
    }
}
