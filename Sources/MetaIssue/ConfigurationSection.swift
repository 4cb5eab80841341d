/// Sections of the repository's configuration that this program made.
enum ConfigurationSection {
    /// Refuses a configuration that another git is writing, before anything else is done.
    static func refuseLock(in place: Place) throws {
        let lock = "\(place.commonDirectory)/config.lock"
        if Files.exists(lock) {
            throw Failure("the configuration of this repository is locked by \(lock)", advice: Git.lockAdvice)
        }
    }

    /// Takes a section out with the user's git. Comments that somebody wrote behind ours count as part of it for git, and
    /// would go too: they stay where they were.
    static func remove(_ name: String, in place: Place) async throws {
        let path = "\(place.commonDirectory)/config"
        let before = try Files.read(path) ?? []
        try await place.git.need(["config", "--local", "--remove-section", name])
        guard let after = try Files.read(path), after.count < before.count else { return }
        let newline = UInt8(ascii: "\n")
        let common = zip(before, after).prefix { $0 == $1 }.count
        let start = before[..<common].lastIndex(of: newline).map { $0 + 1 } ?? 0
        let end = start + before.count - after.count
        // Of one piece, or git did more than that.
        guard before[..<start] + before[end...] == after[...] else { return }
        let comments = before[start..<end].split(separator: newline).filter { line in
            line.first { $0 > 0x20 }.map { $0 == UInt8(ascii: "#") || $0 == UInt8(ascii: ";") } ?? false
        }
        guard !comments.isEmpty else { return }
        try Files.replaceLocked(path, after[..<start] + comments.flatMap { $0 + [newline] } + after[start...])
    }
}
