#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A program that has the terminal for as long as it runs: a pager, `man`.
struct Child {
    private let id: pid_t

    /// Starts a program; nil when that fails.
    ///
    /// - Parameter input: what it reads; nil: what this program reads.
    init?(_ program: String, _ arguments: [String], _ environment: [String: String], input: Int32? = nil) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input { posix_spawn_file_actions_adddup2(&actions, input, 0) }
        var words = ([program] + arguments).map { (text: String) in strdup(text) } + [nil]
        var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var id: pid_t = 0
        guard posix_spawn(&id, program, &actions, nil, &words, &variables) == 0 else { return nil }
        self.id = id
    }

    /// Waits for its end, while an interrupt is its business alone.
    ///
    /// - Returns: the exit code; 128 + signal when a signal ended it.
    func wait() -> Int32 {
        let before = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        var status: Int32 = 0
        while waitpid(id, &status, 0) < 0 && errno == EINTR {}
        for (number, handler) in before { signal(number, handler) }
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + (status & 0x7F)
    }

    /// The first program of that name in PATH.
    static func find(_ name: String, in environment: [String: String]) -> String? {
        (environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }
}
