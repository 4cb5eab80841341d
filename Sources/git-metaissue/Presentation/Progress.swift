import AttemptHistory
import Dispatch

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Says on standard error what takes long: only on a terminal, only after a second, and gone when it is over.
enum Progress {
    /// Runs `body` and shows how far it is.
    static func during<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        guard Terminal.isTerminal(2) else { return try await body() }
        let queue = DispatchQueue(label: "progress")
        let timer = DispatchSource.makeTimerSource(queue: queue)
        // Only the queue's own work touches it.
        nonisolated(unsafe) var isShown = false
        timer.setEventHandler {
            isShown = true
            put("\r\(AnalysisProgress.shared.words)\u{1B}[K")
        }
        timer.schedule(deadline: .now() + 1, repeating: .milliseconds(250))
        timer.resume()
        defer {
            timer.cancel()
            queue.sync { if isShown { put("\r\u{1B}[K") } }
        }
        return try await body()
    }

    private static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(2, bytes, bytes.count)
    }
}
