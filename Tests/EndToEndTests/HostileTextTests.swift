import Foundation
import Testing

/// Text from people and from git is data: it reaches documents and terminals escaped, and nothing in it is ever run.
@Suite struct HostileTextTests {
    private static let titles = [
        "Cache | rows || more", "<script>alert(1)</script>", "$(touch pwned) `touch pwned`; touch pwned", "-->",
        "<!-- open",
        "**bold** _it_ [link](http://x) ![i](x)", "# Heading", "```", "\u{202E}desrever\u{2066}", "a\u{1B}[31mred\u{7}",
        "one\ntwo\r\n\n## Attempt 099: Fake", "'; DROP TABLE; --", "\\", "—ü日本語🎉", "%s%n$HOME ~ *", "001", "../../etc",
        "- a dash",
    ]

    @Test func anAttemptMayBeCalledAnything() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        for (index, title) in Self.titles.enumerated() {
            let started = try repository.metaissue("start-attempt", "--", title)
            expectHarmless(started)
            let branch = try repository.git(["branch", "--show-current"])
            #expect(branch.hasPrefix("perf-attempt-\(String("00\(index + 1)".suffix(3)))-"))
            #expect(branch.utf8.allSatisfy { Set("abcdefghijklmnopqrstuvwxyz0123456789-".utf8).contains($0) })
            try repository.write("work\(index).py", "work = \(index)\n")
            try repository.commit("\(title) done")
            try repository.git(["switch", "-q", "main"])
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
            try repository.git(["revert", "--no-edit", "-m", "1", "HEAD"])
            expectHarmless(try repository.metaissue("show", "\(index + 1)"))
        }
        try repository.metaissue("sync", "--commit")
        let log = try repository.log
        let count = Self.titles.count
        #expect(log.components(separatedBy: "\n## Attempt ").count == count + 1, "a section each")
        #expect(!log.contains("<script") && !log.contains("<!-- open"))
        #expect(log.components(separatedBy: "**Verdict:** ❌ Failed").count == count + 1)
        #expect(try repository.hub.components(separatedBy: "\n| [0").count == count + 1, "a row each")
        #expect(try repository.hub.components(separatedBy: "❌ Failed").count == count + 1)
        for text in [try repository.metaissue("status"), log] { expectHarmless(text) }
        #expect(try repository.status().sagas.first?.attempts.count == count)
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        #expect(!repository.exists("pwned"))
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    private func expectHarmless(_ text: String, location: SourceLocation = #_sourceLocation) {
        let controls = text.unicodeScalars.filter { "\u{1B}\u{7}\u{202E}\u{2066}\r".unicodeScalars.contains($0) }
        #expect(controls.isEmpty, sourceLocation: location)
    }

    @Test func nothingThatAMessageNamesSteersTheTerminal() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let known = try repository.read(".metaissue")
        try repository.write(".metaissue", known + "\tmainline = \"\u{1B}]0;pwned\u{7}x\"\n")
        try repository.commit("Hostile")
        let said = try repository.tryMetaissue("status")
        #expect(said.complaint.contains("pwned"))
        expectHarmless(said.complaint + said.output)
    }

    @Test func noNameOfASagaSteersTheTerminalThroughAHook() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.edit(".metaissue", "slow-service\"]", "slow\u{202E}x\"]")
        try repository.commit("A name")
        let merge = try repository.tryGit(["merge", "-q", "--no-ff", "--no-edit", branch])
        let subject = try repository.git(["log", "-1", "--format=%s"])
        let all = merge.complaint + subject + (try repository.tryMetaissue("sync", "--check").output)
        #expect(merge.complaint.contains("attempt 001 landed") && subject.hasPrefix("metaissue: bring slow"))
        #expect(!all.unicodeScalars.contains("\u{202E}"), "\(all)")
    }

    @Test func nothingThatWasTypedSteersTheTerminalAndNoJSONDoes() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let hostile = "\u{1B}]0;owned\u{7}\u{202E}x"
        for words in [
            ["status", hostile], ["status", "--\(hostile)"], ["verdict", "1", hostile],
            ["status", "--color=\(hostile)"],
        ] {
            let outcome = try repository.run(TestRepository.binary, words)
            #expect(outcome.status == 129 && outcome.complaint.contains("owned"))
            #expect(!outcome.complaint.unicodeScalars.contains { "\u{1B}\u{7}\u{202E}".unicodeScalars.contains($0) })
        }
        try repository.git(["branch", "perf-attempt-001-a\u{202E}b"])
        let json = try repository.metaissue("status", "--json")
        #expect(json.contains("perf-attempt-001-a\\u202eb") && !json.unicodeScalars.contains("\u{202E}"))
        #expect(try repository.status().sagas[0].attempts[0].branch == "perf-attempt-001-a\u{202E}b")
    }

    @Test func aPathIsMadeOfWhatTheSystemReads() throws {
        let repository = try TestRepository()
        try repository.write(".metaissue", "[metaissue \"s\"]\n\tpath = \"../\u{301}s\"\n\tprefix = perf\n")
        try repository.commit("A saga outside")
        try repository.refuses("status", saying: "path")
    }

    @Test func aSagaMayBeCalledAnything() throws {
        let repository = try TestRepository()
        for title in Self.titles.prefix(12) {
            try repository.metaissue("new", "--slug", "saga-\(UUID().uuidString.lowercased())", "--", title)
        }
        #expect(try repository.status().sagas.count == 12)
        #expect(!repository.exists("pwned"))
        let text = try repository.metaissue("status")
        #expect(!text.contains("\u{1B}") && !text.contains("\u{202E}"))
    }

    @Test func hostileBranchNamesAndSubjectsAreOnlyText() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let names = [
            "$(touch${IFS}pwned)", "`touch${IFS}pwned`", "a|b", "a;b", "'\"", "<script>", "<!--", "\u{202E}x", "a&b",
            "%2e",
        ]
        for (index, name) in names.enumerated() {
            let branch = "perf-attempt-\(String("00\(index + 1)".suffix(3)))-\(name)"
            try repository.git(["switch", "-q", "-c", branch, "main"])
            try repository.write("file\(index).py", "x = \(index)\n")
            try repository.commit(
                "\(name) | <b> `x` \u{1B}[2J \u{202E}\n\nThis reverts commit 000.\nMeta-Issue: nowhere")
            try repository.git(["switch", "-q", "main"])
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
        }
        try repository.metaissue("sync", "--commit")
        // What stands in a code span is text already.
        let spans = #/`+[^`\n]*`+/#
        for text in [try repository.log, try repository.hub] {
            #expect(!text.replacing(spans, with: "").contains("<script>"))
            #expect(!text.contains("\u{202E}"))
        }
        #expect(try repository.tryMetaissue("sync", "--check").status == 0)
        let attempts = try #require(try repository.status().sagas.first?.attempts)
        #expect(attempts.count == names.count)
        for attempt in attempts {
            #expect(attempt.integration.state == "landed", "\(attempt.number)")
            let shown = try repository.metaissue("show", "\(attempt.number)")
            #expect(!shown.contains("\u{1B}") && !shown.contains("\u{202E}"))
        }
        #expect(!repository.exists("pwned"))
    }

    @Test func tooLongTitlesAreRefusedAndTenThousandCharactersOfSubjectAreNot() throws {
        let repository = try TestRepository()
        try repository.makeSaga()
        let long = String(repeating: "long ", count: 2000)
        try repository.refuses("start-attempt", long, status: 129, saying: "longer than 200 bytes")
        try repository.refuses("new", long, status: 129, saying: "longer than 200 bytes")
        try repository.refuses("start-attempt", " \n\t ", status: 129, saying: "the title is empty")
        try repository.refuses("new", "", status: 129, saying: "the title is empty")
        try repository.metaissue("start-attempt", String(repeating: "é", count: 100), "--hypothesis", long)
        try repository.write("work.py", "work = 1\n")
        try repository.commit(long)
        try repository.git(["switch", "-q", "main"])
        #expect(try repository.tryMetaissue("sync", "--commit").status == 0)
        #expect(try repository.metaissue("show", "1").contains("long long"))
    }

    @Test func numbersBeyondReasonNeitherCrashNorCount() throws {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        for number in ["9223372036854775807", "18446744073709551616", "000", "-1", "999999999999"] {
            try repository.git(["branch", "perf-attempt-\(number)-x"])
            try repository.git(["update-ref", "refs/metaissue/slow-service/\(number)", "HEAD"])
        }
        try repository.write("\(TestRepository.saga)/attempts/9223372036854775807-x/notes.md", "x\n")
        try repository.commit("Odd folder")
        #expect(try repository.tryMetaissue("status").status == 0)
        #expect(try repository.tryMetaissue("sync", "--commit").status == 0)
        let outcome = try repository.tryMetaissue("start-attempt", "Caching Layer")
        #expect(outcome.status == 0 || outcome.status == 128, "\(outcome.complaint)")
    }
}
