import Foundation
import Testing

/// Where a command is called from, and where the mainline is checked out.
@Suite struct WhereaboutsTests {
    private static let log = "\(TestRepository.saga)/implementation-log.md"

    /// An attempt has landed and the documents do not say so yet.
    private func stale() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "src/cache.py")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        return repository
    }

    @Test func aSubdirectoryIsAsGoodAsTheTop() throws {
        let repository = try stale()
        let inside = repository.at(repository.root.appendingPathComponent("src"))
        #expect(try inside.tryMetaissue("sync", "--check").output == repository.tryMetaissue("sync", "--check").output)
        try inside.metaissue("sync", "--commit")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        try inside.metaissue("start-attempt", "Next")
        #expect(try repository.git(["branch", "--show-current"]) == "perf-attempt-002-next")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        try inside.metaissue("hooks", "install")
        #expect(repository.exists(".git/hooks/post-merge"))
    }

    @Test func gitDashCAndGitDirReachTheRepository() throws {
        let repository = try stale()
        let bin = repository.world.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: bin.appendingPathComponent("git-metaissue").path, withDestinationPath: TestRepository.binary)
        let outside = repository.at(repository.world)
        outside.variables["PATH"] = "\(bin.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
        let here = try repository.metaissue("status")
        #expect(try outside.git(["-C", repository.root.path, "metaissue", "status"]) + "\n" == here)
        outside.variables["GIT_DIR"] = repository.root.path + "/.git"
        outside.variables["GIT_WORK_TREE"] = repository.root.path
        #expect(try outside.metaissue("status") == here)
        try outside.metaissue("sync", "--commit")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aMainlineThatIsCheckedOutNowhereIsAdvancedWithoutTouchingTheWorkTree() throws {
        let repository = try stale()
        try repository.git(["switch", "-q", "perf-attempt-001-caching-layer"])
        try repository.append("src/cache.py", "half = 1\n")
        let head = try repository.git(["rev-parse", "HEAD"])
        try repository.refuses("sync", saying: "main is checked out nowhere")
        #expect(try repository.tryMetaissue("sync", "--check").status == 1)
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["rev-parse", "HEAD"]) == head)
        #expect(try repository.git(["status", "--porcelain"]) == " M src/cache.py")
        #expect(try repository.git(["show", "main:\(Self.log)"]).contains("Attempt 001 landed"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aDetachedHeadCanSyncAndStart() throws {
        let repository = try stale()
        try repository.git(["switch", "-q", "--detach"])
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["rev-parse", "--symbolic-full-name", "HEAD"]) == "HEAD")
        try repository.metaissue("start-attempt", "Next")
        #expect(try repository.git(["branch", "--show-current"]) == "perf-attempt-002-next")
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func aMainlineInACleanWorktreeElsewhereIsCommittedToThere() throws {
        let repository = try stale()
        try repository.git(["worktree", "add", "-q", "../side", "-b", "side"])
        let side = repository.at(repository.world.appendingPathComponent("side"))
        try repository.append("app.py", "unrelated = 1\n")
        try side.metaissue("sync", "--commit")
        #expect(try repository.git(["status", "--porcelain"]) == " M app.py")
        #expect(try repository.log.contains("Attempt 001 landed"))
        try side.metaissue("start-attempt", "Next")
        #expect(try side.git(["branch", "--show-current"]) == "perf-attempt-002-next")
        #expect(try repository.git(["branch", "--show-current"]) == "main")
        #expect(try repository.git(["status", "--porcelain"]) == " M app.py")
        #expect(try side.git(["status", "--porcelain"]) == "")
        #expect(try side.metaissue("status") == repository.metaissue("status"))
    }

    @Test func aRecordWithChangesInAnotherWorktreeIsNotTouched() throws {
        let repository = try stale()
        try repository.git(["worktree", "add", "-q", "../side", "-b", "side"])
        let side = repository.at(repository.world.appendingPathComponent("side"))
        try repository.append(Self.log, "half a sent")
        let log = try repository.log
        try side.refuses("sync", saying: "git -C \(repository.root.path) metaissue")
        try side.refuses("sync", "--commit", saying: "git -C \(repository.root.path) metaissue")
        try side.refuses("start-attempt", "Next", saying: "has changes there")
        #expect(try repository.log == log)
    }

    @Test func aBareRepositoryAnswersWhatOnlyReads() throws {
        let repository = try stale()
        let bare = try repository.clone("bare.git", options: ["--bare"])
        #expect(try bare.metaissue("status") == repository.metaissue("status"))
        #expect(try bare.status().sagas.first?.attempts.first?.integration.state == "landed")
        #expect(try bare.metaissue("show", "1").hasPrefix("Attempt 001: Caching Layer\n"))
        #expect(try bare.tryMetaissue("sync", "--check").status == 1)
        #expect(try bare.metaissue("sync", "--dry-run").contains("+| 2024-09-01 | Attempt 001 landed"))
        try bare.refuses("sync", saying: "sync --commit")
        try bare.refuses("adopt", "docs", saying: "work tree")
        try bare.metaissue("sync", "--commit")
        #expect(try bare.tryMetaissue("sync", "--check").status == 0)
        #expect(try bare.git(["fsck", "--strict", "--no-dangling"]) == "")
    }

    @Test func aWorkTreeThatIsElsewhereIsTheOneThatIsBroughtUpToDate() throws {
        let origin = try stale()
        let home = origin.world.appendingPathComponent("elsewhere")
        try FileManager.default.createDirectory(at: home, withIntermediateDirectories: true)
        try origin.clone("dots.git", options: ["--bare"]).git(["config", "--unset", "remote.origin.url"])
        let dots = origin.at(home)
        dots.variables = ["GIT_DIR": origin.world.path + "/dots.git", "GIT_WORK_TREE": home.path]
        try dots.git(["checkout", "-q", "main"])
        try dots.metaissue("sync", "--commit")
        #expect(try dots.git(["status", "--porcelain"]) == "")
        #expect(try dots.log.contains("Attempt 001 landed"))
        try dots.metaissue("start-attempt", "Next")
        #expect(try dots.git(["branch", "--show-current"]) == "perf-attempt-002-next")
        #expect(try dots.git(["status", "--porcelain"]) == "")
    }

    @Test func aSparseCheckoutWithoutTheRecordSaysHowToTakeItIn() throws {
        let repository = try stale()
        try repository.git(["sparse-checkout", "set", "src"])
        try repository.refuses("sync", saying: "git sparse-checkout add \(TestRepository.saga)")
        try repository.git(["sparse-checkout", "add", TestRepository.saga])
        try repository.metaissue("sync")
        #expect(try repository.log.contains("Attempt 001 landed"))
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "")
    }

    @Test func aPartialCloneWithoutTheMainlinesDocumentsSaysWhatBringsThem() throws {
        let origin = try stale()
        try origin.git(["config", "uploadpack.allowFilter", "true"])
        try origin.git(["branch", "before"])
        try origin.metaissue("sync", "--commit")
        let clone = try origin.clone(options: ["--filter=blob:none", "--branch", "before"])
        let advice = "git fetch --refetch --no-filter"
        try clone.refuses("status", saying: advice)
        let doctor = try clone.tryMetaissue("doctor").output
        #expect(doctor.contains(advice) && !doctor.contains("fsck"), "\(doctor)")
    }

    @Test func aPathThatIsNoTextIsRefusedInOneLine() throws {
        let repository = try TestRepository()
        let script = """
            set -e
            folder=$(printf 'f\\377f'); mkdir "$folder"; cp "$1" "$folder/git-metaissue"; git init -q "$folder/repo"
            "$folder/git-metaissue" hooks install || echo "hooks $?"
            cd "$folder/repo"; "$1" status || echo "status $?"; "$1" new A || echo "new $?"
            """
        let outcome = try repository.run("/bin/sh", ["-c", script, "sh", TestRepository.binary])
        #expect(outcome.status == 0 && outcome.output == "hooks 128\nstatus 128\nnew 128\n", "\(outcome)")
        let errors = outcome.complaint.split(separator: "\n").filter { $0.hasPrefix("fatal: the path of this ") }
        #expect(errors.count == 3 && errors.allSatisfy { $0.contains("not UTF-8 text") }, "\(outcome.complaint)")
    }

    @Test func pathsWithSpacesQuotesAndUmlautsAreOnlyPaths() throws {
        let repository = try TestRepository()
        let odd = try repository.sibling("o'dd \"wörk\" $(x)")
        try odd.metaissue("new", "Slow Service", "--directory", "döcs with space")
        try odd.metaissue("hooks", "install")
        let branch = try odd.attempt("Caching Layer", file: "cache.py")
        try odd.git(["merge", "--no-ff", "--no-edit", branch])
        #expect(try odd.read("döcs with space/slow-service/implementation-log.md").contains("Attempt 001 landed"))
        #expect(try odd.git(["status", "--porcelain"]) == "")
        try odd.metaissue("hooks", "uninstall")
        #expect(!odd.exists(".git/hooks/post-merge"))
    }
}
