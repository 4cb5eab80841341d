import GitStore
import Testing

@Suite struct CoresTests {
    private struct Problem: Error, Equatable {
        let name: String
    }

    @Test(arguments: [false, true]) func bothResultsComeBackInTheirPlaces(_ isWorthIt: Bool) throws {
        let (sum, text) = try Cores.both(isWorthIt: isWorthIt) {
            (0...1000).reduce(0, +)
        } _: {
            (0..<5).map(String.init).joined()
        }
        #expect(sum == 500_500 && text == "01234")
    }

    @Test(arguments: [false, true]) func theFirstErrorIsTheOneThatIsThrown(_ isWorthIt: Bool) {
        #expect(throws: Problem(name: "one")) {
            try Cores.both(isWorthIt: isWorthIt) {
                throw Problem(name: "one")
            } _: {
                throw Problem(name: "two")
            }
        }
        #expect(throws: Problem(name: "two")) {
            try Cores.both(isWorthIt: isWorthIt) {
                1
            } _: {
                throw Problem(name: "two")
            }
        }
    }
}
