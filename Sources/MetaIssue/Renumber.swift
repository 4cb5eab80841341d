import Documents

/// `git metaissue renumber`: gives an attempt another number, in the documents, on its branch and under its anchor.
public struct Renumber {
    /// Which attempt of that number is meant.
    public enum Claimant: Sendable {
        /// There is only one.
        case only
        /// The one of this branch.
        case branch(String)
        /// The one of this folder, by name or path.
        case folder(String)
    }

    /// An attempt with another number.
    public struct Renumbered: Sendable {
        /// Its title.
        public let title: String
        /// Its branch now; nil where it has none here.
        public let branch: String?
        /// Its folder now, from the top of the tree; nil where it has none.
        public let folder: String?
        /// The mainline commit that records it; nil when the record said so already.
        public let commit: String?
    }

    /// What is done, written down before the first step, so that the next command finishes it after a kill.
    struct Plan: Codable, Equatable {
        var saga: String
        var old: Int
        var new: Int
        var title: String
        /// Names of folders.
        var folder: Names?
        /// Short names of local branches.
        var branch: Names?
        /// The tip that the anchor has to keep (hex).
        var tip: String?
        /// The commit that recorded its start (hex).
        var start: String?
        /// The branch that history knows it by, where nobody else has that name.
        var formerBranch: String?
        /// What rows may call it.
        var commits: [String]
        /// False where another attempt has the old number too.
        var isAlone: Bool
        /// A tip of that other attempt, for the anchor that stays (hex).
        var otherTip: String?

        /// A name before and after.
        struct Names: Codable, Equatable {
            var old: String
            var new: String
        }

        var documents: Renumbering {
            Renumbering(
                old: old, new: new, title: title, folder: folder.map { ($0.old, $0.new) },
                branch: branch.map { ($0.old, $0.new) }, commits: commits, isAlone: isAlone)
        }
    }

    /// Renumbers an attempt.
    ///
    /// - Throws: ``Failure`` when the new number is taken, or several attempts have the old one and none was named;
    ///   nothing is changed then.
    public static func run(
        _ old: Int, to new: Int, _ claimant: Claimant, saga name: String?, in directory: String
    ) async throws -> Renumbered {
        guard old != new else {
            throw Failure.usage("both numbers are \(AttemptNumber.text(old))", advice: "give it one that is free")
        }
        let session = try await WriteSession.beginUnsettled(in: directory)
        if let plan = try load(in: session.workspace.place), plan.old == old, plan.new == new {
            // The run that was killed was this one.
            return try await finish(plan, in: session)
        }
        let settled = try await session.settled()
        if settled.unfinished?.attempt != nil { try Journal.remove(in: settled.workspace.place) }
        let saga = try settled.workspace.saga(named: name)
        let plan = try await plan(old, new, claimant, saga, in: settled)
        try StateFile.save(plan, as: file, in: settled.workspace.place)
        return try await finish(plan, in: settled)
    }

    static let file = "renumber"

    static func load(in place: Place) throws -> Plan? { try StateFile.load(Plan.self, from: file, in: place) }
}
