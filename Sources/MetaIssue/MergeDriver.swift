import Documents

/// `git metaissue merge-driver`: what git calls to merge a saga's log or README, as gitattributes(5) has it.
///
/// The exit code is git's: 0 merged, 1 merged with conflicts marked. Whatever cannot be merged by its structure is
/// merged by `git merge-file`, so that nobody is worse off than without the driver.
public struct MergeDriver {
    /// What git says: its temporary files, relative to the top of the work tree, and what they are versions of.
    public struct Request: Sendable {
        /// `%O`, empty where both sides added the file.
        public var base: String
        /// `%A`; the result goes there.
        public var ours: String
        /// `%B`
        public var theirs: String
        /// `%L`, how long markers are.
        public var markerSize: Int
        /// `%P`, the file in the tree; nil where git does not tell.
        public var path: String?
        /// `%S`, `%X`, `%Y`, what versions are called; nil before git 2.46.
        public var labels: (base: String, ours: String, theirs: String)?

        /// A request to merge.
        public init(
            base: String, ours: String, theirs: String, markerSize: Int, path: String?,
            labels: (base: String, ours: String, theirs: String)?
        ) {
            self.base = base
            self.ours = ours
            self.theirs = theirs
            self.markerSize = markerSize
            self.path = path
            self.labels = labels
        }
    }

    /// What came of it.
    public struct Outcome: Sendable {
        /// The exit code for git.
        public let exitCode: Int32
        /// What the user should know, a line each.
        public let notes: [String]
    }

    /// Merges, and writes the result over `ours`.
    ///
    /// - Throws: ``Failure`` when a file cannot be read or written; `ours` is untouched then, and git calls the file
    ///   unmerged.
    public static func run(_ request: Request, in directory: String) async throws -> Outcome {
        let name = MarkdownText.terminalSafe(request.path ?? request.ours)
        func file(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
        func read(_ path: String) throws -> [UInt8] {
            guard !Files.isLink(file(path)), let bytes = try Files.read(file(path)) else {
                throw Failure(
                    "\(MarkdownText.terminalSafe(path)) is not a file",
                    advice: "git calls this program itself; see: git metaissue hooks status")
            }
            return bytes
        }
        let (base, ours, theirs) = (try read(request.base), try read(request.ours), try read(request.theirs))
        guard ![base, ours, theirs].contains(where: { $0.contains(0) }) else {
            return Outcome(exitCode: 1, notes: ["\(name) is binary and was not merged; ours is left in place"])
        }
        let git = Git(directory: directory)
        guard let kind = kind(of: request.path, ours) else {
            let result = try await git.run(
                ["merge-file", "--marker-size=\(request.markerSize)"]
                    + [
                        request.labels?.ours ?? "ours", request.labels?.base ?? "base",
                        request.labels?.theirs ?? "theirs",
                    ]
                    .flatMap { ["-L", $0] } + ["--", file(request.ours), file(request.base), file(request.theirs)])
            return Outcome(exitCode: result.status == 0 ? 0 : 1, notes: [])
        }
        var markers = DocumentMerge.Markers(size: request.markerSize)
        if let labels = request.labels {
            markers.ours = labels.ours
            markers.theirs = labels.theirs
        }
        var merged = DocumentMerge.merge(kind, base: base, ours: ours, theirs: theirs, markers: markers)
        if !merged.conflictLines.isEmpty {
            let style = try await git.run(["config", "--get", "merge.conflictstyle"]).text.lowercased()
            if style.hasSuffix("diff3") {
                markers.base = request.labels?.base ?? "base"
                merged = DocumentMerge.merge(kind, base: base, ours: ours, theirs: theirs, markers: markers)
            }
        }
        if merged.bytes != ours { try Files.replace([(file(request.ours), merged.bytes)]) }
        return Outcome(
            exitCode: merged.conflictLines.isEmpty ? 0 : 1,
            notes: merged.twins.map { twin in
                let titles = twin.titles.map { MarkdownText.terminalSafe($0) }.joined(separator: "; ")
                return "\(name): attempt \(AttemptNumber.text(twin.number)) was started twice (\(titles)); "
                    + "both are kept. Give one another number with: git metaissue renumber"
            })
    }

    /// Which document it is, by its name; without one, by what is in it.
    private static func kind(of path: String?, _ bytes: [UInt8]) -> DocumentMerge.Kind? {
        guard let path else { return ImplementationLog(bytes: bytes).attempts.isEmpty ? .hub : .log }
        return DocumentMerge.Kind(path: path)
    }
}

extension DocumentMerge.Kind {
    /// The document that a path names; nil for any other file.
    init?(path: String) {
        switch path.split(separator: "/").last {
        case "implementation-log.md": self = .log
        case "README.md": self = .hub
        default: return nil
        }
    }
}
