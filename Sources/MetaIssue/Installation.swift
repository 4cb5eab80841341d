#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `git metaissue install`: binary and manual page where `git metaissue` and `git metaissue --help` find them.
public struct Installation {
    /// What was put where.
    public struct Installed: Sendable {
        /// The program.
        public let binary: String
        /// The manual page.
        public let manual: String
        /// True when the program's folder is in PATH, so that git finds it.
        public let isInPath: Bool
    }

    /// The absolute path of the running program.
    public static func runningBinary() throws -> String {
        guard let path = Files.real("/proc/self/exe") else {
            throw Failure("cannot tell where this program is (/proc/self/exe)")
        }
        return path
    }

    /// Copies program and manual page below `prefix`.
    ///
    /// - Parameters:
    ///   - prefix: a folder; `~/` stands for the home folder.
    ///   - environment: the process's environment, for HOME and PATH.
    public static func run(prefix: String, environment: [String: String]) throws -> Installed {
        var root = prefix
        if root == "~" || root.hasPrefix("~/") {
            guard let home = environment["HOME"], !home.isEmpty else {
                throw Failure("HOME is not set", advice: "name a folder with --prefix")
            }
            root = home + root.dropFirst()
        }
        if !root.hasPrefix("/") { root = "\(Files.currentDirectory())/\(root)" }
        let binary = "\(root)/bin/git-metaissue"
        let manual = "\(root)/share/man/man1/git-metaissue.1"
        guard let program = try Files.read(try runningBinary()) else {
            throw Failure("cannot read this program's own file")
        }
        try Files.replace([(binary, program)], mode: 0o755)
        try Files.replace([(manual, PackageResources.git_metaissue_1)], mode: 0o644)
        let folders = (environment["PATH"] ?? "").split(separator: ":").compactMap { Files.real(String($0)) }
        return Installed(
            binary: binary, manual: manual, isInPath: Files.real("\(root)/bin").map { folders.contains($0) } ?? false)
    }
}
