import AttemptHistory
import Documents
import GitStore

/// `git metaissue restore`: brings back what the record lost of an attempt: its folder, its section and its rows.
public struct Restore {
    /// What was brought back.
    public struct Restored: Sendable {
        /// The attempt's title.
        public let title: String
        /// The parts that the mainline's record had lost; empty when it lacked nothing.
        public let parts: [RecordPart]
        /// The files in attempts' folders whose words came back.
        public let files: [String]
        /// The commits they were taken from, twelve digits each.
        public let sources: [String]
        /// The commit that brings them back; nil when the record has everything.
        public let commit: String?
    }

    /// Brings back what is missing, from the last mainline commit that had it, else from the attempt's branch or
    /// anchor. What is there stays as it is. An attempt that was forgotten is remembered again.
    ///
    /// - Throws: ``Failure`` when nothing of the attempt can be found; nothing is changed then.
    public static func run(_ number: Int, saga name: String?, in directory: String) async throws -> Restored {
        let session = try await WriteSession.begin(in: directory)
        if session.unfinished?.attempt != nil { try Journal.remove(in: session.workspace.place) }
        let saga = try session.workspace.saga(named: name)
        return try await Restore(number, saga, session).run()
    }

    private let number: Int
    private let saga: Saga
    private let session: WriteSession
    private let mainline: MainlineBranch
    private let sync: Synchronisation
    /// Where each missing part comes from.
    private var sources: [RecordPart: Commit] = [:]
    /// What reverts took out of its files, newest first.
    private var words: [LostWords] = []

    private var repository: Repository { session.workspace.place.repository }
    private var name: String { "attempt \(AttemptNumber.text(number))" }

    private init(_ number: Int, _ saga: Saga, _ session: WriteSession) throws {
        self.number = number
        self.saga = saga
        self.session = session
        let workspace = session.workspace
        mainline = try workspace.mainline(of: saga)
        try workspace.refuseLinkedFolders(of: saga, on: mainline)
        sync = try Synchronisation(saga, in: workspace, scope: .closedOnly)
        try sync.needDocuments()
        try findSources()
    }

    private mutating func findSources() throws {
        let workspace = session.workspace
        let facts = sync.part.facts.first { $0.number == number }
        let history = try sync.history()
        let visible = try workspace.visibleRecord(on: mainline).record(of: saga)
        let committed = try workspace.committedRecord(on: mainline).record(of: saga)
        let renamed = visible.declarations.first { $0.value.formerly.contains(number) }?.key
        if let renamed, visible.folders[number] == nil {
            throw Failure(
                "\(name) is attempt \(AttemptNumber.text(renamed)) now",
                advice: "bring back what is missing of that one: git metaissue restore \(renamed)")
        }
        for part in Set(visible.missingParts(of: number)).union(committed.missingParts(of: number)) {
            if !committed.missingParts(of: number).contains(part) {
                sources[part] = try repository.commit(mainline.tip)
            } else if let departure = try history.departure(of: part, number, since: nil) {
                sources[part] = departure.had
            } else if let tip = facts?.tip, try SagaRecord(saga, atCommit: tip, repository).has(part, of: number) {
                sources[part] = try repository.commit(tip)
            }
        }
        let source = try workspace.visibleRecord(on: mainline)
        words = try sync.lostWords(in: source).filter { $0.number == number }
        let isForgotten = visible.tombstones[number] != nil || committed.tombstones[number] != nil
        guard sources.isEmpty, !isForgotten, !visible.numbers.contains(number) else { return }
        throw Failure(
            "nothing of \(name) was found: neither on \(mainline.name) nor on a branch, nor under an anchor",
            advice: "git metaissue status lists the attempts")
    }

    private func run() async throws -> Restored {
        let folder = try sources[.folder].map(folderFiles) ?? [:]
        let contents = try folder.mapValues { try repository.blob($0.id) }
        let log = try sources[.section].flatMap { try bytes(saga.logPath, in: $0) }
        let hub = try sources[.row].flatMap { try bytes(saga.hubPath, in: $0) }
        let change: RecordChange = { [saga, number, sync, words] source in
            let record = try SagaRecord(saga, from: source)
            var files = record.folders[number] == nil ? contents : [:]
            for lost in words where try files[lost.path] ?? source.bytes(at: lost.path) == lost.after {
                files[lost.path] = lost.before
            }
            if let log, let now = record.log, now.section(number) == nil {
                files[saga.logPath] = now.restoringAttempt(number, from: ImplementationLog(bytes: log))
            }
            if let hub, let now = record.hub {
                files[saga.hubPath] = now.restoringAttempt(number, from: HubDocument(bytes: hub))
            }
            if record.tombstones[number] != nil, let bytes = try source.bytes(at: saga.declarationPath) {
                files[saga.declarationPath] = try Tombstone.removing(number, from: bytes, at: saga.declarationPath)
            }
            return try sync.completing(files, in: source)
        }
        let message = RecordMessage.text(
            "metaissue: restore \(name)", body: told, saga: saga, attempt: number, event: .sync)
        let commit = try await session.commit(
            change,
            executable: sync.executable.union(folder.executable).union(words.filter(\.isExecutable).map(\.path)),
            of: saga, on: mainline, message: message)
        let fresh = try session.reopened().workspace
        let now = try SagaRecord(saga, from: fresh.committedRecord(on: fresh.mainline(of: saga)))
        return Restored(
            title: now.title(of: number, branch: nil), parts: RecordPart.allCases.filter { sources[$0] != nil },
            files: Set(words.map { $0.path.below(saga.attemptsPath) ?? $0.path }).sorted(),
            sources: Set(sources.values.map(\.id.short) + words.map { "before \($0.commit.short)" }).sorted(),
            commit: commit?.hex)
    }

    private var told: String {
        (RecordPart.allCases.compactMap { part in sources[part].map { "\(part.rawValue) as of \($0.id.short)" } }
            + words.map { "\($0.path) before \($0.commit.short)" }).joined(separator: ", ")
    }

    private func bytes(_ path: String, in commit: Commit) throws -> [UInt8]? {
        try RecordSource.commit(commit, in: repository).bytes(at: path)
    }

    private func folderFiles(in commit: Commit) throws -> [String: TreeEntry] {
        let source = RecordSource.commit(commit, in: repository)
        return try saga.attemptFolders(of: number, in: source)
            .reduce(into: [:]) { files, name in
                let found = try repository.files(below: "\(saga.attemptsPath)/\(name)", in: commit.tree)
                files.merge(found) { $1 }
            }
    }
}

/// `git metaissue forget`: what went away of an attempt is left out for good.
public struct Forget {
    /// What was settled.
    public struct Forgotten: Sendable {
        /// The attempt's title.
        public let title: String
        /// The commit that says so; nil when the record said so already.
        public let commit: String?
    }

    /// Puts a tombstone into the saga's `.metaissue`: what the record lacks of the attempt is reported no more, and its
    /// number is never given again.
    ///
    /// - Throws: ``Failure`` when the record lacks nothing of it; nothing is changed then.
    public static func run(
        _ number: Int, reason: String?, saga name: String?, in directory: String
    ) async throws -> Forgotten {
        let session = try await WriteSession.begin(in: directory)
        let workspace = session.workspace
        if session.unfinished?.attempt != nil { try Journal.remove(in: workspace.place) }
        let saga = try workspace.saga(named: name)
        let mainline = try workspace.mainline(of: saga)
        let text = AttemptNumber.text(number)
        try workspace.refuseLinkedFolders(of: saga, on: mainline)
        let sync = try Synchronisation(saga, in: workspace, scope: .closedOnly)
        try sync.needDocuments()
        let record = try workspace.visibleRecord(on: mainline).record(of: saga)
        let isNew = record.tombstones[number] == nil
        if isNew, record.missingParts(of: number).isEmpty {
            throw Failure(
                "attempt \(text) is in the record, so there is nothing to forget",
                advice: "give it up with: git metaissue abandon-attempt \(number), or remove its folder, section and "
                    + "rows first")
        }
        let isKnown = sync.part.facts.contains { $0.number == number } || record.numbers.contains(number)
        guard try !isNew || isKnown || sync.history().allNumbers().contains(number)
        else {
            throw Failure(
                "there is no attempt \(text) in \(saga.id), and there never was one",
                advice: "git metaissue status lists the attempts")
        }
        let day = try await Signature.current("GIT_AUTHOR_IDENT", with: workspace.place.git).time.day
        let reason = reason.map(Declare.oneLine).flatMap { $0.isEmpty ? nil : $0 }
        let change: RecordChange = { source in
            let known = try source.bytes(at: saga.declarationPath) ?? []
            let bytes = try Tombstone.adding(number, day: day, reason: reason, to: known, at: saga.declarationPath)
            return try sync.completing([saga.declarationPath: bytes], in: source)
        }
        let commit = try await session.commit(
            change, of: saga, on: mainline,
            message: RecordMessage.text(
                "metaissue: forget attempt \(text)", body: reason ?? "", saga: saga, attempt: number, event: .sync))
        let branch = sync.part.facts.first { $0.number == number }?.branch
        return Forgotten(title: record.title(of: number, branch: branch), commit: commit?.hex)
    }
}

/// A person's word that what the record lacks of an attempt is to stay away: `[forgotten "003"]` in the saga's
/// `.metaissue`. The number stays taken.
struct Tombstone: Equatable {
    static let section = "forgotten"

    /// The day on which that was said.
    var day: CalendarDate?
    /// Why.
    var reason: String?

    /// The tombstones of a saga's `.metaissue`, by number.
    static func all(in text: GitConfigText) -> [Int: Tombstone] {
        var found: [Int: Tombstone] = [:]
        for name in text.subsections(of: section) {
            guard let number = AttemptNumber.parse(name) else { continue }
            func value(_ key: String) -> String? { text.value(section: section, subsection: name, key: key) }
            found[number] = Tombstone(day: value("on").flatMap { CalendarDate(iso: $0) }, reason: value("reason"))
        }
        return found
    }

    /// The file with a tombstone; the same word again changes nothing, unless it comes with another reason.
    static func adding(
        _ number: Int, day: CalendarDate, reason: String?, to bytes: [UInt8], at path: String
    ) throws -> [UInt8] {
        try TrackedConfig.edit(bytes, at: path) { text in
            if let known = all(in: text)[number], reason == nil || reason == known.reason { return }
            let name = name(of: number, in: text)
            try text.set(section: section, subsection: name, key: "on", value: day.description)
            if let reason { try text.set(section: section, subsection: name, key: "reason", value: reason) }
        }
    }

    /// The file without an attempt's tombstone.
    static func removing(_ number: Int, from bytes: [UInt8], at path: String) throws -> [UInt8] {
        try TrackedConfig.edit(bytes, at: path) { text in
            try text.removeSection(section, subsection: name(of: number, in: text))
        }
    }

    /// As the file spells the number.
    private static func name(of number: Int, in text: GitConfigText) -> String {
        text.subsections(of: section).first { AttemptNumber.parse($0) == number } ?? AttemptNumber.text(number)
    }
}
