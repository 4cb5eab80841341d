import AttemptHistory
import Documents
import GitStore

/// The documents that are made from templates: the built-in ones, or a team's own of the same name.
struct AttemptTemplates {
    private let templates: Templates

    /// Reads the team's templates from the folder that `metaissue.templates` names, relative to the work tree.
    init(_ workspace: Workspace) throws {
        var overrides: [String: [UInt8]] = [:]
        let settings = workspace.registry.settings
        if let folder = settings.found(.templates) {
            let root = workspace.folder(folder.value)
            guard Files.isFolder(root) else { throw settings.failure(folder, "which is no folder", takes: "<folder>") }
            for name in Templates().names {
                if let bytes = try Files.read("\(root)/\(name)") { overrides[name] = bytes }
            }
        }
        templates = Templates(overrides: overrides)
    }

    /// The files of a new saga, by path from the top of the tree.
    func files(for saga: Saga, title: String, day: CalendarDate) -> [String: [UInt8]] {
        let values = [
            "title": MarkdownText.escapeInline(title), "created": day.description, "lastUpdated": day.description,
            "slug": saga.id, "status": SagaStatus.investigating.word, "totalAttempts": "0", "duration": "0 days",
        ]
        var files: [String: [UInt8]] = [:]
        for name in ["README.md", "description.md", "implementation-log.md", "test-cases.md"] {
            files["\(saga.path)/\(name)"] = templates.render(name, values: values)
        }
        // Git keeps no empty folder.
        files["\(saga.attemptsPath)/.gitkeep"] = []
        return files
    }

    /// The files of a new attempt, by path from the top of the tree.
    func files(
        for attempt: Journal.NewAttempt, saga: Saga, day: CalendarDate, hypothesis: String?, approach: String?
    ) -> [String: [UInt8]] {
        let values = [
            "number": AttemptNumber.text(attempt.number), "title": MarkdownText.escapeInline(attempt.title),
            "date": day.description, "branch": MarkdownText.codeSpan(attempt.branch), "saga": saga.id,
            "hypothesis": hypothesis.map(MarkdownText.escapeInline) ?? Templates.unknown,
            "approach": approach.map(MarkdownText.escapeInline) ?? Templates.unknown,
        ]
        var files: [String: [UInt8]] = [:]
        for name in ["solution-approach.md", "attempt-results.md"] {
            files["\(attempt.folder)/\(name)"] = templates.render(name, values: values)
        }
        return files
    }
}
