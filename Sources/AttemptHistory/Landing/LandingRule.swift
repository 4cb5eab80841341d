import GitStore

/// Own commits of an attempt whose landing is looked for, and the change that they make together.
struct LandingTarget {
    let attempt: ExaminedAttempt
    /// Positions among the attempt's own commits; all of them change something.
    let commits: [Int]
    /// Their net change, by path; never empty.
    let change: [PathTransition]
    /// The first mainline step that can have landed them.
    let firstStep: Int
    /// The last one.
    let lastStep: Int
    /// Whether the landing is looked for among the steps that say they take something back or bring it in again, or
    /// among all others.
    let amongReversals: Bool

    /// Whether a step may count as the landing.
    func allows(_ step: Int, _ history: History) throws(GitStoreError) -> Bool {
        guard step >= firstStep, step <= lastStep else { return false }
        guard history.step(step).mentions.contains(.reversal) else { return !amongReversals }
        return try history.message(of: step).isReversal == amongReversals
    }
}

/// A mainline step that brought in some of an attempt's commits.
struct LandedPart {
    /// Positions among the attempt's own commits.
    var commits: [Int]
    /// The step.
    var step: Int
    /// What the step did to the paths that the landing is about.
    var transitions: [PathTransition]
}

/// What a rule found out about a target's landing.
struct LandingFinding {
    /// Oldest step first.
    var parts: [LandedPart]
    var certainty: Certainty
    var evidence: [Evidence]
    /// Paths of which less than half landed.
    var missing: [PathOutcome] = []

    /// The finding with its certainty lowered where it is above `limit`.
    func atMost(_ limit: Certainty) -> LandingFinding {
        var finding = self
        finding.certainty = max(certainty, limit)
        for index in finding.evidence.indices {
            finding.evidence[index].certainty = max(finding.evidence[index].certainty, limit)
        }
        return finding
    }
}

/// One way of telling that a target's commits are on the mainline. Rules are pure: the same history, the same answer.
///
/// Rules are tried in order of strength; adding a rule is adding a file and a line in ``LandingSearch/rules``.
protocol LandingRule: Sendable {
    /// The stable name that evidence carries.
    var name: String { get }

    /// Looks for the target on the mainline; nil when this rule cannot tell.
    func find(_ target: LandingTarget, in history: History) throws(GitStoreError) -> LandingFinding?
}

/// "1 path", "3 paths".
func counted(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

/// "the one path", "all 3 paths".
func allCounted(_ count: Int, _ noun: String) -> String {
    count == 1 ? "the one \(noun)" : "all \(counted(count, noun))"
}
