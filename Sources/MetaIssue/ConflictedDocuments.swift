import Documents
import GitStore

/// `git metaissue sync` in the middle of a merge, rebase or pick that stopped in a saga's documents: what the tool owns is
/// mended, people's words stay in conflict.
public struct ConflictedDocuments {
    /// A document that had conflict markers.
    public struct Mended: Sendable {
        /// Slash-separated path from the top of the tree.
        public let path: String
        /// True when something of it was mended.
        public let isChanged: Bool
        /// The lines, from 1, of conflicts that a person has to resolve.
        public let conflictLines: [Int]
    }

    /// What was found.
    public struct Report: Sendable {
        /// The documents that had markers.
        public let documents: [Mended]
        /// The git command that goes on.
        public let ending: String
    }

    /// Mends the documents in the work tree.
    ///
    /// - Parameter isDryRun: only tells.
    /// - Returns: nil when nothing is in progress here, or no document has markers.
    public static func mend(in directory: String, saga name: String?, isDryRun: Bool) async throws -> Report? {
        let place = try await Place.find(from: directory)
        guard let root = place.workTree, let operation = OngoingOperation.current(in: place.gitDirectory) else {
            return nil
        }
        let lock = isDryRun ? nil : try StateLock.need(in: place)
        defer { withExtendedLifetime(lock) {} }
        let workspace = try Workspace(place)
        var found: [Mended] = []
        var written: [(path: String, bytes: [UInt8])] = []
        for saga in try workspace.sagas(named: name) {
            for (kind, path) in [(DocumentMerge.Kind.log, saga.logPath), (.hub, saga.hubPath)] {
                try Files.refuseLinks(path, below: root)
                guard let bytes = try Files.read("\(root)/\(path)"),
                    let mended = ConflictMending.mend(kind, bytes, base: try await base(of: path, in: place))
                else { continue }
                found.append(
                    Mended(path: path, isChanged: mended.bytes != bytes, conflictLines: mended.conflictLines))
                if mended.bytes != bytes { written.append(("\(root)/\(path)", mended.bytes)) }
            }
        }
        if found.isEmpty { return nil }
        if !isDryRun { try Files.replace(written) }
        return Report(documents: found, ending: operation.ending)
    }

    /// The version that both sides began with, as git's index has it; nil when it has none.
    private static func base(of path: String, in place: Place) async throws -> [UInt8]? {
        let listing = try await place.git.need(
            ["ls-files", "--unmerged", "-z", "--full-name", "--", ":(top,literal)\(path)"])
        for field in listing.fields {
            let words = field.prefix { $0 != "\t" }.split(separator: " ")
            guard words.count == 3, words[2] == "1", let blob = ObjectID(hex: words[1]) else { continue }
            return try place.repository.blob(blob)
        }
        return nil
    }
}
