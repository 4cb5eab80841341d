import AttemptHistory
import Documents
import GitStore

/// A repository as a command sees it: where it stands, its sagas, and the history they rest on.
///
/// Everything in it is read once; a command that changed something opens a new one.
public final class Workspace {
    /// The repository.
    public let place: Place
    let head: Head
    let registry: SagaRegistry
    /// The mainline of sagas that name none, and of attempts without documents.
    let standard: MainlineBranch?
    private var histories: [String: Mainline] = [:]
    private var visibleSources: [String: RecordSource] = [:]
    private var committedSources: [ObjectID: RecordSource] = [:]

    /// Opens the repository around `directory`.
    public static func open(_ directory: String) async throws -> Workspace {
        try Workspace(try await Place.find(from: directory))
    }

    /// Keeps it until the process ends, which is soon: giving back one by one what is mapped and allocated costs more than
    /// leaving it to the system.
    func keepToTheEnd() { _ = Unmanaged.passRetained(self) }

    init(_ place: Place) throws {
        self.place = place
        head = try place.repository.head()
        do {
            standard = try MainlineBranch.standard(in: place)
        } catch let failure as Failure {
            // A saga may still name its own mainline in HEAD's .metaissue.
            guard case .branch = head else { throw failure }
            standard = nil
            registry = try SagaRegistry.load(in: place, head: head, standard: nil)
            if registry.sagas.isEmpty { throw failure }
            return
        }
        registry = try SagaRegistry.load(in: place, head: head, standard: standard)
    }

    /// The mainline of a saga.
    func mainline(of saga: Saga) throws -> MainlineBranch {
        if let standard, standard.name == saga.mainline { return standard }
        if let branch = try MainlineBranch.named(saga.mainline, in: place.repository) { return branch }
        guard let found = registry.settings.found(.mainline, saga: saga.id) else {
            throw Failure(
                "there is no branch '\(saga.mainline)', which would be the mainline",
                advice: "set another one with: git config metaissue.mainline <branch>")
        }
        throw registry.settings.failure(found, "and there is no such branch", takes: "<branch>")
    }

    /// Whether the attempts of any saga land on a branch, by its full name. A saga of a branch that this clone lacks is nothing
    /// to it.
    func isMainline(_ reference: String) -> Bool {
        registry.sagas.contains { (try? mainline(of: $0))?.reference == reference }
    }

    /// A folder that a setting names, from the top of the work tree.
    func folder(_ name: String) -> String { name.hasPrefix("/") ? name : "\(place.workTree ?? ".")/\(name)" }

    /// What is wrong in configuration files.
    var settingFindings: [SettingFinding] {
        registry.settings.findings(sagas: registry.sagas) { [place] setting, value in
            switch setting {
            case .mainline: (try? MainlineBranch.named(value, in: place.repository)) != nil
            case .templates: place.workTree == nil || Files.isFolder(self.folder(value))
            default: true
            }
        }
    }

    /// The walk of a mainline's history, made once.
    func history(of mainline: MainlineBranch) throws -> Mainline {
        if let known = histories[mainline.reference] { return known }
        let walk = try Mainline(repository: place.repository, tip: mainline.tip, reference: mainline.reference)
        histories[mainline.reference] = walk
        return walk
    }

    /// The command that brings what this clone has left out; nil for a whole one.
    var completion: String? { Self.completion(of: place) }

    /// The same, before anything else is read.
    static func completion(of place: Place) -> String? {
        if place.repository.isShallow { return "git fetch --unshallow" }
        return place.configuration.promisors.isEmpty ? nil : "git fetch --refetch --no-filter"
    }

    /// The version of the record that reading commands show: the work tree where the mainline is checked out here,
    /// else the mainline's tip (PRODUCT.md, "Rules that hold everywhere").
    func visibleRecord(on mainline: MainlineBranch) throws -> RecordSource {
        if let source = visibleSources[mainline.reference] { return source }
        var source = try committedRecord(on: mainline)
        if case .branch(let name, _) = head, name == mainline.reference, let root = place.workTree {
            // Of a saga that a sparse checkout leaves out, what is committed is all there is to see.
            let isSparse = place.configuration.flag("core.sparsecheckout") == true
            let absent = isSparse ? registry.sagas.filter { !Files.exists("\(root)/\($0.logPath)") }.map(\.path) : []
            source =
                absent.isEmpty
                ? .workTree(root)
                : .workTree(
                    root, without: absent, of: try place.repository.commit(mainline.tip), in: place.repository)
        }
        visibleSources[mainline.reference] = source
        return source
    }

    /// Refuses a saga in which a symbolic link stands in the place of an attempt's folder: it may lead out of the tree.
    ///
    /// - Throws: ``Failure`` that names the link.
    func refuseLinkedFolders(of saga: Saga, on mainline: MainlineBranch) throws {
        for source in [try visibleRecord(on: mainline), try committedRecord(on: mainline)] {
            try source.refuseLinks(in: saga.attemptsPath) { SagaRecord.number(ofFolder: $0) != nil }
        }
    }

    /// The record at the mainline's tip.
    func committedRecord(on mainline: MainlineBranch) throws -> RecordSource {
        if let source = committedSources[mainline.tip] { return source }
        let source = RecordSource.commit(try place.repository.commit(mainline.tip), in: place.repository)
        committedSources[mainline.tip] = source
        return source
    }

    /// The sagas that a command is about: all of them, or the one that was named.
    ///
    /// - Throws: ``Failure`` when no saga has that name.
    func sagas(named name: String?) throws -> [Saga] {
        guard let name else { return registry.sagas }
        guard let saga = registry.sagas.first(where: { means(name, $0) }) else {
            let known = registry.sagas.map(\.id).joined(separator: ", ")
            throw Failure(
                "there is no saga '\(MarkdownText.terminalSafe(name))'",
                advice: known.isEmpty ? "make one with: git metaissue new <title>" : "the sagas here are: \(known)")
        }
        return [saga]
    }

    /// The one saga that a command works on.
    ///
    /// - Throws: ``Failure`` when there is none, or several and none was named.
    func saga(named name: String?) throws -> Saga {
        let found = try sagas(named: name)
        if found.isEmpty {
            throw Failure(
                "there is no saga in this repository",
                advice: "make one with: git metaissue new <title>, or adopt a folder with: git metaissue adopt <folder>"
            )
        }
        if found.count > 1 {
            throw Failure.usage(
                "there are several sagas: " + found.map(\.id).joined(separator: ", "),
                advice: "say which one with --saga")
        }
        return found[0]
    }
}
