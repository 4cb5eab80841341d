import AttemptHistory
import Documents
import GitStore

/// What a word on the command line could be: what completion offers. Only names are read here, no history, so that it is
/// quick in every repository.
public struct Candidates {
    /// A word, and what it means.
    public struct Candidate: Sendable, Equatable {
        /// What is typed.
        public let value: String
        /// What it means, in a few words; empty where the word says it.
        public let meaning: String

        /// A word and what it means.
        public init(value: String, meaning: String) {
            self.value = value
            self.meaning = meaning
        }
    }

    private let workspace: Workspace

    /// Reads the names in the repository around `directory`.
    public init(in directory: String) async throws { workspace = try await Workspace.open(directory) }

    /// Attempts by number, with titles.
    ///
    /// - Parameter name: only those of this saga; nil for all.
    public func attempts(saga name: String?) throws -> [Candidate] {
        let sagas = workspace.registry.sagas.filter { saga in name.map { workspace.means($0, saga) } ?? true }
        var titles: [Int: [String]] = [:]
        for saga in sagas {
            let record = try workspace.visibleRecord(on: workspace.mainline(of: saga)).record(of: saga)
            let branches = try attemptBranches { $0.prefix == saga.prefix }
            for number in record.numbers.union(branches.keys) {
                let title = record.title(of: number, branch: branches[number])
                titles[number, default: []].append(sagas.count == 1 ? title : "\(title), \(saga.id)")
            }
        }
        if workspace.registry.sagas.isEmpty {
            for (number, branch) in try attemptBranches({ _ in true }) { titles[number] = [branch] }
        }
        return titles.sorted { $0.key < $1.key }.map { number, titles in
            candidate(AttemptNumber.text(number), titles.joined(separator: "; "))
        }
    }

    /// Sagas, with titles.
    public func sagas() throws -> [Candidate] {
        try workspace.registry.sagas.map { saga in
            let record = try workspace.visibleRecord(on: workspace.mainline(of: saga)).record(of: saga)
            return candidate(saga.id, record.title)
        }
    }

    /// Local branches.
    public func branches() throws -> [Candidate] { try names(under: "refs/heads/") }

    /// Local branches, tags and branches of remotes.
    public func revisions() throws -> [Candidate] {
        try names(under: "refs/heads/") + names(under: "refs/tags/") + names(under: "refs/remotes/")
    }

    /// The mainline's newest commits, with their subjects.
    public func mainlineCommits() throws -> [Candidate] {
        guard var tip = try (workspace.registry.sagas.first.map(workspace.mainline) ?? workspace.standard)?.tip else {
            return []
        }
        var found: [Candidate] = []
        while found.count < Self.mostCommits {
            let commit = try workspace.place.repository.commit(tip)
            found.append(candidate(tip.short, commit.subject))
            guard let parent = commit.parents.first else { break }
            tip = parent
        }
        return found
    }

    private static let mostCommits = 30

    /// The remotes that are configured.
    public func remotes() -> [Candidate] {
        let names = workspace.place.configuration.keys.compactMap { key -> String? in
            guard key.hasPrefix("remote."), key.hasSuffix(".url") else { return nil }
            return String(key.dropFirst("remote.".count).dropLast(".url".count))
        }
        return names.map { candidate($0, "") }
    }

    /// The settings that hold here.
    public static func settings(in directory: String) async throws -> [Candidate] {
        try await SettingReport(in: directory).lines.map {
            Candidate(value: MarkdownText.terminalSafe($0.key), meaning: MarkdownText.terminalSafe($0.value))
        }
    }

    private func attemptBranches(_ isWanted: (AttemptBranchName) -> Bool) throws -> [Int: String] {
        var found: [Int: String] = [:]
        for reference in try workspace.place.repository.references(under: ["refs/heads/", "refs/remotes/"]) {
            let parts = reference.name.split(separator: "/", maxSplits: 2).map(String.init)
            guard parts.count == 3 else { continue }
            // A remote's own name is no part of the branch's.
            let name = parts[1] == "heads" ? parts[2] : parts[2].split(separator: "/").last.map(String.init) ?? ""
            if let attempt = AttemptBranchName(name), isWanted(attempt), found[attempt.number] == nil {
                found[attempt.number] = name
            }
        }
        return found
    }

    private func names(under prefix: String) throws -> [Candidate] {
        try workspace.place.repository.references(under: [prefix]).map {
            candidate(String($0.name.dropFirst(prefix.count)), "")
        }
    }

    private func candidate(_ value: String, _ meaning: String) -> Candidate {
        Candidate(value: MarkdownText.terminalSafe(value), meaning: MarkdownText.terminalSafe(meaning))
    }
}
