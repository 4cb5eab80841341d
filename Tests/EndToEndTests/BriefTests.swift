import Foundation
import Testing

/// `brief` tells the next person what was tried, what it proved and what is open, in the record's own words.
@Suite struct BriefTests {
    /// The saga that was written by hand, adopted in a repository with its history.
    private func adopted() throws -> TestRepository {
        let repository = try TestRepository()
        let folder = "docs/meta-issues/performance-saga"
        try repository.write("\(folder)/README.md", String(decoding: PackageResources.README_md, as: UTF8.self))
        try repository.write(
            "\(folder)/implementation-log.md", String(decoding: PackageResources.implementation_log_md, as: UTF8.self))
        try repository.commit("A saga written by hand")
        for (number, slug) in [("001", "caching"), ("002", "query-opt"), ("003", "pooling")] {
            try repository.git(["switch", "-q", "-c", "perf-attempt-\(number)-\(slug)"])
            try repository.write(
                "\(slug).py", (1...20).map { "\(slug.first.map(String.init) ?? "")_\($0) = \($0)\n" }.joined())
            try repository.commit("Work on \(slug)")
            try repository.git(["switch", "-q", "main"])
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", "perf-attempt-\(number)-\(slug)"])
            if number == "001" { try repository.git(["revert", "--no-edit", "-m", "1", "HEAD"]) }
        }
        try repository.metaissue("adopt", folder)
        try repository.commit("Adopt it")
        return repository
    }

    @Test func aSagaWrittenByHandIsAPageThatSaysWhatEachAttemptProved() throws {
        let repository = try adopted()
        let brief = try repository.metaissue("brief")
        for words in [
            "# Brief: Performance Optimization Saga\n\nResolved. 3 attempts: 1 failed, 1 partial, 1 success.",
            "- Final understanding: Connection management + synchronous blocking\n",
            "### 001 Caching Layer: ❌ failed\n\n- **Believed:** Inefficient data processing causing high CPU\n",
            "- **Tried:** Add caching to reduce redundant processing\n",
            "- **Measured:** Avg response: 5,100ms (2% improvement); Memory: 4.5GB (worse - cache overhead);",
            "- **Proved:** Conclusion: Processing is NOT the bottleneck\n",
            "- **Decided:** Reverted caching implementation; Kept cache metrics for future use\n",
            "- **Next:** Profile to find actual bottleneck\n", "Key insight: Connection setup taking 2.4s per request!",
            "### 003 Connection Pooling + Async: ✅ success\n",
            "- **Proved:** Why such dramatic improvement: Connection reuse reduced latency; Async processing;",
            "- Winning approach: Attempt 003 - Connection pooling + async\n",
            "- Measure, don't assume: Profiling revealed actual bottleneck\n", "## Still open\n\nNothing.\n",
        ] {
            #expect(brief.contains(words), "'\(words)'")
        }
        #expect(brief.split(separator: "\n", omittingEmptySubsequences: false).count < 90, "a page")
        #expect(!brief.contains("5,200ms"), "what was before the attempt is not what it achieved")
        try repository.changesNothing { try repository.metaissue("brief") }
        #expect(try repository.clone("bare.git", options: ["--bare"]).metaissue("brief") == brief)
        try repository.git(["switch", "-q", "perf-attempt-001-caching"])
        #expect(try repository.metaissue("brief") == brief, "the record is the mainline's")
    }

    @Test func whatIsOpenIsNamedWithWhatToDo() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let first = try repository.attempt("Caching Layer", file: "cache.py", extra: ["--hypothesis", "It recomputes"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", first])
        _ = try repository.attempt("Pooling", file: "pool.py", commits: 2, extra: ["--approach", "Keep connections"])
        try repository.metaissue("start-attempt", "Async", "--no-switch")
        let saga = TestRepository.saga
        try repository.edit("\(saga)/description.md", "<!-- - What is not explained yet -->", "- Why only on Mondays?")
        try repository.edit(
            "\(saga)/test-cases.md", "|--------|--------|--------------------|",
            "|--------|--------|--------------------|\n| Avg response | <1s | wrk |")
        let brief = try repository.metaissue("brief")
        for words in [
            "Investigating. 3 attempts: 3 pending.", "- Avg response: <1s\n", "- **Believed:** It recomputes\n",
            "- **Tried:** Keep connections\n",
            "- Attempt 001: landed, but nobody said what it proved: `git metaissue verdict 001 <verdict>`\n",
            "- Attempt 002: 2 commits so far, none on main\n", "- Attempt 003: nothing committed yet, none on main\n",
            "- Why only on Mondays?\n",
        ] {
            #expect(brief.contains(words), "'\(words)' in \(brief)")
        }
        #expect(!brief.contains("<!--"))
        try repository.metaissue("verdict", "1", "partial", "--reason", "half as slow")
        #expect(try repository.metaissue("brief").contains("- **Why:** half as slow\n"))
    }

    @Test func resultsInTheAttemptsOwnFolderCountWhereTheLogIsEmpty() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        _ = try repository.attempt("Caching Layer", file: "cache.py")
        let results = "\(TestRepository.saga)/attempts/001-caching-layer/attempt-results.md"
        try repository.git(["switch", "-q", "perf-attempt-001-caching-layer"])
        try repository.edit(results, "## Analysis\n", "## Analysis\n\n- **Conclusion:** It is the network\n")
        try repository.commit("Results")
        #expect(try repository.metaissue("brief").contains("- **Proved:** Conclusion: It is the network\n"))
        try repository.git(["switch", "-q", "main"])
        #expect(try repository.metaissue("brief").contains("- **Proved:** Conclusion: It is the network\n"))
    }

    @Test func measurementsInATableAndBehindKeysAreTold() throws {
        let repository = try adopted()
        let log = "docs/meta-issues/performance-saga/implementation-log.md"
        try repository.edit(
            log, "### Results\n\n```\nBefore Caching:",
            """
            ### Results

            | Metric | Before | After |
            |---|---|---|
            | p95 | 2.4 s | 1.3 s |

            - **Queries per request:** `2**6` → 6

            ```
            Before Caching:
            """)
        let brief = try repository.metaissue("brief")
        #expect(
            brief.contains("- **Measured:** p95: 2.4 s → 1.3 s; Queries per request: `2**6` → 6; Avg response: 5,100ms")
        )
        #expect(try repository.metaissue("brief", "--json").contains("\"p95: 2.4 s → 1.3 s\""))
    }

    @Test func hypothesisAndApproachAreToldWhole() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let log = "\(TestRepository.saga)/implementation-log.md"
        try repository.metaissue("start-attempt", "Pooling", "--hypothesis", "H", "--no-switch")
        try repository.edit(log, "**Hypothesis:** H", "**Hypothesis:** Every request\nopens a connection")
        try repository.commit("Words")
        try repository.git(["config", "metaissue.record", "branch"])
        try repository.metaissue("start-attempt", "Shard", "--hypothesis", "H", "--approach", "A")
        let approach = "\(TestRepository.saga)/attempts/002-shard/solution-approach.md"
        try repository.edit(approach, "\nH\n", "\nWrites block reads.\n\nIf so, p95 falls.\n")
        try repository.edit(approach, "\nA\n", "\n1. Shard by tenant\n2. Keep prices\n3. a\n4. b\n5. c\n6. d\n")
        try repository.commit("Words")
        for branch in ["main", "perf-attempt-002-shard"] {
            try repository.git(["switch", "-q", branch])
            let brief = try repository.metaissue("brief")
            #expect(brief.contains("- **Believed:** Every request opens a connection\n"), "on \(branch)")
            #expect(brief.contains("- **Believed:** Writes block reads. If so, p95 falls.\n"), "on \(branch)")
            #expect(
                brief.contains("- **Tried:** Shard by tenant; Keep prices; a; b; c; … and 1 more\n"), "on \(branch)")
            let json = try repository.metaissue("brief", "--json")
            #expect(json.contains("\"approach\" : \"Shard by tenant; Keep prices; a; b; c; d\""), "on \(branch)")
        }
    }

    @Test func whatHappenedIsToldInItsOrder() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching", file: "cache.py")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        let landing = try repository.git(["rev-parse", "--short=12", "HEAD"])
        try repository.git(["revert", "--no-edit", "-m", "1", "HEAD"])
        let reversal = try repository.git(["rev-parse", "--short=12", "HEAD"])
        try repository.git(["revert", "--no-edit", "HEAD"])
        let again = try repository.git(["rev-parse", "--short=12", "HEAD"])
        let told = "landed by merge in \(landing), reverted in \(reversal), reapplied in \(again)\n"
        #expect(try repository.metaissue("brief").contains(told))
    }

    @Test func textFromCommandsIsEscaped() throws {
        let repository = try TestRepository()
        try repository.metaissue("new", "Slow Map<String> *x*", "--slug", "s")
        _ = try repository.attempt("Use List<T>", file: "list.py")
        try repository.metaissue("verdict", "1", "partial", "--reason", "Map<String> is *not* enough")
        let brief = try repository.metaissue("brief")
        #expect(brief.hasPrefix("# Brief: Slow Map&lt;String&gt; \\*x\\*\n"))
        #expect(brief.contains("- **Why:** Map&lt;String&gt; is \\*not\\* enough\n"))
        #expect(try repository.metaissue("brief", "--json").contains("\"Map<String> is *not* enough\""))
    }

    @Test func aNumberThatIsTakenTwiceIsOpen() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Pooling", file: "pool.py")
        try repository.git(["switch", "-q", "-c", "perf-attempt-001-caching"])
        try repository.write("cache.py", "cache = {}\n")
        try repository.commit("Cache")
        let sentence =
            "the number is taken more than once, by perf-attempt-001-caching, \(branch), attempts/001-pooling; "
            + "one of them needs another"
        let commands = ["perf-attempt-001-caching", branch].map { "git metaissue renumber 001 002 --branch \($0)" }
        let told = "- Attempt 001: \(sentence): `\(commands[0])`, or `\(commands[1])`\n"
        let brief = try repository.metaissue("brief")
        #expect(brief.contains(told), "\(brief)")
        let document = try JSONSerialization.jsonObject(with: Data(try repository.metaissue("brief", "--json").utf8))
        let saga = try #require(((document as? [String: Any])?["sagas"] as? [[String: Any]])?.first)
        let open = try #require((saga["open"] as? [[String: Any]])?.first)
        #expect(open["kind"] as? String == "number" && open["attempt"] as? Int == 1)
        #expect(open["text"] as? String == "\(sentence): \(commands[0]), or \(commands[1])")
        #expect(open["commands"] as? [String] == commands)
    }

    @Test func jsonHasAllOfItAndEveryMember() throws {
        let repository = try adopted()
        let document = try JSONSerialization.jsonObject(with: Data(try repository.metaissue("brief", "--json").utf8))
        let root = try #require(document as? [String: Any])
        #expect(Set(root.keys) == ["schemaVersion", "sagas"] && root["schemaVersion"] as? Int == 1)
        let saga = try #require((root["sagas"] as? [[String: Any]])?.first)
        #expect(
            Set(saga.keys) == [
                "id", "path", "title", "status", "mainline", "problem", "criteria", "understanding", "attempts",
                "resolution", "lessons", "open",
            ])
        #expect((saga["lessons"] as? [String])?.count == 10)
        let attempt = try #require((saga["attempts"] as? [[String: Any]])?.first)
        #expect(
            Set(attempt.keys) == [
                "number", "title", "branch", "folder", "state", "how", "verdict", "reason", "commits", "started",
                "ended", "hypothesis", "approach", "proved", "measured", "decided", "next", "source",
            ])
        #expect(attempt["proved"] as? [String] == ["Conclusion: Processing is NOT the bottleneck"])
        #expect(attempt["next"] as? [String] == ["Profile to find actual bottleneck"])
        #expect((attempt["source"] as? [String: Any])?["line"] as? Int == 16)
    }

    @Test func withoutDocumentsHistoryAloneIsTold() throws {
        let repository = try TestRepository()
        #expect(try repository.metaissue("brief").hasPrefix("No sagas"))
        try repository.git(["switch", "-q", "-c", "perf-attempt-001-cache"])
        try repository.write("cache.py", "x = 1\n")
        try repository.commit("Work | with <b>markup</b>")
        let brief = try repository.metaissue("brief")
        #expect(brief.contains("### 001 Cache: pending") && brief.contains("1 commit so far, none on main"))
        try repository.refuses("brief", "--saga", "nowhere", saying: "there is no saga")
    }

    @Test func hostileTextsReachNoTerminal() throws {
        let repository = try adopted()
        let log = "docs/meta-issues/performance-saga/implementation-log.md"
        try repository.edit(log, "Processing is NOT the bottleneck", "It \u{1B}[31mis\u{202E} $(touch owned)")
        let brief = try repository.metaissue("brief")
        #expect(brief.contains("It \u{FFFD}[31mis\u{FFFD} $(touch owned)") && !brief.contains("\u{1B}"))
        #expect(!repository.exists("owned"))
    }
}
