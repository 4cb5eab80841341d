import Documents

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The ordinary repository, found from files alone, because asking git costs more than all that a hook has to do.
///
/// It answers only where git's rules leave one answer: a `.git` folder (or a bare repository) that belongs to the caller, no
/// variable that moves anything, configuration without includes, a format that is known. Everything else (linked
/// worktrees, submodules, `safe.directory`, `git -c`, …) is git's own to answer, and nil here. `PlainPlaceTests.swift`
/// compares both.
struct PlainPlace {
    /// The git directory, absolute; all worktrees share it.
    let gitDirectory: String
    /// The top of the work tree; nil in a bare repository.
    let workTree: String?
    /// Git's configuration, all levels.
    let configuration: Configuration

    /// Looks at `directory` and the folders around it.
    ///
    /// - Parameter environment: the process's.
    init?(around directory: String, environment: [String: String]) {
        guard Self.isOrdinary(environment), let files = Self.configurationFiles(environment),
            let start = Files.real(directory), let device = Self.status(start)?.st_dev
        else { return nil }
        var folder = start
        while true {
            // Git does not look beyond a mount point.
            guard let status = Self.status(folder), status.st_dev == device else { return nil }
            let below = folder == "/" ? "/.git" : "\(folder)/.git"
            if Self.status(below) != nil {
                guard status.st_uid == geteuid(), Self.isGitDirectory(below),
                    let configuration = Self.configuration(of: below, after: files),
                    configuration.flag("core.bare") != true
                else { return nil }
                (gitDirectory, workTree, self.configuration) = (below, folder, configuration)
                return
            }
            if Self.isGitDirectory(folder) {
                guard let configuration = Self.configuration(of: folder, after: files),
                    configuration.flag("core.bare") == true,
                    configuration.value("safe.barerepository") == nil, !folder.hasSuffix("/.git")
                else { return nil }
                (gitDirectory, workTree, self.configuration) = (folder, nil, configuration)
                return
            }
            guard folder != "/" else { return nil }
            folder = Files.parent(of: folder)
        }
    }

    // MARK: - Surroundings

    /// Beginnings of variables of git's that move nothing this program reads (git(1), "Environment Variables"), and of
    /// the three that ``configurationFiles(_:)`` knows.
    private static let harmless = [
        "GIT_ASKPASS=", "GIT_AUTHOR_", "GIT_COMMITTER_", "GIT_CONFIG_GLOBAL=", "GIT_CONFIG_NOSYSTEM=",
        "GIT_CONFIG_SYSTEM=", "GIT_CURL_", "GIT_EDITOR=", "GIT_EXEC_PATH=", "GIT_HTTP_", "GIT_INDEX_FILE=",
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
        guard let folder = status(path), folder.st_mode & S_IFMT == S_IFDIR, folder.st_uid == geteuid(),
            let head = status("\(path)/HEAD"), head.st_mode & S_IFMT == S_IFREG,
            Files.isFolder("\(path)/objects"), Files.isFolder("\(path)/refs"), status("\(path)/commondir") == nil,
            let bytes = try? Files.read("\(path)/HEAD")
        else { return false }
        return bytes.starts(with: "ref: refs/".utf8) || bytes.prefix(40).count { $0.isHexDigit } == 40
    }

    // MARK: - Configuration

    private static func configuration(of gitDirectory: String, after files: [String]) -> Configuration? {
        let files = files + ["\(gitDirectory)/config"]
        guard let all = values(in: files) else { return nil }
        var configuration = Configuration(all: all)
        if configuration.flag("extensions.worktreeconfig") == true {
            guard let more = values(in: files + ["\(gitDirectory)/config.worktree"]) else { return nil }
            configuration = Configuration(all: more)
        }
        let version = configuration.value("core.repositoryformatversion") ?? "0"
        let extensions = configuration.keys.filter { $0.hasPrefix("extensions.") }
        let known = ["worktreeconfig", "partialclone", "preciousobjects", "relativeworktrees", "noop"]
        guard version == "0" || version == "1", configuration.value("core.worktree") == nil,
            extensions.allSatisfy({ known.contains(String($0.dropFirst("extensions.".count))) })
        else { return nil }
        return configuration
    }

    /// The files of the levels above the repository's own, in git's order; nil where only git knows them.
    static func configurationFiles(_ environment: [String: String]) -> [String]? {
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

    /// All values of some files, the later ones last; nil where one cannot be read or names further files.
    private static func values(in files: [String]) -> [(key: String, entry: Configuration.Entry)]? {
        var all: [(key: String, entry: Configuration.Entry)] = []
        for file in files where file != "/dev/null" {
            var bytes: [UInt8] = []
            do { bytes = try Files.read(file) ?? [] } catch { return nil }
            guard let text = try? GitConfigText(bytes: bytes) else { return nil }
            for entry in text.entries {
                if entry.section == "include" || entry.section == "includeif" { return nil }
                let name = [entry.section, entry.subsection, entry.key].compactMap { $0 }.joined(separator: ".")
                all.append((name, .init(value: entry.value ?? "true", origin: "file:\(file)", line: entry.line)))
            }
        }
        return all
    }
}

extension UInt8 {
    fileprivate var isHexDigit: Bool { (48...57).contains(self) || (97...102).contains(self | 0x20) }
}
