import GitStore

/// One state of the record's files: in a work tree or in a commit. Paths are slash-separated from the root.
struct RecordSource {
    private enum Kind {
        case folder(String)
        case tree(Repository, ObjectID)
        case index(Repository, [String: IndexEntry])
    }

    private let kind: Kind
    /// Folders that a sparse checkout leaves out, and where they are read instead.
    private var absent: (folders: [String], kind: Kind)?
    /// Files that are about to be written: they count as being there.
    private var pending: [String: [UInt8]] = [:]

    /// What has been found out about this version, shared by its copies: a source is read once for one purpose.
    private final class Known {
        var records: [String: SagaRecord] = [:]
        /// Folders of the work tree that no symbolic link leads to.
        var plainFolders: Set<String> = []
        /// Files of the work tree.
        var files: [String: [UInt8]] = [:]
        /// Folders of the tree, by path.
        var trees: [String: [String: TreeEntry]] = [:]
    }

    private var known = Known()

    private init(kind: Kind) { self.kind = kind }

    /// What a saga's files say in this version; read when it is first asked for.
    func record(of saga: Saga) throws -> SagaRecord {
        if let record = known.records[saga.path], record.saga == saga { return record }
        let record = try SagaRecord(saga, from: self)
        known.records[saga.path] = record
        return record
    }

    /// The same version with some files replaced.
    func overlaid(_ files: [String: [UInt8]]) -> RecordSource {
        var copy = self
        copy.pending.merge(files) { $1 }
        copy.known = Known()
        copy.known.trees = known.trees
        return copy
    }

    /// The files of a work tree whose top is `root`.
    static func workTree(_ root: String) -> RecordSource { RecordSource(kind: .folder(root)) }

    /// The files of a work tree, but for folders that are not checked out: those as a commit has them.
    static func workTree(_ root: String, without folders: [String], of commit: Commit, in repository: Repository)
        -> RecordSource
    {
        var source = workTree(root)
        source.absent = (folders, .tree(repository, commit.tree))
        return source
    }

    private func kind(at path: String) -> Kind {
        guard let absent, absent.folders.contains(where: { path == $0 || path.below($0) != nil }) else { return kind }
        return absent.kind
    }

    /// The files of a commit's tree.
    static func commit(_ commit: Commit, in repository: Repository) -> RecordSource {
        RecordSource(kind: .tree(repository, commit.tree))
    }

    /// The files as they are staged.
    static func index(_ entries: [String: IndexEntry], of repository: Repository) -> RecordSource {
        RecordSource(kind: .index(repository, entries))
    }

    /// The file's bytes; nil when there is none.
    ///
    /// - Throws: ``Failure`` when the path leads through a symbolic link or is no ordinary file.
    func bytes(at path: String) throws -> [UInt8]? {
        if let bytes = pending[path] { return bytes }
        switch kind(at: path) {
        case .folder(let root):
            if let bytes = known.files[path] { return bytes }
            let folder = Files.parent(of: path)
            if !known.plainFolders.contains(folder) {
                try Files.refuseLinks(folder, below: root)
                known.plainFolders.insert(folder)
            }
            let bytes = try Files.readItself(path, below: root)
            known.files[path] = bytes
            return bytes
        case .tree(let repository, let tree):
            guard let entry = try entry(at: path, in: tree, of: repository) else { return nil }
            guard entry.isFile else {
                throw Failure("\(path) is not an ordinary file", advice: "put a file in its place")
            }
            return try repository.blob(entry.id)
        case .index(let repository, let entries):
            return try entries[path].map { try repository.blob($0.blob) }
        }
    }

    /// Refuses a symbolic link in the place of a file that is not going to be read, in a folder that was.
    ///
    /// - Throws: ``Failure`` that names the link.
    func refuseLink(at path: String) throws {
        switch kind(at: path) {
        case .folder(let root): try Files.refuseLink(path, below: root)
        case .tree(let repository, let tree): _ = try entry(at: path, in: tree, of: repository)
        case .index: return
        }
    }

    /// The names of the folders in a folder, sorted.
    func folders(in path: String) throws -> [String] {
        let below = pending.keys.compactMap { Self.folder(of: $0, in: path) }
        return Set(try storedFolders(in: path)).union(below).sorted()
    }

    /// The ordinary files below a folder, by their paths from it, sorted. Symbolic links are left out.
    func files(in path: String) throws -> [String] {
        var found: Set<String> = Set(
            pending.keys.compactMap { $0.below(path) })
        switch kind(at: path) {
        case .folder(let root):
            try Files.refuseLinks(path, below: root)
            found.formUnion(Files.ordinaryFiles(below: "\(root)/\(path)"))
        case .tree(let repository, let tree):
            found.formUnion(
                try repository.files(below: path, in: tree).keys.compactMap { $0.below(path) })
        case .index(_, let entries):
            found.formUnion(
                entries.keys.compactMap { $0.below(path) })
        }
        return found.sorted()
    }

    /// Refuses symbolic links among what a folder holds.
    ///
    /// - Throws: ``Failure`` that names the link.
    func refuseLinks(in path: String, where concerns: (String) -> Bool) throws {
        switch kind(at: path) {
        case .folder(let root):
            try Files.refuseLinks(path, below: root)
            for name in Files.names(in: "\(root)/\(path)") where concerns(name) {
                try Files.refuseLinks("\(path)/\(name)", below: root)
            }
        case .tree(let repository, let tree):
            guard let entry = try entry(at: path, in: tree, of: repository), entry.isTree else { return }
            for child in try repository.tree(entry.id) where child.mode == FileMode.link {
                let name = String(decoding: child.name, as: UTF8.self)
                if concerns(name) { _ = try self.entry(at: "\(path)/\(name)", in: tree, of: repository) }
            }
        case .index: return
        }
    }

    /// The first component of `file` below `path`, when it is a folder.
    private static func folder(of file: String, in path: String) -> String? {
        let rest = file.below(path)?.parts(between: "/") ?? []
        return rest.count > 1 ? rest[0] : nil
    }

    private func storedFolders(in path: String) throws -> [String] {
        switch kind(at: path) {
        case .folder(let root):
            try Files.refuseLinks(path, below: root)
            let names = Files.plainFolders(in: "\(root)/\(path)")
            for name in names { known.plainFolders.insert("\(path)/\(name)") }
            return names
        case .tree(let repository, let tree):
            guard let entry = try entry(at: path, in: tree, of: repository), entry.isTree else { return [] }
            return try repository.tree(entry.id).filter(\.isTree).map { String(decoding: $0.name, as: UTF8.self) }
        case .index(_, let entries):
            return Set(entries.keys.compactMap { Self.folder(of: $0, in: path) }).sorted()
        }
    }

    /// A folder's entries by name, those that are no UTF-8 left out; nil where there is no folder.
    private func entries(
        in folder: String, of tree: ObjectID, _ repository: Repository
    ) throws -> [String: TreeEntry]? {
        if let entries = known.trees[folder] { return entries }
        var id = tree
        if !folder.isEmpty {
            guard let entry = try entry(at: folder, in: tree, of: repository), entry.isTree else { return nil }
            id = entry.id
        }
        let entries = Dictionary(
            try repository.tree(id).map { (String(decoding: $0.name, as: UTF8.self), $0) },
            uniquingKeysWith: { first, _ in first })
        known.trees[folder] = entries
        return entries
    }

    private func entry(at path: String, in tree: ObjectID, of repository: Repository) throws -> TreeEntry? {
        let folder = Files.parent(of: path)
        let name = String(decoding: path.utf8.dropFirst(folder.isEmpty ? 0 : folder.utf8.count + 1), as: UTF8.self)
        let found = try entries(in: folder, of: tree, repository)?[name]
        if let found, found.mode == FileMode.link {
            throw Failure("\(path) is a symbolic link", advice: "replace the link by the file or folder itself")
        }
        return found
    }
}

/// What the index holds for a path.
struct IndexEntry: Equatable {
    /// Octal digits, as git prints them.
    let mode: String
    /// The staged blob.
    let blob: ObjectID

    /// Reads the index entries below some paths with the user's git.
    ///
    /// - Throws: ``Failure`` when one of them is unmerged.
    static func read(_ paths: [String], with git: Git) async throws -> [String: IndexEntry] {
        let listing = try await git.need(
            ["ls-files", "--stage", "-z", "--full-name", "--"] + paths.map { ":(top,literal)\($0)" })
        var entries: [String: IndexEntry] = [:]
        for field in listing.fields {
            let halves = field.split(separator: "\t", maxSplits: 1)
            let words = halves[0].split(separator: " ")
            guard halves.count == 2, words.count == 3, let blob = ObjectID(hex: words[1]) else { continue }
            guard words[2] == "0" else {
                throw Failure("\(halves[1]) has conflicts", advice: "resolve them and git add the file first")
            }
            entries[String(halves[1])] = IndexEntry(mode: String(words[0]), blob: blob)
        }
        return entries
    }
}
