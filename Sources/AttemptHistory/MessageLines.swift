extension String {
    /// The lines of a commit message, which may end as on Windows: for Swift, CR and LF together are one character, and not
    /// the one that ends a line elsewhere.
    var messageLines: [Substring] {
        utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { line in
            Substring(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
        }
    }
}
