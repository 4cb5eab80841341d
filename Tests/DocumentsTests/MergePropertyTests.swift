import Foundation
import Testing

@testable import Documents

/// A person and the tool, each doing something to a document.
private struct Editor {
    var random: SeededGenerator
    /// Names this editor's words, so that they can be found again.
    let name: String
    private(set) var words: [String] = []
    private var count = 0

    init(seed: UInt64, name: String) {
        random = SeededGenerator(seed: seed)
        self.name = name
    }

    private mutating func word() -> String {
        count += 1
        let word = "\(name)-word-\(count)-"
        words.append(word)
        return word
    }

    mutating func edit(_ bytes: [UInt8], kind: DocumentMerge.Kind) -> [UInt8] {
        var lines = LineMerge.lines(bytes).map { Array($0) }
        guard !lines.isEmpty else { return Array(word().utf8) }
        let place = Int.random(in: 0..<lines.count, using: &random)
        let ending = MergedText.ending(of: bytes)
        switch Int.random(in: 0...9, using: &random) {
        case 0, 1: lines.insert(Array(word().utf8) + ending, at: place)
        case 2: lines[place] = Array(word().utf8) + ending
        case 3: lines[place] = Array("- ".utf8) + Array(word().utf8) + ending + ending
        case 4: lines.remove(at: place)
        case 5:
            lines.insert(
                Array("| 2024-10-0\(Int.random(in: 1...9, using: &random)) | \(word()) |".utf8) + ending, at: place)
        case 6: lines.swapAt(place, Int.random(in: 0..<lines.count, using: &random))
        case 7: lines.removeSubrange(place..<min(lines.count, place + Int.random(in: 1...40, using: &random)))
        default: return sync(bytes, kind)
        }
        return lines.flatMap { $0 }
    }

    /// What the tool does: a new attempt, or other values.
    private mutating func sync(_ bytes: [UInt8], _ kind: DocumentMerge.Kind) -> [UInt8] {
        var saga = ExampleSaga.entry
        if Bool.random(using: &random) {
            var fresh = ExampleSaga.fourth
            fresh.number = Int.random(in: 4...6, using: &random)
            fresh.title = word()
            fresh.folder = "attempts/00\(fresh.number)-\(name)"
            saga.attempts.append(fresh)
            saga.totalAttempts = 4
        }
        let index = Int.random(in: 0..<3, using: &random)
        saga.attempts[index].commits = Int.random(in: 1...99, using: &random)
        saga.attempts[index].verdict = Verdict.allCases.randomElement(using: &random)
        saga.lastUpdated = ExampleSaga.day("2024-11-\(Int.random(in: 10...29, using: &random))")
        saga.totalDays = Int.random(in: 1...99, using: &random)
        switch kind {
        case .log: return ImplementationLog(bytes: bytes).updated(with: saga).bytes
        case .hub: return HubDocument(bytes: bytes).updated(with: saga).bytes
        }
    }
}

/// Laws of the merge, on random documents and edits. The seed is in the message.
@Suite struct MergePropertyTests {
    /// Three versions of a document, and the words that each side put in.
    private struct Case {
        let kind: DocumentMerge.Kind
        let base: [UInt8]
        let ours: [UInt8]
        let theirs: [UInt8]
        let words: [String]
    }

    private static func example(_ seed: Int) -> Case {
        let kind: DocumentMerge.Kind = seed % 3 == 0 ? .hub : .log
        var base = kind == .log ? ExampleSaga.log : ExampleSaga.hub
        if seed % 7 == 0 { base = Array(text(base).replacingOccurrences(of: "\n", with: "\r\n").utf8) }
        if seed % 11 == 0 { base = [0xEF, 0xBB, 0xBF] + base.dropLast() + [0xFF] }
        var before = Editor(seed: UInt64(seed) &* 31 &+ 1, name: "base")
        for _ in 0..<seed % 4 { base = before.edit(base, kind: kind) }
        var sides: [[UInt8]] = []
        var words: [String] = []
        for name in ["left", "right"] {
            var editor = Editor(seed: UInt64(seed) &* 97 &+ (name == "left" ? 2 : 3), name: name)
            var bytes = base
            for _ in 0..<1 + seed % 5 { bytes = editor.edit(bytes, kind: kind) }
            sides.append(bytes)
            words += editor.words.filter { text(bytes).contains($0) }
        }
        return Case(kind: kind, base: base, ours: sides[0], theirs: sides[1], words: words)
    }

    private static func merge(_ item: Case, base: [UInt8], _ ours: [UInt8], _ theirs: [UInt8]) -> [MergePart] {
        DocumentMerge.keyedParts(item.kind, base: base, ours: ours, theirs: theirs)
            ?? LineMerge.parts(base: base, ours: ours, theirs: theirs)
    }

    private static func bytes(_ parts: [MergePart], swapped: Bool = false) -> [UInt8] {
        var merged = MergedText(markers: .init(base: "before"), ending: [0x0A])
        for part in parts {
            if swapped, case .conflict(let conflict) = part {
                merged.append(
                    .conflict(MergeConflict(base: conflict.base, ours: conflict.theirs, theirs: conflict.ours)))
            } else {
                merged.append(part)
            }
        }
        return merged.bytes
    }

    /// `METAISSUE_MERGE_SEEDS=2000` asks for more.
    private static let seeds =
        0..<(ProcessInfo.processInfo.environment["METAISSUE_MERGE_SEEDS"].flatMap { Int($0) } ?? 60)

    @Test func aSideThatChangedNothingGivesTheOther() {
        for seed in Self.seeds {
            let item = Self.example(seed)
            for side in [item.ours, item.theirs] {
                expectSame(Self.bytes(Self.merge(item, base: item.base, side, item.base)), side, seed)
                expectSame(Self.bytes(Self.merge(item, base: item.base, item.base, side)), side, seed)
                expectSame(Self.bytes(Self.merge(item, base: item.base, side, side)), side, seed)
            }
        }
    }

    private func expectSame(_ bytes: [UInt8], _ wanted: [UInt8], _ seed: Int) {
        guard bytes != wanted else { return }
        Issue.record("seed \(seed):\n\(UnifiedDiff.text(old: wanted, new: bytes, path: "wanted"))")
    }

    @Test func theOrderOfTheSidesDoesNotMatter() {
        for seed in Self.seeds {
            let item = Self.example(seed)
            let one = Self.bytes(Self.merge(item, base: item.base, item.ours, item.theirs))
            let other = Self.bytes(Self.merge(item, base: item.base, item.theirs, item.ours), swapped: true)
            expectSame(other, one, seed)
        }
    }

    @Test func nothingThatOneSideAddedIsLost() {
        for seed in Self.seeds {
            let item = Self.example(seed)
            let merged = text(Self.bytes(Self.merge(item, base: item.base, item.ours, item.theirs)))
            for word in item.words where !merged.contains(word) {
                Issue.record("seed \(seed): \(word) is lost")
            }
        }
    }

    /// What `merge=union` does: two headings that share one body, or one section twice.
    @Test func noTwoSectionsShareABody() {
        for seed in Self.seeds where seed % 3 != 0 {
            let item = Self.example(seed)
            let parts = Self.merge(item, base: item.base, item.ours, item.theirs)
            guard !parts.contains(where: { if case .conflict = $0 { true } else { false } }) else { continue }
            func headings(_ bytes: [UInt8]) -> [String: Int] {
                let log = ImplementationLog(bytes: bytes)
                return Dictionary(
                    log.sections.map { ("\($0.number) \(log.source.visible[$0.title].text)", 1) }, uniquingKeysWith: +)
            }
            let merged = headings(Self.bytes(parts))
            let known = [item.base, item.ours, item.theirs].map(headings)
            for (heading, count) in merged {
                #expect(count <= known.map { $0[heading] ?? 0 }.max() ?? 0, "seed \(seed): \(heading)")
            }
        }
    }

    @Test func attemptsOfBothSidesNeverConflict() {
        for seed in Self.seeds {
            var random = SeededGenerator(seed: UInt64(seed))
            func side(_ numbers: [Int]) -> [UInt8] {
                var saga = ExampleSaga.entry
                for number in numbers {
                    var fresh = ExampleSaga.fourth
                    fresh.number = number
                    fresh.title = "Attempt of \(number)"
                    fresh.folder = "attempts/00\(number)-x"
                    fresh.started = ExampleSaga.day("2024-11-\(Int.random(in: 10...29, using: &random))")
                    saga.attempts.append(fresh)
                }
                saga.lastUpdated = ExampleSaga.day("2024-12-\(Int.random(in: 10...29, using: &random))")
                saga.totalDays = Int.random(in: 31...99, using: &random)
                saga.durationDays = Int.random(in: 50...99, using: &random)
                return ImplementationLog(bytes: ExampleSaga.log).updated(with: saga).bytes
            }
            var numbers = Array(4...7)
            numbers.shuffle(using: &random)
            let merged = DocumentMerge.merge(
                .log, base: ExampleSaga.log, ours: side(Array(numbers[..<2])), theirs: side(Array(numbers[2...])))
            #expect(merged.conflictLines == [], "seed \(seed)")
            let log = ImplementationLog(bytes: merged.bytes)
            #expect(log.sections.map(\.number) == Array(1...7), "seed \(seed)")
            #expect(log.effortRows.compactMap(\.attempt) == Array(1...7), "seed \(seed)")
        }
    }

    /// Without keys and values, it is git's merge. Only that conflicts close to each other stay apart.
    @Test func linesMergeAsInGit() throws {
        let git = try #require(ExternalProgram.path("git"))
        try ExternalProgram.withFolder { folder in
            for seed in 0..<150 {
                var random = SeededGenerator(seed: UInt64(seed))
                let base = (0..<Int.random(in: 0...12, using: &random)).map { "line \($0)" }
                func side(_ name: String) -> String {
                    var lines = base
                    for index in 0..<Int.random(in: 0...3, using: &random) {
                        let place = Int.random(in: 0...lines.count, using: &random)
                        if place < lines.count, Bool.random(using: &random) {
                            lines[place] = "\(name) \(index)"
                        } else if place < lines.count, Bool.random(using: &random) {
                            lines.remove(at: place)
                        } else {
                            lines.insert("\(name) \(index)", at: place)
                        }
                    }
                    return lines.map { $0 + "\n" }.joined()
                }
                let texts = [("base", base.map { $0 + "\n" }.joined()), ("ours", side("a")), ("theirs", side("b"))]
                for (name, text) in texts { try Data(text.utf8).write(to: folder.appendingPathComponent(name)) }
                let wanted = try ExternalProgram.run(
                    git, ["merge-file", "-p", "-L", "ours", "-L", "base", "-L", "theirs", "ours", "base", "theirs"],
                    in: folder)
                let parts = LineMerge.parts(
                    base: Array(texts[0].1.utf8), ours: Array(texts[1].1.utf8), theirs: Array(texts[2].1.utf8))
                var merged = MergedText(markers: .init(), ending: [0x0A])
                for part in parts { merged.append(part) }
                #expect(merged.conflictLines.isEmpty == (wanted.code == 0), "seed \(seed)")
                if wanted.code == 0 { #expect(text(merged.bytes) == text(wanted.output), "seed \(seed)") }
            }
        }
    }
}
