import AttemptHistory
import Documents
import GitStore

/// What the next person or agent who takes a problem up has to know: what was tried, what each attempt proved, what is still
/// open. It says what record and history say, and nothing else.
public struct Brief: Sendable {
    /// One attempt.
    public struct Attempt: Sendable {
        /// History and record joined.
        public let state: AttemptState
        /// What people wrote about it.
        public let account: AttemptAccount
        /// Where more is written: path and line of its section; nil where it has none.
        public let source: (path: String, line: Int)?
    }

    /// Something that is not settled, and what could be done about it.
    public struct Open: Sendable {
        /// Of which kind, for programs: `attempt`, `verdict`, `look`, `log`, `number`, `status`, `next`, `question`.
        public let kind: String
        /// The attempt; nil where it is about the saga.
        public let attempt: Int?
        /// A sentence: plain text, or a person's own Markdown.
        public let sentence: String
        /// True where a person wrote the sentence.
        public let isWritten: Bool
        /// What settles it; of several, any one is enough.
        public let commands: [String]

        /// The sentence and what settles it.
        public var text: String {
            commands.isEmpty ? sentence : "\(sentence): \(commands.joined(separator: ", or "))"
        }

        init(_ kind: String, _ attempt: Int?, _ sentence: String, isWritten: Bool = false, commands: [String] = []) {
            self.kind = kind
            self.attempt = attempt
            self.sentence = sentence
            self.isWritten = isWritten
            self.commands = commands
        }
    }

    /// One saga.
    public struct SagaBrief: Sendable {
        /// The saga as `status` tells it.
        public let part: StatusReport.SagaPart
        /// Its attempts, by number.
        public let attempts: [Attempt]
        /// What people wrote about it as a whole.
        public let account: SagaAccount
        /// What is not settled.
        public let open: [Open]
    }

    /// The sagas.
    public let sagas: [SagaBrief]
    /// Git's configuration, for how this is shown.
    public let configuration: Configuration

    /// Reads history and record.
    ///
    /// - Parameter name: only this saga; nil for all.
    public init(in directory: String, saga name: String?) async throws {
        let workspace = try await Workspace.open(directory)
        let report = try StatusReport(workspace, saga: name)
        configuration = report.configuration
        sagas = try report.sagas.map { try Self.saga($0, in: workspace) }
    }

    private static func saga(_ part: StatusReport.SagaPart, in workspace: Workspace) throws -> SagaBrief {
        guard let saga = part.saga else {
            let attempts = part.attempts.map {
                Attempt(state: $0, account: AttemptAccount(), source: nil)
            }
            let account = SagaAccount(hub: nil, description: nil, testCases: nil)
            return SagaBrief(part: part, attempts: attempts, account: account, open: open(part, attempts, account))
        }
        let source = try workspace.visibleRecord(on: workspace.mainline(of: saga))
        let record = try SagaRecord(saga, from: source)
        var account = SagaAccount(
            hub: try source.bytes(at: saga.hubPath), description: try source.bytes(at: "\(saga.path)/description.md"),
            testCases: try source.bytes(at: "\(saga.path)/test-cases.md"))
        if let lessons = record.log?.lessons, !lessons.isEmpty { account.lessons = lessons }
        let attempts = try part.attempts.map { state in
            do {
                let own = try place(of: state, source, in: workspace)
                return try attempt(state, of: saga, record, from: [own, source])
            } catch let error as GitStoreError where error.kind == .notFound {
                // What a partial clone lacks of a branch is not told.
                return try attempt(state, of: saga, record, from: [source])
            }
        }
        return SagaBrief(part: part, attempts: attempts, account: account, open: open(part, attempts, account))
    }

    /// Where an attempt's own folder is: that of one in progress may still be on its branch only.
    private static func place(
        of state: AttemptState, _ source: RecordSource, in workspace: Workspace
    ) throws -> RecordSource {
        guard state.facts.state.isOpen, let tip = state.facts.tip else { return source }
        return .commit(try workspace.place.repository.commit(tip), in: workspace.place.repository)
    }

    /// - Parameter sources: where the attempt's folder may be; of several the first that has one counts.
    private static func attempt(
        _ state: AttemptState, of saga: Saga, _ record: SagaRecord, from sources: [RecordSource]
    ) throws -> Attempt {
        let number = state.facts.number
        var account = record.log?.account(of: number) ?? AttemptAccount()
        for source in sources {
            guard let name = try saga.attemptFolders(of: number, in: source).first else { continue }
            let folder = "\(saga.attemptsPath)/\(name)"
            if let approach = try source.bytes(at: "\(folder)/solution-approach.md") {
                account = account.filled(from: AttemptAccount(approach: approach))
            }
            if let results = try source.bytes(at: "\(folder)/attempt-results.md") {
                account = account.filled(from: AttemptAccount(results: results))
            }
            break
        }
        return Attempt(
            state: state, account: account, source: record.section(number).map { (saga.logPath, $0.line) })
    }

    // MARK: What is open

    private static func open(
        _ part: StatusReport.SagaPart, _ attempts: [Attempt], _ account: SagaAccount
    ) -> [Open] {
        var open: [Open] = []
        if let doubt = part.statusDoubt { open.append(Open("status", nil, doubt)) }
        if let absence = part.absence { open.append(Open("log", nil, absence)) }
        open += part.clashes.map { clash in
            let claimants = clash.claimants.joined(separator: ", ")
            let sentence = "the number is taken more than once, by \(claimants); one of them needs another"
            return Open("number", clash.number, sentence, commands: clash.answers)
        }
        for attempt in attempts { open += self.open(attempt.state, part) }
        if part.status == .investigating, let last = attempts.last(where: { !$0.state.facts.state.isOpen }) {
            open += last.account.next.map { Open("next", last.state.facts.number, $0, isWritten: true) }
        }
        return open + account.questions.map { Open("question", nil, $0, isWritten: true) }
    }

    private static func open(_ state: AttemptState, _ part: StatusReport.SagaPart) -> [Open] {
        let number = state.facts.number
        let name = AttemptNumber.text(number) + (part.isOnlySaga ? "" : " --saga \(part.id)")
        var open: [Open] = []
        if let question = part.question(about: state) {
            let sentence = "\(question.reason); settle it"
            open.append(Open("look", number, sentence, commands: ["git metaissue show \(name)"]))
        }
        switch state.facts.state {
        case .planned, .inProgress:
            let count = state.facts.ownCommits?.count ?? 0
            let work = count == 0 ? "nothing committed yet" : "\(count) commit\(count == 1 ? "" : "s") so far"
            open.append(Open("attempt", number, "\(work), none on \(part.mainline)"))
        case .landed, .partlyLanded, .reapplied, .partlyReverted:
            guard state.verdict.value == .pending else { break }
            let sentence = "\(state.facts.state.rawValue), but nobody said what it proved"
            open.append(Open("verdict", number, sentence, commands: ["git metaissue verdict \(name) <verdict>"]))
        case .discarded, .reverted, .abandoned, .unknown: break
        }
        return open
    }
}
