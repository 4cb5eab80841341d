import GitStore

/// Tells which attempts that did not land on the mainline are contained in some other branch (a release branch).
struct OtherBranches {
    private let mainline: Mainline
    private var holders: [ObjectID: String] = [:]

    /// Walks the branches that are nobody's attempt, as far as the mainline does not contain them, until all of `tips`
    /// are found. Branches that cannot be read in full are followed as far as they can.
    init(mainline: Mainline, tips: Set<ObjectID>, attemptReferences: Set<String>) throws(GitStoreError) {
        self.mainline = mainline
        guard !tips.isEmpty else { return }
        var seen: Set<ObjectID> = []
        for reference in try mainline.repository.references(under: ["refs/heads/", "refs/remotes/"])
        where reference.name != mainline.reference && !attemptReferences.contains(reference.name) {
            var pending = [reference.target]
            while let id = pending.popLast() {
                guard !mainline.contains(id), seen.insert(id).inserted else { continue }
                if tips.contains(id) { holders[id] = reference.name }
                if let outline = try? mainline.repository.commitOutline(id) { pending += outline.parents }
            }
        }
    }

    /// The branch that contains a tip; nil when none does.
    func holder(of tip: ObjectID) -> String? { holders[tip] }
}
