import CLibgit2

/// A failed operation of the object store: what was attempted, on what, and libgit2's own words.
///
/// The kind is open: a code that libgit2 adds later becomes ``Kind/other(_:)``.
public struct GitStoreError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What went wrong, as far as callers need to tell cases apart.
    public enum Kind: Equatable, Sendable {
        /// The object or reference does not exist (in a shallow or partial clone: is not here).
        case notFound
        /// A compare-and-swap found another value than the one expected.
        case conflict
        /// The object exists but has another type or is malformed.
        case malformed
        /// The repository uses a format that libgit2 cannot read (SHA-256, reftable).
        case unsupportedFormat
        /// Any other libgit2 error code.
        case other(Int32)
    }

    /// What kind of failure this is.
    public let kind: Kind
    /// What was attempted, in words, the object of it included: `reading commit 1234…`.
    public let operation: String
    /// The reason that libgit2 gives, or our own.
    public let reason: String

    /// Makes an error of our own.
    public init(kind: Kind, operation: String, reason: String) {
        self.kind = kind
        self.operation = operation
        self.reason = reason
    }

    /// `<operation>: <reason>`
    public var description: String { "\(operation): \(reason)" }

    /// Throws when a libgit2 call returned a negative code. `operation` is only evaluated then.
    @discardableResult
    static func check(_ code: Int32, _ operation: @autoclosure () -> String) throws(GitStoreError) -> Int32 {
        guard code < 0 else { return code }
        let kind: Kind
        switch code {
        case GIT_ENOTFOUND.rawValue: kind = .notFound
        case GIT_EMODIFIED.rawValue, GIT_EEXISTS.rawValue, GIT_ELOCKED.rawValue: kind = .conflict
        default: kind = .other(code)
        }
        let reason = git_error_last().map { String(cString: $0.pointee.message) } ?? "libgit2 error \(code)"
        throw GitStoreError(kind: kind, operation: operation(), reason: reason)
    }
}
