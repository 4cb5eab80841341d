import Foundation
import Testing

/// The recipes of Docs/ci.md, taken from the document and run as they stand there.
@Suite struct CIRecipeTests {
    /// The script that follows `<!-- recipe: NAME -->`.
    private static func recipe(_ name: String) throws -> String {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../Docs/ci.md").standardizedFileURL
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        let parts = text.components(separatedBy: "<!-- recipe: \(name) -->\n```sh\n")
        let script = try #require(parts.count == 2 ? parts[1].components(separatedBy: "\n```\n").first : nil)
        return script + "\n"
    }

    /// A server (bare), and a clone of it in which people work. The program is in PATH as `git metaissue`.
    private func team() throws -> (server: TestRepository, clone: TestRepository) {
        let start = try TestRepository()
        try start.makeSaga(hooks: false)
        let bin = start.world.appendingPathComponent("bin")
        try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
        try FileManager.default.createSymbolicLink(
            atPath: bin.appendingPathComponent("git-metaissue").path, withDestinationPath: TestRepository.binary)
        start.variables["PATH"] = bin.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")
        let server = try start.clone("server.git", options: ["--bare"])
        let clone = try server.clone("work")
        return (server, clone)
    }

    /// An attempt that is merged and pushed without any hook, as a merge button does it.
    private func land(_ title: String, file: String, in clone: TestRepository) throws {
        let branch = try clone.attempt(title, file: file, extra: ["--record", "branch"])
        try clone.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try clone.git(["push", "-q", "origin", "main", branch])
    }

    private func run(
        _ recipe: String, _ arguments: [String] = [], in repository: TestRepository
    ) throws -> TestRepository.Outcome {
        try repository.run("/bin/sh", ["-c", try Self.recipe(recipe), recipe] + arguments)
    }

    @Test func theGateFailsWhileDocumentsAreBehind() throws {
        let (_, clone) = try team()
        #expect(try run("gate", in: clone).status == 0)
        try land("Caching Layer", file: "cache.py", in: clone)
        let stale = try run("gate", in: clone)
        #expect(stale.status == 1 && stale.output.contains("slow-service: stale"), "\(stale.complaint)")
        try clone.metaissue("sync", "--commit")
        #expect(try run("gate", in: clone).status == 0)
        try clone.git(["push", "-q"])
        // As CI checks out: shallow, detached, without a branch.
        let job = try clone.sibling("job")
        try job.git(["fetch", "-q", "--depth=1", clone.git(["remote", "get-url", "origin"]), "main"])
        try job.git(["remote", "add", "origin", clone.git(["remote", "get-url", "origin"])])
        try job.git(["checkout", "-q", "--detach", "FETCH_HEAD"])
        try job.git(["branch", "-q", "-D", "main"])
        job.variables = clone.variables
        let gate = try run("gate", in: job)
        #expect(gate.status == 0, "\(gate.output) \(gate.complaint)")
        #expect(try job.git(["rev-parse", "--is-shallow-repository"]) == "false")
    }

    @Test func theJobAfterAMergePushesWhatIsMissingAndThenNothing() throws {
        let (server, clone) = try team()
        try land("Caching Layer", file: "cache.py", in: clone)
        let merged = try server.git(["rev-parse", "main"])
        let job = try server.clone("job")
        let first = try run("record", ["main"], in: job)
        #expect(first.status == 0, "\(first.complaint)")
        #expect(try server.git(["rev-parse", "main^"]) == merged)
        #expect(
            try server.git(["show", "main:\(TestRepository.saga)/implementation-log.md"]).contains("001 landed (merge"))
        #expect(
            try server.git(["diff", "--name-only", "main^", "main"]).split(separator: "\n").allSatisfy {
                $0.hasPrefix(TestRepository.saga)
            })
        let tip = try server.git(["rev-parse", "main"])
        #expect(try run("record", ["main"], in: job).status == 0)
        #expect(try server.git(["rev-parse", "main"]) == tip)
        // For people: the next push is refused, and a pull mends it.
        try clone.write("other.py", "other = 1\n")
        try clone.commit("Other")
        #expect(try clone.tryGit(["push", "-q", "origin", "main"]).status == 1)
        try clone.git(["pull", "-q", "--rebase"])
        try clone.git(["push", "-q", "origin", "main"])
        #expect(try clone.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func twoJobsOnOneHistoryMakeOneCommit() throws {
        let (server, clone) = try team()
        try land("Caching Layer", file: "cache.py", in: clone)
        let one = try server.clone("one")
        let two = try server.clone("two")
        // The second one reads before the first one pushes.
        two.variables["RECORD_BRANCH"] = "metaissue/record"
        two.clock += 86_400
        #expect(try run("record", ["main"], in: two).status == 0)
        #expect(try server.git(["rev-parse", "main"]) != server.git(["rev-parse", "metaissue/record"]))
        #expect(try run("record", ["main"], in: one).status == 0)
        #expect(try server.git(["rev-parse", "main"]) == server.git(["rev-parse", "metaissue/record"]))
    }

    @Test func aJobWhosePushIsRefusedReadsAgain() throws {
        let (server, clone) = try team()
        try land("Caching Layer", file: "cache.py", in: clone)
        let job = try server.clone("job")
        // Somebody pushes at the very moment in which the job does.
        try clone.write("other.py", "other = 1\n")
        try clone.commit("Other")
        let hook = """
            #!/bin/sh
            [ ! -e "$0.done" ] || exit 0
            : >"$0.done"
            git -C '\(clone.root.path)' push -q origin main

            """
        try job.write(".git/hooks/pre-push", hook)
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: job.root.appendingPathComponent(".git/hooks/pre-push").path)
        let outcome = try run("record", ["main"], in: job)
        #expect(outcome.status == 0, "\(outcome.complaint)")
        #expect(try server.git(["log", "-2", "--format=%s", "main"]).hasSuffix("\nOther"))
        #expect(try server.git(["log", "-1", "--format=%an", "main"]) == "metaissue")
    }

    @Test func manyJobsAtOnceLeaveOneRecord() throws {
        let (server, clone) = try team()
        try land("Caching Layer", file: "cache.py", in: clone)
        for number in 1...4 { _ = try server.clone("job\(number)") }
        let together =
            "printf '%s\\n' 1 2 3 4 | xargs -P 4 -I {} sh -c 'cd ../job{} && sh -c \"$0\" record main' \"$0\""
        let outcome = try clone.run("/bin/sh", ["-c", together, try Self.recipe("record")])
        #expect(outcome.status == 0, "\(outcome.complaint)")
        let records = try server.git(["log", "--format=%an", "main"]).split(separator: "\n").filter {
            $0 == "metaissue"
        }
        #expect(records.count == 1)
        #expect(try server.tryMetaissue("sync", "--check").status == 0)
        #expect(try server.git(["fsck", "--strict", "--no-dangling"]) == "")
    }

    @Test func aBareRepositoryRecordsWhatIsPushedToIt() throws {
        let (server, clone) = try team()
        let hook = server.root.appendingPathComponent("hooks/post-receive")
        try FileManager.default.createDirectory(at: hook.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(try Self.recipe("post-receive").utf8).write(to: hook)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: hook.path)
        // A server knows nobody.
        for role in ["AUTHOR", "COMMITTER"] {
            clone.variables["GIT_\(role)_NAME"] = "Ann"
            clone.variables["GIT_\(role)_EMAIL"] = "ann@example.org"
        }
        let branch = try clone.attempt("Caching Layer", file: "cache.py", extra: ["--record", "branch"])
        let before = try server.git(["rev-parse", "main"])
        try clone.git(["push", "-q", "origin", branch])
        #expect(try server.git(["rev-parse", "main"]) == before, "only a push to the mainline is recorded")
        try clone.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        let push = try clone.tryGit(["push", "-q", "origin", "main"])
        #expect(push.status == 0 && push.complaint == "", "\(push.complaint)")
        #expect(try server.git(["rev-parse", "main^"]) == clone.git(["rev-parse", "main"]))
        #expect(try server.git(["log", "-1", "--format=%an %s", "main"]).hasPrefix("metaissue metaissue: bring"))
        #expect(try clone.tryGit(["push", "-q", "origin", "main"]).status == 1, "one commit behind now")
        try clone.git(["pull", "-q"])
        #expect(try clone.log.contains("Attempt 001 landed (merge"))
        try clone.git(["revert", "--no-edit", "-m", "1", "HEAD~1"])
        try clone.git(["push", "-q", "origin", "main"])
        try clone.git(["pull", "-q"])
        #expect(try clone.log.contains("**Verdict:** ❌ Failed"))
        #expect(clone.exists("\(TestRepository.saga)/attempts/001-caching-layer/solution-approach.md"), "brought back")
        #expect(try clone.git(["status", "--porcelain"]) == "")
        #expect(try server.tryMetaissue("sync", "--check").status == 0)
        #expect(try server.tryMetaissue("status").status == 0)
        #expect(try server.git(["fsck", "--strict", "--no-dangling"]) == "")
        // What goes wrong is said to whoever pushed, and the push stands.
        try clone.write(".metaissue", "[metaissue \"slow")
        try clone.commit("Damaged")
        let damaged = try clone.tryGit(["push", "-q", "origin", "main"])
        #expect(damaged.status == 0 && damaged.complaint.contains("the record is not up to date"))
        #expect(try server.git(["rev-parse", "main"]) == clone.git(["rev-parse", "main"]))
    }

    @Test func twoPushesToABareRepositoryAtOnceAreBothRecorded() throws {
        let (server, clone) = try team()
        try land("Caching Layer", file: "cache.py", in: clone)
        try land("Better Index", file: "index.py", in: clone)
        let together = "printf '%s\\n' 1 2 3 | xargs -P 3 -I {} git -C \"$0\" metaissue sync --commit"
        let outcome = try clone.run("/bin/sh", ["-c", together, server.root.path])
        #expect(outcome.status == 0, "\(outcome.complaint)")
        #expect(try server.git(["rev-list", "--count", "--grep=^metaissue: bring", "main"]) == "1")
        #expect(try server.tryMetaissue("sync", "--check").status == 0)
    }
}
