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

    /// Parses `<old> <new> Name <email> seconds ±hhmm<tab>message`; nil for anything else.
    init?(line: ArraySlice<UInt8>) {
        let parts = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1, omittingEmptySubsequences: false)
        let ids = parts[0].split(separator: UInt8(ascii: " "), maxSplits: 2, omittingEmptySubsequences: false)
        guard ids.count == 3, let old = ObjectID(hex: String(decoding: ids[0], as: UTF8.self)),
            let new = ObjectID(hex: String(decoding: ids[1], as: UTF8.self)),
            let committer = ids[2].withUnsafeBytes({ Commit.signature($0[...]) })
        else { return nil }
        self.old = old
        self.new = new
        time = committer.time
        message = parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : ""
    }
}

extension Repository {
    /// The reflog of a full reference name or `HEAD`, oldest first. Empty when there is none (bare repositories,
    /// deleted branches).
    ///
    /// It is read from git's own file: libgit2 makes the file where there is none, and to look must change nothing. Lines that
    /// are not as git writes them are passed over.
    public func reflog(of name: String) -> [ReflogEntry] {
        rawReflog(of: name).split(separator: UInt8(ascii: "\n")).compactMap { ReflogEntry(line: $0) }
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
