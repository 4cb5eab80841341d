import CLibgit2

/// What HEAD stands for.
public enum Head: Hashable, Sendable {
    /// On a branch (full name, `refs/heads/main`), at a commit.
    case branch(String, ObjectID)
    /// On a branch that has no commit yet.
    case unborn(String)
    /// On no branch.
    case detached(ObjectID)
}

/// A reference and the commit it leads to.
public struct Reference: Hashable, Sendable {
    /// Full name: `refs/heads/main`.
    public let name: String
    /// The object the reference names after symbolic references are followed; tags are not peeled.
    public let target: ObjectID
}

extension Repository {
    /// All references whose full name starts with one of `prefixes`, by name. Symbolic ones are followed; dangling
    /// ones left out.
    public func references(under prefixes: [String]) throws(GitStoreError) -> [Reference] {
        if let plain = ReferenceFiles.list(below: prefixes, in: commonDirectory) { return plain }
        return try askLibrary(under: prefixes)
    }

    /// What libgit2 says; the same, slower.
    func askLibrary(under prefixes: [String]) throws(GitStoreError) -> [Reference] {
        var iterator: OpaquePointer?
        try GitStoreError.check(git_reference_iterator_new(&iterator, pointer), "listing references")
        defer { git_reference_iterator_free(iterator) }
        var found: [Reference] = []
        while true {
            var reference: OpaquePointer?
            let code = git_reference_next(&reference, iterator)
            if code == GIT_ITEROVER.rawValue { break }
            try GitStoreError.check(code, "listing references")
            defer { git_reference_free(reference) }
            let name = String(cString: git_reference_name(reference))
            guard prefixes.contains(where: { name.hasPrefix($0) }) else { continue }
            if let target = Self.target(of: reference) { found.append(Reference(name: name, target: target)) }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// The object that the full reference name leads to; nil when there is none.
    public func reference(_ name: String) throws(GitStoreError) -> ObjectID? {
        var reference: OpaquePointer?
        let code = git_reference_lookup(&reference, pointer, name)
        if code == GIT_ENOTFOUND.rawValue || code == GIT_EINVALIDSPEC.rawValue { return nil }
        try GitStoreError.check(code, "reading reference \(name)")
        defer { git_reference_free(reference) }
        return Self.target(of: reference)
    }

    /// The full name that a symbolic reference (`refs/remotes/origin/HEAD`) points to; nil when it is not symbolic.
    public func symbolicTarget(of name: String) throws(GitStoreError) -> String? {
        var reference: OpaquePointer?
        let code = git_reference_lookup(&reference, pointer, name)
        if code == GIT_ENOTFOUND.rawValue || code == GIT_EINVALIDSPEC.rawValue { return nil }
        try GitStoreError.check(code, "reading reference \(name)")
        defer { git_reference_free(reference) }
        return git_reference_symbolic_target(reference).map { String(cString: $0) }
    }

    /// What this worktree's HEAD stands for.
    public func head() throws(GitStoreError) -> Head {
        let name = try symbolicTarget(of: "HEAD")
        guard let name else {
            guard let id = try reference("HEAD") else {
                throw GitStoreError(kind: .malformed, operation: "reading HEAD", reason: "it names no commit")
            }
            return .detached(id)
        }
        guard let id = try reference(name) else { return .unborn(name) }
        return .branch(name, id)
    }

    /// Compare and swap: sets `name` to `new` only when it is at `old` (nil: only when it does not exist).
    ///
    /// - Throws: kind ``GitStoreError/Kind/conflict`` when the reference has another value or is locked.
    public func updateReference(
        _ name: String, to new: ObjectID, expecting old: ObjectID?, message: String
    ) throws(GitStoreError) {
        var reference: OpaquePointer?
        defer { git_reference_free(reference) }
        var newOID = new.oid
        let code: Int32
        if let old {
            var oldOID = old.oid
            code = git_reference_create_matching(&reference, pointer, name, &newOID, 1, &oldOID, message)
        } else {
            code = git_reference_create(&reference, pointer, name, &newOID, 0, message)
        }
        try GitStoreError.check(code, "setting \(name) to \(new.short)")
    }

    /// Tells whether `name` may be the full name of a reference.
    public static func isValidReferenceName(_ name: String) -> Bool {
        var valid: Int32 = 0
        return git_reference_name_is_valid(&valid, name) == 0 && valid == 1
    }

    private static func target(of reference: OpaquePointer?) -> ObjectID? {
        var resolved: OpaquePointer?
        guard git_reference_resolve(&resolved, reference) == 0 else { return nil }
        defer { git_reference_free(resolved) }
        return git_reference_target(resolved).map { ObjectID($0.pointee) }
    }
}
