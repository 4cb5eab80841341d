import Testing

@testable import Documents

/// What a correction makes of a value.
private func corrected(_ value: String, _ correct: (ArraySlice<UInt8>) -> Correction) -> String {
    let bytes = Array(value.utf8)
    switch correct(bytes[...]) {
    case .agrees: return value
    case .unreadable: return "unreadable"
    case .fill(let text): return "fill: " + text
    case .splices(let splices): return text(bytes.applying(splices))
    }
}

@Suite struct VerdictValueTests {
    @Test(arguments: [
        ("❌ Failed", Verdict.failed), ("✅ SUCCESS - All targets met!", .success), ("⚠️ Partial Success", .partial),
        ("⚠️ Partial (30% improvement, not enough)", .partial), ("failed", .failed), ("didn't work", .failed),
        ("Didn’t work at all", .failed), ("Rejected", .failed), ("Reverted on 2024-09-08", .failed),
        ("worked", .success), ("Solved!", .success), ("PASSED", .success), ("✅", .success), ("❌", .failed),
        ("⚠ partly", .partial), ("mixed results", .partial), ("WIP", .pending), ("TBD", .pending), ("—", .pending),
        ("in progress", .pending), ("-", .pending), ("dropped", .abandoned), ("**✅ Success**", .success),
        ("✅ **Success**", .success), ("Not successful", .failed), ("✅ All targets met", .success),
        ("🔄 In progress", .pending), ("Pending", .pending), ("Abandoned", .abandoned),
    ])
    func aVerdictIsUnderstoodInOtherWords(value: String, verdict: Verdict) {
        #expect(VerdictPhrase.read(Array(value.utf8)[...])?.verdict == verdict)
        #expect(corrected(value) { VerdictPhrase.correction(of: $0, to: verdict, withEmoji: true) } == value)
    }

    @Test(arguments: [
        ("❌ Failed (incorrect assumption)", Verdict.success, "✅ Success (incorrect assumption)"),
        ("✅ SUCCESS - All targets met!", .failed, "❌ Failed - All targets met!"),
        ("⚠️ Partial Success", .failed, "❌ Failed"), ("**✅ Success**", .partial, "**⚠️ Partial**"),
        ("✅ **Success** (x)", .pending, "**Pending** (x)"), ("Pending", .success, "✅ Success"),
        ("Success", .failed, "Failed"), ("✅", .failed, "❌"), ("", .failed, "fill: ❌ Failed"),
        ("—", .failed, "❌ Failed"),
        ("In progress", .abandoned, "Abandoned"), ("see below", .failed, "unreadable"),
        ("Abandoned (too slow)", .success, "✅ Success (too slow)"),
    ])
    func onlyEmojiAndWordChange(value: String, verdict: Verdict, expected: String) {
        #expect(corrected(value) { VerdictPhrase.correction(of: $0, to: verdict, withEmoji: true) } == expected)
    }

    @Test func anOutcomeHasNoEmoji() {
        #expect(corrected("Pending") { VerdictPhrase.correction(of: $0, to: .failed, withEmoji: false) } == "Failed")
        #expect(corrected("Failed") { VerdictPhrase.correction(of: $0, to: .success, withEmoji: false) } == "Success")
    }
}

@Suite struct DateValueTests {
    private func corrected(_ value: String, _ first: String, _ last: String?, open: Bool = false) -> String {
        DocumentsTests.corrected(value) {
            DateRange.correction(
                of: $0, started: CalendarDate(iso: first), ended: last.flatMap { CalendarDate(iso: $0) }, isOpen: open,
                form: .log)
        }
    }

    @Test(arguments: [
        "2024-09-01 to 2024-09-07", "2024-09-01 - 09-07", "2024-09-01 – 09-07", "2024-09-01 → 2024-09-07",
        "2024-09-01..2024-09-07", "2024-09-01 - 07", "2024-09-01 until 2024-09-07 (week 1)", "2024/09/01 - 2024/09/07",
        "1 September 2024 - 7 September 2024", "Sep 1, 2024 to Sep 7, 2024", "**2024-09-01** - 09-07",
    ])
    func aRangeInAnotherSpellingStays(value: String) {
        #expect(corrected(value, "2024-09-01", "2024-09-07") == value)
    }

    @Test(arguments: [
        ("2024-09-01 to 2024-09-06", "2024-09-01 to 2024-09-07"), ("2024-09-02 - 09-07", "2024-09-01 - 09-07"),
        ("2024-09-01 (in progress)", "2024-09-01 to 2024-09-07"), ("2024-09-01", "2024-09-01 to 2024-09-07"),
        ("2024-09-01 - present", "2024-09-01 to 2024-09-07"), ("2024-09-01 -", "2024-09-01 to 2024-09-07"),
        ("2024-09-01 (week 1)", "2024-09-01 to 2024-09-07 (week 1)"), ("TBD", "fill: 2024-09-01 to 2024-09-07"),
        ("first week of September", "unreadable"), ("2023-09-01 - 09-07", "2024-09-01 - 09-07"),
    ])
    func onlyWrongDatesChange(value: String, expected: String) {
        #expect(corrected(value, "2024-09-01", "2024-09-07") == expected)
    }

    @Test func anOpenAttemptHasNoSecondDate() {
        #expect(corrected("2024-09-01", "2024-09-01", nil, open: true) == "2024-09-01")
        #expect(corrected("2024-09-01 (in progress)", "2024-09-01", nil, open: true) == "2024-09-01 (in progress)")
        #expect(corrected("2024-09-01 to 2024-09-07", "2024-09-01", nil, open: true) == "2024-09-01 (in progress)")
    }

    @Test func aRangeOverNewYearKeepsItsYears() {
        #expect(corrected("2024-12-28 - 01-05", "2024-12-28", "2025-01-05") == "2024-12-28 - 01-05")
        #expect(corrected("2024-12-01 - 12-05", "2024-12-28", "2025-01-05") == "2024-12-28 - 2025-01-05")
    }

    @Test func aSingleDayIsOneDate() {
        #expect(corrected("2024-09-01 (in progress)", "2024-09-01", "2024-09-01") == "2024-09-01")
        #expect(corrected("2024-09-01", "2024-09-01", "2024-09-01") == "2024-09-01")
        #expect(corrected("2024-09-01 to 2024-09-01", "2024-09-01", "2024-09-01") == "2024-09-01 to 2024-09-01")
    }

    @Test func everyDayOfTheCalendarGoesThroughItsCount() {
        for count in stride(from: -719_528, through: 2_932_896, by: 37) {
            let date = CalendarDate(daysSince1970: count)
            #expect(date.daysSince1970 == count)
            #expect(CalendarDate(iso: date.description) == date)
        }
        #expect(CalendarDate(iso: "2023-02-29") == nil)
        #expect(CalendarDate(iso: "2024-02-29") != nil)
        #expect(CalendarDate(iso: "1970-01-01")?.daysSince1970 == 0)
    }
}

@Suite struct CountAndDurationTests {
    @Test(arguments: [
        ("8 commits (see branch history)", 9, "9 commits (see branch history)"), ("1 commit", 2, "2 commits"),
        ("2 commits", 1, "1 commit"), ("8 commits (see branch history)", 8, "8 commits (see branch history)"),
        ("1,200 commits", 1200, "1,200 commits"), ("1,200 commits", 1300, "1,300 commits"), ("8", 9, "9"),
        ("**8** commits", 9, "**9** commits"), ("`1a2b3c4` (8 commits)", 9, "`1a2b3c4` (9 commits)"),
        ("eight commits", 8, "eight commits"), ("TBD", 3, "fill: 3 commits"), ("see branch", 3, "unreadable"),
        ("[8 commits](https://example.com/1...2)", 9, "[9 commits](https://example.com/1...2)"),
        ("8 Commits", 1, "1 Commits"),
    ])
    func onlyTheNumberOfCommitsChanges(value: String, count: Int, expected: String) {
        #expect(corrected(value) { CountPhrase.correction(of: $0, to: count, noun: "commit") } == expected)
    }

    @Test(arguments: [
        ("~6 weeks", 42), ("6 weeks (discovery to resolution)", 42), ("about 6 weeks", 42), ("42 days", 42),
        ("six weeks", 42), ("1.5 months", 42), ("**42 days**", 42), ("1 week and 3 days", 10), ("~10 days", 11),
        ("5-7 days", 6), ("42 days (6 weeks)", 42),
    ])
    func aDurationInAnotherUnitStays(value: String, days: Int) {
        #expect(corrected(value) { DurationPhrase.correction(of: $0, to: days, needsUnit: true) } == value)
    }

    @Test(arguments: [
        ("~6 weeks", 60, "60 days"), ("6 weeks (discovery to resolution)", 60, "60 days (discovery to resolution)"),
        ("**29 days**", 30, "**30 days**"), ("1 day", 2, "2 days"), ("2 days", 1, "1 day"), ("0 days", 12, "12 days"),
        ("about 6 weeks", 5, "5 days"), ("", 5, "fill: 5 days"), ("long", 5, "unreadable"),
    ])
    func aWrongDurationIsSaidInDays(value: String, days: Int, expected: String) {
        #expect(corrected(value) { DurationPhrase.correction(of: $0, to: days, needsUnit: true) } == expected)
    }

    @Test(arguments: [
        ("7", 7, "7"), ("10", 11, "11"), ("~10", 11, "~10"), ("1 week", 7, "1 week"), ("**7**", 8, "**8**"),
    ])
    func aColumnOfDaysNeedsNoUnit(value: String, days: Int, expected: String) {
        #expect(corrected(value) { DurationPhrase.correction(of: $0, to: days, needsUnit: false) } == expected)
    }
}

@Suite struct StatusBranchAndLinkTests {
    @Test(arguments: [
        ("Resolved (Attempt 003)", SagaStatus.resolved, 3, "Resolved (Attempt 003)"),
        ("✅ Resolved", .resolved, 3, "✅ Resolved"), ("Closed", .resolved, 3, "Closed"),
        ("Investigating", .resolved, 3, "Resolved (Attempt 003)"),
        ("Resolved (Attempt 003)", .investigating, 0, "Investigating"),
        ("Resolved (Attempt 002)", .resolved, 3, "Resolved (Attempt 003)"),
        ("Resolved (Attempts 002 and 003)", .resolved, 3, "Resolved (Attempts 002 and 003)"),
        ("In progress", .investigating, 0, "In progress"), ("", .investigating, 0, "fill: Investigating"),
        ("**Resolved**", .resolved, 3, "**Resolved**"),
        ("Investigating (slow queries)", .abandoned, 0, "Abandoned (slow queries)"),
    ])
    func aStatusThatMeansTheSameStays(value: String, status: SagaStatus, winner: Int, expected: String) {
        let result = corrected(value) {
            StatusPhrase.correction(of: $0, to: status, winner: winner == 0 ? nil : winner)
        }
        #expect(result == expected)
    }

    @Test(arguments: [
        ("`a-1`", "a-1", "`a-1`"), ("`a-1` (deleted)", "b", "`b` (deleted)"), ("a-1", "b", "b"),
        ("[`a-1`](https://x)", "b", "[`b`](https://x)"), ("[a-1](https://x)", "b", "[b](https://x)"),
        ("", "b", "fill: `b`"), ("TBD", "b", "fill: `b`"), ("`origin/a-1`", "a-1", "`origin/a-1`"),
        ("`a`, `b`", "b", "`a`, `b`"), ("`a`", "x`y", "``x`y``"),
    ])
    func onlyTheBranchItselfChanges(value: String, branch: String, expected: String) {
        #expect(corrected(value) { BranchName.correction(of: $0, to: branch, isCertain: true) } == expected)
    }

    @Test func anUncertainBranchOnlyFillsAGap() {
        #expect(corrected("`a`") { BranchName.correction(of: $0, to: "b", isCertain: false) } == "`a`")
        #expect(corrected("—") { BranchName.correction(of: $0, to: "b", isCertain: false) } == "fill: `b`")
    }

    @Test(arguments: [
        ("[001](./attempts/001-a/)", "[001](./attempts/001-b/)"), ("[001](attempts/001-a)", "[001](attempts/001-b)"),
        ("001", "001"), ("[001](./attempts/001-b/results.md)", "[001](./attempts/001-b/results.md)"),
        ("[001](https://example.com/1)", "[001](https://example.com/1)"),
    ])
    func aLinkLeadsToTheFolder(value: String, expected: String) {
        #expect(corrected(value) { FolderLink.correction(of: $0, to: "attempts/001-b") } == expected)
    }
}
