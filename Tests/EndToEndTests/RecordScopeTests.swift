import Testing

/// Whatever happens, no commit that the tool makes for a record changes a file outside the saga's folder and
/// `.metaissue`, and what people have staged never gets into one.
@Suite struct RecordScopeTests {
    @Test(arguments: [1, 2] as [UInt64])
    func recordCommitsChangeNothingElse(seed: UInt64) throws {
        var dice = Dice(state: seed)
        let repository = try TestRepository()
        try repository.makeSaga()
        for step in 1...12 { try play(step, &dice, in: repository) }
        try repository.metaissue("sync", "--commit")
        let commits = try repository.git(["log", "--all", "--format=%H", "--grep=^Meta-Issue: "]).split(separator: "\n")
        #expect(commits.count > 3)
        for commit in commits {
            let paths = try repository.git(["diff-tree", "--no-commit-id", "-r", "--name-only", "-m", String(commit)])
            for path in paths.split(separator: "\n") {
                #expect(path == ".metaissue" || path.hasPrefix("\(TestRepository.saga)/"), "\(commit): \(path)")
            }
        }
        #expect(try repository.git(["fsck", "--strict", "--no-dangling"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    /// One thing that somebody does, drawn by chance, with work of theirs lying about half of the time.
    private func play(_ step: Int, _ dice: inout Dice, in repository: TestRepository) throws {
        let branches = try repository.git(["for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads/perf-*"])
            .split(separator: "\n").map(String.init)
        let isLyingAbout = Bool.random(using: &dice)
        if isLyingAbout {
            try repository.write("staged.py", "step = \(step)\n")
            try repository.git(["add", "staged.py"])
            try repository.append("app.py", "step = \(step)\n")
        }
        switch Int.random(in: 0..<6, using: &dice) {
        case 0, 1:
            try repository.metaissue(
                "start-attempt", "Try \(step)", "--no-switch", "--record",
                Bool.random(using: &dice) ? "branch" : "mainline")
        case 2:
            try repository.metaissue("sync", "--commit")
        default:
            guard let branch = branches.randomElement(using: &dice) else { break }
            try work(on: branch, step, in: repository)
            if Bool.random(using: &dice) { try land(branch, &dice, in: repository) }
        }
        guard isLyingAbout else { return }
        let staged = try repository.git(["diff", "--cached", "--name-only"])
        #expect(staged.split(separator: "\n").allSatisfy { $0 == "staged.py" || $0 == "app.py" }, "\(staged)")
        try repository.git(["reset", "-q", "--hard"])
        try repository.git(["clean", "-qfd"])
    }

    private func work(on branch: String, _ step: Int, in repository: TestRepository) throws {
        try repository.git(["stash", "-q", "--include-untracked"])
        try repository.git(["switch", "-q", branch])
        try repository.write("\(branch).py", "step = \(step)\n")
        try repository.commit("Work of step \(step)")
        try repository.git(["switch", "-q", "main"])
        _ = try repository.tryGit(["stash", "pop", "-q", "--index"])
    }

    private func land(_ branch: String, _ dice: inout Dice, in repository: TestRepository) throws {
        try repository.git(["stash", "-q", "--include-untracked"])
        _ = try repository.tryGit(["merge", "--no-ff", "--no-edit", branch])
        if Bool.random(using: &dice), try repository.git(["log", "-1", "--merges", "--format=%H"]) != "" {
            _ = try repository.tryGit(["revert", "--no-edit", "-m", "1", try repository.lastMerge()])
            if repository.exists(".git/REVERT_HEAD") { try repository.git(["revert", "--abort"]) }
        }
        _ = try repository.tryGit(["stash", "pop", "-q", "--index"])
    }
}
