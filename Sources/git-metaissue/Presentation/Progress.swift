import AttemptHistory
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Says on standard error what takes long: only on a terminal, only after a second, and gone when it is over.
enum Progress {
    /// Runs `body` and shows how far it is.
    static func during<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        guard Terminal.isTerminal(2), Terminal.isTerminal(1) || !Terminal.isInGitsPager(Surroundings.environment) else {
            return try await body()
        }
        let display = Task.detached { await show() }
        defer { display.cancel() }
        let result: Value
        do {
            result = try await body()
        } catch {
            display.cancel()
            await display.value
            throw error
        }
        display.cancel()
        await display.value
        return result
    }

    private static func show() async {
        guard (try? await Task.sleep(for: .seconds(1))) != nil else { return }
        var wasShown = false
        while !Task.isCancelled {
            let words = AnalysisProgress.shared.words
            put("\r\(words)\u{1B}[K")
            wasShown = true
            try? await Task.sleep(for: .milliseconds(250))
        }
        if wasShown { put("\r\u{1B}[K") }
    }

    private static func put(_ text: String) {
        let bytes = Array(text.utf8)
        _ = write(2, bytes, bytes.count)
    }
}
