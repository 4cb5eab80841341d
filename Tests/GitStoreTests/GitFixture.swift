import Foundation
import GitStore

/// A repository made by real git in a temporary directory, with a cleared environment and a pinned clock.
final class GitFixture {
    let directory: URL
    private var clock = 1_700_000_000

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "git-store-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        try git("init", "-q", "-b", "main")
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    struct GitFailure: Error {}

    @discardableResult
    func git(_ arguments: String...) throws -> String {
        String(decoding: try output(of: arguments), as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    /// What git prints, byte for byte.
    func output(of arguments: [String]) throws -> Data {
        clock += 600
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["git"] + arguments
        process.currentDirectoryURL = directory
        process.environment = [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": directory.path,
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C",
            "GIT_AUTHOR_NAME": "Ann", "GIT_AUTHOR_EMAIL": "Ann@Example.org", "GIT_COMMITTER_NAME": "Cora",
            "GIT_COMMITTER_EMAIL": "cora@example.org", "GIT_AUTHOR_DATE": "\(clock) +0530",
            "GIT_COMMITTER_DATE": "\(clock) -0700",
        ]
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw GitFailure() }
        return printed
    }

    func write(_ path: String, _ text: String) throws {
        let file = directory.appending(path: path)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
    }

    @discardableResult
    func commit(_ message: String = "change") throws -> ObjectID {
        try git("add", "-A")
        try git("commit", "-q", "--allow-empty", "-m", message)
        return ObjectID(hex: try git("rev-parse", "HEAD")) ?? .zero
    }

    func open() throws -> Repository {
        try Repository(gitDirectory: directory.appending(path: ".git").path)
    }
}
