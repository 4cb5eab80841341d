import Documents
import Synchronization

/// The documents that were parsed last: work tree, index and commit mostly have the same bytes of them, and comparing is
/// a hundred times faster than parsing.
enum ParsedDocuments {
    private static let logs = Mutex<[ImplementationLog]>([])
    private static let hubs = Mutex<[HubDocument]>([])
    /// What differs between work tree, index and commit.
    private static let versions = 3

    /// The log with these bytes.
    static func log(_ bytes: [UInt8]) -> ImplementationLog {
        kept(in: logs, { $0.bytes == bytes }, else: { ImplementationLog(bytes: bytes) })
    }

    /// The hub with these bytes.
    static func hub(_ bytes: [UInt8]) -> HubDocument {
        kept(in: hubs, { $0.bytes == bytes }, else: { HubDocument(bytes: bytes) })
    }

    private static func kept<Document: Sendable>(
        in list: borrowing Mutex<[Document]>, _ isIt: (Document) -> Bool, else parse: () -> Document
    ) -> Document {
        if let known = list.withLock({ $0 }).first(where: isIt) { return known }
        let parsed = parse()
        list.withLock { $0 = [parsed] + $0.prefix(versions - 1) }
        return parsed
    }
}
