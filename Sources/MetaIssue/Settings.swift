import Documents

/// Where the stub of a new attempt is committed (HOOKS-AND-RECORDS.md, decision 1).
public enum RecordPlace: String, Sendable, CaseIterable {
    /// On the mainline, which reserves the number; the branch starts from that commit.
    case mainline
    /// As the branch's first commit; log section and rows follow when the attempt lands.
    case branch
}

/// What hooks do with news about an attempt.
public enum HookMode: String, Sendable, CaseIterable {
    /// A commit of only the saga's values.
    case commit
    /// The documents are left modified.
    case write
    /// One line, nothing written.
    case notify
}

/// Every configuration key in one table: what it means and what holds when it is not set.
///
/// The same keys work in git's configuration (`metaissue.<key>`, for one saga `metaissue.<saga>.<key>`) and, for the
/// team, in the tracked `.metaissue` (`[metaissue]` and `[metaissue "<saga>"]`). Git's configuration wins.
public enum Setting: String, CaseIterable, Sendable {
    case mainline
    case record
    case hooksMode = "hooks.mode"
    case templates
    case path
    case prefix

    /// What the key means, for documentation.
    public var meaning: String {
        switch self {
        case .mainline: "the branch that attempts land on (default: origin/HEAD's branch, else main, else master)"
        case .record:
            "where start-attempt commits the stub: mainline or branch (default: branch when the mainline has an "
                + "upstream, else mainline)"
        case .hooksMode: "what hooks do with a landing or reversal: commit, write or notify (default: commit)"
        case .templates: "a folder with Markdown templates that replace the built-in ones of the same name"
        case .path: "a saga's folder (per saga, in .metaissue)"
        case .prefix: "a saga's branch prefix (per saga, in .metaissue)"
        }
    }

    /// True for keys that also stand in a saga's own section.
    var isPerSaga: Bool { self == .mainline || self == .record || self == .path || self == .prefix }
}

/// Settings as they hold: git's configuration before the team's `.metaissue`, the saga's own before the general one.
struct Settings {
    let configuration: Configuration
    let team: GitConfigText?

    /// The value of a key for a saga (nil: in general); nil when it is set nowhere.
    func value(_ setting: Setting, saga: String? = nil) -> String? {
        if let saga, setting.isPerSaga {
            if let own = configuration.value("metaissue.\(saga).\(setting.rawValue)") { return own }
        }
        let general = configuration.value("metaissue.\(setting.rawValue)")
        if let saga, setting.isPerSaga {
            // A saga's own team value is more specific than a general personal one only for what identifies it.
            let own = team?.value(section: "metaissue", subsection: saga, key: setting.rawValue)
            if setting == .path || setting == .prefix || general == nil, let own { return own }
        }
        if let general { return general }
        let parts = setting.rawValue.split(separator: ".").map(String.init)
        return parts.count == 2
            ? team?.value(section: "metaissue", subsection: parts[0], key: parts[1])
            : team?.value(section: "metaissue", subsection: nil, key: parts[0])
    }

    /// The value of a key that has a fixed set of words.
    ///
    /// - Throws: ``Failure`` that names the key and the words it takes.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ setting: Setting, saga: String? = nil, as type: Choice.Type
    ) throws -> Choice? where Choice.RawValue == String {
        guard let text = value(setting, saga: saga) else { return nil }
        guard let choice = Choice(rawValue: text.lowercased()) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw Failure(
                "metaissue.\(setting.rawValue) is '\(MarkdownText.terminalSafe(text))', which is none of: \(words)",
                advice: "set it with: git config metaissue.\(setting.rawValue) <word>")
        }
        return choice
    }
}
