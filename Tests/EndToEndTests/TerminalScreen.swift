import Foundation
import Testing

/// A real terminal of a chosen size, played by tmux: what a person types into it, and what then stands on its screen.
final class TerminalScreen {
    private let repository: TestRepository
    private let socket = "metaissue-\(UUID().uuidString.prefix(8))"

    /// - Parameters:
    ///   - shell: what runs in it, an argument vector.
    ///   - repository: gives folder and environment; `git metaissue` is in its PATH.
    init(_ repository: TestRepository, shell: [String] = ["bash", "--norc", "-i"], columns: Int = 100, rows: Int = 40)
        throws
    {
        self.repository = repository
        try repository.putProgramInPath()
        repository.variables["PS1"] = "$ "
        repository.variables["TERM"] = "xterm-256color"
        try tmux(
            [
                "-f", "/dev/null", "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)", "-c",
                // Whatever happens to the test, no terminal outlives it for long.
                repository.root.path, "timeout", "--foreground", "600",
            ] + shell)
        try tmux(["set-option", "-g", "status", "off"])
        try tmux(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    deinit {
        // Without the repository: its folder may be gone by now.
        let end = Process()
        end.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        end.arguments = ["tmux", "-L", socket, "kill-server"]
        end.currentDirectoryURL = URL(fileURLWithPath: "/")
        end.standardError = FileHandle.nullDevice
        if (try? end.run()) != nil { end.waitUntilExit() }
    }

    /// True where terminals can be made.
    static let isHere = has("tmux")

    /// True when a program is in PATH.
    static func has(_ program: String) -> Bool {
        (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
            .contains { FileManager.default.isExecutableFile(atPath: "\($0)/\(program)") }
    }

    /// The server that the first call starts must not keep what Foundation waits for the end of.
    private static let withoutInheriting = [
        "python3", "-c", "import subprocess, sys; sys.exit(subprocess.run(sys.argv[1:], close_fds=True).returncode)",
    ]

    @discardableResult
    private func tmux(_ arguments: [String]) throws -> String {
        let isFirst = arguments.contains("new-session")
        let outcome = try repository.run(
            "/usr/bin/env", (isFirst ? Self.withoutInheriting : []) + ["tmux", "-u", "-L", socket] + arguments)
        guard outcome.status == 0 else { throw Problem("tmux \(arguments): \(outcome.complaint)") }
        return outcome.output
    }

    /// Types text, and nothing after it.
    func type(_ text: String) throws { try tmux(["send-keys", "-l", "--", text]) }

    /// Presses a key as tmux names it: `Enter`, `Tab`, `q`.
    func press(_ key: String) throws { try tmux(["send-keys", key]) }

    /// Clears the screen, runs a command line, and waits until it is through.
    @discardableResult
    func enter(_ command: String, location: SourceLocation = #_sourceLocation) throws -> String {
        let mark = "done-\(UUID().uuidString.prefix(6))"
        let halves = (mark.prefix(5), mark.dropFirst(5))
        try type("clear; \(command); echo '\(halves.0)''\(halves.1)'")
        try press("Enter")
        let screen = try wait(location: location) { $0.contains(mark) }
        return screen.components(separatedBy: "\n").prefix { !$0.contains(mark) }.filter { !$0.contains("clear; ") }
            .joined(separator: "\n")
    }

    /// What stands on the screen, without spaces at the ends of lines.
    func text(colours: Bool = false) throws -> String {
        try tmux(["capture-pane", "-p"] + (colours ? ["-e"] : []))
    }

    /// Waits until the screen is as wished, and gives it; at most half a minute.
    @discardableResult
    func wait(location: SourceLocation = #_sourceLocation, until isThere: (String) -> Bool) throws -> String {
        let end = Date().addingTimeInterval(30)
        var screen = ""
        while Date() < end {
            screen = try text()
            if isThere(screen) { return screen }
            usleep(50_000)
        }
        Issue.record("never came up; the screen shows:\n\(screen)", sourceLocation: location)
        return screen
    }
}

extension TestRepository {
    /// Makes the program what `git metaissue` runs.
    func putProgramInPath() throws {
        let bin = world.appendingPathComponent("bin")
        let link = bin.appendingPathComponent("git-metaissue").path
        if !FileManager.default.fileExists(atPath: link) {
            try FileManager.default.createDirectory(at: bin, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: Self.binary)
        }
        let path = variables["PATH"] ?? ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        if !path.hasPrefix(bin.path) { variables["PATH"] = "\(bin.path):\(path)" }
    }
}
