import Documents
import GitStore

/// What is done: on the branch, on the mainline, and to the anchor.
extension Renumber {
    /// Every step finds out by itself whether it has been done.
    static func finish(_ plan: Plan, in begun: WriteSession) async throws -> Renumbered {
        var session = begun
        let place = session.workspace.place
        let saga = try session.workspace.saga(named: plan.saga)
        if let branch = plan.branch {
            try await moveOnBranch(plan, branch.old, saga, in: session)
            if try place.repository.reference("refs/heads/\(branch.old)") != nil {
                try await place.git.need(["branch", "-m", branch.old, branch.new])
            }
            session = try await session.afterSwitch()
        }
        let commit = try await moveOnMainline(plan, saga, in: session)
        try await moveAnchor(plan, saga, in: session.reopened())
        try StateFile.remove(file, in: place)
        let folder = plan.folder.map { "\(saga.attemptsPath)/\($0.new)" }
        return Renumbered(title: plan.title, branch: plan.branch?.new, folder: folder, commit: commit?.hex)
    }

    /// On the branch only the attempt's own folder is edited.
    private static func moveOnBranch(
        _ plan: Plan, _ branch: String, _ saga: Saga, in session: WriteSession
    ) async throws {
        let reference = "refs/heads/\(branch)"
        let repository = session.workspace.place.repository
        let mainline = try session.workspace.mainline(of: saga)
        guard let tip = try repository.reference(reference), reference != mainline.reference, let folder = plan.folder,
            try !session.workspace.history(of: mainline).contains(tip)
        else { return }
        let old = try repository.files(
            below: "\(saga.attemptsPath)/\(folder.old)", in: try repository.commit(tip).tree)
        guard !old.isEmpty else { return }
        let worktree = try await session.checkout(
            of: MainlineBranch(name: branch, reference: reference, tip: tip), scope: saga.scope)
        let git = session.workspace.place.git
        var write = RecordWrite(
            place: session.workspace.place, reference: reference, parent: tip, expected: tip, worktree: worktree,
            scope: saga.scope, change: { try moved(plan, saga, in: $0, isMainline: false) },
            message: message(plan, saga),
            author: try await .current("GIT_AUTHOR_IDENT", with: git),
            committer: try await .current("GIT_COMMITTER_IDENT", with: git))
        write.removed = Set(old.keys)
        write.executable = executables(plan, saga, old)
        _ = try await write.run()
    }

    private static func moveOnMainline(_ plan: Plan, _ saga: Saga, in session: WriteSession) async throws -> ObjectID? {
        let workspace = session.workspace
        let mainline = try workspace.mainline(of: saga)
        let repository = workspace.place.repository
        let git = workspace.place.git
        let tree = try repository.commit(mainline.tip).tree
        let old =
            try plan.folder.map { try repository.files(below: "\(saga.attemptsPath)/\($0.old)", in: tree) } ?? [:]
        var write = RecordWrite(
            place: workspace.place, reference: mainline.reference, parent: mainline.tip, expected: mainline.tip,
            worktree: try await session.checkout(of: mainline, scope: saga.scope), scope: saga.scope,
            change: { try moved(plan, saga, in: $0, isMainline: true) }, message: message(plan, saga),
            author: try await .current("GIT_AUTHOR_IDENT", with: git),
            committer: try await .current("GIT_COMMITTER_IDENT", with: git))
        let kept = plan.folder.map { signposts(of: $0.old, saga) } ?? []
        write.executable = executables(plan, saga, old)
        if !isMoved(plan, saga, tree, repository) { write.removed = Set(old.keys).subtracting(kept) }
        return try await write.run()
    }

    /// The new paths of what is executable in the old folder.
    private static func executables(_ plan: Plan, _ saga: Saga, _ old: [String: TreeEntry]) -> Set<String> {
        guard let folder = plan.folder else { return [] }
        let (from, to) = ("\(saga.attemptsPath)/\(folder.old)", "\(saga.attemptsPath)/\(folder.new)")
        return Set(old.executable.compactMap { path in path.below(from).map { "\(to)/\($0)" } })
    }

    private static func message(_ plan: Plan, _ saga: Saga) -> String {
        RecordMessage.text(
            "metaissue: attempt \(AttemptNumber.text(plan.old)) (\(plan.title)) is \(AttemptNumber.text(plan.new)) now",
            saga: saga, attempt: plan.new, event: .sync)
    }

    private static func signposts(of folder: String, _ saga: Saga) -> [String] {
        ["README.md", ".metaissue"].map { "\(saga.attemptsPath)/\(folder)/\($0)" }
    }

    /// True when the old folder is a signpost already.
    private static func isMoved(_ plan: Plan, _ saga: Saga, _ tree: ObjectID, _ repository: Repository) -> Bool {
        guard let folder = plan.folder else { return true }
        let path = "\(saga.attemptsPath)/\(folder.old)/.metaissue"
        guard let entry = try? repository.entry(at: path, in: tree), let bytes = try? repository.blob(entry.id),
            let text = try? GitConfigText(bytes: bytes)
        else { return false }
        return text.value(.movedTo) != nil
    }

    /// One version of the record with the attempt's new number: its folder, links to it, and on the mainline its
    /// section, its rows and a signpost in the old folder's place.
    private static func moved(
        _ plan: Plan, _ saga: Saga, in source: RecordSource, isMainline: Bool
    ) throws -> [String: [UInt8]] {
        let documents = plan.documents
        var files: [String: [UInt8]] = [:]
        let isDone = try isSignpost(plan, saga, in: source)
        if let folder = plan.folder, !isDone {
            let (old, new) = ("\(saga.attemptsPath)/\(folder.old)", "\(saga.attemptsPath)/\(folder.new)")
            let names = try source.files(in: old)
            for name in names {
                guard let bytes = try source.bytes(at: "\(old)/\(name)") else { continue }
                files["\(new)/\(name)"] = name.hasSuffix(".md") ? documents.ownDocument(bytes) : bytes
            }
            let path = "\(new)/.metaissue"
            files[path] = try TrackedConfig.edit(files[path] ?? [], at: path) { text in
                try text.declare(.formerly, adding: AttemptNumber.text(plan.old))
                if let branch = plan.formerBranch, plan.branch != nil {
                    try text.declare(.formerBranch, adding: branch)
                }
                if let start = plan.start { try text.declare(.formerStart, adding: start) }
                // A branch that was declared by its old name has a new one.
                if let branch = plan.branch, text.value(.branch) == branch.old { try text.declare(.branch, branch.new) }
            }
            if isMainline, !names.isEmpty {
                files["\(old)/README.md"] = Array(
                    """
                    # Attempt \(AttemptNumber.text(plan.old)) is attempt \(AttemptNumber.text(plan.new)) now

                    \(MarkdownText.escapeInline(plan.title)): [\(folder.new)](../\(folder.new)/)

                    """.utf8)
                files["\(old)/.metaissue"] = try TrackedConfig.edit([], at: "\(old)/.metaissue") {
                    try $0.declare(.movedTo, AttemptNumber.text(plan.new))
                }
            }
        }
        guard isMainline else { return files }
        if let log = try source.bytes(at: saga.logPath) { files[saga.logPath] = documents.log(log) }
        if let hub = try source.bytes(at: saga.hubPath) { files[saga.hubPath] = documents.hub(hub) }
        for name in try source.files(in: saga.path) where name.hasSuffix(".md") {
            let path = "\(saga.path)/\(name)"
            guard files[path] == nil, !isSignpostPath(path, plan, saga), let bytes = try source.bytes(at: path) else {
                continue
            }
            files[path] = documents.links(bytes)
        }
        return files
    }

    private static func isSignpostPath(_ path: String, _ plan: Plan, _ saga: Saga) -> Bool {
        plan.folder.map { path.below("\(saga.attemptsPath)/\($0.old)") != nil } ?? false
    }

    private static func isSignpost(_ plan: Plan, _ saga: Saga, in source: RecordSource) throws -> Bool {
        guard let folder = plan.folder,
            let bytes = try source.bytes(at: "\(saga.attemptsPath)/\(folder.old)/.metaissue")
        else { return false }
        return try TrackedConfig.read(bytes, at: "\(folder.old)/.metaissue").value(.movedTo) != nil
    }

    /// The anchor moves to the new number; one that belongs to another attempt of the old number stays.
    private static func moveAnchor(_ plan: Plan, _ saga: Saga, in session: WriteSession) async throws {
        let repository = session.workspace.place.repository
        let branch = try plan.branch.flatMap { try repository.reference("refs/heads/\($0.new)") }
        guard let tip = branch ?? plan.tip.flatMap({ ObjectID(hex: $0) }), repository.contains(tip) else { return }
        let (from, to) = (saga.anchor(of: plan.old), saga.anchor(of: plan.new))
        if try repository.reference(to) == nil {
            try repository.updateReference(to, to: tip, expecting: nil, message: "metaissue: renumbered")
        }
        guard let old = try repository.reference(from), try old == tip || repository.isAncestor(old, of: tip) else {
            return
        }
        if !plan.isAlone, old != tip {
            // The branch contains what landed of the other attempt too.
            let mainline = try session.workspace.mainline(of: saga)
            guard try !session.workspace.history(of: mainline).contains(old) else { return }
        }
        if let other = plan.otherTip.flatMap({ ObjectID(hex: $0) }), repository.contains(other) {
            return try repository.updateReference(from, to: other, expecting: old, message: "metaissue: renumbered")
        }
        try await session.workspace.place.git.need(["update-ref", "-d", from, old.hex])
    }
}
