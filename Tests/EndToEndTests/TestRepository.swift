import Foundation
import Testing

/// A repository made by the real git, in a world of its own: cleared environment, own home, a clock that advances with
/// every command. Everything is removed when the value goes away.
final class TestRepository {
    /// What a finished program left behind.
    struct Outcome {
        let status: Int32
        let output: String
        let complaint: String
    }

    /// The folder that holds everything of this test.
    let world: URL
    /// The repository's top folder.
    let root: URL
    /// Seconds since 1970; every command takes a minute.
    var clock = 1_725_181_200
    /// Variables besides the fixed ones.
    var variables: [String: String] = [:]

    /// The repository that made the world, which lives as long as any other in it.
    private let maker: TestRepository?

    /// An empty repository with one commit on `main`.
    init(commits: Bool = true, options: [String] = []) throws {
        world = FileManager.default.temporaryDirectory.appendingPathComponent("metaissue-\(UUID().uuidString)")
        root = world.appendingPathComponent("repo")
        maker = nil
        try FileManager.default.createDirectory(
            at: world.appendingPathComponent("home"), withIntermediateDirectories: true)
        // No housekeeping in the background: it costs a process with every commit.
        let settings = "[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n"
        try Data(settings.utf8).write(to: world.appendingPathComponent("home/.gitconfig"))
        try git(["init", "-q", "-b", "main"] + options + [root.path], in: world)
        if commits {
            try write("app.py", "def handle(request):\n    return process(request)\n")
            try commit("A service")
        }
    }

    /// Another repository of the same world.
    private init(beside other: TestRepository, root: URL) {
        world = other.world
        self.root = root
        maker = other.maker ?? other
    }

    /// A copy of another one's world.
    private init(copying other: TestRepository) throws {
        world = FileManager.default.temporaryDirectory.appendingPathComponent("metaissue-\(UUID().uuidString)")
        root = world.appendingPathComponent("repo")
        maker = nil
        try FileManager.default.copyItem(at: other.world, to: world)
        clock = other.clock
        variables = other.variables
    }

    /// The same repository in a world of its own.
    func copied() throws -> TestRepository { try TestRepository(copying: self) }

    deinit { if maker == nil { try? FileManager.default.removeItem(at: world) } }

    /// A clone beside this repository.
    func clone(_ name: String = "clone", options: [String] = []) throws -> TestRepository {
        let copy = TestRepository(beside: self, root: world.appendingPathComponent(name))
        try git(["clone", "-q"] + options + ["file://\(root.path)", copy.root.path], in: world)
        copy.clock = clock
        copy.variables = variables
        return copy
    }

    /// An unrelated repository beside this one, with one commit on `main`.
    func sibling(_ name: String) throws -> TestRepository {
        let other = TestRepository(beside: self, root: world.appendingPathComponent(name))
        other.clock = clock
        try git(["init", "-q", "-b", "main", other.root.path], in: world)
        try other.write("README", "Another repository\n")
        try other.commit("Another repository")
        return other
    }

    /// The same repository seen from another folder (a linked worktree, a subfolder).
    func at(_ folder: URL) -> TestRepository {
        let view = TestRepository(beside: self, root: folder)
        view.clock = clock
        view.variables = variables
        return view
    }

    // MARK: Programs

    /// The program under test, as it was built beside the tests; `METAISSUE_BINARY` names another one (the installed
    /// static build).
    static let binary: String = {
        if let named = ProcessInfo.processInfo.environment["METAISSUE_BINARY"] { return named }
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        return tests.deletingLastPathComponent().appendingPathComponent("git-metaissue").path
    }()

    /// Runs git; anything but success fails the test.
    @discardableResult
    func git(_ arguments: [String], in folder: URL? = nil) throws -> String {
        let outcome = try tryGit(arguments, in: folder)
        guard outcome.status == 0 else {
            throw Problem("git \(arguments.joined(separator: " ")): \(outcome.status) \(outcome.complaint)")
        }
        return outcome.output.trimmingCharacters(in: .newlines)
    }

    /// Runs git, whatever comes of it.
    func tryGit(_ arguments: [String], in folder: URL? = nil) throws -> Outcome {
        try run("/usr/bin/env", ["git"] + arguments, in: folder)
    }

    /// Runs the program; anything but success fails the test.
    @discardableResult
    func metaissue(_ arguments: String...) throws -> String {
        let outcome = try run(Self.binary, arguments)
        guard outcome.status == 0 else {
            throw Problem("git metaissue \(arguments.joined(separator: " ")): \(outcome.status) \(outcome.complaint)")
        }
        return outcome.output
    }

    /// Runs the program, whatever comes of it.
    func tryMetaissue(_ arguments: String...) throws -> Outcome { try run(Self.binary, arguments) }

    /// The program, started and not waited for.
    func start(_ arguments: [String]) throws -> Process {
        let process = try prepare(Self.binary, arguments, in: nil)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        return process
    }

    /// A process that holds an advisory lock on a file until it is terminated.
    func hold(_ path: String) throws -> Process {
        let process = try prepare(
            "/usr/bin/env", ["flock", "--no-fork", path, "sh", "-c", "echo held; exec sleep 60"], in: nil)
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        _ = try pipe.fileHandleForReading.read(upToCount: 5)
        return process
    }

    private func prepare(_ program: String, _ arguments: [String], in folder: URL?) throws -> Process {
        clock += 60
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.currentDirectoryURL = folder ?? root
        process.environment = environment
        process.standardInput = FileHandle.nullDevice
        return process
    }

    private var environment: [String: String] {
        var values = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": world.appendingPathComponent("home").path, "LC_ALL": "C.UTF-8", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "Ann Author", "GIT_AUTHOR_EMAIL": "ann@example.org",
            "GIT_COMMITTER_NAME": "Cora Committer", "GIT_COMMITTER_EMAIL": "cora@example.org",
            "GIT_AUTHOR_DATE": "\(clock) +0000", "GIT_COMMITTER_DATE": "\(clock) +0000", "GIT_EDITOR": "true",
            "METAISSUE_HOOKS": "on", "METAISSUE_HOOK_SECONDS": "60",
        ]
        values.merge(variables) { $1 }
        return values
    }

    /// Runs any program in the test's environment.
    func run(_ program: String, _ arguments: [String], in folder: URL? = nil) throws -> Outcome {
        let process = try prepare(program, arguments, in: folder)
        let files = ["out", "err"].map { world.appendingPathComponent("\(UUID().uuidString).\($0)") }
        for file in files { try Data().write(to: file) }
        let handles = try files.map { try FileHandle(forWritingTo: $0) }
        process.standardOutput = handles[0]
        process.standardError = handles[1]
        try process.run()
        process.waitUntilExit()
        let texts = try files.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        for file in files { try FileManager.default.removeItem(at: file) }
        return Outcome(status: process.terminationStatus, output: texts[0], complaint: texts[1])
    }

    // MARK: Files and commits

    /// Sets the clock to a day and hour.
    func time(_ day: String, hour: Int = 9) throws {
        let formatter = ISO8601DateFormatter()
        guard let date = formatter.date(from: "\(day)T00:00:00Z") else { throw Problem("no date: \(day)") }
        clock = Int(date.timeIntervalSince1970) + hour * 3600
    }

    func read(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: root.appendingPathComponent(path)), as: UTF8.self)
    }

    func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path)
    }

    func write(_ path: String, _ text: String) throws {
        let file = root.appendingPathComponent(path)
        try FileManager.default.createDirectory(at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    func append(_ path: String, _ text: String) throws { try write(path, try read(path) + text) }

    /// Replaces text that must be there.
    func edit(_ path: String, _ old: String, _ new: String) throws {
        let text = try read(path)
        guard text.contains(old) else { throw Problem("\(path) has no '\(old)'") }
        try write(path, text.replacingOccurrences(of: old, with: new))
    }

    /// Commits everything.
    @discardableResult
    func commit(_ message: String) throws -> String {
        try git(["add", "--all"])
        try git(["commit", "-q", "--allow-empty", "-m", message])
        return try git(["rev-parse", "HEAD"])
    }

    /// The commit of `main` that merged something, newest first.
    func lastMerge() throws -> String { try git(["log", "-1", "--merges", "--format=%H", "main"]) }

    // MARK: Sagas

    static let saga = "docs/meta-issues/slow-service"

    /// Makes the saga "Slow Service" with hooks installed.
    func makeSaga(hooks: Bool = true) throws {
        try metaissue("new", "Slow Service")
        if hooks { try metaissue("hooks", "install") }
    }

    /// Makes the saga as somebody would by hand: nothing in it names the merge driver.
    ///
    /// - Returns: the path of the attributes that would.
    func makeSagaByHand() throws -> String {
        try makeSaga(hooks: false)
        let path = "\(Self.saga)/.gitattributes"
        try git(["rm", "-q", path])
        try commit("As somebody wrote it by hand")
        return path
    }

    /// Starts an attempt and commits code on its branch; ends on `main`.
    func attempt(_ title: String, file: String, commits: Int = 3, extra: [String] = []) throws -> String {
        let outcome = try run(Self.binary, ["start-attempt", title] + extra)
        guard outcome.status == 0 else { throw Problem("start-attempt: \(outcome.complaint)") }
        let branch = try git(["branch", "--show-current"])
        for index in 1...commits {
            try write(file, (1...index).map { "def \(title.filter(\.isLetter))_step_\($0)(): return \($0)\n" }.joined())
            try commit("\(title): step \(index)")
        }
        try git(["switch", "-q", "main"])
        return branch
    }

    var log: String { get throws { try read("\(Self.saga)/implementation-log.md") } }
    var hub: String { get throws { try read("\(Self.saga)/README.md") } }

    /// `status --json`, decoded.
    func status() throws -> Status {
        try JSONDecoder().decode(Status.self, from: Data(try metaissue("status", "--json").utf8))
    }
}

/// What a test cannot go on after.
struct Problem: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The JSON contract as far as tests read it.
struct Status: Decodable {
    struct Saga: Decodable {
        let id: String
        let path: String?
        let title: String
        let status: String
        let mainline: String
        let attempts: [Attempt]
    }
    struct Attempt: Decodable {
        struct Integration: Decodable {
            struct Landing: Decodable {
                let commit: String
                let date: String
            }
            struct Reversal: Decodable {
                let commits: [String]
                let date: String
                let extent: String
            }
            struct Evidence: Decodable {
                let rule: String
                let certainty: String
                let detail: String
            }
            let state: String
            let how: String?
            let landings: [Landing]
            let reversals: [Reversal]
            let evidence: [Evidence]
        }
        struct Verdict: Decodable {
            let value: String
            let source: String
            let reason: String?
        }
        let number: Int
        let title: String
        let branch: String?
        let folder: String?
        let commits: Int?
        let started: String?
        let ended: String?
        let days: Int?
        let integration: Integration
        let verdict: Verdict
    }
    let schemaVersion: Int
    let sagas: [Saga]
}
