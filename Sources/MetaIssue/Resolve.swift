import AttemptHistory
import Documents
import GitStore

/// `git metaissue resolve`: how a saga as a whole ended, or that it did not.
public struct Resolve {
    /// What a person says of a saga.
    public enum Word: Sendable {
        /// Its problem is solved, by this attempt where one is named.
        case resolved(attempt: Int?)
        /// It was given up.
        case abandoned
        /// Another saga, by id, prefix or folder, took its place.
        case superseded(by: String)
        /// The question is open again.
        case reopened
    }

    /// A word that has been recorded.
    public struct Resolved: Sendable {
        /// The saga's id.
        public let saga: String
        /// What its hub says now: "Resolved (Attempt 003)".
        public let status: String
        /// The commit that records it; nil when the record said so already.
        public let commit: String?
    }

    /// Records it on the mainline: the declaration, Status and Duration, and the hub's Resolution.
    ///
    /// - Throws: ``Failure`` when the attempt has not landed or was taken back, or there is no such saga; nothing is
    ///   changed then.
    public static func run(_ word: Word, saga name: String?, in directory: String) async throws -> Resolved {
        let session = try await WriteSession.begin(in: directory)
        if session.unfinished?.attempt != nil { try Journal.remove(in: session.workspace.place) }
        let resolve = try Resolve(session, try session.workspace.saga(named: name))
        return try await resolve.record(word)
    }

    private let session: WriteSession
    private let saga: Saga
    private let mainline: MainlineBranch
    private let states: [AttemptState]

    private init(_ session: WriteSession, _ saga: Saga) throws {
        self.session = session
        self.saga = saga
        let workspace = session.workspace
        mainline = try workspace.mainline(of: saga)
        let examination = try Examination([saga], in: workspace, purpose: .status)
        let record = try workspace.visibleRecord(on: mainline).record(of: saga)
        states = try examination.parts.first?.states(with: record, in: workspace) ?? []
    }

    private func record(_ word: Word) async throws -> Resolved {
        let workspace = session.workspace
        var (status, winner, successor): (SagaStatus, AttemptState?, Saga?) = (.investigating, nil, nil)
        switch word {
        case .resolved(let number):
            status = .resolved
            winner = try number.map(standing)
        case .abandoned: status = .abandoned
        case .superseded(let name):
            status = .superseded
            successor = try other(name)
        case .reopened: break
        }
        let author = try await Signature.current("GIT_AUTHOR_IDENT", with: workspace.place.git)
        let sync = try Synchronisation(saga, in: workspace, scope: .closedOnly)
        try sync.needDocuments()
        let number = winner.map { AttemptNumber.text($0.facts.number) }
        let values = [
            ("status", status.rawValue), ("attempt", number), ("supersededBy", successor?.id),
        ]
        let change: RecordChange = { source in
            var files: [String: [UInt8]] = [:]
            files[saga.declarationPath] = try Self.declared(
                values, day: author.time.day, in: source.bytes(at: saga.declarationPath) ?? [], saga)
            if let hub = try source.bytes(at: saga.hubPath) {
                let document = HubDocument(bytes: hub)
                let former = try formerly(source)
                let now = winner.map { Self.line(of: $0) } ?? successor.map { Self.line(of: $0.id) }
                if let now {
                    files[saga.hubPath] = document.withResolution(now.name, now.value, insteadOf: former)
                } else if let former {
                    files[saga.hubPath] = document.withoutResolution(former)
                }
                if winner == nil, status == .resolved, former != nil {
                    files[saga.hubPath] = HubDocument(bytes: files[saga.hubPath] ?? hub).withoutWinner()
                }
            }
            return try sync.completing(files, in: source)
        }
        let words = status.markdown(winner: winner?.facts.number)
        let commit = try await session.commit(
            change, of: saga, on: mainline,
            message: RecordMessage.text("metaissue: \(saga.id) is \(words.lowercased())", saga: saga, event: .sync))
        return Resolved(saga: saga.id, status: words, commit: commit?.hex)
    }

    /// The line of the hub that the declaration in force led to.
    private func formerly(_ source: RecordSource) throws -> (name: String, value: String)? {
        guard let bytes = try source.bytes(at: saga.declarationPath) else { return nil }
        let known = try SagaDeclaration(bytes: bytes, path: saga.declarationPath)
        if let winner = known.winner { return states.first { $0.facts.number == winner }.map { Self.line(of: $0) } }
        return known.supersededBy.map { Self.line(of: $0) }
    }

    private static func line(of winner: AttemptState) -> (name: String, value: String) {
        let title = MarkdownText.escapeInline(winner.title)
        return ("Winning approach", "Attempt \(AttemptNumber.text(winner.facts.number)) - \(title)")
    }

    private static func line(of successor: String) -> (name: String, value: String) {
        ("Superseded by", MarkdownText.codeSpan(successor))
    }

    /// The declaration's file with these values; the same values again leave it as it is, the day included.
    private static func declared(
        _ values: [(key: String, value: String?)], day: CalendarDate, in bytes: [UInt8], _ saga: Saga
    ) throws -> [UInt8] {
        try TrackedConfig.edit(bytes, at: saga.declarationPath) { text in
            let section = SagaDeclaration.section
            let isSaid = values.allSatisfy { text.value(section: section, subsection: nil, key: $0.key) == $0.value }
            if isSaid { return }
            for (key, value) in values + [("on", day.description)] {
                if let value {
                    try text.set(section: section, key: key, value: value)
                } else {
                    try text.remove(section: section, key: key)
                }
            }
        }
    }

    /// An attempt whose work is on the mainline and stands there.
    private func standing(_ number: Int) throws -> AttemptState {
        let name = "attempt \(AttemptNumber.text(number))"
        guard let state = states.first(where: { $0.facts.number == number }) else {
            throw Failure("there is no \(name) in \(saga.id)", advice: "git metaissue status lists the attempts")
        }
        if state.facts.isTakenBack {
            throw Failure(
                "\(name) was taken back, so it cannot have resolved \(saga.id)",
                advice: "git metaissue show \(number) tells its story")
        }
        switch state.facts.state {
        case .landed, .partlyLanded, .reapplied, .partlyReverted: return state
        default:
            throw Failure(
                "\(name) is not on \(mainline.name) (\(state.facts.state.rawValue)), so it cannot have resolved "
                    + saga.id,
                advice: "git metaissue show \(number) tells why; resolve without --attempt names no attempt")
        }
    }

    private func other(_ name: String) throws -> Saga {
        guard let found = try session.workspace.sagas(named: name).first, found != saga else {
            throw Failure.usage("a saga cannot supersede itself", advice: "name another one with --superseded-by")
        }
        return found
    }
}
