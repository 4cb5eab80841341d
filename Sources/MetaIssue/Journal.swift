import GitStore

/// What a change to the record still has to do once its commit exists, written down before the first reference moves.
///
/// After a kill, the next command reads it: when the mainline has moved to the journal's commit, the rest is done;
/// when it has not, nothing happened and the journal is dropped.
struct Journal: Codable {
    /// One file of the record in the worktree where the mainline is checked out.
    struct File: Codable {
        /// Slash-separated path from the top of the work tree.
        var path: String
        /// Blob (hex) that the index held before; nil when the path was not in the index.
        var indexBefore: String?
        /// Blob that the index must hold afterwards; nil: none.
        var indexAfter: String?
        /// Blob of the bytes that the working file held before; nil when there was no file.
        var workingBefore: String?
        /// Blob of the bytes that the working file must hold afterwards; nil leaves the file alone.
        var workingAfter: String?
        /// Mode of the index entry, in octal digits.
        var mode: String
        /// True for bytes that git makes of the index entry's, and that are another blob therefore.
        var isCheckedOut: Bool?
        /// True for a file that goes away; nil in journals of files that change.
        var removes: Bool?

        /// Whether its mode says so.
        var isExecutable: Bool { mode == String(FileMode.executable, radix: 8) }

        /// The same with the index going back.
        var indexReversed: File {
            var file = self
            (file.indexBefore, file.indexAfter) = (indexAfter, indexBefore)
            return file
        }
    }

    /// The new attempt, when that is what the change is.
    struct NewAttempt: Codable, Equatable {
        var saga: String
        var title: String
        var slug: String
        var number: Int
        var branch: String
        var folder: String
        /// False with `--no-switch`.
        var switches: Bool
    }

    /// Full name of the reference that the commit moves.
    var reference: String
    /// The reference's value before (hex).
    var before: String
    /// The new commit (hex).
    var after: String
    /// The worktree that has the reference checked out; nil when none has.
    var worktree: String?
    /// Files to bring up to date there.
    var files: [File]
    /// Set by start-attempt.
    var attempt: NewAttempt?

    /// Writes the journal, flushed and atomically.
    func save(in place: Place) throws {
        try StateFile.save(self, as: Self.name, in: place)
    }

    /// The journal of a command that did not end; nil when there is none. A damaged one tells nothing and is dropped:
    /// it is written atomically, so damage means that somebody else wrote it.
    static func load(in place: Place) throws -> Journal? {
        try StateFile.load(Journal.self, from: name, in: place)
    }

    /// Ends the journal: everything is done, or nothing was.
    static func remove(in place: Place) throws { try Files.remove(place.statePath(name)) }

    /// Removes a journal that was not yet whole when its writer was killed: nothing had been done.
    static func removeUnfinished(in place: Place) throws {
        try Files.remove(Files.temporaryName(of: place.statePath(name)))
    }

    static let name = "journal"
}
