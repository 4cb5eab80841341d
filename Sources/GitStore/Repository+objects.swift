import CLibgit2

extension Repository {
    /// Reads a commit.
    ///
    /// - Throws: kind ``GitStoreError/Kind/notFound`` when the object is not here, ``GitStoreError/Kind/malformed``
    ///   when it is not a commit.
    public func commit(_ id: ObjectID) throws(GitStoreError) -> Commit {
        let commit = try withObject(id, .commit, "reading commit \(id)") { Commit(id: id, raw: $0) }
        guard let commit else { throw Self.malformed("reading commit \(id)") }
        return commit
    }

    /// Reads one tree object's entries, in Git's order. The empty tree need not be stored.
    public func tree(_ id: ObjectID) throws(GitStoreError) -> [TreeEntry] {
        if id == Self.emptyTree { return [] }
        let entries = try withObject(id, .tree, "reading tree \(id)") { TreeEntry.parse($0) }
        guard let entries else { throw Self.malformed("reading tree \(id)") }
        return entries
    }

    /// Reads a blob's bytes, unfiltered.
    public func blob(_ id: ObjectID) throws(GitStoreError) -> [UInt8] {
        try withObject(id, .blob, "reading blob \(id)") { Array($0) }
    }

    /// True when the object is in this clone.
    public func contains(_ id: ObjectID) -> Bool {
        if packs.contains(id) { return true }
        var oid = id.oid
        return git_odb_exists(objects, &oid) == 1
    }

    /// The id of the tree without entries.
    public static let emptyTree = ObjectID(hex: "4b825dc642cb6eb9a060e54bf8d69288fbee4904") ?? .zero

    /// The entry at a slash-separated path below `tree`; nil when there is none.
    public func entry(at path: String, in tree: ObjectID) throws(GitStoreError) -> TreeEntry? {
        var current = tree
        var found: TreeEntry?
        for component in path.utf8.split(separator: UInt8(ascii: "/")) {
            if let found, !found.isTree { return nil }
            guard let entry = try self.tree(current).first(where: { $0.name.elementsEqual(component) }) else {
                return nil
            }
            found = entry
            current = entry.id
        }
        return found
    }

    /// Peels an object to the commit it names (annotated tags); nil when it names something else.
    public func peelToCommit(_ id: ObjectID) -> ObjectID? {
        if packs.kind(of: id) == .commit { return id }
        var oid = id.oid
        var object: OpaquePointer?
        guard git_object_lookup(&object, pointer, &oid, GIT_OBJECT_ANY) == 0 else { return nil }
        defer { git_object_free(object) }
        var peeled: OpaquePointer?
        guard git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) == 0 else { return nil }
        defer { git_object_free(peeled) }
        return git_object_id(peeled).map { ObjectID($0.pointee) }
    }

    /// Resolves what a person typed (`HEAD~2`, `main`, an abbreviated id) to a commit; nil when nothing matches.
    public func resolve(_ revision: String) -> ObjectID? {
        var object: OpaquePointer?
        guard git_revparse_single(&object, pointer, revision) == 0 else { return nil }
        defer { git_object_free(object) }
        return git_object_id(object).flatMap { peelToCommit(ObjectID($0.pointee)) }
    }

    /// The commit whose id begins with these hexadecimal digits; nil when there is none, or more than one such object.
    public func commit(abbreviated digits: String) -> ObjectID? {
        var prefix = git_oid()
        guard (4...40).contains(digits.utf8.count), git_oid_fromstrp(&prefix, digits) == 0 else { return nil }
        var commit: OpaquePointer?
        guard git_commit_lookup_prefix(&commit, pointer, &prefix, digits.utf8.count) == 0 else { return nil }
        defer { git_commit_free(commit) }
        return git_commit_id(commit).map { ObjectID($0.pointee) }
    }

    /// True when `ancestor` is reachable from `descendant`; a commit is not its own ancestor.
    public func isAncestor(_ ancestor: ObjectID, of descendant: ObjectID) throws(GitStoreError) -> Bool {
        var below = descendant.oid
        var above = ancestor.oid
        let code = git_graph_descendant_of(pointer, &below, &above)
        return try GitStoreError.check(code, "asking whether \(ancestor.short) is in \(descendant.short)") == 1
    }

    /// A best common ancestor of two commits, of several one; nil when they share no history.
    public func mergeBase(_ one: ObjectID, _ other: ObjectID) throws(GitStoreError) -> ObjectID? {
        var (first, second, base) = (one.oid, other.oid, git_oid())
        let code = git_merge_base(&base, pointer, &first, &second)
        if code == GIT_ENOTFOUND.rawValue { return nil }
        try GitStoreError.check(code, "looking for what \(one.short) and \(other.short) have in common")
        return ObjectID(base)
    }

    /// Hands an object's bytes to `body`, valid only during the call.
    func withObject<Value>(
        _ id: ObjectID, _ kind: ObjectKind, _ operation: @autoclosure () -> String,
        _ body: (UnsafeRawBufferPointer) -> Value
    ) throws(GitStoreError) -> Value {
        let packed = packs.withObject(id) { found, bytes -> Value? in found == kind ? body(bytes) : nil }
        if let packed {
            guard let value = packed else { throw Self.malformed(operation()) }
            return value
        }
        let object = try borrowedObject(id, kind, operation())
        return withExtendedLifetime(object) { body(object.bytes) }
    }

    /// Reads an object whose bytes stay valid as long as the result lives.
    func object(
        _ id: ObjectID, _ kind: ObjectKind, _ operation: @autoclosure () -> String
    ) throws(GitStoreError) -> ObjectBytes {
        guard let object = packs.object(id) else { return try borrowedObject(id, kind, operation()) }
        guard object.kind == kind else { throw Self.malformed(operation()) }
        return object
    }

    private func borrowedObject(
        _ id: ObjectID, _ kind: ObjectKind, _ operation: @autoclosure () -> String
    ) throws(GitStoreError) -> ObjectBytes {
        var pointer: OpaquePointer?
        var oid = id.oid
        try GitStoreError.check(git_odb_read(&pointer, objects, &oid), operation())
        guard let pointer else { throw Self.noPointer(operation()) }
        let object = ObjectBytes(adopting: pointer)
        guard object.kind == kind else { throw Self.malformed(operation()) }
        return object
    }

    private static func malformed(_ operation: String) -> GitStoreError {
        GitStoreError(kind: .malformed, operation: operation, reason: "the object has another type or is damaged")
    }
}
