import Testing

@testable import Documents

@Suite struct MarkdownTextTests {
    @Test(arguments: [
        "Caching", "a | b", "<script>alert(1)</script>", "`code` & **bold** [link](x) \\ ~x~ $y$", "snake_case _x_",
        "&amp; already", "C:\\dir", "ünïcödé ✅", "|\u{301} <\u{301} &\u{301} \\\u{301} `\u{301}",
    ])
    func escapedTextReadsAsItWasMeant(text: String) {
        #expect(MarkdownText.plain(MarkdownText.escapeInline(text)) == text)
    }

    @Test func aCombiningMarkHidesNoSeparator() {
        #expect("a/\u{301}b//".parts(between: "/") == ["a", "\u{301}b", "", ""])
        #expect("'\u{301}".shellQuoted == "''\\''\u{301}'")
        #expect("a,\u{301}".replacing(scalar: ",", with: ";") == "a;\u{301}")
        #expect(MarkdownText.codeSpan("|\u{301}", inCell: true) == "`\\|\u{301}`")
        #expect(
            MarkdownText.plain("&lt;\u{301}\\|\u{301}").unicodeScalars.elementsEqual("<\u{301}|\u{301}".unicodeScalars))
    }

    @Test func escapedTextBreaksNoCell() {
        let cell = MarkdownText.escapeCell("a|b\n| c \u{202E}\u{1B}[31m")
        #expect(!cell.contains("\n") && !cell.contains("\u{1B}") && !cell.contains("\u{202E}"))
        #expect(cell.hasPrefix("a\\|b \\| c"))
    }
}

@Suite struct SlugTests {
    @Test(arguments: [
        ("Caching Layer", "caching-layer"), ("Connection Pooling + Async", "connection-pooling-async"),
        ("$(rm -rf /) `x` | ; <b>", "rm-rf-x-b"), ("Über Größe", "ueber-groesse"), ("✅", "attempt"), ("", "attempt"),
    ])
    func aSlugHasOnlyLettersDigitsAndDashes(title: String, slug: String) {
        #expect(Slug.make(title) == slug)
    }

    @Test func aSlugIsNeverTooLongAndNeverEndsInADash() {
        let slug = Slug.make(String(repeating: "very long title ", count: 40))
        #expect(slug.utf8.count <= Slug.maximumLength && !slug.hasSuffix("-"))
    }

    @Test func flagsOfRegionsStayAndHiddenTextDoesNot() {
        let england = "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}"
        #expect(MarkdownText.terminalSafe("to \(england)!") == "to \(england)!")
        for hidden in ["\u{E0067}", "x\u{E0067}\u{E0062}\u{E0065}\u{E007F}", "\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}"] {
            let kept = hidden.unicodeScalars.filter { $0.value < 0xE0000 }.count
            let shown = MarkdownText.terminalSafe(hidden).unicodeScalars
            #expect(shown.filter { $0 != "\u{FFFD}" }.count == kept)
            #expect(shown.count == hidden.unicodeScalars.count)
        }
    }
}
