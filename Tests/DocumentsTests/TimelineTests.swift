import Testing

@testable import Documents

@Suite struct TimelineTests {
    private func log(_ rows: [String]) -> [UInt8] {
        Array(
            ("# Implementation Log: X\n\n## Timeline Summary\n\n| Date | Milestone |\n|---|---|\n"
                + rows.map { $0 + "\n" }.joined()).utf8)
    }

    /// The rows that are added for events of attempt 1.
    private func added(_ rows: [String], _ events: [TimelineEvent]) -> [String] {
        let saga = SagaEntry(title: "X", attempts: [AttemptEntry(number: 1, title: "T", events: events)])
        let update = ImplementationLog(bytes: log(rows)).updated(with: saga)
        let again = ImplementationLog(bytes: update.bytes).updated(with: saga)
        #expect(again.changes == [])
        return update.changes.map(\.new)
    }

    private let landed = ExampleSaga.event(.landed, 1, "2024-09-07")
    private let reverted = ExampleSaga.event(.reverted, 1, "2024-09-08")

    @Test(arguments: [
        "Attempt 001 merged", "attempt #1 shipped", "Merged [Attempt 001](./attempts/001-a/)", "001 landed",
        "[001](./attempts/001-a/) merged", "Attempt 1 (caching) merged into main", "Attempt 0001 landed (1a2b3c4d5e6f)",
        "Attempt 001 success", "Attempt 001 completed", "Attempts 001 and 002 merged",
    ])
    func aHandWrittenRowStandsForItsEvent(row: String) {
        #expect(added(["| 2024-09-07 | \(row) |"], [landed]) == [])
    }

    @Test(arguments: [
        "Deployed to production", "Response time 001 ms merged", "Attempt 002 merged", "Attempt 001 was discussed",
        "Attempt 001 started",
    ])
    func aRowOfSomethingElseDoesNot(row: String) {
        #expect(added(["| 2024-09-07 | \(row) |"], [landed]) == ["| 2024-09-07 | Attempt 001 landed |"])
    }

    @Test func landingsInTheToolsOwnFormAreRead() {
        let rows = [
            "| 2024-09-07 | Attempt 001 landed (squash, 1a2b3c4d5e6f) |",
            "| 2024-09-08 | Attempt 001 reverted (2a2b3c4d5e6f) |",
            "| 2024-09-09 | Attempt 001 landed (cherry-pick, 3A2B3C4D5E6F) |",
            "| 2024-09-09 | Attempt 012 landed (4a2b3c4d5e6f) |",
            "| 2024-09-09 | Attempt 003 partly landed (squash, 5a2b3c4d5e6f) |",
            "| 2024-09-09 | Attempt 004 landed (squash, 6a2b3c4d5e) |",
            "| 2024-09-09 | Attempt 005 landed in 7a2b3c4d5e6f |",
            "| 2024-09-09 | We think that attempt 006 landed (squash, 8a2b3c4d5e6f) |",
        ]
        #expect(
            ImplementationLog(bytes: log(rows)).writtenLandings == [
                1: [
                    WrittenLanding(manner: "squash", commit: "1a2b3c4d5e6f"),
                    WrittenLanding(manner: "cherry-pick", commit: "3a2b3c4d5e6f"),
                ],
                12: [WrittenLanding(manner: "", commit: "4a2b3c4d5e6f")],
            ])
    }

    @Test func aFailureTellsTheEventOfItsDay() {
        #expect(added(["| 2024-09-07 | Attempt 001 failed |"], [landed, reverted]).count == 1)
        #expect(
            added(["| 2024-09-08 | Attempt 001 failed |"], [landed, reverted]) == [
                "| 2024-09-07 | Attempt 001 landed |"
            ])
    }

    @Test func aFailureOfAnotherDayTellsTheReversal() {
        #expect(
            added(["| 2024-09-20 | Attempt 001 failed |"], [landed, reverted]) == [
                "| 2024-09-07 | Attempt 001 landed |"
            ])
    }

    @Test func aRevertOfTheRevertIsNoReversal() {
        let again = ExampleSaga.event(.reapplied, 1, "2024-09-09")
        #expect(
            added(
                ["| 2024-09-07 | Attempt 001 merged |", "| 2024-09-09 | Reverted the revert of attempt 001 |"],
                [landed, reverted, again]) == ["| 2024-09-08 | Attempt 001 reverted |"])
    }

    @Test func severalLandingsAreMatchedOneToOne() {
        let second = ExampleSaga.event(.landed, 1, "2024-09-12")
        #expect(
            added(["| 2024-09-07 | Attempt 001 merged |"], [landed, reverted, second]) == [
                "| 2024-09-08 | Attempt 001 reverted |", "| 2024-09-12 | Attempt 001 landed |",
            ])
    }

    @Test func rowsGoInByDateAfterThoseOfTheSameDay() {
        let rows = ["| 2024-09-01 | A |", "| 2024-09-07 | B |", "| | C |", "| 2024-09-09 | D |"]
        let saga = SagaEntry(title: "X", attempts: [AttemptEntry(number: 1, title: "T", events: [landed])])
        let update = ImplementationLog(bytes: log(rows)).updated(with: saga)
        #expect(text(update.bytes).hasSuffix("| | C |\n| 2024-09-07 | Attempt 001 landed |\n| 2024-09-09 | D |\n"))
    }

    @Test func aTableWithTheNewestOnTopStaysSo() {
        let rows = ["| 2024-09-09 | D |", "| 2024-09-01 | A |"]
        let saga = SagaEntry(title: "X", attempts: [AttemptEntry(number: 1, title: "T", events: [landed, reverted])])
        let update = ImplementationLog(bytes: log(rows)).updated(with: saga)
        #expect(
            text(update.bytes).hasSuffix(
                "| D |\n| 2024-09-08 | Attempt 001 reverted |\n| 2024-09-07 | Attempt 001 landed |\n| 2024-09-01 | A |\n"
            ))
    }

    @Test func anotherDayIsReportedAndKept() {
        let rows = ["| 2024-09-06 | Attempt 001 merged |"]
        let saga = SagaEntry(title: "X", attempts: [AttemptEntry(number: 1, title: "T", events: [landed])])
        let update = ImplementationLog(bytes: log(rows)).updated(with: saga)
        #expect(update.bytes == log(rows))
        #expect(update.notices.contains { $0.text.contains("dated 2024-09-06; history says 2024-09-07") })
    }

    @Test func aRowOfTheToolWithoutItsEventIsReportedAndKept() {
        let rows = ["| 2024-09-06 | Attempt 001 landed (1a2b3c4d5e6f) |"]
        let saga = SagaEntry(title: "X", attempts: [AttemptEntry(number: 1, title: "T")])
        let update = ImplementationLog(bytes: log(rows)).updated(with: saga)
        #expect(update.bytes == log(rows))
        #expect(update.notices.contains { $0.line == 7 && $0.text.contains("history does not show") })
    }

    @Test func rowsWithoutOuterPipesAndPaddedRowsAreFollowed() {
        let bare = "# L\n\n## Timeline\n\nDate | Milestone\n--- | ---\n2024-09-01 | A\n"
        let padded =
            "# L\n\n## Timeline\n\n| Date       | Milestone            |\n|------------|----------------------|\n"
            + "| 2024-09-01 | A                    |"
        let saga = SagaEntry(title: "X", attempts: [AttemptEntry(number: 1, title: "T", events: [landed])])
        #expect(
            text(ImplementationLog(bytes: Array(bare.utf8)).updated(with: saga).bytes) == bare
                + "2024-09-07 | Attempt 001 landed\n")
        #expect(
            text(ImplementationLog(bytes: Array(padded.utf8)).updated(with: saga).bytes) == padded
                + "\n| 2024-09-07 | Attempt 001 landed   |")
    }
}
