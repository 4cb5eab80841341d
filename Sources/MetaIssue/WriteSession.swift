import GitStore

/// A command that writes the record: it holds the lock, has finished what a killed one left, and knows where the
/// mainline is checked out.
struct WriteSession {
    let workspace: Workspace
    let lock: StateLock
    let worktrees: Worktrees
    /// The attempt that a killed start-attempt had already published.
    let unfinished: Journal?

    /// Takes the lock, recovers, ends what another command began on the mainline, and opens the repository as it is now.
    ///
    /// - Throws: ``Failure`` when that other command waits for a person.
    static func begin(in directory: String) async throws -> WriteSession {
        let session = try await beginUnsettled(in: directory)
        let place = session.workspace.place
        guard let left = try Operation.load(in: place) else { return session }
        switch try await left.settle(in: place) {
        case .undone: try Operation.remove(in: place)
        case .waiting: throw left.refusal
        case .committed(let commit) where left.kind == .land:
            _ = try await LandAttempt.record(left, commit, in: session)
        case .committed(let commit): _ = try await RevertAttempt.record(left, commit, steps: [], in: session)
        }
        return try session.reopened()
    }

    /// The same, with what another command began left as it is.
    static func beginUnsettled(in directory: String) async throws -> WriteSession {
        let place = try await Place.find(from: directory)
        return try await begin(in: place, with: try StateLock.need(in: place))
    }

    /// The same with the lock already taken.
    static func begin(in place: Place, with lock: StateLock) async throws -> WriteSession {
        let unfinished = try await RecordWrite.recover(in: place)
        return WriteSession(
            workspace: try Workspace(place), lock: lock, worktrees: try await Worktrees.list(of: place),
            unfinished: unfinished)
    }

    /// The same session after a commit: everything is read anew.
    func reopened() throws -> WriteSession {
        WriteSession(
            workspace: try Workspace(workspace.place), lock: lock, worktrees: worktrees, unfinished: unfinished)
    }

    /// The same session after a switch of branches: where they are checked out is asked again too.
    func afterSwitch() async throws -> WriteSession {
        WriteSession(
            workspace: try Workspace(workspace.place), lock: lock,
            worktrees: try await Worktrees.list(of: workspace.place), unfinished: unfinished)
    }

    /// Where the mainline is checked out, checked for everything that forbids committing to it.
    ///
    /// - Returns: nil when it is checked out nowhere.
    /// - Throws: ``Failure`` that says what is in the way and what to do.
    func checkout(of mainline: MainlineBranch, scope: [String]) async throws -> Worktree? {
        guard mainline.isLocal else {
            throw Failure(
                "the mainline \(mainline.name) is not a local branch here, and the record is written on it",
                advice: "git branch \(mainline.name) \(mainline.reference.dropFirst("refs/remotes/".count))")
        }
        let place = workspace.place
        if let operation = OngoingOperation.holds(mainline.reference, in: place.commonDirectory) {
            throw Failure("a \(operation.rawValue) of \(mainline.name) is in progress", advice: operation.ending)
        }
        guard let worktree = worktrees.checkout(of: mainline.reference) else { return nil }
        if try isHere(worktree) {
            if let operation = OngoingOperation.current(in: place.gitDirectory) {
                throw Failure("a \(operation.rawValue) is in progress on \(mainline.name)", advice: operation.ending)
            }
            return worktree
        }
        let git = place.git.inWorktree(worktree.path)
        let other = try await git.need(["rev-parse", "--absolute-git-dir"]).text
        if let operation = OngoingOperation.current(in: other) {
            throw Failure("a \(operation.rawValue) is in progress in \(worktree.path)", advice: operation.ending)
        }
        let dirty = try await git.need(["status", "--porcelain", "--"] + scope.map { ":(top,literal)\($0)" })
        guard dirty.output.isEmpty else {
            throw Failure(
                "\(mainline.name) is checked out in \(worktree.path), and the record has changes there",
                advice: "commit them there, or run this command there: git -C \(worktree.path) metaissue …")
        }
        return worktree
    }

    /// True when the worktree is the one the caller stands in.
    func isHere(_ worktree: Worktree) throws -> Bool {
        guard let root = workspace.place.workTree else { return false }
        return Files.real(root) == Files.real(worktree.path)
    }
}
