import Testing

/// What git has begun and not ended stays git's: commands that would get in its way refuse and say how it is ended.
@Suite struct OngoingOperationTests {
    /// A repository whose `main` and `topic` change the same line.
    private func conflicting() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let base = try repository.read("app.py")
        try repository.git(["switch", "-q", "-c", "topic"])
        try repository.write("app.py", base + "topic = 1\n")
        try repository.commit("Topic")
        try repository.git(["switch", "-q", "main"])
        try repository.write("app.py", base + "main = 1\n")
        try repository.commit("Main")
        return repository
    }

    private func expectRefusals(_ repository: TestRepository, _ operation: String, ending: String) throws {
        for arguments in [["start-attempt", "Try"], ["start-attempt", "Try", "--no-switch"], ["new", "Other"]] {
            let before = try repository.state
            let outcome = try repository.run(TestRepository.binary, arguments)
            #expect(outcome.status == 128, "\(arguments)")
            #expect(outcome.complaint.hasPrefix("fatal: a \(operation)"), "\(outcome.complaint)")
            #expect(outcome.complaint.contains("hint: \(ending)"), "\(outcome.complaint)")
            #expect(try repository.state.differences(from: before) == [])
        }
        #expect(try repository.tryMetaissue("status").status == 0)
    }

    @Test func duringAConflictedMerge() throws {
        let repository = try conflicting()
        #expect(try repository.tryGit(["merge", "topic"]).status == 1)
        try expectRefusals(repository, "merge", ending: "git merge --continue or --abort")
    }

    @Test func duringARebaseOfTheMainline() throws {
        let repository = try conflicting()
        #expect(try repository.tryGit(["rebase", "topic"]).status != 0)
        try expectRefusals(repository, "rebase", ending: "git rebase --continue or --abort")
    }

    @Test func duringABisect() throws {
        let repository = try conflicting()
        try repository.git(["bisect", "start", "HEAD", "HEAD~2"])
        try expectRefusals(repository, "bisect", ending: "git bisect reset")
    }

    @Test func duringAConflictedCherryPick() throws {
        let repository = try conflicting()
        #expect(try repository.tryGit(["cherry-pick", "topic"]).status != 0)
        try expectRefusals(repository, "cherry-pick", ending: "git cherry-pick --continue or --abort")
    }

    @Test func duringAConflictedRevert() throws {
        let repository = try conflicting()
        try repository.edit("app.py", "main = 1", "main = 2")
        try repository.commit("Main again")
        #expect(try repository.tryGit(["revert", "--no-edit", "HEAD~1"]).status != 0)
        try expectRefusals(repository, "revert", ending: "git revert --continue or --abort")
    }

    @Test func aRebaseElsewhereForbidsOnlyTheSwitch() throws {
        let repository = try conflicting()
        try repository.git(["switch", "-q", "topic"])
        #expect(try repository.tryGit(["rebase", "main"]).status != 0)
        try repository.refuses("start-attempt", "Try", saying: "a rebase is in progress")
        try repository.metaissue("start-attempt", "Try", "--no-switch")
        try repository.git(["rebase", "--abort"])
        #expect(try repository.git(["branch", "--show-current"]) == "topic")
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func aSwitchThatWouldOverwriteLocalChangesIsRefusedBeforeAnythingIsMade() throws {
        let repository = try conflicting()
        try repository.append("app.py", "half = done\n")
        try repository.refuses(
            "start-attempt", "Try", "--from", "topic", saying: "the new branch would overwrite files")
        try repository.metaissue("start-attempt", "Try", "--from", "topic", "--no-switch")
        #expect(try repository.git(["status", "--porcelain"]) == " M app.py")
    }

    @Test func anUntrackedFileInTheWayOfTheSwitchIsRefusedToo() throws {
        let repository = try conflicting()
        try repository.git(["switch", "-q", "topic"])
        try repository.write("new.py", "tracked\n")
        try repository.commit("New")
        try repository.git(["switch", "-q", "main"])
        try repository.write("new.py", "mine\n")
        try repository.refuses("start-attempt", "Try", "--from", "topic", saying: "would")
        #expect(try repository.read("new.py") == "mine\n")
    }
}
