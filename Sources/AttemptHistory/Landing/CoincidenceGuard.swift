import GitStore

/// Keeps a small change that somebody else made too from counting as a landing (DETECTION.md): another author, no
/// link in the message, and one path or fewer than five lines.
struct CoincidenceGuard {
    let history: History

    /// True when the finding may be chance, and so decides nothing.
    func isCoincidence(_ finding: LandingFinding, _ target: LandingTarget) throws(GitStoreError) -> Bool {
        for part in finding.parts where try isLinked(part.step, target.attempt) { return false }
        if target.change.count == 1 { return true }
        return try history.lines.pooled(target.change).weight < 5
    }

    /// The same author, or a message that names the attempt, its branch, its commits or their subjects.
    func isLinked(_ step: Int, _ attempt: ExaminedAttempt) throws(GitStoreError) -> Bool {
        if hasSameAuthor(step, attempt) { return true }
        return try names(step, attempt)
    }

    /// Whether one author wrote the step and some of the attempt's commits.
    func hasSameAuthor(_ step: Int, _ attempt: ExaminedAttempt) -> Bool {
        let author = history.step(step).authorKey
        return attempt.commits.contains { $0.authorKey == author }
    }

    /// Whether a step's message names the attempt, its branch, its commits or their subjects.
    func names(_ step: Int, _ attempt: ExaminedAttempt) throws(GitStoreError) -> Bool {
        let message = try history.message(of: step)
        if attempt.commits.contains(where: { message.names($0.id) }) { return true }
        if attempt.subject.branchNames.contains(where: { branch in message.lines.contains { $0.contains(branch) } }) {
            return true
        }
        return attempt.commits.contains { commit in
            commit.subject.utf8.count >= 12 && message.subjects.contains(commit.subject)
        }
    }
}
