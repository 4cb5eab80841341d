import Documents

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The ordinary repository, found from files alone, because asking git costs more than all that a hook has to do.
///
/// It answers only where git's rules leave one answer: a `.git` folder (or a bare repository, or a linked worktree) that belongs
/// to the caller, no variable that moves anything, includes that are easily told, a format that is known. Everything else
/// (submodules, `safe.directory`, `git -c`, …) is git's own to answer, and nil here. `PlainPlaceTests.swift` compares both.
struct PlainPlace {
    /// This worktree's git directory, absolute.
    let gitDirectory: String
    /// The git directory that all worktrees share, absolute.
    let commonDirectory: String
    /// The top of the work tree; nil in a bare repository.
    let workTree: String?
    /// Git's configuration, all levels.
    let configuration: Configuration
    /// The files that it was looked for in, those that are not there included.
    let files: [String]

    /// Looks at `directory` and the folders around it.
    ///
    /// - Parameter environment: the process's.
    init?(around directory: String, environment: [String: String]) {
        guard Self.isOrdinary(environment), let found = Self.find(around: directory),
            // Git tells a hook of a linked worktree where it is, and stands at its top.
            environment["GIT_DIR"].map({ $0 == found.git && Files.real(directory) == found.top }) ?? true,
            var reader = ConfigurationReader(found.git, environment),
            reader.read("\(found.common)/config")
        else { return nil }
        if let entry = reader.configuration.entry("extensions.worktreeconfig") {
            // Git reads this one from the repository's own file only.
            guard entry.origin == "file:\(found.common)/config", let isOn = Configuration.boolean(entry.value),
                !isOn || reader.read("\(found.git)/config.worktree")
            else { return nil }
        }
        let configuration = reader.configuration
        guard Self.isKnown(configuration), configuration.value("core.worktree") == nil else { return nil }
        // A linked worktree is none without files, whatever the configuration says of the main one.
        if found.git == found.common {
            guard configuration.flag("core.bare") ?? false == (found.top == nil),
                found.top != nil || configuration.value("safe.barerepository") == nil && !found.git.hasSuffix("/.git")
            else { return nil }
        }
        (gitDirectory, commonDirectory, workTree) = (found.git, found.common, found.top)
        (self.configuration, files) = (configuration, reader.files)
    }

    /// The folders of a repository; without a top, a bare one.
    private typealias Folders = (git: String, common: String, top: String?)

    private static func find(around directory: String) -> Folders? {
        guard let start = Files.real(directory), let device = Self.status(start)?.st_dev else { return nil }
        var folder = start
        while true {
            // Git does not look beyond a mount point.
            guard let status = Self.status(folder), status.st_dev == device else { return nil }
            let below = folder == "/" ? "/.git" : "\(folder)/.git"
            if let found = Self.status(below) {
                guard status.st_uid == geteuid() else { return nil }
                if found.st_mode & S_IFMT == S_IFREG { return linked(by: below, in: folder) }
                return Self.isGitDirectory(below) ? (below, below, folder) : nil
            }
            if Self.isGitDirectory(folder) { return (folder, folder, nil) }
            // A worktree's own git directory.
            if Self.status("\(folder)/commondir") != nil { return nil }
            guard folder != "/" else { return nil }
            folder = Files.parent(of: folder)
        }
    }

    /// A linked worktree, whose `.git` file and whose own git directory name each other.
    private static func linked(by file: String, in folder: String) -> Folders? {
        guard status(file)?.st_uid == geteuid(), let text = Files.line(file), text.hasPrefix("gitdir: "),
            let git = path(String(text.dropFirst("gitdir: ".count)), from: folder),
            let common = Files.line("\(git)/commondir").flatMap({ path($0, from: git) }),
            let back = Files.line("\(git)/gitdir").flatMap({ path($0, from: git) }), back == file,
            status(git)?.st_uid == geteuid(), hasHead(git), isGitDirectory(common)
        else { return nil }
        return (git, common, folder)
    }

    private static func path(_ name: String, from folder: String) -> String? {
        Files.real(name.hasPrefix("/") ? name : "\(folder)/\(name)")
    }

    // MARK: - Surroundings

    /// Beginnings of variables of git's that move nothing this program reads (git(1), "Environment Variables"), and of
    /// the four that are looked at here.
    private static let harmless = [
        "GIT_ASKPASS=", "GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_GLOBAL=", "GIT_CONFIG_NOSYSTEM=",
        "GIT_CONFIG_SYSTEM=", "GIT_CURL_", "GIT_DIR=", "GIT_EDITOR=", "GIT_EXEC_PATH=", "GIT_HTTP_", "GIT_INDEX_FILE=",
        "GIT_MERGE_AUTOEDIT=", "GIT_OPTIONAL_LOCKS=", "GIT_PAGER", "GIT_PREFIX=", "GIT_PROXY_", "GIT_PS1_",
        "GIT_REFLOG_ACTION=", "GIT_SEQUENCE_EDITOR=", "GIT_SSH", "GIT_SSL_", "GIT_TERMINAL_PROMPT=", "GIT_TRACE",
    ]

    private static func isOrdinary(_ environment: [String: String]) -> Bool {
        environment.keys.allSatisfy { name in
            !name.hasPrefix("GIT_") || harmless.contains { (name + "=").hasPrefix($0) }
        }
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        return lstat(path, &status) == 0 ? status : nil
    }

    /// A folder of the caller's with HEAD, objects and refs, as git wants it, and nothing that leads elsewhere.
    private static func isGitDirectory(_ path: String) -> Bool {
        guard let folder = status(path), folder.st_mode & S_IFMT == S_IFDIR, folder.st_uid == geteuid() else {
            return false
        }
        return Files.isFolder("\(path)/objects") && Files.isFolder("\(path)/refs") && status("\(path)/commondir") == nil
            && hasHead(path)
    }

    private static func hasHead(_ path: String) -> Bool {
        guard let head = status("\(path)/HEAD"), head.st_mode & S_IFMT == S_IFREG,
            let bytes = try? Files.read("\(path)/HEAD")
        else { return false }
        return bytes.starts(with: "ref: refs/".utf8) || bytes.prefix(40).count { $0.isHexDigit } == 40
    }

    // MARK: - Configuration

    private static func isKnown(_ configuration: Configuration) -> Bool {
        let version = configuration.value("core.repositoryformatversion") ?? "0"
        let extensions = configuration.keys.filter { $0.hasPrefix("extensions.") }
        let known = ["worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees", "noop"]
        return (version == "0" || version == "1")
            && extensions.allSatisfy { known.contains(String($0.dropFirst("extensions.".count))) }
    }

    /// The files of the levels above the repository's own, in git's order; nil where only git knows them.
    fileprivate static func configurationFiles(_ environment: [String: String]) -> [String]? {
        var files: [String] = []
        switch environment["GIT_CONFIG_NOSYSTEM"] {
        case "1", "true": break
        case nil, "0", "false":
            guard let path = environment["GIT_CONFIG_SYSTEM"] ?? Git.path.flatMap(systemConfiguration) else {
                return nil
            }
            files.append(path)
        default: return nil
        }
        if let path = environment["GIT_CONFIG_GLOBAL"] {
            files.append(path)
        } else {
            guard let home = environment["HOME"], home.hasPrefix("/") else { return nil }
            let folder = environment["XDG_CONFIG_HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? "\(home)/.config"
            files += ["\(folder)/git/config", "\(home)/.gitconfig"]
        }
        return files.allSatisfy { $0.hasPrefix("/") } ? files : nil
    }

    /// Where a git was built to look: /etc for one in /usr, else below its own prefix; nil where its place does not tell. Git puts
    /// the folder of its own programs before PATH, so in a hook it is the git there that is found first.
    static func systemConfiguration(of git: String) -> String? {
        for (prefix, file) in [("/usr", "/etc/gitconfig"), ("/usr/local", "/usr/local/etc/gitconfig")]
        where ["bin", "lib/git-core", "libexec/git-core"].contains(where: { git == "\(prefix)/\($0)/git" }) {
            return file
        }
        return nil
    }
}

/// Git's configuration files, one after the other, with what they include.
private struct ConfigurationReader {
    private let gitDirectory: String
    private let environment: [String: String]
    private var values: [(key: String, entry: Configuration.Entry)] = []
    /// Every file that was looked for.
    private(set) var files: [String] = []

    /// Reads the levels above the repository's own; nil where only git knows them.
    init?(_ gitDirectory: String, _ environment: [String: String]) {
        self.gitDirectory = gitDirectory
        self.environment = environment
        guard let levels = PlainPlace.configurationFiles(environment) else { return nil }
        for file in levels where !read(file) { return nil }
    }

    var configuration: Configuration { Configuration(all: values) }

    /// Reads a file, which need not be there.
    ///
    /// - Returns: false where it cannot be read, or only git can tell what it includes.
    mutating func read(_ file: String, depth: Int = 0) -> Bool {
        if file == "/dev/null" { return true }
        files.append(file)
        guard depth < 10, let bytes = try? Files.read(file) ?? [], let text = try? GitConfigText(bytes: bytes) else {
            return false
        }
        for entry in text.entries {
            let name = [entry.section, entry.subsection, entry.key].compactMap { $0 }.joined(separator: ".")
            values.append((name, .init(value: entry.value ?? "true", origin: "file:\(file)", line: entry.line)))
            guard entry.section == "include" || entry.section == "includeif", entry.key == "path" else { continue }
            guard let isMeant = isMeant(entry.section, entry.subsection), let path = entry.value.flatMap(expanded),
                !path.unicodeScalars.contains("\u{FFFD}")
            else { return false }
            if !isMeant { continue }
            if !read(path.hasPrefix("/") ? path : "\(Files.parent(of: file))/\(path)", depth: depth + 1) {
                return false
            }
        }
        return true
    }

    /// Whether an include counts; nil for conditions that are git's to tell. `gitdir:` with a folder is the common one.
    private func isMeant(_ section: String, _ condition: String?) -> Bool? {
        if section == "include" { return condition == nil ? true : nil }
        guard let condition, condition.hasPrefix("gitdir:"),
            let folder = expanded(String(condition.dropFirst("gitdir:".count))), folder.hasPrefix("/"),
            folder.hasSuffix("/"), !folder.unicodeScalars.contains(where: { "*?[\\".unicodeScalars.contains($0) })
        else { return nil }
        if gitDirectory.utf8.starts(with: folder.utf8) { return true }
        // Git also tries the names that the caller went through, which symbolic links make others.
        let working = Files.currentDirectory()
        return environment["PWD"].map { $0 == working } ?? true ? false : nil
    }

    /// The path with the home folder in it; nil for another person's.
    private func expanded(_ path: String) -> String? {
        guard path.hasPrefix("~") else { return path.hasPrefix("%(prefix)") ? nil : path }
        guard path.hasPrefix("~/"), let home = environment["HOME"].flatMap({ Files.real($0) }) else { return nil }
        return home + path.dropFirst()
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool { (48...57).contains(self) || (97...102).contains(self | 0x20) }
}
