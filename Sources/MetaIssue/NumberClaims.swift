import AttemptHistory
import GitStore

/// What of a number belongs to other attempts than the one of a branch, where several attempts took that number.
struct NumberClaims {
    /// The local branch that they are seen from; nil where there is none.
    let branch: String?
    /// Names of branches that stand for other attempts of the number.
    let others: [String]
    /// The best known tip of another attempt of the number.
    let otherTip: ObjectID?

    /// Looks at everything that names a tip of the number: local and remote-tracking branches, anchors, merge messages.
    ///
    /// A name whose tip shares a commit of its own with the branch is another name of the same attempt.
    init(of branch: String, in subject: AttemptSubject, _ workspace: Workspace) throws {
        self.branch = branch
        guard let tip = try workspace.place.repository.reference("refs/heads/\(branch)") else {
            (others, otherTip) = ([], nil)
            return
        }
        let traces = try NumberClash.traces(of: tip, in: workspace)
        var strangers: [String] = []
        var strangeTip: ObjectID?
        var attested: Set<String> = [branch]
        var hasStrangeAnchor = false
        for other in subject.tips {
            let name = subject.branchNames.first { other.name == $0 || other.name.hasSuffix("/\($0)") }
            if let name { attested.insert(name) }
            guard name != branch, other.commit != tip,
                try NumberClash.traces(of: other.commit, in: workspace).isDisjoint(with: traces)
            else { continue }
            // What only another clone holds on to gets no anchor here.
            if other.source != .remoteAnchor { strangeTip = strangeTip ?? other.commit }
            guard let name else {
                hasStrangeAnchor = true
                continue
            }
            if !strangers.contains(name) { strangers.append(name) }
        }
        // An anchor has no branch's name: what documents call its branch tells.
        if hasStrangeAnchor { strangers += subject.branchNames.filter { !attested.contains($0) } }
        (others, otherTip) = (strangers, strangeTip)
    }

    /// The folder seen from a place without a branch: every branch is another attempt's.
    init(besides others: [String]) {
        branch = nil
        self.others = others
        otherTip = nil
    }

    /// Whether a folder's name is that of another attempt's branch.
    func isOthers(folder: String) -> Bool {
        if let branch, branch.hasSuffix(folder) { return false }
        let slug = folder.drop { $0.isASCII && $0.isNumber }
        return others.contains { !slug.isEmpty && $0.hasSuffix(slug) }
    }
}
