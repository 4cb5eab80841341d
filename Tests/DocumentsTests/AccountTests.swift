import Testing

@testable import Documents

/// What people wrote is told as they wrote it: nothing is changed, nothing is left out in silence, nothing is told twice.
@Suite struct AccountTests {
    private func results(_ text: String) -> AttemptAccount { AttemptAccount(results: Array(text.utf8)) }

    private func log(_ section: String) -> AttemptAccount {
        ImplementationLog(bytes: Array("# Log\n\n## Attempt 001: Pooling\n\n\(section)\n\n## Timeline\n".utf8)).account(
            of: 1)
    }

    // MARK: Emphasis

    @Test(arguments: [
        ("**bold** and *weak*", "bold and weak"), ("***both***", "both"), ("__bold__ and _weak_", "bold and weak"),
        ("**bold *and* weak**", "bold and weak"), ("grows as n**2, m**2", "grows as n2, m2"),
        ("grows as n ** 2 * m", "grows as n ** 2 * m"), ("grows as n**2", "grows as n**2"),
        ("`2**7` of `src/**/*.ts`", "`2**7` of `src/**/*.ts`"), ("``a`**b``**", "``a`**b``**"),
        ("\\*not\\*", "\\*not\\*"),
        ("snake_case_name and __init", "snake_case_name and __init"), ("**a** b** c", "a b** c"),
        ("**a *b c*", "**a b c"),
        ("[*a*](x*y) and [b](z*w)", "[a](x*y) and [b](z*w)"), ("*[a*](x)", "*[a*](x)"),
        ("<a href=\"*x*\">", "<a href=\"*x*\">"), ("**see https://x.org/a*b**", "see https://x.org/a*b"),
        ("https://x.org/a*b and c*d", "https://x.org/a*b and c*d"), ("**ünïcödé**: ✅", "ünïcödé: ✅"), ("****", "****"),
    ]) func onlyPairedMarksOutsideCodeAreEmphasis(text: String, plain: String) {
        #expect(Emphasis.removed(from: text) == plain)
    }

    @Test func hostileMarksTakeNoLongTime() {
        for piece in ["*a _", "[", "[](", "<a", "`*", "**a*", "_*"] {
            let text = String(repeating: piece, count: 5000)
            #expect(Emphasis.removed(from: text).utf8.count <= text.utf8.count)
        }
    }

    @Test func whatIsNoEmphasisStaysInEveryKindOfStatement() {
        let account = results(
            """
            ## Analysis

            - Pool size stays below `2**7`; memory grows as n**2
            - **Only
              `src/**/*.ts`** is affected
            """)
        #expect(
            account.proved == [
                "Pool size stays below `2**7`; memory grows as n**2", "Only `src/**/*.ts` is affected",
            ])
        let criteria = SagaAccount(
            hub: nil, description: nil,
            testCases: Array("| Metric | Target |\n|---|---|\n| **p95** | *< 1 s* |\n| `a\\|b` | 2**3 |\n".utf8)
        ).criteria
        #expect(criteria == ["p95: < 1 s", "`a|b`: 2**3"])
    }

    // MARK: Measurements

    @Test func everyRowOfATableIsToldWithEveryCell() {
        let account = results(
            """
            ## Measurements

            | Metric | Before | After | Change | Target |
            |--------|-------:|------:|--------|--------|
            | **p95 latency** | 850 ms | 190 ms | -78% | < 200 ms |
            | 5xx rate | 4 % | 0.1 % | | |
            | crashes on start | yes | no |
            | heap | | 280 MB |

            With 50 users:

            | Users | p95 (ms) | Errors | Note |
            |---|---|---|---|
            | 50 | 210 | 0 | <!-- ? --> |
            """)
        #expect(
            account.measured == [
                "p95 latency: 850 ms → 190 ms (-78%, Target < 200 ms)", "5xx rate: 4 % → 0.1 %",
                "crashes on start: yes → no", "With 50 users: Users 50: p95 (ms) 210, Errors 0", "heap: After 280 MB",
            ])
    }

    @Test func tablesOfBeforeAndAfterAreToldWholeAndWhatCameOfItFirst() {
        let account = results(
            """
            ## Results

            | State | p95 | Heap |
            |---|---|---|
            | Before | 2.4 s | 3 GB |
            | After | 1.3 s | 1 GB |
            """)
        #expect(account.measured == ["After: p95 1.3 s, Heap 1 GB", "Before: p95 2.4 s, Heap 3 GB"])
    }

    @Test func keysMarksAndPlainNumbersAreMeasurementsToo() {
        let account = log(
            """
            ### Results

            - **p95 checkout:** 1.3 s → 0.7 s
            - Errors stayed at 0.1 %
            - **Failed requests:** 0% ✅
            - **Before:** 48 queries
            - Before and after: 48 -> 6 queries
            - **Heap:** 300 MB **Threads:** 20

            **Verdict:** ✅ Success (50% better)
            """)
        #expect(
            account.measured == [
                "p95 checkout: 1.3 s → 0.7 s", "Failed requests: 0% ✅", "Before and after: 48 -> 6 queries",
                "Errors stayed at 0.1 %", "Heap: 300 MB", "Threads: 20",
            ])
        #expect(!account.isWithoutOutcome)
    }

    @Test func measurementsInListsWithinListsAreTold() {
        let account = log(
            """
            ### Results

            - Under load:
              - **50 users:**
                - p95: 1.3 s -> 0.7 s
                - errors: 0
              - 200 users: 2 s
            - **Verdict:**
              - Partial:
                - 50%

            ### Analysis

            - Causes:
              - Setup:
                - 2,400 ms
            """)
        #expect(
            account.measured == [
                "Under load: 50 users: p95: 1.3 s -> 0.7 s; errors: 0", "Under load: 200 users: 2 s",
            ])
        #expect(account.proved == ["Causes: Setup"])
    }

    @Test func whatWasBeforeEndsWithItsGroup() {
        let account = log(
            """
            ### Results

            Before:

            ```
            p95: 2.4 s (too slow)
            ```

            After:

            ```
            p95: 1.3 s
            ```

            ```
            Before:
            - heap: 3 GB
            ```

            The heap has 1 GB.

            #### Before

            | Metric | Value |
            |---|---|
            | load | 9 |
            """)
        #expect(account.measured == ["p95: 1.3 s", "The heap has 1 GB."])
    }

    @Test func resultsWithoutNumbersAreToldAsTheyAre() {
        #expect(log("### Results\n\nIt no longer crashes.\n").measured == ["It no longer crashes."])
        #expect(log("### Results\n\n<!-- In numbers. -->\n\n**Verdict:** pending\n").isWithoutOutcome)
    }

    @Test func theExampleTellsAllOfItsMeasurements() {
        let log = ImplementationLog(bytes: ExampleSaga.log)
        #expect(
            log.account(of: 3).measured == [
                "Avg response: 380ms (90% improvement) ✅", "Memory: 280MB (93% reduction) ✅",
                "CPU: 25% avg (75% reduction) ✅", "Failed requests: 0% ✅", "Connection (pooled): 5ms (was: 2,400ms)",
                "Query execution: 250ms (was: 800ms, further improved!)", "Processing (async): 125ms (was: 600ms)",
                "Connection reuse: 95%",
            ])
        #expect(log.account(of: 1).tried == ["Add caching to reduce redundant processing"])
    }

    // MARK: Hypothesis and approach

    @Test func aKeysValueGoesOnToTheEndOfItsParagraph() {
        let account = log(
            """
            **Date:** 2024-09-01\\
            **Hypothesis:** Set-up dominates, because every request
            opens **its own
            connection**
            **Approach:** pgbouncer, but
            not for the nightly batch:
            - transaction mode
            - 20 connections

            ### Plan

            1. First
            """)
        #expect(account.hypothesis == "Set-up dominates, because every request opens its own connection")
        #expect(account.approach == "pgbouncer, but not for the nightly batch: transaction mode; 20 connections")
    }

    @Test func whatStandsUnderAHeadingIsNoPartOfAKeysValue() {
        let account = log("**Hypothesis:** It recomputes · **Approach:** Cache it\n\n### Plan\n\n1. First\n")
        #expect(account.believed == ["It recomputes"] && account.tried == ["Cache it"])
        #expect(log("**Hypothesis:**\n**Approach:**\n\n### Plan\n\n1. First\n") == AttemptAccount())
        let above = log("**Hypothesis:** It recomputes\n**Approach:** Cache it\n---\n\n1. First\n")
        #expect(above.believed == ["It recomputes"] && above.tried == ["Cache it"])
    }

    @Test func aSectionsParagraphsAndItemsAreAllTold() {
        let account = AttemptAccount(
            approach: Array(
                """
                # Approach

                ## Hypothesis

                Writes block
                reads.

                If so, p95 falls.

                ## Approach

                1. Shard by tenant
                2. Keep prices

                ### Later

                - Move the rest

                ## Plan

                1. First
                """.utf8))
        #expect(account.hypothesis == "Writes block reads. If so, p95 falls.")
        #expect(account.approach == "Shard by tenant; Keep prices; Move the rest")
    }

    // MARK: Decisions

    @Test func whatComesNextIsToldOnceAndNotAsDecided() {
        let account = log(
            """
            ### Analysis

            - It helped

            #### What We Learned

            - Measure first

            ### Decision

            - Keep it
            - Next: look at the queries
            - *Next step:* size it

            #### Next Steps

            - Ask the team
            """)
        #expect(account.proved == ["It helped", "Measure first"])
        #expect(account.decided == ["Keep it"])
        #expect(account.next == ["look at the queries", "size it", "Ask the team"])
    }
}
