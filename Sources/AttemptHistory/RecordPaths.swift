import GitStore

/// Tells an attempt's code from its record: "commits that touch only the saga's folder are not counted" (PRODUCT.md).
///
/// With documents the record is the saga's folder and the tracked `.metaissue`; in a repository without documents it
/// is every folder `attempts/<number>…` of the attempt's own number.
struct RecordPaths {
    private let paths: PathTable
    private let folder: PathTable.ID?
    private let number: Int
    private let settings: PathTable.ID
    private var known: [PathTable.ID: Bool] = [:]

    init(_ paths: PathTable, naming: SagaNaming, number: Int) {
        self.paths = paths
        self.number = number
        folder = naming.folder.map { paths.add($0) }
        settings = paths.add(".metaissue")
    }

    /// True when a path belongs to the record.
    mutating func contains(_ path: PathTable.ID) -> Bool {
        if let answer = known[path] { return answer }
        let answer = path == settings || folder.map { paths.isBelow(path, $0) } ?? isAttemptFolder(path)
        known[path] = answer
        return answer
    }

    /// `…/attempts/001-anything/…`
    private func isAttemptFolder(_ path: PathTable.ID) -> Bool {
        let components = paths.text(of: path).split(separator: "/")
        for (index, component) in components.enumerated().dropLast() where component == "attempts" {
            let digits = components[index + 1].prefix { $0.isASCII && $0.isNumber }
            if Int(digits) == number { return true }
        }
        return false
    }
}
