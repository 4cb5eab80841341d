import AttemptHistory
import Documents
import GitStore

extension Declare {
    /// What a person says of a landing.
    public enum Landing: Sendable {
        /// It landed by this commit: a branch, tag or commit id, as typed.
        case landed(String)
        /// It has not landed.
        case notLanded
        /// What was said before is taken back.
        case clear
    }

    /// A landing that has been settled.
    public struct Settled: Sendable {
        /// The attempt's title.
        public let title: String
        /// The mainline commit that it was settled on, twelve digits; nil for the other two words.
        public let landing: String?
        /// True when that is the merge which brought the commit that was named.
        public let isMergeOfNamed: Bool
        /// The commit that records it; nil when the record said so already.
        public let commit: String?
    }

    /// `git metaissue settle`: a person's word about a landing that history cannot tell for sure. It is kept in the
    /// attempt's `.metaissue`, and log and tables follow it.
    ///
    /// - Throws: ``Failure`` when the commit is not on the mainline or changes no code; nothing is changed then.
    public static func settle(
        _ landing: Landing, reason: String?, attempt number: Int, saga: String?, in directory: String
    ) async throws -> Settled {
        let declare = try await Declare(number, saga: saga, in: directory)
        let author = try await Signature.current("GIT_AUTHOR_IDENT", with: declare.place.git)
        let attempt = "attempt \(AttemptNumber.text(number))"
        var step: ObjectID?
        var isNamed = true
        let subject: String
        switch landing {
        case .landed(let revision):
            let named = try declare.resolve(revision)
            let found = try declare.landingStep(of: named)
            step = found
            isNamed = named == found
            subject = "metaissue: \(attempt) landed in \(found.short)"
        case .notLanded: subject = "metaissue: \(attempt) has not landed"
        case .clear: subject = "metaissue: the landing of \(attempt) is left to history"
        }
        let value = step?.hex ?? "false"
        let words = reason.map(oneLine).flatMap { $0.isEmpty ? nil : $0 }
        let isCleared = if case .clear = landing { true } else { false }
        let commit = try await declare.record(subject, event: .sync, reason: nil, body: words) { text in
            if isCleared {
                for key in Declaration.Key.settlement { try text.declare(key, nil) }
                return
            }
            // The same word again is no news, unless it comes with another reason.
            let isSaid = text.value(.landed).map { Declaration.landing($0) == Declaration.landing(value) } ?? false
            if isSaid, words == nil || words == text.value(.landedReason) { return }
            try text.declare(.landed, value)
            try text.declare(.landedBy, author.name)
            try text.declare(.landedOn, author.time.day.description)
            try text.declare(.landedReason, words)
        }
        return Settled(
            title: declare.state.title, landing: step?.short, isMergeOfNamed: !isNamed, commit: commit)
    }

    /// Whether a landing that was just made has to be settled, because history does not show it, or only a part: it changes code.
    func settlesLanding(in commit: ObjectID) throws -> Bool {
        let isOpen = state.facts.landings.isEmpty && state.facts.state != .landed
        guard isOpen || state.facts.state == .partlyLanded else { return false }
        return try session.workspace.history(of: mainline).changesCode(
            at: commit, besides: saga.naming(), number: number)
    }

    private var candidates: String {
        "git log --first-parent \(mainline.name) shows the commits that can have landed it"
    }

    private func resolve(_ revision: String) throws -> ObjectID {
        guard let commit = place.repository.resolve(revision) else {
            throw Failure(
                "'\(MarkdownText.terminalSafe(revision))' names no commit in this clone",
                advice: session.workspace.completion.map { "\($0) brings what it lacks" } ?? candidates)
        }
        return commit
    }

    /// The mainline's own commit by which it took a commit in.
    private func landingStep(of commit: ObjectID) throws -> ObjectID {
        let history = try session.workspace.history(of: mainline)
        guard let step = history.landingStep(of: commit) else {
            throw Failure(
                "\(commit.short) is not on \(mainline.name)"
                    + (history.isCut ? ", as far as this clone has its history" : ""),
                advice: history.isCut
                    ? session.workspace.completion.map { "\($0) brings the rest of it" } ?? candidates : candidates)
        }
        guard try history.changesCode(at: step, besides: saga.naming(), number: number) else {
            throw Failure(
                "\(step.short) changes nothing besides the record, so it cannot have landed the attempt",
                advice: "git log --first-parent --stat \(mainline.name) shows what each commit changes")
        }
        return step
    }
}
