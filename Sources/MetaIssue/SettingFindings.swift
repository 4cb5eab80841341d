import Documents

/// Something in a configuration file that means nothing, or not what was meant.
public struct SettingFinding: Sendable, Equatable {
    /// Where: `.metaissue:4`, `.git/config:12`, `command line`.
    public let place: String
    /// What is wrong there.
    public let problem: String
    /// What to do about it.
    public let advice: String
}

extension Settings {
    /// Unknown keys and values that a key does not take, in `.metaissue` and in git's configuration.
    ///
    /// - Parameters:
    ///   - sagas: the sagas under management; another name between `metaissue.` and a key is a mistake.
    ///   - isThere: whether the branch or folder is there that a key names.
    func findings(
        sagas: [Saga], isThere: (Setting, String) -> Bool = { _, _ in true }
    ) -> [SettingFinding] {
        let team = teamFindings(sagas, isThere)
        return team + gitFindings(sagas, isThere)
    }

    private typealias Presence = (Setting, String) -> Bool

    private func teamFindings(_ sagas: [Saga], _ isThere: Presence) -> [SettingFinding] {
        (team?.entries ?? []).compactMap { entry in
            let key = [entry.section, entry.subsection, entry.key].compactMap(\.self).joined(separator: ".")
            let place = SettingPlace.team(line: entry.line)
            guard entry.section == "metaissue" else {
                let isPersonal = Setting.allCases.contains { $0.scope == .personal && $0.key == key }
                return finding(
                    key, entry.value, place, isPersonal ? "is not read from .metaissue" : "is no key of .metaissue",
                    isPersonal ? "set it for yourself with: git config \(key) <value>" : "take it out")
            }
            return check(Name(subsection: entry.subsection, key: entry.key), key, entry.value, place, sagas, isThere)
        }
    }

    private func gitFindings(_ sagas: [Saga], _ isThere: Presence) -> [SettingFinding] {
        configuration.keys.flatMap { key -> [SettingFinding] in
            let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            let entries = configuration.entries(key)
            if parts[0] == "metaissue", parts.count > 1 {
                let subsection = parts.count > 2 ? parts[1..<(parts.count - 1)].joined(separator: ".") : nil
                let name = Name(subsection: subsection, key: parts[parts.count - 1])
                return entries.compactMap { check(name, key, $0.value, .git($0.origin, line: $0.line), sagas, isThere) }
            }
            guard let setting = Setting.allCases.first(where: { $0.scope == .personal && $0.key == key }) else {
                return []
            }
            return entries.compactMap { check(setting, key, $0.value, .git($0.origin, line: $0.line), isThere) }
        }
    }

    /// A key's name below `metaissue`.
    private struct Name {
        let subsection: String?
        let key: String

        /// The key without a saga: `record`, `hooks.mode`.
        var plain: String { subsection.map { "\($0).\(key)" } ?? key }
    }

    private func check(
        _ name: Name, _ key: String, _ value: String?, _ place: SettingPlace, _ sagas: [Saga], _ isThere: Presence
    ) -> SettingFinding? {
        let ours = Setting.allCases.filter { $0.scope != .personal }
        if let setting = ours.first(where: { $0.scope != .sagaOnly && $0.name == name.plain }) {
            return check(setting, key, value, place, isThere)
        }
        if let saga = name.subsection {
            let own = ours.filter { $0.scope == .perSaga || $0.scope == .sagaOnly }
            if let setting = own.first(where: { $0.name == name.key }) {
                // In .metaissue a path is what makes a saga; elsewhere a name that nobody has is a slip.
                guard sagas.contains(where: { $0.id == saga }) else {
                    return finding(
                        key, value, place, "is about a saga that is not here: \(saga)",
                        "the sagas here are: \(sagas.map(\.id).joined(separator: ", "))")
                }
                return check(setting, key, value, place, isThere)
            }
        }
        let isSagas = name.subsection.map { part in sagas.contains { $0.id == part } } ?? false
        let known = ours.filter { !isSagas || $0.scope == .perSaga || $0.scope == .sagaOnly }.map(\.name)
        let near = Likeness.nearest(to: isSagas ? name.key : name.plain, among: known)
        let before = isSagas ? "metaissue.\(name.subsection ?? "")." : "metaissue."
        return finding(
            key, value, place, "is not known",
            near.map { "did you mean \(before)\($0)?" } ?? "git metaissue config --list shows the keys")
    }

    private func check(
        _ setting: Setting, _ key: String, _ value: String?, _ place: SettingPlace, _ isThere: Presence
    ) -> SettingFinding? {
        guard let value else { return finding(key, value, place, "has no value", "write: \(setting.name) = <value>") }
        switch setting.values {
        case .words(let words):
            if words.contains(value.lowercased()) { return nil }
            return finding(
                key, value, place, "is '\(value)', which is none of: \(words.joined(separator: ", "))", "correct it")
        case .booleanOr(let words):
            if words.contains(value.lowercased()) || Configuration.boolean(value) != nil { return nil }
            return finding(
                key, value, place, "is '\(value)', which is none of: \(words.joined(separator: ", ")), true, false",
                "correct it")
        case .branch, .folder:
            if isThere(setting, value) { return nil }
            let kind = if case .branch = setting.values { "branch" } else { "folder" }
            return finding(key, value, place, "is '\(value)', and there is no such \(kind)", "correct it")
        case .booleanOrCommand, .text:
            return nil
        }
    }

    private func finding(
        _ key: String, _ value: String?, _ place: SettingPlace, _ problem: String, _ advice: String
    ) -> SettingFinding {
        SettingFinding(
            place: MarkdownText.terminalSafe(place.text(of: key, value: value ?? "true", in: configuration)),
            problem: MarkdownText.terminalSafe("\(key) \(problem)"), advice: MarkdownText.terminalSafe(advice))
    }
}

/// How many letters apart two words are.
public enum Likeness {
    /// The nearest word, when it is at most a third of its letters (at least one) away.
    public static func nearest(to word: String, among words: [String]) -> String? {
        let best = words.map { ($0, distance(Array(word.lowercased()), Array($0))) }.min { $0.1 < $1.1 }
        guard let best, best.1 <= max(1, best.0.count / 3) else { return nil }
        return best.0
    }

    /// Letters to insert, remove or replace.
    private static func distance(_ left: [Character], _ right: [Character]) -> Int {
        var row = Array(0...right.count)
        for (index, letter) in left.enumerated() {
            var diagonal = row[0]
            row[0] = index + 1
            for (column, other) in right.enumerated() {
                let replaced = diagonal + (letter == other ? 0 : 1)
                diagonal = row[column + 1]
                row[column + 1] = min(replaced, min(row[column], row[column + 1]) + 1)
            }
        }
        return row[right.count]
    }
}
