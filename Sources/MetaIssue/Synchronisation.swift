import AttemptHistory
import Documents
import GitStore

/// Brings a saga's documents up to what history says.
public struct Synchronisation {
    /// One document as it is and as it should be.
    public struct Document: Sendable {
        /// Slash-separated path from the top of the tree.
        public let path: String
        /// The bytes now.
        public let old: [UInt8]
        /// The bytes that history asks for.
        public let new: [UInt8]
        /// What changes, and why.
        public let changes: [DocumentChange]
        /// What is reported and left alone.
        public let notices: [DocumentNotice]
        /// The line, from 1, of the first conflict that a person has to resolve; nil where there is none.
        public var conflictLine: Int?

        /// True when the document does not say what history says.
        public var isStale: Bool { old != new }
    }

    /// What a run found in one saga.
    public struct Report: Sendable {
        /// The saga.
        public let saga: Saga
        /// Its documents and the attempt files that come back.
        public let documents: [Document]
        /// Attempts that need a look: history cannot settle them, and no document was changed because of that.
        public let questions: [OpenQuestion]
        /// What the record lost, and not by a reversal that was identified: reported, and left alone.
        public let losses: [RecordLoss]
        /// Numbers that several attempts have.
        public let clashes: [NumberClash]
        /// Why the saga's status is in doubt, or not what was declared; nil where it is not.
        public let statusDoubt: String?
        /// The commit that was made; nil when none was asked for or needed.
        public var commit: String?

        /// True when something is to be written.
        public var isStale: Bool { documents.contains(where: \.isStale) }

        /// The documents with conflicts that a person has to resolve; their values are left alone.
        public var conflicts: [Document] { documents.filter { $0.conflictLine != nil } }
    }

    /// What history tells under one set of settled landings.
    private struct Reading {
        let settlements: [Int: Settlement]
        let part: Examination.Part
        let restoration: Restoration
    }

    let workspace: Workspace
    let saga: Saga
    let scope: Ledger.Scope
    private let adding: Set<Int>
    private let reading: Reading
    private let earlier = Earlier()

    /// Earlier versions of the record, once somebody asked for them.
    private final class Earlier { var history: RecordHistory? }

    /// What history tells under what the visible record settles.
    var part: Examination.Part { reading.part }

    /// - Parameter adding: attempts whose section and rows are written whatever their state.
    init(
        _ saga: Saga, in workspace: Workspace, scope: Ledger.Scope = .full, adding: Set<Int> = []
    ) throws {
        self.workspace = workspace
        self.adding = adding
        self.saga = saga
        self.scope = scope
        let mainline = try workspace.mainline(of: saga)
        let settlements = try workspace.visibleRecord(on: mainline).record(of: saga).settlements
        reading = try Self.read(saga, settlements: settlements, in: workspace)
    }

    private static func read(
        _ saga: Saga, settlements: [Int: Settlement], in workspace: Workspace
    ) throws -> Reading {
        let examination = try Examination(
            [saga], in: workspace, purpose: .documents, settlements: settlements)
        guard let part = examination.parts.first(where: { $0.saga == saga }) else {
            throw Failure("the saga \(saga.id) could not be examined")
        }
        return Reading(
            settlements: settlements, part: part, restoration: try Restoration(part, saga: saga, in: workspace))
    }

    /// What earlier versions of the record had.
    func history() throws -> RecordHistory {
        if let history = earlier.history { return history }
        let history = try RecordHistory(saga, on: part.mainline, in: workspace)
        earlier.history = history
        return history
    }

    /// What one version of the record lacks that the mainline had.
    private func losses(in record: SagaRecord, _ part: Examination.Part) throws -> [RecordLoss] {
        // Most records lack nothing, and then no history is walked.
        let lacking = part.facts.filter { !record.missingParts(of: $0.number).isEmpty }
        guard !lacking.isEmpty else { return [] }
        let tip = try workspace.committedRecord(on: part.mainline).record(of: saga)
        return try search().find(in: record, lacking, tip: tip)
    }

    private func search() throws -> RecordLosses {
        RecordLosses(saga: saga, history: try history(), isOnlySaga: workspace.registry.sagas.count == 1) { number in
            let reverts = part.subjects.first { $0.number == number }?.recordReverts ?? part.lostFolders[number] ?? []
            return try reverts.contains {
                try workspace.history(of: part.mainline).tookCode($0, besides: part.naming, number: number)
            }
        }
    }

    /// The files that are executable where a change brings them back.
    var executable: Set<String> { reading.restoration.executable }

    /// What reverts that took no landing back took out of attempts' folders, as one version of the record has them.
    func lostWords(in source: RecordSource) throws -> [LostWords] {
        try LostWords.find(part, of: saga, except: reading.restoration.reverts, in: source, workspace)
    }

    /// Files of a change together with what log and tables make of them.
    func completing(_ files: [String: [UInt8]], in source: RecordSource) throws -> [String: [UInt8]] {
        var files = files
        for document in try documents(in: source.overlaid(files)) where document.isStale {
            files[document.path] = document.new
        }
        return files
    }

    /// The documents of one version of the record, as they are and as they should be.
    ///
    /// - Parameter starting: an attempt that is about to exist, to be written in as well.
    func documents(in source: RecordSource, starting: NewAttemptFacts? = nil) throws -> [Document] {
        // Each version of the record is read with the landings that it settles itself: what is only in the work tree
        // says nothing of what is committed.
        let restored = try reading.restoration.restoredFiles(in: source)
        let settlements =
            restored.isEmpty
            ? try source.record(of: saga).settlements
            : try SagaRecord.settlements(of: saga, in: source.overlaid(restored))
        let reading =
            settlements == reading.settlements
            ? reading : try Self.read(saga, settlements: settlements, in: workspace)
        return try documents(in: source, starting: starting, reading)
    }

    private func documents(
        in source: RecordSource, starting: NewAttemptFacts?, _ reading: Reading
    ) throws -> [Document] {
        let restoration = reading.restoration
        let restored = try restoration.restoredFiles(in: source)
        let documents = try restored.sorted { $0.key < $1.key }.map { path, bytes in
            let change = DocumentChange(
                line: 1, what: "the file", old: "", new: "brought back",
                reason: "a reversal or a rewritten mainline removed what it held")
            return Document(
                path: path, old: try source.bytes(at: path) ?? [], new: bytes, changes: [change], notices: [])
        }
        guard let logBytes = try source.bytes(at: saga.logPath) else { return documents }
        let hubBytes = try source.bytes(at: saga.hubPath)
        let mended = [
            (saga.logPath, logBytes, ConflictMending.mend(.log, logBytes)),
            (saga.hubPath, hubBytes ?? [], hubBytes.flatMap { ConflictMending.mend(.hub, $0) }),
        ]
        if mended.contains(where: { $0.2?.conflictLines.isEmpty == false }) {
            // What people have to decide may be anywhere in the two: no value is trusted or written.
            return documents + mended.compactMap { path, old, found in found.map { Self.conflicted(path, old, $0) } }
        }
        let forgotten = try restoration.forgotten(in: source)
        let whole = try restoration.restoredLog(mended[0].2?.bytes ?? logBytes, except: forgotten)
        var pending = restored
        pending[saga.logPath] = whole
        pending[saga.hubPath] = try hubBytes.map {
            try restoration.restoredHub(mended[1].2?.bytes ?? $0, except: forgotten)
        }
        let isWhole = restored.isEmpty && whole == logBytes && pending[saga.hubPath] == hubBytes
        let record = isWhole ? try source.record(of: saga) : try SagaRecord(saga, from: source.overlaid(pending))
        let losses = try losses(in: record, reading.part)
        let entry = try ledger(record, starting, reading.part, losses).entry
        let (log, hub) = try Cores.both(isWorthIt: record.isLarge) {
            Self.document(saga.logPath, old: logBytes, whole: whole) {
                (isWhole ? record.log ?? ImplementationLog(bytes: whole) : ImplementationLog(bytes: whole))
                    .updated(with: entry)
            }
        } _: { () -> Document? in
            guard let hubBytes, let whole = pending[saga.hubPath] else { return nil }
            return Self.document(saga.hubPath, old: hubBytes, whole: whole) {
                (isWhole ? record.hub ?? HubDocument(bytes: whole) : HubDocument(bytes: whole))
                    .updated(with: entry)
            }
        }
        return documents + [log] + [hub].compactMap { $0 }
    }

    /// A document with conflicts: what the tool owns is mended.
    private static func conflicted(_ path: String, _ old: [UInt8], _ mended: ConflictMending.Mended) -> Document {
        let line = mended.conflictLines.first
        return Document(
            path: path, old: old, new: mended.bytes, changes: mended.bytes == old ? [] : [markersChange],
            notices: line.map {
                [DocumentNotice(line: $0, text: "a conflict that a person has to resolve; no value was changed")]
            } ?? [], conflictLine: line)
    }

    private static let markersChange = DocumentChange(
        line: 1, what: "conflict markers", old: "", new: "taken out",
        reason: "around values, rows and sections of both sides")

    /// One document: first what was removed is put back, then its values are brought up to date.
    private static func document(
        _ path: String, old: [UInt8], whole: [UInt8], update: () -> DocumentUpdate
    ) -> Document {
        let update = update()
        var changes = update.changes
        if ConflictMending.markerLine(in: old) != nil {
            changes.insert(markersChange, at: 0)
        } else if whole != old {
            changes.insert(
                DocumentChange(
                    line: 1, what: "sections and rows", old: "", new: "brought back",
                    reason: "a reversal or a rewritten mainline removed them"),
                at: 0)
        }
        return Document(path: path, old: old, new: update.bytes, changes: changes, notices: update.notices)
    }

    private func ledger(
        _ record: SagaRecord, _ starting: NewAttemptFacts?, _ part: Examination.Part, _ losses: [RecordLoss]
    ) throws -> Ledger {
        var stubDays: [Int: CalendarDate] = [:]
        for facts in part.facts { stubDays[facts.number] = try part.stubDay(of: facts, in: workspace) }
        var states = try part.states(with: record, in: workspace)
        if let starting {
            stubDays[starting.number] = starting.day
            states.append(AttemptState(starting))
        }
        return Ledger(
            saga: saga, record: record, states: states, stubDays: stubDays, scope: scope,
            lost: Set(losses.map(\.number)), goneLandings: try goneLandings(record, states, part), adding: adding,
            starting: starting)
    }

    /// What rows say of landings that were rewritten since, as by a `pull --rebase`.
    private func goneLandings(
        _ record: SagaRecord, _ states: [AttemptState], _ part: Examination.Part
    ) throws -> [Int: Set<String>] {
        let told = record.landings
        var gone: [Int: Set<String>] = [:]
        for facts in states.map(\.facts) where !facts.landings.isEmpty {
            for landing in told[facts.number] ?? [] {
                // Most rows name what history shows.
                if facts.landings.contains(where: { $0.commit.hex.hasPrefix(landing.commit) }) { continue }
                if try workspace.history(of: part.mainline).isGone(landing) {
                    gone[facts.number, default: []].insert(landing.commit)
                }
            }
        }
        return gone
    }

    /// The same as a change to any version of the record.
    var change: RecordChange {
        { source in
            Dictionary(uniqueKeysWithValues: try documents(in: source).filter(\.isStale).map { ($0.path, $0.new) })
        }
    }

    /// Refuses a record whose log is not there, or whose README somebody deleted: it would be taken for up to date.
    func needDocuments() throws {
        let visible = try workspace.visibleRecord(on: part.mainline)
        let committed = try workspace.committedRecord(on: part.mainline)
        for path in [saga.logPath, saga.hubPath] where try visible.bytes(at: path) == nil {
            let isCommitted = try committed.bytes(at: path) != nil
            // Some hand-written sagas never had a README.
            guard path == saga.logPath || isCommitted else { continue }
            let advice =
                if !isCommitted {
                    "find when it went with: git log --diff-filter=D -- \(path)"
                } else if workspace.place.configuration.flag("core.sparsecheckout") == true {
                    "take it into the sparse checkout with: git sparse-checkout add \(saga.path)"
                } else {
                    "bring it back with: git restore --staged --worktree -- \(path)"
                }
            throw Failure("\(path) is missing", advice: advice)
        }
    }

    /// What the visible record would become.
    ///
    /// - Throws: ``Failure`` when a document is missing.
    func report() throws -> Report {
        try needDocuments()
        let visible = try workspace.visibleRecord(on: part.mainline)
        let record = try visible.record(of: saga)
        let states = try part.states(with: record, in: workspace)
        let documents = try documents(in: visible)
        let files = Dictionary(uniqueKeysWithValues: documents.map { ($0.path, $0.new) })
        let isStale = documents.contains(where: \.isStale)
        var losses = try losses(
            in: isStale ? SagaRecord(saga, from: visible.overlaid(files)) : record, part)
        if !part.lostFolders.isEmpty {
            losses += try search().losses(
                of: part.lostFolders, in: isStale ? SagaRecord(saga, from: visible.overlaid(files)) : record)
        }
        let words = try lostWords(in: isStale ? visible.overlaid(files) : visible)
        if !words.isEmpty { losses += try search().losses(of: words, in: record) }
        return Report(
            saga: saga, documents: documents, questions: questions(states), losses: losses,
            clashes: try NumberClash.find(saga, part.subjects, record: record, in: workspace),
            statusDoubt: SagaStanding(record, states).doubt)
    }

    /// Attempts whose state history cannot settle.
    private func questions(_ states: [AttemptState]) -> [OpenQuestion] {
        let completion = workspace.completion
        return states.compactMap { state in
            OpenQuestion(
                state, saga: saga, isOnlySaga: workspace.registry.sagas.count == 1, completion: completion)
        }
    }
}

/// An attempt that start-attempt is about to make: what the documents will say of it.
struct NewAttemptFacts {
    let number: Int
    let title: String
    let branch: String
    /// From the saga's folder on.
    let folder: String
    let day: CalendarDate
    let hypothesis: String?
    let approach: String?

    init(attempt: Journal.NewAttempt, day: CalendarDate, hypothesis: String?, approach: String?) {
        number = attempt.number
        title = attempt.title
        branch = attempt.branch
        folder = "attempts/\(AttemptNumber.text(attempt.number))-\(attempt.slug)"
        self.day = day
        self.hypothesis = hypothesis
        self.approach = approach
    }
}
