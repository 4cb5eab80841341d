import ArgumentParser
import Dispatch
import Documents
import GitStore
import MetaIssue

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Where the process begins: hooks take a short way, everything else goes through the argument parser.
@main
struct Program {
    /// Waits for the command on the first thread: an asynchronous `main` would end that thread, which the static
    /// program cannot do: it has no unwinding tables (`standalone.ld`).
    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        let hook = arguments.first == "hook" ? HookEntry.begin(Array(arguments.dropFirst())) : nil
        let done = DispatchSemaphore(value: 0)
        Task.detached {
            if let hook { await HookEntry.finish(hook) }
            await run(arguments)
            exit(0)
        }
        done.wait()
    }

    private static func run(_ arguments: [String]) async {
        if arguments.first == CompletionEntry.name { await CompletionEntry.run(Array(arguments.dropFirst())) }
        do {
            if arguments.first == "help" { exit(try Help.show(Array(arguments.dropFirst()))) }
            var command = try command(OptionalValue.filled(arguments))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch {
            end(with: error, arguments)
        }
    }

    /// The command that was called, with its options. To look at all commands costs more than most of them do: the one that
    /// was named is asked alone, and all of them only when that fails, to tell what is wrong.
    private static func command(_ arguments: [String]) throws -> any ParsableCommand {
        let named = GitMetaissue.configuration.subcommands.first {
            $0.configuration.commandName == arguments.first && $0.configuration.subcommands.isEmpty
        }
        if let named, let command = try? named.parseAsRoot(Array(arguments.dropFirst())) { return command }
        return try GitMetaissue.parseAsRoot(arguments)
    }

    /// Prints what went wrong and ends with the exit code of PRODUCT.md: 1 for findings, 128 when the command cannot go
    /// on, 129 for wrong use.
    private static func end(with error: any Error, _ arguments: [String]) -> Never {
        switch error {
        case let failure as Failure:
            // Whatever of a repository a message names, none of it steers the terminal.
            func safe(_ text: String) -> String {
                text.parts(between: "\n").map(MarkdownText.terminalSafe).joined(separator: "\n")
            }
            Output.complain("\(failure.exitCode == 128 ? "fatal" : "error"): \(safe(failure.message))")
            if let advice = failure.advice { Output.complain("hint: \(safe(advice))") }
            exit(failure.exitCode)
        case let problem as GitStoreError:
            Output.complain("fatal: \(problem)")
            Output.complain(
                "hint: git fsck tells whether the repository is damaged"
                    + (problem.kind == .notFound
                        ? "; in a partial clone, git fetch --refetch --no-filter brings the rest"
                        : "; see also whether its disk is full or read-only"))
            exit(128)
        case let code as ExitCode:
            exit(code.rawValue)
        default:
            answer(error, arguments)
        }
    }

    /// Help that was asked for, the version, or what is wrong with the arguments.
    private static func answer(_ error: any Error, _ arguments: [String]) -> Never {
        // It repeats what was typed.
        let message = GitMetaissue.message(for: error).split(separator: "\n", omittingEmptySubsequences: false)
            .map { MarkdownText.terminalSafe(String($0)) }.joined(separator: "\n")
        do {
            guard GitMetaissue.exitCode(for: error) == .success else {
                let words = try CommandOutline.root().commands.map(\.commandName)
                if let word = arguments.first, !word.hasPrefix("-"), !words.contains(word) {
                    throw Failure.usage(
                        "there is no command '\(MarkdownText.terminalSafe(word))'",
                        advice: Likeness.nearest(to: word, among: words).map { "did you mean git metaissue \($0)?" }
                            ?? "git metaissue -h lists the commands")
                }
                Output.complain("error: " + message.prefix(1).lowercased() + message.dropFirst())
                Output.complain(try Usage(of: arguments).synopsis, end: "")
                exit(129)
            }
            if arguments.contains("--help") { exit(try Help.show(try Usage.words(of: arguments))) }
            if arguments.contains("--version") || arguments.contains("--experimental-dump-help") {
                Output.write(message + "\n")
                exit(0)
            }
            let usage = try Usage(of: arguments).text
            // As git's own commands do it: what was asked for is no error, and the exit code is that of wrong use.
            if arguments.contains("-h") { Output.write(usage) } else { Output.complain(usage, end: "") }
        } catch {
            if let failure = error as? Failure { end(with: failure, arguments) }
            Output.complain("error: \(message)")
        }
        exit(129)
    }
}

/// Standard output and standard error, with every write checked.
enum Output {
    /// Writes text to standard output.
    static func write(_ text: String) { write(Array(text.utf8)) }

    /// Writes bytes to standard output. A closed pipe ends the process quietly, as it does for git.
    static func write(_ bytes: [UInt8]) { put(bytes, to: 1) }

    /// Writes a line to standard error.
    static func complain(_ line: String, end: String = "\n") { put(Array((line + end).utf8), to: 2) }

    /// Writes what is wrong in the configuration, which stops nothing, to standard error.
    static func warn(_ finding: SettingFinding) {
        complain("warning: \(finding.place): \(finding.problem); \(finding.advice)")
    }

    private static func put(_ bytes: [UInt8], to descriptor: Int32) {
        bytes.withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = Glibc.write(descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 {
                    // Whether anybody reads what is wrong changes nothing; git sees it the same way.
                    if descriptor == 2 { return }
                    if errno != EPIPE { complain("fatal: cannot write to standard output") }
                    exit(128)
                }
                written += count
            }
        }
    }
}
