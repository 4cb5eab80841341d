#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A command's plan or journal below the directory for this program's own state: written whole, flushed and atomically.
enum StateFile {
    /// Writes it down.
    static func save(_ value: some Encodable, as name: String, in place: Place) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        try Files.replace([(place.statePath(name), Array(try encoder.encode(value)))])
    }

    /// What was written; nil when there is nothing. It is written atomically, so a damaged one was written by somebody
    /// else and tells nothing.
    static func load<Value: Decodable>(_ type: Value.Type, from name: String, in place: Place) throws -> Value? {
        guard let bytes = try Files.read(place.statePath(name)) else { return nil }
        return try? JSONDecoder().decode(type, from: Data(bytes))
    }

    /// Ends it.
    static func remove(_ name: String, in place: Place) throws {
        try Files.remove(place.statePath(name))
        try Files.remove(Files.temporaryName(of: place.statePath(name)))
    }
}
