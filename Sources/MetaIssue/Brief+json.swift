import AttemptHistory
import Documents

/// The JSON of `brief --json` (Docs/json.md). Members are never left out; what nobody wrote is an empty list or null.
extension Brief: Encodable {
    /// The version of the contract; raised only for changes that break readers.
    public static let schemaVersion = 1

    private enum Key: String, CodingKey {
        case schemaVersion, sagas
    }

    /// Writes the brief's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.schemaVersion, forKey: .schemaVersion)
        try container.encode(sagas, forKey: .sagas)
    }

    /// The whole document, with a newline at its end.
    public func json() throws -> [UInt8] { try JSONDocument.bytes(of: self) }
}

extension Brief.SagaBrief: Encodable {
    private enum Key: String, CodingKey {
        case id, path, title, status, mainline, problem, criteria, understanding, attempts, resolution, lessons, open
    }

    /// Writes the saga's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(part.id, forKey: .id)
        try container.encode(part.path, forKey: .path)
        try container.encode(part.title, forKey: .title)
        try container.encode(part.status, forKey: .status)
        try container.encode(part.mainline, forKey: .mainline)
        try container.encode(account.problem, forKey: .problem)
        try container.encode(account.criteria, forKey: .criteria)
        try container.encode(account.understanding, forKey: .understanding)
        try container.encode(attempts, forKey: .attempts)
        try container.encode(account.resolution, forKey: .resolution)
        try container.encode(account.lessons, forKey: .lessons)
        try container.encode(open, forKey: .open)
    }
}

extension Brief.Attempt: Encodable {
    private enum Key: String, CodingKey {
        case number, title, branch, folder, state, how, verdict, reason, commits, started, ended, hypothesis, approach
        case proved, measured, decided, next, source
    }

    private enum SourceKey: String, CodingKey {
        case path, line
    }

    /// Writes the attempt's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(state.facts.number, forKey: .number)
        try container.encode(state.title, forKey: .title)
        try container.encode(state.branch, forKey: .branch)
        try container.encode(state.folder, forKey: .folder)
        try container.encode(state.facts.state, forKey: .state)
        try container.encode(state.facts.how, forKey: .how)
        try container.encode(state.verdict.value, forKey: .verdict)
        try container.encode(state.verdict.reason, forKey: .reason)
        try container.encode(state.facts.ownCommits?.count, forKey: .commits)
        try container.encode(state.started?.description, forKey: .started)
        try container.encode(state.ended?.description, forKey: .ended)
        try container.encode(account.hypothesis, forKey: .hypothesis)
        try container.encode(account.approach, forKey: .approach)
        try container.encode(account.proved, forKey: .proved)
        try container.encode(account.measured, forKey: .measured)
        try container.encode(account.decided, forKey: .decided)
        try container.encode(account.next, forKey: .next)
        guard let source else { return try container.encodeNil(forKey: .source) }
        var place = container.nestedContainer(keyedBy: SourceKey.self, forKey: .source)
        try place.encode(source.path, forKey: .path)
        try place.encode(source.line, forKey: .line)
    }
}

extension Brief.Open: Encodable {
    private enum Key: String, CodingKey {
        case kind, attempt, text, commands
    }

    /// Writes the member's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(kind, forKey: .kind)
        try container.encode(attempt, forKey: .attempt)
        try container.encode(text, forKey: .text)
        try container.encode(commands, forKey: .commands)
    }
}
