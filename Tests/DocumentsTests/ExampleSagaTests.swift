import Documents
import Testing

@Suite struct ExampleSagaTests {
    @Test func theHubOfTheExampleIsTrueAlready() {
        let update = HubDocument(bytes: ExampleSaga.hub).updated(with: ExampleSaga.entry)
        #expect(update.changes == [])
        #expect(update.notices == [])
        #expect(update.bytes == ExampleSaga.hub)
    }

    @Test func theLogOfTheExampleNeedsTwoDaysAndOneRow() {
        let update = ImplementationLog(bytes: ExampleSaga.log).updated(with: ExampleSaga.entry)
        #expect(
            update.changes.map { "\($0.line) \($0.what): \($0.old) -> \($0.new)" } == [
                "250 Timeline Summary row: attempt 001 reverted:  -> | 2024-09-08 | Attempt 001 reverted (1a2b3c4d5e6f) |",
                "266 Days of attempt 002: 10 -> 11",
                "268 total Days: **29 days** -> **30 days**",
            ])
        #expect(
            update.notices.map(\.text) == [
                "the row that tells that attempt 001 started is dated 2024-09-02; history says 2024-09-01; left alone"
            ])
        let expected = text(ExampleSaga.log)
            .replacing("| 2024-09-15 |", with: "| 2024-09-08 | Attempt 001 reverted (1a2b3c4d5e6f) |\n| 2024-09-15 |")
            .replacing("| 10 | Partial", with: "| 11 | Partial").replacing("**29 days**", with: "**30 days**")
        #expect(text(update.bytes) == expected)
    }

    @Test func aSecondUpdateChangesNothing() {
        let once = ImplementationLog(bytes: ExampleSaga.log).updated(with: ExampleSaga.entry)
        let twice = ImplementationLog(bytes: once.bytes).updated(with: ExampleSaga.entry)
        #expect(twice.changes == [])
        #expect(twice.bytes == once.bytes)
    }

    @Test func theLogIsReadAsWritten() throws {
        let log = ImplementationLog(bytes: ExampleSaga.log)
        #expect(log.title == "Performance Optimization Saga")
        #expect(log.created?.description == "2024-09-01")
        #expect(log.lastUpdated?.description == "2024-10-12")
        #expect(log.attempts.map(\.number) == [1, 2, 3])
        let first = try #require(log.attempts.first)
        #expect(first.title == "Caching Layer")
        #expect(first.firstDate?.description == "2024-09-01")
        #expect(first.secondDate?.description == "2024-09-07")
        #expect(first.branch == "perf-attempt-001-caching")
        #expect(first.commits == 8)
        #expect(log.attempts.map(\.verdict) == [.failed, .partial, .success])
        #expect(log.attempts.map(\.verdictText) == ["❌ Failed", "⚠️ Partial Success", "✅ SUCCESS - All targets met!"])
        #expect(first.hypothesis == "Inefficient data processing causing high CPU")
        #expect(log.timelineRows.count == 10)
        #expect(log.effortRows.map(\.attempt) == [1, 2, 3, nil])
        #expect(log.effortRows.map(\.days) == [7, 10, 12, 29])
    }

    @Test func theHubIsReadAsWritten() {
        let hub = HubDocument(bytes: ExampleSaga.hub)
        #expect(hub.title == "Performance Optimization Saga")
        #expect(hub.status == .resolved)
        #expect(hub.statusText == "Resolved (Attempt 003)")
        #expect(hub.totalAttempts == 3)
        #expect(hub.attempts.map(\.number) == [1, 2, 3])
        #expect(hub.attempts.map(\.linkTarget).first == "./attempts/001-baseline/")
        #expect(hub.attempts.map(\.resultVerdict) == [.failed, .partial, .success])
    }

    @Test func aFourthAttemptIsAddedEverywhereAndThenStaysAsItIs() {
        var saga = ExampleSaga.entry
        saga.attempts.append(ExampleSaga.fourth)
        saga.totalAttempts = 4
        let log = ImplementationLog(bytes: ExampleSaga.log).updated(with: saga)
        let added = text(log.bytes)
        #expect(added.contains("\n---\n\n## Attempt 004: Read \\| Replicas\n\n**Date:** 2024-11-02 (in progress)  \n"))
        #expect(
            added.contains(
                "### Decision\n\n<!-- - Keep, revert or refine; and what comes next -->\n\n---\n\n## Timeline"))
        #expect(
            added.contains(
                "| 003 - Pooling | 12 | Success | High (90% gain, met all targets) |\n| 004 - Read \\| Replicas | — | Pending | |\n"
            ))
        #expect(added.contains("(stable) |\n| 2024-11-02 | Attempt 004 started |\n\n**Total"))
        let again = ImplementationLog(bytes: log.bytes).updated(with: saga)
        #expect(again.changes == [])
        #expect(again.bytes == log.bytes)
        let hub = HubDocument(bytes: ExampleSaga.hub).updated(with: saga)
        #expect(
            text(hub.bytes).contains(
                "| [004](./attempts/004-read-replicas/) | 2024-11-02 (in progress) | Replicas for reads | Pending |\n\n---"
            ))
        #expect(HubDocument(bytes: hub.bytes).updated(with: saga).changes == [])
    }
}
