import CLibgit2

/// One line of a reflog.
public struct ReflogEntry: Hashable, Sendable {
    /// The value before; all zero when the reference was made.
    public let old: ObjectID
    /// The value after.
    public let new: ObjectID
    /// When it happened, in the local zone of then.
    public let time: GitTime
    /// What Git wrote: `commit: …`, `checkout: moving from A to B`.
    public let message: String
}

extension Repository {
    /// The reflog of a full reference name or `HEAD`, oldest first. Empty when there is none (bare repositories,
    /// deleted branches).
    public func reflog(of name: String) throws(GitStoreError) -> [ReflogEntry] {
        var log: OpaquePointer?
        let code = git_reflog_read(&log, pointer, name)
        if code == GIT_ENOTFOUND.rawValue { return [] }
        try GitStoreError.check(code, "reading the reflog of \(name)")
        defer { git_reflog_free(log) }
        var entries: [ReflogEntry] = []
        for index in (0..<git_reflog_entrycount(log)).reversed() {
            guard let entry = git_reflog_entry_byindex(log, index), let old = git_reflog_entry_id_old(entry),
                let new = git_reflog_entry_id_new(entry)
            else { continue }
            let committer = git_reflog_entry_committer(entry)?.pointee
            entries.append(
                ReflogEntry(
                    old: ObjectID(old.pointee), new: ObjectID(new.pointee),
                    time: GitTime(
                        seconds: committer?.when.time ?? 0, offsetMinutes: Int(committer?.when.offset ?? 0)),
                    message: git_reflog_entry_message(entry).map { String(cString: $0) } ?? ""))
        }
        return entries
    }

    /// The bytes of a reflog's file; empty when there is none.
    public func rawReflog(of name: String) -> [UInt8] {
        let folder = name == "HEAD" ? gitDirectory : commonDirectory
        return MappedFile(path: "\(folder)/logs/\(name)").map { Array($0.bytes) } ?? []
    }

    /// A hash of bytes, for telling whether they are the same later.
    public static func digest(_ bytes: some Collection<UInt8>) -> ObjectID {
        var oid = git_oid()
        let code = Array(bytes).withUnsafeBytes { git_odb_hash(&oid, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }
        precondition(code == 0, "hashing fails only for an object type that there is not")
        return ObjectID(oid)
    }
}
