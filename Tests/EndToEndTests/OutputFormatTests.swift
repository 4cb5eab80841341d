import Foundation
import Testing

/// What scripts read stays the same whatever people configured, and holds what people wrote without being broken by it.
@Suite struct OutputFormatTests {
    private func repository(title: String = "Caching Layer") throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga()
        try repository.time("2024-09-01")
        let branch = try repository.attempt(title, file: "cache.py", extra: ["--slug", "caching"])
        try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        return repository
    }

    @Test func porcelainHasOneValueALine() throws {
        let repository = try repository()
        let merge = try repository.lastMerge()
        let text = try repository.metaissue("status", "--porcelain")
        #expect(
            text == """
                saga slow-service
                title Slow Service
                path docs/meta-issues/slow-service
                status investigating
                mainline main

                attempt 001
                of slow-service
                title Caching Layer
                branch perf-attempt-001-caching
                folder attempts/001-caching
                state landed
                how merge
                verdict pending
                verdict-source none
                commits 3
                started 2024-09-01
                ended 2024-09-01
                days 1
                landed \(merge) 2024-09-01


                """)
        #expect(try repository.metaissue("status", "--porcelain=v1") == text)
        let nul = text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\0")
        #expect(try repository.metaissue("status", "-z") == nul)
        #expect(try repository.metaissue("status", "--porcelain", "-z") == nul)
        for setting in ["color.ui=always", "color.metaissue=always", "pager.metaissue=cat", "core.pager=false"] {
            repository.variables["GIT_CONFIG_PARAMETERS"] = "'\(setting)'"
            #expect(try repository.metaissue("status", "--porcelain") == text)
        }
        repository.variables["COLUMNS"] = "20"
        #expect(try repository.metaissue("status", "--porcelain") == text)
        #expect(try repository.tryMetaissue("status", "--porcelain=v2").status == 129)
        #expect(try repository.tryMetaissue("status", "--porcelain", "--json").status == 129)
        #expect(try repository.tryMetaissue("status", "--csv", "-z").status == 129)
    }

    @Test func whatWouldBreakALineIsQuotedUnlessLinesEndWithNUL() throws {
        let repository = try repository()
        try repository.edit(
            "\(TestRepository.saga)/implementation-log.md", ": Caching Layer", ": A\u{202E}\u{7}b \"c\" é\\d")
        let plain = try repository.metaissue("status", "--porcelain")
        #expect(plain.contains("title \"A\\342\\200\\256\\007b \\\"c\\\" é\\\\d\"\n"), "\(plain)")
        #expect(try repository.metaissue("status", "-z").contains("title A\u{202E}\u{7}b \"c\" é\\d\0"))
    }

    @Test func csvIsReadBackByAnotherProgram() throws {
        let title = "Comma,\u{301} \"\u{301}quote\" | pipe; =1+1"
        let repository = try repository(title: title)
        let file = repository.world.appendingPathComponent("table.csv")
        try Data(try repository.metaissue("status", "--csv").utf8).write(to: file)
        let program = """
            import csv, json, sys
            print(json.dumps(list(csv.DictReader(open(sys.argv[1], newline="")))))
            """
        let read = try repository.run("/usr/bin/env", ["python3", "-c", program, file.path]).output
        let rows = try JSONDecoder().decode([[String: String]].self, from: Data(read.utf8))
        let row = try #require(rows.first)
        #expect(rows.count == 1 && row.count == 17)
        #expect(row["title"] == title && row["attempt"] == "001" && row["saga"] == "slow-service")
        #expect(row["state"] == "landed" && row["how"] == "merge" && row["commits"] == "3" && row["days"] == "1")
        #expect(try row["landed_commit"] == repository.lastMerge() && row["reverted_on"] == "")
    }

    @Test(arguments: ["=", "+", "@"]) func noCellIsAFormula(_ start: String) throws {
        let repository = try repository(title: "\(start)1+1")
        #expect(try repository.metaissue("status", "--csv").contains("slow-service,001,'\(start)1+1,perf-attempt-001-"))
    }

    @Test func whatStatusSaysOfTheSagaAndBesidesIsInEveryForm() throws {
        let repository = try repository()
        try repository.metaissue("resolve", "--attempt", "1")
        try repository.git(["revert", "--no-edit", "-m1", try repository.lastMerge()])
        try repository.metaissue("sync", "--commit")
        try repository.write("\(TestRepository.saga)/attempts/001-other/solution-approach.md", "Other\n")
        try repository.commit("Another folder")
        let commit = try repository.git(["commit-tree", "-m", "Elsewhere", "main^{tree}"])
        try repository.git(["update-ref", "refs/remotes/origin/perf-attempt-001-caching-layer", commit])
        let all = [
            try repository.metaissue("status"), try repository.metaissue("status", "--json"),
            try repository.metaissue("status", "--porcelain"),
        ]
        for text in all {
            #expect(text.contains("the question is open again: attempt 001, which resolved it"), "\(text)")
            #expect(text.contains("the number 001 is taken more than once: "), "\(text)")
            #expect(text.contains("refs/remotes/origin/perf-attempt-001-caching-layer is at"), "\(text)")
        }
        try FileManager.default.removeItem(
            at: repository.root.appendingPathComponent("\(TestRepository.saga)/implementation-log.md"))
        #expect(try repository.metaissue("status").contains("implementation-log.md is missing"))
        #expect(try repository.metaissue("status", "--json").contains("implementation-log.md is missing"))
        #expect(try repository.metaissue("brief").contains("implementation-log.md is missing"))
    }

    @Test func theMarkdownTableHoldsItsCells() throws {
        let repository = try repository(title: "A | pipe, `ticks`, [link](x) <b>")
        let table = try repository.metaissue("status", "--md")
        let lines = table.split(separator: "\n")
        #expect(lines.count == 3)
        #expect(lines[0] == "| Attempt | Title | Branch | Dates | Commits | State | Verdict |")
        #expect(
            lines[2]
                == "| 001 | A \\| pipe, \\`ticks\\`, \\[link\\](x) &lt;b&gt; | `perf-attempt-001-caching` | "
                + "2024-09-01..2024-09-01 | 3 | landed (merge) | Pending |")
    }

    @Test(arguments: ["status", "status --porcelain", "show 1", "config --list", "-h"])
    func aReaderThatStopsReadingIsNoError(command: String) throws {
        let repository = try repository()
        try repository.putProgramInPath()
        // The reader is gone before the first byte; also where SIGPIPE is ignored, as Python does.
        let plain = try repository.run("/bin/bash", ["-c", "{ sleep 0.3; git metaissue \(command); } | true"])
        #expect(plain.complaint == "")
        let ignored = try repository.run(
            "/bin/bash", ["-c", "trap '' PIPE; { sleep 0.3; git metaissue \(command); } | true"])
        #expect(ignored.complaint == "")
    }
}
