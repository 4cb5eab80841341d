import Documents
import Synchronization

/// The documents that were parsed last: work tree, index and commit mostly have the same bytes of them, and comparing is
/// a hundred times faster than parsing.
enum ParsedDocuments {
    /// A log, and what is asked of it again and again.
    struct Log: Sendable {
        let document: ImplementationLog
        /// Its sections by number; of two with one number the first.
        let sections: [Int: LogAttempt]
        /// The landings that its rows tell.
        let landings: [Int: [WrittenLanding]]

        fileprivate init(bytes: [UInt8]) {
            document = ImplementationLog(bytes: bytes)
            sections = Dictionary(document.attempts.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
            landings = document.writtenLandings
        }
    }

    /// A hub, and what is asked of it again and again.
    struct Hub: Sendable {
        let document: HubDocument
        /// Its rows by number; of two with one number the first.
        let rows: [Int: HubAttempt]

        fileprivate init(bytes: [UInt8]) {
            document = HubDocument(bytes: bytes)
            rows = Dictionary(document.attempts.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        }
    }

    private static let logs = Mutex<[Log]>([])
    private static let hubs = Mutex<[Hub]>([])
    /// What differs between work tree, index and commit.
    private static let versions = 3

    /// The log with these bytes.
    static func log(_ bytes: [UInt8]) -> Log {
        kept(in: logs, { $0.document.bytes == bytes }, else: { Log(bytes: bytes) })
    }

    /// The hub with these bytes.
    static func hub(_ bytes: [UInt8]) -> Hub {
        kept(in: hubs, { $0.document.bytes == bytes }, else: { Hub(bytes: bytes) })
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
