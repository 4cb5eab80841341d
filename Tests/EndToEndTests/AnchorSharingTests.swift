import Foundation
import Testing

/// `push` and `fetch`: anchors go to a remote and come from it, by refspecs of their own, and nobody's are lost.
@Suite struct AnchorSharingTests {
    private static let anchor = "refs/metaissue/slow-service/001"
    private static let branch = "perf-attempt-001-caching-layer"

    /// A repository with one attempt, a bare remote that has its mainline, and a colleague's clone of that.
    private func pair() throws -> (mine: TestRepository, theirs: TestRepository) {
        let mine = try TestRepository()
        try mine.makeSaga(hooks: false)
        _ = try mine.attempt("Caching Layer", file: "cache.py")
        try addRemote("origin", to: mine)
        try mine.git(["push", "-q", "origin", "main"])
        let theirs = mine.at(mine.world.appendingPathComponent("theirs"))
        try mine.git(["clone", "-q", "\(mine.world.path)/origin.git", theirs.root.path], in: mine.world)
        return (mine, theirs)
    }

    private func addRemote(_ name: String, to repository: TestRepository) throws {
        let path = "\(repository.world.path)/\(name.replacingOccurrences(of: "/", with: "-")).git"
        try repository.git(["init", "-q", "--bare", "-b", "main", path], in: repository.world)
        try repository.git(["remote", "add", name, path])
    }

    private func remote(_ repository: TestRepository, _ name: String = "origin") throws -> [String] {
        try repository.git(["ls-remote", "--refs", name, "refs/metaissue/*"]).split(separator: "\n").map {
            String($0.split(separator: "\t")[1])
        }
    }

    private func tip(_ repository: TestRepository, _ name: String) throws -> String {
        try repository.git(["rev-parse", "--verify", name])
    }

    @Test func whatOneClonePushesTheOtherSees() throws {
        let (mine, theirs) = try pair()
        #expect(try theirs.status().sagas[0].attempts.map(\.integration.state) == ["unknown"])
        #expect(try mine.metaissue("push").contains("slow-service/001  new"))
        #expect(try mine.metaissue("push") == "origin: 1 anchor, nothing new\n")
        #expect(try tip(mine, "refs/metaissue-remote/origin/slow-service/001") == tip(mine, Self.branch))
        #expect(try theirs.metaissue("fetch").contains("slow-service/001  new"))
        #expect(try theirs.metaissue("fetch") == "origin: 1 anchor, nothing new\n")
        #expect(try tip(theirs, "refs/metaissue-remote/origin/slow-service/001") == tip(mine, Self.branch))
        // What is kept of history between runs does not hide what came.
        let attempt = try #require(try theirs.status().sagas[0].attempts.first)
        #expect(attempt.integration.state == "in-progress" && attempt.commits == 3)
        #expect(!theirs.exists(".git/FETCH_HEAD"))
    }

    @Test func aFetchedNumberIsNotTakenAgain() throws {
        let (mine, theirs) = try pair()
        try mine.metaissue("start-attempt", "Unpublished", "--record", "branch", "--no-switch")
        try mine.metaissue("push")
        try theirs.metaissue("fetch")
        #expect(try theirs.metaissue("start-attempt", "Another").hasPrefix("Attempt 003"))
    }

    @Test func aNumberThatBothTookIsNamedByFetch() throws {
        let (mine, theirs) = try pair()
        try mine.metaissue("start-attempt", "Pooling", "--record", "branch")
        try mine.write("pool.py", "pool = []\n")
        try mine.commit("Pool")
        try mine.metaissue("push")
        try theirs.metaissue("fetch", "--dry-run")
        try theirs.metaissue("start-attempt", "Another", "--record", "branch", "--slug", "other")
        let started = try theirs.git(["branch", "--show-current"])
        #expect(started == "perf-attempt-002-other")
        try theirs.write("other.py", "other = 1\n")
        try theirs.commit("Other")
        for _ in 1...2 {
            let said = try theirs.metaissue("fetch")
            #expect(
                said.contains(
                    "slow-service: the number 002 is taken more than once: perf-attempt-002-other, "
                        + "refs/metaissue-remote/origin/slow-service/002\n"
                        + "    git metaissue renumber 002 003 --branch perf-attempt-002-other\n"), "\(said)")
            #expect(!said.contains("001 is taken"))
        }
        try theirs.metaissue("renumber", "2", "3", "--branch", started)
        #expect(try !theirs.metaissue("fetch").contains("is taken"))
        #expect(try !mine.metaissue("fetch").contains("is taken"))
        // A branch of the same work, rebased, is no other attempt.
        try mine.git(["switch", "-q", "main"])
        try mine.write("more.py", "more = 1\n")
        try mine.commit("More")
        try mine.git(["rebase", "-q", "main", "perf-attempt-002-pooling"])
        #expect(try !mine.metaissue("fetch").contains("is taken"))
    }

    @Test func plainPushAndItsConfigurationStayAsTheyWere() throws {
        let (mine, _) = try pair()
        let before = try mine.read(".git/config")
        try mine.metaissue("push")
        try mine.metaissue("fetch")
        #expect(try mine.read(".git/config") == before)
        try mine.git(["tag", "-m", "A tag", "v1"])
        try mine.git(["config", "push.followTags", "true"])
        try mine.git(["switch", "-q", Self.branch])
        try mine.write("cache.py", "cache = None\n")
        try mine.commit("Simplify the cache")
        try mine.metaissue("push")
        #expect(try mine.git(["ls-remote", "origin", "refs/tags/*", "refs/heads/perf-*"]) == "")
        try mine.git(["push", "-q", "origin", "HEAD"])
        #expect(try mine.git(["ls-remote", "origin", "refs/heads/\(Self.branch)"]) != "")
    }

    @Test func anAnchorThatWentElsewhereIsSaidAndReplacedOnlyWhenAsked() throws {
        let (mine, theirs) = try pair()
        try mine.metaissue("push")
        try theirs.metaissue("fetch")
        let old = try tip(mine, Self.branch)
        try mine.git(["switch", "-q", Self.branch])
        try mine.git(["commit", "-q", "--amend", "-m", "Worded anew"])
        let refused = try mine.tryMetaissue("push")
        #expect(refused.status == 1 && refused.output.contains("diverged  "))
        #expect(refused.complaint.contains("error: some anchors were not pushed to origin"))
        #expect(refused.complaint.contains("git metaissue push --force origin"))
        #expect(try tip(mine, "refs/metaissue-remote/origin/slow-service/001") == old)
        #expect(try mine.metaissue("push", "--force").contains("replaced  \(old.prefix(12))..."))
        #expect(try theirs.metaissue("fetch").contains("replaced  \(old.prefix(12))..."))
        let new = try tip(mine, Self.branch)
        #expect(try tip(theirs, "refs/metaissue-remote/origin/slow-service/001") == new)
    }

    @Test func forceSparesWhatWasPushedMeanwhile() throws {
        let (mine, theirs) = try pair()
        try mine.metaissue("push")
        // A colleague goes on with the attempt and shares that.
        try theirs.metaissue("fetch")
        try theirs.git(["switch", "-q", "-c", Self.branch, "refs/metaissue-remote/origin/slow-service/001"])
        try theirs.write("cache.py", "cache = 2\n")
        let work = try theirs.commit("Their work")
        #expect(try theirs.metaissue("push").contains("moved"))
        // What is behind is no mistake.
        let behind = try mine.tryMetaissue("push")
        #expect(behind.status == 1 && behind.output.contains("diverged"))
        try mine.metaissue("fetch")
        #expect(try mine.status().sagas[0].attempts[0].commits == 4)
        #expect(try mine.metaissue("push").contains("behind  the remote's \(work.prefix(12)) contains it"))
        try mine.git(["update-ref", "refs/metaissue-remote/origin/slow-service/001", Self.branch])
        try mine.git(["switch", "-q", Self.branch])
        try mine.git(["commit", "-q", "--amend", "-m", "Worded anew"])
        #expect(try mine.tryMetaissue("push", "--force").status == 1)
        // Where two went different ways, the local one counts, and that is said.
        try mine.metaissue("fetch")
        #expect(try mine.status().sagas[0].attempts[0].commits == 3)
        #expect(
            try mine.metaissue("show", "1").contains(
                "refs/metaissue-remote/origin/slow-service/001 is at \(work.prefix(12)), which"))
        #expect(try mine.git(["ls-remote", "origin", Self.anchor]).hasPrefix(work))
    }

    @Test func aRemoteThatRefusesIsQuoted() throws {
        let (mine, _) = try pair()
        try mine.git([
            "config", "--file", "\(mine.world.path)/origin.git/config", "transfer.hideRefs", "refs/metaissue",
        ])
        let refused = try mine.tryMetaissue("push")
        #expect(refused.status == 1 && refused.output.contains("deny updating a hidden ref"))
    }

    @Test func dryRunsDoNothing() throws {
        let (mine, theirs) = try pair()
        #expect(try mine.metaissue("push", "--dry-run").contains("slow-service/001  new"))
        #expect(try remote(mine) == [])
        try mine.metaissue("push")
        #expect(try theirs.metaissue("fetch", "--dry-run").contains("slow-service/001  new"))
        #expect(try theirs.git(["for-each-ref", "refs/metaissue-remote/"]) == "")
    }

    @Test func oneSagaAlone() throws {
        let (mine, theirs) = try pair()
        try mine.metaissue("new", "Flaky Tests")
        try mine.metaissue("start-attempt", "Retry", "--saga", "flaky-tests", "--no-switch")
        try mine.metaissue("push", "--saga", "flaky-tests")
        #expect(try remote(mine) == ["refs/metaissue/flaky-tests/001"])
        try mine.metaissue("push")
        try mine.git(["push", "-q", "origin", "main"])
        try theirs.git(["pull", "-q"])
        try theirs.metaissue("fetch", "--saga", "slow-service")
        #expect(
            try theirs.git(["for-each-ref", "--format=%(refname)", "refs/metaissue-remote/"])
                == "refs/metaissue-remote/origin/slow-service/001")
        #expect(try mine.tryMetaissue("push", "--saga", "other").status == 128)
    }

    @Test func pruningTakesOnlyWhatNothingNeeds() throws {
        let (mine, theirs) = try pair()
        try mine.metaissue("push")
        let tip = try tip(mine, Self.branch)
        // A number that nobody has, with commits that another anchor keeps; one with commits of its own; a colleague's.
        try mine.git(["push", "-q", "origin", "\(tip)~1:refs/metaissue/slow-service/007"])
        let lonely = try mine.git(["commit-tree", "-m", "Lonely", "\(tip)^{tree}"])
        try mine.git(["push", "-q", "origin", "\(lonely):refs/metaissue/slow-service/008"])
        try theirs.git(["fetch", "-q"])
        try theirs.metaissue("fetch")
        try mine.metaissue("fetch")
        let pruned = try theirs.tryMetaissue("push", "--prune")
        #expect(pruned.status == 0 && pruned.output.contains("slow-service/007  pruned"))
        #expect(pruned.output.contains("slow-service/008  kept"))
        #expect(pruned.complaint.contains("git push origin :refs/metaissue/slow-service/008"))
        #expect(try remote(mine) == [Self.anchor, "refs/metaissue/slow-service/008"])
        let fetched = try mine.metaissue("fetch", "--prune")
        #expect(fetched.contains("slow-service/007  pruned"))
        #expect(
            try mine.git(["for-each-ref", "--format=%(refname)", "refs/metaissue-remote/"])
                == "refs/metaissue-remote/origin/slow-service/001\nrefs/metaissue-remote/origin/slow-service/008")
    }

    @Test func aRemoteCalledLikeAFolderOfAnotherKeepsItsOwn() throws {
        let (mine, _) = try pair()
        try addRemote("team", to: mine)
        try addRemote("team/two", to: mine)
        try mine.metaissue("push", "team")
        try mine.metaissue("push", "team/two")
        try mine.git(["push", "-q", "team", ":\(Self.anchor)"])
        try mine.metaissue("fetch", "--prune", "team")
        #expect(
            try mine.git(["for-each-ref", "--format=%(refname)", "refs/metaissue-remote/"])
                == "refs/metaissue-remote/team/two/slow-service/001")
        #expect(try mine.status().sagas.map(\.id) == ["slow-service"])
    }

    @Test func theRemoteIsTheOneGitWouldChoose() throws {
        let (mine, _) = try pair()
        try addRemote("fork", to: mine)
        try mine.git(["config", "remote.pushDefault", "fork"])
        #expect(try mine.metaissue("push").hasPrefix("  slow-service/001  new"))
        #expect(try remote(mine, "fork") == [Self.anchor])
        #expect(try remote(mine) == [])
        #expect(try mine.metaissue("fetch").hasPrefix("origin: it has no anchors"))
        try mine.git(["config", "branch.main.pushRemote", "origin"])
        try mine.metaissue("push")
        #expect(try remote(mine) == [Self.anchor])
        try mine.git(["config", "branch.main.remote", "fork"])
        #expect(try mine.metaissue("fetch").contains("fork: 1 anchor"))
    }

    @Test func withoutARemoteItIsSaid() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let none = try repository.tryMetaissue("push")
        #expect(none.status == 128 && none.complaint.hasPrefix("fatal: there is no remote\nhint: make one with"))
        try repository.git(["remote", "add", "gone", "\(repository.world.path)/gone.git"])
        let named = try repository.tryMetaissue("fetch", "other")
        #expect(named.status == 128 && named.complaint.contains("there is no remote 'other'"))
        #expect(named.complaint.contains("the remotes here are: gone"))
        let gone = try repository.tryMetaissue("fetch")
        #expect(gone.status == 128 && gone.complaint.contains("fatal: git fetch: "))
        #expect(try repository.metaissue("push") == "gone: there are no anchors here yet\n")
    }

    /// Branches made by hand get an anchor from whatever command writes next.
    @Test(arguments: [["verdict", "1", "partial"], ["settle", "1", "--not-landed"], ["resolve", "--abandoned"]])
    func everyWritingCommandKeepsAnchors(command: [String]) throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["switch", "-q", "-c", "perf-attempt-002-by-hand"])
        try repository.write("hand.py", "hand = 1\n")
        let tip = try repository.commit("By hand")
        try repository.git(["switch", "-q", "main"])
        let outcome = try repository.run(TestRepository.binary, command)
        #expect(outcome.status == 0, "\(outcome.complaint)")
        #expect(try repository.git(["rev-parse", "refs/metaissue/slow-service/002"]) == tip)
    }
}
