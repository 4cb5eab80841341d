import Testing

@testable import AttemptHistory

struct LineDeltaTests {
    private func delta(_ old: [String], _ new: [String]) -> LineDelta {
        func bytes(_ lines: [String]) -> [UInt8] { Array(lines.map { $0 + "\n" }.joined().utf8) }
        return bytes(old).withUnsafeBytes { first in
            bytes(new).withUnsafeBytes { LineDelta(from: first, to: $0) }
        }
    }

    @Test func onePatchHasOneDeltaInEveryContext() {
        let one = delta(["alpha one", "beta two", "gamma three"], ["alpha one", "BETA TWO", "gamma three"])
        let other = delta(["other line", "beta two", "}", "tail line"], ["other line", "BETA TWO", "}", "tail line"])
        #expect(one == other)
        #expect(one.added == 1)
        #expect(one.removed == 1)
    }

    @Test func theWayBackIsTheInverse() {
        var seed = UInt64(7)
        func next(_ bound: Int) -> Int {
            seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(seed >> 33) % bound
        }
        for _ in 0..<300 {
            let old = (0..<next(12)).map { _ in "line number \(next(8))" }
            var new = old
            for _ in 0...next(3) {
                if next(2) == 0 || new.isEmpty {
                    new.insert("line number \(next(20))", at: next(new.count + 1))
                } else {
                    new.remove(at: next(new.count))
                }
            }
            let (forth, back) = (delta(old, new), delta(new, old))
            #expect(forth.inverse == back)
            #expect(forth.shared(with: forth) == forth.weight)
            var sum = forth
            sum.add(back)
            #expect(sum.isEmpty)
        }
    }

    @Test func whatBothTextsBeginAndEndWithChangesNothing() {
        var dice = SystemRandomNumberGenerator()
        func text(_ count: Int) -> [UInt8] { (0..<count).map { _ in [10, 97, 98].randomElement(using: &dice) ?? 10 } }
        for _ in 0..<2000 {
            let (start, end) = (text(.random(in: 0...30)), text(.random(in: 0...30)))
            let old = start + text(.random(in: 0...12)) + end
            let new = start + text(.random(in: 0...12)) + end
            var whole: [LineDelta.Line: Int32] = [:]
            old.withUnsafeBytes { LineDelta.forEachLine(of: $0) { whole[$0, default: 0] -= 1 } }
            new.withUnsafeBytes { LineDelta.forEachLine(of: $0) { whole[$0, default: 0] += 1 } }
            let delta = old.withUnsafeBytes { first in new.withUnsafeBytes { LineDelta(from: first, to: $0) } }
            #expect(delta.counts == whole.filter { $0.value != 0 }, "\(old) \(new)")
        }
    }

    @Test func blankLinesAndBracketsProveNothing() {
        #expect(delta(["word here"], ["word here", "", "}", "  {"]).isTrivial)
        #expect(!delta(["word here"], ["word here", "telling line"]).isTrivial)
        #expect(delta(["a line of text"], ["a line of text", "", "telling line"]).weight == 1)
    }

    @Test func whiteSpaceAndTheLastNewlineCount() {
        #expect(!delta(["some text here"], ["some  text here"]).isEmpty)
        let open = Array("some text here".utf8)
        let closed = Array("some text here\n".utf8)
        let change = open.withUnsafeBytes { first in closed.withUnsafeBytes { LineDelta(from: first, to: $0) } }
        #expect(change.added == 1)
        #expect(change.removed == 1)
    }
}
