/// What the message of a mainline commit says about the branches it brings in.
///
/// Wordings: git's own (`Merge branch 'X'`, `Merge branches 'X' and 'Y' into Z`, `Merge remote-tracking branch
/// 'origin/X'`), GitHub's (`Merge pull request #12 from acme/X`), Bitbucket's (`Merged in X (pull request #12)`, `Merge
/// in P/r from X to main`), and `Squash-merge of X`.
struct MergeMessage {
    /// Short names of the branches that are said to be brought in, in the order of the commit's further parents.
    let branches: [String]

    init(_ message: String) {
        var found: [String] = []
        for (index, line) in message.messageLines.enumerated() {
            if line.hasPrefix(">") || line.hasPrefix("    ") { continue }
            if index == 0 { found += Self.subject(line) }
            if let name = Self.word(after: "quash-merge of ", in: line) ?? Self.bitbucketServer(line) {
                found.append(name)
            }
        }
        branches = found
    }

    private static func subject(_ line: Substring) -> [String] {
        for opening in [
            "Merge branch ", "Merge branches ", "Merge remote-tracking branch ", "Merge remote-tracking branches ",
        ]
        where line.hasPrefix(opening) {
            let isRemote = opening.contains("remote")
            let sources = line.dropFirst(opening.count).split(separator: "' into ", maxSplits: 1).first ?? ""
            return quoted(sources + "'").map { isRemote ? afterFirstSlash($0) : $0 }
        }
        if line.hasPrefix("Merge pull request "), let name = word(after: " from ", in: line) {
            return [afterFirstSlash(name)]
        }
        if let name = word(after: "Merged in ", in: line) { return [name] }
        return []
    }

    private static func bitbucketServer(_ line: Substring) -> String? {
        guard line.hasPrefix("Merge in "), line.contains(" to ") else { return nil }
        return word(after: " from ", in: line)
    }

    private static func afterFirstSlash(_ name: String) -> String {
        guard let slash = name.firstIndex(of: "/") else { return name }
        return String(name[name.index(after: slash)...])
    }

    /// The parts between single quotes.
    private static func quoted(_ text: some StringProtocol) -> [String] {
        text.split(separator: "'", omittingEmptySubsequences: false).enumerated()
            .compactMap { $0.offset % 2 == 1 && !$0.element.isEmpty ? String($0.element) : nil }
    }

    /// The word that follows `phrase`, without closing punctuation.
    static func word(after phrase: String, in line: some StringProtocol) -> String? {
        guard let range = line.firstRange(of: phrase) else { return nil }
        var word = line[range.upperBound...].prefix { $0 != " " && $0 != "\t" }
        while let last = word.last, ".,;:'\")".contains(last) { word = word.dropLast() }
        while let first = word.first, "'\"(".contains(first) { word = word.dropFirst() }
        return word.isEmpty ? nil : String(word)
    }
}
