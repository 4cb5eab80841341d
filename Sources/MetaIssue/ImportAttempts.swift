import AttemptHistory
import Documents
import GitStore

/// `git metaissue import`: work that was done before anyone thought of a saga becomes attempts, with folder, section,
/// dates and outcome from history.
public struct ImportAttempts {
    /// Where the work is.
    public enum Source: Sendable {
        /// A branch, here or on a remote.
        case branch(String)
        /// `A..B`: what B has and A has not.
        case range(String)
        /// References with one `*`, as fetched: `refs/pull/*/head`.
        case heads(String)
    }

    /// What became of one source.
    public struct Outcome: Sendable {
        /// The branch, range or reference.
        public let name: String
        /// The attempt that it is now; nil where it was left out.
        public let number: Int?
        /// Its title, or why it was left out.
        public let text: String
    }

    /// What was done.
    public struct Imported: Sendable {
        /// Every source that was looked at: those that were taken in the order of their start, then the others.
        public let outcomes: [Outcome]
        /// The commit that records them; nil when there was nothing to record.
        public let commit: String?
    }

    /// Takes the work in.
    ///
    /// - Parameters:
    ///   - first: the attempt's number; of several heads the first one's.
    ///   - title: nil: from its first commit, or its only one.
    /// - Throws: ``Failure`` when the number is taken, the source names nothing or has no commits of its own; nothing is
    ///   changed then.
    public static func run(
        _ first: Int, from source: Source, title: String?, saga name: String?, in directory: String
    ) async throws -> Imported {
        let session = try await WriteSession.begin(in: directory)
        if session.unfinished?.attempt != nil { try Journal.remove(in: session.workspace.place) }
        let saga = try session.workspace.saga(named: name)
        return try await ImportAttempts(saga, session, title: title).run(first, source)
    }

    /// One piece of work that may become an attempt.
    private struct Candidate {
        /// How the caller knows it.
        let name: String
        /// What is declared as its branch; nil for a range.
        let branch: String?
        let tip: ObjectID
        /// Where it began, as told.
        let base: ObjectID?
        /// Whether its tip has to be kept in the record, because no branch of that name leads there.
        let keepsTip: Bool
        var facts: AttemptFacts
    }

    private let session: WriteSession
    private let saga: Saga
    private let mainline: MainlineBranch
    private let title: String?
    private let record: SagaRecord
    private let part: Examination.Part

    private var workspace: Workspace { session.workspace }
    private var repository: Repository { workspace.place.repository }

    private init(_ saga: Saga, _ session: WriteSession, title: String?) throws {
        self.session = session
        self.saga = saga
        let workspace = session.workspace
        mainline = try workspace.mainline(of: saga)
        let words = title.map { $0.split(whereSeparator: \.isWhitespace).joined(separator: " ") }
        if let words {
            guard !words.isEmpty else {
                throw Failure.usage("the title is empty", advice: "say in a few words what was tried")
            }
            guard words.utf8.count <= 200 else {
                throw Failure.usage(
                    "the title is longer than 200 bytes", advice: "there is room for more in the documents")
            }
        }
        self.title = words
        try workspace.refuseLinkedFolders(of: saga, on: mainline)
        record = try workspace.visibleRecord(on: mainline).record(of: saga)
        let examination = try Examination([saga], in: workspace, purpose: .status)
        guard let part = examination.parts.first(where: { $0.saga == saga }) else {
            throw Failure("the saga \(saga.id) could not be examined")
        }
        self.part = part
    }

    private func run(_ first: Int, _ source: Source) async throws -> Imported {
        var (found, left) = try candidates(source)
        let isSingle = if case .heads = source { false } else { true }
        found.sort { ($0.facts.started?.seconds ?? 0, $0.name) < ($1.facts.started?.seconds ?? 0, $1.name) }
        if isSingle, let known = found.first.flatMap({ alreadyImported($0) }) {
            // A run that was killed may have come as far as this.
            return try await finish([(known, found[0])], left)
        }
        if isSingle, let branch = found.first?.branch, let name = AttemptBranchName(branch), name.prefix == saga.prefix,
            name.number != first
        {
            let own = AttemptNumber.text(name.number)
            throw Failure.usage(
                "the name of \(MarkdownText.terminalSafe(branch)) says that it is attempt \(own)",
                advice:
                    "import it as that: git metaissue import \(own) --branch \(branch.shellWord), or "
                    + "give it another name first with: git branch -m")
        }
        var taken = try TakenNumbers(saga, in: session).all
        for subject in part.subjects where isSingle && subject.number == first && !record.numbers.contains(first) {
            // Its own branch, or one of that number, is what is imported.
            if subject.tips.contains(where: { $0.commit == found.first?.tip }) { taken.remove(first) }
        }
        guard !isSingle || !taken.contains(first) else {
            throw Failure(
                "the number \(AttemptNumber.text(first)) is taken, or was",
                advice: "the next free one is \(AttemptNumber.text((taken.max() ?? 0) + 1))")
        }
        var numbered: [(Int, Candidate)] = []
        var next = first
        for candidate in found {
            while taken.contains(next) { next += 1 }
            numbered.append((next, candidate))
            next += 1
        }
        guard !numbered.isEmpty else { return Imported(outcomes: left, commit: nil) }
        try await write(numbered)
        return try await finish(numbered, left)
    }

    // MARK: What there is

    private func candidates(_ source: Source) throws -> (taken: [Candidate], left: [Outcome]) {
        switch source {
        case .branch(let name): return ([try need(branch(name))], [])
        case .range(let text): return ([try need(range(text))], [])
        case .heads(let pattern): return try heads(pattern)
        }
    }

    private func need(_ candidate: Candidate) throws -> Candidate {
        if alreadyImported(candidate) == nil, let why = reasonAgainst(candidate) {
            throw Failure(
                "\(MarkdownText.terminalSafe(candidate.name)) \(why)",
                advice:
                    "name the work's own commits: a range ends at the last of them, not at a merge or a record's commit"
            )
        }
        return candidate
    }

    private func branch(_ name: String) throws -> Candidate {
        let short = name.hasPrefix("refs/heads/") ? String(name.dropFirst("refs/heads/".count)) : name
        if let tip = try repository.reference("refs/heads/\(short)") {
            return try candidate(name, branch: short, tip: tip, base: nil, keepsTip: false)
        }
        let remotes = try repository.references(under: ["refs/remotes/"])
        let found = remotes.first { $0.name == "refs/remotes/\(short)" } ?? remotes.first { $0.name == name }
        guard let found else {
            throw Failure(
                "there is no branch '\(MarkdownText.terminalSafe(name))'",
                advice: "git branch --all lists the branches; --range takes any commits")
        }
        let rest = found.name.dropFirst("refs/remotes/".count)
        let own = rest.split(separator: "/", maxSplits: 1).last.map(String.init) ?? String(rest)
        return try candidate(name, branch: own, tip: found.target, base: nil, keepsTip: false)
    }

    private func range(_ text: String) throws -> Candidate {
        guard let dots = text.firstRange(of: ".."), !text.contains("...") else {
            throw Failure.usage(
                "'\(MarkdownText.terminalSafe(text))' is no range", advice: "name two commits: --range main~5..main~2")
        }
        func commit(_ name: some StringProtocol) throws -> ObjectID {
            let name = name.isEmpty ? "HEAD" : String(name)
            guard let id = repository.resolve(name) else {
                throw Failure(
                    "'\(MarkdownText.terminalSafe(name))' names no commit in this clone",
                    advice: "give branches, tags or commit ids")
            }
            return id
        }
        let (base, tip) = (try commit(text[..<dots.lowerBound]), try commit(text[dots.upperBound...]))
        guard base != tip, try repository.isAncestor(base, of: tip) else {
            throw Failure(
                "\(MarkdownText.terminalSafe(text)) has no commits, or does not begin on their way",
                advice: "git log --oneline \(MarkdownText.terminalSafe(text)) shows what it has")
        }
        return try candidate(text, branch: nil, tip: tip, base: base, keepsTip: true)
    }

    private func heads(_ pattern: String) throws -> (taken: [Candidate], left: [Outcome]) {
        let pieces = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
        guard pieces.count == 2, pattern.hasPrefix("refs/") else {
            throw Failure.usage(
                "'\(MarkdownText.terminalSafe(pattern))' is no pattern of references",
                advice: "write it with one *, as in --pull-heads 'refs/pull/*/head'")
        }
        guard title == nil else {
            throw Failure.usage("one title cannot be several attempts'", advice: "leave --title out")
        }
        let found = try repository.references(under: [pieces[0]])
            .filter { $0.name.hasSuffix(pieces[1]) && $0.name.utf8.count > pattern.utf8.count - 1 }
        guard !found.isEmpty else {
            throw Failure(
                "no reference here is like \(MarkdownText.terminalSafe(pattern))",
                advice: "fetch them first: git fetch origin '+\(MarkdownText.terminalSafe(pattern)):"
                    + "\(MarkdownText.terminalSafe(pattern))'")
        }
        var taken: [Candidate] = []
        var left: [Outcome] = []
        for reference in found {
            guard let tip = repository.peelToCommit(reference.target) else { continue }
            let name = reference.name
            let short =
                ["refs/heads/", "refs/remotes/", "refs/"].first(where: name.hasPrefix)
                .map { String(name.dropFirst($0.count)) } ?? name
            let candidate = try candidate(name, branch: short, tip: tip, base: nil, keepsTip: true)
            if let number = alreadyImported(candidate) {
                left.append(
                    Outcome(name: name, number: nil, text: "it is attempt \(AttemptNumber.text(number)) already"))
            } else if let why = reasonAgainst(candidate) {
                left.append(Outcome(name: name, number: nil, text: "it \(why)"))
            } else if let twin = taken.first(where: { $0.tip == tip }) {
                left.append(Outcome(name: name, number: nil, text: "it is the same work as \(twin.name)"))
            } else {
                taken.append(candidate)
            }
        }
        return (taken, left)
    }

    /// What history tells of a piece of work, as if it were an attempt already.
    private func candidate(
        _ name: String, branch: String?, tip: ObjectID, base: ObjectID?, keepsTip: Bool
    ) throws -> Candidate {
        let number = 999_999_999
        var subject = AttemptSubject(
            number: number, branchNames: [branch].compactMap { $0 },
            tips: [AttemptTip(source: .anchor, name: name, commit: tip)])
        subject.recordedBase = base
        let draft = DiscoveredSaga(naming: saga.naming(), attempts: [subject])
        let facts = try AttemptAnalysis.facts(
            for: [draft], in: repository, mainline: workspace.history(of: mainline), usesReflogs: true)
        return Candidate(
            name: name, branch: branch, tip: tip, base: base, keepsTip: keepsTip,
            facts: facts[0].first ?? AttemptFacts(number: number))
    }

    /// The attempt that has this work: by its declared branch, its tip or its anchor, with a folder of its own.
    private func alreadyImported(_ candidate: Candidate) -> Int? {
        let declared = record.declarations.first { number, declaration in
            (candidate.branch != nil && declaration.branch == candidate.branch)
                || declaration.place.tip == candidate.tip && declaration.place.base == candidate.base
        }
        if let declared { return declared.key }
        return part.subjects.first { subject in
            record.folders[subject.number] != nil && subject.tips.contains { $0.commit == candidate.tip }
        }?.number
    }

    private func reasonAgainst(_ candidate: Candidate) -> String? {
        guard let own = candidate.facts.ownCommits else {
            return "cannot be told from the mainline's own commits: "
                + (candidate.facts.notes.first ?? candidate.facts.evidence.first?.detail ?? "history does not tell")
        }
        return own.isEmpty ? "has no commits of its own" : nil
    }

    // MARK: Taking it in

    /// Folders, declarations and anchors, in one commit.
    private func write(_ numbered: [(Int, Candidate)]) async throws {
        let git = workspace.place.git
        var files: [String: [UInt8]] = [:]
        var anchors: [RecordWrite.NewReference] = []
        for (number, candidate) in numbered {
            files.merge(try folder(number, candidate)) { $1 }
            let anchor = saga.anchor(of: number)
            if try repository.reference(anchor) == nil { anchors.append(.init(name: anchor, target: candidate.tip)) }
        }
        let sync = try Synchronisation(saga, in: workspace, scope: .closedOnly)
        try sync.needDocuments()
        let names = numbered.map { AttemptNumber.text($0.0) }.joined(separator: ", ")
        let lines = numbered.map { number, candidate in
            MarkdownText.terminalSafe("- \(AttemptNumber.text(number)): \(candidate.name) (\(candidate.tip.short))")
        }
        let one = numbered.count == 1 ? numbered[0].0 : nil
        var write = RecordWrite(
            place: workspace.place, reference: mainline.reference, parent: mainline.tip, expected: mainline.tip,
            worktree: try await session.checkout(of: mainline, scope: saga.scope), scope: saga.scope,
            change: { source in
                var contents = try files.filter { try source.bytes(at: $0.key) == nil }
                contents[SagaRegistry.path] = try SagaRegistry.registering(saga, in: source)
                return contents
            },
            message: RecordMessage.text(
                "metaissue: import attempt\(numbered.count == 1 ? "" : "s") \(names)",
                body: lines.joined(separator: "\n"), saga: saga, attempt: one, event: .sync),
            author: try await .current("GIT_AUTHOR_IDENT", with: git),
            committer: try await .current("GIT_COMMITTER_IDENT", with: git))
        write.created = anchors
        _ = try await write.run()
    }

    private func folder(_ number: Int, _ candidate: Candidate) throws -> [String: [UInt8]] {
        let title = try title(of: candidate)
        let slug = Slug.make(title)
        let folder = "\(saga.attemptsPath)/\(AttemptNumber.text(number))-\(slug)"
        let branch = candidate.branch ?? candidate.name
        let attempt = Journal.NewAttempt(
            saga: saga.id, title: title, slug: slug, number: number, branch: branch, folder: folder, switches: false)
        let day = try candidate.facts.started?.day ?? repository.commit(candidate.tip).author.time.day
        var files = try AttemptTemplates(workspace).files(
            for: attempt, saga: saga, day: day, hypothesis: nil, approach: nil)
        let path = "\(folder)/.metaissue"
        let declared = try TrackedConfig.edit([], at: path) { text in
            let own = candidate.branch.flatMap { AttemptBranchName($0) }
            if let branch = candidate.branch, own?.prefix != saga.prefix || own?.number != number {
                try text.declare(.branch, branch)
            }
            try text.declare(.base, candidate.base?.hex)
            if candidate.keepsTip { try text.declare(.tip, candidate.tip.hex) }
        }
        if !declared.isEmpty { files[path] = declared }
        return files
    }

    /// What was said, else what its first or only commit says.
    private func title(of candidate: Candidate) throws -> String {
        if let title { return title }
        let subject = try candidate.facts.ownCommits?.first.map { try repository.commit($0).subject } ?? ""
        let words = subject.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        var short = String(words.prefix(200))
        while short.utf8.count > 200 { short.removeLast() }
        return short.isEmpty ? candidate.name : short
    }

    /// Section, rows and values, from history as it is with the anchors in place.
    private func finish(_ numbered: [(Int, Candidate)], _ left: [Outcome]) async throws -> Imported {
        let fresh = try session.reopened()
        let sync = try Synchronisation(saga, in: fresh.workspace, adding: Set(numbered.map(\.0)))
        let before = mainline.tip
        let now = try fresh.workspace.mainline(of: saga)
        let names = numbered.map { AttemptNumber.text($0.0) }.joined(separator: ", ")
        let commit = try await fresh.commit(
            sync.registeringChange, of: saga, on: now,
            message: RecordMessage.text(
                "metaissue: what history tells of attempt\(numbered.count == 1 ? "" : "s") \(names)", saga: saga,
                attempt: numbered.count == 1 ? numbered[0].0 : nil, event: .sync))
        let last = try fresh.reopened().workspace
        let written = try SagaRecord(saga, from: last.committedRecord(on: last.mainline(of: saga)))
        let outcomes = numbered.map { number, candidate in
            Outcome(name: candidate.name, number: number, text: written.title(of: number, branch: candidate.branch))
        }
        let recorded = commit ?? (now.tip == before ? nil : now.tip)
        return Imported(outcomes: outcomes + left, commit: recorded?.hex)
    }
}
