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
        // Only what is handed over reaches the pager.
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        // Git's own settings, where the user has none: quit when it fits, show colours, leave the screen as it is.
        let variables = ["LESS": "FRX", "LV": "-c"].merging(environment) { $1 }
        let child = Child("/bin/sh", ["-c", command], variables, input: ends[0])
        close(ends[0])
        guard let child else {
            close(ends[1])
            return false
        }
        // Leaving the pager early is no error, and an interrupt is the pager's business while it runs.
        let before = [SIGPIPE, SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        feed(text, to: ends[1])
        close(ends[1])
        let code = child.wait()
        for (number, handler) in before { signal(number, handler) }
        // What a shell says of a command that is no program, or is not there.
        return code != 126 && code != 127
    }

    private func feed(_ text: String, to end: Int32) {
        Array(text.utf8).withUnsafeBytes { buffer in
            var written = 0
            while written < buffer.count {
                let count = write(end, buffer.baseAddress?.advanced(by: written), buffer.count - written)
                if count < 0 && errno == EINTR { continue }
                if count <= 0 { return }
                written += count
            }
        }
    }
}
