import Foundation
import Testing

/// `git metaissue doctor`: each condition is found, what it advises mends it, and nothing is written.
@Suite struct DoctorTests {
    private struct Report: Decodable {
        struct Finding: Decodable {
            let condition: String
            let message: String
            let remedies: [String]
            let saga: String?
            let attempts: [Int]
            let events: [String]
        }
        let schemaVersion: Int
        let findings: [Finding]
    }

    /// A healthy repository: a saga, hooks, and nothing left to do.
    private func healthy() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga()
        return repository
    }

    /// What the doctor finds; checks that both outputs agree, that the exit code fits, and that nothing was written.
    private func findings(
        _ repository: TestRepository, location: SourceLocation = #_sourceLocation
    ) throws -> [Report.Finding] {
        let before = try repository.state
        let outcome = try repository.tryMetaissue("doctor", "--json")
        let report = try JSONDecoder().decode(Report.self, from: Data(outcome.output.utf8))
        let status: Int32 = report.findings.isEmpty ? 0 : 1
        #expect(report.schemaVersion == 1 && outcome.status == status, "\(outcome.complaint)", sourceLocation: location)
        let text = try repository.tryMetaissue("doctor")
        #expect(text.status == status, sourceLocation: location)
        for finding in report.findings {
            #expect(text.output.contains(finding.message), "\(text.output)", sourceLocation: location)
            #expect(!finding.remedies.isEmpty, "\(finding.message)", sourceLocation: location)
            for remedy in finding.remedies {
                #expect(text.output.contains("    \(remedy)\n"), sourceLocation: location)
            }
        }
        #expect(try repository.state.differences(from: before) == [], sourceLocation: location)
        return report.findings
    }

    private func conditions(
        _ repository: TestRepository, location: SourceLocation = #_sourceLocation
    ) throws -> [String] {
        try findings(repository, location: location).map(\.condition)
    }

    /// Runs what a finding advises, as a person would, in a shell that finds the program under test.
    private func follow(_ remedies: [String], in repository: TestRepository) throws {
        let folder = repository.world.appendingPathComponent("bin")
        let link = folder.appendingPathComponent("git-metaissue")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        if !FileManager.default.fileExists(atPath: link.path) {
            try FileManager.default.createSymbolicLink(atPath: link.path, withDestinationPath: TestRepository.binary)
        }
        for remedy in remedies {
            let outcome = try repository.run("/bin/sh", ["-c", "PATH=\"$0:$PATH\"; \(remedy)", folder.path])
            #expect(outcome.status == 0, "\(remedy): \(outcome.complaint)")
        }
    }

    /// Expects one condition, follows the advice, and expects that nothing is found any more.
    private func expect(
        _ condition: String, in repository: TestRepository, saying words: String = "",
        location: SourceLocation = #_sourceLocation
    ) throws {
        let found = try findings(repository, location: location)
        #expect(found.map(\.condition) == [condition], "\(found)", sourceLocation: location)
        #expect(found.first?.message.contains(words) == true || words.isEmpty, "\(found)", sourceLocation: location)
        try follow(found.flatMap(\.remedies), in: repository)
        let left = try findings(repository, location: location)
        #expect(left.map(\.condition) == [], "\(left)", sourceLocation: location)
    }

    @Test func aHealthyRepositoryHasNoFindings() throws {
        #expect(try conditions(healthy()) == [])
        #expect(try conditions(TestRepository()) == [], "without a saga nobody misses hooks")
        #expect(try healthy().metaissue("doctor") == "Nothing stands in the record's way.\n")
    }

    @Test func outsideARepositoryItSaysSo() throws {
        let repository = try TestRepository()
        let outcome = try repository.at(repository.world).tryMetaissue("doctor")
        #expect(outcome.status == 128 && outcome.complaint.contains("\nhint: "))
    }

    @Test func missingHooksAreFound() throws {
        let repository = try healthy()
        try repository.metaissue("hooks", "uninstall")
        try repository.metaissue("hooks", "install", "--only-driver")
        try expect("hooks-not-installed", in: repository)
    }

    @Test func aHookThatAnotherToolMovedIsFound() throws {
        let repository = try healthy()
        let hook = repository.root.appendingPathComponent(".git/hooks/post-merge").path
        try FileManager.default.moveItem(atPath: hook, toPath: hook + ".old")
        try expect("hook-moved", in: repository, saying: "post-merge.old")
    }

    @Test func aHookThatWasMovedForOneThatTakesNoBlockIsInTheWay() throws {
        let repository = try healthy()
        let hook = repository.root.appendingPathComponent(".git/hooks/post-commit").path
        try FileManager.default.moveItem(atPath: hook, toPath: hook + ".bak")
        try repository.write(".git/hooks/post-commit", "#!/usr/bin/python3\n")
        let found = try findings(repository)
        #expect(found.map(\.condition) == ["hook-in-the-way"] && found.first?.events == ["post-commit"])
    }

    @Test func aFolderInTheHooksPlaceIsFound() throws {
        let repository = try healthy()
        let hook = repository.root.appendingPathComponent(".git/hooks/post-commit").path
        try FileManager.default.removeItem(atPath: hook)
        try FileManager.default.createDirectory(atPath: hook, withIntermediateDirectories: true)
        let found = try findings(repository)
        #expect(found.map(\.condition) == ["hook-in-the-way"])
        #expect(found.first?.remedies == ["move \(hook) away; then: git metaissue hooks install"])
    }

    @Test func whatSwitchesHooksOffInAnotherWorktreeIsMendedThere() throws {
        let repository = try healthy()
        try repository.git(["config", "extensions.worktreeConfig", "true"])
        try repository.git(["worktree", "add", "-q", "--detach", "../linked tree"])
        let linked = repository.world.appendingPathComponent("linked tree")
        try repository.at(linked).git(["config", "--worktree", "core.hooksPath", "/dev/null"])
        try expect("hook-not-active", in: repository)
    }

    /// The hooks of a healthy repository in the folder of another tool.
    private func hooksInAnotherToolsFolder() throws -> TestRepository {
        let repository = try healthy()
        try FileManager.default.createDirectory(
            at: repository.root.appendingPathComponent(".githooks"), withIntermediateDirectories: true)
        for event in Self.events {
            try FileManager.default.moveItem(
                at: repository.root.appendingPathComponent(".git/hooks/\(event)"),
                to: repository.root.appendingPathComponent(".githooks/\(event)"))
        }
        try repository.git(["config", "core.hooksPath", ".githooks"])
        #expect(try conditions(repository) == [])
        return repository
    }

    private static let events = ["post-merge", "post-commit", "post-rewrite", "post-checkout"]

    @Test(arguments: [("old-version", "/bin/true"), ("binary-missing", "/nonexistent/git-metaissue")])
    func ourBlockInAnotherToolsFolderIsMendedByHand(condition: String, program: String) throws {
        let repository = try hooksInAnotherToolsFolder()
        for event in Self.events { try repository.edit(".githooks/\(event)", TestRepository.binary, program) }
        let found = try findings(repository)
        #expect(found.map(\.condition) == Array(repeating: condition, count: 4))
        let refusal = try repository.tryMetaissue("hooks", "install", "--mode", "files")
        #expect(refusal.status == 1)
        for (event, finding) in zip(Self.events, found) {
            let remedy = try #require(finding.remedies.first)
            #expect(refusal.complaint.contains("hint: \(remedy)\n"))
            #expect(remedy.contains("in \(repository.root.path)/.githooks/\(event), put this line in the place of"))
            let line = try #require(remedy.components(separatedBy: "marks included: ").last)
            try repository.write(".githooks/\(event)", "#!/bin/sh\n\(line)\n")
        }
        #expect(try conditions(repository) == [])
        #expect(try repository.metaissue("hooks", "install", "--mode", "files").contains("installed already"))
    }

    @Test func ourBlockBesideALineInAnotherToolsFolderIsTakenOutByHand() throws {
        let repository = try hooksInAnotherToolsFolder()
        try repository.append(".githooks/post-commit", "git metaissue hook post-commit \"$@\" </dev/null || :\n")
        let found = try findings(repository)
        #expect(found.map(\.condition) == ["hook-runs-twice"])
        #expect(found.first?.remedies.first?.hasPrefix("leave one of them, and take the others out by hand: ") == true)
    }

    @Test func aLineThatNamesAProgramThatIsGoneIsFound() throws {
        let repository = try healthy()
        let line = "\"/gone/git-metaissue\" hook post-commit \"$@\" </dev/null || :\n"
        try repository.write(".git/hooks/post-commit", "#!/bin/sh\n\(line)")
        let found = try findings(repository)
        #expect(found.map(\.condition) == ["binary-missing"] && found.first?.events == ["post-commit"])
        let file = repository.root.appendingPathComponent(".git/hooks/post-commit").path
        #expect(found.first?.remedies == ["in \(file), write git-metaissue in the place of /gone/git-metaissue"])
        try repository.edit(".git/hooks/post-commit", "/gone/git-metaissue", "git-metaissue")
        #expect(try conditions(repository) == [])
        try repository.write(".git/hooks/post-commit", "#!/bin/sh\n\(line)git metaissue hook post-commit\n")
        #expect(try conditions(repository) == [], "one of them is called")
    }

    @Test func aFolderInTheProgramsPlaceIsFoundAndTheOneInPathIsRun() throws {
        let repository = try healthy()
        let folder = repository.world.appendingPathComponent("git-metaissue")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for event in Self.events { try repository.edit(".git/hooks/\(event)", TestRepository.binary, folder.path) }
        let other = repository.world.appendingPathComponent("other")
        try repository.write("../other/git-metaissue", "#!/bin/sh\necho \"$2\" >>\"\(other.path)/called\"\n")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: other.appendingPathComponent("git-metaissue").path)
        repository.variables["PATH"] = "\(other.path):/usr/bin:/bin"
        let outcome = try repository.tryGit(["commit", "--allow-empty", "-m", "Next"])
        #expect(outcome.status == 0 && outcome.complaint == "")
        #expect(try repository.read("../other/called") == "post-commit\n")
        try expect("binary-missing", in: repository, saying: folder.path)
    }

    @Test func aHookThatIsNotActiveIsFound() throws {
        let repository = try healthy()
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o644],
            ofItemAtPath: repository.root.appendingPathComponent(".git/hooks/post-merge").path)
        try expect("hook-not-active", in: repository, saying: "not executable")
    }

    @Test func aHookThatRunsTwiceIsFound() throws {
        let repository = try healthy()
        try repository.append(".git/hooks/post-commit", "git metaissue hook post-commit </dev/null\n")
        let found = try findings(repository)
        #expect(found.map(\.condition) == ["hook-runs-twice"] && found.first?.events == ["post-commit"])
    }

    @Test func damagedMarkersAreFound() throws {
        let repository = try healthy()
        try repository.edit(".git/hooks/post-commit", "# <<< git-metaissue <<<\n", "")
        #expect(try conditions(repository) == ["hook-damaged"])
    }

    @Test func aHookInTheWayIsFound() throws {
        let repository = try healthy()
        try repository.write(".git/hooks/post-commit", "#!/usr/bin/env python3\n")
        #expect(try conditions(repository) == ["hook-in-the-way"])
    }

    @Test func aForeignHooksPathIsFound() throws {
        let repository = try healthy()
        try repository.git(["config", "core.hooksPath", ".husky"])
        let found = try findings(repository)
        #expect(found.map(\.condition) == Array(repeating: "foreign-hooks-path", count: 4))
        #expect(found.first?.remedies.first?.contains("git metaissue hook post-merge \"$@\" </dev/null || :") == true)
    }

    @Test func aProgramThatIsGoneIsFound() throws {
        let repository = try healthy()
        try repository.edit(".git/hooks/post-merge", TestRepository.binary, "/nonexistent/git-metaissue")
        try expect("binary-missing", in: repository, saying: "/nonexistent/git-metaissue")
    }

    @Test func aHookOfAnotherVersionIsFound() throws {
        let repository = try healthy()
        try repository.edit(".git/hooks/post-merge", "hook post-merge", "hook --old post-merge")
        try expect("old-version", in: repository)
    }

    @Test func aMissingMergeDriverIsFound() throws {
        let repository = try healthy()
        try repository.write("\(TestRepository.saga)/.gitattributes", "implementation-log.md merge=metaissue\n")
        try repository.commit("Attributes")
        try repository.git(["config", "--unset", "merge.metaissue.driver"])
        try expect("merge-driver-missing", in: repository)
    }

    @Test func anotherMergeDriverOfThatNameIsFound() throws {
        for level in ["--global", "--local"] {
            let repository = try healthy()
            _ = try repository.tryGit(["config", "--local", "--unset", "merge.metaissue.driver"])
            try repository.git(["config", level, "merge.metaissue.driver", "true"])
            try expect(
                "merge-driver-foreign", in: repository, saying: "merge.metaissue.driver is set to something else")
        }
    }

    @Test func aMergeDriverWhoseProgramIsGoneIsFound() throws {
        let repository = try healthy()
        let gone = repository.world.appendingPathComponent("it's 100% gone/git-metaissue")
        try FileManager.default.createDirectory(
            at: gone.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: TestRepository.binary, toPath: gone.path)
        #expect(try repository.run(gone.path, ["hooks", "install", "--only-driver"]).status == 0)
        #expect(try conditions(repository) == [])
        try FileManager.default.removeItem(at: gone)
        let status = try repository.tryMetaissue("hooks", "status").output
        #expect(status.contains("merge driver: binary missing: \(gone.path) is gone; mend with: "))
        try expect("binary-missing", in: repository, saying: gone.path)
    }

    @Test func aSettingThatMeansNothingIsFound() throws {
        let repository = try healthy()
        try repository.git(["config", "metaissue.hooks.mode", "comit"])
        let found = try findings(repository)
        #expect(found.map(\.condition) == ["setting-wrong"])
        #expect(found.first?.message.hasPrefix(".git/config:") == true)
        #expect(found.first?.message.contains("metaissue.hooks.mode is 'comit', which is none of: commit,") == true)
        try repository.git(["config", "metaissue.hooks.mode", "commit"])
        #expect(try conditions(repository) == [])
    }

    @Test func anchorsThatNoRemoteHasAreFound() throws {
        let origin = try TestRepository(commits: false, options: ["--bare"])
        let repository = try healthy()
        _ = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.metaissue("sync", "--commit")
        #expect(try conditions(repository) == [], "there is no remote")
        try repository.git(["remote", "add", "origin", origin.root.path])
        try repository.git(["push", "-q", "--all", "origin"])
        try expect("anchors-not-pushed", in: repository, saying: "001")
        try repository.git(["switch", "-q", "perf-attempt-001-caching-layer"])
        try repository.write("more.py", "more = 1\n")
        try repository.commit("More")
        try repository.git(["switch", "-q", "main"])
        #expect(try conditions(repository).contains("anchors-not-pushed"), "what was pushed is not the last of it")
    }

    @Test func anchorsOfABranchThatWasRewrittenAreReplaced() throws {
        let origin = try TestRepository(commits: false, options: ["--bare"])
        let repository = try healthy()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.metaissue("sync", "--commit")
        try repository.git(["remote", "add", "origin", origin.root.path])
        try repository.metaissue("push")
        try repository.git(["switch", "-q", branch])
        try repository.git(["commit", "-q", "--amend", "-m", "In other words"])
        try repository.git(["switch", "-q", "main"])
        try expect("anchors-not-pushed", in: repository, saying: "origin has other commits as anchors of attempt 001")
    }

    @Test func aRecordOfAMainlineThatOnlyTheRemoteHasIsMended() throws {
        let origin = try healthy()
        origin.variables = ["METAISSUE_HOOKS": "", "CI": "true"]
        let branch = try origin.attempt("Caching Layer", file: "cache.py")
        try origin.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        let clone = try origin.clone()
        try clone.git(["switch", "-q", "-c", "work"])
        try clone.git(["branch", "-q", "-D", "main"])
        try clone.metaissue("hooks", "install")
        try expect("record-behind", in: clone)
    }

    @Test func aRecordThatAHookLeftModifiedInAnotherWorktreeIsCommittedThere() throws {
        let repository = try healthy()
        try repository.git(["config", "metaissue.hooks.mode", "write"])
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["switch", "-q", "-c", "side"])
        try repository.git(["worktree", "add", "-q", "../linked tree", "main"])
        let linked = repository.at(repository.world.appendingPathComponent("linked tree"))
        try linked.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try expect("record-behind", in: repository)
    }

    @Test func aPartialCloneIsFoundUntilItIsWhole() throws {
        let origin = try healthy()
        try origin.git(["config", "uploadpack.allowFilter", "true"])
        let clone = try origin.clone(options: ["--filter=blob:none"])
        try clone.metaissue("hooks", "install")
        try expect("shallow-clone", in: clone, saying: "partial clone")
        try clone.git(["fsck", "--connectivity-only"])
    }

    @Test func aShallowCloneIsFound() throws {
        let origin = try healthy()
        _ = try origin.attempt("Caching Layer", file: "cache.py")
        try origin.metaissue("sync", "--commit")
        let clone = try origin.clone(options: ["--depth", "1", "--no-single-branch"])
        try clone.metaissue("hooks", "install")
        let found = try findings(clone)
        #expect(found.map(\.condition).contains("shallow-clone"))
        try follow(["git fetch -q --unshallow"], in: clone)
        #expect(try !conditions(clone).contains("shallow-clone"))
    }

    @Test func aMainlineThatIsNotFoundIsFound() throws {
        let repository = try healthy()
        try repository.git(["config", "metaissue.mainline", "trunk"])
        let found = try findings(repository)
        #expect(found.map(\.condition).contains("mainline-not-found"))
        try repository.git(["config", "metaissue.mainline", "main"])
        #expect(try conditions(repository) == [])
        try repository.git(["branch", "-q", "-m", "work"])
        try repository.git(["branch", "-q", "other"])
        try repository.git(["config", "--unset", "metaissue.mainline"])
        #expect(try conditions(repository).contains("mainline-not-found"), "neither main nor master, and two branches")
    }

    @Test func twoAttemptsWithOneNumberAreFound() throws {
        let repository = try healthy()
        _ = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.metaissue("sync", "--commit")
        try repository.git(["switch", "-q", "-c", "perf-attempt-001-other-idea"])
        try repository.write("other.py", "other = 1\n")
        try repository.commit("Other")
        try repository.git(["switch", "-q", "main"])
        let found = try findings(repository)
        #expect(found.map(\.condition).contains("number-taken-twice"), "\(found)")
        let finding = try #require(found.first { $0.condition == "number-taken-twice" })
        #expect(finding.attempts == [1] && finding.saga == "slow-service")
        #expect(finding.message.contains("perf-attempt-001-caching-layer"))
        #expect(finding.message.contains("perf-attempt-001-other-idea"))
        #expect(finding.remedies.contains("git metaissue renumber 001 002 --branch perf-attempt-001-other-idea"))
        try repository.git(["branch", "-q", "-m", "perf-attempt-001-other-idea", "perf-attempt-002-other-idea"])
        #expect(try !conditions(repository).contains("number-taken-twice"))
        try repository.write("\(TestRepository.saga)/attempts/001-twin/solution-approach.md", "# Twin\n")
        try repository.commit("A second folder")
        let twins = try findings(repository).filter { $0.condition == "number-taken-twice" }
        #expect(twins.first?.message.contains("attempts/001-twin") == true)
    }

    @Test func documentsThatAreBehindAreFound() throws {
        let repository = try healthy()
        repository.variables = ["METAISSUE_HOOKS": "", "CI": "true"]
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try expect("record-behind", in: repository, saying: "implementation-log.md")
    }

    @Test func whatCannotBeReadIsFound() throws {
        let repository = try healthy()
        try repository.write(".metaissue", "[metaissue \"slow")
        #expect(try conditions(repository) == ["record-unreadable"])
        try repository.git(["checkout", "-q", ".metaissue"])
        try FileManager.default.removeItem(
            at: repository.root.appendingPathComponent("\(TestRepository.saga)/implementation-log.md"))
        try expect("record-unreadable", in: repository, saying: "implementation-log.md is missing")
    }

    @Test func anOperationThatWaitsIsFound() throws {
        let repository = try healthy()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.metaissue("sync", "--commit")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        try repository.edit("cache.py", "return 3", "return 33")
        try repository.commit("Built upon")
        #expect(try repository.tryMetaissue("revert-attempt", "1").status == 1)
        let found = try findings(repository)
        #expect(found.map(\.condition).contains("unfinished-operation"), "\(found)")
        try follow(["git metaissue revert-attempt --abort"], in: repository)
        #expect(try conditions(repository) == [])
    }

    @Test func aBareRepositoryNeedsNoHooks() throws {
        let repository = try healthy()
        let bare = try repository.clone("bare.git", options: ["--bare"])
        #expect(try conditions(bare) == [])
    }
}
