import GitStore

/// A mainline commit that this program made for a saga's record, as its trailers tell.
public struct RecordCommit: Hashable, Sendable {
    /// What a record commit was made for.
    public enum Event: String, Sendable {
        case start
        case land
        case revert
        case sync
    }

    /// The saga's id (`Meta-Issue:`).
    public let saga: String
    /// The attempt (`Meta-Issue-Attempt:`); nil when the commit is about the whole saga.
    public let attempt: Int?
    /// What it was made for (`Meta-Issue-Event:`); nil for words of a later version.
    public let event: Event?
    /// The mainline commit itself.
    public let commit: ObjectID
    /// Its position among the mainline's steps.
    public let step: Int

    /// Reads the trailers of a message; nil when it has none of ours. The last line of each name counts.
    init?(message: String, commit: ObjectID, step: Int) {
        var values: [String: String] = [:]
        for line in message.messageLines where line.hasPrefix("Meta-Issue") {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            values[String(parts[0])] = String(parts[1].drop { $0 == " " })
        }
        guard let saga = values["Meta-Issue"], !saga.isEmpty else { return nil }
        self.saga = saga
        attempt = values["Meta-Issue-Attempt"].flatMap { Int($0) }
        event = values["Meta-Issue-Event"].flatMap { Event(rawValue: $0) }
        self.commit = commit
        self.step = step
    }
}
