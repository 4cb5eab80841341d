import AttemptHistory
import Documents
import GitStore

/// `git metaissue revert-attempt`: the code of an attempt is taken back in one commit that leaves the record as it is,
/// then log and tables say so.
public struct RevertAttempt {
    /// What was done.
    public struct Reverted: Sendable {
        /// The attempt's number.
        public let number: Int
        /// Its title.
        public let title: String
        /// The commit that took the code back, twelve digits.
        public let commit: String
        /// The mainline commits that it takes back, twelve digits, newest first; empty for a run that only finished.
        public let steps: [String]
        /// The commit that records it; nil when the record said so already.
        public let record: String?
    }

    /// Takes an attempt back.
    ///
    /// - Throws: ``Failure``; nothing is changed then, or, with exit code 1, conflicts wait to be resolved.
    public static func run(
        _ number: Int, reason: String?, saga: String?, in directory: String
    ) async throws -> Reverted {
        let session = try await WriteSession.begin(in: directory)
        if case .reverted(let done, let owner)? = session.ended, done.number == number {
            // The run that was killed was this one.
            if try session.workspace.sagas(named: saga).contains(where: { $0.id == owner }) { return done }
        }
        let revert = try RevertAttempt(Declare(number, saga: saga, in: session))
        return try await revert.begin(reason.map(Declare.oneLine).flatMap { $0.isEmpty ? nil : $0 })
    }

    /// `--continue`: the conflicts are resolved.
    public static func resume(in directory: String) async throws -> Reverted {
        let (session, operation) = try await waiting(in: directory)
        switch try await operation.settle(in: session.workspace.place) {
        case .undone:
            try Operation.remove(in: session.workspace.place)
            throw Failure("\(operation.name) was given up meanwhile", advice: "start it again if it is still wanted")
        case .committed(let commit):
            guard operation.remaining.isEmpty else {
                return try await again(operation, from: commit, in: session)
            }
            return try await record(operation, commit, steps: [], in: session)
        case .waiting: break
        }
        let declare = try Declare(operation.number, saga: operation.saga, in: session)
        let git = session.workspace.place.git.inWorktree(operation.worktree)
        let unmerged = try await git.unmergedPaths()
        guard unmerged.isEmpty else {
            throw Failure(
                "conflicts are not resolved in: \(unmerged.map(MarkdownText.terminalSafe).joined(separator: ", "))",
                advice: "resolve them and git add the files, then: git metaissue revert-attempt --continue")
        }
        guard let tree = ObjectID(hex: try await git.need(["write-tree"]).text) else {
            throw Failure("git write-tree printed no tree")
        }
        return try await RevertAttempt(declare).apply(operation, from: tree)
    }

    /// `--abort`: back to the state before.
    ///
    /// - Returns: the attempt's number.
    public static func abort(in directory: String) async throws -> Int {
        let (session, operation) = try await waiting(in: directory)
        let place = session.workspace.place
        if case .waiting = try await operation.settle(in: place) {
            try await place.git.inWorktree(operation.worktree).need(
                ["reset", "--quiet", "--merge", operation.before],
                advice: "see with git status what is in the way, then run the command again")
        }
        try Operation.remove(in: place)
        return operation.number
    }

    private static func waiting(in directory: String) async throws -> (WriteSession, Operation) {
        let session = try await WriteSession.beginUnsettled(in: directory)
        guard let operation = try Operation.load(in: session.workspace.place), operation.kind == .revert else {
            throw Failure(
                "no attempt is being taken back", advice: "begin with: git metaissue revert-attempt <number>")
        }
        guard try session.isHere(Worktree(path: operation.worktree, branch: operation.reference)) else {
            throw Failure(
                "\(operation.name) is in progress in \(operation.worktree)",
                advice: "run this there: git -C \(operation.worktree) metaissue revert-attempt …")
        }
        return (session, operation)
    }

    /// A person committed the resolution by hand while more was to be taken back: the rest follows in a commit of its own.
    private static func again(
        _ operation: Operation, from commit: ObjectID, in session: WriteSession
    ) async throws -> Reverted {
        var rest = operation
        rest.before = commit.hex
        let declare = try Declare(operation.number, saga: operation.saga, in: session.reopened())
        return try await RevertAttempt(declare).apply(
            rest, from: session.workspace.place.repository.commit(commit).tree)
    }

    /// Ends an operation whose commit is made: log, tables and the reason.
    static func record(
        _ operation: Operation, _ commit: ObjectID, steps: [ObjectID], in session: WriteSession
    ) async throws -> Reverted {
        let declare = try Declare(operation.number, saga: operation.saga, in: session.reopened())
        let number = AttemptNumber.text(operation.number)
        let recorded: String?
        do {
            recorded = try await declare.record(
                "metaissue: attempt \(number) was reverted", event: .revert, reason: nil, body: operation.reason
            ) { text in
                // Where the code moved on before it was taken back, history alone may not tell that it was.
                let isSeen = declare.state.facts.reversals.contains { $0.commits.contains(commit) }
                guard operation.reason != nil || !isSeen else { return }
                try text.declare(.reverted, commit.hex)
                try text.declare(.revertedReason, operation.reason)
            }
        } catch let failure as Failure {
            throw Failure(
                "the code of attempt \(number) was taken back in \(commit.short), but the record was not brought up to "
                    + "date: \(failure.message)",
                advice: (failure.advice.map { "\($0); then finish" } ?? "finish")
                    + " with: git metaissue revert-attempt \(number)")
        }
        try Operation.remove(in: session.workspace.place)
        return Reverted(
            number: operation.number, title: declare.state.title, commit: commit.short, steps: steps.map(\.short),
            record: recorded)
    }

    // MARK: One attempt

    private let declare: Declare

    private init(_ declare: Declare) { self.declare = declare }

    private var session: WriteSession { declare.session }
    private var place: Place { declare.place }
    private var facts: AttemptFacts { declare.state.facts }
    private var name: String { "attempt \(AttemptNumber.text(declare.number))" }
    private var scope: [String] { declare.saga.scope }

    private func begin(_ reason: String?) async throws -> Reverted {
        try refuseState()
        let standing = StandingCommits(workspace: session.workspace, mainline: declare.mainline)
        let brought = try standing.steps(of: facts)
        let steps = try brought.flatMap { try standing.narrowed($0, of: facts, in: declare.saga) }
        try refuseShared(steps, within: brought, standing)
        let worktree = try await cleanWorktree()
        let operation = Operation(
            phase: .applying, saga: declare.saga.id, number: declare.number, reason: reason,
            reference: declare.mainline.reference, before: declare.mainline.tip.hex, worktree: worktree.path,
            tree: try place.repository.commit(declare.mainline.tip).tree.hex, remaining: steps.map(\.hex),
            message: try message(steps, reason))
        return try await apply(operation, from: place.repository.commit(declare.mainline.tip).tree)
    }

    // MARK: What forbids it

    private func refuseState() throws {
        let question = OpenQuestion(
            declare.state, saga: declare.saga, isOnlySaga: session.workspace.registry.sagas.count == 1,
            completion: session.workspace.completion)
        let open = question.map { "what history shows of it needs a look: git metaissue show \($0.number)" }
        switch facts.state {
        case .landed, .partlyLanded, .partlyReverted, .reapplied:
            guard (facts.evidence.map(\.certainty).min() ?? .weak).maySettle else {
                throw Failure("that \(name) landed is not certain", advice: open)
            }
        case .reverted:
            let last = facts.reversals.last
            throw Failure(
                "\(name) was taken back already"
                    + (last.flatMap { $0.commits.last.map { " by \($0.short)" } } ?? ""),
                advice: "git metaissue show \(declare.number) tells its story")
        case .unknown:
            throw Failure("history cannot tell whether \(name) landed", advice: open ?? "git metaissue show tells why")
        case .abandoned:
            throw Failure(
                "\(name) was given up before anything of it landed", advice: open ?? "there is nothing to take back")
        case .planned, .inProgress, .discarded:
            throw Failure(
                "\(name) is not on \(declare.mainline.name): \(facts.state.rawValue)",
                advice: open ?? "give it up with: git metaissue abandon-attempt \(declare.number)")
        }
    }

    /// Another attempt that came in by the same commit would go with this one.
    ///
    /// - Parameter brought: the mainline commits that brought what is to be taken back.
    private func refuseShared(_ steps: [ObjectID], within brought: [ObjectID], _ standing: StandingCommits) throws {
        let others = try Examination(session.workspace.registry.sagas, in: session.workspace, purpose: .status)
        for part in others.parts {
            for other in part.facts where other.state != .reverted {
                if part.saga == declare.saga, other.number == declare.number { continue }
                let theirs = try other.landingSteps.filter(brought.contains)
                    .flatMap { try standing.narrowed($0, of: other, in: part.saga) }
                guard let shared = steps.first(where: theirs.contains) else { continue }
                throw Failure(
                    "\(shared.short) brought in attempt \(AttemptNumber.text(other.number)) of \(part.naming.id) too, "
                        + "and both would be taken back",
                    advice: "take back by hand what is meant, with git revert and git commit; the record follows")
            }
        }
    }

    /// The worktree that the caller stands in: the mainline is checked out there, with nothing going on and nothing
    /// modified.
    private func cleanWorktree() async throws -> Worktree {
        let mainline = declare.mainline
        let (_, worktree) = try await session.ownWorktree(
            for: declare.saga, on: mainline, doing: "taking an attempt back",
            command: "revert-attempt \(declare.number)")
        guard let worktree else {
            throw Failure("\(mainline.name) is not checked out", advice: "git switch \(mainline.name)")
        }
        return worktree
    }

    // MARK: Doing it

    private func message(_ steps: [ObjectID], _ reason: String?) throws -> String {
        var text = "Revert \(name) (\(declare.state.title))\n\n"
        if let reason { text += "\(reason)\n\n" }
        for step in steps {
            let parents = try place.repository.commit(step).parents
            text +=
                parents.count > 1
                ? "This reverts commit \(step.hex), reversing\nchanges made to \(parents[0].hex).\n"
                : "This reverts commit \(step.hex).\n"
        }
        return text
    }

    /// Takes the remaining commits out of a tree and commits what is left; the first conflict is handed over.
    private func apply(_ operation: Operation, from start: ObjectID) async throws -> Reverted {
        var operation = operation
        let merge = InverseMerge(place: place, scope: scope)
        let steps = operation.remaining.compactMap { ObjectID(hex: $0) }
        var tree = start
        for (index, step) in steps.enumerated() {
            guard case .clean(let next) = try await merge.removing(step, from: tree) else {
                operation.remaining = steps[(index + 1)...].map(\.hex)
                try await handOver(step, &operation, from: start, to: tree)
            }
            tree = next
        }
        operation.remaining = []
        return try await commit(operation, from: start, to: tree, steps: steps)
    }

    private func commit(
        _ operation: Operation, from start: ObjectID, to tree: ObjectID, steps: [ObjectID]
    ) async throws -> Reverted {
        var operation = operation
        guard let before = ObjectID(hex: operation.before), try place.repository.commit(before).tree != tree else {
            throw Failure(
                "nothing of \(name) is left on \(declare.mainline.name)",
                advice: operation.phase == .waiting
                    ? "end it with: git metaissue revert-attempt --abort"
                    : "git metaissue show \(declare.number) tells what happened to it")
        }
        let git = place.git.inWorktree(operation.worktree)
        let isResolved = operation.phase == .waiting && start == tree
        if !isResolved { try await checkWorktree(from: start, to: tree, with: git) }
        if operation.phase != .waiting {
            operation.phase = .applying
            operation.tree = tree.hex
            try operation.save(in: place)
        }
        do {
            if !isResolved { try await git.need(["read-tree", "-u", "-m", start.hex, tree.hex]) }
            try await git.need(
                ["commit", "--quiet", "--no-verify", "--cleanup=whitespace", "-F", "-"],
                input: Array(operation.message.utf8))
        } catch {
            // A conflict that a person resolved stays theirs; everything else is taken back.
            guard operation.phase == .applying else { throw error }
            try await operation.putBack(with: git)
            try Operation.remove(in: place)
            throw error
        }
        guard let commit = try place.repository.reference(operation.reference), commit != before else {
            throw Failure("git commit moved nothing", advice: "see with git status how it stands")
        }
        return try await Self.record(operation, commit, steps: steps, in: session)
    }

    /// Asks git whether files that are not tracked or were changed would be overwritten, before anything is touched.
    private func checkWorktree(from start: ObjectID, to tree: ObjectID, with git: Git) async throws {
        try await git.checkOverwriting(
            from: start.hex, to: tree.hex, doing: "taking \(name) back",
            advice: "commit them, move them away, or put them aside with: git stash")
    }

    /// Lays the conflict out in the work tree as `git revert` does, with the record left as it is, and ends with exit
    /// code 1.
    private func handOver(
        _ step: ObjectID, _ operation: inout Operation, from start: ObjectID, to tree: ObjectID
    ) async throws -> Never {
        let git = place.git.inWorktree(operation.worktree)
        try await checkWorktree(from: start, to: tree, with: git)
        let wasWaiting = operation.phase == .waiting
        operation.phase = .handing
        operation.tree = tree.hex
        try operation.save(in: place)
        do {
            try await git.need(["read-tree", "-u", "-m", start.hex, tree.hex])
            let isMerge = try place.repository.commit(step).parents.count > 1
            let arguments = ["revert", "--no-commit"] + (isMerge ? ["-m", "1"] : []) + [step.hex]
            let result = try await git.run(arguments)
            guard result.status <= 1 else { throw Git.failure(arguments, result) }
            try await keepRecord(as: operation.before, with: git)
            try Files.replace([("\(place.gitDirectory)/MERGE_MSG", Array(operation.message.utf8))])
        } catch {
            if wasWaiting {
                // What a person resolved before is theirs.
                operation.phase = .waiting
                try operation.save(in: place)
            } else {
                try await operation.putBack(with: git)
                try Operation.remove(in: place)
            }
            throw error
        }
        operation.phase = .waiting
        try operation.save(in: place)
        let paths = try await git.unmergedPaths()
        throw Failure.conflict(
            "taking back \(step.short) conflicts in: "
                + paths.map(MarkdownText.terminalSafe).joined(separator: ", "),
            advice: "resolve it and git add the files, then: git metaissue revert-attempt --continue; "
                + "or go back with: git metaissue revert-attempt --abort")
    }

    /// The record's files in index and work tree as a commit has them.
    private func keepRecord(as commit: String, with git: Git) async throws {
        for path in scope {
            let known = try await git.need(["ls-files", "-z", "--", ":(top,literal)\(path)"])
            guard !known.output.isEmpty else { continue }
            try await git.need(
                ["restore", "--quiet", "--source", commit, "--staged", "--worktree", "--", ":(top,literal)\(path)"])
        }
    }
}

extension Operation {
    /// What another command says while a person is at this one.
    var refusal: Failure { Failure("\(name) waits for you in \(worktree)", advice: ending) }
}
