import GitStore

/// Reads the lines of blobs, only where a rule cannot decide by object ids, and keeps what it read.
final class LineReader {
    private let repository: Repository
    private var deltas: [Pair: LineDelta] = [:]
    private var sizes: [ObjectID: Int] = [:]
    private var lineCount = 0

    /// Blobs above this many bytes are compared by object id alone.
    static let largestText = 4 << 20
    private static let cacheLimit = 100_000

    private struct Pair: Hashable {
        let old: PathVersion
        let new: PathVersion
    }

    init(repository: Repository) { self.repository = repository }

    /// What a path's change does to its lines.
    ///
    /// - Throws: kind ``GitStoreError/Kind/notFound`` when a blob is not in this clone.
    func delta(_ change: PathTransition) throws(GitStoreError) -> LineDelta {
        let pair = Pair(old: change.old, new: change.new)
        if let known = deltas[pair] { return known }
        var delta = try textDelta(change) ?? LineDelta(from: change.old, to: change.new)
        if change.old.isFile, change.new.isFile, change.old.mode != change.new.mode || delta.isEmpty {
            delta.add(LineDelta(from: Self.modeOnly(change.old), to: Self.modeOnly(change.new)))
        }
        if delta.isEmpty, change.old.id != change.new.id || change.old.mode != change.new.mode {
            // An empty file made or removed, or lines only moved about.
            delta = LineDelta(from: change.old, to: change.new)
        }
        lineCount += delta.counts.count + 4
        if lineCount > Self.cacheLimit {
            deltas.removeAll(keepingCapacity: true)
            lineCount = 0
        }
        deltas[pair] = delta
        return delta
    }

    /// What several changes do to lines, pooled over their paths.
    func pooled(_ changes: some Sequence<PathTransition>) throws(GitStoreError) -> LineDelta {
        var total = LineDelta()
        for change in changes { total.add(try delta(change)) }
        return total
    }

    /// The same with white space overlooked; not kept, for it is seldom asked.
    func pooledWithoutSpace(_ changes: some Sequence<PathTransition>) throws(GitStoreError) -> LineDelta {
        var total = LineDelta()
        for change in changes {
            total.add(try textDelta(change, space: .overlooked) ?? LineDelta(from: change.old, to: change.new))
        }
        return total
    }

    /// How often each line of a delta stands in a version; nil for what has no lines.
    func counts(of delta: LineDelta, in version: PathVersion) throws(GitStoreError) -> [LineDelta.Line: Int32]? {
        if version.isAbsent { return [:] }
        guard version.isFile, try size(version) <= Self.largestText else { return nil }
        return try repository.withBlob(version.id) { bytes in
            if Self.isBinary(bytes) { return nil }
            var counts: [LineDelta.Line: Int32] = [:]
            LineDelta.forEachLine(of: bytes) { line in
                if delta.counts[line] != nil { counts[line, default: 0] += 1 }
            }
            return counts
        }
    }

    /// By how many bytes a change makes its file longer; nil when it is not a change of a file.
    func growth(_ change: PathTransition) throws(GitStoreError) -> Int? {
        guard change.old.isFile || change.old.isAbsent, change.new.isFile || change.new.isAbsent else { return nil }
        return try size(change.new) - size(change.old)
    }

    /// A blob's bytes, nothing for an absent path; nil for what has no lines.
    func text(_ version: PathVersion) throws(GitStoreError) -> [UInt8]? {
        if version.isAbsent { return [] }
        guard version.isFile, try size(version) <= Self.largestText else { return nil }
        let bytes = try repository.blob(version.id)
        return bytes.withUnsafeBytes { Self.isBinary($0) } ? nil : bytes
    }

    private func size(_ version: PathVersion) throws(GitStoreError) -> Int {
        if version.isAbsent { return 0 }
        if let known = sizes[version.id] { return known }
        let size = try repository.size(of: version.id)
        sizes[version.id] = size
        return size
    }

    /// What a change does to a text's lines, nothing else; nil where one side has none (a binary, a link).
    ///
    /// - Throws: kind ``GitStoreError/Kind/notFound`` when a blob is not in this clone.
    func textDelta(
        _ change: PathTransition, space: LineDelta.Space = .counts
    ) throws(GitStoreError) -> LineDelta? {
        if change.old.id == change.new.id { return LineDelta() }
        guard try mayHaveLines(change.old), try mayHaveLines(change.new) else { return nil }
        let delta = try withBytes(change.old) { old -> Result<LineDelta?, GitStoreError> in
            Result { () throws(GitStoreError) in
                try withBytes(change.new) { new in
                    Self.isBinary(old) || Self.isBinary(new) ? nil : LineDelta(from: old, to: new, space: space)
                }
            }
        }
        return try delta.get()
    }

    private func mayHaveLines(_ version: PathVersion) throws(GitStoreError) -> Bool {
        if version.isAbsent { return true }
        guard version.isFile else { return false }
        return try size(version) <= Self.largestText
    }

    /// A file's bytes, without a copy; none for an absent path.
    private func withBytes<Value>(
        _ version: PathVersion, _ body: (UnsafeRawBufferPointer) -> Value
    ) throws(GitStoreError) -> Value {
        if version.isAbsent { return body(UnsafeRawBufferPointer(start: nil, count: 0)) }
        return try repository.withBlob(version.id, body)
    }

    private static func modeOnly(_ version: PathVersion) -> PathVersion {
        PathVersion(id: .zero, mode: version.mode)
    }

    /// Git's own test: a NUL among the first 8000 bytes.
    private static func isBinary(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return false }
        return memchr(base, 0, min(8000, bytes.count)) != nil
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
