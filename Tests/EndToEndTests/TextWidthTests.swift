import Foundation
import Testing

@testable import git_metaissue

/// Columns as terminals count them.
@Suite struct TextWidthTests {
    @Test(arguments: [
        ("", 0), ("abc", 3), ("é", 1), ("e\u{301}", 1), ("缓存", 4), ("ｶﾀｶﾅ", 4), ("カタカナ", 8), ("한국어", 6), ("각", 2),
        ("❌", 2), ("✅", 2), ("⚠️", 2), ("⚠", 1), ("👍🏽", 2), ("👩‍👩‍👧", 2), ("🇩🇪", 2), ("1️⃣", 2), ("→", 1), ("…", 1), ("½", 1),
        ("\u{00AD}", 1), ("a\u{200D}b", 2), ("क्ष", 2), ("ไทย", 3), ("ÀÖ", 2),
    ])
    func aTextHasTheColumnsThatATerminalGivesIt(text: String, columns: Int) {
        #expect(TextWidth.columns(text) == columns)
    }

    /// The table against the database that Python carries, for every character that both know and that is no emoji.
    @Test func theTableIsThatOfTheUnicodeCharacterDatabase() throws {
        let program = """
            import sys, unicodedata as u
            for c in range(0x300, 0x40000):
                if 0xD800 <= c <= 0xDFFF: continue
                k = chr(c)
                if u.category(k) in ("Cn", "Mn", "Me", "Cf", "Co"): continue
                print("%X %d" % (c, 2 if u.east_asian_width(k) in "WF" else 1))
            """
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        let lines = output.split(separator: "\n")
        #expect(lines.count > 100_000)
        var wrong: [Substring] = []
        for line in lines {
            let parts = line.split(separator: " ")
            guard let value = UInt32(parts[0], radix: 16), let scalar = Unicode.Scalar(value) else { continue }
            // Parts of Hangul syllables have no width of their own; Python's database has them as narrow.
            if (0x1160...0x11FF).contains(value) || (0xD7B0...0xD7FF).contains(value) { continue }
            if scalar.properties.isDefaultIgnorableCodePoint || scalar.properties.isEmojiPresentation { continue }
            if TextWidth.columns(String(scalar)) != Int(parts[1]) { wrong.append(line) }
        }
        #expect(wrong.isEmpty, "\(wrong.prefix(20))")
    }
}

/// Lines are broken, never cut.
@Suite struct LayoutTests {
    private func lines(_ line: Line, _ columns: Int?) -> [String] {
        Layout(columns: columns, hasColour: false).render([line]).split(separator: "\n").map(String.init)
    }

    @Test func aLineThatFitsStaysAsItIs() {
        #expect(lines("  a  b   c", 10) == ["  a  b   c"])
        #expect(lines("  a  b   c and more", nil) == ["  a  b   c and more"])
    }

    @Test func furtherLinesHang() {
        #expect(lines(Line([Piece("key  one two three")], hanging: 5), 10) == ["key  one", "     two", "     three"])
    }

    @Test func aWordThatIsTooWideIsBrokenBetweenCharacters() {
        #expect(lines(Line([Piece("abcdefghij")], hanging: 1), 4) == ["abcd", " efg", " hij"])
        #expect(lines(Line([Piece("缓存缓存")], hanging: 0), 5) == ["缓存", "缓存"])
        #expect(lines(Line([Piece("👩‍👩‍👧👩‍👩‍👧👩‍👩‍👧")], hanging: 0), 4) == ["👩‍👩‍👧👩‍👩‍👧", "👩‍👩‍👧"])
    }

    @Test(arguments: 1...40) func nothingIsLost(columns: Int) {
        let text = "  Attempt 001  ⚠️ 缓存 layer, with-a-very-long-word-in-it  and  spaces"
        let shown = lines(Line([Piece(text)], hanging: 7), columns).joined()
        #expect(shown.filter { $0 != " " } == text.filter { $0 != " " })
    }
}
