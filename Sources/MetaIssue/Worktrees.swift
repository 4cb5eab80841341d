import GitStore

/// One worktree of the repository.
struct Worktree: Equatable {
    /// Its top folder.
    let path: String
    /// Full name of the branch that is checked out; nil when HEAD is detached.
    let branch: String?
}

extension Place {
    /// True when the worktree is the one the caller stands in.
    func isIn(_ worktree: Worktree) -> Bool {
        guard let workTree else { return false }
        return Files.real(workTree) == Files.real(worktree.path)
    }
}

/// Where a branch is checked out, and whether something is going on there that forbids moving it.
struct Worktrees {
    let all: [Worktree]

    /// The worktrees, from git's own files; nil where they are not as git writes them, and git has to be asked.
    static func plain(of place: Place) throws -> Worktrees? {
        let common = place.commonDirectory
        var all: [Worktree] = []
        if let main = try mainWorktree(of: place) {
            all.append(main)
        } else if place.configuration.flag("core.bare") != true {
            guard place.gitDirectory != common, common.hasSuffix("/.git"), let head = Head(in: common, common) else {
                return nil
            }
            all.append(Worktree(path: Files.parent(of: common), branch: head.branch))
        }
        var linked: [Worktree] = []
        for name in Files.plainFolders(in: "\(common)/worktrees") {
            let own = "\(common)/worktrees/\(name)"
            guard let file = Files.line("\(own)/gitdir"), file.hasPrefix("/"), file.hasSuffix("/.git"),
                let head = Head(in: own, common)
            else { return nil }
            linked.append(Worktree(path: Files.parent(of: file), branch: head.branch))
        }
        // In git's order; those whose folder is gone are left out.
        linked.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
        return Worktrees(all: all + linked.filter { Files.isFolder($0.path) })
    }

    /// What a worktree's HEAD says.
    private struct Head {
        /// The branch; nil where HEAD is detached.
        let branch: String?

        /// nil where HEAD is a symbolic link, or its branch another name of one: git tells which that is.
        init?(in gitDirectory: String, _ common: String) {
            guard !Files.isLink("\(gitDirectory)/HEAD"), let text = Files.line("\(gitDirectory)/HEAD") else {
                return nil
            }
            let name = text.hasPrefix("ref: ") ? String(text.dropFirst("ref: ".count)) : nil
            if let name, Files.isSymbolic(name, in: common) { return nil }
            branch = name
        }
    }

    /// The worktrees that exist (those whose folder is gone are left out).
    static func list(of place: Place) async throws -> Worktrees {
        if let plain = try plain(of: place) { return plain }
        return try await ask(of: place)
    }

    /// The same, from git.
    static func ask(of place: Place) async throws -> Worktrees {
        let listing = try await place.git.need(["worktree", "list", "--porcelain", "-z"])
        var found: [Worktree] = []
        var path: String?
        var branch: String?
        var isBare = false
        // The main worktree comes first in git's list.
        let main = try mainWorktree(of: place)
        var isMain = true
        func finish() {
            if isMain, let main {
                found.append(main)
            } else if let path, !isBare, Files.isFolder(path) {
                found.append(Worktree(path: path, branch: branch))
            }
            isMain = false
            path = nil
            branch = nil
            isBare = false
        }
        for bytes in listing.output.split(separator: 0, omittingEmptySubsequences: false) {
            let field = String(decoding: bytes, as: UTF8.self)
            if field.isEmpty, path != nil { finish() }
            if field.hasPrefix("worktree ") { path = String(field.dropFirst(9)) }
            if field.hasPrefix("branch ") { branch = String(field.dropFirst(7)) }
            if field == "bare" { isBare = true }
        }
        if path != nil { finish() }
        return Worktrees(all: found)
    }

    /// The main worktree where git's list has it wrong: it takes the folder around the git directory, but
    /// `core.worktree` (submodules) and `GIT_WORK_TREE` put it elsewhere. nil where the list is right.
    private static func mainWorktree(of place: Place) throws -> Worktree? {
        let isMain = place.gitDirectory == place.commonDirectory
        var path = isMain ? place.workTree : nil
        if path == nil, let configured = place.configuration.value("core.worktree") {
            path = Files.real(configured.hasPrefix("/") ? configured : "\(place.commonDirectory)/\(configured)")
        }
        guard let path else { return nil }
        let head = isMain ? place.repository : try Repository(gitDirectory: place.commonDirectory)
        guard case .branch(let name, _) = try head.head() else { return Worktree(path: path, branch: nil) }
        return Worktree(path: path, branch: name)
    }

    /// The worktree that has the branch (full name) checked out.
    func checkout(of branch: String) -> Worktree? { all.first { $0.branch == branch } }
}

/// An operation of git that has been started in a worktree and not ended.
enum OngoingOperation: String {
    case rebase
    case merge
    case cherryPick = "cherry-pick"
    case revert
    case sequence = "sequence of picks or reverts"
    case bisect

    /// The git command that ends it.
    var ending: String {
        switch self {
        case .rebase: "git rebase --continue or --abort"
        case .merge: "git merge --continue or --abort"
        case .cherryPick, .sequence: "git cherry-pick --continue or --abort"
        case .revert: "git revert --continue or --abort"
        case .bisect: "git bisect reset"
        }
    }

    /// What is going on in the worktree whose own git directory is given; nil when nothing is.
    static func current(in gitDirectory: String) -> OngoingOperation? {
        func has(_ name: String) -> Bool { Files.exists("\(gitDirectory)/\(name)") }
        if has("rebase-merge") || has("rebase-apply") { return .rebase }
        if has("MERGE_HEAD") { return .merge }
        if has("CHERRY_PICK_HEAD") { return .cherryPick }
        if has("REVERT_HEAD") { return .revert }
        if has("sequencer") { return .sequence }
        if has("BISECT_LOG") { return .bisect }
        return nil
    }

    /// True when a rebase or bisect that was started on `branch` (full name) is under way in any worktree. HEAD is
    /// detached meanwhile, so `git worktree list` does not show it.
    static func holds(_ branch: String, in commonDirectory: String) -> OngoingOperation? {
        let linked = Files.names(in: "\(commonDirectory)/worktrees").map { "\(commonDirectory)/worktrees/\($0)" }
        for directory in [commonDirectory] + linked {
            for name in ["rebase-merge", "rebase-apply"] where line("\(directory)/\(name)/head-name") == branch {
                return .rebase
            }
            if let start = line("\(directory)/BISECT_START"), "refs/heads/\(start)" == branch { return .bisect }
        }
        return nil
    }

    private static func line(_ path: String) -> String? {
        guard let bytes = try? Files.read(path) else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
