import Synchronization

/// How far an analysis is, for whoever waits for it. It decides nothing.
public final class AnalysisProgress: Sendable {
    /// The one of this process.
    public static let shared = AnalysisProgress()

    private let done = Atomic<Int>(0)
    private let all = Atomic<Int>(0)

    /// "Reading history", or "Comparing attempts with the mainline: 12 of 50".
    public var words: String {
        let total = all.load(ordering: .relaxed)
        guard total > 0 else { return "Reading history…" }
        return "Comparing attempts with the mainline: \(min(done.load(ordering: .relaxed), total)) of \(total)"
    }

    func begin(_ count: Int) {
        done.store(0, ordering: .relaxed)
        all.store(count, ordering: .relaxed)
    }

    func step() { done.add(1, ordering: .relaxed) }
}
