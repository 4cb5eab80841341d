#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `git metaissue install`: program, manual pages and completions where git, `man` and the shells find them.
public struct Installation {
    /// What was put where.
    public struct Installed: Sendable {
        /// The program.
        public let binary: String
        /// The folder of the manual pages, and how many there are.
        public let manual: (folder: String, pages: Int)
        /// The completions of bash, zsh and fish.
        public let completions: [String]
        /// True when the program's folder is in PATH, so that git finds it.
        public let isInPath: Bool
    }

    /// A manual page: `git-metaissue-status.1`.
    public typealias Page = (name: String, bytes: [UInt8])

    /// A command and what it is for.
    public typealias Abstract = (command: String, abstract: String)

    /// The absolute path of the running program.
    public static func runningBinary() throws -> String {
        guard let path = Files.real("/proc/self/exe") else {
            throw Failure("cannot tell where this program is (/proc/self/exe)")
        }
        guard Files.exists(path) else {
            throw Failure(
                "the path of this program is not UTF-8 text, so nothing can be told to call it there",
                advice: "put it where it can be called with: git metaissue install")
        }
        return path
    }

    /// Copies program, manual pages and completions below `prefix`.
    ///
    /// - Parameters:
    ///   - prefix: a folder; `~/` stands for the home folder.
    ///   - abstracts: every command; each has a page of its own.
    ///   - environment: the process's environment, for HOME and PATH.
    public static func run(prefix: String, abstracts: [Abstract], environment: [String: String]) throws -> Installed {
        var root = prefix
        if root == "~" || root.hasPrefix("~/") {
            guard let home = environment["HOME"], !home.isEmpty else {
                throw Failure("HOME is not set", advice: "name a folder with --prefix")
            }
            root = home + root.dropFirst()
        }
        if !root.hasPrefix("/") { root = "\(Files.currentDirectory())/\(root)" }
        try Files.makeFolder(root)
        root = Files.real(root) ?? root
        let binary = "\(root)/bin/git-metaissue"
        let manual = "\(root)/share/man/man1"
        guard let program = try Files.read("/proc/self/exe") else {
            throw Failure("cannot read this program's own file")
        }
        try Files.replace([(binary, program)], mode: 0o755)
        let pages = manualPages(abstracts)
        try Files.replace((pages + pages.compactMap(gitsName)).map { ("\(manual)/\($0.name)", $0.bytes) }, mode: 0o644)
        let completions = shellCompletions.map { ("\(root)/share/\($0.path)", $0.bytes) }
        try Files.replace(completions, mode: 0o644)
        let folders = (environment["PATH"] ?? "").split(separator: ":").compactMap { Files.real(String($0)) }
        return Installed(
            binary: binary, manual: (manual, pages.count), completions: completions.map(\.0),
            isInPath: Files.real("\(root)/bin").map { folders.contains($0) } ?? false)
    }

    /// Every manual page: the program's, and one for each command that it describes.
    public static func manualPages(_ abstracts: [Abstract]) -> [Page] {
        let main = PackageResources.git_metaissue_1
        let pages = ManualPages(main)
        return [("git-metaissue.1", main)]
            + abstracts.compactMap { command, abstract in
                pages.page(of: command, abstract: abstract).map { ("git-metaissue-\(command).1", $0) }
            }
    }

    /// `git help metaissue-status` asks for `gitmetaissue-status`, because git has no command of that name: a page that is
    /// the other one.
    private static func gitsName(of page: Page) -> Page? {
        guard page.name != "git-metaissue.1" else { return nil }
        return ("git" + page.name.dropFirst("git-".count), Array(".so man1/\(page.name)\n".utf8))
    }

    /// Where each shell looks for completions, below `share`.
    private static let shellCompletions: [(path: String, bytes: [UInt8])] = [
        ("bash-completion/completions/git-metaissue", PackageResources.git_metaissue_bash),
        ("zsh/site-functions/_git-metaissue", PackageResources.git_metaissue_zsh),
        ("fish/vendor_conf.d/git-metaissue.fish", PackageResources.git_metaissue_fish),
    ]

    /// The `man` folder beside the running program, when the page is installed there.
    public static func manualFolder(with page: String) -> String? {
        guard let program = try? runningBinary() else { return nil }
        let parts = program.split(separator: "/")
        guard parts.count > 2, parts[parts.count - 2] == "bin" else { return nil }
        let folder = "/" + parts.dropLast(2).joined(separator: "/") + "/share/man"
        return Files.exists("\(folder)/man1/\(page).1") ? folder : nil
    }

    /// Writes a file that is there while `body` runs.
    public static func withTemporaryFile<Value>(
        named name: String, _ bytes: [UInt8], _ body: (String) throws -> Value
    ) throws -> Value {
        let folder = try Files.makeTemporaryFolder("metaissue")
        let file = "\(folder)/\(name)"
        defer {
            unlink(file)
            rmdir(folder)
        }
        try Files.replace([(file, bytes)], mode: 0o644)
        return try body(file)
    }
}
