import GitStore

/// What the reflogs of branches tell about where an attempt began. Only `status` may ask: reflogs are this clone's.
final class BranchLog {
    /// How a branch whose tip is a mainline commit came to be there.
    enum Origin: Equatable {
        /// It was made at a mainline commit and never got a commit.
        case empty
        /// Its first own commit was made on this step; the sentence says how that is known.
        case began(base: Int, proof: String)
    }

    private let repository: Repository
    private let mainline: String?
    private let mainlineLog: [ReflogEntry]
    private var known: [String: [ReflogEntry]] = [:]
    private var wasAsked = false

    init(repository: Repository, mainline: Mainline) throws(GitStoreError) {
        self.repository = repository
        self.mainline = mainline.reference
        if let reference = mainline.reference {
            mainlineLog = repository.reflog(of: reference)
        } else {
            mainlineLog = []
        }
    }

    /// The reflogs that were asked so far. An entry at the end of the mainline's changes no answer: it is about a newer
    /// tip and a later time than any branch's.
    var asked: [SurveyFooting.Log] {
        guard wasAsked else { return [] }
        let branches = known.keys.sorted().map { (name: "refs/heads/\($0)", mayGrow: false) }
        return (branches + [mainline].compactMap { $0 }.map { ($0, true) }).map { name, mayGrow in
            let bytes = repository.rawReflog(of: name)
            return SurveyFooting.Log(
                reference: name, length: bytes.count, digest: Repository.digest(bytes), mayGrow: mayGrow)
        }
    }

    /// The commits that the branches' reflogs name.
    var mentionedCommits: Set<ObjectID> { Set(known.values.joined().flatMap { [$0.old, $0.new] }) }

    /// The newest commit in the reflogs of the attempt's branches that is here and not on the mainline's chain.
    func lastOwnTip(of subject: AttemptSubject, not mainline: Mainline) -> ObjectID? {
        wasAsked = true
        for branch in subject.branchNames {
            for entry in log(branch).reversed()
            where mainline.index(of: entry.new) == nil && repository.contains(entry.new) {
                return entry.new
            }
        }
        return nil
    }

    /// Why the tip, the mainline's step `tip`, is a mainline commit; nil when the reflogs cannot tell.
    func origin(of subject: AttemptSubject, mainline: Mainline, tip: Int) -> Origin? {
        wasAsked = true
        if let base = fastForwardBase(subject, mainline, tip) {
            return .began(base: base, proof: "the mainline's reflog shows the fast-forward")
        }
        for branch in subject.branchNames {
            let entries = log(branch)
            guard let first = entries.first, first.message.hasPrefix("branch: Created") else { continue }
            if let base = firstCommitBase(entries, mainline) {
                return base < tip ? .began(base: base, proof: "the branch's reflog shows where it began") : nil
            }
            if entries.allSatisfy({ mainline.index(of: $0.new) != nil }), wasOnMainline(first, mainline) {
                return .empty
            }
        }
        return nil
    }

    /// `merge perf-attempt-001-x: Fast-forward` in the mainline's own reflog.
    private func fastForwardBase(_ subject: AttemptSubject, _ mainline: Mainline, _ tip: Int) -> Int? {
        for entry in mainlineLog where mainline.index(of: entry.new) == tip {
            for branch in subject.branchNames where entry.message == "merge \(branch): Fast-forward" {
                if let base = mainline.index(of: entry.old), base < tip { return base }
            }
        }
        return nil
    }

    /// The step under the first commit that was made on the branch since it was last moved to a mainline commit.
    private func firstCommitBase(_ entries: [ReflogEntry], _ mainline: Mainline) -> Int? {
        var base: Int?
        for entry in entries {
            if entry.message.hasPrefix("commit") {
                base = base ?? mainline.index(of: entry.old)
            } else if entry.message.hasPrefix("reset:") || entry.message.hasPrefix("branch: Reset") {
                base = nil
            }
        }
        return base
    }

    /// Whether the commit that a branch was made at was on the mainline by then.
    private func wasOnMainline(_ made: ReflogEntry, _ mainline: Mainline) -> Bool {
        guard let start = mainline.index(of: made.new) else { return false }
        let then = mainlineLog.last { $0.time.seconds <= made.time.seconds }
        guard let then, let step = mainline.index(of: then.new) else { return false }
        return step >= start
    }

    private func log(_ branch: String) -> [ReflogEntry] {
        if let entries = known[branch] { return entries }
        let entries = repository.reflog(of: "refs/heads/\(branch)")
        known[branch] = entries
        return entries
    }
}
