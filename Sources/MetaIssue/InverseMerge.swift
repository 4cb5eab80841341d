import GitStore

/// Takes single mainline commits out of a tree, with the user's git and without a work tree: a merge whose common
/// ancestor is the commit, whose one side is the tree and whose other side is what the commit's first parent had.
///
/// `git revert` does the same in a work tree. Here nothing is touched, so a conflict is known before anything moves.
struct InverseMerge {
    /// What became of it.
    enum Result {
        case clean(ObjectID)
        case conflict
    }

    let place: Place
    /// Top-level paths of the record: they stay as the tree has them.
    let scope: [String]

    /// Takes a commit out of a tree.
    func removing(_ step: ObjectID, from tree: ObjectID) async throws -> Result {
        let repository = place.repository
        let commit = try repository.commit(step)
        let parent = try commit.parents.first.map { try repository.commit($0).tree } ?? Repository.emptyTree
        let wanted = try copyingRecord(from: commit.tree, to: parent)
        let ours = try write(tree, above: step)
        let theirs = try write(wanted, above: step)
        let merged = try await place.git.run(["merge-tree", "--write-tree", ours.hex, theirs.hex])
        switch merged.status {
        case 0:
            guard let result = ObjectID(hex: String(merged.text.prefix { $0 != "\n" })) else {
                throw Failure("git merge-tree printed no tree")
            }
            return .clean(try copyingRecord(from: tree, to: result))
        case 1: return .conflict
        default:
            throw Git.failure(
                ["merge-tree"], merged, advice: "git 2.38 or later is needed to take an attempt back")
        }
    }

    /// `target` with the record that `source` has.
    private func copyingRecord(from source: ObjectID, to target: ObjectID) throws -> ObjectID {
        let changes = try scope.map { path in
            TreeChange(
                path: path,
                entry: try place.repository.entry(at: path, in: source).map { .init(id: $0.id, mode: $0.mode) })
        }
        return try place.repository.writeTree(target, applying: changes)
    }

    /// A commit that exists only so that git finds the common ancestor.
    private func write(_ tree: ObjectID, above parent: ObjectID) throws -> ObjectID {
        let nobody = Signature(
            name: "metaissue", email: "metaissue@localhost", time: GitTime(seconds: 0, offsetMinutes: 0))
        return try place.repository.writeCommit(
            tree: tree, parents: [parent], author: nobody, committer: nobody, message: "metaissue: a side of a merge\n")
    }
}
