import ArgumentParser
import Documents
import MetaIssue

struct PushCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "push", abstract: "Share this clone's anchors with a remote.")

    @Argument(help: "The remote (default: the one git would push to).")
    var remote: String?

    @OptionGroup var saga: SagaOption

    @Flag(name: .customLong("dry-run"), help: "Only tell what would happen.")
    var dryRun = false

    @Flag(help: "Take away on the remote the anchors of attempts that were renumbered or forgotten.")
    var prune = false

    @Flag(help: "Replace anchors that went elsewhere, where the remote still has what was last seen.")
    var force = false

    func run() async throws {
        let exchange = try await AnchorPush.run(
            .init(remote: remote, saga: saga.saga, prunes: prune, forces: force, isDryRun: dryRun),
            in: Surroundings.directory)
        Output.write(AnchorLines.text(exchange, empty: "there are no anchors here yet", isDryRun: dryRun))
        let name = MarkdownText.terminalSafe(exchange.remote)
        for anchor in exchange.anchors where anchor.outcome == .kept {
            Output.complain(
                "note: nothing else on \(name) keeps the commits of \(MarkdownText.terminalSafe(anchor.name)); "
                    + "if they may go: git push \(name) :refs/metaissue/\(MarkdownText.terminalSafe(anchor.name))")
        }
        guard exchange.hasRefusals else { return }
        Output.complain("error: some anchors were not pushed to \(name)")
        if exchange.anchors.contains(where: { $0.outcome == .diverged }) {
            Output.complain(
                "hint: somebody has other commits under the same number. See them with: git metaissue fetch \(name), "
                    + "then git metaissue status. If the branch was rebased here, replace them with: "
                    + "git metaissue push --force \(name)")
        }
        throw ExitCode(1)
    }
}

struct FetchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fetch", abstract: "Learn the anchors of a remote, so that others' attempts are known here.")

    @Argument(help: "The remote (default: the one git would fetch from).")
    var remote: String?

    @OptionGroup var saga: SagaOption

    @Flag(name: .customLong("dry-run"), help: "Only tell what would happen.")
    var dryRun = false

    @Flag(help: "Forget the anchors that the remote has no longer.")
    var prune = false

    func run() async throws {
        let exchange = try await AnchorFetch.run(
            remote, saga: saga.saga, prunes: prune, isDryRun: dryRun, in: Surroundings.directory)
        Output.write(
            AnchorLines.text(
                exchange, empty: "it has no anchors; whoever has them shares them with: git metaissue push",
                isDryRun: dryRun))
        for (saga, clash) in exchange.clashes {
            Output.write("\(saga): " + ClashText.lines(clash).map { $0 + "\n" }.joined())
        }
    }
}

/// What a push or fetch did, in lines.
enum AnchorLines {
    /// A line for each anchor that something happened to, then one that counts.
    static func text(_ exchange: AnchorExchange, empty: String, isDryRun: Bool) -> String {
        let width = exchange.anchors.map(\.name.count).max() ?? 0
        let lines = exchange.anchors.map { anchor in
            let name = anchor.name.padding(to: width)
            return MarkdownText.terminalSafe("  \(name)  \(words(anchor))") + "\n"
        }
        var counts: [String] = []
        for (word, count) in Dictionary(grouping: exchange.anchors, by: { word($0.outcome) }).mapValues(\.count)
            .sorted(by: { $0.key < $1.key })
        {
            counts.append("\(count) \(word)")
        }
        let name = MarkdownText.terminalSafe(exchange.remote)
        let total = exchange.count == 1 ? "1 anchor" : "\(exchange.count) anchors"
        let summary =
            exchange.anchors.isEmpty
            ? exchange.count == 0 ? empty : "\(total), nothing new" : "\(total): " + counts.joined(separator: ", ")
        return lines.joined() + "\(name): \(summary)\(isDryRun ? " (nothing was done)" : "")\n"
    }

    private static func word(_ outcome: SharedAnchor.Outcome) -> String {
        switch outcome {
        case .new: "new"
        case .moved: "moved"
        case .replaced: "replaced"
        case .behind: "behind"
        case .diverged: "diverged"
        case .refused: "refused"
        case .pruned: "pruned"
        case .kept: "kept"
        }
    }

    private static func words(_ anchor: SharedAnchor) -> String {
        let before = anchor.before?.prefix(12)
        let after = anchor.after?.prefix(12)
        let word = word(anchor.outcome)
        switch anchor.outcome {
        case .new: return "\(word)  \(after ?? "")"
        case .moved: return "\(word)  \(before.map { "\($0).." } ?? "")\(after ?? "")"
        case .replaced: return "\(word)  \(before.map { "\($0)..." } ?? "")\(after ?? "")"
        case .behind: return "\(word)  the remote's \(before ?? "") contains it"
        case .diverged: return "\(word)  \(after ?? "") here, \(before ?? "") there"
        case .refused(let reason): return "\(word)  \(reason)"
        case .pruned, .kept: return "\(word)  \(before ?? "")"
        }
    }
}

extension String {
    fileprivate func padding(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
