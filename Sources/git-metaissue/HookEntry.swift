import Documents
import MetaIssue

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `git metaissue hook <event> …`: whatever happens, git's own command goes on as if nothing had been there.
enum HookEntry {
    /// Seconds after which a hook gives up: two, or `METAISSUE_HOOK_SECONDS` (slow machines, builds with sanitizers).
    private static var limit: UInt32 {
        Surroundings.environment["METAISSUE_HOOK_SECONDS"].flatMap { UInt32($0) } ?? 2
    }

    /// Does what every hook does, on this thread.
    ///
    /// - Returns: what is left to be done; the process ends when that was all.
    static func begin(_ arguments: [String]) -> HookRun {
        signal(SIGALRM) { _ in
            // Only what a signal handler may do: one write, and the end.
            let words: StaticString =
                "metaissue: gave up for lack of time; bring the record up to date with: git metaissue sync --commit\n"
            _ = write(2, words.utf8Start, words.utf8CodeUnitCount)
            _exit(0)
        }
        alarm(limit)
        guard let event = arguments.first.flatMap({ HookEvent(rawValue: $0) }) else { exit(0) }
        do {
            let run = try HookRun.begin(
                event, arguments: Array(arguments.dropFirst()), in: Surroundings.directory,
                environment: Surroundings.environment)
            if let run { return run }
        } catch {
            tell(error)
        }
        exit(0)
    }

    /// Does the rest.
    static func finish(_ run: HookRun) async -> Never {
        do {
            if let line = try await run.finish() { Output.complain("metaissue: \(oneLine(line))") }
        } catch {
            tell(error)
        }
        exit(0)
    }

    private static func tell(_ error: any Error) {
        let words = (error as? Failure)?.message ?? "\(error)"
        Output.complain("metaissue: the record was not updated: " + oneLine(words))
    }

    /// What there is to say, in the one line that a hook may print.
    private static func oneLine(_ text: String) -> String {
        MarkdownText.terminalSafe(text.split(whereSeparator: \.isNewline).joined(separator: "; "))
    }
}
