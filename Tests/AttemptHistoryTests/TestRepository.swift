import Foundation
import GitStore
import Testing

@testable import AttemptHistory

/// A repository that real git builds in a temporary directory: cleared environment, own home, a clock that advances by
/// ten minutes a command.
final class TestRepository {
    let directory: URL
    private var clock = 1_700_000_000
    var author = ("Ann Author", "ann@example.org")

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "attempt-history-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try git("init", "-q", "-b", "main")
        for name in ["cache", "api", "db"] { try write("src/\(name).py", Self.lines(name, 40)) }
        try write("README.md", ["readme"])
        try commit("initial")
        try write("README.md", ["readme", "more"])
        try commit("second")
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    struct GitFailure: Error, CustomStringConvertible {
        let description: String
    }

    /// Runs git and gives what it printed, without the last newline.
    @discardableResult
    func git(_ arguments: String...) throws -> String { try run(arguments) }

    func run(_ arguments: [String], allowsFailure: Bool = false) throws -> String {
        clock += 600
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.currentDirectoryURL = directory
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": directory.path,
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "TZ": "UTC",
            "GIT_EDITOR": "true", "GIT_AUTHOR_NAME": author.0, "GIT_AUTHOR_EMAIL": author.1,
            "GIT_COMMITTER_NAME": "Cora Committer", "GIT_COMMITTER_EMAIL": "cora@example.org",
            "GIT_AUTHOR_DATE": "\(clock) +0000", "GIT_COMMITTER_DATE": "\(clock) +0000",
        ]
        let (output, errors) = (Pipe(), Pipe())
        process.standardOutput = output
        process.standardError = errors
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        let complaints = errors.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 || allowsFailure else {
            throw GitFailure(
                description: "git \(arguments.joined(separator: " ")): \(String(decoding: complaints, as: UTF8.self))")
        }
        return String(decoding: printed, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    // MARK: - Work

    /// Lines that are unlike each other.
    static func lines(_ name: String, _ count: Int) -> [String] {
        (1...count).map { "\(name) statement number \($0) does something distinct \($0 * 7919 % 1009)" }
    }

    func write(_ path: String, _ lines: [String]) throws {
        let file = directory.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: file)
    }

    func read(_ path: String) throws -> [String] {
        let text = String(decoding: try Data(contentsOf: directory.appending(path: path)), as: UTF8.self)
        return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    /// Replaces a line (1 is the first) of a file.
    func set(_ path: String, _ line: Int, _ text: String) throws {
        var all = try read(path)
        all[line - 1] = text
        try write(path, all)
    }

    @discardableResult
    func commit(_ message: String) throws -> String {
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return try git("rev-parse", "HEAD")
    }

    /// The standard attempt: three commits that change two files and add one. Leaves its branch checked out.
    func attempt(_ branch: String = "perf-attempt-001-caching") throws {
        try git("switch", "-q", "-c", branch)
        try set("src/cache.py", 20, "cache lookup now goes through the lru layer")
        try commit("Route cache lookups through LRU")
        try write("src/lru.py", Self.lines("lru", 12))
        try commit("Add LRU implementation")
        try set("src/api.py", 30, "api handler uses cached responses")
        try commit("Use the cache in API handler")
    }

    /// Unrelated work on the branch that is checked out.
    func other(_ line: Int = 5) throws {
        try set("src/db.py", line, "db changed by somebody else \(line)")
        try commit("db: unrelated work \(line)")
    }

    func main() throws { try git("switch", "-q", "main") }

    func squash(_ branch: String = "perf-attempt-001-caching", _ message: String = "Add caching (#12)") throws {
        try git("merge", "--squash", "-q", branch)
        try commit(message)
    }

    func merge(_ branch: String = "perf-attempt-001-caching", _ message: String? = nil) throws {
        try git("merge", "-q", "--no-ff", "-m", message ?? "Merge branch '\(branch)'", branch)
    }

    func head(_ revision: String = "HEAD") throws -> String { try git("rev-parse", revision) }

    // MARK: - Questions

    /// Asks three times, without and with git's commit-graph and changed-path filters, and without line histories: the
    /// answer has to be the same.
    func examine(
        sagas: [SagaNaming] = [], usesReflogs: Bool = true, mainline: String = "refs/heads/main"
    ) throws -> [(saga: DiscoveredSaga, facts: [AttemptFacts])] {
        let bare = FileManager.default.fileExists(atPath: directory.appending(path: ".git").path) ? ".git" : ""
        let graph = directory.appending(path: bare).appending(path: "objects/info/commit-graph")
        try? FileManager.default.removeItem(at: graph)
        let plain = try ask(sagas: sagas, usesReflogs: usesReflogs, mainline: mainline, gitDirectory: bare)
        _ = try run(["commit-graph", "write", "--reachable", "--changed-paths"], allowsFailure: true)
        let indexed = try ask(sagas: sagas, usesReflogs: usesReflogs, mainline: mainline, gitDirectory: bare)
        #expect(plain.map { String(reflecting: $0) } == indexed.map { String(reflecting: $0) })
        let sampled = try ask(
            sagas: sagas, usesReflogs: usesReflogs, mainline: mainline, gitDirectory: bare, usesLineHistories: false)
        #expect(plain.map { String(reflecting: $0) } == sampled.map { String(reflecting: $0) })
        return plain
    }

    private func ask(
        sagas: [SagaNaming], usesReflogs: Bool, mainline: String, gitDirectory: String, usesLineHistories: Bool = true
    ) throws -> [(saga: DiscoveredSaga, facts: [AttemptFacts])] {
        let repository = try Repository(gitDirectory: directory.appending(path: gitDirectory).path)
        let tip = try #require(try repository.reference(mainline))
        let chain = try Mainline(repository: repository, tip: tip, reference: mainline)
        let found = try AttemptDiscovery.find(in: repository, mainline: chain, sagas: sagas, usesReflogs: usesReflogs)
        let analysis = try AttemptAnalysis(
            of: found, in: repository, mainline: chain, usesReflogs: usesReflogs, usesLineHistories: usesLineHistories)
        return zip(found, analysis.facts).map { ($0, $1) }
    }

    /// The facts of one attempt of the only saga.
    func facts(_ number: Int = 1, sagas: [SagaNaming] = [], usesReflogs: Bool = true) throws -> AttemptFacts {
        let all = try examine(sagas: sagas, usesReflogs: usesReflogs).flatMap(\.facts)
        return try #require(all.first { $0.number == number })
    }
}
