/// A folder that git takes hooks from, in some worktrees.
struct HookFolder: Equatable {
    /// Absolute path.
    let path: String
    /// The `core.hooksPath` that names it, as it is written; nil for the repository's own folder.
    let hooksPath: String?
    /// The level of configuration that says so: `local`, `worktree`, `global`, `system`, `command`; empty for the
    /// own folder.
    let scope: String
    /// The tops of the worktrees for which it holds; empty in a bare repository.
    var worktrees: [String]

    /// True for the folder in the git directory, which nobody else claims.
    var isOwn: Bool { hooksPath == nil }

    /// The repository's own folder, whether or not git looks there.
    static func own(of place: Place) -> String { "\(place.commonDirectory)/hooks" }

    /// The folder that holds where the caller stands.
    static func current(of place: Place) async throws -> HookFolder {
        try await folder(of: place, with: place.git, top: place.workTree ?? place.gitDirectory)
    }

    /// The folders of all worktrees, the caller's first.
    static func all(of place: Place) async throws -> [HookFolder] {
        var folders = [try await current(of: place)]
        guard place.workTree != nil else { return folders }
        for worktree in try await Worktrees.list(of: place).all {
            var found = try await folder(of: place, with: place.git.inWorktree(worktree.path), top: worktree.path)
            if let index = folders.firstIndex(where: { $0.path == found.path }) {
                found.worktrees.removeAll { folders[index].worktrees.contains($0) }
                folders[index].worktrees += found.worktrees
            } else {
                folders.append(found)
            }
        }
        return folders
    }

    private static func folder(of place: Place, with git: Git, top: String) async throws -> HookFolder {
        let worktrees = place.workTree == nil ? [] : [Files.real(top) ?? top]
        let own = own(of: place)
        // Status 1: not set. git itself takes a relative path from the top of the work tree.
        let answer = try await git.run(["config", "--null", "--show-scope", "--type=path", "--get", "core.hooksPath"])
        let mine = HookFolder(path: own, hooksPath: nil, scope: "", worktrees: worktrees)
        guard answer.status == 0, let scope = answer.fields.first else { return mine }
        let named = answer.fields.dropFirst().first ?? ""
        let path = named.hasPrefix("/") ? named : "\(top)/\(named)"
        if let real = Files.real(path), real == Files.real(own) { return mine }
        return HookFolder(path: Files.real(path) ?? path, hooksPath: named, scope: scope, worktrees: worktrees)
    }

    /// Whether no hook can be there: the path is empty, a file, or below one, as `.git/hooks` is in a linked worktree.
    var isNowhere: Bool {
        guard let hooksPath else { return false }
        if hooksPath.isEmpty { return true }
        return [path, Files.parent(of: path)].contains { Files.exists($0) && !Files.isFolder($0) }
    }

    /// The command after which git looks into the repository's own folder again.
    func commandForOwn(in place: Place) -> String {
        switch scope {
        case "local": "git config --unset core.hooksPath"
        case "command": "take core.hooksPath out of the environment (GIT_CONFIG_COUNT, GIT_CONFIG_PARAMETERS)"
        case "worktree": "\(gitThere(from: place)) config --worktree --unset core.hooksPath"
        default: "git config core.hooksPath \(HookFolder.own(of: place).shellWord)"
        }
    }

    /// git as it is called for one of the folder's worktrees.
    private func gitThere(from place: Place) -> String {
        guard let here = place.workTree.flatMap({ Files.real($0) }), !worktrees.contains(here),
            let first = worktrees.first
        else { return "git" }
        return "git -C \(first.shellWord)"
    }

    /// True where nothing is written: the folder is another tool's, or whatever a symbolic link leads to.
    var isForeign: Bool { !isOwn || isLink }

    /// True when the folder leads elsewhere through a symbolic link, so that what is written there is written into
    /// something that is not this repository's.
    var isLink: Bool { Files.isLink(path) }
}
