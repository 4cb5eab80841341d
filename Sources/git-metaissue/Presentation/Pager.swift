#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The program that shows what is longer than a terminal: the user's own, chosen and run as git does.
struct Pager {
    /// A shell command, as `GIT_PAGER` and `core.pager` hold it.
    let command: String
    let environment: [String: String]

    /// Feeds text to the pager and waits until it ends.
    ///
    /// - Returns: false when the pager could not be run, so that the text was shown to nobody.
    func show(_ text: String) -> Bool {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { return false }
        // Only what posix_spawn is told to keep reaches the pager.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        guard let child = start(reading: ends[0]) else {
            close(ends[0])
            close(ends[1])
            return false
        }
        close(ends[0])
        // Leaving the pager early is no error, and an interrupt is the pager's business while it runs.
        signal(SIGPIPE, SIG_IGN)
        signal(SIGINT, SIG_IGN)
        signal(SIGQUIT, SIG_IGN)
        Array(text.utf8).withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = write(ends[1], buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { break }
                written += count
            }
        }
        close(ends[1])
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0 && errno == EINTR {}
        for number in [SIGPIPE, SIGINT, SIGQUIT] { signal(number, SIG_DFL) }
        // What a shell says of a command that is not there, or is no program.
        let code = status & 0x7F == 0 ? (status >> 8) & 0xFF : 0
        return code != 126 && code != 127
    }

    private func start(reading input: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        // Git's own settings, where the user has none: quit when it fits, show colours, leave the screen as it is.
        var variables = environment
        variables["LESS"] = variables["LESS"] ?? "FRX"
        variables["LV"] = variables["LV"] ?? "-c"
        var arguments = ["sh", "-c", command].map { (text: String) in strdup(text) } + [nil]
        var settings = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + settings { free(pointer) } }
        var child: pid_t = 0
        return posix_spawn(&child, "/bin/sh", &actions, nil, &arguments, &settings) == 0 ? child : nil
    }
}
