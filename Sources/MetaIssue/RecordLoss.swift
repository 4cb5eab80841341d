import AttemptHistory
import Documents
import GitStore

/// Parts of an attempt's record that the mainline had and that went away, and not by a reversal that was identified:
/// reported, never brought back unasked (HOOKS-AND-RECORDS.md, decision 4).
public struct RecordLoss: Sendable {
    /// The attempt's number.
    public let number: Int
    /// What is gone.
    public let parts: [RecordPart]
    /// The names of the files in its folder out of which a revert took words; empty where the folder itself is gone.
    public let files: [String]
    /// How it went away, as the end of a sentence.
    public let how: String
    /// The commands that bring it back, or settle it.
    public let answers: [String]
}

/// Looks for what one version of a record lacks.
struct RecordLosses {
    let saga: Saga
    let history: RecordHistory
    let isOnlySaga: Bool
    /// Whether a revert changed an attempt's folder and code.
    let wasTakenBack: (_ number: Int) throws -> Bool

    /// What a version of the record lacks of these attempts.
    ///
    /// - Parameter tip: the mainline's tip, which a work tree may lag behind.
    func find(in record: SagaRecord, _ all: [AttemptFacts], tip: SagaRecord?) throws -> [RecordLoss] {
        try all.filter { try mayHaveBeenRecorded($0, record) }.compactMap { facts in
            let number = facts.number
            var gone: [RecordPart] = []
            var how: String?
            for part in record.missingParts(of: number) {
                if let tip, !tip.missingParts(of: number).contains(part) {
                    gone.append(part)
                    how = "is missing in the work tree"
                } else if let departure = try history.departure(of: part, number, since: beginning(of: facts)) {
                    gone.append(part)
                    how = how ?? departure.removal.map { "went away in \($0.short)" }
                }
            }
            guard !gone.isEmpty else { return nil }
            return loss(gone, of: number, how: how ?? "went away when the mainline was rewritten")
        }
    }

    /// Folders that reverts took away together with code, of numbers that nothing else tells of: a squash of a branch that
    /// kept its own record, which is gone, and which nobody recorded before it was taken back.
    func losses(of folders: [Int: [ObjectID]], in record: SagaRecord) throws -> [RecordLoss] {
        try folders.sorted { $0.key < $1.key }.compactMap { number, reverts in
            guard record.tombstones[number] == nil, !record.numbers.contains(number), try wasTakenBack(number),
                let removal = try history.departure(of: .folder, number, since: nil)?.removal,
                reverts.contains(removal)
            else { return nil }
            return loss([.folder], of: number, how: "went away in \(removal.short)")
        }
    }

    private func loss(_ parts: [RecordPart], of number: Int, how: String) -> RecordLoss {
        RecordLoss(
            number: number, parts: parts, files: [], how: how,
            answers: [
                "git metaissue restore \(name(of: number))  # brings it back",
                "git metaissue forget \(name(of: number))  # leaves it out for good",
            ])
    }

    /// Words that reverts took out of files, one loss an attempt and a revert.
    func losses(of words: [LostWords], in record: SagaRecord) -> [RecordLoss] {
        var found: [RecordLoss] = []
        for lost in words where record.tombstones[lost.number] == nil {
            if found.last.map({ $0.number == lost.number && $0.how.hasSuffix(lost.commit.short) }) == true { continue }
            let together = words.filter { $0.number == lost.number && $0.commit == lost.commit }
            found.append(
                RecordLoss(
                    number: lost.number, parts: [],
                    files: together.map { $0.path.below(saga.attemptsPath) ?? $0.path },
                    how: "went away in \(lost.commit.short)",
                    answers: ["git metaissue restore \(name(of: lost.number))  # brings it back"]))
        }
        return found
    }

    private func name(of number: Int) -> String {
        AttemptNumber.text(number) + (isOnlySaga ? "" : " --saga \(saga.id)")
    }

    /// Nothing of the attempt is older; nil where that is not known: a tip on the mainline tells no beginning.
    private func beginning(of facts: AttemptFacts) -> ObjectID? {
        facts.stub ?? (facts.state == .unknown ? nil : facts.base)
    }

    /// An attempt that is not on the mainline and was not recorded there has nothing to lose.
    private func mayHaveBeenRecorded(_ facts: AttemptFacts, _ record: SagaRecord) throws -> Bool {
        if record.tombstones[facts.number] != nil { return false }
        return try record.numbers.contains(facts.number) || !facts.state.isOpen || history.isOnMainline(facts.stub)
            || history.wasRewritten || wasTakenBack(facts.number)
    }
}

extension SagaRecord {
    /// The parts that a record should have of an attempt, and has not. A document that is not there lacks nothing.
    func missingParts(of number: Int) -> [RecordPart] {
        RecordPart.allCases.filter { part in
            switch part {
            case .folder: folders[number] == nil
            case .section: log != nil && section(number) == nil
            case .row: hub?.hasTable == true && !hasRow(number)
            }
        }
    }
}
