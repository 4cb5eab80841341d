import Foundation
import Testing

/// `abandon-attempt`: what the branch says of the attempt comes to the mainline, whoever began the record there.
@Suite struct AbandonTests {
    private static let folder = "\(TestRepository.saga)/attempts/001-caching"
    private static let results = "\(folder)/attempt-results.md"

    /// A saga with an attempt, its branch checked out.
    private func begun(record: String = "mainline") throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py", extra: ["--record", record])
        try repository.git(["switch", "-q", branch])
        return repository
    }

    private func expectSettled(_ repository: TestRepository) throws {
        #expect(try repository.git(["status", "--porcelain", "--ignored"]) == "")
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.status().sagas[0].attempts[0].integration.state == "abandoned")
        #expect(!repository.exists("cache.py"))
    }

    @Test(arguments: ["mainline", "branch"]) func wordsOfTheBranchComeToTheMainline(_ record: String) throws {
        let repository = try begun(record: record)
        try repository.append(Self.results, "\nThe hit rate was 3 %.\n")
        try repository.write("\(Self.folder)/notes/profile.md", "Time goes into parsing.\n")
        try repository.commit("Results")
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("abandon-attempt", "1", "--reason", "No (real) | gain", "--delete-branch")
        #expect(try repository.read(Self.results).contains("The hit rate was 3 %."))
        #expect(try repository.read("\(Self.folder)/notes/profile.md") == "Time goes into parsing.\n")
        #expect(try repository.log.contains("| Attempt 001 abandoned (No \\[real\\] \\| gain) |"))
        #expect(try repository.git(["branch", "--list", "perf-*"]) == "")
        try expectSettled(repository)
        // Once more changes nothing, although the branch is known by its anchor alone.
        let tip = try repository.git(["rev-parse", "main"])
        try repository.edit(Self.results, "3 %", "3 % at most")
        try repository.commit("Say it better")
        try repository.metaissue("abandon-attempt", "1")
        #expect(try repository.git(["rev-parse", "main~1"]) == tip)
        #expect(try repository.read(Self.results).contains("3 % at most"))
    }

    @Test func whatBothSidesWroteIsMerged() throws {
        let repository = try begun()
        try repository.append(Self.results, "\nThe hit rate was 3 %.\n")
        try repository.commit("Results")
        try repository.git(["switch", "-q", "main"])
        let first = try #require(try repository.read(Self.results).split(separator: "\n").first)
        try repository.edit(Self.results, String(first), "\(first), on the old machine")
        try repository.commit("Say where")
        try repository.metaissue("abandon-attempt", "1")
        let text = try repository.read(Self.results)
        #expect(text.hasPrefix("\(first), on the old machine\n") && text.hasSuffix("The hit rate was 3 %.\n"))
        try expectSettled(repository)
    }

    @Test func aConflictIsRefusedWithTheWayOut() throws {
        let repository = try begun()
        try repository.append(Self.results, "\nThe hit rate was 3 %.\n")
        try repository.commit("Results")
        let branch = try repository.git(["branch", "--show-current"])
        try repository.git(["switch", "-q", "main"])
        try repository.append(Self.results, "\nNobody measured it.\n")
        try repository.commit("Results on main")
        let before = try repository.git(["for-each-ref", "refs/heads"])
        let refused = try repository.tryMetaissue("abandon-attempt", "1", "--delete-branch")
        #expect(refused.status == 128)
        #expect(refused.complaint.contains("wrote different things in: \(Self.results)"))
        #expect(refused.complaint.contains("git switch \(branch), git merge main"))
        #expect(try repository.git(["for-each-ref", "refs/heads"]) == before)
        #expect(try repository.git(["status", "--porcelain"]) == "")
        // As it says.
        try repository.git(["switch", "-q", branch])
        #expect(try repository.tryGit(["merge", "main"]).status == 1)
        try repository.write(Self.results, "The hit rate was 3 %, and nobody else measured it.\n")
        try repository.commit("Together")
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("abandon-attempt", "1", "--delete-branch")
        #expect(try repository.read(Self.results) == "The hit rate was 3 %, and nobody else measured it.\n")
        try expectSettled(repository)
    }

    @Test func whatIsNotCommittedStays() throws {
        let repository = try begun()
        try repository.append(Self.results, "\nThe hit rate was 3 %.\n")
        try repository.commit("Results")
        try repository.git(["switch", "-q", "main"])
        try repository.append(Self.results, "\nHalf a thou")
        try repository.metaissue("abandon-attempt", "1")
        #expect(try repository.read(Self.results).hasSuffix("\nHalf a thou"))
        let committed = try repository.git(["show", "main:\(Self.results)"])
        #expect(committed.hasSuffix("The hit rate was 3 %."))
    }

    @Test func aVerdictWrittenOnTheBranchComesAlong() throws {
        let repository = try begun()
        try repository.write("\(Self.folder)/.metaissue", "# by hand\n[attempt]\n\tbase = main\n")
        try repository.commit("Declared")
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("abandon-attempt", "1", "--reason", "No gain")
        let text = try repository.read("\(Self.folder)/.metaissue")
        #expect(text.hasPrefix("# by hand\n[attempt]\n\tbase = main\n") && text.contains("reason = No gain"))
        try expectSettled(repository)
    }
}

extension AbandonTests {
    @Test(arguments: [true, false]) func verdictAndAbandonmentKeepTheirOwnReasons(isVerdictFirst: Bool) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching", file: "cache.py")
        let commands = [
            ["verdict", "1", "partial", "--reason", "found the cause"],
            ["abandon-attempt", "1", "--reason", "no time"],
        ]
        for command in isVerdictFirst ? commands : commands.reversed() {
            #expect(try repository.run(TestRepository.binary, command).status == 0)
        }
        let verdict = try #require(try repository.status().sagas.first?.attempts.first?.verdict)
        #expect(verdict.value == "partial" && verdict.reason == "found the cause")
        #expect(try repository.log.contains("| Attempt 001 abandoned (no time) |"))
        let file = try repository.read("\(TestRepository.saga)/attempts/001-caching/.metaissue")
        #expect(file.contains("\treason = found the cause\n") && file.contains("\tabandonedReason = no time\n"))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func aFolderThatTheBranchRenamedIsNotBroughtBesideTheOldOne() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py")
        let (old, new) = ("\(TestRepository.saga)/attempts/001-caching", "\(TestRepository.saga)/attempts/001-cache")
        try repository.git(["switch", "-q", branch])
        try repository.git(["mv", old, new])
        try repository.append("\(new)/attempt-results.md", "\nOnly here.\n")
        try repository.commit("Renamed")
        try repository.git(["switch", "-q", "main"])
        try repository.refuses("abandon-attempt", "1", saying: "git mv \(old) \(new)")
        try repository.git(["mv", old, new])
        try repository.commit("Renamed here too")
        try repository.metaissue("abandon-attempt", "1")
        #expect(try repository.read("\(new)/attempt-results.md").contains("Only here.") && !repository.exists(old))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(try repository.status().sagas.first?.attempts.map(\.integration.state) == ["abandoned"])
    }
}

/// Files of an attempt's folder that are no plain text: a benchmark that can be run, a link beside it.
@Suite struct FolderFileModeTests {
    private static let saga = TestRepository.saga
    private static let script = "\(saga)/attempts/001-caching/bench/run"
    private static let link = "\(saga)/attempts/001-caching/bench/latest"

    private func begun() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py")
        try repository.git(["switch", "-q", branch])
        try repository.write(Self.script, "#!/bin/sh\nexec ./measure\n")
        let manager = FileManager.default
        let root = repository.root.path
        try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(root)/\(Self.script)")
        try manager.createSymbolicLink(atPath: "\(root)/\(Self.link)", withDestinationPath: "run")
        try repository.commit("A benchmark")
        return repository
    }

    private func expectExecutable(_ repository: TestRepository, _ path: String = script) throws {
        #expect(try repository.git(["ls-tree", "main", "--", path]).hasPrefix("100755 "))
        #expect(FileManager.default.isExecutableFile(atPath: "\(repository.root.path)/\(path)"))
        #expect(try repository.git(["status", "--porcelain", "--ignored"]) == "")
    }

    @Test(arguments: ["--merge", "--squash", "--rebase"]) func aLandingBringsThem(_ manner: String) throws {
        let repository = try begun()
        try repository.metaissue("land-attempt", "1", manner)
        try expectExecutable(repository)
        #expect(try repository.git(["ls-tree", "main", "--", Self.link]).hasPrefix("120000 "))
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
    }

    @Test func abandoningBringsThem() throws {
        let repository = try begun()
        try repository.git(["switch", "-q", "main"])
        try repository.metaissue("abandon-attempt", "1")
        try expectExecutable(repository)
    }

    @Test(arguments: ["sync", "hook", "modified"]) func aRevertedOneComesBack(_ way: String) throws {
        let repository = try begun()
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", "perf-attempt-001-caching"])
        try repository.metaissue("sync", "--commit")
        if way == "hook" { try repository.metaissue("hooks", "install") }
        try repository.git(["revert", "--no-edit", "-m", "1", try repository.lastMerge()])
        if way == "sync" { try repository.metaissue("sync", "--commit") }
        if way == "modified" {
            try repository.metaissue("sync")
            try repository.commit("Brought back")
        }
        try expectExecutable(repository)
    }

    @Test func restoreAndRenumberKeepThem() throws {
        let repository = try begun()
        try repository.metaissue("land-attempt", "1")
        try repository.git(["rm", "-rq", "\(Self.saga)/attempts/001-caching"])
        try repository.commit("Away")
        try repository.metaissue("restore", "1")
        try expectExecutable(repository)
        try repository.metaissue("renumber", "1", "4")
        try expectExecutable(repository, "\(Self.saga)/attempts/004-caching/bench/run")
    }
}
