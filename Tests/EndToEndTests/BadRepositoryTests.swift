import Foundation
import Testing

/// Repositories that the program cannot work in: one clear error, the exit code, nothing changed.
@Suite struct BadRepositoryTests {
    private static let writing = [
        ["sync"], ["sync", "--commit"], ["start-attempt", "Try"], ["new", "Slow Service"], ["adopt", "."],
    ]

    @Test func outsideARepositoryEveryCommandSaysSo() throws {
        let repository = try TestRepository()
        let outside = repository.at(repository.world.appendingPathComponent("home"))
        for arguments in Self.writing + [["status"], ["show", "1"], ["hooks", "install"], ["hooks", "status"]] {
            let outcome = try outside.run(TestRepository.binary, arguments)
            #expect(outcome.status == 128, "\(arguments)")
            #expect(outcome.complaint.hasPrefix("fatal: not a git repository"), "\(arguments)")
            #expect(outcome.complaint.contains("\nhint: "))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: outside.root.path) == [])
    }

    @Test func aRepositoryWithoutCommitsIsRefused() throws {
        let repository = try TestRepository(commits: false)
        for arguments in Self.writing + [["status"], ["show", "1"]] {
            let before = try repository.state
            let outcome = try repository.run(TestRepository.binary, arguments)
            #expect(outcome.status == 128)
            #expect(outcome.complaint.hasPrefix("fatal: this repository has no commits yet\nhint: "), "\(arguments)")
            #expect(try repository.state == before)
        }
    }

    @Test func objectNamesOfSHA256AreRefusedWithoutATrace() throws {
        let repository = try TestRepository(options: ["--object-format=sha256"])
        try repository.refuses("new", "Slow Service", saying: "sha256")
        try repository.refuses("status", saying: "sha256")
        try repository.refuses("sync", "--commit", saying: "sha256")
        try repository.refuses("hooks", "install", saying: "sha256")
        #expect(!repository.exists(".git/metaissue"))
    }

    @Test func aRepositoryWithoutSagasSaysHowToMakeOne() throws {
        let repository = try TestRepository()
        try repository.refuses("sync", saying: "there is no saga")
        try repository.refuses("sync", "--check", saying: "there is no saga")
        try repository.refuses("start-attempt", "Try", saying: "git metaissue new")
        try repository.refuses("show", "1", saying: "there is no attempt 001")
        #expect(try repository.metaissue("status").hasPrefix("No sagas"))
    }

    @Test func anUnknownSagaIsRefusedAndTheKnownOnesAreNamed() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.refuses("sync", "--saga", "other", saying: "the sagas here are: slow-service")
        try repository.refuses("sync", "--saga", "", saying: "there is no saga")
        try repository.refuses("start-attempt", "Try", "--saga", "other", saying: "slow-service")
        try repository.refuses("status", "--saga", "other", saying: "slow-service")
    }

    @Test func aRepositoryOfSomebodyElseIsRefusedAsGitRefusesIt() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        guard getuid() == 0 else { return print("skipped: giving a repository away needs root") }
        _ = try repository.run("/usr/bin/env", ["chown", "-R", "65534", repository.root.path])
        for arguments in [["status"], ["sync"], ["start-attempt", "Try"]] {
            let outcome = try repository.run(TestRepository.binary, arguments)
            #expect(outcome.status == 128)
            #expect(outcome.complaint.hasPrefix("fatal: detected dubious ownership"), "\(outcome.complaint)")
            #expect(outcome.complaint.contains("\nhint: if you trust it: "))
        }
    }

    @Test func aMissingIdentityIsSaidBeforeAnythingIsMade() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        for key in ["AUTHOR", "COMMITTER"] {
            repository.variables["GIT_\(key)_NAME"] = ""
            repository.variables["GIT_\(key)_EMAIL"] = ""
        }
        try repository.refuses("start-attempt", "Try", saying: "git does not know who you are")
        try repository.refuses("new", "Other", saying: "user.email")
    }

    @Test func aShallowCloneNeverWritesWhatItCannotKnow() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let branch = try origin.attempt("Caching Layer", file: "cache.py")
        try origin.git(["merge", "--no-ff", "--no-edit", branch])
        try origin.metaissue("sync", "--commit")
        let shallow = try origin.clone("shallow", options: ["--depth", "1"])
        try shallow.changesNothing {
            let outcome = try shallow.tryMetaissue("sync", "--commit")
            #expect(outcome.status == 0 || outcome.complaint.hasPrefix("fatal: "), "\(outcome.complaint)")
            #expect(try shallow.tryMetaissue("status").status == 0)
            #expect(try shallow.tryMetaissue("sync", "--check").status == 0)
        }
    }

    @Test func aPartialCloneIsReadOrRefusedButNeverDamaged() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let branch = try origin.attempt("Caching Layer", file: "cache.py")
        try origin.git(["merge", "--no-ff", "--no-edit", branch])
        try origin.git(["config", "uploadpack.allowFilter", "true"])
        let partial = try origin.clone("partial", options: ["--filter=blob:none", "--no-checkout"])
        try partial.changesNothing {
            let outcome = try partial.tryMetaissue("status")
            #expect(outcome.status == 0 || outcome.complaint.contains("\nhint: "), "\(outcome.complaint)")
            #expect(outcome.status == 0 || outcome.status == 128)
        }
        #expect(try partial.git(["fsck", "--connectivity-only", "--no-dangling"]) == "")
    }

    @Test func aSubmoduleIsARepositoryOfItsOwn() throws {
        let library = try TestRepository()
        try library.makeSaga(hooks: false)
        let parent = try library.sibling("parent")
        try parent.git([
            "-c", "protocol.file.allow=always", "submodule", "add", "-q", "file://\(library.root.path)", "library",
        ])
        try parent.commit("Library")
        let inside = parent.at(parent.root.appendingPathComponent("library"))
        try inside.metaissue("start-attempt", "Caching Layer", "--record", "mainline")
        #expect(try inside.git(["branch", "--show-current"]) == "perf-attempt-001-caching-layer")
        let status = try inside.git(["status", "--porcelain"])
        #expect(status == "")
        try parent.refuses("sync", saying: "there is no saga")
    }
}
