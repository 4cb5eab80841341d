import Documents
import GitStore

/// A command of several steps that changes code on the mainline, written down before its first step: after a kill, or
/// while a person resolves conflicts, it says what was meant and how far it came.
struct Operation: Codable, Equatable {
    /// How far it came.
    enum Phase: String, Codable {
        /// Index and work tree are being brought to ``tree``; undone after a kill.
        case applying
        /// A conflict is being laid out in the work tree; undone after a kill.
        case handing
        /// A person resolves conflicts; ended by `--continue` or `--abort`.
        case waiting
    }

    /// Which command it is.
    enum Kind: String, Codable {
        case revert
        case land
    }

    var kind = Kind.revert
    var phase: Phase
    /// The saga's id.
    var saga: String
    var number: Int
    /// What the person gave as the reason.
    var reason: String?
    /// Full name of the mainline.
    var reference: String
    /// The mainline's tip before (hex).
    var before: String
    /// The top folder of the worktree it works in.
    var worktree: String
    /// The tree that is committed next (hex); meaningless while a person resolves.
    var tree: String
    /// Mainline commits still to be taken back (hex), newest first.
    var remaining: [String]
    /// The commit's message.
    var message: String

    /// How code is landed; nil for a revert.
    var manner: LandAttempt.Manner?
    /// The branch or commit that was checked out when a landing began, where that was not the mainline.
    var origin: String?
    /// The paths of the saga's record, which a landing brings before its code.
    var scope: [String]?

    /// What it is called in messages.
    var name: String {
        "the \(kind == .revert ? "revert" : "landing") of attempt \(AttemptNumber.text(number))"
    }

    /// How a person ends it.
    var ending: String {
        let command = "git metaissue \(kind == .revert ? "revert-attempt" : "land-attempt")"
        return "resolve the conflicts and git add the files, then: \(command) --continue; or go back with: \(command) "
            + "--abort"
    }

    /// Writes it down, flushed and atomically.
    func save(in place: Place) throws {
        try StateFile.save(self, as: Self.file, in: place)
    }

    /// The operation that has not ended; nil when there is none. It is written atomically, so a damaged one was written
    /// by somebody else and tells nothing.
    static func load(in place: Place) throws -> Operation? {
        try StateFile.load(Operation.self, from: file, in: place)
    }

    /// Ends it.
    static func remove(in place: Place) throws {
        try StateFile.remove(file, in: place)
    }

    static let file = "operation"
}

extension Operation {
    /// Where an operation that another process left stands.
    enum Standing {
        /// Nothing is left of it.
        case undone
        /// Its commit is made; the record is not.
        case committed(ObjectID)
        /// A person is at it.
        case waiting
    }

    /// Finds out where it stands, and takes back what a killed process had begun to lay out.
    func settle(in place: Place) async throws -> Standing {
        if kind == .land { return try await settleLanding(in: place) }
        let git = place.git.inWorktree(worktree)
        let tip = try place.repository.reference(reference)
        if let tip, tip.hex != before {
            // Its own commit, or the one that a person made of the resolution.
            if try place.repository.commit(tip).parents.first?.hex == before { return .committed(tip) }
            return .undone
        }
        guard Files.isFolder(worktree) else { return .undone }
        switch phase {
        case .applying, .handing:
            try await putBack(with: git)
            return .undone
        case .waiting:
            let directory = try await git.need(["rev-parse", "--absolute-git-dir"]).text
            let isReverting = OngoingOperation.current(in: directory) != nil
            let changed = try await git.run(["diff", "--cached", "--quiet", before]).status != 0
            return isReverting || changed ? .waiting : .undone
        }
    }

    /// Index and work tree as they were before. What a killed git had written of the new tree is taken back too; what
    /// a person changed is left.
    func putBack(with git: Git) async throws {
        let paths = try await git.need(["diff-tree", "-r", "-z", "--name-only", before, tree]).fields
        try await git.need(
            ["reset", "--quiet", "--merge", before],
            advice: "see with git status what is in the way, then run the command again")
        let other = try await git.need(["diff", "-z", "--name-only", tree]).fields
        let written = Set(paths).subtracting(other)
        guard !written.isEmpty else { return }
        try await git.need(
            ["restore", "--worktree", "--pathspec-from-file=-", "--pathspec-file-nul", "--source", before],
            input: Array(written.sorted().map { ":(top,literal)\($0)" }.joined(separator: "\0").utf8))
    }
}

extension Operation {
    /// The same for a landing: git's own merge or picks may still be under way.
    private func settleLanding(in place: Place) async throws -> Standing {
        guard Files.isFolder(worktree), let tip = try place.repository.reference(reference) else { return .undone }
        let git = place.git.inWorktree(worktree)
        let directory = try await git.need(["rev-parse", "--absolute-git-dir"]).text
        let isBusy = OngoingOperation.current(in: directory) != nil
        let isHere = try await git.run(["symbolic-ref", "--quiet", "HEAD"]).text == reference
        let isChanged = try await git.run(["diff", "--cached", "--quiet", "HEAD"]).status != 0
        let isStaged = isHere && isChanged
        switch phase {
        case .waiting:
            if isBusy || isStaged { return .waiting }
        case .applying, .handing:
            if isBusy || isStaged {
                try await stop(with: git)
                try await goBack(in: place)
                return .undone
            }
        }
        // The documents alone harm nobody; landing again goes on from there.
        let code = [":(top)"] + (scope ?? []).map { ":(top,exclude,literal)\($0)" }
        let isLanded = try await git.run(["diff", "--quiet", before, tip.hex, "--"] + code).status != 0
        return isLanded ? .committed(tip) : .undone
    }

    /// Ends what git has begun and not ended.
    private func stop(with git: Git) async throws {
        let directory = try await git.need(["rev-parse", "--absolute-git-dir"]).text
        switch OngoingOperation.current(in: directory) {
        case .cherryPick, .sequence: try await git.need(["cherry-pick", "--abort"])
        default:
            try await git.need(
                ["reset", "--quiet", "--merge"],
                advice: "see with git status what is in the way, then run the command again")
        }
    }

    /// A landing taken back: no code, no documents, and what was checked out before.
    func goBack(in place: Place) async throws {
        let git = place.git.inWorktree(worktree)
        guard try await git.run(["symbolic-ref", "--quiet", "HEAD"]).text == reference else { return }
        try await stop(with: git)
        if let tip = try place.repository.reference(reference)?.hex, tip != before {
            try await git.need(
                ["reset", "--quiet", "--keep", before],
                advice: "see with git status what is in the way, then run the command again")
        }
        if let origin {
            let isBranch = try place.repository.reference("refs/heads/\(origin)") != nil
            try await git.need(["switch", "--quiet"] + (isBranch ? [] : ["--detach"]) + [origin])
        }
    }
}
