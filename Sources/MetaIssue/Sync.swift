import Documents
import GitStore

/// `git metaissue sync`: the documents are brought up to what history says.
public struct Sync {
    /// What to do with what is stale.
    public enum Mode: Sendable {
        /// Only tell (`--check`, `--dry-run`).
        case report
        /// Leave the documents modified in the work tree.
        case write
        /// Commit the saga's values, and nothing else.
        case commit
    }

    /// Runs it for one saga or for all.
    ///
    /// - Throws: ``Failure``; nothing is changed then in the saga it is about.
    public static func run(in directory: String, saga name: String?, mode: Mode) async throws -> [Synchronisation
        .Report]
    {
        if mode == .report {
            let workspace = try await Workspace.open(directory)
            workspace.keepToTheEnd()
            return try workspace.needSagas(named: name).map { try Synchronisation($0, in: workspace).report() }
        }
        var reports: [Synchronisation.Report] = []
        var session = try await WriteSession.begin(in: directory)
        session.workspace.keepToTheEnd()
        if session.unfinished?.attempt != nil { try Journal.remove(in: session.workspace.place) }
        let sagas = try session.workspace.needSagas(named: name)
        for saga in sagas {
            let report = try await write(saga, in: session, commits: mode == .commit)
            reports.append(report)
            if report.commit != nil, saga != sagas.last {
                session = try session.reopened()
            }
        }
        return reports
    }

    private static func write(
        _ saga: Saga, in session: WriteSession, commits: Bool
    ) async throws -> Synchronisation.Report {
        let workspace = session.workspace
        let sync = try Synchronisation(saga, in: workspace)
        var report = try sync.report()
        let mainline = sync.part.mainline
        if commits {
            let committed = try sync.documents(in: try workspace.committedRecord(on: mainline))
            let isRegistered = try SagaRegistry.registering(saga, in: workspace.committedRecord(on: mainline)) == nil
            guard report.isStale || committed.contains(where: \.isStale) || !isRegistered else { return report }
            report.commit = try await session.commit(
                sync.registeringChange, executable: sync.executable, of: saga, on: mainline,
                message: sync.message(for: committed))?.hex
        } else if report.isStale {
            guard let worktree = try await session.checkout(of: mainline, scope: saga.scope) else {
                throw Failure(
                    "\(mainline.name) is checked out nowhere, so its documents cannot be left modified",
                    advice:
                        "commit the update with: git metaissue sync --commit, or go there with: git switch \(mainline.name)"
                )
            }
            guard try sync.write(in: worktree) else {
                throw Failure(
                    "the documents of \(saga.id) are not in the sparse checkout, so they cannot be left modified",
                    advice:
                        "commit the update with: git metaissue sync --commit, or take them in with: "
                        + "git sparse-checkout add \(saga.path)")
            }
        }
        return report
    }
}

extension Workspace {
    /// The sagas of a writing command: at least one.
    func needSagas(named name: String?) throws -> [Saga] {
        if name == nil && registry.sagas.isEmpty { _ = try saga(named: nil) }
        return try sagas(named: name)
    }
}

extension Synchronisation {
    /// The change with the saga's entry put into `.metaissue` where that lacks it: adopt leaves it uncommitted.
    var registeringChange: RecordChange {
        { source in
            var contents = try change(source)
            contents[SagaRegistry.path] = try SagaRegistry.registering(saga, in: source)
            return contents
        }
    }

    /// The commit message: what changed, then the trailers that other clones read.
    func message(for documents: [Document]) -> String {
        let changes = documents.filter(\.isStale).flatMap(\.changes)
        let lines = changes.map { MarkdownText.terminalSafe("- \($0.summary)") }
        var seen: Set<String> = []
        let body = lines.filter { seen.insert($0).inserted }.joined(separator: "\n")
        return RecordMessage.text("metaissue: bring \(saga.id) up to date", body: body, saga: saga, event: .sync)
    }
}

/// The messages of the tool's own commits (HOOKS-AND-RECORDS.md, decision 7).
enum RecordMessage {
    /// What a commit records.
    enum Event: String {
        case start
        case land
        case revert
        case sync
    }

    /// Subject, body, trailers.
    static func text(
        _ subject: String, body: String = "", saga: Saga, attempt: Int? = nil, event: Event
    ) -> String {
        var trailers = "Meta-Issue: \(saga.id)\n"
        if let attempt { trailers += "Meta-Issue-Attempt: \(AttemptNumber.text(attempt))\n" }
        trailers += "Meta-Issue-Event: \(event.rawValue)\n"
        // A saga's name is what a tracked file says it is.
        return MarkdownText.terminalSafe(subject) + "\n\n" + (body.isEmpty ? "" : body + "\n\n") + trailers
    }
}
