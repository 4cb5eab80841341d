#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// What standard output and standard error are connected to.
enum Terminal {
    /// True when a person looks at this descriptor.
    static func isTerminal(_ descriptor: Int32) -> Bool { isatty(descriptor) == 1 }

    /// True when git started a pager for this program (`git -p metaissue`, `pager.metaissue`).
    static func isInGitsPager(_ environment: [String: String]) -> Bool {
        ["true", "1", "yes", "on"].contains(environment["GIT_PAGER_IN_USE"]?.lowercased() ?? "")
    }

    /// The width of the terminal that people read on, by git's rules: COLUMNS, else what the terminal says, else 80.
    static func columns(_ environment: [String: String]) -> Int {
        if let told = environment["COLUMNS"].flatMap({ Int($0) }), told > 0 { return max(told, least) }
        var size = winsize()
        for descriptor: Int32 in [1, 2] where ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0 {
            return max(Int(size.ws_col), least)
        }
        return 80
    }

    /// Narrower than this, words would be cut everywhere.
    private static let least = 20
}
