import Documents
import GitStore

/// An attempt's own folder as its branch has it, beside what it was where the branch parted from the mainline: what a
/// landing and giving up bring along (HOOKS-AND-RECORDS.md: an abandoned branch never delivers its documents by itself).
struct BranchDocuments {
    /// One file of the branch.
    private struct File {
        let path: String
        /// nil where it was not there yet, or branch and mainline share no history.
        let base: [UInt8]?
        let theirs: [UInt8]
    }

    /// Where branch and mainline parted; nil where they share no history.
    let base: Commit?
    /// The names of the attempt's folders at the tip.
    let folders: [String]
    /// Those where the branch parted from the mainline.
    let foldersBefore: Set<String>
    /// The files that are executable, by full path.
    let executable: Set<String>
    private let files: [File]

    /// Reads the folders of an attempt at the tip of its branch, whatever they are called.
    init(of number: Int, _ saga: Saga, at tip: ObjectID, from mainline: ObjectID, _ repository: Repository) throws {
        let commit = try repository.commit(tip)
        let base = try repository.mergeBase(mainline, tip).map { try repository.commit($0) }
        let names = try saga.attemptFolders(of: number, in: .commit(commit, in: repository))
        let folders = names.map { "\(saga.attemptsPath)/\($0)" }
        func entries(_ tree: ObjectID?) throws -> [String: TreeEntry] {
            guard let tree else { return [:] }
            return try folders.reduce(into: [:]) {
                $0.merge(try repository.entries(below: $1, in: tree)) { $1 }
            }
        }
        let now = try entries(commit.tree)
        var before = try entries(base?.tree)
        // Of a folder that the branch renamed, the old one is what it was before.
        foldersBefore = Set(
            try base.map { try saga.attemptFolders(of: number, in: .commit($0, in: repository)) } ?? [])
        if let base, before.isEmpty, let new = folders.first, folders.count == 1 {
            for name in foldersBefore {
                let old = "\(saga.attemptsPath)/\(name)"
                for (path, entry) in try repository.entries(below: old, in: base.tree) {
                    path.below(old).map { before["\(new)/\($0)"] = entry }
                }
            }
        }
        self.base = base
        self.folders = names
        executable = now.executable
        files = try now.filter(\.value.isFile).sorted { $0.key < $1.key }.map { path, entry in
            File(
                path: path, base: try before[path].flatMap { $0.isFile ? try repository.blob($0.id) : nil },
                theirs: try repository.blob(entry.id))
        }
    }

    /// The files that only the branch changed, seen from a version of the record.
    func taken(in source: RecordSource) throws -> [String: [UInt8]] {
        try files.reduce(into: [:]) { taken, file in
            if file.base != file.theirs, try source.bytes(at: file.path) == file.base { taken[file.path] = file.theirs }
        }
    }

    /// What becomes of a version of the record when all that it lacks of the branch's files comes in: those that are not
    /// there, those that only the branch changed, and a merge of those that both did.
    ///
    /// - Returns: the files that change, and the paths of those that both changed at the same place, which stay as they
    ///   are. Of an attempt's declarations the version's own stand then, without a word.
    func merged(in source: RecordSource) throws -> (files: [String: [UInt8]], conflicts: [String]) {
        var merged: [String: [UInt8]] = [:]
        var conflicts: [String] = []
        for file in files {
            let ours = try source.bytes(at: file.path)
            guard let ours, ours != file.base else {
                // What the mainline took out, and the branch did not touch, stays out.
                if ours != file.theirs, file.base != file.theirs { merged[file.path] = file.theirs }
                continue
            }
            if let text = DocumentMerge.lines(base: file.base ?? [], ours: ours, theirs: file.theirs) {
                if text != ours { merged[file.path] = text }
            } else if !file.path.hasSuffix("/.metaissue") {
                conflicts.append(file.path)
            }
        }
        return (merged, conflicts)
    }
}

extension [String: TreeEntry] {
    /// The paths of the executable files.
    var executable: Set<String> { Set(filter { $0.value.mode == FileMode.executable }.keys) }
}

extension Repository {
    /// All ordinary files below a folder of a tree, by full path.
    func files(below folder: String, in tree: ObjectID) throws -> [String: TreeEntry] {
        try entries(below: folder, in: tree).filter(\.value.isFile)
    }

    /// The ordinary file with that path, or those below the folder.
    func files(at path: String, in tree: ObjectID) throws -> [String: TreeEntry] {
        guard let entry = try entry(at: path, in: tree), entry.isFile else { return try files(below: path, in: tree) }
        return [path: entry]
    }

    /// The same with symbolic links and submodules.
    func entries(below folder: String, in tree: ObjectID) throws -> [String: TreeEntry] {
        guard let top = try entry(at: folder, in: tree), top.isTree else { return [:] }
        var found: [String: TreeEntry] = [:]
        var pending = [(folder, top.id)]
        while let (path, id) = pending.popLast() {
            for entry in try self.tree(id) {
                let name = "\(path)/\(String(decoding: entry.name, as: UTF8.self))"
                if entry.isTree { pending.append((name, entry.id)) } else { found[name] = entry }
            }
        }
        return found
    }
}
