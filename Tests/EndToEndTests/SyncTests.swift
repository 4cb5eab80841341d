import Foundation
import Testing

/// `git metaissue sync`.
@Suite struct SyncTests {
    private static let log = "\(TestRepository.saga)/implementation-log.md"
    private static let hub = "\(TestRepository.saga)/README.md"

    /// An attempt has landed and the documents do not say so yet.
    private func stale(clone: Bool = false) throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        return repository
    }

    @Test func whatCameAndWentInPartsHasARowForTheWhole() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.time("2024-09-01")
        try repository.metaissue("start-attempt", "Caching")
        let branch = try repository.git(["branch", "--show-current"])
        for file in ["a", "b"] {
            let lines = (1...6).map { "def \(file)_\($0)(request): return cached(request, \($0))\n" }.joined()
            try repository.write("\(file).py", lines)
            try repository.commit("The \(file)")
        }
        try repository.git(["switch", "-q", "main"])
        func step(_ day: String, _ command: [String]) throws {
            try repository.time(day)
            try repository.git(command)
            try repository.metaissue("sync", "--commit")
        }
        try step("2024-09-05", ["cherry-pick", "\(branch)~1"])
        try step("2024-09-09", ["cherry-pick", branch])
        let landed = try repository.git(["log", "-1", "--format=%H", "--", "b.py"])
        try step("2024-09-11", ["revert", "--no-edit", landed])
        try step(
            "2024-09-15", ["revert", "--no-edit", try repository.git(["log", "-1", "--format=%H", "--", "a.py"])])
        let rows = try repository.log.split(separator: "\n").filter { $0.contains("| Attempt 001 ") }
            .map { $0.split(separator: "(")[0] }
        #expect(
            rows == [
                "| 2024-09-01 | Attempt 001 started ", "| 2024-09-05 | Attempt 001 partly landed ",
                "| 2024-09-09 | Attempt 001 landed ", "| 2024-09-11 | Attempt 001 partly reverted ",
                "| 2024-09-15 | Attempt 001 reverted ",
            ])
        let check = try repository.tryMetaissue("sync", "--check")
        #expect(check.status == 0 && !check.output.contains("left alone"), "\(check.output)")
    }

    @Test func checkListsWhatIsStaleAndWritesNothing() throws {
        let repository = try stale()
        try repository.changesNothing {
            let outcome = try repository.tryMetaissue("sync", "--check")
            #expect(outcome.status == 1)
            #expect(outcome.output.contains("\(Self.log):"))
            #expect(outcome.output.contains("Commits of attempt 001: "))
            #expect(outcome.output.contains("-> 3 commits"))
            #expect(outcome.output.contains("\(Self.hub):"))
            #expect(outcome.output.hasSuffix("git metaissue sync\n"))
        }
    }

    @Test func theDryRunIsAPatchThatGitApplyTakes() throws {
        let repository = try stale()
        var patch = ""
        try repository.changesNothing { patch = try repository.metaissue("sync", "--dry-run") }
        try repository.write(".git/sync.patch", patch)
        try repository.git(["apply", ".git/sync.patch"])
        let applied = (try repository.log, try repository.hub)
        try repository.git(["restore", "."])
        try repository.metaissue("sync")
        #expect(try (repository.log, repository.hub) == applied)
    }

    @Test func writingLeavesTheDocumentsModifiedAndTheIndexAlone() throws {
        let repository = try stale()
        let head = try repository.git(["rev-parse", "HEAD"])
        try repository.metaissue("sync")
        #expect(try repository.git(["rev-parse", "HEAD"]) == head)
        #expect(try repository.git(["diff", "--cached", "--name-only"]) == "")
        #expect(try repository.git(["diff", "--name-only"]) == "\(Self.hub)\n\(Self.log)")
        #expect(try repository.log.contains("Attempt 001 landed (merge"))
        try repository.changesNothing { try repository.metaissue("sync") }
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    /// A log that is parsed on a thread of its own is read and written like any other, in each version of the record.
    @Test func aLargeLogGetsTheSameValues() throws {
        let small = try stale()
        let large = try stale()
        let prose = "What was learned of requests, caches and pools.\n"
        for repository in [small, large] {
            try repository.edit(Self.log, "## Lessons from Implementation\n", "## Lessons from Implementation\n\n@@\n")
            let words = repository === large ? String(repeating: prose, count: 8000) : prose
            try repository.edit(Self.log, "@@\n", words)
            try repository.commit("Lessons")
            // The work tree's version differs from the committed one.
            try repository.edit(
                Self.log, "## Lessons from Implementation\n", "## Lessons from Implementation\n\nHalf\n")
            try repository.metaissue("sync", "--commit")
        }
        for version in ["main:", ":"] {
            let logs = try [small, large].map { try $0.git(["show", version + Self.log]) }
            #expect(logs[0].contains("Attempt 001 landed (merge") && !logs[0].contains("Half"))
            #expect(logs[1].replacingOccurrences(of: String(repeating: prose, count: 8000), with: prose) == logs[0])
            #expect(try small.git(["show", version + Self.hub]) == large.git(["show", version + Self.hub]))
        }
        #expect(try large.log.contains("\n\nHalf\n") && large.git(["diff", "--name-only"]) == Self.log)
        #expect(try large.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func committingAfterWritingCommitsWhatWasWritten() throws {
        let repository = try stale()
        try repository.metaissue("sync")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.git(["show", "HEAD:\(Self.log)"]).contains("Attempt 001 landed (merge"))
    }

    @Test func committedChangesAreCheckedCleanAndTheSecondRunDoesNothing() throws {
        let repository = try stale()
        try repository.metaissue("sync", "--commit")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        try repository.changesNothing {
            for option in [[], ["--commit"], ["--dry-run"]] {
                let outcome = try repository.run(TestRepository.binary, ["sync"] + option)
                #expect(outcome.output == "slow-service: up to date\n")
            }
        }
    }

    @Test func theCommitLeavesOtherStagedAndUnstagedWorkAsItWas() throws {
        let repository = try stale()
        try repository.write("staged.py", "staged = 1\n")
        try repository.git(["add", "staged.py"])
        try repository.append("staged.py", "unstaged = 1\n")
        try repository.git(["rm", "-q", "--cached", "app.py"])
        try repository.append("cache.py", "unstaged = 1\n")
        try repository.write("untracked.py", "untracked = 1\n")
        let before = try repository.git(["status", "--porcelain"])
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["status", "--porcelain"]) == before)
        #expect(try repository.git(["show", ":staged.py"]) == "staged = 1")
        #expect(try repository.git(["show", "--name-only", "--format=", "HEAD"]) == "\(Self.hub)\n\(Self.log)")
    }

    @Test func proseThatIsStagedOrHalfWrittenIsKeptInItsPlace() throws {
        let repository = try stale()
        try repository.edit(Self.log, "## Purpose", "## Purpose\n\nStaged words")
        try repository.git(["add", Self.log])
        try repository.edit(Self.log, "Staged words", "Staged words, half writ")
        try repository.metaissue("sync", "--commit")
        let committed = try repository.git(["show", "HEAD:\(Self.log)"])
        let staged = try repository.git(["show", ":\(Self.log)"])
        for text in [committed, staged, try repository.log] { #expect(text.contains("Attempt 001 landed (merge")) }
        #expect(!committed.contains("Staged words"))
        #expect(staged.contains("Staged words\n"))
        #expect(try repository.log.contains("Staged words, half writ\n"))
        #expect(try repository.git(["status", "--porcelain"]) == "MM \(Self.log)")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func contradictoryOptionsAreAUsageError() throws {
        let repository = try stale()
        for option in ["--check", "--dry-run"] {
            let outcome = try repository.tryMetaissue("sync", "--commit", option)
            #expect(outcome.status == 129)
            #expect(outcome.complaint.hasPrefix("error: "), "\(outcome.complaint)")
        }
    }

    @Test func oneSagaOfTwoCanBeBroughtUpToDateAlone() throws {
        let repository = try stale()
        try repository.metaissue("new", "Login Fails")
        try repository.metaissue("start-attempt", "Try", "--saga", "login")
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("sync", "--commit", "--saga", "login")
        #expect(try repository.tryMetaissue("sync", "--check", "--saga", "login").status == 0)
        #expect(try repository.tryMetaissue("sync", "--check", "--saga", "perf").status == 1)
        let outcome = try repository.tryMetaissue("sync", "--commit")
        #expect(outcome.status == 0 && outcome.output.contains("slow-service: brought up to date in commit"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aMainlineWithAnUpstreamIsCommittedToLocally() throws {
        let origin = try stale()
        let clone = try origin.clone()
        try clone.metaissue("sync", "--commit")
        #expect(try clone.git(["rev-list", "--count", "origin/main..main"]) == "1")
        #expect(try clone.git(["status", "--porcelain"]) == "")
        #expect(try clone.tryMetaissue("sync", "--check").status == 0)
    }

    @Test(arguments: ["\r\n", "\n"])
    func bytesThatAreNobodysValueStay(newline: String) throws {
        let repository = try stale()
        let odd: [UInt8] = [0xFF, 0xC3, 0x28, 0x00, 0x41]
        let file = repository.root.appendingPathComponent(Self.log)
        var text = Data([0xEF, 0xBB, 0xBF])
        text.append(Data(try repository.log.replacingOccurrences(of: "\n", with: newline).utf8))
        text.append(contentsOf: odd)
        try text.write(to: file)
        try repository.git(["-c", "core.autocrlf=false", "commit", "-q", "-a", "-m", "Odd bytes"])
        try repository.metaissue("sync", "--commit")
        let now = try Data(contentsOf: file)
        #expect(now.starts(with: [0xEF, 0xBB, 0xBF]))
        #expect(now.suffix(odd.count).elementsEqual(odd))
        let lines = String(decoding: now, as: UTF8.self).split(separator: newline, omittingEmptySubsequences: false)
        #expect(lines.contains { $0.contains("Attempt 001 landed (merge") })
        #expect(newline == "\n" || !lines.contains { $0.contains("\n") }, "every line end is CRLF")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func aFilesModeIsKept() throws {
        let repository = try stale()
        let file = repository.root.appendingPathComponent(Self.log).path
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file)
        try repository.commit("Executable log")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["ls-tree", "HEAD", Self.log]).hasPrefix("100755 "))
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }
}
