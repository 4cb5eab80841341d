import GitStore

/// A command that writes the record: it holds the lock, has finished what a killed one left, and knows where the
/// mainline is checked out.
struct WriteSession {
    let workspace: Workspace
    let lock: StateLock
    let worktrees: Worktrees
    /// The attempt that a killed start-attempt had already published.
    let unfinished: Journal?
    /// What a killed command had brought onto the mainline and this one recorded.
    var ended: Ended?

    /// A landing or revert that another run began, with the id of its saga.
    enum Ended {
        case landed(LandAttempt.Landed, saga: String)
        case reverted(RevertAttempt.Reverted, saga: String)
    }

    /// Takes the lock, recovers, ends what another command began on the mainline, and opens the repository as it is now.
    ///
    /// - Throws: ``Failure`` when that other command waits for a person.
    static func begin(in directory: String) async throws -> WriteSession {
        try await beginUnsettled(in: directory).settled()
    }

    /// The same session with what another command began ended.
    func settled() async throws -> WriteSession {
        var session = self
        let place = workspace.place
        if let plan = try Renumber.load(in: place) {
            _ = try await Renumber.finish(plan, in: session)
            session = try await session.afterSwitch()
        }
        guard let left = try Operation.load(in: place) else { return session }
        switch try await left.settle(in: place) {
        case .undone: try Operation.remove(in: place)
        case .waiting: throw left.refusal
        case .committed(let commit):
            session.ended =
                switch left.kind {
                case .land: .landed(try await LandAttempt.record(left, commit, in: session), saga: left.saga)
                case .revert:
                    .reverted(try await RevertAttempt.record(left, commit, steps: [], in: session), saga: left.saga)
                }
        }
        // Undoing a landing may have switched back to the branch where it was begun.
        return try await session.afterSwitch()
    }

    /// The same, with what another command began left as it is.
    static func beginUnsettled(in directory: String) async throws -> WriteSession {
        let place = try await Place.find(from: directory)
        return try await begin(in: place, with: try StateLock.need(in: place))
    }

    /// The same with the lock already taken. Every command that writes, and every hook, comes by here, and so anchors
    /// follow their branches before anything else happens to these.
    static func begin(in place: Place, with lock: StateLock) async throws -> WriteSession {
        if let session = try beginAtOnce(in: place, with: lock) { return session }
        let unfinished = try await RecordWrite.recover(in: place)
        let workspace = try Workspace(place)
        try Anchors.refresh(in: workspace)
        return WriteSession(
            workspace: workspace, lock: lock, worktrees: try await Worktrees.list(of: place), unfinished: unfinished)
    }

    /// The same without another process; nil where a killed command left something, or git has to tell the worktrees.
    static func beginAtOnce(in place: Place, with lock: StateLock) throws -> WriteSession? {
        try Journal.removeUnfinished(in: place)
        guard try Journal.load(in: place) == nil, let worktrees = try Worktrees.plain(of: place) else { return nil }
        let workspace = try Workspace(place)
        try Anchors.refresh(in: workspace)
        return WriteSession(workspace: workspace, lock: lock, worktrees: worktrees, unfinished: nil)
    }

    /// The same session after a commit: everything is read anew.
    func reopened() throws -> WriteSession {
        WriteSession(
            workspace: try Workspace(workspace.place), lock: lock, worktrees: worktrees, unfinished: unfinished,
            ended: ended)
    }

    /// The same session after a switch of branches: where they are checked out is asked again too.
    func afterSwitch() async throws -> WriteSession {
        WriteSession(
            workspace: try Workspace(workspace.place), lock: lock,
            worktrees: try await Worktrees.list(of: workspace.place), unfinished: unfinished, ended: ended)
    }

    /// Where the mainline is checked out, checked for everything that forbids committing to it.
    ///
    /// - Returns: nil when it is checked out nowhere.
    /// - Throws: ``Failure`` that says what is in the way and what to do.
    func checkout(of mainline: MainlineBranch, scope: [String]) async throws -> Worktree? {
        guard mainline.isLocal else {
            throw Failure(
                "the mainline \(mainline.name) is not a local branch here, and the record is written on it",
                advice: mainline.commandForLocal)
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

    /// Where a command may change code on the mainline: the work tree that the caller stands in, with nothing going on
    /// there and nothing modified.
    ///
    /// - Parameters:
    ///   - doing: what the command does, at the beginning of a sentence.
    ///   - command: how it is called, for the advice to run it elsewhere.
    /// - Returns: the top folder; the worktree that has the mainline, which is this one, or nil when none has.
    /// - Throws: ``Failure`` that says what is in the way.
    func ownWorktree(
        for saga: Saga, on mainline: MainlineBranch, doing: String, command: String
    ) async throws -> (root: String, worktree: Worktree?) {
        let place = workspace.place
        guard let root = place.workTree else {
            throw Failure("\(doing) needs a work tree", advice: "run it in a clone that is not bare")
        }
        if let operation = OngoingOperation.current(in: place.gitDirectory) {
            throw Failure("a \(operation.rawValue) is in progress", advice: operation.ending)
        }
        let worktree = try await checkout(of: mainline, scope: saga.scope)
        if let worktree, try !isHere(worktree) {
            throw Failure(
                "\(mainline.name) is checked out in \(worktree.path)",
                advice: "run it there: git -C \(worktree.path) metaissue \(command)")
        }
        let dirty = try await place.git.need(["status", "--porcelain", "--untracked-files=no"])
        guard dirty.output.isEmpty else {
            throw Failure(
                "the work tree has uncommitted changes", advice: "commit them, or put them aside with: git stash")
        }
        return (root, worktree)
    }

    /// Commits a change to a saga's record on the mainline, as the user.
    ///
    /// - Parameter executable: the files of the change that are executable when they come into being.
    /// - Returns: the new commit; nil when the committed record already says everything.
    func commit(
        _ change: @escaping RecordChange, executable: Set<String> = [], of saga: Saga, on mainline: MainlineBranch,
        message: String
    ) async throws -> ObjectID? {
        let git = workspace.place.git
        return try await RecordWrite(
            place: workspace.place, reference: mainline.reference, parent: mainline.tip, expected: mainline.tip,
            worktree: try await checkout(of: mainline, scope: saga.scope), scope: saga.scope, change: change,
            message: message, author: try await .current("GIT_AUTHOR_IDENT", with: git),
            committer: try await .current("GIT_COMMITTER_IDENT", with: git), executable: executable
        ).run()
    }

    /// True when the worktree is the one the caller stands in.
    func isHere(_ worktree: Worktree) throws -> Bool { workspace.place.isIn(worktree) }
}
