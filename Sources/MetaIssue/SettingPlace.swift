import Documents

/// Where a setting stands.
public enum SettingPlace: Sendable, Equatable {
    /// In git's configuration; its origin as `git config --show-origin` prints it: `file:.git/config`, `command line:`.
    case git(String, line: Int?)
    /// In the tracked `.metaissue`, on this line.
    case team(line: Int)
    /// Nowhere: what holds without a setting.
    case standard

    var isTeam: Bool { if case .team = self { true } else { false } }

    /// The place for a reader: `.git/config:12`, `.metaissue:3`, `command line`.
    func text(of key: String, value: String, in configuration: Configuration) -> String {
        switch self {
        case .standard: return "default"
        case .team(let line): return "\(SagaRegistry.path):\(line)"
        case .git(let origin, let known):
            guard origin.hasPrefix("file:") else { return origin.hasSuffix(":") ? String(origin.dropLast()) : origin }
            let file = String(origin.dropFirst("file:".count))
            let line = if let known { known as Int? } else { configuration.line(of: key, value: value, in: file) }
            return configuration.shown(file) + (line.map { ":\($0)" } ?? "")
        }
    }

    /// The origin as `git config --show-origin` would print it, with the line behind a file.
    func origin(of key: String, value: String, in configuration: Configuration) -> String {
        switch self {
        case .standard: return "default:"
        case .team: return "file:" + text(of: key, value: value, in: configuration)
        case .git(let origin, _):
            return origin.hasPrefix("file:") ? "file:" + text(of: key, value: value, in: configuration) : origin
        }
    }
}

extension Configuration {
    /// A file's name from the top of the work tree where it is below that, as git prints it.
    fileprivate func shown(_ file: String) -> String {
        guard let top = folders.first, file.hasPrefix(top + "/.git/") else { return file }
        return String(file.dropFirst(top.count + 1))
    }

    /// The line of a key in one of git's configuration files, of several the last with this value; nil when the file
    /// cannot be read now. Git tells the file only.
    func line(of key: String, value: String, in file: String) -> Int? {
        let candidates = file.hasPrefix("/") ? [file] : folders.map { "\($0)/\(file)" }
        for path in candidates {
            guard let bytes = (try? Files.read(path)) ?? nil, let text = try? GitConfigText(bytes: bytes) else {
                continue
            }
            let entry = text.entries.last { entry in
                let name = [entry.section, entry.subsection, entry.key].compactMap(\.self).joined(separator: ".")
                return name == key && (entry.value ?? "true") == value
            }
            if let entry { return entry.line }
        }
        return nil
    }
}
