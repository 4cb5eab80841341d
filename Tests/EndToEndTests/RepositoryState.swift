import Foundation
import Testing

/// Everything of a repository that a command could change: branches and tags, HEAD, index, configuration, hooks and every file
/// of the work tree with its mode. Equal states mean that nothing happened.
struct RepositoryState: Equatable {
    private var facts: [String: String] = [:]

    init(of repository: TestRepository) throws {
        let format = "--format=%(refname) %(objectname) %(symref)"
        // Anchors follow their branches whenever somebody looks; what they point at is kept, never lost.
        facts["references"] = try repository.tryGit(["for-each-ref", format]).output
            .split(separator: "\n").filter { !$0.hasPrefix("refs/metaissue/") }.joined(separator: "\n")
        let head = try repository.tryGit(["rev-parse", "--git-common-dir", "HEAD", "--symbolic-full-name", "HEAD"])
            .output
        facts["HEAD"] = head
        facts["index"] = try repository.tryGit(["ls-files", "--stage", "-v"]).output
        let git = head.prefix { $0 != "\n" }
        let common = git.hasPrefix("/") ? String(git) : repository.root.appendingPathComponent(String(git)).path
        let manager = FileManager.default
        facts["git configuration"] = manager.contents(atPath: common + "/config")?.base64EncodedString()
        try addFiles(below: common + "/hooks", named: "hook ")
        // In a bare repository there is only what has been asked for already.
        if !repository.exists("objects") { try addFiles(below: repository.root.path, named: "file ") }
    }

    private mutating func addFiles(below folder: String, named kind: String) throws {
        let manager = FileManager.default
        guard let walk = manager.enumerator(atPath: folder) else { return }
        while let path = walk.nextObject() as? String {
            if path == ".git" {
                walk.skipDescendants()
                continue
            }
            let full = "\(folder)/\(path)"
            let attributes = try manager.attributesOfItem(atPath: full)
            let mode = String((attributes[.posixPermissions] as? Int) ?? 0, radix: 8)
            switch attributes[.type] as? FileAttributeType {
            case .typeSymbolicLink:
                facts[kind + path] = "link to " + (try manager.destinationOfSymbolicLink(atPath: full))
            case .typeDirectory: facts[kind + path] = "folder"
            default:
                facts[kind + path] =
                    mode + " " + (manager.contents(atPath: full)?.base64EncodedString() ?? "unreadable")
            }
        }
    }

    /// The names of what differs, for a message that can be read.
    func differences(from other: RepositoryState) -> [String] {
        Set(facts.keys).union(other.facts.keys).filter { facts[$0] != other.facts[$0] }.sorted()
    }
}

extension TestRepository {
    /// The repository as it is now.
    var state: RepositoryState { get throws { try RepositoryState(of: self) } }

    /// Runs the program and expects a refusal: one error with advice, the exit code, and nothing changed.
    ///
    /// - Returns: what it said.
    @discardableResult
    func refuses(
        _ arguments: String..., status: Int32 = 128, saying words: String = "",
        location: SourceLocation = #_sourceLocation
    ) throws -> String {
        let before = try state
        let outcome = try run(Self.binary, arguments)
        let said = outcome.complaint.split(separator: "\n").map(String.init)
        #expect(outcome.status == status, "\(arguments) said: \(outcome.complaint)", sourceLocation: location)
        let errors = said.filter { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") }
        #expect(errors.count == 1 && said.first == errors.first, "\(outcome.complaint)", sourceLocation: location)
        #expect(
            said.count > 1 && said.dropFirst().allSatisfy { $0.hasPrefix("hint: ") }, "no advice: \(outcome.complaint)",
            sourceLocation: location)
        #expect(words.isEmpty || outcome.complaint.contains(words), "expected '\(words)'", sourceLocation: location)
        #expect(outcome.output == "", sourceLocation: location)
        let changed = try state.differences(from: before)
        #expect(changed == [], "changed by \(arguments)", sourceLocation: location)
        return outcome.complaint
    }

    /// Runs something and expects that it leaves the repository as it was.
    func changesNothing(location: SourceLocation = #_sourceLocation, _ body: () throws -> Void) throws {
        let before = try state
        try body()
        let changed = try state.differences(from: before)
        #expect(changed == [], sourceLocation: location)
    }
}
