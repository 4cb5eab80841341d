import Testing

/// `show` tells what happened to an attempt, when, and how much of it.
@Suite struct ShowTests {
    /// The lines of a part of `show 1`, from its heading to the next one.
    private func part(_ heading: String, _ repository: TestRepository) throws -> [String] {
        let lines = try repository.metaissue("show", "1").split(separator: "\n").map(String.init)
        guard let start = lines.firstIndex(of: heading) else { return [] }
        return Array(lines[(start + 1)...].prefix { $0.hasPrefix("  ") })
    }

    private func head(_ repository: TestRepository) throws -> String {
        try repository.git(["log", "-1", "--format=%h", "--abbrev=12"])
    }

    @Test func theTimelineTellsEveryTurnInOrder() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.time("2024-09-01")
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        #expect(try part("Timeline", repository) == ["  2024-09-01  started"])
        var wanted = ["  2024-09-01  started"]
        try repository.time("2024-09-02")
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        wanted.append("  2024-09-02  landed by merge in \(try head(repository))")
        for (day, words) in [
            ("03", "reverted"), ("04", "reapplied"), ("05", "reverted again"), ("06", "reapplied"),
        ] {
            try repository.time("2024-09-\(day)")
            try repository.git(["revert", "--no-edit"] + (day == "03" ? ["-m", "1"] : []) + ["HEAD"])
            wanted.append("  2024-09-\(day)  \(words) in \(try head(repository))")
        }
        #expect(try part("Timeline", repository) == wanted)
        let state = try repository.metaissue("show", "1")
        #expect(state.contains("state     reapplied (merge): it was taken back and then brought in again"))
    }

    @Test func aPartialReversalHasItsShares() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        try repository.metaissue("start-attempt", "Caching Layer")
        for file in ["cache.py", "metrics.py"] {
            try repository.write(file, (1...10).map { "\(file.prefix(5))_\($0) = \($0)\n" }.joined())
            try repository.commit("Add \(file)")
        }
        try repository.git(["switch", "-q", "main"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", "perf-attempt-001-caching-layer"])
        let merge = try repository.lastMerge()
        try repository.git(["revert", "--no-commit", "-m", "1", merge])
        try repository.git(["checkout", "-q", "HEAD", "--", "metrics.py"])
        try repository.commit("Take the cache out\n\nThis reverts commit \(merge), but keeps its metrics.")
        let shown = try repository.metaissue("show", "1")
        #expect(shown.contains("state     partly-reverted (merge): it landed and was then taken back in part"))
        #expect(shown.contains("  partly reverted in \(try head(repository)), 50 % of its changed lines gone\n"))
        #expect(
            try part("What became of its paths", repository) == [
                "  cache.py: 100 % of its changed lines taken back", "  metrics.py: 100 % of its changed lines kept",
            ])
    }

    @Test func aSquashThatIsRevertedIsToldSo() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "-q", "--squash", branch])
        try repository.commit("Caching")
        try repository.git(["revert", "--no-edit", "HEAD"])
        let words = try part("Timeline", repository).map { $0.dropFirst(14).prefix { $0 != " " } }
        #expect(words == ["started", "landed", "reverted"])
    }
}
