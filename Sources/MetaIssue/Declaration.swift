import AttemptHistory
import Documents
import GitStore

/// What a person or a command declared of an attempt, in `attempts/NNN-slug/.metaissue`.
struct Declaration: Equatable {
    /// The keys of its only section.
    enum Key: String {
        case branch
        case verdict
        case reason
        case abandoned
        /// Why, where `reason` is that of a verdict.
        case abandonedReason
        /// The mainline commit by which revert-attempt took it back.
        case reverted
        /// Why it was taken back.
        case revertedReason
        /// A commit's full id, or `false`: a person's word about the landing.
        case landed
        /// Who said so.
        case landedBy
        /// When, `YYYY-MM-DD`.
        case landedOn
        /// Why.
        case landedReason
        /// The commit that it began at (full id), of an attempt that was imported.
        case base
        /// Its tip (full id), of an attempt that was imported and has no branch.
        case tip
        /// The numbers that it had before it was renumbered, between blanks.
        case formerly
        /// The branches that it had then.
        case formerBranch
        /// The commits that recorded its start then.
        case formerStart
        /// Of a folder that is a signpost only: the number that the attempt has now.
        case movedTo

        /// What `settle` writes.
        static let settlement: [Key] = [.landed, .landedBy, .landedOn, .landedReason]
    }

    static let section = "attempt"

    /// The attempt's branch.
    var branch: String?
    /// A verdict that overrules what history suggests.
    var verdict: Verdict?
    /// Why.
    var reason: String?
    /// The day it was declared abandoned.
    var abandoned: CalendarDate?
    /// Why it was abandoned.
    var abandonedReason: String?
    /// A person's word about its landing.
    var settlement: Settlement?
    /// Its place in history, where branch name and stub do not tell.
    var place = RecordedPlace()
    /// The numbers that it had before.
    var formerly: [Int] = []
    /// Why it was taken back, by the commit that did.
    var reversal: (commit: ObjectID, reason: String)? {
        revertedBy.flatMap { commit in revertedReason.map { (commit, $0) } }
    }
    /// The mainline commit that took it back.
    private(set) var revertedBy: ObjectID?
    private var revertedReason: String?

    /// Reads the file of one attempt.
    ///
    /// - Throws: ``Failure`` that names the file and what is wrong in it.
    init(bytes: [UInt8], path: String) throws {
        let text = try TrackedConfig.read(bytes, at: path)
        branch = text.value(.branch)
        reason = text.value(.reason)
        func commit(_ key: Key) -> ObjectID? {
            text.value(key).flatMap { $0.utf8.count == ObjectID.hexLength ? ObjectID(hex: $0) : nil }
        }
        place = RecordedPlace(
            base: commit(.base), tip: commit(.tip), formerBranches: text.words(.formerBranch),
            formerStarts: text.words(.formerStart).compactMap { ObjectID(hex: $0) })
        formerly = text.words(.formerly).compactMap { AttemptNumber.parse($0) }
        abandoned = text.value(.abandoned).flatMap { CalendarDate(iso: $0) }
        revertedBy = text.value(.reverted).flatMap { ObjectID(hex: $0) }
        revertedReason = text.value(.revertedReason).map { Declare.oneLine($0) }.flatMap { $0.isEmpty ? nil : $0 }
        if let word = text.value(.verdict) {
            guard let known = Verdict(rawValue: word.lowercased()) else {
                throw Failure(
                    "\(path): '\(MarkdownText.terminalSafe(word))' is no verdict",
                    advice: "use one of: " + Verdict.allCases.map(\.rawValue).joined(separator: ", "))
            }
            verdict = known
        }
        // With a verdict of its own, the reason is that one's.
        abandonedReason = text.value(.abandonedReason) ?? (verdict == nil ? reason : nil)
        if let word = text.value(.landed) {
            guard let said = Self.landing(word) else {
                throw Failure(
                    "\(path): '\(MarkdownText.terminalSafe(word))' is no landing",
                    advice: "give a commit's full id of 40 digits, or false for what has not landed")
            }
            settlement = Settlement(
                word: said, by: text.value(.landedBy), day: text.value(.landedOn), reason: text.value(.landedReason))
        }
    }

    /// True for what `renumber` leaves in an attempt's old folder: a signpost, and no attempt's declaration.
    static func isSignpost(_ bytes: [UInt8], path: String) throws -> Bool {
        guard bytes.firstRange(of: Key.movedTo.rawValue.utf8) != nil else { return false }
        return try TrackedConfig.read(bytes, at: path).value(.movedTo) != nil
    }

    /// Reads the value of `landed`; nil for anything that is neither a full commit id nor git's spelling of false.
    static func landing(_ text: String) -> Settlement.Word? {
        if ["false", "no", "off", "0"].contains(text.lowercased()) { return .notLanded }
        guard text.utf8.count == ObjectID.hexLength else { return nil }
        return ObjectID(hex: text.lowercased()).map { .landed($0) }
    }
}

extension GitConfigText {
    /// A declared value; nil when it is not there.
    func value(_ key: Declaration.Key) -> String? {
        value(section: Declaration.section, subsection: nil, key: key.rawValue)
    }

    /// The words of a declared value: none where it is not there.
    func words(_ key: Declaration.Key) -> [String] {
        value(key)?.parts(between: " ").filter { !$0.isEmpty } ?? []
    }

    /// Declares one word more, at the end.
    mutating func declare(_ key: Declaration.Key, adding word: String) throws(GitConfigError) {
        let known = words(key)
        if !known.contains(word) { try declare(key, (known + [word]).joined(separator: " ")) }
    }

    /// Declares a value; nil takes it away.
    mutating func declare(_ key: Declaration.Key, _ value: String?) throws(GitConfigError) {
        if let value {
            try set(section: Declaration.section, key: key.rawValue, value: value)
        } else {
            try remove(section: Declaration.section, key: key.rawValue)
        }
    }
}
