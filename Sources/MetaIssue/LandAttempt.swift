import AttemptHistory
import Documents
import GitStore

/// `git metaissue land-attempt`: an attempt's documents go to the mainline first, then its code, then log and tables say
/// so.
public struct LandAttempt {
    /// How the code is brought in.
    public enum Manner: String, Sendable, Codable {
        case merge
        case squash
        case rebase
    }

    /// An attempt that has landed.
    public struct Landed: Sendable {
        /// Its number.
        public let number: Int
        /// Its title.
        public let title: String
        /// The mainline's commit with its code, twelve digits; of several the last.
        public let commit: String
        /// The commit that records it; nil when the record said so already.
        public let record: String?
    }

    /// Lands an attempt.
    ///
    /// - Parameter number: nil for the one whose branch is checked out.
    /// - Throws: ``Failure``; nothing is changed then, or, with exit code 1, conflicts wait to be resolved.
    public static func run(
        _ number: Int?, by manner: Manner, message: String?, saga: String?, in directory: String
    ) async throws -> Landed {
        let session = try await WriteSession.begin(in: directory)
        if case .landed(let done, let owner)? = session.ended, number == nil || number == done.number {
            // The run that was killed was this one.
            if try session.workspace.sagas(named: saga).contains(where: { $0.id == owner }) { return done }
        }
        let (chosen, named) = try choose(number, saga, in: session)
        let land = LandAttempt(declare: try Declare(chosen, saga: named, in: session), manner: manner)
        return try await land.begin(message)
    }

    /// `--continue`: the conflicts are resolved.
    public static func resume(in directory: String) async throws -> Landed {
        let (session, operation) = try await waiting(in: directory)
        let place = session.workspace.place
        switch try await operation.settle(in: place) {
        case .undone:
            try Operation.remove(in: place)
            throw Failure("\(operation.name) was given up meanwhile", advice: "start it again if it is still wanted")
        case .committed(let commit): return try await record(operation, commit, in: session)
        case .waiting: break
        }
        let git = place.git.inWorktree(operation.worktree)
        try await refuseUnmerged(operation, with: git)
        let result =
            switch operation.manner ?? .merge {
            case .merge: try await git.with(["GIT_EDITOR": "true"]).run(["commit", "--quiet"])
            case .squash:
                try await git.run(
                    ["commit", "--quiet", "--cleanup=whitespace", "-F", "-"], input: Array(operation.message.utf8))
            case .rebase: try await pick(["--continue"], with: git.with(["GIT_EDITOR": "true"]))
            }
        if result.status != 0 {
            try await refuseUnmerged(operation, with: git, status: 1)
            throw Git.failure(["commit"], result, advice: "see to it, then: git metaissue land-attempt --continue")
        }
        guard let commit = try place.repository.reference(operation.reference) else {
            throw Failure("the mainline is gone", advice: "see with git status how it stands")
        }
        return try await record(operation, commit, in: session)
    }

    /// `--abort`: back to the state before, the documents' commit and the switch to the mainline included.
    ///
    /// - Returns: the attempt's number.
    public static func abort(in directory: String) async throws -> Int {
        let (session, operation) = try await waiting(in: directory)
        let place = session.workspace.place
        if case .committed(let commit) = try await operation.settle(in: place) {
            throw Failure(
                "attempt \(AttemptNumber.text(operation.number)) has landed in \(commit.short)",
                advice: "finish with: git metaissue land-attempt --continue")
        }
        try await operation.goBack(in: place)
        try Operation.remove(in: place)
        return operation.number
    }

    private static func waiting(in directory: String) async throws -> (WriteSession, Operation) {
        let session = try await WriteSession.beginUnsettled(in: directory)
        guard let operation = try Operation.load(in: session.workspace.place), operation.kind == .land else {
            throw Failure("no attempt is being landed", advice: "begin with: git metaissue land-attempt <number>")
        }
        guard try session.isHere(Worktree(path: operation.worktree, branch: operation.reference)) else {
            throw Failure(
                "\(operation.name) is in progress in \(operation.worktree)",
                advice: "run this there: git -C \(operation.worktree) metaissue land-attempt …")
        }
        return (session, operation)
    }

    private static func refuseUnmerged(_ operation: Operation, with git: Git, status: Int32 = 128) async throws {
        let paths = try await git.unmergedPaths()
        guard !paths.isEmpty else { return }
        var failure = Failure(
            "conflicts are not resolved in: \(paths.map(MarkdownText.terminalSafe).joined(separator: ", "))",
            advice: "resolve them and git add the files, then: git metaissue land-attempt --continue")
        failure.exitCode = status
        throw failure
    }

    /// The attempt that was named, or whose branch is checked out.
    private static func choose(
        _ number: Int?, _ saga: String?, in session: WriteSession
    ) throws -> (number: Int, saga: String?) {
        if let number { return (number, saga) }
        let heads = "refs/heads/"
        guard case .branch(let reference, _) = session.workspace.head, reference.hasPrefix(heads) else {
            throw Failure.usage("no branch is checked out", advice: "say which attempt: git metaissue land-attempt 3")
        }
        let branch = String(reference.dropFirst(heads.count))
        for known in try session.workspace.sagas(named: saga) {
            let mainline = try session.workspace.mainline(of: known)
            let record = try session.workspace.visibleRecord(on: mainline).record(of: known)
            if let found = record.branches.first(where: { $0.value == branch }) { return (found.key, known.id) }
            if let name = AttemptBranchName(branch), name.prefix == known.prefix { return (name.number, known.id) }
        }
        throw Failure.usage(
            "\(MarkdownText.terminalSafe(branch)) is not the branch of an attempt",
            advice: "say which attempt: git metaissue land-attempt 3")
    }

    // MARK: One attempt

    private let declare: Declare
    private let manner: Manner

    private var session: WriteSession { declare.session }
    private var place: Place { declare.place }
    private var facts: AttemptFacts { declare.state.facts }
    private var mainline: MainlineBranch { declare.mainline }
    private var name: String { "attempt \(AttemptNumber.text(declare.number))" }

    private func begin(_ message: String?) async throws -> Landed {
        try refuseState()
        let (branch, tip) = try localBranch()
        try refuseMoved()
        let (worktree, origin) = try await readyWorktree()
        var operation = Operation(
            phase: .applying, saga: declare.saga.id, number: declare.number, reason: nil,
            reference: mainline.reference, before: mainline.tip.hex, worktree: worktree,
            tree: try place.repository.commit(mainline.tip).tree.hex, remaining: [],
            message: try text(message, branch))
        operation.kind = .land
        operation.manner = manner
        operation.origin = origin
        operation.scope = declare.saga.scope
        let documents = try BranchDocuments(
            of: declare.number, declare.saga, at: tip, from: mainline.tip, place.repository)
        let commits = manner == .rebase ? try replayable(documents, tip) : []
        try operation.save(in: place)
        do {
            if origin != nil { try await place.git.need(["switch", "--quiet", mainline.name]) }
            try await landDocuments(documents)
        } catch {
            try? await operation.goBack(in: place)
            try Operation.remove(in: place)
            throw error
        }
        return try await landCode(operation, branch, commits)
    }

    // MARK: What forbids it

    private func refuseState() throws {
        switch facts.state {
        case .inProgress, .partlyLanded: return
        case .planned:
            throw Failure("\(name) has no commits to land", advice: "commit its work on its branch first")
        case .unknown:
            throw Failure(
                "history cannot tell whether \(name) landed", advice: "git metaissue show \(declare.number) tells why")
        case .reverted, .partlyReverted:
            let commit = facts.reversals.last?.commits.last?.short ?? "the revert"
            throw Failure(
                "\(name) landed and was taken back",
                advice: "bring it in again with: git revert \(commit), or start another attempt from its branch")
        case .abandoned:
            throw Failure(
                "\(name) was abandoned", advice: "start another attempt from it: git metaissue start-attempt --from …")
        case .landed, .reapplied, .discarded:
            throw Failure(
                "\(name) is on \(mainline.name) already: \(facts.state.rawValue)",
                advice: "git metaissue show \(declare.number) tells how")
        }
    }

    private func localBranch() throws -> (name: String, tip: ObjectID) {
        guard let branch = declare.state.branch, let tip = try place.repository.reference("refs/heads/\(branch)") else {
            let known = facts.tip.map { ": git branch \(declare.state.branch ?? "<branch>") \($0.short)" } ?? ""
            throw Failure("the branch of \(name) is not here", advice: "make it first\(known)")
        }
        return (branch, tip)
    }

    /// What others put on the mainline comes first.
    private func refuseMoved() throws {
        guard let upstream = place.configuration.upstream(of: mainline.name),
            let published = try place.repository.reference(upstream), published != mainline.tip,
            try !place.repository.isAncestor(published, of: mainline.tip)
        else { return }
        throw Failure(
            "\(mainline.name) has moved on \(upstream.dropFirst("refs/remotes/".count))",
            advice: "git pull on \(mainline.name), then land the attempt")
    }

    /// The worktree here, clean and with nothing going on, that has the mainline or may switch to it.
    ///
    /// - Returns: its folder, and the branch or commit to go back to where it has to switch.
    private func readyWorktree() async throws -> (path: String, origin: String?) {
        let (root, worktree) = try await session.ownWorktree(
            for: declare.saga, on: mainline, doing: "landing an attempt",
            command: "land-attempt \(declare.number) --\(manner.rawValue)")
        if worktree != nil { return (root, nil) }
        try await place.git.checkOverwriting(
            from: "HEAD", to: mainline.tip.hex, doing: "switching to \(mainline.name)",
            advice: "commit them, move them away, or put them aside with: git stash")
        switch session.workspace.head {
        case .branch(let reference, _): return (root, String(reference.dropFirst("refs/heads/".count)))
        case .detached(let commit): return (root, commit.hex)
        case .unborn: return (root, nil)
        }
    }

    // MARK: Documents

    /// Commits what only the branch changed in its folder.
    private func landDocuments(_ documents: BranchDocuments) async throws {
        guard try !documents.taken(in: session.workspace.committedRecord(on: mainline)).isEmpty else { return }
        _ = try await session.afterSwitch().commit(
            documents.taken, executable: documents.executable, of: declare.saga, on: mainline, message: documentsMessage
        )
    }

    private var documentsMessage: String {
        RecordMessage.text(
            "metaissue: documents of \(name)", saga: declare.saga, attempt: declare.number, event: .land)
    }

    // MARK: Code

    private func text(_ message: String?, _ branch: String) throws -> String {
        if let message, !message.allSatisfy(\.isWhitespace) { return message + "\n" }
        if manner == .merge { return "Merge branch '\(branch)'\n" }
        var text = "\(declare.state.title) (\(name))\n\nSquashed from \(branch):\n\n"
        for id in facts.ownCommits ?? [] { text += "* \(try place.repository.commit(id).subject)\n" }
        return text
    }

    /// The own commits that are not on the mainline, without what they do to the record. Before them comes one commit
    /// with all that the branch did to it and the documents' own commit has not brought: to the saga's other documents,
    /// to what both sides changed, to links.
    private func replayable(_ documents: BranchDocuments, _ tip: ObjectID) throws -> [ObjectID] {
        let repository = place.repository
        let record = try recordChange(documents, tip)
        let own = try (facts.ownCommits ?? []).filter { try !repository.isAncestor($0, of: mainline.tip) }
        return try [record].compactMap { $0 }
            + own.map { id in
                let commit = try repository.commit(id)
                guard let parent = commit.parents.first else { return id }
                let before = try repository.commit(parent).tree
                let tree = try repository.writeTree(
                    commit.tree, applying: declare.saga.scope.map { try change(of: $0, to: before) })
                if tree == commit.tree { return id }
                return try repository.writeCommit(
                    tree: tree, parents: [parent], author: commit.author, committer: commit.committer,
                    message: commit.message)
            }
    }

    /// A commit from where the branch parted to its tip that changes only the record, for git to pick; nil where the
    /// documents' own commit has brought all of that.
    private func recordChange(_ documents: BranchDocuments, _ tip: ObjectID) throws -> ObjectID? {
        guard let base = documents.base else { return nil }
        let repository = place.repository
        let commit = try repository.commit(tip)
        let brought = try documents.taken(in: session.workspace.committedRecord(on: mainline))
        let whole = try repository.writeTree(
            base.tree, applying: declare.saga.scope.map { try change(of: $0, to: commit.tree) })
        let tree = try repository.writeTree(
            whole, applying: brought.keys.sorted().map { try change(of: $0, to: base.tree) })
        guard tree != base.tree else { return nil }
        return try repository.writeCommit(
            tree: tree, parents: [base.id], author: commit.author, committer: commit.committer,
            message: documentsMessage)
    }

    /// A path as another tree has it.
    private func change(of path: String, to tree: ObjectID) throws -> TreeChange {
        let entry = try place.repository.entry(at: path, in: tree)
        return TreeChange(path: path, entry: entry.map { .init(id: $0.id, mode: $0.mode) })
    }

    private func landCode(_ start: Operation, _ branch: String, _ commits: [ObjectID]) async throws -> Landed {
        var operation = start
        let here = place.git.inWorktree(operation.worktree)
        let record = try session.workspace.committedRecord(on: mainline).record(of: declare.saga)
        let wasRenumbered = record.declarations[declare.number]?.formerly.isEmpty == false
        // The signpost in an attempt's old folder stays there, although the branch renamed the folder.
        let git = wasRenumbered ? here.configured("merge.directoryRenames", "false") : here
        let reference = "refs/heads/\(branch)"
        var result: Git.Result
        switch manner {
        case .merge: result = try await git.run(["merge", "--quiet", "--no-ff", "-m", operation.message, reference])
        case .squash:
            result = try await git.run(["merge", "--quiet", "--squash", reference])
            if result.status == 0 {
                result = try await git.run(
                    ["commit", "--quiet", "--cleanup=whitespace", "-F", "-"], input: Array(operation.message.utf8))
            }
        case .rebase: result = try await Self.pick(["--allow-empty"] + commits.map(\.hex), with: git)
        }
        if result.status == 0, let commit = try place.repository.reference(operation.reference) {
            return try await Self.record(operation, commit, in: session)
        }
        let unmerged = try await git.unmergedPaths()
        guard !unmerged.isEmpty else {
            try await operation.goBack(in: place)
            try Operation.remove(in: place)
            throw Git.failure([manner == .rebase ? "cherry-pick" : "merge"], result, advice: "everything is as before")
        }
        operation.phase = .waiting
        try operation.save(in: place)
        throw Failure.conflict(
            "landing \(name) conflicts in: " + unmerged.map(MarkdownText.terminalSafe).joined(separator: ", "),
            advice: operation.ending)
    }

    /// Picks commits; those that the mainline has already are left out, as git's rebase does.
    private static func pick(_ arguments: [String], with git: Git) async throws -> Git.Result {
        var result = try await git.run(["cherry-pick"] + arguments)
        while result.status != 0, try await git.unmergedPaths().isEmpty,
            try await git.run(["rev-parse", "--quiet", "--verify", "CHERRY_PICK_HEAD"]).status == 0,
            try await git.run(["diff", "--quiet", "HEAD"]).status == 0
        { result = try await git.run(["cherry-pick", "--skip"]) }
        return result
    }

    /// Ends an operation whose code is on the mainline: log and tables.
    static func record(
        _ operation: Operation, _ commit: ObjectID, in session: WriteSession
    ) async throws -> Landed {
        let fresh = try await session.afterSwitch()
        let declare = try Declare(operation.number, saga: operation.saga, in: fresh)
        let number = AttemptNumber.text(operation.number)
        let subject = "metaissue: attempt \(number) landed"
        let record: String?
        if try declare.settlesLanding(in: commit) {
            // Where a person resolved conflicts in their own words, history alone cannot tell that it landed.
            record = try await declare.record(subject, event: .land, reason: nil) { text in
                try text.declare(.landed, commit.hex)
                let isByHand = operation.phase == .waiting
                try text.declare(
                    .landedReason, "land-attempt brought it in" + (isByHand ? ", with conflicts resolved by hand" : ""))
            }
        } else {
            let sync = try Synchronisation(declare.saga, in: fresh.workspace, scope: .closedOnly)
            record = try await fresh.commit(
                sync.registeringChange, executable: sync.executable, of: declare.saga, on: declare.mainline,
                message: RecordMessage.text(subject, saga: declare.saga, attempt: operation.number, event: .land))?.hex
        }
        try Operation.remove(in: declare.place)
        return Landed(
            number: operation.number, title: declare.state.title, commit: commit.short, record: record)
    }
}
