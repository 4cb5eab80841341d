import AttemptHistory
import Documents
import GitStore

/// One attempt in full, as `show` tells it.
public struct AttemptDetail: Sendable {
    /// One of the attempt's own commits.
    public struct OwnCommit: Sendable {
        /// Twelve digits.
        public let id: String
        /// The author's day.
        public let day: String
        /// The message's first line.
        public let subject: String
    }

    /// The saga it belongs to.
    public let saga: StatusReport.SagaPart
    /// The attempt.
    public let attempt: AttemptState
    /// Git's configuration, for how this is shown.
    public let configuration: Configuration
    /// Its own commits, oldest first.
    public let commits: [OwnCommit]
    /// What a person should decide; nil where history or a person has settled everything.
    public var question: OpenQuestion? { saga.question(about: attempt) }

    /// Finds an attempt by number.
    ///
    /// - Throws: ``Failure`` when there is none, or several sagas have one.
    public static func find(_ number: Int, saga: String?, in directory: String) async throws -> AttemptDetail {
        let workspace = try await Workspace.open(directory)
        let report = try StatusReport(workspace, saga: saga)
        let found = report.sagas.compactMap { part in
            part.attempts.first { $0.facts.number == number }.map { (part, $0) }
        }
        guard let (part, attempt) = found.first else {
            throw Failure(
                "there is no attempt \(AttemptNumber.text(number))", advice: "git metaissue status lists the attempts")
        }
        guard found.count == 1 else {
            throw Failure.usage(
                "several sagas have an attempt \(AttemptNumber.text(number)): "
                    + found.map(\.0.id).joined(separator: ", "), advice: "say which one with --saga")
        }
        let commits = try (attempt.facts.ownCommits ?? []).map { id in
            let commit = try workspace.place.repository.commit(id)
            return OwnCommit(id: id.short, day: commit.author.time.day.description, subject: commit.subject)
        }
        return AttemptDetail(saga: part, attempt: attempt, configuration: report.configuration, commits: commits)
    }
}
