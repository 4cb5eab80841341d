import AttemptHistory
import Documents
import GitStore

/// What one version of a saga's files says: the documents, the attempt folders, what was declared.
struct SagaRecord {
    let saga: Saga
    let log: ImplementationLog?
    let hub: HubDocument?
    /// What a person declared of the saga as a whole; nil where nobody did.
    let declaration: SagaDeclaration?
    /// Attempt folders by number, from the saga's folder on: `attempts/001-baseline`.
    private(set) var folders: [Int: String] = [:]
    /// Further folders of a number that has one already.
    private(set) var furtherFolders: [Int: [String]] = [:]
    /// What `attempts/NNN-slug/.metaissue` declares, by number.
    private(set) var declarations: [Int: Declaration] = [:]
    /// Every number that the record mentions.
    private(set) var numbers: Set<Int>
    private var approaches: [Int: SolutionApproach] = [:]
    /// The landings that rows of the log tell.
    private let written: [Int: [WrittenLanding]]
    /// The log's sections and the hub's rows by number; of two with one number the first.
    private let sections: [Int: LogAttempt]
    private let rows: [Int: HubAttempt]

    /// A log from which on parsing it is worth a thread: a millisecond's work.
    private static let largeLog = 128 << 10

    /// True where the log's size makes it worth doing beside something else.
    var isLarge: Bool { log.map { $0.bytes.count >= Self.largeLog } ?? false }

    /// Reads the saga's files.
    init(_ saga: Saga, from source: RecordSource) throws {
        self.saga = saga
        let bytes = try source.bytes(at: saga.logPath)
        // The source is asked by one of the two only.
        let (log, others) = try Cores.both(isWorthIt: (bytes ?? []).count >= Self.largeLog) {
            bytes.map(ParsedDocuments.log)
        } _: {
            (
                hub: try source.bytes(at: saga.hubPath).map(ParsedDocuments.hub),
                folders: try source.folders(in: saga.attemptsPath).compactMap {
                    try AttemptFolder($0, of: saga, in: source)
                }
            )
        }
        self.log = log?.document
        written = log?.landings ?? [:]
        hub = others.hub?.document
        declaration = try source.bytes(at: saga.declarationPath).map {
            try SagaDeclaration(bytes: $0, path: saga.declarationPath)
        }
        sections = log?.sections ?? [:]
        rows = others.hub?.rows ?? [:]
        numbers = Set(sections.keys).union(rows.keys)
        for folder in others.folders {
            let number = folder.number
            guard folders[number] == nil else {
                furtherFolders[number, default: []].append("attempts/\(folder.name)")
                continue
            }
            folders[number] = "attempts/\(folder.name)"
            numbers.insert(number)
            try learn(folder, from: source)
        }
    }

    /// Reads the saga's files as a commit has them.
    init(_ saga: Saga, atCommit commit: ObjectID, _ repository: Repository) throws {
        try self.init(saga, from: .commit(try repository.commit(commit), in: repository))
    }

    /// The record of attempts that no saga documents.
    init(undocumented prefix: String) {
        saga = Saga(id: prefix, path: "", prefix: prefix, mainline: "")
        log = nil
        hub = nil
        declaration = nil
        written = [:]
        sections = [:]
        rows = [:]
        numbers = []
    }

    /// The number that an attempt folder's name starts with.
    static func number(ofFolder name: String) -> Int? { AttemptNumber.parse(name.prefix { $0.isASCII && $0.isNumber }) }

    private mutating func learn(_ folder: AttemptFolder, from source: RecordSource) throws {
        let number = folder.number
        declarations[number] = folder.declaration
        // Where log and hub say everything, the attempt's own document is not asked.
        if let section = section(number), section.hypothesis != nil, section.approach != nil, hasRow(number) { return }
        if let bytes = try source.bytes(at: folder.document) {
            approaches[number] = SolutionApproach(bytes: bytes)
        }
    }

    /// Learns title and approach of an attempt whose documents still are only on its branch.
    mutating func learn(_ number: Int, fromBranch source: RecordSource) throws {
        guard approaches[number] == nil, section(number) == nil else { return }
        for name in try saga.attemptFolders(of: number, in: source) {
            guard let folder = try AttemptFolder(name, of: saga, in: source) else { continue }
            let known = declarations[number]
            try learn(folder, from: source)
            // What the mainline declares counts, also where it has nothing else of the attempt.
            if let known { declarations[number] = known }
        }
    }

    /// What it declares of attempts' places in history, by number.
    var places: [Int: RecordedPlace] { declarations.mapValues(\.place).filter { $0.value != RecordedPlace() } }

    /// The landings that the log's Timeline Summary tells of, by number.
    var landings: [Int: [RecordedLanding]] {
        var found: [Int: [RecordedLanding]] = [:]
        for (number, written) in written {
            let commits = section(number)?.commits
            found[number] = written.map {
                RecordedLanding(how: LandingManner(rawValue: $0.manner), commit: $0.commit, commits: commits)
            }
        }
        return found
    }

    /// The branch names that the record gives.
    var branches: [Int: String] {
        var found: [Int: String] = [:]
        for (number, section) in sections { found[number] = section.branch }
        for (number, declaration) in declarations { if let branch = declaration.branch { found[number] = branch } }
        return found
    }

    /// The saga's title as its documents give it.
    var title: String { (hub?.title ?? log?.title).map { MarkdownText.plain($0) } ?? saga.id }

    /// What people said of landings, by number, without reading the documents.
    static func settlements(of saga: Saga, in source: RecordSource) throws -> [Int: Settlement] {
        var found: [Int: Settlement] = [:]
        var seen: Set<Int> = []
        for name in try saga.attemptFolders(in: source) {
            guard let number = number(ofFolder: name), seen.insert(number).inserted else { continue }
            let path = "\(saga.attemptsPath)/\(name)/.metaissue"
            guard let bytes = try source.bytes(at: path) else { continue }
            found[number] = try Declaration(bytes: bytes, path: path).settlement
        }
        return found
    }

    /// Whether a version of the record may lack a part of one of these attempts. Asks much less than reading all of it.
    static func mayLack(_ numbers: [Int], of saga: Saga, in source: RecordSource) throws -> Bool {
        let folders = Set(try source.folders(in: saga.attemptsPath).compactMap { number(ofFolder: $0) })
        let log = try source.bytes(at: saga.logPath).map(ParsedDocuments.log)
        let hub = try source.bytes(at: saga.hubPath).map(ParsedDocuments.hub)
        return numbers.contains { number in
            !folders.contains(number) || log.map { $0.sections[number] == nil } == true
                || hub.map { $0.document.hasTable && $0.rows[number] == nil } == true
        }
    }

    /// The attempts that were forgotten, by number.
    var tombstones: [Int: Tombstone] { declaration?.tombstones ?? [:] }

    /// True for an attempt that somebody forgot and that the record has nothing of: nobody speaks of it.
    func isForgotten(_ number: Int) -> Bool { tombstones[number] != nil && !numbers.contains(number) }

    /// Whether the hub has a row of an attempt.
    func hasRow(_ number: Int) -> Bool { rows[number] != nil }

    /// Whether the record has a part of an attempt.
    func has(_ part: RecordPart, of number: Int) -> Bool {
        switch part {
        case .folder: folders[number] != nil
        case .section: section(number) != nil
        case .row: hasRow(number)
        }
    }

    /// What people said of landings, by number.
    var settlements: [Int: Settlement] { declarations.compactMapValues(\.settlement) }

    /// The log's section about an attempt.
    func section(_ number: Int) -> LogAttempt? { sections[number] }

    /// An attempt's title: its section's, its folder's, else words made from the slug of folder or branch.
    func title(of number: Int, branch: String?) -> String {
        if let title = section(number)?.title ?? approaches[number]?.title, !title.isEmpty {
            return MarkdownText.plain(title)
        }
        let named = folders[number].map { $0.split(separator: "/").last.map(String.init) ?? "" } ?? branch ?? ""
        let words = named.utf8.split(separator: UInt8(ascii: "-")).lazy.map { Substring($0) }
            .drop { AttemptNumber.parse($0) == nil }.dropFirst()
        let text = words.joined(separator: " ")
        return text.isEmpty ? "Attempt \(AttemptNumber.text(number))" : text.prefix(1).uppercased() + text.dropFirst()
    }

    /// The verdict that the documents state: the log's, else the hub's.
    func verdict(of number: Int) -> Verdict? {
        if let verdict = section(number)?.verdict, verdict != .pending { return verdict }
        return rows[number]?.resultVerdict ?? section(number)?.verdict
    }

    /// Hypothesis and approach that the attempt's own folder gives; nil also where section and row leave no question.
    func approach(of number: Int) -> SolutionApproach? { approaches[number] }

    /// The folder where the hub's row says that it is, when the folder itself is not there.
    func folder(of number: Int) -> String? {
        if let folder = folders[number] { return folder }
        guard var target = rows[number]?.linkTarget else { return nil }
        if target.hasPrefix("./") { target.removeFirst(2) }
        while target.hasSuffix("/") { target.removeLast() }
        return target.hasPrefix("attempts/") && !target.contains("..") ? target : nil
    }
}

/// An attempt's folder, as far as its name and its own declaration tell.
private struct AttemptFolder {
    let name: String
    let number: Int
    /// What its `.metaissue` says.
    let declaration: Declaration?
    /// The path of its solution approach, which is no symbolic link.
    let document: String

    /// Reads the folder; nil for one that is no attempt's, or that only shows the way to another.
    init?(_ name: String, of saga: Saga, in source: RecordSource) throws {
        guard let number = SagaRecord.number(ofFolder: name) else { return nil }
        let folder = "\(saga.attemptsPath)/\(name)"
        let path = "\(folder)/.metaissue"
        let declared = try source.bytes(at: path)
        if let declared, try Declaration.isSignpost(declared, path: path) { return nil }
        self.name = name
        self.number = number
        declaration = try declared.map { try Declaration(bytes: $0, path: path) }
        document = "\(folder)/solution-approach.md"
        try source.refuseLink(at: document)
    }
}
