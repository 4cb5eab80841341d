import GitStore
import Testing

@testable import AttemptHistory

/// What commit messages say, whichever line ends they were written with.
@Suite struct MessageTests {
    @Test(arguments: ["\n", "\r\n"]) func aMessageIsReadLineByLine(end: String) throws {
        let id = String(repeating: "1a", count: 20)
        let revert = StepMessage(
            ["Undo \"Cache\"", "", "This reverts commit \(id).", "> quoted #9", "* Cache the list", "See #12", ""]
                .joined(separator: end))
        #expect(revert.subject == "Undo \"Cache\"" && revert.takesBack)
        #expect(revert.commitIDs == [id] && revert.requestNumbers == [12] && revert.listed == ["Cache the list"])
        let record = try #require(
            RecordCommit(
                message: ["Subject", "", "Meta-Issue: s", "Meta-Issue-Attempt: 003", "Meta-Issue-Event: start"]
                    .joined(separator: end), commit: .zero, step: 0))
        #expect(record.saga == "s" && record.attempt == 3 && record.event == .start)
        let merge = MergeMessage(
            ["Merge branch 'perf-attempt-001-x'", "", "Squash-merge of other", ""].joined(separator: end))
        #expect(merge.branches == ["perf-attempt-001-x", "other"])
    }
}
