import AttemptHistory
import Documents
import GitStore

/// What a person decides about an attempt: a verdict of their own, or that it is given up. It is kept in
/// `attempts/NNN-slug/.metaissue` on the mainline, and log and tables say so at once.
public struct Declare {
    /// A decision that has been recorded.
    public struct Declared: Sendable {
        /// The attempt's title.
        public let title: String
        /// The commit that records it; nil when the record said so already.
        public let commit: String?
    }

    /// `git metaissue verdict`: overrules what history and documents suggest.
    ///
    /// - Throws: ``Failure``; nothing is changed then.
    public static func verdict(
        _ verdict: Verdict, reason: String?, attempt number: Int, saga: String?, in directory: String
    ) async throws -> Declared {
        let declare = try await Declare(number, saga: saga, in: directory)
        if declare.state.facts.isTakenBack, verdict != .failed, reason == nil {
            throw Failure(
                "attempt \(AttemptNumber.text(number)) was reverted, which says that it failed",
                advice: "say why you see it otherwise with --reason")
        }
        let commit = try await declare.record(
            "metaissue: attempt \(AttemptNumber.text(number)) is \(verdict.rawValue)", event: .sync, reason: reason,
            dropsReason: true
        ) { text in
            if text.value(.abandoned) != nil, text.value(.verdict) == nil, let why = text.value(.reason) {
                try text.declare(.abandonedReason, why)
            }
            try text.declare(.verdict, verdict.rawValue)
        }
        return Declared(title: declare.state.title, commit: commit)
    }

    /// `git metaissue abandon-attempt`: brings the attempt's folder from its branch and says that it was given up.
    ///
    /// - Throws: ``Failure`` when the attempt has landed; nothing is changed then.
    public static func abandon(
        _ number: Int, reason: String?, deletesBranch: Bool, saga: String?, in directory: String
    ) async throws -> Declared {
        let declare = try await Declare(number, saga: saga, in: directory)
        guard declare.state.facts.landings.isEmpty else {
            throw Failure(
                "attempt \(AttemptNumber.text(number)) is on \(declare.mainline.name): \(declare.state.facts.state.rawValue)",
                advice:
                    "take it back with: git metaissue revert-attempt \(number), or give it a verdict: git metaissue verdict \(number) failed"
            )
        }
        let branch = declare.state.branch.map { "refs/heads/\($0)" }
        let tip = try branch.flatMap { try declare.place.repository.reference($0) }
        if deletesBranch, let branch, declare.session.worktrees.checkout(of: branch) != nil {
            throw Failure(
                "the branch of attempt \(AttemptNumber.text(number)) is checked out",
                advice: "git switch \(declare.mainline.name), or leave --delete-branch out")
        }
        try Anchors.refresh(in: declare.session.workspace)
        let documents = try declare.documentsToBring()
        let day = try await Signature.current("GIT_AUTHOR_IDENT", with: declare.place.git).time.day
        let commit = try await declare.record(
            "metaissue: abandon attempt \(AttemptNumber.text(number))", event: .sync, reason: reason,
            under: { $0.value(.verdict) == nil ? .reason : .abandonedReason }, bringing: documents
        ) { text in
            guard text.value(.abandoned) == nil else { return }
            try text.declare(.abandoned, day.description)
        }
        if deletesBranch, let branch, let tip {
            let deleted = try await declare.place.git.run(["update-ref", "-d", branch, tip.hex])
            // A run that was killed may have left a git that did it meanwhile.
            if deleted.status != 0, try declare.place.repository.reference(branch) != nil {
                throw Git.failure(["update-ref"], deleted, advice: "the attempt is abandoned; run the command again")
            }
        }
        return Declared(title: declare.state.title, commit: commit)
    }

    /// The attempt's folder as its branch or anchor has it.
    ///
    /// - Throws: ``Failure`` when branch and mainline wrote different things at the same place, unless it was given up
    ///   before: what the mainline says since is newer.
    private func documentsToBring() throws -> BranchDocuments? {
        guard let tip = state.facts.tip else { return nil }
        let documents = try BranchDocuments(of: number, saga, at: tip, from: mainline.tip, place.repository)
        let committed = try session.workspace.committedRecord(on: mainline)
        let here = try saga.attemptFolders(of: number, in: committed)
        if let mine = here.first, let theirs = documents.folders.first, Set(here).isDisjoint(with: documents.folders) {
            let isTheirDoing = !documents.foldersBefore.isDisjoint(with: here)
            let (old, new) = isTheirDoing ? (mine, theirs) : (theirs, mine)
            let paths = [old, new].map { "\(saga.attemptsPath)/\($0)".shellWord }
            throw Failure(
                "the folder of attempt \(AttemptNumber.text(number)) was renamed "
                    + (isTheirDoing ? "on its branch" : "on \(mainline.name)")
                    + " to \(MarkdownText.terminalSafe(new))",
                advice:
                    "rename it \(isTheirDoing ? "on \(mainline.name)" : "on its branch") too, then abandon the attempt: "
                    + "git mv \(paths.joined(separator: " ")), git commit")
        }
        let conflicts = try documents.merged(in: committed).conflicts
        guard !conflicts.isEmpty, try committed.record(of: saga).declarations[number]?.abandoned == nil else {
            return documents
        }
        let branch = state.branch ?? AttemptNumber.text(number)
        let isHere = try place.repository.reference("refs/heads/\(branch)") != nil
        let quoted = branch.shellWord
        throw Failure(
            "the branch of attempt \(AttemptNumber.text(number)) and \(mainline.name) wrote different things in: "
                + conflicts.map(MarkdownText.terminalSafe).joined(separator: ", "),
            advice: "bring them together on the branch, then abandon it again: git switch "
                + (isHere ? quoted : "-c \(quoted) \(tip.short)") + ", git merge \(mainline.name)")
    }

    let session: WriteSession
    let saga: Saga
    let mainline: MainlineBranch
    let number: Int
    let state: AttemptState

    var place: Place { session.workspace.place }

    init(_ number: Int, saga name: String?, in directory: String) async throws {
        try self.init(number, saga: name, in: try await WriteSession.begin(in: directory))
    }

    init(_ number: Int, saga name: String?, in session: WriteSession) throws {
        self.session = session
        self.number = number
        let workspace = session.workspace
        if session.unfinished?.attempt != nil { try Journal.remove(in: workspace.place) }
        saga = try workspace.saga(named: name)
        mainline = try workspace.mainline(of: saga)
        let examination = try Examination([saga], in: workspace, purpose: .status)
        let record = try workspace.visibleRecord(on: mainline).record(of: saga)
        let states = try examination.parts.first?.states(with: record, in: workspace) ?? []
        guard let state = states.first(where: { $0.facts.number == number }) else {
            throw Failure(
                "there is no attempt \(AttemptNumber.text(number)) in \(saga.id)",
                advice: "git metaissue status lists the attempts")
        }
        self.state = state
    }

    /// Commits the declaration together with what log and tables make of it.
    func record(
        _ subject: String, event: RecordMessage.Event, reason: String?, dropsReason: Bool = false,
        under key: @escaping (GitConfigText) -> Declaration.Key = { _ in .reason },
        bringing documents: BranchDocuments? = nil, body: String? = nil,
        edit: @escaping (inout GitConfigText) throws -> Void
    ) async throws -> String? {
        let workspace = session.workspace
        let folder = "\(saga.path)/\(try ownFolder())"
        let path = "\(folder)/.metaissue"
        let sync = try Synchronisation(saga, in: workspace, scope: .closedOnly)
        let reason = reason.map(Self.oneLine)
        let change: RecordChange = { source in
            var files = try documents?.merged(in: source).files ?? [:]
            let known = try files[path] ?? source.bytes(at: path)
            let declared = try TrackedConfig.edit(known ?? [], at: path) { text in
                try edit(&text)
                if let reason {
                    try text.declare(key(text), reason)
                } else if dropsReason {
                    // The reason of the verdict before says nothing of this one.
                    try text.declare(.reason, nil)
                }
            }
            if known != nil || !declared.isEmpty { files[path] = declared }
            return try sync.completing(files, in: source)
        }
        return try await session.commit(
            change, executable: sync.executable.union(documents?.executable ?? []), of: saga, on: mainline,
            message: RecordMessage.text(subject, body: body ?? reason ?? "", saga: saga, attempt: number, event: event)
        )?.hex
    }

    /// A person's words on one line, as git-config values and commit messages hold them.
    static func oneLine(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// The attempt's folder: as the record has it, as its branch has it, or a new one.
    private func ownFolder() throws -> String {
        if let folder = state.folder { return folder }
        if let tip = state.facts.tip {
            let source = RecordSource.commit(try place.repository.commit(tip), in: place.repository)
            if let name = try saga.attemptFolders(of: number, in: source).first { return "attempts/\(name)" }
        }
        return "attempts/\(AttemptNumber.text(number))-\(Slug.make(state.title))"
    }
}
