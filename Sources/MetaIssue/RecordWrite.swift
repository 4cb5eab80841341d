import GitStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A change to the record as a function of one version of its files: given a way to read them, the new bytes of the
/// files that change. The same function is applied to what is committed, what is staged and what is in the work tree,
/// so half-written prose is neither committed nor lost (HOOKS-AND-RECORDS.md, mode `commit`).
typealias RecordChange = (RecordSource) throws -> [String: [UInt8]]

/// A commit that changes only the record, with everything that has to follow it.
struct RecordWrite {
    /// Another reference that comes into being together with the commit.
    struct NewReference {
        /// Full name.
        let name: String
        /// What it points at; nil: the new commit.
        let target: ObjectID?
    }

    let place: Place
    /// Full name of the branch that the commit is put on.
    var reference: String
    /// The commit's parent, whose tree is changed.
    let parent: ObjectID
    /// What the branch must be at; nil when it must not exist yet.
    var expected: ObjectID?
    /// The worktree that has the branch checked out; nil when none has.
    var worktree: Worktree?
    /// Top-level paths that belong to the record: the saga's folder and `.metaissue`.
    let scope: [String]
    let change: RecordChange
    let message: String
    let author: Signature
    let committer: Signature
    var created: [NewReference] = []
    /// Files that are executable when they come into being; those that are there keep the mode they have.
    var executable: Set<String> = []
    /// Files of the record that go away with this commit; what the work tree has of them is in other files by then.
    var removed: Set<String> = []
    var attempt: Journal.NewAttempt?
    /// Asked with the new commit before anything moves; throwing leaves everything as it was.
    var beforePublishing: (ObjectID) async throws -> Void = { _ in }

    /// Does it: all of it or, when anything fails before the mainline moves, nothing.
    ///
    /// - Returns: the new commit; nil when the committed record already says everything. Working files are brought up
    ///   to date in both cases.
    func run() async throws -> ObjectID? {
        let before = try place.repository.commit(parent)
        let committed = RecordSource.commit(before, in: place.repository)
        let contents = try changed(committed)
        try refuseForeignPaths(contents)
        let tree = try place.repository.writeTree(
            before.tree,
            applying: contents.map { path, bytes in
                let mode = try place.repository.entry(at: path, in: before.tree)?.mode ?? newMode(of: path)
                return TreeChange(path: path, entry: .init(id: try place.repository.writeBlob(bytes), mode: mode))
            } + removed.map { TreeChange(path: $0, entry: nil) })
        let files = try await journalFiles(committed: contents)
        if tree == before.tree && created.isEmpty {
            try bringUpToDate(files.filter { $0.workingAfter != nil })
            return nil
        }
        let commit = try await write(tree: tree, parent: before.id)
        try await beforePublishing(commit)
        let journal = Journal(
            reference: reference, before: (expected ?? .zero).hex, after: commit.hex, worktree: worktree?.path,
            files: files, attempt: attempt)
        try await publish(journal, commit)
        return commit
    }

    private func newMode(of path: String) -> UInt32 {
        executable.contains(path) ? FileMode.executable : FileMode.file
    }

    private func changed(_ source: RecordSource) throws -> [String: [UInt8]] {
        try change(source).filter { path, bytes in try source.bytes(at: path) != bytes }
    }

    /// The promise that a record's commit touches nothing else, checked where it is made.
    private func refuseForeignPaths(_ contents: [String: [UInt8]]) throws {
        for path in contents.keys + Array(removed)
        where !scope.contains(where: { path == $0 || path.below($0) != nil }) {
            throw Failure("refusing to write \(path): it is not part of the record")
        }
    }

    /// What has to happen to index and working files, decided before anything moves.
    private func journalFiles(committed: [String: [UInt8]]) async throws -> [Journal.File] {
        guard let worktree else { return [] }
        let repository = place.repository
        let index = try await IndexEntry.read(scope, with: place.git.inWorktree(worktree.path))
        let staged = try changed(.index(index, of: repository))
        let onDisk = RecordSource.workTree(worktree.path)
        let working = try changed(onDisk)
        let checkout = Checkout(git: place.git.inWorktree(worktree.path), configuration: place.configuration)
        let brandNew = try committed.keys.filter { path in
            try index[path] == nil && working[path] == committed[path] && onDisk.bytes(at: path) == nil
        }
        let converted = try await checkout.converted(brandNew)
        var files: [Journal.File] = []
        for path in Set(committed.keys).union(staged.keys).union(working.keys).sorted() {
            let stagedBytes = staged[path] ?? (index[path] == nil ? committed[path] : nil)
            let stagedBlob = try stagedBytes.map { try repository.writeBlob($0) } ?? index[path]?.blob
            let workingBefore = try onDisk.bytes(at: path).map { try repository.writeBlob($0) }
            var workingAfter = try working[path].map { try repository.writeBlob($0) }
            var isCheckedOut = false
            // What nobody touched becomes what git would check out: line ends and filters are its business.
            var isUntouched = converted.contains(path)
            if let known = index[path]?.blob, workingBefore != nil, workingBefore != known {
                isUntouched =
                    try await checkout.bytes(of: known, at: path).map { try $0 == onDisk.bytes(at: path) } ?? false
            }
            if isUntouched, let stagedBlob, let bytes = try await checkout.bytes(of: stagedBlob, at: path) {
                workingAfter = try repository.writeBlob(bytes)
                isCheckedOut = workingAfter != stagedBlob
            }
            // What is tracked and not there, nobody wants there: a sparse checkout leaves it out, or somebody deleted it.
            if workingBefore == nil, index[path] != nil { (workingAfter, isCheckedOut) = (nil, false) }
            files.append(
                Journal.File(
                    path: path, indexBefore: index[path]?.blob.hex, indexAfter: stagedBlob?.hex,
                    workingBefore: workingBefore?.hex,
                    workingAfter: workingAfter == workingBefore ? nil : workingAfter?.hex,
                    mode: index[path]?.mode ?? String(newMode(of: path), radix: 8),
                    isCheckedOut: isCheckedOut ? true : nil)
            )
        }
        return try files
            + removed.sorted().map { path in
                let before = try onDisk.bytes(at: path).map { try repository.writeBlob($0).hex }
                return Journal.File(
                    path: path, indexBefore: index[path]?.blob.hex, indexAfter: nil, workingBefore: before,
                    workingAfter: nil, mode: index[path]?.mode ?? "100644", removes: true)
            }
    }

    /// Makes the commit object: with libgit2, or with the user's git where commits must be signed.
    private func write(tree: ObjectID, parent: ObjectID) async throws -> ObjectID {
        guard place.configuration.flag("commit.gpgsign") == true else {
            return try place.repository.writeCommit(
                tree: tree, parents: [parent], author: author, committer: committer, message: message)
        }
        let identity = author.environment("AUTHOR").merging(committer.environment("COMMITTER")) { $1 }
        let signed = try await place.git.with(identity).need(
            ["commit-tree", "-S", tree.hex, "-p", parent.hex, "-F", "-"], input: Array(message.utf8))
        guard let commit = ObjectID(hex: signed.text) else { throw Failure("git commit-tree printed no commit") }
        return commit
    }

    /// Journal, references in one transaction, then index and working files. A failure before the references move
    /// leaves nothing behind; a failure after it takes them back.
    private func publish(_ journal: Journal, _ commit: ObjectID) async throws {
        try journal.save(in: place)
        // A hook gives up when its time is over, but not in the middle of this.
        alarm(0)
        let pending: PendingFiles
        do {
            pending = try PendingFiles(journal, place.repository)
            try await move(to: commit)
        } catch {
            PendingFiles.discardAll(journal)
            try Journal.remove(in: place)
            throw error
        }
        do {
            if let worktree { try await RecordWrite.stage(journal.files, with: place.git.inWorktree(worktree.path)) }
            try pending.commit()
        } catch {
            try await takeBack(journal)
            try await moveBack(from: commit)
            try Journal.remove(in: place)
            throw error
        }
        try await RecordWrite.settleIndex(journal, place: place)
        // start-attempt has more to do; it ends the journal itself.
        if attempt == nil { try Journal.remove(in: place) }
    }

    /// Index and working files as they were: what the journal's commit had already put there is taken out again. Each
    /// file by itself: one that cannot be written must not keep the others from going back.
    private func takeBack(_ journal: Journal) async throws {
        PendingFiles.discardAll(journal)
        guard let worktree else { return }
        try? await RecordWrite.stage(journal.files.map(\.indexReversed), with: place.git.inWorktree(worktree.path))
        for file in journal.files {
            let path = "\(worktree.path)/\(file.path)"
            if file.removes == true, try Files.read(path) == nil,
                let before = file.workingBefore.flatMap({ ObjectID(hex: $0) })
            {
                try? Files.replace([(path, try place.repository.blob(before))])
            }
            guard let written = file.workingAfter else { continue }
            guard let now = try Files.read(path), try place.repository.writeBlob(now).hex == written else { continue }
            if let before = file.workingBefore.flatMap({ ObjectID(hex: $0) }) {
                try? Files.replace([(path, try place.repository.blob(before))])
            } else {
                try? Files.remove(path)
                Files.removeEmptyFolders(above: file.path, in: worktree.path)
            }
        }
    }

    private func move(to commit: ObjectID) async throws {
        let old = expected ?? .zero
        try await updateReferences(
            ["update \(reference) \(commit) \(old)"]
                + created.map { "create \($0.name) \($0.target ?? commit)" })
    }

    private func moveBack(from commit: ObjectID) async throws {
        let back = expected.map { "update \(reference) \($0) \(commit)" } ?? "delete \(reference) \(commit)"
        try await updateReferences([back] + created.map { "delete \($0.name) \($0.target ?? commit)" })
    }

    /// One transaction of the user's git: all references or none. It also writes HEAD's reflog where the branch is
    /// checked out.
    private func updateReferences(_ commands: [String]) async throws {
        let lines = ["start"] + commands + ["prepare", "commit", ""]
        let subject = message.split(separator: "\n").first.map(String.init) ?? "metaissue"
        try await place.git.inWorktree(worktree?.path ?? place.git.directory).need(
            ["update-ref", "-m", subject, "--stdin"], input: Array(lines.joined(separator: "\n").utf8),
            advice: "nothing was changed; run the command again")
    }

    private func bringUpToDate(_ files: [Journal.File]) throws {
        guard let worktree, !files.isEmpty else { return }
        try RecordWrite.leaveModified(files, in: worktree, on: reference, at: parent, place: place)
    }
}

extension RecordWrite {
    /// Writes working files and nothing else, all or none, under a journal: a run that is killed in between leaves no
    /// file half done or lying beside its place once the next command has run.
    static func leaveModified(
        _ files: [Journal.File], in worktree: Worktree, on reference: String, at tip: ObjectID, place: Place
    ) throws {
        let journal = Journal(
            reference: reference, before: tip.hex, after: tip.hex, worktree: worktree.path, files: files, attempt: nil)
        try journal.save(in: place)
        // A hook gives up when its time is over, but not in the middle of this.
        alarm(0)
        do {
            try PendingFiles(journal, place.repository).commit()
        } catch {
            PendingFiles.discardAll(journal)
            try Journal.remove(in: place)
            throw error
        }
        try Journal.remove(in: place)
    }

    /// Sets the index entries of files that still are as the journal saw them.
    static func stage(_ files: [Journal.File], with git: Git) async throws {
        let now = try await IndexEntry.read(files.map(\.path), with: git)
        let changed = files.filter { file in
            file.indexBefore != file.indexAfter && now[file.path]?.blob.hex == file.indexBefore
        }
        // A sparse checkout's marks would go: what is not checked out would look deleted.
        let tags = try await git.need(["ls-files", "-z", "-t", "--"] + changed.map { ":(top,literal)\($0.path)" })
            .fields
        let skipped = Set(tags.filter { $0.hasPrefix("S ") }.map { String($0.dropFirst(2)) })
        let kept = changed.filter { skipped.contains($0.path) && $0.indexAfter != nil }
        if !kept.isEmpty {
            try await update(
                kept.flatMap { ["--cacheinfo", "\($0.mode),\($0.indexAfter ?? ""),\($0.path)"] }
                    + ["--skip-worktree", "--"] + kept.map(\.path), with: git)
        }
        let lines = changed.filter { !skipped.contains($0.path) || $0.indexAfter == nil }.map { file in
            // Mode 0 takes a path out of the index.
            guard let blob = file.indexAfter else { return "0 \(ObjectID.zero)\t\(file.path)\0" }
            return "\(file.mode) \(blob)\t\(file.path)\0"
        }
        guard !lines.isEmpty else { return }
        try await update(["-z", "--index-info"], input: Array(lines.joined().utf8), with: git)
    }

    private static func update(_ arguments: [String], input: [UInt8] = [], with git: Git) async throws {
        // Another git may hold the index for a moment.
        for _ in 0..<20 {
            let result = try await git.run(["update-index"] + arguments, input: input)
            if result.status == 0 { return }
            guard result.complaint.contains("index.lock") else { break }
            try await Task.sleep(for: .milliseconds(100))
        }
        try await git.need(["update-index"] + arguments, input: input)
    }

    /// Lets git see that working files equal their index entries, so that nothing looks modified.
    static func settleIndex(_ journal: Journal, place: Place) async throws {
        guard let worktree = journal.worktree else { return }
        let same = journal.files.filter {
            $0.workingAfter != nil && ($0.workingAfter == $0.indexAfter || $0.isCheckedOut == true)
        }.map(\.path)
        guard !same.isEmpty else { return }
        // A courtesy only: git finds out by itself when this does not work. What somebody wrote since is not staged by it.
        _ = try await place.git.inWorktree(worktree).run(
            ["--literal-pathspecs", "add", "--refresh", "--pathspec-from-file=-", "--pathspec-file-nul"],
            input: Array(same.joined(separator: "\0").utf8) + [0])
    }

    /// Finishes what a killed command began. Called with the lock held, before any other change.
    ///
    /// - Returns: the new attempt that the command was starting, when its commit had been published.
    static func recover(in place: Place) async throws -> Journal? {
        try Journal.removeUnfinished(in: place)
        guard let journal = try Journal.load(in: place) else { return nil }
        guard try place.repository.reference(journal.reference)?.hex == journal.after else {
            PendingFiles.discardAll(journal)
            try Journal.remove(in: place)
            return nil
        }
        if let worktree = journal.worktree,
            try await Worktrees.list(of: place).all.contains(Worktree(path: worktree, branch: journal.reference))
        {
            try await stage(journal.files, with: place.git.inWorktree(worktree))
            try PendingFiles(journal, place.repository).commit()
            try await settleIndex(journal, place: place)
        }
        if journal.attempt == nil { try Journal.remove(in: place) }
        return journal
    }
}

/// What git writes into a work tree for a blob: with the line ends, filters and encodings that attributes and
/// configuration ask for.
private struct Checkout {
    let git: Git
    let configuration: Configuration

    /// What it writes for a blob at a path; nil where a filter fails.
    func bytes(of blob: ObjectID, at path: String) async throws -> [UInt8]? {
        let result = try await git.run(["cat-file", "--filters", "--path=\(path)", blob.hex])
        return result.status == 0 ? result.output : nil
    }

    /// Those of some paths at which it may write anything but the blob's own bytes.
    func converted(_ paths: [String]) async throws -> Set<String> {
        if paths.isEmpty || configuration.flag("core.autocrlf") == true || configuration.value("core.eol") == "crlf" {
            return Set(paths)
        }
        let attributes = ["text", "eol", "filter", "ident", "working-tree-encoding"]
        let fields = try await git.need(
            ["check-attr", "-z", "--stdin"] + attributes, input: Array(paths.joined(separator: "\0").utf8) + [0]
        ).output.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
        // Three fields each: path, attribute, value.
        return Set(
            stride(from: 0, to: fields.count - 2, by: 3).filter { !["unspecified", "unset"].contains(fields[$0 + 2]) }
                .map { fields[$0] })
    }
}

/// Working files whose new bytes lie ready beside them.
private struct PendingFiles {
    private let prepared: [Files.Prepared]
    private let removed: [(root: String, path: String)]

    /// Prepares every file that still is as the journal saw it; one that somebody changed since is left alone.
    init(_ journal: Journal, _ repository: Repository) throws {
        guard let worktree = journal.worktree else {
            prepared = []
            removed = []
            return
        }
        var prepared: [Files.Prepared] = []
        do {
            for file in journal.files {
                guard let after = file.workingAfter.flatMap({ ObjectID(hex: $0) }) else { continue }
                try Files.refuseLinks(file.path, below: worktree)
                let path = "\(worktree)/\(file.path)"
                let now = try Files.read(path).map { try repository.writeBlob($0).hex }
                guard now == file.workingBefore else { continue }
                prepared.append(
                    try Files.prepare(
                        try repository.blob(after), at: path, isExecutable: now == nil && file.isExecutable))
            }
        } catch {
            for file in prepared { Files.discard(file) }
            throw error
        }
        self.prepared = prepared
        removed = try journal.files.filter { $0.removes == true }.compactMap { file in
            try Files.refuseLinks(file.path, below: worktree)
            let now = try Files.read("\(worktree)/\(file.path)").map { try repository.writeBlob($0).hex }
            return now != nil && now == file.workingBefore ? (worktree, file.path) : nil
        }
    }

    func commit() throws {
        for file in prepared { try Files.commit(file) }
        for file in removed {
            try Files.remove("\(file.root)/\(file.path)")
            Files.removeEmptyFolders(above: file.path, in: file.root)
        }
    }

    /// Removes whatever lies beside the journal's files under a temporary name.
    static func discardAll(_ journal: Journal) {
        guard let worktree = journal.worktree else { return }
        for file in journal.files where file.workingAfter != nil {
            // It may never have been made; what cannot be removed now is overwritten by the next writer.
            try? Files.remove(Files.temporaryName(of: "\(worktree)/\(file.path)"))
            if file.workingBefore == nil { Files.removeEmptyFolders(above: file.path, in: worktree) }
        }
    }
}
