import AttemptHistory
import Documents
import GitStore

/// The JSON of `status --json` (PRODUCT.md, "JSON"; Docs/status.schema.json). Members that history cannot tell are null,
/// never left out.
extension StatusReport: Encodable {
    /// The version of the contract; raised only for changes that break readers.
    public static let schemaVersion = 1

    private enum Key: String, CodingKey {
        case schemaVersion, sagas
    }

    /// Writes the report's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.schemaVersion, forKey: .schemaVersion)
        try container.encode(sagas, forKey: .sagas)
    }

    /// The whole document, with a newline at its end.
    public func json() throws -> [UInt8] { try JSONDocument.bytes(of: self) }
}

extension StatusReport.SagaPart: Encodable {
    private enum Key: String, CodingKey {
        case id, path, title, status, mainline, notes, attempts
    }

    /// Writes the saga's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(id, forKey: .id)
        try container.encode(path, forKey: .path)
        try container.encode(title, forKey: .title)
        try container.encode(status, forKey: .status)
        try container.encode(mainline, forKey: .mainline)
        try container.encode(notes, forKey: .notes)
        try container.encode(attempts, forKey: .attempts)
    }
}

extension AttemptState: Encodable {
    private enum Key: String, CodingKey {
        case number, title, branch, folder, commits, started, ended, days, integration, verdict, notes
    }

    private enum IntegrationKey: String, CodingKey {
        case state, how, landings, reversals, evidence, paths
    }

    /// Writes the attempt's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(facts.number, forKey: .number)
        try container.encode(title, forKey: .title)
        try container.encode(branch, forKey: .branch)
        try container.encode(folder, forKey: .folder)
        try container.encode(facts.ownCommits?.count, forKey: .commits)
        try container.encode(started?.description, forKey: .started)
        try container.encode(ended?.description, forKey: .ended)
        try container.encode(days, forKey: .days)
        try container.encode(verdict, forKey: .verdict)
        try container.encode(facts.notes, forKey: .notes)
        var integration = container.nestedContainer(keyedBy: IntegrationKey.self, forKey: .integration)
        try integration.encode(facts.state, forKey: .state)
        try integration.encode(facts.how, forKey: .how)
        try integration.encode(facts.landings, forKey: .landings)
        try integration.encode(facts.reversals, forKey: .reversals)
        try integration.encode(facts.evidence, forKey: .evidence)
        try integration.encode(facts.paths, forKey: .paths)
    }
}

extension VerdictState: Encodable {
    private enum Key: String, CodingKey {
        case value, source, reason
    }

    /// Writes the verdict's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(value, forKey: .value)
        try container.encode(source, forKey: .source)
        try container.encode(reason, forKey: .reason)
    }
}

extension Landing: Encodable {
    private enum Key: String, CodingKey {
        case commit, date, how, reapplication
    }

    /// Writes the landing's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(commit.hex, forKey: .commit)
        try container.encode(time.day.description, forKey: .date)
        try container.encode(how, forKey: .how)
        try container.encode(isReapplication, forKey: .reapplication)
    }
}

extension Reversal: Encodable {
    private enum Key: String, CodingKey {
        case commits, date, extent
    }

    /// Writes the reversal's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(commits.map(\.hex), forKey: .commits)
        try container.encode(time.day.description, forKey: .date)
        try container.encode(extent, forKey: .extent)
    }
}

extension Evidence: Encodable {
    private enum Key: String, CodingKey {
        case rule, commit, certainty, detail
    }

    /// Writes the evidence's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(rule, forKey: .rule)
        try container.encode(commit?.hex, forKey: .commit)
        try container.encode(certainty, forKey: .certainty)
        try container.encode(detail, forKey: .detail)
    }
}

extension PathOutcome: Encodable {
    private enum Key: String, CodingKey {
        case path, outcome, share
    }

    /// Writes the outcome's members.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(path, forKey: .path)
        try container.encode(outcome, forKey: .outcome)
        try container.encode(share, forKey: .share)
    }
}
