import GitStore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `git cherry-pick --continue` and `git revert --continue` of a range: they let `git commit` conclude the step that had
/// conflicts, and compare the index that they read before with HEAD after it. A commit from the hook in between makes
/// them fail, although that was the last step and nothing of the range is left in the repository by then. Seen with git
/// 2.39 and 2.54.
enum ContinuedSequence {
    /// Whether this process is a hook of such a commit.
    static func isUnderWay(in place: Place) throws -> Bool {
        guard isConcludedByCommit(ancestors(of: getppid())) else { return false }
        // Of a single commit, git compares nothing afterwards. A step before it left its own entry.
        let log = place.repository.reflog(of: "HEAD")
        guard let before = log.dropLast().last?.message else { return false }
        return ["cherry-pick", "revert", "commit (cherry-pick)", "commit: Revert"].contains { before.hasPrefix($0) }
    }

    /// Whether one of the processes, the nearest first, is `git commit`, and the one that started it such a command.
    static func isConcludedByCommit(_ processes: [[String]]) -> Bool {
        zip(processes, processes.dropFirst()).contains { commit, parent in
            commit.contains("commit") && parent.contains("--continue")
                && (parent.contains("cherry-pick") || parent.contains("revert"))
        }
    }

    /// The arguments of a process, of the one that started it, and so on; empty where there is no `/proc`.
    private static func ancestors(of process: Int32) -> [[String]] {
        var found: [[String]] = []
        var next = process
        while next > 1, found.count < 6, let stat = try? Files.read("/proc/\(next)/stat"),
            let line = try? Files.read("/proc/\(next)/cmdline")
        {
            found.append(line.split(separator: 0).map { String(decoding: $0, as: UTF8.self) })
            // The name in parentheses may hold anything; behind it come the state and the parent's number.
            let fields = stat[(stat.lastIndex(of: UInt8(ascii: ")")) ?? stat.startIndex)...].split(separator: 0x20)
            guard fields.count > 2, let parent = Int32(String(decoding: fields[2], as: UTF8.self)) else { break }
            next = parent
        }
        return found
    }
}
