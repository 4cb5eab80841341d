import Documents
import GitStore

/// `git metaissue new`: a saga's folder from templates, and its entry in `.metaissue`.
public struct NewSaga {
    /// What the user said.
    public struct Request: Sendable {
        /// The saga's title.
        public var title: String
        /// Name of the folder and id of the saga; nil makes one from the title.
        public var slug: String?
        /// Branch prefix; nil: `perf`, or one from the title when that is taken.
        public var prefix: String?
        /// The mainline; nil: the one that is found.
        public var mainline: String?
        /// The folder that holds the saga's folder.
        public var directory: String
        /// Whether to commit what is made.
        public var commits: Bool

        /// A request for a saga with this title.
        public init(
            title: String, slug: String? = nil, prefix: String? = nil, mainline: String? = nil,
            directory: String = "docs/meta-issues", commits: Bool = true
        ) {
            self.title = title
            self.slug = slug
            self.prefix = prefix
            self.mainline = mainline
            self.directory = directory
            self.commits = commits
        }
    }

    /// The saga that now exists.
    public struct Made: Sendable {
        /// The saga.
        public let saga: Saga
        /// The commit; nil with `--no-commit`.
        public let commit: String?
        /// Set when `perf` was taken and another prefix was chosen.
        public let chosenPrefix: String?
    }

    /// Makes the saga.
    ///
    /// - Throws: ``Failure``; nothing is changed then.
    public static func run(_ request: Request, in directory: String) async throws -> Made {
        let session = try await WriteSession.begin(in: directory)
        let workspace = session.workspace
        if session.unfinished?.attempt != nil { try Journal.remove(in: workspace.place) }
        let title = request.title.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        guard !title.isEmpty else {
            throw Failure.usage("the title is empty", advice: "say in a few words what the problem is")
        }
        guard title.utf8.count <= 200 else {
            throw Failure.usage("the title is longer than 200 bytes", advice: "there is room for more in the documents")
        }
        let mainline = try Self.mainline(request, in: workspace)
        let (saga, chosen) = try Self.saga(request, title: title, mainline: mainline, in: workspace)
        let git = workspace.place.git
        let author = try await Signature.current("GIT_AUTHOR_IDENT", with: git)
        let files = try AttemptTemplates(workspace).files(for: saga, title: title, day: author.time.day)
        let change: RecordChange = { source in
            var contents = files
            if try source.bytes(at: saga.attributesPath) == nil { contents[saga.attributesPath] = SagaAttributes.bytes }
            contents[SagaRegistry.path] = try SagaRegistry.adding(saga, to: source.bytes(at: SagaRegistry.path) ?? [])
            return contents
        }
        let worktree = try await session.checkout(of: mainline, scope: saga.scope)
        guard request.commits else {
            guard let worktree, try session.isHere(worktree) else {
                throw Failure(
                    "--no-commit leaves the files in the work tree, but \(mainline.name) is not checked out here",
                    advice: "git switch \(mainline.name), or leave --no-commit out")
            }
            try Self.write(change, in: worktree)
            return Made(saga: saga, commit: nil, chosenPrefix: chosen)
        }
        let commit = try await RecordWrite(
            place: workspace.place, reference: mainline.reference, parent: mainline.tip, expected: mainline.tip,
            worktree: worktree, scope: saga.scope, change: change,
            message: RecordMessage.text("metaissue: new saga \(saga.id) (\(title))", saga: saga, event: .start),
            author: author, committer: try await .current("GIT_COMMITTER_IDENT", with: git)
        ).run()
        return Made(saga: saga, commit: commit?.hex, chosenPrefix: chosen)
    }

    private static func write(_ change: RecordChange, in worktree: Worktree) throws {
        let contents = try change(.workTree(worktree.path)).sorted { $0.key < $1.key }
        for (path, _) in contents { try Files.refuseLinks(path, below: worktree.path) }
        try Files.replace(contents.map { ("\(worktree.path)/\($0.key)", $0.value) })
    }

    private static func mainline(_ request: Request, in workspace: Workspace) throws -> MainlineBranch {
        if let name = request.mainline {
            guard let found = try MainlineBranch.named(name, in: workspace.place.repository) else {
                throw Failure(
                    "there is no branch '\(MarkdownText.terminalSafe(name))'",
                    advice: "give --mainline an existing branch")
            }
            return found
        }
        if let standard = workspace.standard { return standard }
        return try MainlineBranch.standard(in: workspace.place)
    }

    private static func saga(
        _ request: Request, title: String, mainline: MainlineBranch, in workspace: Workspace
    ) throws -> (Saga, String?) {
        let id = Slug.make(request.slug ?? title)
        let folder = try Self.folder(request.directory, in: workspace)
        let taken = workspace.registry.sagas
        guard !taken.contains(where: { $0.id == id }) else {
            throw Failure("there is a saga '\(id)' already", advice: "choose another name with --slug")
        }
        let prefix = try Self.prefix(request, title: title, taken: Set(taken.map(\.prefix)))
        let path = folder.isEmpty ? id : "\(folder)/\(id)"
        for source in [try workspace.committedRecord(on: mainline), try workspace.visibleRecord(on: mainline)] {
            guard try source.bytes(at: "\(path)/README.md") == nil,
                try source.bytes(at: "\(path)/implementation-log.md") == nil
            else {
                throw Failure(
                    "\(path) holds documents already",
                    advice: "take it under management with: git metaissue adopt \(path)")
            }
            for name in ["description.md", "test-cases.md"] where try source.bytes(at: "\(path)/\(name)") != nil {
                throw Failure(
                    "\(path)/\(name) exists already", advice: "move it away, or choose another name with --slug")
            }
        }
        let saga = Saga(id: id, path: path, prefix: prefix, mainline: mainline.name)
        return (saga, request.prefix == nil && prefix != "perf" ? prefix : nil)
    }

    /// The folder that will hold the saga's, from the top of the tree, without `.` components.
    private static func folder(_ text: String, in workspace: Workspace) throws -> String {
        let components = text.split(separator: "/").filter { $0 != "." }
        guard !text.hasPrefix("/"), !components.contains(where: { $0 == ".." || $0.lowercased() == ".git" }) else {
            throw Failure.usage(
                "--directory takes a folder below the top of the work tree",
                advice: "name it as seen from the top, such as docs/meta-issues")
        }
        return components.joined(separator: "/")
    }

    /// The prefix asked for, `perf`, or the next free one from the title.
    private static func prefix(_ request: Request, title: String, taken: Set<String>) throws -> String {
        if let prefix = request.prefix {
            guard !taken.contains(prefix) else {
                throw Failure(
                    "the prefix '\(prefix)' belongs to another saga", advice: "choose another one with --prefix")
            }
            guard Repository.isValidReferenceName("refs/heads/\(prefix)-attempt-001"), !prefix.hasPrefix("-"),
                !prefix.isEmpty
            else {
                throw Failure.usage(
                    "'\(MarkdownText.terminalSafe(prefix))' cannot begin a branch name",
                    advice: "choose a word such as perf with --prefix")
            }
            return prefix
        }
        if !taken.contains("perf") { return "perf" }
        let slug = Slug.make(title)
        let words = slug.split(separator: "-").map(String.init)
        let candidates = words.indices.map { words[...$0].joined(separator: "-") } + (2...999).map { "\(slug)-\($0)" }
        guard let free = candidates.first(where: { !taken.contains($0) }) else {
            throw Failure("no branch prefix is free", advice: "choose one with --prefix")
        }
        return free
    }
}

extension SagaRegistry {
    /// `.metaissue` with the saga's entry; nil when it has one.
    static func registering(_ saga: Saga, in source: RecordSource) throws -> [UInt8]? {
        let bytes = try source.bytes(at: path) ?? []
        let known = try? GitConfigText(bytes: bytes).value(section: "metaissue", subsection: saga.id, key: "path")
        return known == nil ? try adding(saga, to: bytes) : nil
    }

    /// `.metaissue` with one more saga; everything else stays byte for byte.
    static func adding(_ saga: Saga, to bytes: [UInt8]) throws -> [UInt8] {
        var text = try GitConfigText(bytes: bytes)
        try text.set(section: "metaissue", subsection: saga.id, key: "path", value: saga.path)
        try text.set(section: "metaissue", subsection: saga.id, key: "prefix", value: saga.prefix)
        try text.set(section: "metaissue", subsection: saga.id, key: "mainline", value: saga.mainline)
        return text.bytes
    }
}
