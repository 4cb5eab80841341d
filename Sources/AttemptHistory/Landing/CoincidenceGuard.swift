import GitStore

/// Keeps a small change that somebody else made too from counting as a landing (DETECTION.md): another author, no
/// link in the message, and one path or fewer than five lines.
///
/// In one path that was there before, so many lines that somebody added are no chance; a file that is wholly new may be
/// (licences, lists of owners), and so may lines that only went.
struct CoincidenceGuard {
    let history: History

    /// What a finding is worth besides its own certainty.
    enum Worth {
        /// One author, a message that names the attempt, or too much for chance.
        case full
        /// Hardly chance.
        case likely
        /// It may be chance, and so decides nothing.
        case nothing
    }

    func worth(of finding: LandingFinding, _ target: LandingTarget) throws(GitStoreError) -> Worth {
        for part in finding.parts where try isLinked(part.step, target.attempt) { return .full }
        if target.change.count > 1 {
            return try history.lines.pooled(target.change).weight < 5 ? .nothing : .full
        }
        let edits = target.change.filter { !$0.old.isAbsent && !$0.new.isAbsent }
        // The very blobs leave less room for chance than like lines do.
        let enough = finding.certainty == .exact ? 3 : 5
        return try history.lines.pooled(edits).added < enough ? .nothing : .likely
    }

    /// The same author, or a message that names the attempt, its branch, its commits or their subjects.
    func isLinked(_ step: Int, _ attempt: ExaminedAttempt) throws(GitStoreError) -> Bool {
        if try hasSameAuthor(step, attempt) { return true }
        return try names(step, attempt)
    }

    /// Whether one person wrote the step and some of the attempt's commits or merges.
    func hasSameAuthor(_ step: Int, _ attempt: ExaminedAttempt) throws(GitStoreError) -> Bool {
        let key = history.step(step).authorKey
        if attempt.commits.contains(where: { $0.authorKey == key }) { return true }
        let coauthors = try history.message(of: step).coauthors
        if attempt.commits.contains(where: { coauthors.contains($0.author.email.lowercased()) }) { return true }
        let author = try history.author(of: step)
        for commit in attempt.commits where author.isSame(as: Person(commit.author)) { return true }
        for merge in attempt.lineage.merges {
            if author.isSame(as: Person(try history.mainline.repository.commit(merge).author)) { return true }
        }
        return false
    }

    /// Whether a step's message names the attempt, its branch, its commits or their subjects.
    func names(_ step: Int, _ attempt: ExaminedAttempt) throws(GitStoreError) -> Bool {
        let message = try history.message(of: step)
        if attempt.commits.contains(where: { message.names($0.id) }) { return true }
        if attempt.subject.branchNames.contains(where: { branch in message.lines.contains { $0.contains(branch) } }) {
            return true
        }
        for commit in attempt.commits where Self.isTelling(commit.subject) {
            if message.subjects.contains(commit.subject), try !isCommon(commit.subject, around: step) { return true }
        }
        return false
    }

    /// Whether a subject is long enough to tell one commit from others.
    static func isTelling(_ subject: String) -> Bool { subject.utf8.count >= 12 }

    /// Whether the commits beside a step have the subject too: "Address review comments" names nothing.
    private func isCommon(_ subject: String, around step: Int) throws(GitStoreError) -> Bool {
        for other in max(0, step - 3)..<min(history.mainline.steps.count, step + 4) where other != step {
            if try history.message(of: other).subjects.contains(subject) { return true }
        }
        return false
    }
}
