import AttemptHistory
import Documents
import GitStore

/// One meta-issue under management: where its record is and how its branches are called.
public struct Saga: Equatable, Sendable {
    /// The last component of its folder; names it on the command line, in references and in trailers.
    public let id: String
    /// Its folder, slash-separated, from the top of the tree.
    public let path: String
    /// Branch prefix: `perf` in `perf-attempt-001-caching`.
    public let prefix: String
    /// Short name of the branch that its attempts land on.
    public let mainline: String

    var logPath: String { "\(path)/implementation-log.md" }
    var hubPath: String { "\(path)/README.md" }
    /// What was declared of the saga as a whole.
    var declarationPath: String { "\(path)/.metaissue" }
    var attemptsPath: String { "\(path)/attempts" }
    /// The top-level paths that its record's commits may touch.
    var scope: [String] { [path, SagaRegistry.path] }

    /// The names of its attempts' folders in one version of the record, sorted.
    ///
    /// - Parameter number: only those of this attempt; nil for all.
    func attemptFolders(of number: Int? = nil, in source: RecordSource) throws -> [String] {
        try source.folders(in: attemptsPath).filter { name in
            guard let found = SagaRecord.number(ofFolder: name), found == number ?? found else { return false }
            let path = "\(attemptsPath)/\(name)/.metaissue"
            guard let bytes = try source.bytes(at: path) else { return true }
            return try !Declaration.isSignpost(bytes, path: path)
        }
    }

    /// How history names its attempts and tells code from record.
    func naming(of record: SagaRecord? = nil) -> SagaNaming {
        SagaNaming(
            id: id, prefix: prefix, folder: path, documentedBranches: record?.branches ?? [:],
            places: record?.places ?? [:], landings: record?.landings ?? [:])
    }

    /// The anchor of an attempt: keeps its commits when the branch is gone.
    func anchor(of number: Int) -> String { "refs/metaissue/\(id)/\(AttemptNumber.text(number))" }

    /// The branch that start-attempt makes.
    func branch(_ number: Int, slug: String) -> String { "\(prefix)-attempt-\(AttemptNumber.text(number))-\(slug)" }
}

extension AttemptNumber {
    /// Reads `3`, `003`; nil for anything that is not a number from 1, or has more than nine digits.
    public static func parse(_ text: some StringProtocol) -> Int? {
        guard (1...9).contains(text.utf8.count),
            text.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }), let number = Int(text),
            number > 0
        else { return nil }
        return number
    }
}

/// The tracked `.metaissue`: which sagas there are.
struct SagaRegistry {
    static let path = ".metaissue"

    /// The file as it was read; empty when there is none.
    let text: GitConfigText
    let sagas: [Saga]
    let settings: Settings

    /// Reads the registry of the mainline's record: from the work tree where the mainline is checked out, else from
    /// its tip; where that has none, from HEAD (a repository whose mainline only `.metaissue` names).
    static func load(in place: Place, head: Head, standard: MainlineBranch?) throws -> SagaRegistry {
        var sources: [RecordSource] = []
        if case .branch(let name, _) = head, name == standard?.reference, let root = place.workTree {
            sources.append(.workTree(root))
        } else if let standard {
            sources.append(.commit(try place.repository.commit(standard.tip), in: place.repository))
        }
        switch head {
        case .branch(_, let tip), .detached(let tip):
            if let root = place.workTree, standard == nil { sources.append(.workTree(root)) }
            sources.append(.commit(try place.repository.commit(tip), in: place.repository))
        case .unborn: break
        }
        for source in sources {
            guard let bytes = try source.bytes(at: path) else { continue }
            return try SagaRegistry(bytes: bytes, configuration: place.configuration, standard: standard?.name)
        }
        return try SagaRegistry(bytes: [], configuration: place.configuration, standard: standard?.name)
    }

    /// Reads a registry.
    ///
    /// - Throws: ``Failure`` that names the line or the key that is wrong.
    init(bytes: [UInt8], configuration: Configuration, standard: String?) throws {
        text = try TrackedConfig.read(bytes, at: Self.path)
        settings = Settings(configuration: configuration, team: text)
        var ids: [String] = []
        for entry in text.entries where entry.section.lowercased() == "metaissue" && entry.key.lowercased() == "path" {
            if let id = entry.subsection, !ids.contains(id) { ids.append(id) }
        }
        sagas = try ids.map { [settings] in try Self.saga($0, settings: settings, standard: standard) }
        for (index, saga) in sagas.enumerated() {
            if let twin = sagas[..<index].first(where: { $0.prefix == saga.prefix }) {
                throw Failure(
                    "the sagas \(twin.id) and \(saga.id) have the same branch prefix '\(saga.prefix)'",
                    advice: "give one of them another prefix in .metaissue")
            }
        }
    }

    private static func saga(_ id: String, settings: Settings, standard: String?) throws -> Saga {
        let shown = MarkdownText.terminalSafe(id)
        guard Repository.isValidReferenceName("refs/metaissue/\(id)/001") else {
            throw Failure(
                "the saga \(shown) has a name that cannot be part of a reference's", advice: "correct it in .metaissue")
        }
        guard let path = settings.found(.path, saga: id) else {
            throw Failure("the path of the saga \(shown) has no value", advice: "correct it in .metaissue")
        }
        let components = path.value.parts(between: "/")
        guard !components.contains(where: { $0.isEmpty || $0 == "." || $0 == ".." || $0.lowercased() == ".git" }) else {
            throw settings.failure(path, "which is not a folder below the top of the tree", takes: "<folder>")
        }
        let found = settings.found(.prefix, saga: id)
        let prefix = found?.value ?? Setting.prefix.standard ?? ""
        if let found, !isPrefix(prefix) {
            throw settings.failure(found, "with which no name of a branch can begin", takes: "<word>")
        }
        return Saga(
            id: id, path: path.value, prefix: prefix,
            mainline: settings.value(.mainline, saga: id) ?? standard ?? "main")
    }

    /// Whether git makes branches that begin with it: none begins with a dash.
    private static func isPrefix(_ text: String) -> Bool {
        !text.isEmpty && !text.hasPrefix("-") && Repository.isValidReferenceName("refs/heads/\(text)-attempt-001")
    }
}
