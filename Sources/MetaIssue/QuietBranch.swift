import AttemptHistory
import GitStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A note for the script of a hook (`Hooks/post-commit`) that commits on the branch that is checked out concern no attempt: the
/// branch is neither an attempt's nor any saga's mainline. As long as the note holds, the script does not start this program,
/// which costs several times what looking at a few files does.
///
/// The first comes from the branch's name alone; the second from configuration, from what the standard mainline is, and from
/// the `.metaissue` at its tip. So the note says which files those were read from, and the script compares their times with the
/// note's own. It may be lost at any time.
///
/// What the script leaves undone besides are the anchors of *other* branches that were moved without a hook; they follow with
/// the next command or hook that starts the program.
struct QuietBranch {
    /// Below ``Place/statePath(_:)``. The script has the same path.
    static let name = "quiet-branch"

    private let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Writes the note, where there is something to note.
    ///
    /// - Parameter start: when reading began. A file's time advances in steps (of two seconds on some disks, of a hundredth on
    ///   most), so a note is only made right after reading, of files that had not changed for longer than reading and a step.
    func note(readingSince start: ContinuousClock.Instant) {
        guard let files, let lines = lines(files) else { return }
        Files.keep(Array(lines.utf8), at: workspace.place.statePath(Self.name)) { noted in
            let isCoarse = noted.isMultiple(of: 1_000_000_000)
            let isFresh = ContinuousClock.now - start < (isCoarse ? .seconds(1) : .milliseconds(80))
            let latest = noted - (isCoarse ? 3_000_000_000 : 100_000_000)
            return isFresh && files.allSatisfy { (Files.modified($0.path) ?? 0) < latest }
        }
    }

    /// A file, as the script finds it from the top of the work tree, and whether it is there.
    private typealias Input = (path: String, shown: String, isThere: Bool)

    /// The files that the answer rests on; nil where a commit here concerns an attempt, or files do not tell.
    private var files: [Input]? {
        let place = workspace.place
        guard case .branch(let branch, _) = workspace.head, let standard = workspace.standard,
            standard.reference != branch, !workspace.isMainline(branch),
            AttemptBranchName(String(branch.dropFirst("refs/heads/".count))) == nil,
            // Without the standard mainline these would be it.
            !["refs/heads/main", "refs/heads/master"].contains(branch),
            let root = place.workTree, place.gitDirectory == "\(root)/.git", !place.configurationFiles.isEmpty
        else { return nil }
        let own = ["config.worktree", "packed-refs", "refs/remotes/origin/HEAD", standard.reference]
        // What a command of ours has not ended is every commit's business.
        let unfinished = ["metaissue/\(Operation.file)", "metaissue/\(Journal.name)"]
        return place.configurationFiles.map { path in
            // From the top of the work tree, so that a copy of the repository does not look at the original.
            let isOwn = path.hasPrefix(place.gitDirectory + "/")
            return (path, isOwn ? ".git" + path.dropFirst(place.gitDirectory.count) : path, Files.modified(path) != nil)
        }
            + own.map { name in
                let path = "\(place.gitDirectory)/\(name)"
                return (path, ".git/\(name)", Files.modified(path) != nil)
            } + unfinished.map { ("\(place.gitDirectory)/\($0)", ".git/\($0)", false) }
    }

    /// The note as the script reads it; nil where a name has what its lines cannot hold.
    private func lines(_ files: [Input]) -> String? {
        guard case .branch(let branch, _) = workspace.head else { return nil }
        let variables = ["HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"]
        let environment = Surroundings.environment
        let lines =
            ["head ref: \(branch)", "home " + variables.map { environment[$0] ?? "" }.joined(separator: ":")]
            + files.map { "\($0.isThere ? "+" : "-") \($0.shown)" } + ["end"]
        return lines.contains { $0.utf8.contains(10) } ? nil : lines.joined(separator: "\n") + "\n"
    }
}
