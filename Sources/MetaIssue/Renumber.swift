import AttemptHistory
import Documents
import GitStore

/// `git metaissue renumber`: gives an attempt another number, in the documents, on its branch and under its anchor.
public struct Renumber {
    /// Which attempt of that number is meant.
    public enum Claimant: Sendable {
        /// There is only one.
        case only
        /// The one of this branch.
        case branch(String)
        /// The one of this folder, by name or path.
        case folder(String)
    }

    /// An attempt with another number.
    public struct Renumbered: Sendable {
        /// Its title.
        public let title: String
        /// Its branch now; nil where it has none here.
        public let branch: String?
        /// Its folder now, from the top of the tree; nil where it has none.
        public let folder: String?
        /// The mainline commit that records it; nil when the record said so already.
        public let commit: String?
    }

    /// What is done, written down before the first step, so that the next command finishes it after a kill.
    struct Plan: Codable, Equatable {
        var saga: String
        var old: Int
        var new: Int
        var title: String
        /// Names of folders.
        var folder: Names?
        /// Short names of local branches.
        var branch: Names?
        /// The tip that the anchor has to keep (hex).
        var tip: String?
        /// The commit that recorded its start (hex).
        var start: String?
        /// The branch that history knows it by, where nobody else has that name.
        var formerBranch: String?
        /// What rows may call it.
        var commits: [String]
        /// False where another attempt has the old number too.
        var isAlone: Bool
        /// A tip of that other attempt, for the anchor that stays (hex).
        var otherTip: String?

        /// A name before and after.
        struct Names: Codable, Equatable {
            var old: String
            var new: String
        }

        var documents: Renumbering {
            Renumbering(
                old: old, new: new, title: title, folder: folder.map { ($0.old, $0.new) },
                branch: branch.map { ($0.old, $0.new) }, commits: commits, isAlone: isAlone)
        }
    }

    /// Renumbers an attempt.
    ///
    /// - Throws: ``Failure`` when the new number is taken, or several attempts have the old one and none was named;
    ///   nothing is changed then.
    public static func run(
        _ old: Int, to new: Int, _ claimant: Claimant, saga name: String?, in directory: String
    ) async throws -> Renumbered {
        guard old != new else {
            throw Failure.usage("both numbers are \(AttemptNumber.text(old))", advice: "give it one that is free")
        }
        let session = try await WriteSession.beginUnsettled(in: directory)
        if let plan = try load(in: session.workspace.place), plan.old == old, plan.new == new {
            // The run that was killed was this one.
            return try await finish(plan, in: session)
        }
        let settled = try await session.settled()
        if settled.unfinished?.attempt != nil { try Journal.remove(in: settled.workspace.place) }
        let saga = try settled.workspace.saga(named: name)
        let plan = try await plan(old, new, claimant, saga, in: settled)
        try StateFile.save(plan, as: file, in: settled.workspace.place)
        return try await finish(plan, in: settled)
    }

    static let file = "renumber"

    static func load(in place: Place) throws -> Plan? { try StateFile.load(Plan.self, from: file, in: place) }

    // MARK: What is meant

    private static func plan(
        _ old: Int, _ new: Int, _ claimant: Claimant, _ saga: Saga, in session: WriteSession
    ) async throws -> Plan {
        let workspace = session.workspace
        let mainline = try workspace.mainline(of: saga)
        let (was, becomes) = (AttemptNumber.text(old), AttemptNumber.text(new))
        try workspace.refuseLinkedFolders(of: saga, on: mainline)
        let taken = try TakenNumbers(saga, in: session)
        guard taken.all.contains(old) else {
            throw Failure("there is no attempt \(was) in \(saga.id)", advice: "git metaissue status lists the attempts")
        }
        guard !taken.all.contains(new) else {
            throw Failure(
                "the number \(becomes) is taken, or was",
                advice: "the next free one: git metaissue renumber \(was) \(AttemptNumber.text(taken.next()))")
        }
        let examination = try Examination([saga], in: workspace, purpose: .status)
        let record = try workspace.visibleRecord(on: mainline).record(of: saga)
        guard let part = examination.parts.first(where: { $0.saga == saga }) else {
            throw Failure("the saga \(saga.id) could not be examined")
        }
        let subject = part.subjects.first { $0.number == old }
        let local = (subject?.tips ?? []).filter { $0.source == .localBranch }
            .map { String($0.name.dropFirst("refs/heads/".count)) }
        let folders = ([record.folders[old]].compactMap { $0 } + (record.furtherFolders[old] ?? []))
            .map { String($0.dropFirst("attempts/".count)) }
        let clash = try NumberClash.find(saga, part.subjects, record: record, in: workspace).first { $0.number == old }
        func claims(_ branch: String) throws -> NumberClaims {
            try subject.map { try NumberClaims(of: branch, in: $0, workspace) } ?? NumberClaims(besides: [])
        }
        var (branch, folder) = (local.first, folders.first)
        var claim = try branch.map(claims) ?? NumberClaims(besides: [])
        switch claimant {
        case .only:
            guard local.count <= 1, folders.count <= 1, clash == nil, claim.others.isEmpty else {
                throw Failure.usage(
                    "several attempts have the number \(was): "
                        + (clash?.claimants ?? local + claim.others.filter { !local.contains($0) } + folders).map(
                            MarkdownText.terminalSafe
                        ).joined(
                            separator: ", "),
                    advice: "say which one with --branch or --folder")
            }
        case .branch(let named):
            let short = local.first { $0 == named || "refs/heads/\($0)" == named }
            guard let short else {
                throw Failure(
                    "\(MarkdownText.terminalSafe(named)) is no local branch of attempt \(was)",
                    advice: local.isEmpty
                        ? "git switch makes a local branch of a remote one"
                        : "its branches here: \(local.map(MarkdownText.terminalSafe).joined(separator: ", "))")
            }
            branch = short
            claim = try claims(short)
            folder = try ownFolder(claim, old, saga, folders, in: workspace)
        case .folder(let named):
            let wanted = named.split(separator: "/").last.map(String.init) ?? named
            guard folders.contains(wanted) else {
                throw Failure(
                    "\(MarkdownText.terminalSafe(named)) is no folder of attempt \(was)",
                    advice: folders.isEmpty
                        ? "git metaissue status lists the attempts"
                        : "its folders: \(folders.map(MarkdownText.terminalSafe).joined(separator: ", "))")
            }
            folder = wanted
            let isOnly = local.count == 1 && folders.count == 1 && !claim.isOthers(folder: wanted)
            branch = try local.first {
                try isOnly || ownFolder(claims($0), old, saga, folders, in: workspace) == wanted
            }
            claim = try branch.map(claims) ?? NumberClaims(besides: local)
        }
        var found = try await plan(
            (old, new), saga, branch: branch, folder: folder, record: record, part: part,
            isAlone: clash == nil && claim.others.isEmpty, in: session)
        found.otherTip = claim.otherTip?.hex
        return found
    }

    /// The folder of that number that a branch knows: its own where it has several; the mainline's only one. Never one
    /// that is named like another attempt's branch.
    private static func ownFolder(
        _ claim: NumberClaims, _ number: Int, _ saga: Saga, _ folders: [String], in workspace: Workspace
    ) throws -> String? {
        let repository = workspace.place.repository
        guard let branch = claim.branch, let tip = try repository.reference("refs/heads/\(branch)") else { return nil }
        let source = RecordSource.commit(try repository.commit(tip), in: repository)
        let names = try saga.attemptFolders(in: source).filter {
            SagaRecord.number(ofFolder: $0) == number && !claim.isOthers(folder: $0)
        }
        let slug = branch.split(separator: "-").last.map(String.init) ?? ""
        return names.first { branch.hasSuffix($0) } ?? (names.count == 1 ? names.first : nil)
            ?? folders.first {
                !claim.isOthers(folder: $0) && (branch.hasSuffix($0) || (!slug.isEmpty && $0.hasSuffix(slug)))
            }
    }

    private static func plan(
        _ numbers: (old: Int, new: Int), _ saga: Saga, branch: String?, folder: String?, record: SagaRecord,
        part: Examination.Part, isAlone: Bool, in session: WriteSession
    ) async throws -> Plan {
        let workspace = session.workspace
        let repository = workspace.place.repository
        let mainline = try workspace.mainline(of: saga)
        let facts = part.facts.first { $0.number == numbers.old }
        var plan = Plan(
            saga: saga.id, old: numbers.old, new: numbers.new,
            title: try title(folder, branch, numbers.old, saga, record, isAlone: isAlone, in: workspace), commits: [],
            isAlone: isAlone)
        if let folder {
            let slug = folder.drop { $0.isASCII && $0.isNumber }
            plan.folder = .init(old: folder, new: AttemptNumber.text(numbers.new) + slug)
        }
        if let branch {
            plan.tip = try repository.reference("refs/heads/\(branch)")?.hex
            plan.formerBranch = branch
            if let name = AttemptBranchName(branch) {
                let new = "\(name.prefix)-attempt-\(AttemptNumber.text(numbers.new))\(name.ending)"
                guard try repository.reference("refs/heads/\(new)") == nil else {
                    throw Failure("the branch \(new) exists already", advice: "choose another number")
                }
                plan.branch = .init(old: branch, new: new)
            }
        }
        if isAlone, let facts {
            plan.start = facts.stub?.hex
            plan.tip = plan.tip ?? facts.tip?.hex
            plan.formerBranch = plan.formerBranch ?? facts.branch
            plan.commits = (facts.landings.map(\.commit) + facts.reversals.flatMap(\.commits)).map(\.short)
        } else if let folder {
            let tip = try branch.flatMap { try repository.reference("refs/heads/\($0)") } ?? mainline.tip
            plan.start = try start(of: "\(saga.attemptsPath)/\(folder)", from: tip, numbers.old, saga, repository)?.hex
        }
        // A name that somebody else's branch has too tells nothing.
        let elsewhere = part.subjects.first { $0.number == numbers.old }?.tips.contains { tip in
            tip.source == .remoteBranch && plan.formerBranch.map { tip.name.hasSuffix("/\($0)") } ?? false
        }
        if !isAlone, elsewhere == true { plan.formerBranch = nil }
        _ = try await session.checkout(of: mainline, scope: saga.scope)
        return plan
    }

    private static func title(
        _ folder: String?, _ branch: String?, _ number: Int, _ saga: Saga, _ record: SagaRecord, isAlone: Bool,
        in workspace: Workspace
    ) throws -> String {
        let repository = workspace.place.repository
        var sources = [try workspace.visibleRecord(on: workspace.mainline(of: saga))]
        if let branch, let tip = try repository.reference("refs/heads/\(branch)") {
            sources.append(.commit(try repository.commit(tip), in: repository))
        }
        if let folder {
            for source in sources {
                let path = "\(saga.attemptsPath)/\(folder)/solution-approach.md"
                if let title = try source.bytes(at: path).flatMap({ SolutionApproach(bytes: $0).title }), !title.isEmpty
                {
                    return MarkdownText.plain(title)
                }
            }
        }
        // What the documents say of the number may be said of the other attempt.
        let spoken = isAlone ? record : SagaRecord(undocumented: saga.prefix)
        return spoken.title(of: number, branch: branch ?? folder)
    }

    /// The commit that recorded the start of the attempt with that folder, on a branch.
    private static func start(
        of folder: String, from tip: ObjectID, _ number: Int, _ saga: Saga, _ repository: Repository
    ) throws -> ObjectID? {
        var next: ObjectID? = tip
        for _ in 0..<1000 {
            guard let id = next, repository.contains(id) else { return nil }
            let commit = try repository.commit(id)
            if commit.message.contains("\nMeta-Issue-Attempt: \(AttemptNumber.text(number))\n"),
                commit.message.contains("\nMeta-Issue: \(saga.id)\n"),
                commit.message.contains("\nMeta-Issue-Event: start\n"),
                try has(folder, id, repository),
                try commit.parents.first.map({ try !has(folder, $0, repository) }) ?? true
            {
                return id
            }
            next = commit.parents.first
        }
        return nil
    }

    private static func has(_ path: String, _ commit: ObjectID, _ repository: Repository) throws -> Bool {
        try repository.entry(at: path, in: repository.commit(commit).tree) != nil
    }

    // MARK: Doing it

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
        if !isMoved(plan, saga, tree, repository) { write.removed = Set(old.keys).subtracting(kept) }
        return try await write.run()
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
                try text.declare(.formerly, AttemptNumber.text(plan.old))
                if let branch = plan.formerBranch, plan.branch != nil { try text.declare(.formerBranch, branch) }
                if let start = plan.start { try text.declare(.formerStart, start) }
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
        plan.folder.map { path.hasPrefix("\(saga.attemptsPath)/\($0.old)/") } ?? false
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
