import Documents

/// Every setting as it holds in a repository, where each comes from, and what is wrong in the files.
public struct SettingReport: Sendable {
    /// One key.
    public struct Line: Sendable, Equatable {
        /// The key as git spells it: `metaissue.hooks.mode`, `metaissue.slow-service.record`.
        public let key: String
        /// The value that holds; empty where nothing does.
        public let value: String
        /// `file:.git/config:12`, `file:.metaissue:3`, `command line:`, `default:`.
        public let origin: String
    }

    /// Every key, in the order of ``Setting``: general ones first, then those of each saga.
    public private(set) var lines: [Line] = []
    /// What is wrong in the files.
    public let findings: [SettingFinding]
    /// Git's own configuration, for how this is shown.
    public let configuration: Configuration

    /// Reads the settings that hold around `directory`.
    ///
    /// - Throws: ``Failure`` outside a repository, and for a `.metaissue` that cannot be read.
    public init(in directory: String) async throws {
        let place = try await Place.find(from: directory)
        configuration = place.configuration
        // A repository without commits has settings too.
        let isUnborn = if case .unborn = try place.repository.head() { true } else { false }
        let workspace = isUnborn ? nil : try Workspace(place)
        let settings =
            if let workspace { workspace.registry.settings } else { Settings(configuration: configuration, team: nil) }
        let sagas = workspace?.registry.sagas ?? []
        findings = workspace?.settingFindings ?? settings.findings(sagas: sagas)
        for setting in Setting.allCases where setting.scope != .sagaOnly {
            let computed: String? =
                switch setting {
                case .mainline: workspace?.standard?.name
                case .record: workspace?.standard.map { RecordPlace.standard($0.name, configuration).rawValue }
                case .color: configuration.value("color.ui") ?? "auto"
                default: nil
                }
            add(setting, key: setting.key, settings.found(setting), computed)
        }
        for saga in sagas {
            for setting in Setting.allCases where setting.scope == .perSaga || setting.scope == .sagaOnly {
                let computed: String? =
                    switch setting {
                    case .mainline: saga.mainline
                    case .record: RecordPlace.standard(saga.mainline, configuration).rawValue
                    default: nil
                    }
                add(
                    setting, key: "metaissue.\(saga.id).\(setting.name)", settings.found(setting, saga: saga.id),
                    computed)
            }
        }
    }

    private mutating func add(_ setting: Setting, key: String, _ found: Settings.Found?, _ computed: String?) {
        guard let found else {
            lines.append(Line(key: key, value: computed ?? setting.standard ?? "", origin: "default:"))
            return
        }
        lines.append(
            Line(
                key: key, value: found.value,
                origin: found.place.origin(of: found.key, value: found.value, in: configuration)))
    }

    /// The line of a key; nil for a key that is not known here.
    public func line(_ key: String) -> Line? {
        // Section and variable are the same in upper and lower case, as for git.
        let parts = key.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return nil }
        let middle = parts.dropFirst().dropLast().map(String.init)
        let name = ([first.lowercased()] + middle + [last.lowercased()]).joined(separator: ".")
        return lines.first { $0.key == name }
    }
}

extension RecordPlace {
    /// What holds for a mainline where nobody said it (HOOKS-AND-RECORDS.md, decision 1).
    static func standard(_ mainline: String, _ configuration: Configuration) -> RecordPlace {
        configuration.upstream(of: mainline) == nil ? .mainline : .branch
    }
}
