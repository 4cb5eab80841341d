import GitStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The repository a command was called in: found by git itself, so that `git -C`, `GIT_DIR`, `safe.directory`, ceiling
/// folders and every later rule of git's discovery hold here without a second implementation, but for the ordinary case
/// (``PlainPlace``).
public struct Place {
    /// This worktree's git directory, absolute.
    public let gitDirectory: String
    /// The git directory that all worktrees share, absolute.
    public let commonDirectory: String
    /// The top of the work tree the caller stands in; nil in a bare repository or inside a git directory.
    public let workTree: String?
    /// The open object store.
    public let repository: Repository
    /// The user's git, in the caller's folder.
    public let git: Git
    /// Git's configuration, all levels, as git itself reads it (`-c` and `GIT_CONFIG_COUNT` included).
    public let configuration: Configuration
    /// The files that it was looked for in, those that are not there included; empty where git was asked.
    var configurationFiles: [String] = []

    /// Finds the repository around `directory`.
    ///
    /// - Throws: ``Failure`` outside a repository and for formats that cannot be read.
    public static func find(from directory: String) async throws -> Place {
        if let plain = try plain(from: directory) { return plain }
        guard Files.exists(directory) || !directory.unicodeScalars.contains("\u{FFFD}") else {
            throw Failure(
                "the path of this folder is not UTF-8 text, which git-metaissue cannot work with",
                advice: "rename the folder")
        }
        return try await ask(Git(directory: directory))
    }

    /// Finds an ordinary repository, without another process; nil where only git can tell.
    static func plain(from directory: String) throws -> Place? {
        guard let plain = PlainPlace(around: directory, environment: Surroundings.environment) else { return nil }
        share(plain.configuration)
        return Place(
            gitDirectory: plain.gitDirectory, commonDirectory: plain.commonDirectory, workTree: plain.workTree,
            repository: try Repository(gitDirectory: plain.gitDirectory), git: Git(directory: directory),
            configuration: plain.configuration.rooted(at: [plain.workTree ?? plain.gitDirectory]),
            configurationFiles: plain.files)
    }

    /// Finds the repository by asking git.
    static func ask(_ git: Git) async throws -> Place {
        // git prints options that it does not know as they are: between two paths, which may hold line ends themselves.
        let end = "--metaissue-next"
        let question = [
            "rev-parse", "--path-format=absolute", "--absolute-git-dir", end, "--git-common-dir", end,
            "--show-object-format", end, "--show-toplevel",
        ]
        // Both questions at once: each costs the start of a process.
        async let configured = Configuration.read(with: git)
        // What it complains of is looked at below.
        let answer = try await git.with(["LC_ALL": "C", "LANGUAGE": nil]).run(question)
        let lines = Self.paragraphs(answer.text, between: end)
        // Without a work tree the last question fails; the first three are answered by then.
        guard lines.count >= 3 else {
            let words = answer.complaint.split(separator: "\n").first.map(String.init) ?? "git rev-parse failed"
            throw Failure(
                words.hasPrefix("fatal: ") ? String(words.dropFirst(7)) : words,
                advice: words.contains("not a git repository")
                    ? "go into a repository, or name one with git -C <folder>"
                    : words.contains("dubious ownership")
                        ? "if you trust it: git config --global --add safe.directory <its top folder>"
                        : "git status, run here, may tell more")
        }
        let configuration = try await configured.rooted(at: Array(lines[3...].prefix(1)) + [lines[1], lines[0]])
        guard lines[2] == "sha1" else {
            throw Failure(
                "this repository uses \(lines[2]) object names, which are not supported",
                advice: "git-metaissue reads SHA-1 repositories")
        }
        if let format = configuration.value("extensions.refstorage"), format != "files" {
            throw Failure(
                "this repository keeps its references as \(format), which is not supported",
                advice: "git refs migrate --ref-format=files converts it")
        }
        share(configuration)
        let repository = try Repository(gitDirectory: lines[0])
        return Place(
            gitDirectory: lines[0], commonDirectory: lines[1], workTree: lines.count > 3 ? lines[3] : nil,
            repository: repository, git: git, configuration: configuration)
    }

    /// Sees to it that what this process makes in a shared repository (`core.sharedRepository`) is there for everybody that it is
    /// shared with: objects and references are written by libgit2, which knows of no sharing.
    private static func share(_ configuration: Configuration) {
        let granted: mode_t =
            switch configuration.value("core.sharedrepository")?.lowercased() {
            case nil, "umask", "false", "no", "off", "0": 0
            case "group", "true", "yes", "on", "1": 0o070
            case "all", "world", "everybody", "2": 0o075
            case let mode?: mode_t(mode, radix: 8).map { ($0 & 0o066) | ($0 & 0o044) >> 2 } ?? 0
            }
        guard granted != 0 else { return }
        let old = umask(0o077)
        umask(old & ~granted)
    }

    /// What stands between lines that are `end`; nothing for a last one that is missing.
    private static func paragraphs(_ text: String, between end: String) -> [String] {
        var found: [[Substring]] = [[]]
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            if line == end { found.append([]) } else { found[found.count - 1].append(line) }
        }
        return found.filter { !$0.isEmpty }.map { $0.joined(separator: "\n") }
    }

    /// A path below the directory where this program keeps its own state for all worktrees.
    func statePath(_ name: String) -> String { "\(commonDirectory)/metaissue/\(name)" }
}

/// A snapshot of git's configuration.
public struct Configuration: Sendable {
    /// A value and where it stands.
    struct Entry: Sendable {
        let value: String
        /// As `git config --show-origin` prints it: `file:.git/config`, `command line:`.
        let origin: String
        /// The line in that file, where it is known.
        var line: Int?
    }

    private var values: [String: [Entry]] = [:]
    /// The keys in the order in which git reads them, each once.
    private(set) var keys: [String] = []
    /// What relative file names in origins may be relative to.
    private(set) var folders: [String] = []

    /// A configuration with these values; variables as `git config --list` prints them.
    init(_ values: [String: String] = [:]) {
        self.values = values.mapValues { [Entry(value: $0, origin: "command line:")] }
        keys = values.keys.sorted()
    }

    /// A configuration with these values, each variable's last one counting.
    init(all entries: [(key: String, entry: Entry)]) { for (key, entry) in entries { add(entry, to: key) } }

    private mutating func add(_ entry: Entry, to key: String) {
        if values[key] == nil { keys.append(key) }
        values[key, default: []].append(entry)
    }

    /// Reads every level with `git config --list`.
    static func read(with git: Git) async throws -> Configuration {
        let listing = try await git.need(
            ["config", "--null", "--show-origin", "--list"],
            advice: "git config --list shows where the configuration is broken")
        var configuration = Configuration()
        configuration.folders = [git.directory]
        let fields = listing.output.split(separator: 0, omittingEmptySubsequences: false)
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            let parts = fields[index + 1].split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first else { continue }
            let key = String(decoding: name, as: UTF8.self)
            // A key without a value (`[a] b`) means true.
            let entry = Entry(
                value: parts.count > 1 ? String(decoding: parts[1], as: UTF8.self) : "true",
                origin: String(decoding: fields[index], as: UTF8.self))
            configuration.add(entry, to: key)
        }
        return configuration
    }

    /// The same, knowing where the repository is.
    func rooted(at folders: [String]) -> Configuration {
        var copy = self
        copy.folders = folders + self.folders
        return copy
    }

    /// The last value of a key. Section and variable are lower case, as `git config --list` prints them.
    public func value(_ key: String) -> String? { values[key]?.last?.value }

    /// The last value of a key and where it stands.
    func entry(_ key: String) -> Entry? { values[key]?.last }

    /// Every value of a key, the strongest last.
    func entries(_ key: String) -> [Entry] { values[key] ?? [] }

    /// A boolean by git's spelling rules; nil when unset or not a boolean.
    public func flag(_ key: String) -> Bool? {
        value(key).flatMap { Self.boolean($0) }
    }

    /// What git takes a word for where a boolean is wanted; nil for a word that is none.
    public static func boolean(_ word: String) -> Bool? {
        switch word.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0", "": false
        default: nil
        }
    }

    /// The remotes from which a clone that was made with a filter fetches what it lacks, when it needs it.
    var promisors: [String] {
        keys.filter { $0.hasPrefix("remote.") && $0.hasSuffix(".promisor") && flag($0) == true }
            .map { String($0.dropFirst("remote.".count).dropLast(".promisor".count)) }
    }

    /// The file that a key's value stands in; nil for one that is not set in a file.
    func file(of key: String) -> String? {
        guard let origin = entry(key)?.origin, origin.hasPrefix("file:") else { return nil }
        let file = String(origin.dropFirst("file:".count))
        return ([file] + folders.map { "\($0)/\(file)" }).first { $0.hasPrefix("/") && Files.exists($0) }
    }

    /// Full name of the reference that a local branch follows, by what its remote is fetched to; nil when it follows none.
    func upstream(of branch: String) -> String? {
        guard let remote = value("branch.\(branch).remote"), let merge = value("branch.\(branch).merge") else {
            return nil
        }
        if remote == "." { return merge }
        for entry in entries("remote.\(remote).fetch") {
            let sides = entry.value.drop { $0 == "+" }.split(separator: ":", maxSplits: 1).map(String.init)
            guard sides.count == 2 else { continue }
            if sides[0] == merge { return sides[1] }
            let from = sides[0].split(separator: "*", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard from.count == 2, merge.hasPrefix(from[0]), merge.hasSuffix(from[1]),
                merge.utf8.count >= from[0].utf8.count + from[1].utf8.count
            else { continue }
            let part = merge.dropFirst(from[0].count).dropLast(from[1].count)
            return sides[1].replacing(scalar: "*", with: String(part))
        }
        return nil
    }
}
