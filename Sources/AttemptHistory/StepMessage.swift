import GitStore

/// What a mainline commit's message claims. Claims name candidates and corroborate; none decides alone.
struct StepMessage {
    /// The first line.
    let subject: String
    /// Lines that are not quoted (`>`).
    let lines: [String]
    /// The first line and, of a squash merge's list of subjects, the others: lines without bullets and indentation.
    let subjects: Set<String>
    /// What a squash merge's list of subjects has: the lines that begin with `* `, without that.
    let listed: Set<String>
    /// True when it speaks of taking something back, or of bringing it in again.
    let speaksOfReversal: Bool
    /// True when it says of the whole commit that it takes another one back, or brings one in again.
    let isReversal: Bool
    /// Commit ids, 7 digits or more, in lower case.
    let commitIDs: [String]
    /// Numbers of pull or merge requests: `#12`, `!12`.
    let requestNumbers: [Int]
    /// Addresses in `Co-authored-by:` lines, in lower case.
    let coauthors: Set<String>
    /// The subject between the quotes of `Revert "…"` or `Reapply "…"`.
    let quotedSubject: String?

    init(_ message: String) {
        let all = message.messageLines.map { String($0) }
        let subject = all.first ?? ""
        self.subject = subject
        lines = all.filter { !$0.hasPrefix(">") }
        subjects = Set(lines.map { line in String(line.drop { " \t*-".contains($0) }) })
        listed = Set(lines.lazy.filter { $0.hasPrefix("* ") }.map { String($0.dropFirst(2)) })
        let words = lines.flatMap { $0.split { !Self.isWordCharacter($0) } }
        commitIDs = words.filter { Self.isCommitID($0) }.map { $0.lowercased() }
        requestNumbers = words.compactMap { word in
            (word.hasPrefix("#") || word.hasPrefix("!")) ? Int(word.dropFirst()) : nil
        }
        coauthors = Set(lines.compactMap { Self.coauthor($0.lowercased()) })
        speaksOfReversal = lines.contains { line in
            ["evert", "ack out", "acked out", "eapply"].contains { line.contains($0) }
        }
        quotedSubject = Self.quoted(subject)
        let openings = ["Revert", "Reapply", "Back out", "Backed out"]
        isReversal = openings.contains { subject.hasPrefix($0) } || lines.contains { $0.hasPrefix("This reverts ") }
    }

    /// True when it says of the whole commit that it takes another one back, and not that it brings one in again.
    var takesBack: Bool {
        guard isReversal, !subject.hasPrefix("Reapply") else { return false }
        var (rest, count) = (subject[...], 0)
        while rest.hasPrefix("Revert \"") {
            rest = rest.dropFirst("Revert \"".count)
            count += 1
        }
        return count == 0 || (count % 2 == 1 && !rest.hasPrefix("Reapply \""))
            || (count % 2 == 0 && rest.hasPrefix("Reapply \""))
    }

    /// True when the message names a commit by its id.
    func names(_ id: ObjectID) -> Bool {
        guard !commitIDs.isEmpty else { return false }
        let hex = id.hex
        return commitIDs.contains { hex.hasPrefix($0) }
    }

    /// True when the message says in git's own words that it reverts a commit.
    func reverts(_ id: ObjectID) -> Bool {
        let hex = id.hex
        return lines.contains { line in
            guard line.hasPrefix("This reverts commit ") else { return false }
            let word = line.dropFirst("This reverts commit ".utf8.count).prefix { $0.isHexDigit }.lowercased()
            return word.utf8.count >= 7 && hex.hasPrefix(word)
        }
    }

    private static func coauthor(_ line: String) -> String? {
        guard line.hasPrefix("co-authored-by:"), let open = line.lastIndex(of: "<"),
            let close = line.lastIndex(of: ">"),
            open < close
        else { return nil }
        return String(line[line.index(after: open)..<close])
    }

    private static func isWordCharacter(_ character: Character) -> Bool {
        character.isASCII && (character.isLetter || character.isNumber) || character == "#" || character == "!"
    }

    private static func isCommitID(_ word: Substring) -> Bool {
        (7...40).contains(word.utf8.count)
            && word.utf8.allSatisfy { byte in
                (byte >= 48 && byte <= 57) || (byte | 0x20 >= 97 && byte | 0x20 <= 102)
            }
    }

    private static func quoted(_ subject: String) -> String? {
        guard subject.hasPrefix("Revert") || subject.hasPrefix("Reapply"), let open = subject.firstIndex(of: "\""),
            let close = subject.lastIndex(of: "\""), open < close
        else { return nil }
        return String(subject[subject.index(after: open)..<close])
    }
}
