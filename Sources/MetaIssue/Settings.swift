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

/// Settings as they hold: git's configuration before the team's `.metaissue`, the saga's own before the general one.
struct Settings {
    let configuration: Configuration
    let team: GitConfigText?

    /// A value, and where it was found.
    struct Found {
        let value: String
        let place: SettingPlace
        /// The key as it is written there.
        let key: String
    }

    /// The value of a key for a saga (nil: in general); nil when it is set nowhere.
    func value(_ setting: Setting, saga: String? = nil) -> String? { found(setting, saga: saga)?.value }

    /// The value of a key and where it stands; nil when it is set nowhere.
    func found(_ setting: Setting, saga: String? = nil) -> Found? {
        let own = setting.scope == .perSaga || setting.scope == .sagaOnly ? saga : nil
        if let own, let found = inGit("metaissue.\(own).\(setting.name)") { return found }
        let general = setting.scope == .sagaOnly ? nil : inGit(setting.key)
        // A saga's own team value is more specific than a general personal one only for what identifies it.
        if let own, setting.scope == .sagaOnly || general == nil,
            let found = inTeam(subsection: own, key: setting.name)
        {
            return found
        }
        if general != nil || setting.scope == .personal || setting.scope == .sagaOnly { return general }
        let parts = setting.name.split(separator: ".").map(String.init)
        return inTeam(subsection: parts.count == 2 ? parts[0] : nil, key: parts[parts.count - 1])
    }

    private func inGit(_ key: String) -> Found? {
        configuration.entry(key).map { Found(value: $0.value, place: .git($0.origin, line: $0.line), key: key) }
    }

    private func inTeam(subsection: String?, key: String) -> Found? {
        guard
            let entry = team?.entries.last(where: {
                $0.section == "metaissue" && $0.subsection == subsection && $0.key == key
            }), let value = entry.value
        else { return nil }
        return Found(
            value: value, place: .team(line: entry.line),
            key: (["metaissue", subsection, key] as [String?]).compactMap(\.self).joined(separator: "."))
    }

    /// The value of a key that has a fixed set of words.
    ///
    /// - Throws: ``Failure`` that names the key, where it stands, and the words it takes.
    func choice<Choice: RawRepresentable & CaseIterable>(
        _ setting: Setting, saga: String? = nil, as type: Choice.Type
    ) throws -> Choice? where Choice.RawValue == String {
        guard let found = found(setting, saga: saga) else { return nil }
        guard let choice = Choice(rawValue: found.value.lowercased()) else {
            throw failure(
                found, "which is none of: " + Choice.allCases.map(\.rawValue).joined(separator: ", "), takes: "<word>")
        }
        return choice
    }

    /// What is wrong with a value, with the place where it stands and how it is corrected there.
    ///
    /// - Parameter takes: a placeholder for what would be right.
    func failure(_ found: Found, _ problem: String, takes: String) -> Failure {
        let place = found.place.text(of: found.key, value: found.value, in: configuration)
        return Failure(
            MarkdownText.terminalSafe("\(place): \(found.key) is '\(found.value)', \(problem)"),
            advice: found.place.isTeam
                ? "correct it in .metaissue"
                : "set it with: git config \(MarkdownText.terminalSafe(found.key)) \(takes)")
    }
}
