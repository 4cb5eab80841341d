import Documents
import GitStore

/// The events of git that matter to a record.
public enum HookEvent: String, CaseIterable, Sendable {
    case postMerge = "post-merge"
    case postCommit = "post-commit"
    case postRewrite = "post-rewrite"
    case postCheckout = "post-checkout"
}

/// What a hook does (HOOKS-AND-RECORDS.md, "What writing from a hook does").
///
/// A hook is a trigger and never the source of truth: whatever runs recomputes from history and is idempotent.
///
/// Most hooks have nothing to do but to keep anchors, and the user waits: ``begin(_:arguments:in:environment:)`` does that
/// without another thread or process, and ``finish()`` the rest, if there is any.
public struct HookRun: Sendable {
    private let event: HookEvent
    private let arguments: [String]
    private let directory: String

    /// Does what every hook does.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - arguments: what git passed.
    ///   - directory: where git ran the hook.
    ///   - environment: the process's environment.
    /// - Returns: what is left to be done; nil when that was all.
    public static func begin(
        _ event: HookEvent, arguments: [String], in directory: String, environment: [String: String]
    ) throws -> HookRun? {
        // Our own git calls fire hooks as well; in CI only tests and the demo want them.
        if environment[Git.guardVariable.rawValue] != nil { return nil }
        if environment["CI"] != nil && environment["METAISSUE_HOOKS"] != "on" { return nil }
        let start = ContinuousClock.now
        let run = HookRun(event: event, arguments: arguments, directory: directory)
        guard let place = try Place.plain(from: directory) else { return run }
        guard let lock = try StateLock.take(in: place, waiting: 0) else { return nil }
        guard let session = try WriteSession.beginAtOnce(in: place, with: lock) else { return run }
        if try run.concerns(session) {
            QuietBranch.forget(in: place)
            return try run.isQuiet(session) ? nil : run
        }
        QuietBranch(session.workspace).note(readingSince: start)
        return nil
    }

    /// Whether nothing that came to a mainline changes its records.
    private func isQuiet(_ session: WriteSession) throws -> Bool {
        let workspace = session.workspace
        guard try Operation.load(in: workspace.place) == nil, case .branch(let branch, _) = workspace.head else {
            return false
        }
        return workspace.registry.sagas.allSatisfy { saga in
            guard let mainline = try? workspace.mainline(of: saga), mainline.reference == branch else { return true }
            return QuietMainline(saga, on: mainline, in: workspace).holds()
        }
    }

    /// Does the rest.
    ///
    /// - Returns: at most one line for the user.
    public func finish() async throws -> String? {
        let place = try await Place.find(from: directory)
        QuietBranch.forget(in: place)
        guard let lock = try StateLock.take(in: place, waiting: 0) else { return nil }
        let session = try await WriteSession.begin(in: place, with: lock)
        guard try concerns(session) else { return nil }
        if let waiting = try Operation.load(in: place) {
            let command = waiting.kind == .revert ? "revert-attempt" : "land-attempt"
            return "\(waiting.name) is not finished; go on with: git metaissue \(command) --continue"
        }
        return try await Recording(event: event, session: session).record()
    }

    /// Whether something may have come to a mainline, or a command of ours waits to be finished.
    private func concerns(_ session: WriteSession) throws -> Bool {
        // A squash into the index is no commit yet; post-commit will tell.
        let isSquash = event == .postMerge && arguments.first == "1"
        guard event == .postMerge || event == .postCommit, !isSquash else { return false }
        if try Operation.load(in: session.workspace.place) != nil { return true }
        guard case .branch(let branch, _) = session.workspace.head else { return false }
        return session.workspace.isMainline(branch)
    }
}

/// The record of what came to a mainline, from a hook.
private struct Recording {
    let event: HookEvent
    var session: WriteSession

    /// Records it.
    ///
    /// - Returns: at most one line for the user.
    consuming func record() async throws -> String? {
        guard case .branch(let branch, _) = session.workspace.head, !isOperationInProgress() else { return nil }
        var lines: [String] = []
        for saga in session.workspace.registry.sagas {
            // A saga of a branch that this clone lacks is nothing to it.
            guard let mainline = try? session.workspace.mainline(of: saga), mainline.reference == branch,
                let line = try await record(saga, on: mainline)
            else { continue }
            lines.append(line)
            session = try session.reopened()
        }
        return lines.isEmpty ? nil : lines.joined(separator: "; ")
    }

    private func record(_ saga: Saga, on mainline: MainlineBranch) async throws -> String? {
        let workspace = session.workspace
        let sync = try Synchronisation(saga, in: workspace, scope: .closedOnly)
        let committed = try sync.documents(in: try workspace.committedRecord(on: mainline))
        let visible = try sync.documents(in: try workspace.visibleRecord(on: mainline))
        guard (committed + visible).contains(where: \.isStale) else {
            try QuietMainline(saga, on: mainline, in: workspace).note(sync.part.survey)
            return nil
        }
        switch try mode(on: mainline) {
        case .notify:
            return "the log of \(saga.id) is behind; bring it up to date with: git metaissue sync --commit"
        case .write:
            guard let worktree = session.worktrees.checkout(of: mainline.reference) else { return nil }
            guard try sync.write(in: worktree) else { return nil }
            return "\(saga.path) was updated; commit it with: git metaissue sync --commit"
        case .commit:
            return try await commit(sync, committed, on: mainline)
        }
    }

    /// A commit with the identity and date of the merge or revert it records, so that two clones make the same object.
    private func commit(
        _ sync: Synchronisation, _ documents: [Synchronisation.Document], on mainline: MainlineBranch
    ) async throws -> String? {
        let workspace = session.workspace
        let recorded = try workspace.place.repository.commit(mainline.tip)
        guard let worktree = session.worktrees.checkout(of: mainline.reference) else { return nil }
        // A command waits for whoever has the index; a hook waits for nobody.
        guard !Files.exists("\(workspace.place.gitDirectory)/index.lock") else {
            throw Failure("another git has locked the index", advice: "git metaissue sync --commit")
        }
        let commit = try await RecordWrite(
            place: workspace.place, reference: mainline.reference, parent: mainline.tip, expected: mainline.tip,
            worktree: worktree, scope: sync.saga.scope, change: sync.change,
            message: sync.message(for: documents), author: recorded.author, committer: recorded.committer,
            executable: sync.executable
        ).run()
        return commit.map { "\(sync.saga.id): \(Self.summary(documents)); recorded in \($0.short)" }
    }

    /// The news in a few words: "attempt 001 reverted", else how many values changed.
    private static func summary(_ documents: [Synchronisation.Document]) -> String {
        let changes = documents.filter(\.isStale).flatMap(\.changes)
        let news = changes.compactMap(\.timelineNews)
        if !news.isEmpty { return news.joined(separator: ", ") }
        return changes.count == 1 ? "1 value" : "\(changes.count) values"
    }

    /// The configured mode, weakened where writing is not ours to do: news that came by pull is somebody else's to
    /// record, and a commit that must be signed is not made behind the user's back.
    private func mode(on mainline: MainlineBranch) throws -> HookMode {
        let workspace = session.workspace
        let configured = try workspace.registry.settings.choice(.hooksMode, as: HookMode.self) ?? .commit
        if configured == .notify { return .notify }
        if let upstream = workspace.place.configuration.upstream(of: mainline.name),
            let published = try workspace.place.repository.reference(upstream),
            try published == mainline.tip || workspace.place.repository.isAncestor(mainline.tip, of: published)
        {
            return .notify
        }
        if configured == .commit, try ContinuedSequence.isUnderWay(in: workspace.place) { return .notify }
        let isSigned = workspace.place.configuration.flag("commit.gpgsign") == true
        // What `git merge --autostash` put aside comes back after the hook, and not into files that are modified.
        if configured == .write || isSigned, Files.exists("\(workspace.place.gitDirectory)/MERGE_AUTOSTASH") {
            return .notify
        }
        return isSigned ? .write : configured
    }

    /// Whether git is in the middle of something in this worktree, so that a commit now would get in its way.
    private func isOperationInProgress() -> Bool {
        let directory = session.workspace.place.gitDirectory
        func has(_ name: String) -> Bool { Files.exists("\(directory)/\(name)") }
        if has("rebase-merge") || has("rebase-apply") || has("BISECT_LOG") { return true }
        // In post-merge, MERGE_HEAD is still there although the merge is done.
        if has("MERGE_HEAD") && event != .postMerge { return true }
        guard has("sequencer") else { return false }
        // In the last step of a range, the to-do list still holds that one instruction.
        guard let todo = try? Files.read("\(directory)/sequencer/todo") else { return true }
        let instructions = todo.split(separator: UInt8(ascii: "\n")).filter { $0.first != UInt8(ascii: "#") }
        return instructions.count > 1
    }
}

extension Synchronisation {
    /// Leaves the documents of a work tree up to date and modified; the index stays as it is.
    ///
    /// - Returns: false where they were up to date, or are not checked out.
    @discardableResult
    func write(in worktree: Worktree) throws -> Bool {
        let repository = workspace.place.repository
        let stale = try documents(in: .workTree(worktree.path)).filter(\.isStale)
        let files = try stale.map { document in
            try Files.refuseLinks(document.path, below: worktree.path)
            let now = try Files.read("\(worktree.path)/\(document.path)")
            return Journal.File(
                path: document.path, indexBefore: nil, indexAfter: nil,
                workingBefore: try now.map { try repository.writeBlob($0).hex },
                workingAfter: try repository.writeBlob(document.new).hex,
                mode: String(executable.contains(document.path) ? FileMode.executable : FileMode.file, radix: 8))
        }
        guard !files.isEmpty else { return false }
        try RecordWrite.leaveModified(
            files, in: worktree, on: part.mainline.reference, at: part.mainline.tip, place: workspace.place)
        return true
    }
}

extension DocumentChange {
    /// What a new timeline row tells; nil for every other change.
    fileprivate var timelineNews: String? {
        let prefix = "Timeline Summary row: "
        return old.isEmpty && what.hasPrefix(prefix) ? String(what.dropFirst(prefix.count)) : nil
    }
}
