import Foundation
import Testing

@testable import Documents

@Suite struct GitConfigTextTests {
    @Test func valuesAreReadAsGitReadsThem() throws {
        let config = try GitConfigText(
            bytes: Array(
                "# c\n[a]\n\tKey = one \\\n two # x\n[a \"B.c\"] x\n  q = \" s;#\\\"\" t ; y\r\n[A.Sub]\nk=\n".utf8))
        #expect(config.value(section: "A", key: "KEY") == "one  two")
        #expect(config.entries.map(\.value) == ["one  two", nil, " s;#\" t", ""])
        #expect(config.entries.map(\.line) == [3, 5, 6, 8])
        #expect(config.entries[1].subsection == "B.c")
        #expect(config.entries[3].subsection == "sub")
    }

    @Test(arguments: [
        ("[a\n", 1), ("k = v\n", 1), ("[a]\nk = \"x\n", 2), ("[a]\n\nk = \\q\n", 3), ("[a]\n=\n", 2), ("[a \"b]\n", 1),
        ("[a]\nk x\n", 2),
    ])
    func whatGitRejectsIsRejectedWithItsLine(text: String, line: Int) {
        #expect { try GitConfigText(bytes: Array(text.utf8)) } throws: { ($0 as? GitConfigError)?.line == line }
    }

    @Test func onlyTheValueChanges() throws {
        var config = try GitConfigText(bytes: Array("[a]\n  k  =  old ; note\r\n\tflag\n# end".utf8))
        try config.set(section: "a", key: "k", value: "new")
        try config.set(section: "a", key: "flag", value: "yes")
        try config.set(section: "a", key: "more", value: " x;")
        try config.set(section: "b", subsection: "q\"\\", key: "k", value: "")
        #expect(
            text(config.bytes)
                == "[a]\n  k  = new ; note\r\n\tflag = yes\n\tmore = \" x;\"\n# end\n[b \"q\\\"\\\\\"]\n\tk = \"\"\n")
        try config.remove(section: "a", key: "flag")
        try config.removeSection("b", subsection: "q\"\\")
        #expect(text(config.bytes) == "[a]\n  k  = new ; note\r\n\tmore = \" x;\"\n# end\n")
    }

    @Test func namesThatGitForbidsAreRefused() throws {
        var config = try GitConfigText(bytes: [])
        #expect(throws: GitConfigError.self) { try config.set(section: "a", key: "a_b", value: "x") }
        #expect(throws: GitConfigError.self) { try config.set(section: "a", subsection: "x\ny", key: "k", value: "x") }
    }

    @Test(arguments: 0..<150)
    func gitAgreesOnGeneratedTexts(seed: Int) throws {
        let git = try #require(ExternalProgram.path("git"))
        var random = SeededGenerator(seed: UInt64(seed))
        let pieces = [
            "[a]", "[a \"b\"]", "[A.B]", "[a \"x\\\"y\"]", "\n", "\n", "\r\n", "key = value", "k", " = ", "\"", "\\\"",
            "\\\\",
            "\\n", "\\\n", "#c", ";c", "  ", "x y", "é", "[include]\n\tpath = /nowhere", "\tn = 1", "0",
        ]
        var source = "[s]\n"
        for _ in 0..<Int.random(in: 3...25, using: &random) {
            source += pieces.randomElement(using: &random) ?? ""
            if Bool.random(using: &random) { source += "\n" }
        }
        let place = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        defer { try? FileManager.default.removeItem(at: place) }
        func listed(_ bytes: [UInt8]) throws -> [String]? {
            try Data(bytes).write(to: place)
            let answer = try ExternalProgram.run(
                git, ["config", "--no-includes", "--file", place.path, "-z", "--list"])
            guard answer.code == 0 else { return nil }
            return answer.output.split(separator: 0).map { text($0) }
        }
        func named(_ config: GitConfigText) -> [String] {
            config.entries.map { entry in
                entry.section + (entry.subsection.map { "." + $0 } ?? "") + "." + entry.key
                    + (entry.value.map { "\n" + $0 } ?? "")
            }
        }
        let expected = try listed(Array(source.utf8))
        var config = try? GitConfigText(bytes: Array(source.utf8))
        #expect(config.map(named) == expected, "seed \(seed): \(source.debugDescription)")
        guard config != nil else { return }
        let value = ["plain", " lead", "a;b#c", "q\"\\", "l1\nl2\t", "", "\r"].randomElement(using: &random) ?? ""
        try config?.set(section: "a", subsection: "b", key: "key", value: value)
        let after = try listed(config?.bytes ?? [])
        #expect(config.map(named) == after, "seed \(seed): \(source.debugDescription)")
        #expect(config?.value(section: "a", subsection: "b", key: "key") == value)
    }
}
