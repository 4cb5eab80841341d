import GitStore

/// The folders of a saga's attempts in one tree, `<saga>/attempts/<number>…`.
enum AttemptFolders {
    /// Their trees by name; none where the tree is not in this clone.
    static func trees(of saga: String, in root: ObjectID?, _ repository: Repository) -> [[UInt8]: ObjectID] {
        guard let root, let attempts = try? repository.entry(at: path(of: saga), in: root), attempts.isTree,
            let entries = try? repository.tree(attempts.id)
        else { return [:] }
        return Dictionary(entries.filter(\.isTree).map { ($0.name, $0.id) }, uniquingKeysWith: { first, _ in first })
    }

    /// Where they lie.
    static func path(of saga: String) -> String { "\(saga)/attempts" }

    /// The number that a folder's name begins with.
    static func number(_ name: [UInt8]) -> Int? {
        Int(String(decoding: name.prefix { (48...57).contains($0) }, as: UTF8.self))
    }
}
