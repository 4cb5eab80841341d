import CLibgit2

/// What an object is, with the numbers that packs use.
enum ObjectKind: UInt8 {
    case commit = 1
    case tree = 2
    case blob = 3
    case tag = 4
}

/// An object's content, valid as long as this lives.
final class ObjectBytes {
    /// What the object is; nil for what only libgit2 knows.
    let kind: ObjectKind?
    /// The content, without header.
    let bytes: UnsafeRawBufferPointer
    /// The object of libgit2 that holds the bytes, when they are not our own allocation.
    private let lender: OpaquePointer?

    /// Takes over memory from `malloc`.
    init(kind: ObjectKind, adopting start: UnsafeMutableRawPointer, count: Int) {
        self.kind = kind
        bytes = UnsafeRawBufferPointer(start: start, count: count)
        lender = nil
    }

    /// Takes over an object that `git_odb_read` gave.
    init(adopting object: OpaquePointer) {
        kind = ObjectKind(rawValue: UInt8(truncatingIfNeeded: git_odb_object_type(object).rawValue))
        bytes = UnsafeRawBufferPointer(start: git_odb_object_data(object), count: git_odb_object_size(object))
        lender = object
    }

    deinit {
        if let lender {
            git_odb_object_free(lender)
        } else {
            free(UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
