import CLibgit2

/// An open repository: the one way in to objects, references and reflogs.
///
/// Wraps libgit2's `git_repository` because the rest of the program must not know C pointers or error codes.
/// Discovery and the ownership check are git's own: callers pass the git directory that `git rev-parse` found, and
/// libgit2 does not search.
///
/// Not thread-safe; use one from one task at a time.
public final class Repository {
    let pointer: OpaquePointer
    let objects: OpaquePointer
    /// Asked before libgit2 for everything that is read often.
    let packs: PackReader

    /// Opens the repository whose git directory is `gitDirectory` (for a linked worktree: `…/.git/worktrees/NAME`).
    ///
    /// - Throws: ``GitStoreError`` with kind ``GitStoreError/Kind/unsupportedFormat`` for SHA-256 and reftable.
    public convenience init(gitDirectory: String) throws(GitStoreError) {
        try self.init(gitDirectory: gitDirectory, limits: PackReader.Limits())
    }

    /// Opens it once more, for another thread: with less memory for what it reads, and the same indexes of packs.
    ///
    /// Several threads may call this at once, as long as none of them uses this instance otherwise.
    public func forAnotherThread() throws(GitStoreError) -> Repository {
        try Repository(
            gitDirectory: gitDirectory, limits: PackReader.Limits(cache: 8 << 20, pages: 20 << 20), besides: packs)
    }

    /// Gives back the memory of what was read, while other threads read for this one.
    public func rest() { packs.rest() }

    private init(
        gitDirectory: String, limits: PackReader.Limits, besides other: PackReader? = nil
    ) throws(GitStoreError) {
        try Self.startLibrary()
        var repository: OpaquePointer?
        let flags = GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue | GIT_REPOSITORY_OPEN_NO_DOTGIT.rawValue
        let code = git_repository_open_ext(&repository, gitDirectory, flags, nil)
        if code < 0, let message = git_error_last().map({ String(cString: $0.pointee.message) }),
            message.contains("unsupported extension") || message.contains("repository version")
        {
            throw GitStoreError(
                kind: .unsupportedFormat, operation: "opening \(gitDirectory)",
                reason: "this repository format is not supported (\(message)); SHA-1 objects and the files "
                    + "reference format are")
        }
        try GitStoreError.check(code, "opening \(gitDirectory)")
        guard let repository else { throw Self.noPointer("opening \(gitDirectory)") }
        var objects: OpaquePointer?
        let odbCode = git_repository_odb(&objects, repository)
        guard odbCode == 0, let objects else {
            git_repository_free(repository)
            try GitStoreError.check(odbCode, "opening the object database of \(gitDirectory)")
            throw Self.noPointer("opening the object database of \(gitDirectory)")
        }
        // libgit2 1.5 hashes git's whole commit-graph file and then rejects it; see PERFORMANCE notes in Docs.
        git_odb_set_commit_graph(objects, nil)
        self.pointer = repository
        self.objects = objects
        packs = PackReader(objectDirectory: Self.objectDirectory(of: repository), limits: limits, besides: other)
    }

    deinit {
        git_odb_free(objects)
        git_repository_free(pointer)
    }

    /// True when there is no work tree.
    public var isBare: Bool { git_repository_is_bare(pointer) == 1 }

    /// True when history is cut off (`git clone --depth`).
    public var isShallow: Bool { git_repository_is_shallow(pointer) == 1 }

    /// The directory that linked worktrees share, without a trailing slash.
    public var commonDirectory: String { Self.path(git_repository_commondir(pointer)) }

    /// This worktree's own git directory, without a trailing slash.
    public var gitDirectory: String { Self.path(git_repository_path(pointer)) }

    private static func objectDirectory(of repository: OpaquePointer) -> String {
        var buffer = git_buf()
        guard git_repository_item_path(&buffer, repository, GIT_REPOSITORY_ITEM_OBJECTS) == 0 else { return "" }
        defer { git_buf_dispose(&buffer) }
        return path(UnsafePointer(buffer.ptr))
    }

    private static func path(_ pointer: UnsafePointer<CChar>?) -> String {
        guard let pointer else { return "" }
        var path = String(cString: pointer)
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    static func noPointer(_ operation: String) -> GitStoreError {
        GitStoreError(kind: .other(0), operation: operation, reason: "libgit2 gave nothing back")
    }

    /// Initialises libgit2 once for the life of the process.
    static func startLibrary() throws(GitStoreError) {
        if let failure = library { throw failure }
    }

    /// nil when libgit2 is ready, else why it is not.
    private static let library: GitStoreError? = {
        do throws(GitStoreError) {
            try GitStoreError.check(git_libgit2_init(), "starting libgit2")
            // git itself has already checked the owner, by its own rules (safe.directory=* included).
            try GitStoreError.check(cgit_set_owner_validation(0), "configuring libgit2")
            try GitStoreError.check(cgit_set_strict_hash_verification(0), "configuring libgit2")
            try GitStoreError.check(cgit_set_object_cache(0), "configuring libgit2")
            let names = ["worktreeconfig", "partialclone", "relativeworktrees", "preciousobjects", "noop"]
            var pointers: [UnsafePointer<CChar>?] = names.map { name in
                name.withCString { UnsafePointer(strdup($0)) }
            }
            defer { for pointer in pointers { free(UnsafeMutableRawPointer(mutating: pointer)) } }
            try GitStoreError.check(cgit_set_extensions(&pointers, names.count), "configuring libgit2")
            return nil
        } catch {
            return error
        }
    }()
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
