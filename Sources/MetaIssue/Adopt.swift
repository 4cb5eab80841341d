import AttemptHistory
import Documents
import GitStore

/// `git metaissue adopt`: a hand-written saga comes under management. Only `.metaissue` is written.
public struct Adopt {
    /// What was found in the folder.
    public struct Adopted: Sendable {
        /// The saga.
        public let saga: Saga
        /// Its title.
        public let title: String
        /// One line per attempt: number, title, branch.
        public let attempts: [Attempt]
        /// `.metaissue` before and after.
        public let old: [UInt8]
        /// See ``old``.
        public let new: [UInt8]
    }

    /// An attempt that the documents tell of.
    public struct Attempt: Sendable {
        /// Its number.
        public let number: Int
        /// Its title.
        public let title: String
        /// The branch that the documents name; nil when they name none.
        public let branch: String?
    }

    /// Reads the folder and, unless `dryRun`, writes `.metaissue`.
    ///
    /// - Parameter folder: as typed, relative to the caller's folder.
    public static func run(_ folder: String, in directory: String, dryRun: Bool) async throws -> Adopted {
        // A dry run takes no lock and finishes nobody's work.
        let session = dryRun ? nil : try await WriteSession.begin(in: directory)
        let workspace = if let session { session.workspace } else { try await Workspace.open(directory) }
        guard let root = workspace.place.workTree else {
            throw Failure("adopt needs a work tree", advice: "run it in a clone that is not bare")
        }
        let path = try relative(folder, from: directory, root: root)
        let mainline = try workspace.standard ?? MainlineBranch.standard(in: workspace.place)
        guard case .branch(let name, _) = workspace.head, name == mainline.reference else {
            throw Failure(
                "the record is written on \(mainline.name), which is not checked out here",
                advice: "git switch \(mainline.name), then adopt the folder")
        }
        let source = RecordSource.workTree(root)
        let saga = try describe(path, mainline: mainline, source: source, workspace: workspace)
        let record = try SagaRecord(saga, from: source)
        let old = try source.bytes(at: SagaRegistry.path) ?? []
        let new = try SagaRegistry.adding(saga, to: old)
        if !dryRun && new != old {
            try Files.refuseLinks(SagaRegistry.path, below: root)
            try Files.replace([("\(root)/\(SagaRegistry.path)", new)])
        }
        let branches = record.branches
        let attempts = record.numbers.sorted().map { number in
            Attempt(number: number, title: record.title(of: number, branch: branches[number]), branch: branches[number])
        }
        return Adopted(saga: saga, title: record.title, attempts: attempts, old: old, new: new)
    }

    private static func describe(
        _ path: String, mainline: MainlineBranch, source: RecordSource, workspace: Workspace
    ) throws -> Saga {
        let known = workspace.registry.sagas.first { $0.path == path }
        let id = known?.id ?? path.split(separator: "/").last.map { Slug.make(String($0)) } ?? "saga"
        if let twin = workspace.registry.sagas.first(where: { $0.id == id && $0.path != path }) {
            throw Failure(
                "there is a saga '\(id)' already, in \(twin.path)", advice: "rename one of the two folders")
        }
        let draft = Saga(id: id, path: path, prefix: known?.prefix ?? "perf", mainline: mainline.name)
        let record = try SagaRecord(draft, from: source)
        guard record.log != nil || record.hub != nil else {
            throw Failure(
                "\(path) has neither README.md nor implementation-log.md",
                advice: "name the folder of a saga, or make one with: git metaissue new <title>")
        }
        guard !record.numbers.isEmpty || record.log?.title != nil || record.hub?.title != nil else {
            throw Failure("\(path) does not look like a saga: no title and no attempts were found in its documents")
        }
        let prefix = known?.prefix ?? commonPrefix(of: record.branches.values) ?? "perf"
        if let twin = workspace.registry.sagas.first(where: { $0.prefix == prefix && $0.id != id }) {
            throw Failure(
                "the branches of \(path) begin with '\(prefix)', and so do those of the saga \(twin.id)",
                advice: "two sagas cannot share a prefix: rename the branches of one of them")
        }
        return Saga(id: id, path: path, prefix: prefix, mainline: known?.mainline ?? mainline.name)
    }

    /// The prefix that most branch names have in common.
    private static func commonPrefix(of branches: some Sequence<String>) -> String? {
        var counts: [String: Int] = [:]
        for branch in branches {
            guard let name = AttemptBranchName(branch) else { continue }
            counts[name.prefix, default: 0] += 1
        }
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    }

    private static func relative(_ folder: String, from directory: String, root: String) throws -> String {
        let shown = MarkdownText.terminalSafe(folder)
        let absolute = folder.hasPrefix("/") ? folder : "\(directory)/\(folder)"
        guard Files.isFolder(absolute), let real = Files.real(absolute), let top = Files.real(root) else {
            throw Failure("\(shown) is not a folder", advice: "name the folder of a saga")
        }
        guard let path = real.below(top) else {
            throw Failure(
                "\(shown) is not a folder inside this work tree", advice: "move the saga into the repository first")
        }
        try Files.refuseLinks(path, below: top)
        return path
    }
}
