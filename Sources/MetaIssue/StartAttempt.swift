import AttemptHistory
import Documents
import GitStore

/// `git metaissue start-attempt`: the next number, its folder, log section, rows, branch and anchor, all or nothing.
public struct StartAttempt {
    /// What the user said.
    public struct Request: Sendable {
        /// The attempt's title.
        public var title: String
        /// The slug of branch and folder; nil makes one from the title.
        public var slug: String?
        /// The saga; nil when there is only one.
        public var saga: String?
        /// What is believed to be the cause.
        public var hypothesis: String?
        /// What will be tried.
        public var approach: String?
        /// Where the branch starts; nil: at the mainline.
        public var from: String?
        /// Whether to switch to the new branch.
        public var switches: Bool
        /// Where the stub is committed; nil: as configured.
        public var record: RecordPlace?

        /// A request for an attempt with this title and defaults.
        public init(
            title: String, slug: String? = nil, saga: String? = nil, hypothesis: String? = nil,
            approach: String? = nil, from: String? = nil, switches: Bool = true, record: RecordPlace? = nil
        ) {
            self.title = title
            self.slug = slug
            self.saga = saga
            self.hypothesis = hypothesis
            self.approach = approach
            self.from = from
            self.switches = switches
            self.record = record
        }
    }

    /// The attempt that now exists.
    public struct Started: Sendable {
        /// Its number.
        public let number: Int
        /// Its title.
        public let title: String
        /// Its branch.
        public let branch: String
        /// Its folder, from the top of the tree.
        public let folder: String
        /// Whether the branch is checked out now.
        public let isCheckedOut: Bool
        /// True when an earlier, interrupted run had made it.
        public let wasFinished: Bool
    }

    private let session: WriteSession
    private let saga: Saga
    private let mainline: MainlineBranch
    private let request: Request
    private let title: String
    private let slug: String

    /// Starts the attempt.
    ///
    /// - Throws: ``Failure``; nothing is changed then.
    public static func run(_ request: Request, in directory: String) async throws -> Started {
        let session = try await WriteSession.begin(in: directory)
        let start = try StartAttempt(request, session: session)
        if let again = try await start.finishInterrupted() { return again }
        return try await start.begin()
    }

    private init(_ request: Request, session: WriteSession) throws {
        self.request = request
        self.session = session
        saga = try session.workspace.saga(named: request.saga)
        mainline = try session.workspace.mainline(of: saga)
        title = request.title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !title.isEmpty else {
            throw Failure.usage("the title is empty", advice: "say in a few words what will be tried")
        }
        guard title.utf8.count <= 200 else {
            throw Failure.usage("the title is longer than 200 bytes", advice: "there is room for more in the documents")
        }
        slug = Slug.make(request.slug ?? title)
    }

    private var place: Place { session.workspace.place }

    // MARK: A run that was killed

    /// Finishes the attempt that a killed run of the same command had published.
    private func finishInterrupted() async throws -> Started? {
        if let attempt = session.unfinished?.attempt {
            guard attempt.saga == saga.id, attempt.slug == slug, attempt.title == title else {
                // Another attempt's: its commit, branch and anchor are there; only the switch was left.
                try Journal.remove(in: place)
                return nil
            }
            return try await finish(attempt, wasFinished: true)
        }
        return try await finishUntouched()
    }

    /// The newest attempt, when it has this title and nothing has been done in it yet: the run that made it was killed
    /// when all but its last word was done.
    private func finishUntouched() async throws -> Started? {
        let part = try examine()
        let record = try session.workspace.visibleRecord(on: mainline).record(of: saga)
        guard let last = try part.states(with: record, in: session.workspace).last, last.facts.state == .planned,
            last.title == title, let branch = last.branch, branch == saga.branch(last.facts.number, slug: slug),
            let tip = try place.repository.reference("refs/heads/\(branch)"),
            last.facts.stub == tip
        else { return nil }
        let attempt = Journal.NewAttempt(
            saga: saga.id, title: title, slug: slug, number: last.facts.number, branch: branch,
            folder: "\(saga.attemptsPath)/\(AttemptNumber.text(last.facts.number))-\(slug)",
            switches: request.switches && place.workTree != nil)
        return try await finish(attempt, wasFinished: true)
    }

    // MARK: A new attempt

    private func begin() async throws -> Started {
        let number = try nextNumber()
        let branch = saga.branch(number, slug: slug)
        guard try place.repository.reference("refs/heads/\(branch)") == nil else {
            throw Failure("the branch \(branch) exists already", advice: "choose another name with --slug")
        }
        let record = try recordPlace()
        let start = try startingPoint()
        let folder = "\(saga.attemptsPath)/\(AttemptNumber.text(number))-\(slug)"
        let attempt = Journal.NewAttempt(
            saga: saga.id, title: title, slug: slug, number: number, branch: branch, folder: folder,
            switches: request.switches && place.workTree != nil)
        if attempt.switches {
            if let operation = OngoingOperation.current(in: place.gitDirectory) {
                throw Failure("a \(operation.rawValue) is in progress", advice: operation.ending)
            }
            guard let root = place.workTree, !Files.exists("\(root)/\(folder)") else {
                throw Failure(
                    "\(folder) exists already in the work tree",
                    advice: "move it away, or choose another name with --slug")
            }
        }
        let author = try await Signature.current("GIT_AUTHOR_IDENT", with: place.git)
        let change = try stubChange(attempt, day: author.time.day, withLog: record == .mainline)
        var commit = RecordWrite(
            place: place, reference: mainline.reference, parent: mainline.tip, expected: mainline.tip, worktree: nil,
            scope: saga.scope, change: change,
            message: RecordMessage.text(
                "metaissue: start attempt \(AttemptNumber.text(number)) (\(title))", saga: saga, attempt: number,
                event: .start),
            author: author, committer: try await .current("GIT_COMMITTER_IDENT", with: place.git))
        commit.attempt = attempt
        commit.created = [.init(name: saga.anchor(of: number), target: request.from == nil ? nil : start)]
        switch record {
        case .mainline:
            commit.worktree = try await session.checkout(of: mainline, scope: commit.scope)
            commit.created.append(.init(name: "refs/heads/\(branch)", target: request.from == nil ? nil : start))
        case .branch:
            commit.reference = "refs/heads/\(branch)"
            commit.expected = nil
        }
        let checkSwitch: @Sendable (ObjectID) async throws -> Void = { [git = place.git] in
            try await git.checkOverwriting(
                from: "HEAD", to: $0.hex, doing: "switching to the new branch",
                advice: "commit or stash them, or use --no-switch")
        }
        if attempt.switches && commit.worktree == nil {
            commit.beforePublishing = { try await checkSwitch(request.from == nil ? $0 : start) }
        } else if attempt.switches {
            // The stub's own files are put into this work tree first; what else could be overwritten is the same before.
            try await checkSwitch(start)
        }
        _ = try await commit.run()
        return try await finish(attempt, wasFinished: false)
    }

    /// The stub: the attempt's folder and, where the record is kept on the mainline, its section and rows.
    private func stubChange(
        _ attempt: Journal.NewAttempt, day: CalendarDate, withLog: Bool
    ) throws -> RecordChange {
        let files = try AttemptTemplates(session.workspace).files(
            for: attempt, saga: saga, day: day, hypothesis: request.hypothesis, approach: request.approach)
        guard withLog else {
            guard try SagaRegistry.registering(saga, in: session.workspace.committedRecord(on: mainline)) == nil else {
                throw Failure(
                    ".metaissue is not committed on \(mainline.name), so the branch would not know its saga",
                    advice: "git metaissue sync --commit, then start the attempt")
            }
            return { _ in files }
        }
        let sync = try Synchronisation(saga, in: session.workspace, scope: .closedOnly)
        try sync.needDocuments()
        guard try session.workspace.committedRecord(on: mainline).bytes(at: saga.logPath) != nil else {
            throw Failure(
                "\(saga.logPath) is not on \(mainline.name)",
                advice: "commit the saga's documents there first, or restore the file")
        }
        let news = NewAttemptFacts(
            attempt: attempt, day: day, hypothesis: request.hypothesis, approach: request.approach)
        return { source in
            var contents = try files.filter { try source.bytes(at: $0.key) == nil }
            contents[SagaRegistry.path] = try SagaRegistry.registering(saga, in: source)
            for document in try sync.documents(in: source, starting: news) where document.isStale {
                contents[document.path] = document.new
            }
            return contents
        }
    }

    /// Branch made, stub committed: what is left is the switch. Ends the journal.
    private func finish(_ attempt: Journal.NewAttempt, wasFinished: Bool) async throws -> Started {
        var isCheckedOut = false
        if attempt.switches {
            let branch = try await place.git.run(["symbolic-ref", "--quiet", "HEAD"]).text
            isCheckedOut = branch == "refs/heads/\(attempt.branch)"
            if !isCheckedOut {
                try await place.git.need(
                    ["switch", "--quiet", attempt.branch],
                    advice: "attempt \(AttemptNumber.text(attempt.number)) exists; go there with: git switch "
                        + attempt.branch)
                isCheckedOut = true
            }
        }
        try Journal.remove(in: place)
        return Started(
            number: attempt.number, title: attempt.title, branch: attempt.branch, folder: attempt.folder,
            isCheckedOut: isCheckedOut, wasFinished: wasFinished)
    }

    // MARK: Questions

    private func examine() throws -> Examination.Part {
        let examination = try Examination([saga], in: session.workspace, purpose: .status)
        guard let part = examination.parts.first(where: { $0.saga == saga }) else {
            throw Failure("the saga \(saga.id) could not be examined")
        }
        return part
    }

    /// PRODUCT.md: no number is used twice.
    private func nextNumber() throws -> Int { try TakenNumbers(saga, in: session).next() }

    private func recordPlace() throws -> RecordPlace {
        if let from = request.from, request.record == .branch {
            throw Failure.usage(
                "with --from \(from) the stub is committed on \(mainline.name), so --record=branch cannot hold",
                advice: "leave one of the two out")
        }
        if request.from != nil { return .mainline }
        if let record = request.record { return record }
        if let record = try session.workspace.registry.settings.choice(.record, saga: saga.id, as: RecordPlace.self) {
            return record
        }
        return .standard(saga.mainline, place.configuration)
    }

    private func startingPoint() throws -> ObjectID {
        guard let from = request.from else { return mainline.tip }
        guard let commit = place.repository.resolve(from) else {
            throw Failure(
                "'\(MarkdownText.terminalSafe(from))' names no commit", advice: "give --from a branch, tag or commit id"
            )
        }
        return commit
    }
}
