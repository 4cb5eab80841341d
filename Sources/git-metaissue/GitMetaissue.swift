import ArgumentParser
import Documents
import MetaIssue

/// `git metaissue`
struct GitMetaissue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "git metaissue",
        abstract: "Keep the record of problems that take several attempts, and keep it true to Git.",
        discussion: """
            A meta-issue (saga) is a folder of Markdown about one hard problem; an attempt is one numbered try at it, \
            on a branch of its own. What Git knows (commits, dates, landing, revert) is written into the documents; \
            prose stays yours.
            """,
        version: "0.1.0",
        // One a line, so that two people can add one each.
        subcommands: [
            NewCommand.self,
            StartAttemptCommand.self,
            SyncCommand.self,
            StatusCommand.self,
            ShowCommand.self,
            BriefCommand.self,
            VerdictCommand.self,
            SettleCommand.self,
            LandAttemptCommand.self,
            RevertAttemptCommand.self,
            AbandonCommand.self,
            RestoreCommand.self,
            ForgetCommand.self,
            RenumberCommand.self,
            ImportCommand.self,
            ResolveCommand.self,
            AdoptCommand.self,
            PushCommand.self,
            FetchCommand.self,
            HooksCommand.self,
            DoctorCommand.self,
            HookCommand.self,
            MergeDriverCommand.self,
            ConfigCommand.self,
            DemoCommand.self,
            InstallCommand.self,
        ])
}

/// `--saga`, wherever a command can be about one of several.
struct SagaOption: ParsableArguments {
    @Option(name: .long, help: "The saga, by id, branch prefix or folder; needed where there are several.")
    var saga: String?
}

struct NewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Make a saga: its folder from templates, and its entry in .metaissue.")

    @Argument(help: "What the problem is called.")
    var title: String

    @Option(help: "Name of the folder (default: made from the title).")
    var slug: String?

    @Option(help: "Branch prefix (default: perf, or a free one from the title).")
    var prefix: String?

    @Option(help: ArgumentHelp("The branch that attempts land on (default: the one found).", valueName: "branch"))
    var mainline: String?

    @Option(help: ArgumentHelp("The folder that will hold the saga's folder.", valueName: "folder"))
    var directory = "docs/meta-issues"

    @Flag(name: .customLong("no-commit"), help: "Leave the files in the work tree, uncommitted.")
    var noCommit = false

    func run() async throws {
        let made = try await NewSaga.run(
            .init(
                title: title, slug: slug, prefix: prefix, mainline: mainline, directory: directory, commits: !noCommit),
            in: Surroundings.directory)
        if let prefix = made.chosenPrefix {
            Output.complain("note: the prefix perf is taken; branches will be called \(prefix)-attempt-NNN-…")
        }
        let commit = made.commit.map { " (commit \($0.prefix(12)) on \(made.saga.mainline))" } ?? " (not committed)"
        Output.write(
            """
            Made the saga \(made.saga.id) in \(made.saga.path)\(commit)
            Next: git metaissue start-attempt <title>

            """)
    }
}

struct StartAttemptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start-attempt",
        abstract: "Make the next attempt: number, folder, log section, branch, all or nothing.")

    @Argument(help: "What will be tried.")
    var title: String

    @Option(help: "Slug of branch and folder (default: made from the title).")
    var slug: String?

    @OptionGroup var saga: SagaOption

    @Option(help: ArgumentHelp("What is believed to be the cause.", valueName: "text"))
    var hypothesis: String?

    @Option(help: ArgumentHelp("How it will be tried.", valueName: "text"))
    var approach: String?

    @Option(help: ArgumentHelp("Where the branch starts (default: the mainline).", valueName: "revision"))
    var from: String?

    @Flag(name: .customLong("no-switch"), help: "Stay on the current branch.")
    var noSwitch = false

    @Option(help: ArgumentHelp("Where the stub is committed: mainline or branch.", valueName: "place"))
    var record: RecordPlace?

    func run() async throws {
        let started = try await StartAttempt.run(
            .init(
                title: title, slug: slug, saga: saga.saga, hypothesis: hypothesis, approach: approach, from: from,
                switches: !noSwitch, record: record),
            in: Surroundings.directory)
        let number = AttemptNumber.text(started.number)
        let again = started.wasFinished ? " (begun by an earlier run, finished now)" : ""
        let place = started.isCheckedOut ? "switched to" : "made"
        Output.write(
            """
            Attempt \(number): \(MarkdownText.terminalSafe(started.title))\(again)
              branch  \(started.branch) (\(place))
              folder  \(started.folder)

            """)
    }
}

extension RecordPlace: ExpressibleByArgument {}

struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt", abstract: "Take a hand-written saga under management; only .metaissue is written.")

    @Argument(help: "The saga's folder.")
    var folder: String

    @Flag(name: .customLong("dry-run"), help: "Only show what would be written.")
    var dryRun = false

    func run() async throws {
        let adopted = try await Adopt.run(folder, in: Surroundings.directory, dryRun: dryRun)
        var text =
            "\(MarkdownText.terminalSafe(adopted.title)): \(adopted.attempts.count) attempts in \(adopted.saga.path)\n"
        for attempt in adopted.attempts {
            let branch = MarkdownText.terminalSafe(attempt.branch ?? "no branch named")
            text +=
                "  \(AttemptNumber.text(attempt.number))  \(MarkdownText.terminalSafe(attempt.title))  (\(branch))\n"
        }
        if dryRun {
            text += UnifiedDiff.text(old: adopted.old, new: adopted.new, path: ".metaissue")
        } else {
            text +=
                adopted.old == adopted.new
                ? "It is under management already.\n"
                : "Wrote .metaissue. Next: git add .metaissue, then git metaissue sync --dry-run\n"
        }
        Output.write(text)
    }
}

struct InstallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Put program, manual pages and completions where git and the shells find them.")

    @Option(help: ArgumentHelp("The folder below which bin and share are.", valueName: "folder"))
    var prefix = "~/.local"

    func validate() throws {
        if prefix.isEmpty { throw ValidationError("--prefix names no folder") }
    }

    func run() async throws {
        let done = try Installation.run(
            prefix: prefix, abstracts: try Help.abstracts(), environment: Surroundings.environment)
        let names = done.completions.map { "Installed \(MarkdownText.terminalSafe($0))\n" }.joined()
        Output.write(
            "Installed \(MarkdownText.terminalSafe(done.binary))\nInstalled \(done.manual.pages) manual pages in "
                + "\(MarkdownText.terminalSafe(done.manual.folder))\n\(names)")
        if !done.isInPath {
            let folder = done.binary.dropLast("/git-metaissue".count)
            let word =
                folder.unicodeScalars.contains { "\"$`\\".unicodeScalars.contains($0) }
                ? "\(String(folder).shellQuoted):\"$PATH\"" : "\"\(folder):$PATH\""
            Output.write("Add its folder to PATH, so that git finds it: export PATH=\(word)\n")
        }
    }
}

struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo", abstract: "Watch the example saga happen for real, in a throwaway repository.")

    @Option(help: ArgumentHelp("Make the repository in this new folder and keep it.", valueName: "folder"))
    var keep: String?

    func run() async throws {
        try await Demo.run(keep: keep, binary: Installation.runningBinary()) { Output.write($0 + "\n") }
    }
}
