import Foundation
import Testing

@testable import Documents

@Suite struct UnifiedDiffTests {
    @Test func aChangedLineStandsInItsContext() {
        let old = "1\n2\n3\n4\n5\n6\n7\n8\n9\n"
        let new = "1\n2\n3\n4\nfive\n6\n7\n8\n9"
        #expect(
            UnifiedDiff.text(old: Array(old.utf8), new: Array(new.utf8), path: "d/x y.md")
                == "--- a/d/x y.md\t\n+++ b/d/x y.md\t\n@@ -2,8 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n-9\n+9\n"
                + "\\ No newline at end of file\n")
        #expect(UnifiedDiff.text(old: Array(old.utf8), new: Array(old.utf8), path: "x") == "")
    }

    @Test(arguments: 0..<60)
    func gitAppliesIt(seed: Int) throws {
        let git = try #require(ExternalProgram.path("git"))
        var random = SeededGenerator(seed: UInt64(seed))
        func line() -> String { "l\(Int.random(in: 0...9, using: &random))" }
        var old = (0..<Int.random(in: 0...40, using: &random)).map { _ in line() }
        let before = Array(
            (old.joined(separator: "\n") + (Bool.random(using: &random) && !old.isEmpty ? "\n" : "")).utf8)
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            let place = Int.random(in: 0...old.count, using: &random)
            if Bool.random(using: &random), place < old.count {
                old.remove(at: place)
            } else {
                old.insert(line(), at: place)
            }
        }
        let after = Array(
            (old.joined(separator: "\n") + (Bool.random(using: &random) && !old.isEmpty ? "\n" : "")).utf8)
        let patch = UnifiedDiff.bytes(old: before, new: after, path: "é \"x.md")
        guard !patch.isEmpty else { return }
        try ExternalProgram.withFolder { folder in
            let file = folder.appendingPathComponent("é \"x.md")
            if !before.isEmpty { try Data(before).write(to: file) }
            let answer = try ExternalProgram.run(git, ["apply", "--unidiff-zero", "-"], input: patch, in: folder)
            #expect(answer.code == 0, "seed \(seed)\n\(text(patch))")
            let result = (try? Data(contentsOf: file)).map(Array.init) ?? []
            #expect(result == after, "seed \(seed)\n\(text(patch))")
        }
    }

    @Test func largeTextsTakeNoTime() {
        let lines = (0..<100_000).map { "line \($0 % 5000) of a document with some words in it\n" }
        var changed = lines
        for index in stride(from: 50, to: lines.count, by: 997) { changed[index] = "changed \(index)\n" }
        let old = Array(lines.joined().utf8)
        let new = Array(changed.joined().utf8)
        let diff = UnifiedDiff.text(old: old, new: new, path: "x")
        #expect(diff.split(separator: "\n").filter { $0.hasPrefix("+changed") }.count == 101)
    }
}
