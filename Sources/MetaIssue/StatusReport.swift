import AttemptHistory
import Documents
import GitStore

/// What `status` and `show` tell: every saga with its attempts, history and record joined.
public struct StatusReport: Sendable {
    /// One saga's part.
    public struct SagaPart: Sendable {
        /// The saga's id; without documents, the branch prefix.
        public var id: String
        /// Its folder; nil without documents.
        public var path: String?
        /// Its title.
        public var title: String
        /// How it stands: as declared, else as its hub says.
        public var status: SagaStatus
        /// Why that is in doubt, or not what was declared: the attempt that resolved it was taken back. nil where it is
        /// not.
        public var statusDoubt: String?
        /// Short name of its mainline.
        public var mainline: String
        /// Its attempts, by number.
        public var attempts: [AttemptState]
        /// Numbers that several attempts have.
        public var clashes: [NumberClash]
        /// That the log is missing where the record is read; nil where it is there.
        let absence: String?
        /// What a person should know of the saga as a whole: that its question is open again, that its log is missing where
        /// it is read, which numbers are taken more than once. Sentences.
        public var notes: [String]
        /// The saga under management; nil without documents.
        let saga: Saga?
        /// False where commands have to name the saga.
        let isOnlySaga: Bool
        /// The command that brings what this clone lacks; nil where it lacks nothing.
        let completion: String?

        /// What a person should decide about one of its attempts; nil where nothing is open.
        public func question(about attempt: AttemptState) -> OpenQuestion? {
            OpenQuestion(attempt, saga: saga, isOnlySaga: isOnlySaga, completion: completion)
        }
    }

    /// The sagas, documented ones first.
    public var sagas: [SagaPart]
    /// What is wrong in configuration files.
    public let findings: [SettingFinding]
    /// Git's configuration, for how this is shown.
    public let configuration: Configuration

    /// Examines a repository.
    ///
    /// - Parameter name: only this saga (id, prefix or path); nil for all.
    /// - Throws: ``Failure`` when no saga has that name, or the repository cannot be read.
    public init(in directory: String, saga name: String? = nil) async throws {
        let workspace = try await Workspace.open(directory)
        workspace.keepToTheEnd()
        try self.init(workspace, saga: name)
    }

    /// Examines a repository that is open.
    init(_ workspace: Workspace, saga name: String?) throws {
        configuration = workspace.place.configuration
        findings = workspace.settingFindings
        let isUndocumented =
            name.map { name in !workspace.registry.sagas.contains { workspace.means(name, $0) } } ?? false
        let wanted = isUndocumented ? [] : try workspace.sagas(named: name)
        let examination = try Examination(
            wanted, in: workspace, purpose: .status, includesUndocumented: name == nil || isUndocumented)
        sagas = try examination.parts.filter { !isUndocumented || $0.naming.id == name }.map { part in
            try Self.part(part, in: workspace)
        }
        if isUndocumented && sagas.isEmpty { _ = try workspace.sagas(named: name) }
    }

    private static func part(_ part: Examination.Part, in workspace: Workspace) throws -> SagaPart {
        let record =
            if let saga = part.saga {
                try workspace.visibleRecord(on: part.mainline).record(of: saga)
            } else {
                SagaRecord(undocumented: part.naming.prefix)
            }
        let states = try part.states(with: record, in: workspace)
        let standing = SagaStanding(record, states)
        let clashes = try part.saga.map { try NumberClash.find($0, part.subjects, record: record, in: workspace) } ?? []
        let absence = part.saga.flatMap { saga in
            record.log == nil
                ? "\(saga.logPath) is missing, so what people wrote there is not known; git status may tell why" : nil
        }
        let doubt = standing.doubt.map { "the question is open again: \($0)" }
        return SagaPart(
            id: part.naming.id, path: part.saga?.path, title: record.title,
            status: standing.status, statusDoubt: standing.doubt,
            mainline: part.mainline.name, attempts: states,
            clashes: clashes, absence: absence, notes: [doubt, absence].compactMap(\.self) + clashes.map(\.words),
            saga: part.saga,
            isOnlySaga: workspace.registry.sagas.count == 1, completion: workspace.completion)
    }
}

extension Workspace {
    /// True when the user's word for a saga means this one: its id, its prefix, or its folder, as the record names it or as
    /// it is found from where the user stands.
    func means(_ name: String, _ saga: Saga) -> Bool {
        if [saga.id, saga.prefix, saga.path].contains(name) { return true }
        guard name.utf8.contains(UInt8(ascii: "/")) || name == "." || name == "..", let root = place.workTree else {
            return false
        }
        let named = name.hasPrefix("/") ? name : "\(place.git.directory)/\(name)"
        guard let folder = Files.real(named) else { return false }
        return folder == Files.real("\(root)/\(saga.path)")
    }
}
