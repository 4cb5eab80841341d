import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The user's own `git`, run as an argument vector and never through a shell.
///
/// Everything that touches a working tree, an index or a branch that is checked out goes through it, because it alone
/// knows sparse and split indexes, filters, signing, fsmonitor and everybody's hooks (ENGINEERING.md, "Who does what").
public struct Git: Sendable {
    /// What a finished `git` left behind.
    public struct Result: Sendable {
        /// The exit code; 128 + signal when a signal ended it.
        public let status: Int32
        /// Standard output, unaltered.
        public let output: [UInt8]
        /// Standard error as text, without the last newline.
        public let complaint: String

        /// Standard output as text, without the last newline.
        public var text: String { Git.line(output) }
        /// Standard output split at NUL bytes, as `-z` writes it.
        public var fields: [String] {
            output.split(separator: 0, omittingEmptySubsequences: true).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// Where `git` runs.
    public let directory: String
    private let environment: Environment

    /// A `git` that runs in the caller's folder with the caller's environment, but always on the real index: inside
    /// commit hooks, `GIT_INDEX_FILE` names a temporary one. Paths mean what this program writes.
    public init(directory: String) {
        self.directory = directory
        environment = .inherit.updating([
            "GIT_INDEX_FILE": nil, "GIT_LITERAL_PATHSPECS": nil, "GIT_GLOB_PATHSPECS": nil,
            "GIT_NOGLOB_PATHSPECS": nil, "GIT_ICASE_PATHSPECS": nil, Self.guardVariable: "\(getpid())",
        ])
    }

    private init(directory: String, environment: Environment) {
        self.directory = directory
        self.environment = environment
    }

    /// Set in every `git` that this program runs, to the number of its process: hooks fired by it do nothing (no
    /// recursion), and when the process is killed, the next one knows its children.
    static let guardVariable: Environment.Key = "METAISSUE_RUNNING"

    /// A `git` that works in another worktree: what ties the caller's environment to its own repository is dropped.
    public func inWorktree(_ path: String) -> Git {
        guard path != directory else { return self }
        return Git(
            directory: path,
            environment: environment.updating([
                "GIT_DIR": nil, "GIT_WORK_TREE": nil, "GIT_PREFIX": nil, "GIT_COMMON_DIR": nil,
            ]))
    }

    /// The same `git` with more environment variables; nil removes one.
    public func with(_ variables: [String: String?]) -> Git {
        var updates: [Environment.Key: String?] = [:]
        for (name, value) in variables { if let key = Environment.Key(rawValue: name) { updates[key] = value } }
        return Git(directory: directory, environment: environment.updating(updates))
    }

    /// The same `git` with one more setting, after those that the caller's environment brings.
    func configured(_ key: String, _ value: String) -> Git {
        let count = getenv("GIT_CONFIG_COUNT").flatMap { Int(String(cString: $0)) } ?? 0
        return with([
            "GIT_CONFIG_COUNT": "\(count + 1)", "GIT_CONFIG_KEY_\(count)": key, "GIT_CONFIG_VALUE_\(count)": value,
        ])
    }

    /// Runs `git` with these arguments and waits for it. Failing is a result, not an error.
    ///
    /// - Throws: ``Failure`` when `git` cannot be started.
    public func run(_ arguments: [String], input: [UInt8] = []) async throws -> Result {
        try await spawn(executable: Self.program, arguments, input: input)
    }

    /// Runs `git` and throws its complaint when it fails.
    @discardableResult
    public func need(
        _ arguments: [String], input: [UInt8] = [], advice: String? = nil
    ) async throws -> Result {
        let result = try await run(arguments, input: input)
        guard result.status == 0 else { throw Self.failure(arguments, result, advice: advice) }
        return result
    }

    /// Asks whether bringing index and work tree from one commit or tree to another would overwrite files that are not
    /// tracked or were changed, before anything is touched.
    ///
    /// - Parameter doing: what is about to be done, at the beginning of a sentence.
    /// - Throws: ``Failure`` that names a file in the way.
    func checkOverwriting(from old: String, to new: String, doing: String, advice: String) async throws {
        let arguments = ["read-tree", "-n", "-u", "-m", old, new]
        let result = try await run(arguments)
        if result.status == 0 { return }
        if Self.isLocked(result) { throw Self.failure(arguments, result) }
        throw Failure(
            "\(doing) would overwrite files: "
                + (Self.complaints(in: result.complaint).first ?? "git read-tree refused"), advice: advice)
    }

    /// The paths that have conflicts in this worktree's index, sorted.
    func unmergedPaths() async throws -> [String] {
        Set(try await need(["diff", "--name-only", "-z", "--diff-filter=U"]).fields).sorted()
    }

    /// The first `git` in PATH; nil when none is there.
    static let path: String? = {
        let folders = getenv("PATH").map { String(cString: $0) }?.split(separator: ":") ?? []
        return folders.lazy.filter { $0.hasPrefix("/") }.map { "\($0)/git" }
            .first { Files.isExecutable($0) }
    }()

    /// Looked up once: the library would start a process for every folder before it.
    private static var program: Executable { path.map { .path(FilePath($0)) } ?? .name("git") }

    /// Runs any program in the same folder and environment (the demo runs this very binary).
    func spawn(executable: Executable, _ arguments: [String], input: [UInt8] = []) async throws -> Result {
        do {
            let result = try await Subprocess.run(
                executable, arguments: Arguments(arguments), environment: environment,
                workingDirectory: FilePath(directory), input: .array(input),
                output: .bytes(limit: Self.outputLimit), error: .bytes(limit: Self.outputLimit))
            let status: Int32 =
                switch result.terminationStatus {
                case .exited(let code): code
                case .signaled(let signal): 128 + signal
                }
            return Result(status: status, output: result.standardOutput, complaint: Self.line(result.standardError))
        } catch let error as SubprocessError {
            throw Failure(
                "cannot run \(executable): \(error)", advice: "is git installed, and does \(directory) still exist?")
        }
    }

    /// The failure that tells what `git` said.
    static func failure(_ arguments: [String], _ result: Result, advice: String? = nil) -> Failure {
        let complaint = complaints(in: result.complaint).joined(separator: "; ")
        let advice =
            advice
            ?? (isLocked(result) ? lockAdvice : nil)
        return Failure(
            "git \(arguments.first { !$0.hasPrefix("-") } ?? ""): "
                + (complaint.isEmpty ? "it ended with status \(result.status)" : complaint), advice: advice)
    }

    static let lockAdvice = "another git may be at work here; when none is, remove the .lock file that it left"

    /// Whether it failed because another git has a file of the repository.
    private static func isLocked(_ result: Result) -> Bool {
        result.complaint.contains(".lock'") || result.complaint.contains("could not lock")
    }

    /// The lines that say what is wrong, without their prefixes; git's own advice is left out.
    static func complaints(in text: String) -> [String] {
        text.split(separator: "\n").filter { !$0.hasPrefix("hint: ") }.map { line in
            for prefix in ["fatal: ", "error: "] where line.hasPrefix(prefix) {
                return String(line.dropFirst(prefix.count))
            }
            return line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }

    private static let outputLimit = 1 << 30

    private static func line(_ bytes: [UInt8]) -> String {
        var text = String(decoding: bytes, as: UTF8.self)
        while text.hasSuffix("\n") { text.removeLast() }
        return text
    }
}
