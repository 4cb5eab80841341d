import Foundation
import Testing

/// What the hooks do after each operation of git.
@Suite struct HookTests {
    private func anchor(_ repository: TestRepository, _ number: String = "001") throws -> String {
        try repository.git(["rev-parse", "refs/metaissue/slow-service/\(number)"])
    }

    private func said(_ outcome: TestRepository.Outcome) -> [String] {
        outcome.complaint.split(separator: "\n").filter { $0.hasPrefix("metaissue:") }.map(String.init)
    }

    @Test func theAnchorFollowsCommitsAmendsAndRebases() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.metaissue("start-attempt", "Caching Layer")
        try repository.write("cache.py", "cache = 1\n")
        #expect(try repository.commit("Cache") == anchor(repository))
        try repository.git(["commit", "-q", "--amend", "-m", "Cache, better"])
        #expect(try repository.git(["rev-parse", "HEAD"]) == anchor(repository))
        try repository.git(["switch", "-q", "main"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Other")
        try repository.git(["rebase", "-q", "main", "perf-attempt-001-caching-layer"])
        #expect(try repository.git(["rev-parse", "HEAD"]) == anchor(repository))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.git(["log", "-1", "--format=%s", "main"]) == "Other", "nothing was written meanwhile")
    }

    @Test func aSquashIsRecordedWhenItIsCommitted() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        #expect(said(try repository.tryGit(["merge", "--squash", branch])) == [])
        #expect(try repository.git(["diff", "--cached", "--name-only"]) == "cache.py")
        let commit = try repository.tryGit(["commit", "-m", "Caching layer (squashed)"])
        #expect(said(commit).count == 1)
        #expect(try repository.log.contains("Attempt 001 landed (squash, "))
        try repository.git(["revert", "--no-edit", "HEAD~1"])
        #expect(try repository.log.contains("**Verdict:** ❌ Failed"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aNameInLatin1IsKeptInTheRecordsCommit() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        // The surroundings' names come before the configured one.
        let script = """
            unset GIT_AUTHOR_NAME GIT_COMMITTER_NAME
            git config i18n.commitEncoding ISO-8859-1
            git config i18n.logOutputEncoding UTF-8
            git config user.name "$(printf 'J\\366rg')"
            git merge -q --no-ff --no-edit \(branch)
            "$0" verdict 1 success
            """
        #expect(try repository.run("/bin/sh", ["-ec", script, TestRepository.binary]).status == 0)
        #expect(try repository.git(["log", "-3", "--format=%an, %cn"]) == "Jörg, Jörg\nJörg, Jörg\nJörg, Jörg")
    }

    @Test func aHookWaitsForNobodyWhoHasTheIndex() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        let hook = try repository.read(".git/hooks/post-merge")
        try repository.write(
            ".git/hooks/post-merge",
            hook.replacingOccurrences(of: "#!/bin/sh\n", with: "#!/bin/sh\n: >.git/index.lock\n"))
        let merge = try repository.tryGit(["merge", "-q", "--no-ff", "--no-edit", branch])
        #expect(merge.status == 0)
        #expect(said(merge) == ["metaissue: the record was not updated: another git has locked the index"])
        try FileManager.default.removeItem(at: repository.root.appendingPathComponent(".git/index.lock"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.log.contains("Attempt 001 landed (merge, "))
    }

    /// What the note rests on that a mainline's record lacked nothing, and the tip that it is about.
    private func note(_ repository: TestRepository) throws -> (state: String, tip: String)? {
        let cache = repository.root.appendingPathComponent(".git/metaissue/cache").path
        let names = try FileManager.default.contentsOfDirectory(atPath: cache).filter { $0.hasPrefix("quiet-") }
        guard let name = names.first else { return nil }
        let lines = try repository.read(".git/metaissue/cache/\(name)").split(separator: "\n").map(String.init)
        return (lines[0], lines[3])
    }

    @Test func aCommitOnTheMainlineThatIsAboutNoAttemptIsNotComparedAgain() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let first = try repository.attempt("Caching Layer", file: "app.py", extra: ["--record", "mainline"])
        _ = try repository.attempt("Pooling", file: "pool.py", extra: ["--record", "mainline"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", first])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Other work")
        let state = try #require(try note(repository)).state
        // What the whole comparison would complain about shows that there is none.
        let log = "\(TestRepository.saga)/implementation-log.md"
        try repository.git(["update-index", "--assume-unchanged", log])
        try repository.write(log, "<<<<<<< ours\n=======\n>>>>>>> theirs\n")
        for number in 2...4 {
            try repository.append("app.py", "def something_else_\(number)(): return None\n")
            #expect(said(try commit("Other work \(number)", repository)) == [])
            let now = try #require(try note(repository))
            #expect(now.state == state)
            #expect(try repository.git(["rev-parse", "HEAD"]) == now.tip)
        }
        try repository.git(["update-index", "--no-assume-unchanged", log])
        try repository.git(["restore", log])
        // Silently, the work of the attempt goes: the text is what it was before.
        let start = try repository.git(["rev-list", "--max-parents=0", "main"])
        try repository.write("app.py", try repository.git(["show", "\(start):app.py"]) + "\n")
        #expect(said(try commit("Tidy up", repository)).first?.contains("attempt 001 reverted") == true)
        // A setting, a branch, the record: each asks for a look.
        var states: Set<String> = []
        for change in [["config", "metaissue.record", "branch"], ["branch", "elsewhere"], ["status"]] {
            try repository.git(change)
            try repository.append("\(TestRepository.saga)/description.md", "\n\(change[0])\n")
            try repository.commit("Words")
            states.insert(try #require(try note(repository)).state)
        }
        #expect(states.count == 3 && !states.contains(state))
    }

    /// Documents tell of an open attempt what was pushed: while that is something else than the branch here, a commit may
    /// land it without touching anything of the branch.
    @Test func whatWasPushedOfAnOpenAttemptIsLookedAtEachTime() throws {
        let origin = try TestRepository()
        try origin.makeSaga()
        let repository = try origin.clone("work")
        try repository.metaissue("hooks", "install")
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", "branch"])
        try repository.git(["push", "-q", "origin", branch])
        try repository.git(["switch", "-q", branch])
        try repository.git(["reset", "-q", "--hard", "HEAD~3"])
        try repository.write("elsewhere.py", "elsewhere = 1\n")
        try repository.commit("Another way")
        try repository.git(["switch", "-q", "main"])
        for number in 1...2 {
            try repository.write("other.py", "other = \(number)\n")
            try repository.commit("Other work \(number)")
        }
        #expect(try note(repository) == nil)
        try repository.git(["merge", "-q", "--squash", "origin/\(branch)"])
        #expect(said(try commit("Caching (#1)", repository)).first?.contains("attempt 001 landed") == true)
        try repository.git(["push", "-q", "-f", "origin", branch])
        for number in 3...4 {
            try repository.write("other.py", "other = \(number)\n")
            try repository.commit("Other work \(number)")
        }
        #expect(try note(repository) != nil)
    }

    private func commit(_ message: String, _ repository: TestRepository) throws -> TestRepository.Outcome {
        try repository.git(["add", "-A"])
        return try repository.tryGit(["commit", "-q", "-m", message])
    }

    @Test func aRangeOfRevertsIsRecordedOnceAtItsEnd() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "-q", "--ff-only", branch])
        let tip = try repository.git(["rev-parse", branch])
        let outcome = try repository.tryGit(["revert", "--no-edit", "\(tip)~3..\(tip)"])
        #expect(outcome.status == 0, "\(outcome.complaint)")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(!repository.exists(".git/sequencer"))
        #expect(try repository.log.contains("**Verdict:** ❌ Failed"))
        let subjects = try repository.git(["log", "-4", "--format=%s", "main"]).split(separator: "\n")
        #expect(subjects.map { $0.hasPrefix("metaissue: ") } == [true, false, false, false], "\(subjects)")
    }

    @Test func aRangeOfCherryPicksIsRecordedOnceAtItsEnd() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let base = try repository.git(["rev-parse", "main"])
        let branch = try repository.attempt("Caching Layer", file: "cache.py", extra: ["--record", "branch"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Other")
        let outcome = try repository.tryGit(["cherry-pick", "\(base)..\(branch)"])
        #expect(outcome.status == 0, "\(outcome.complaint)")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        let rows = try repository.log.components(separatedBy: "\n").filter { $0.contains("Attempt 001 landed (") }
        #expect(rows.count == 1)
        #expect(
            try repository.git(["log", "-5", "--format=%s"]).split(separator: "\n").filter {
                $0.hasPrefix("metaissue: bring")
            }.count == 1)
    }

    /// git commits the last step by itself, and looks at the index again afterwards: a commit of ours in between would
    /// make it fail.
    @Test func aRangeThatHadConflictsIsContinuedToItsEnd() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.metaissue("start-attempt", "Caching")
        for name in ["cache", "index"] {
            try repository.write("\(name).py", "def \(name)(request): return \(name)d(request)\n")
            try repository.commit("The \(name)")
        }
        try repository.git(["switch", "-q", "main"])
        try repository.write("index.py", "mine = 1\n")
        try repository.commit("Mine")
        func conclude(_ command: String) throws {
            let outcome = try repository.tryGit([command, "--continue"])
            #expect(outcome.status == 0, "\(outcome.complaint)")
            #expect(outcome.complaint.contains("git metaissue sync --commit"), "\(outcome.complaint)")
            #expect(!repository.exists(".git/sequencer"))
            #expect(try repository.git(["status", "--porcelain"]) == "")
            try repository.metaissue("sync", "--commit")
        }
        #expect(try repository.tryGit(["cherry-pick", "main..perf-attempt-001-caching"]).status == 1)
        try repository.git(["checkout", "-q", "--theirs", "index.py"])
        try repository.git(["add", "index.py"])
        try conclude("cherry-pick")
        #expect(try repository.log.contains("Attempt 001 landed ("))
        let picked = try ["index", "cache"].map { try repository.git(["rev-parse", ":/^The \($0)"]) }
        try repository.append("cache.py", "after = 1\n")
        try repository.commit("After")
        #expect(try repository.tryGit(["revert", "--no-edit"] + picked).status == 1)
        try repository.git(["rm", "-q", "cache.py"])
        try conclude("revert")
        #expect(try repository.log.contains("❌ Failed"))
    }

    @Test func aSingleCherryPickThatIsContinuedIsRecordedAtOnce() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py", commits: 1)
        try repository.write("cache.py", "mine = 1\n")
        try repository.commit("Mine")
        #expect(try repository.tryGit(["cherry-pick", branch]).status == 1)
        try repository.git(["checkout", "-q", "--theirs", "cache.py"])
        try repository.git(["add", "cache.py"])
        #expect(try repository.tryGit(["cherry-pick", "--continue"]).status == 0)
        #expect(try repository.log.contains("Attempt 001 landed ("))
    }

    @Test(arguments: ["commit", "write"]) func aSparseCheckoutWithoutTheRecordStaysClean(_ mode: String) throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "src/cache.py")
        try repository.git(["sparse-checkout", "set", "src"])
        try repository.git(["config", "metaissue.hooks.mode", mode])
        let merge = try repository.tryGit(["merge", "-q", "--no-ff", "--no-edit", branch])
        #expect(merge.status == 0 && !merge.complaint.contains("was updated"), "\(merge.complaint)")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(!repository.exists(TestRepository.saga))
        #expect(try repository.status().sagas.first?.attempts.first?.integration.state == "landed")
        try repository.metaissue("verdict", "1", "partial")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(!repository.exists("\(TestRepository.saga)/implementation-log.md"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        // A file that was not there before is written; nothing else is.
        let visible = try repository.git(["ls-files", "-t", TestRepository.saga]).split(separator: "\n")
            .filter { !$0.hasPrefix("S ") }
        #expect(visible == ["H \(TestRepository.saga)/attempts/001-caching-layer/.metaissue"])
        // Nor does a file with one key only take the place of one that is left out.
        try repository.git(["sparse-checkout", "reapply"])
        try repository.metaissue("verdict", "1", "partial", "--reason", "It found the cause")
        #expect(!repository.exists(TestRepository.saga))
        let declared = try repository.git(["show", "HEAD:\(TestRepository.saga)/attempts/001-caching-layer/.metaissue"])
        #expect(declared.contains("verdict = partial") && declared.contains("reason = It found the cause"))
        let log = try repository.git(["show", "HEAD:\(TestRepository.saga)/implementation-log.md"])
        #expect(log.contains("Attempt 001 landed (merge, ") && log.contains("Partial"))
    }

    @Test func aConflictedMergeIsRecordedWhenItIsConcluded() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.write("cache.py", "mine = 1\n")
        try repository.commit("Mine")
        #expect(try repository.tryGit(["merge", "--no-edit", branch]).status == 1)
        #expect(!(try repository.log.contains("landed")))
        try repository.git(["checkout", "--theirs", "cache.py"])
        try repository.git(["add", "cache.py"])
        #expect(said(try repository.tryGit(["commit", "--no-edit"])).count == 1)
        #expect(try repository.log.contains("Attempt 001 landed (merge, "))
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.git(["rev-list", "--merges", "--count", "main"]) == "1")
    }

    @Test func pullWithRebaseAndSwitchingAreNotDisturbed() throws {
        let origin = try TestRepository()
        try origin.makeSaga(hooks: false)
        let clone = try origin.clone()
        try clone.metaissue("hooks", "install")
        let branch = try clone.attempt("Caching Layer", file: "cache.py")
        try clone.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try origin.write("other.py", "other = 1\n")
        try origin.commit("Other")
        let pull = try clone.tryGit(["pull", "-q", "--rebase=merges"])
        #expect(pull.status == 0, "\(pull.complaint)")
        #expect(!clone.exists(".git/rebase-merge"))
        #expect(try clone.git(["status", "--porcelain"]) == "")
        #expect(try clone.tryGit(["switch", "-q", branch]).status == 0)
        #expect(try clone.tryGit(["switch", "-q", "main"]).status == 0)
        try clone.metaissue("sync", "--commit")
        #expect(try clone.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func modeWriteLeavesTheDocumentsModified() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.git(["config", "metaissue.hooks.mode", "write"])
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        let merge = try repository.tryGit(["merge", "--no-ff", "--no-edit", branch])
        #expect(said(merge).count == 1 && said(merge).first?.contains("git metaissue sync --commit") == true)
        #expect(try repository.git(["rev-parse", "HEAD"]) == repository.lastMerge())
        #expect(try repository.log.contains("Attempt 001 landed"))
        #expect(try repository.git(["diff", "--cached", "--name-only"]) == "")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func whatGitPutAsideComesBackIntoDocumentsThatModeWriteLeftAlone() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.git(["config", "metaissue.hooks.mode", "write"])
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.append("\(TestRepository.saga)/implementation-log.md", "\nNot yet committed.\n")
        let merge = try repository.tryGit(["merge", "--no-ff", "--no-edit", "--autostash", branch])
        #expect(said(merge).first?.contains("git metaissue sync --commit") == true)
        #expect(try repository.log.contains("Not yet committed."))
        #expect(try repository.git(["stash", "list"]) == "")
        try repository.metaissue("sync", "--commit")
        #expect(try repository.log.contains("Attempt 001 landed"))
    }

    @Test func modeNotifyWritesNothing() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.git(["config", "metaissue.hooks.mode", "notify"])
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        let merge = try repository.tryGit(["merge", "--no-ff", "--no-edit", branch])
        #expect(said(merge).count == 1)
        #expect(try repository.git(["rev-parse", "HEAD"]) == repository.lastMerge())
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func requiredSignaturesTurnCommitIntoWrite() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["config", "commit.gpgsign", "true"])
        let merge = try repository.tryGit(["merge", "--no-ff", "--no-edit", "--no-gpg-sign", branch])
        #expect(merge.status == 0)
        #expect(try repository.git(["rev-parse", "HEAD"]) == repository.lastMerge())
        #expect(
            try repository.git(["status", "--porcelain"]).contains(" M \(TestRepository.saga)/implementation-log.md"))
    }

    @Test func continuousIntegrationIsLeftAloneUnlessAskedFor() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        repository.variables = ["CI": "true", "METAISSUE_HOOKS": ""]
        #expect(said(try repository.tryGit(["merge", "--no-ff", "--no-edit", branch])) == [])
        #expect(try repository.git(["rev-parse", "HEAD"]) == repository.lastMerge())
        repository.variables = ["CI": "true", "METAISSUE_HOOKS": "on"]
        try repository.git(["commit", "-q", "--allow-empty", "-m", "Next"])
        #expect(try repository.log.contains("Attempt 001 landed"))
    }

    @Test func nothingThatGoesWrongInAHookReachesGit() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.write(".metaissue", "[metaissue \"slow")
        try repository.git(["commit", "-q", "-a", "-m", "Damaged registry"])
        let merge = try repository.tryGit(["merge", "--no-ff", "--no-edit", branch])
        #expect(merge.status == 0)
        #expect(said(merge).count <= 1)
        #expect(merge.complaint.split(separator: "\n").count <= 1, "\(merge.complaint)")
        #expect(try repository.tryGit(["switch", "-q", branch]).status == 0)
        for arguments in [["hook"], ["hook", "nonsense"], ["hook", "post-merge"], ["hook", "post-merge", "x", "y"]] {
            #expect(try repository.run(TestRepository.binary, arguments).status == 0, "\(arguments)")
        }
        let outside = repository.at(repository.world)
        #expect(try outside.tryMetaissue("hook", "post-commit").status == 0)
    }

    @Test func aLockThatIsHeldIsNotWaitedFor() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        let holder = try repository.hold(".git/metaissue/lock")
        defer { holder.terminate() }
        let start = Date()
        #expect(try repository.tryGit(["merge", "-q", "--no-ff", "--no-edit", branch]).status == 0)
        #expect(Date().timeIntervalSince(start) < 3)
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func hooksWorkInALinkedWorktree() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["switch", "-q", "--detach"])
        try repository.git(["worktree", "add", "-q", "../linked", "main"])
        let linked = repository.at(repository.world.appendingPathComponent("linked"))
        try linked.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        #expect(try linked.log.contains("Attempt 001 landed"))
        #expect(try linked.git(["status", "--porcelain"]) == "")
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }
}
