import Documents

/// The tracked files in git-config syntax: `.metaissue` at the top, in a saga's folder and in an attempt's.
enum TrackedConfig {
    private static let advice = "correct the line; its syntax is git-config's"

    /// Reads such a file.
    ///
    /// - Throws: ``Failure`` that names the file and what is wrong in it.
    static func read(_ bytes: [UInt8], at path: String) throws -> GitConfigText {
        do {
            return try GitConfigText(bytes: bytes)
        } catch {
            throw Failure("\(path) cannot be read: \(error)", advice: advice)
        }
    }

    /// The file with an edit made to it.
    ///
    /// - Throws: ``Failure`` that names the file, for one that cannot be edited.
    static func edit(
        _ bytes: [UInt8], at path: String, _ edit: (inout GitConfigText) throws -> Void
    ) throws -> [UInt8] {
        do {
            var text = try GitConfigText(bytes: bytes)
            try edit(&text)
            return text.bytes
        } catch let problem as GitConfigError {
            throw Failure("\(path) cannot be edited: \(problem)", advice: advice)
        }
    }
}
