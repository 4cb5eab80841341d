import AttemptHistory
import GitStore

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

    /// Where the note of a worktree is. The script has the same path.
    private static func path(in place: Place) -> String { "\(place.gitDirectory)/metaissue/quiet-branch" }

    /// Takes back what was noted.
    static func forget(in place: Place) { try? Files.remove(path(in: place)) }

    /// Writes the note, or takes an older one back where there is nothing to note.
    ///
    /// - Parameter start: when reading began. A file's time advances in steps (of two seconds on some disks, of a hundredth on
    ///   most), so a note is only made right after reading, of files that had not changed for longer than reading and a step,
    ///   and has the time of a step before.
    func note(readingSince start: ContinuousClock.Instant) {
        let path = Self.path(in: workspace.place)
        guard let (branch, files) = footing, let text = text(branch, files) else {
            return Self.forget(in: workspace.place)
        }
        try? Files.makeFolder(Files.parent(of: path))
        Files.keep(Array(text.utf8), at: path) { now in
            let times = files.map { Files.modified($0) ?? 1 }
            // What came from an archive long ago has whole seconds on any disk.
            let isCoarse = (times + [now]).contains { $0.isMultiple(of: 1_000_000_000) && now - $0 < 3_600_000_000_000 }
            let (limit, step) = isCoarse ? (Duration.seconds(1), 2_000_000_000) : (.milliseconds(80), 20_000_000)
            let latest = now - (isCoarse ? 3_000_000_000 : 100_000_000)
            return ContinuousClock.now - start < limit && times.allSatisfy { $0 < latest } ? now - step : nil
        }
    }

    /// The branch, and the files that the answer rests on; nil where a commit here concerns an attempt, or files do not tell.
    private var footing: (branch: String, files: [String])? {
        let place = workspace.place
        guard case .branch(let branch, _) = workspace.head, let mainline = certainMainline, mainline != branch,
            !workspace.isMainline(branch), AttemptBranchName(String(branch.dropFirst("refs/heads/".count))) == nil,
            // Without the standard mainline these would be it.
            !["refs/heads/main", "refs/heads/master"].contains(branch),
            !Files.isSymbolic(branch, in: place.commonDirectory), place.workTree != nil,
            !place.configurationFiles.isEmpty
        else { return nil }
        let common = ["packed-refs", "refs/remotes/origin/HEAD", "refs/heads/main", mainline]
        let files =
            place.configurationFiles + ["\(place.gitDirectory)/config.worktree"]
            + common.map { "\(place.commonDirectory)/\($0)" }
        // Where a link leads may change without any file's time.
        return files.contains(where: Files.isLink) ? nil : (branch, files)
    }

    /// The standard mainline, where nothing but the files of the note can make another branch of it, and where its tip says what
    /// sagas there are.
    private var certainMainline: String? {
        let place = workspace.place
        guard let standard = workspace.standard, standard.isLocal,
            !Files.isSymbolic(standard.reference, in: place.commonDirectory),
            let tree = try? place.repository.commit(standard.tip).tree,
            (try? place.repository.entry(at: SagaRegistry.path, in: tree)) ?? nil != nil
        else { return nil }
        if place.configuration.value("metaissue.mainline") != nil { return standard.reference }
        let remote = "refs/remotes/origin/"
        if let target = (try? place.repository.symbolicTarget(of: "\(remote)HEAD")) ?? nil {
            return target == remote + standard.name ? standard.reference : nil
        }
        // Before `master`, a remote's `main` would be it.
        let isAlone = !place.configuration.keys.contains { $0.hasPrefix("remote.") }
        return standard.name == "main" || standard.name == "master" && isAlone ? standard.reference : nil
    }

    /// The note as the script reads it; nil where a name has what its lines cannot hold.
    private func text(_ branch: String, _ files: [String]) -> String? {
        let place = workspace.place
        let environment = Surroundings.environment
        // Only in a linked worktree does git say where it is.
        guard (environment["GIT_DIR"] != nil) == (place.gitDirectory != place.commonDirectory) else { return nil }
        func line(_ standing: Standing, _ path: String) -> String { "\(standing.rawValue) \(path)" }
        let variables = ["HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM", "GIT_CONFIG_NOSYSTEM"]
        // A shell that was told no PWD has one all the same, and may keep it to itself.
        let surroundings =
            variables.map { environment[$0] ?? "unset" } + [environment["PWD"] ?? Files.currentDirectory()]
        let lines =
            [
                "git \(environment["GIT_DIR"] ?? "")", "head ref: \(branch)",
                "home " + surroundings.joined(separator: ":"),
                line(.newer, "\(place.commonDirectory)/\(branch)"),
            ] + files.map { line(Files.modified($0) == nil ? .absent : .older, $0) }
            // What a command of ours has not ended is every commit's business.
            + [Operation.file, Journal.name].map { line(.absent, place.statePath($0)) } + ["end"]
        let isReadable = lines.allSatisfy { line in
            !line.utf8.contains(10) && line.utf8.last != 32 && line.utf8.last != 9 || line == "git "
        }
        return isReadable ? lines.joined(separator: "\n") + "\n" : nil
    }
}
