import AttemptHistory
import Documents
import GitStore

/// What a person declared of a saga as a whole, in `<saga>/.metaissue`.
struct SagaDeclaration: Equatable {
    static let section = "saga"

    /// How it stands.
    var status: SagaStatus?
    /// The attempt that resolved it.
    var winner: Int?
    /// The saga that took its place.
    var supersededBy: String?
    /// The day on which that was said.
    var day: CalendarDate?
    /// The attempts that were forgotten.
    let tombstones: [Int: Tombstone]

    /// Reads the file.
    ///
    /// - Throws: ``Failure`` that names the file and what is wrong in it.
    init(bytes: [UInt8], path: String) throws {
        let text = try TrackedConfig.read(bytes, at: path)
        func value(_ key: String) -> String? { text.value(section: Self.section, subsection: nil, key: key) }
        tombstones = Tombstone.all(in: text)
        supersededBy = value("supersededBy")
        day = value("on").flatMap { CalendarDate(iso: $0) }
        if let word = value("status") {
            guard let known = SagaStatus(rawValue: word.lowercased()) else {
                throw Failure(
                    "\(path): '\(MarkdownText.terminalSafe(word))' is no status of a saga",
                    advice: "use one of: " + SagaStatus.allCases.map(\.rawValue).joined(separator: ", "))
            }
            status = known
        }
        if let word = value("attempt") {
            guard let number = AttemptNumber.parse(word) else {
                throw Failure(
                    "\(path): '\(MarkdownText.terminalSafe(word))' is not an attempt's number",
                    advice: "numbers look like 003 or 3")
            }
            winner = number
        }
    }
}

/// How a saga stands: what was declared, else what its hub says, checked against the attempt that resolved it.
struct SagaStanding {
    /// How it stands.
    let status: SagaStatus
    /// The attempt that resolved it; nil when none is named, or it was taken back.
    let winner: Int?
    /// Why the status is not the declared one, or should not be the written one.
    let doubt: String?
    /// True where that is a declaration's doing: documents then follow it.
    let isDeclared: Bool

    init(_ record: SagaRecord, _ states: [AttemptState]) {
        let declared = record.declaration?.status
        let written = record.hub?.status ?? .investigating
        let named = declared == nil ? record.hub?.winner : record.declaration?.winner
        isDeclared = declared != nil
        let claimed = declared ?? written
        guard claimed == .resolved, let named else {
            (status, winner, doubt) = (claimed, nil, nil)
            return
        }
        guard let loser = states.first(where: { $0.facts.number == named }), loser.facts.isTakenBack,
            let reversal = loser.facts.reversals.last, let commit = reversal.commits.last
        else {
            (status, winner, doubt) = (claimed, named, nil)
            return
        }
        doubt =
            "attempt \(AttemptNumber.text(named)), which resolved it, was taken back by \(commit.short) "
            + "on \(reversal.time.day)"
        status = declared == nil ? written : .investigating
        winner = declared == nil ? named : nil
    }
}
