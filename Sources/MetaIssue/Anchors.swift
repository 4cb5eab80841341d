import AttemptHistory
import GitStore

/// `refs/metaissue/<saga>/<NNN>`: every attempt's last known tip, so that commits outlive their branch.
enum Anchors {
    /// Moves the anchors of all attempts that have a local branch here, by compare and swap.
    ///
    /// An anchor never moves back to a commit that it already contains: a branch that was reset has not lost its work.
    static func refresh(in workspace: Workspace) throws {
        let repository = workspace.place.repository
        let heads = "refs/heads/"
        let sagas = workspace.registry.sagas
        guard !sagas.isEmpty else { return }
        let references = try repository.references(under: [heads, "refs/metaissue/"])
        var anchors = Dictionary(references.map { ($0.name, $0.target) }, uniquingKeysWith: { $1 })
        for reference in references where reference.name.hasPrefix(heads) {
            guard let name = AttemptBranchName(String(reference.name.dropFirst(heads.count))),
                let saga = sagas.first(where: { $0.prefix == name.prefix })
            else { continue }
            let anchor = saga.anchor(of: name.number)
            let old = anchors[anchor]
            if let old, try old == reference.target || repository.isAncestor(reference.target, of: old) { continue }
            do {
                try repository.updateReference(
                    anchor, to: reference.target, expecting: old, message: "metaissue: \(name.name)")
                anchors[anchor] = reference.target
            } catch {
                // Somebody else moved it at this moment; theirs is as good.
                guard error.kind == .conflict else { throw error }
            }
        }
    }
}
