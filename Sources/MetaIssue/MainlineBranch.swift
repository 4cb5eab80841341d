import Documents
import GitStore

/// The branch that attempts land on, as it stands.
struct MainlineBranch: Equatable {
    /// Short name: `main`.
    let name: String
    /// Full reference name; a remote-tracking one when there is no local branch.
    let reference: String
    /// The commit it is at.
    let tip: ObjectID

    /// True when records can be committed to it.
    var isLocal: Bool { reference.hasPrefix("refs/heads/") }

    /// The command that makes it a local branch where it is not.
    var commandForLocal: String {
        "git branch \(name.shellWord) \(String(reference.dropFirst("refs/remotes/".count)).shellWord)"
    }

    /// Looks a branch up: the local one first, then the one of each remote.
    static func named(_ name: String, in repository: Repository) throws -> MainlineBranch? {
        let local = "refs/heads/\(name)"
        if let tip = try repository.reference(local) { return MainlineBranch(name: name, reference: local, tip: tip) }
        let origin = "refs/remotes/origin/\(name)"
        let others = try repository.references(under: ["refs/remotes/"]).map(\.name).filter { $0.hasSuffix("/\(name)") }
        for reference in [origin] + others {
            if let tip = try repository.reference(reference) {
                return MainlineBranch(name: name, reference: reference, tip: tip)
            }
        }
        return nil
    }

    /// The mainline where nothing else is said (PRODUCT.md, "Words"): the configured one, what `origin/HEAD` points to,
    /// `main`, `master`, the only branch there is.
    ///
    /// - Throws: ``Failure`` when a configured mainline does not exist, or none can be found.
    static func standard(in place: Place) throws -> MainlineBranch {
        let repository = place.repository
        let settings = Settings(configuration: place.configuration, team: nil)
        if let found = settings.found(.mainline) {
            if let branch = try named(found.value, in: repository) { return branch }
            throw settings.failure(found, "and there is no such branch", takes: "<branch>")
        }
        let prefix = "refs/remotes/origin/"
        if let target = try repository.symbolicTarget(of: "\(prefix)HEAD"), target.hasPrefix(prefix),
            let found = try named(String(target.dropFirst(prefix.count)), in: repository)
        {
            return found
        }
        for name in ["main", "master"] {
            if let found = try named(name, in: repository) { return found }
        }
        let branches = try repository.references(under: ["refs/heads/"])
        if case .branch(let head, let tip) = try repository.head(), branches.count == 1 {
            return MainlineBranch(name: String(head.dropFirst("refs/heads/".count)), reference: head, tip: tip)
        }
        if branches.isEmpty, case .unborn = try repository.head() {
            throw Failure("this repository has no commits yet", advice: "make a first commit, then run this again")
        }
        throw Failure(
            "cannot tell which branch is the mainline",
            advice: "say it once with: git config metaissue.mainline <branch>")
    }
}
