import Documents
import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `git metaissue demo`: the example saga happens for real, in a throwaway repository, through the same commands that
/// users type and with hooks on. Nothing printed is canned: it is read from what git and the commands left.
public struct Demo {
    /// One act of the example: an attempt from start to landing, and what came after.
    private struct Act {
        let title: String
        let slug: String
        let hypothesis: String
        let approach: String
        let commits: Int
        let first: String
        let last: String
        let file: String
        /// The day a revert took it back; nil when it stayed.
        let reverted: String?
        /// What a person writes into the log's Verdict afterwards; nil leaves it to the hooks.
        let verdict: String?
    }

    private static let acts = [
        Act(
            title: "Caching Layer", slug: "caching", hypothesis: "Inefficient data processing causing high CPU",
            approach: "Add caching to reduce redundant processing", commits: 8, first: "2024-09-01",
            last: "2024-09-07", file: "src/cache.py", reverted: "2024-09-08", verdict: nil),
        Act(
            title: "Query Optimization", slug: "query-opt", hypothesis: "Slow database queries causing delays",
            approach: "Optimize queries and add indexing", commits: 12, first: "2024-09-15", last: "2024-09-25",
            file: "src/queries.py", reverted: nil, verdict: "⚠️ Partial Success"),
        Act(
            title: "Connection Pooling + Async", slug: "pooling",
            hypothesis: "Connection overhead + synchronous blocking",
            approach: "Connection pooling and async operations", commits: 18, first: "2024-10-01",
            last: "2024-10-12", file: "src/pool.py", reverted: nil, verdict: "✅ SUCCESS - All targets met!"),
    ]

    private let root: String
    private let binary: String
    private let tell: (String) -> Void

    /// Plays the example.
    ///
    /// - Parameters:
    ///   - folder: where the repository is made and kept; nil: a temporary folder that is removed at the end.
    ///   - binary: this program.
    ///   - tell: takes the lines of the story.
    public static func run(keep folder: String?, binary: String, tell: @escaping (String) -> Void) async throws {
        let root = try folder.map(absolute) ?? Files.makeTemporaryFolder("metaissue-demo")
        if folder != nil && Files.exists(root) {
            throw Failure("\(root) exists already", advice: "give --keep a folder that does not exist yet")
        }
        try Files.makeFolder(root)
        let demo = Demo(root: root, binary: binary, tell: tell)
        do {
            try await demo.play()
        } catch {
            if folder == nil { await demo.remove() }
            throw error
        }
        if folder == nil { await demo.remove() } else { demo.pointAround() }
    }

    private static func absolute(_ folder: String) -> String {
        folder.hasPrefix("/") ? folder : "\(Files.currentDirectory())/\(folder)"
    }

    private func remove() async {
        // What is left of a temporary folder does no harm.
        _ = try? await git("2024-11-01").spawn(executable: .name("rm"), ["-rf", root])
    }

    // MARK: The play

    private static let saga = "docs/meta-issues/performance-optimization-saga"

    private func play() async throws {
        try await run("2024-09-01 09:00", ["init", "--quiet", "--initial-branch=main"])
        try write("def handle(request):\n    return process(request)\n", to: "src/app.py")
        try await run("2024-09-01 09:00", ["add", "--all"])
        try await run("2024-09-01 09:00", ["commit", "--quiet", "--message", "A service that is slow under load"])
        try await metaissue("2024-09-01 09:05", ["hooks", "install"])
        try await metaissue("2024-09-01 09:10", ["new", "Performance Optimization Saga"])
        for (index, act) in Self.acts.enumerated() { try await play(act, number: index + 1) }
        try await printResult()
    }

    private func play(_ act: Act, number: Int) async throws {
        let name = "perf-attempt-\(AttemptNumber.text(number))-\(act.slug)"
        try await metaissue(
            "\(act.first) 09:30",
            [
                "start-attempt", act.title, "--slug", act.slug, "--hypothesis", act.hypothesis, "--approach",
                act.approach,
            ])
        try await work(act, number: number)
        tell("$ git commit …  (\(act.commits) times, \(act.first) to \(act.last))")
        try await run("\(act.last) 17:00", ["switch", "--quiet", "main"])
        try await show("\(act.last) 17:30", ["merge", "--no-ff", "--no-edit", name])
        let merge = try await git("\(act.last) 17:40").need(["rev-parse", "HEAD^{/^Merge branch}"]).text
        if let day = act.reverted {
            try await show("\(day) 10:00", ["revert", "--no-edit", "--mainline", "1", merge])
        }
        if let verdict = act.verdict { try await judge(number, verdict, day: act.last) }
    }

    /// The attempt's commits: code, and in the last one its results as well.
    private func work(_ act: Act, number: Int) async throws {
        guard let first = CalendarDate(iso: act.first), let last = CalendarDate(iso: act.last) else { return }
        let span = last.daysSince1970 - first.daysSince1970
        var text = "# \(act.title)\n"
        for index in 0..<act.commits {
            let day = CalendarDate(daysSince1970: first.daysSince1970 + span * index / (act.commits - 1))
            text += "def step_\(index + 1)(request):\n    return request.step(\(index + 1))\n"
            try write(text, to: act.file)
            if index == act.commits - 1 {
                let folder = "\(Self.saga)/attempts/\(AttemptNumber.text(number))-\(act.slug)"
                let results = try Files.read("\(root)/\(folder)/attempt-results.md") ?? []
                try Files.replace([
                    ("\(root)/\(folder)/attempt-results.md", results + Array("\nMeasured under load.\n".utf8))
                ])
            }
            let time = "\(day) \(10 + index / 3):\(index % 3)0"
            try await run(time, ["add", "--all"])
            try await run(time, ["commit", "--quiet", "--message", "\(act.title): step \(index + 1)"])
        }
    }

    /// What a person does: one word in the log's section, committed by hand.
    private func judge(_ number: Int, _ verdict: String, day: String) async throws {
        let path = "\(root)/\(Self.saga)/implementation-log.md"
        let text = String(decoding: try Files.read(path) ?? [], as: UTF8.self)
        var isSection = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> Substring in
            if line.hasPrefix("## ") { isSection = line.hasPrefix("## Attempt \(AttemptNumber.text(number))") }
            return isSection && line.hasPrefix("**Verdict:**") ? "**Verdict:** \(verdict)" : line
        }
        try Files.replace([(path, Array(lines.joined(separator: "\n").utf8))])
        tell("$ $EDITOR implementation-log.md   # **Verdict:** \(verdict)")
        try await show(
            "\(day) 18:00", ["commit", "--all", "--message", "Verdict of attempt \(AttemptNumber.text(number))"])
    }

    // MARK: What came of it

    private func printResult() async throws {
        tell("")
        try await metaissue("2024-11-01", ["status"])
        for (file, first, last) in [
            ("README.md", "## Timeline Summary", "---"), ("implementation-log.md", "## Timeline Summary", "## Lessons"),
        ] {
            tell("\n\(Self.saga)/\(file):\n")
            let text = String(decoding: try Files.read("\(root)/\(Self.saga)/\(file)") ?? [], as: UTF8.self)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let part = lines.drop { !$0.hasPrefix(first) }
            let rest = part.dropFirst().prefix { !$0.hasPrefix(last) }
            for line in part.prefix(1) + rest where !line.isEmpty && line != "---" { tell(String(line)) }
        }
    }

    private func pointAround() {
        tell(
            """

            Look around:
              cd \(root)
              git log --graph --oneline
              git metaissue show 1
              less \(Self.saga)/implementation-log.md
            """)
    }

    // MARK: Running things

    /// Git as of a moment, cut off from the user's configuration so that the story is the same everywhere.
    private func git(_ time: String) -> Git {
        let stamp = time.contains(":") ? "\(time):00 +0000" : "\(time) 12:00:00 +0000"
        return Git(directory: root).with([
            Git.guardVariable.rawValue: nil, "METAISSUE_HOOKS": "on", "METAISSUE_HOOK_SECONDS": "60", "HOME": root,
            "XDG_CONFIG_HOME": nil,
            "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1", "GIT_DIR": nil, "GIT_WORK_TREE": nil,
            "GIT_CONFIG_COUNT": nil, "GIT_CONFIG_PARAMETERS": nil, "GIT_TEMPLATE_DIR": nil, "GIT_EDITOR": "true",
            "GIT_AUTHOR_NAME": "Demo", "GIT_AUTHOR_EMAIL": "demo@example.org", "GIT_COMMITTER_NAME": "Demo",
            "GIT_COMMITTER_EMAIL": "demo@example.org", "GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp,
            "LC_ALL": "C.UTF-8",
        ])
    }

    private func run(_ time: String, _ arguments: [String]) async throws {
        try await git(time).need(arguments)
    }

    /// Runs git before the audience: the command, and what the hooks said.
    private func show(_ time: String, _ arguments: [String]) async throws {
        tell("$ git " + arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " "))
        let result = try await git(time).need(arguments)
        for line in result.complaint.split(separator: "\n") where line.hasPrefix("metaissue:") { tell(String(line)) }
    }

    private func metaissue(_ time: String, _ arguments: [String]) async throws {
        tell("$ git metaissue " + arguments.map { $0.contains(" ") ? "'\($0)'" : $0 }.joined(separator: " "))
        let result = try await git(time).spawn(executable: .path(FilePath(binary)), arguments)
        guard result.status == 0 else {
            throw Failure("git metaissue \(arguments[0]) failed: \(result.complaint)")
        }
        for line in result.text.split(separator: "\n", omittingEmptySubsequences: false) { tell(String(line)) }
    }

    private func write(_ text: String, to path: String) throws {
        try Files.replace([("\(root)/\(path)", Array(text.utf8))])
    }
}
