import Documents

/// The finished saga of the fixtures, and what its history says.
enum ExampleSaga {
    static let hub = PackageResources.README_md
    static let log = PackageResources.implementation_log_md

    static func day(_ text: String) -> CalendarDate {
        CalendarDate(iso: text) ?? CalendarDate(daysSince1970: 0)
    }

    static func event(_ kind: TimelineEventKind, _ number: Int, _ date: String, _ id: String? = nil) -> TimelineEvent {
        let name = String("00\(number)".suffix(3))
        return TimelineEvent(
            kind: kind, date: day(date), text: "Attempt \(name) \(kind.rawValue)" + (id.map { " (\($0))" } ?? ""),
            reason: "\(kind.rawValue) on \(date)")
    }

    static let first = AttemptEntry(
        number: 1, title: "Caching Layer", folder: "attempts/001-baseline", branch: "perf-attempt-001-caching",
        branchIsCertain: true, commits: 8, started: day("2024-09-01"), ended: day("2024-09-07"), days: 7,
        verdict: .failed,
        events: [
            event(.started, 1, "2024-09-01"), event(.landed, 1, "2024-09-07", "aaaaaaaaaaaa"),
            event(.reverted, 1, "2024-09-08", "1a2b3c4d5e6f"),
        ],
        addsMissing: true, reason: "reverted by 1a2b3c4d5e6f")

    static let second = AttemptEntry(
        number: 2, title: "Query Optimization", folder: "attempts/002-query-optimization",
        branch: "perf-attempt-002-query-opt", branchIsCertain: true, commits: 12, started: day("2024-09-15"),
        ended: day("2024-09-25"), days: 11, verdict: .partial,
        events: [event(.started, 2, "2024-09-15"), event(.landed, 2, "2024-09-25", "bbbbbbbbbbbb")],
        addsMissing: true, reason: "2024-09-15 to 2024-09-25")

    static let third = AttemptEntry(
        number: 3, title: "Connection Pooling + Async", folder: "attempts/003-connection-pooling",
        branch: "perf-attempt-003-pooling", branchIsCertain: true, commits: 18, started: day("2024-10-01"),
        ended: day("2024-10-12"), days: 12, verdict: .success,
        events: [event(.started, 3, "2024-10-01"), event(.landed, 3, "2024-10-12", "cccccccccccc")],
        addsMissing: true, reason: "landed")

    static let entry = SagaEntry(
        title: "Performance Optimization Saga", attempts: [first, second, third], totalAttempts: 3,
        lastUpdated: day("2024-10-12"), status: .resolved, winningAttempt: 3, durationDays: 42, totalDays: 30)

    /// A fourth attempt, just started.
    static let fourth = AttemptEntry(
        number: 4, title: "Read | Replicas", folder: "attempts/004-read-replicas",
        branch: "perf-attempt-004-read-replicas", branchIsCertain: true, commits: 0, started: day("2024-11-02"),
        isOpen: true, verdict: .pending, events: [event(.started, 4, "2024-11-02")],
        approach: "Replicas for reads", addsMissing: true, reason: "started")
}

/// Text of bytes, for messages and comparisons.
func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }
