import ArgumentParser
import Documents
import MetaIssue

struct SyncCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sync", abstract: "Bring the documents up to what history says.")

    @Flag(help: "Write nothing; exit 1 and list what is stale.")
    var check = false

    @Flag(name: .customLong("dry-run"), help: "Write nothing; print a diff.")
    var dryRun = false

    @Flag(help: "Commit what changes, and only that.")
    var commit = false

    @OptionGroup var saga: SagaOption

    func validate() throws {
        if (check || dryRun) && commit { throw ValidationError("--commit writes, --check and --dry-run do not") }
    }

    func run() async throws {
        let mode: Sync.Mode = check || dryRun ? .report : commit ? .commit : .write
        if let found = try await ConflictedDocuments.mend(
            in: Surroundings.directory, saga: saga.saga, isDryRun: mode == .report)
        {
            return try Self.tell(found, isDryRun: mode == .report)
        }
        let reports = try await Progress.during {
            try await Sync.run(in: Surroundings.directory, saga: saga.saga, mode: mode)
        }
        for report in reports {
            if dryRun {
                for document in report.documents where document.isStale {
                    Output.write(
                        UnifiedDiff.text(
                            old: document.old, new: document.new, path: MarkdownText.terminalSafe(document.path)))
                }
            }
            Output.write(Self.text(report, mode: mode, hidesChanges: dryRun))
        }
        for document in reports.flatMap(\.conflicts) {
            Output.complain(
                "error: \(MarkdownText.terminalSafe(document.path)) has conflicts that a person has to resolve; "
                    + "do that, then run this again")
        }
        if reports.contains(where: { !$0.conflicts.isEmpty }) { throw ExitCode(1) }
        if check && reports.contains(where: \.isStale) { throw ExitCode(1) }
    }

    /// What was done about documents in the middle of a merge.
    private static func tell(_ report: ConflictedDocuments.Report, isDryRun: Bool) throws {
        for document in report.documents {
            let path = MarkdownText.terminalSafe(document.path)
            if document.isChanged {
                Output.write("\(path): conflicts in what git metaissue writes \(isDryRun ? "can be" : "were") mended\n")
            }
            for line in document.conflictLines {
                Output.write("\(path):\(line): words of both sides; resolve them by hand\n")
            }
        }
        let isOpen = report.documents.contains { !$0.conflictLines.isEmpty }
        let paths = report.documents.map { MarkdownText.terminalSafe($0.path) }.joined(separator: " ")
        let resolve = isOpen ? "resolve what is left, then " : ""
        Output.write("Next: \(resolve)git add \(paths), then \(report.ending)\n")
        if isOpen || isDryRun { throw ExitCode(1) }
    }

    private static func text(_ report: Synchronisation.Report, mode: Sync.Mode, hidesChanges: Bool) -> String {
        var text = ""
        for document in report.documents {
            for change in document.changes where !hidesChanges {
                let reason = change.reason.isEmpty ? "" : "  (\(change.reason))"
                text += "\(document.path):\(change.line): \(change.summary)\(reason)\n"
            }
            for notice in document.notices {
                let line = notice.line.map { ":\($0)" } ?? ""
                text += "\(document.path)\(line): note: \(notice.text)\n"
            }
        }
        if let doubt = report.statusDoubt {
            text += "\(report.saga.id): the question is open again: \(doubt)\n"
            text += "    git metaissue resolve --attempt <number>\n    git metaissue resolve --reopen\n"
        }
        for clash in report.clashes {
            text += "\(report.saga.id): " + ClashText.lines(clash).map { $0 + "\n" }.joined()
        }
        for loss in report.losses {
            let what =
                loss.files.isEmpty
                ? "its " + loss.parts.map(\.rawValue).joined(separator: " and ")
                : "what was written in " + loss.files.joined(separator: " and ")
            text += "\(report.saga.id): attempt \(AttemptNumber.text(loss.number)): \(what) \(loss.how)\n"
            text += loss.answers.map { "    \($0)\n" }.joined()
        }
        for question in report.questions {
            let name = "\(report.saga.id): attempt \(AttemptNumber.text(question.number))"
            text += "\(name) needs a look: \(MarkdownText.terminalSafe(question.reason))\n"
            text += question.answers.map { "    \($0)\n" }.joined()
        }
        let summary =
            if let commit = report.commit {
                "brought up to date in commit \(commit.prefix(12))"
            } else if !report.isStale {
                "up to date"
            } else {
                switch mode {
                case .report: "stale; bring it up to date with: git metaissue sync"
                case .write, .commit: "updated in the work tree"
                }
            }
        let open = report.questions.count
        let looks = open == 0 ? "" : "; \(open) attempt\(open == 1 ? " needs" : "s need") a look"
        text += "\(report.saga.id): \(summary)\(looks)\n"
        return text.split(separator: "\n").map { MarkdownText.terminalSafe(String($0)) + "\n" }.joined()
    }
}
