import CLibgit2

extension Repository {
    /// An object's size in bytes, from its header; the content is not unpacked.
    public func size(of id: ObjectID) throws(GitStoreError) -> Int {
        if let size = packs.size(of: id) { return size }
        var length = 0
        var type = GIT_OBJECT_INVALID
        var oid = id.oid
        try GitStoreError.check(
            git_odb_read_header(&length, &type, objects, &oid), "reading the header of object \(id)")
        return length
    }

    /// Hands a blob's bytes to `body` without copying them; they are valid only during the call.
    public func withBlob<Value>(
        _ id: ObjectID, _ body: (UnsafeRawBufferPointer) -> Value
    ) throws(GitStoreError) -> Value {
        try withObject(id, .blob, "reading blob \(id)", body)
    }

    /// Merges three versions of a file in memory; nil when they conflict.
    ///
    /// Wraps `git_merge_file` because `git_merge_commits` writes blobs into the repository.
    public static func mergedFile(
        ancestor: [UInt8], ours: [UInt8], theirs: [UInt8]
    ) throws(GitStoreError) -> [UInt8]? {
        func input(_ buffer: UnsafeBufferPointer<UInt8>) -> git_merge_file_input {
            var input = git_merge_file_input()
            input.version = UInt32(GIT_MERGE_FILE_INPUT_VERSION)
            input.ptr = UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
            input.size = buffer.count
            return input
        }
        var result = git_merge_file_result()
        let code = ancestor.withUnsafeBufferPointer { first in
            ours.withUnsafeBufferPointer { second in
                theirs.withUnsafeBufferPointer { third in
                    var inputs = (input(first), input(second), input(third))
                    return git_merge_file(&result, &inputs.0, &inputs.1, &inputs.2, nil)
                }
            }
        }
        try GitStoreError.check(code, "merging three versions of a file")
        defer { git_merge_file_result_free(&result) }
        guard result.automergeable != 0 else { return nil }
        return Array(UnsafeRawBufferPointer(start: result.ptr, count: result.len))
    }

    /// The names of the configured remotes; empty when there are none.
    public func remoteNames() throws(GitStoreError) -> [String] {
        var list = git_strarray()
        try GitStoreError.check(git_remote_list(&list, pointer), "listing remotes")
        defer { git_strarray_dispose(&list) }
        return (0..<list.count).compactMap { list.strings[$0].map { String(cString: $0) } }
    }
}
