/// What an attempt proved.
public enum Verdict: String, Codable, Sendable, CaseIterable {
    case pending, failed, partial, success, abandoned

    /// Emoji and word, as a hub's Result and a log's Verdict carry them: "❌ Failed".
    public var markdown: String { emoji.map { $0 + " " + word } ?? word }

    /// The word alone, as the Outcome column of the Effort Breakdown carries it: "Failed".
    public var word: String {
        switch self {
        case .pending: "Pending"
        case .failed: "Failed"
        case .partial: "Partial"
        case .success: "Success"
        case .abandoned: "Abandoned"
        }
    }

    /// The emoji before the word; nil where the word stands alone.
    public var emoji: String? {
        switch self {
        case .failed: "❌"
        case .partial: "⚠️"
        case .success: "✅"
        case .pending, .abandoned: nil
        }
    }
}

/// How a saga as a whole stands.
public enum SagaStatus: String, Codable, Sendable, CaseIterable {
    case investigating, resolved, abandoned, superseded

    /// The word that a hub's Status starts with.
    public var word: String {
        switch self {
        case .investigating: "Investigating"
        case .resolved: "Resolved"
        case .abandoned: "Abandoned"
        case .superseded: "Superseded"
        }
    }

    /// What a hub's Status says: "Resolved (Attempt 003)" when a resolved saga has a winner, else the word.
    public func markdown(winner: Int?) -> String {
        guard self == .resolved, let winner else { return word }
        return word + " (Attempt " + AttemptNumber.text(winner) + ")"
    }
}
