import ArgumentParser
import MetaIssue

/// What git calls to merge a saga's log or README.
struct MergeDriverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge-driver", abstract: "Merge three versions of a saga's document; called by git.",
        shouldDisplay: false)

    @Argument(help: "%O, the version that both sides began with.")
    var base: String

    @Argument(help: "%A, our version; the result goes there.")
    var ours: String

    @Argument(help: "%B, their version.")
    var theirs: String

    @Argument(help: "%L, the length of conflict markers.")
    var markerSize = 7

    @Argument(help: "%P, the file's path.")
    var path: String?

    @Argument(help: "%S %X %Y, what the versions are called.")
    var labels: [String] = []

    func run() async throws {
        // A git that does not know %S, %X and %Y hands them on as they are.
        let isKnown = labels.count == 3 && labels[0] != "%S"
        let outcome = try await MergeDriver.run(
            .init(
                base: base, ours: ours, theirs: theirs, markerSize: markerSize, path: path,
                labels: isKnown ? (labels[0], labels[1], labels[2]) : nil),
            in: Surroundings.directory)
        for note in outcome.notes { Output.complain("metaissue: \(note)") }
        if outcome.exitCode != 0 { throw ExitCode(outcome.exitCode) }
    }
}
