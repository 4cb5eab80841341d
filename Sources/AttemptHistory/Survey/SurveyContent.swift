import GitStore

/// What the attempts of a survey changed, path by path: enough to tell whether a new mainline commit that touches one of
/// their paths can be about any of them. Read only for such a commit.
struct SurveyContent {
    /// What an attempt, a commit of it or its landing did to a path.
    struct Change: Hashable {
        /// A hash of the path.
        let path: UInt64
        let old: PathVersion
        let new: PathVersion
    }

    /// The changes of every attempt.
    private(set) var attempts: [[Change]]

    init(_ attempts: [[Change]]) { self.attempts = attempts }

    /// Whether a commit that makes these changes may land something of an attempt, take something back, or change how
    /// much of a landing stands.
    ///
    /// All rules go by lines and by blobs. A commit that has none of the lines of the attempts whose paths it touches,
    /// neither added nor removed, and none of their blobs, is about other work in the same files.
    ///
    /// - Throws: when a blob is not here.
    func mayConcern(_ made: [Change], in repository: Repository) throws(GitStoreError) -> Bool {
        let paths = Set(made.map(\.path))
        let concerned = attempts.filter { changes in changes.contains { paths.contains($0.path) } }
        guard concerned.reduce(0, { $0 + $1.count }) <= Self.limit else { return true }
        let watched = Set(concerned.joined().map(\.path))
        // What has no lines is told by its mode and object id, and a file that goes may have gone elsewhere.
        let isPlain = made.filter { watched.contains($0.path) }
            .allSatisfy { $0.old.isFile && $0.new.isFile && $0.old.mode == $0.new.mode }
        guard isPlain else { return true }
        let lines = LineReader(repository: repository)
        // Path by path: what only moves from one to another counts.
        var deltas: [LineDelta] = []
        for change in made { deltas.append(try lines.delta(change.transition)) }
        for change in Set(concerned.joined()) {
            if made.contains(where: { $0.new == change.new || $0.new == change.old }) { return true }
            let own = try lines.delta(change.transition)
            let inverse = own.inverse
            if deltas.contains(where: { own.shared(with: $0) > 0 || inverse.shared(with: $0) > 0 }) { return true }
        }
        return false
    }

    /// More changes than this are not compared one by one.
    private static let limit = 2000
}

extension SurveyContent.Change {
    init(_ change: PathTransition, _ paths: PathTable) {
        self.init(path: SurveyFooting.hash(paths.bytes(of: change.path)), old: change.old, new: change.new)
    }

    /// The same for whoever asks about lines: which path it is makes no difference there.
    fileprivate var transition: PathTransition { PathTransition(path: 0, old: old, new: new) }
}

extension SurveyContent {
    func encode(into writer: inout ByteWriter) {
        writer.put(attempts) { writer, changes in
            writer.put(changes) { writer, change in
                writer.put(Int64(bitPattern: change.path))
                for version in [change.old, change.new] {
                    writer.put(version.id)
                    writer.put(Int(version.mode))
                }
            }
        }
    }

    init(from reader: inout ByteReader) throws(ByteReader.Damaged) {
        attempts = try reader.list { reader throws(ByteReader.Damaged) in
            try reader.list { reader throws(ByteReader.Damaged) in
                let path = UInt64(bitPattern: try reader.integer())
                return Change(path: path, old: try reader.version(), new: try reader.version())
            }
        }
    }
}

extension ByteReader {
    fileprivate mutating func version() throws(Damaged) -> PathVersion {
        let id = try id()
        guard let mode = UInt32(exactly: try integer()) else { throw Damaged() }
        return PathVersion(id: id, mode: mode)
    }
}
