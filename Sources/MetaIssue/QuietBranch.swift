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
    /// What the note says of a file.
    private enum Standing: String {
        /// It changed after the note was made: the branch, whenever there is a commit.
        case newer
        /// It has not changed since.
        case older
        /// It is not there.
        case absent
    }

    private let workspace: Workspace

    init(_ workspace: Workspace) { self.workspace = workspace }

    /// Writes the note, where there is something to note.
    ///
    /// - Parameter start: when reading began. A file's time advances in steps (of two seconds on some disks, of a hundredth on
    ///   most), so a note is only made right after reading, of files that had not changed for longer than reading and a step.
    func note(readingSince start: ContinuousClock.Instant) {
        guard let (branch, files) = footing, let text = text(branch, files) else { return }
        let folder = "\(workspace.place.gitDirectory)/metaissue"
        try? Files.makeFolder(folder)
        Files.keep(Array(text.utf8), at: "\(folder)/quiet-branch") { noted in
            let isCoarse = noted.isMultiple(of: 1_000_000_000)
            let isFresh = ContinuousClock.now - start < (isCoarse ? .seconds(1) : .milliseconds(80))
            let latest = noted - (isCoarse ? 3_000_000_000 : 100_000_000)
            return isFresh && files.allSatisfy { (Files.modified($0) ?? 0) < latest }
        }
    }

    /// The branch, and the files that the answer rests on; nil where a commit here concerns an attempt, or files do not tell.
    private var footing: (branch: String, files: [String])? {
        let place = workspace.place
        guard case .branch(let branch, _) = workspace.head, let standard = workspace.standard,
            standard.reference != branch, !workspace.isMainline(branch),
            AttemptBranchName(String(branch.dropFirst("refs/heads/".count))) == nil,
            // Without the standard mainline these would be it.
            !["refs/heads/main", "refs/heads/master"].contains(branch),
            place.workTree != nil, !place.configurationFiles.isEmpty
        else { return nil }
        let common = ["packed-refs", "refs/remotes/origin/HEAD", standard.reference]
        return (
            branch,
            place.configurationFiles + ["\(place.gitDirectory)/config.worktree"]
                + common.map { "\(place.commonDirectory)/\($0)" }
        )
    }

    /// The note as the script reads it; nil where a name has what its lines cannot hold.
    private func text(_ branch: String, _ files: [String]) -> String? {
        let place = workspace.place
        let environment = Surroundings.environment
        // Only in a linked worktree does git say where it is.
        let isLinked = place.gitDirectory != place.commonDirectory
        guard (environment["GIT_DIR"] != nil) == isLinked else { return nil }
        // From the top of the work tree, so that a copy of the repository does not look at the original. A worktree's copy
        // is none of git's.
        func shown(_ path: String) -> String {
            let folder = place.commonDirectory
            return isLinked || !path.hasPrefix(folder + "/") ? path : ".git" + path.dropFirst(folder.count)
        }
        func line(_ standing: Standing, _ path: String) -> String { "\(standing.rawValue) \(shown(path))" }
        let variables = ["HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"]
        let lines =
            [
                "git \(environment["GIT_DIR"] ?? "")", "head ref: \(branch)",
                "home " + variables.map { environment[$0] ?? "" }.joined(separator: ":"),
                line(.newer, "\(place.commonDirectory)/\(branch)"),
            ] + files.map { line(Files.modified($0) == nil ? .absent : .older, $0) }
            // What a command of ours has not ended is every commit's business.
            + [Operation.file, Journal.name].map { line(.absent, place.statePath($0)) } + ["end"]
        return lines.contains { $0.utf8.contains(10) } ? nil : lines.joined(separator: "\n") + "\n"
    }
}
