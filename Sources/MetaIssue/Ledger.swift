import AttemptHistory
import Documents
import GitStore

/// What a saga's documents should say: attempt states turned into values for the documents' editor.
///
/// This is the one place that decides which fact goes into a document (PRODUCT.md, "Who owns what"); how a value is
/// found and spelled is the editor's business.
struct Ledger {
    /// Which facts a run may write.
    enum Scope {
        /// Everything.
        case full
        /// A hook: only closed attempts. What is in progress waits for an explicit sync.
        case closedOnly
    }

    let saga: Saga
    let record: SagaRecord
    let states: [AttemptState]
    /// The day each attempt was recorded as started, by number.
    let stubDays: [Int: CalendarDate]
    let scope: Scope
    /// Attempts of which the record lost something: what is missing waits for a person.
    let lost: Set<Int>
    /// The landings that rows of the log tell by commits that the mainline has no more, by number: the first 12 digits.
    let goneLandings: [Int: Set<String>]
    /// Attempts that are being imported: written although they are open.
    let adding: Set<Int>
    /// The attempt that is being started: written although it is open and not recorded yet.
    var starting: NewAttemptFacts?

    /// The entry that the documents are compared with.
    var entry: SagaEntry {
        let recorded = states.filter { isRecorded($0) || addsMissing($0) }
        let attempts = recorded.map(attemptEntry)
        let days = recorded.map(\.days)
        let first = ([record.hub?.created ?? record.log?.created] + recorded.map(\.started)).compactMap { $0 }.min()
        // An attempt that is left aside has no events and no end here.
        var newest = ([record.declaration?.day] + attempts.flatMap { $0.events.map(\.date) + [$0.ended] })
            .compactMap { $0 }.max()
        // A clone that does not have an attempt's commits knows less than the one that wrote of them.
        let isUndecided = recorded.contains { !isCertain($0) || (!$0.facts.state.isOpen && $0.ended == nil) }
        // A run that leaves attempts aside knows less than the one that wrote the day.
        if let known = newest, scope == .closedOnly || isUndecided {
            newest = [known, record.log?.lastUpdated].compactMap { $0 }.max()
        }
        var entry = SagaEntry(title: record.title, attempts: attempts)
        entry.totalAttempts = recorded.count
        entry.lastUpdated = newest
        let standing = SagaStanding(record, states)
        entry.status = record.hub.map { _ in standing.status }
        entry.winningAttempt = standing.isDeclared ? standing.winner : nil
        entry.statusReason = standing.isDeclared ? standing.doubt ?? "it was declared so" : nil
        // What cannot be read is left alone, unless somebody declared it.
        if let hub = record.hub, !standing.isDeclared, hub.status == nil, !(hub.statusText ?? "").isEmpty {
            entry.status = nil
        }
        if let first, let newest {
            entry.durationDays = CalendarDate.inclusiveDays(from: first, to: max(first, newest))
        }
        // A total is only known when every closed attempt's days are.
        let closed = zip(recorded, days).filter { !$0.0.facts.state.isOpen }
        if !isUndecided, !closed.contains(where: { $0.1 == nil }) {
            entry.totalDays = closed.compactMap(\.1).reduce(0, +)
        }
        return entry
    }

    /// True when log, hub or folder know the attempt already.
    private func isRecorded(_ state: AttemptState) -> Bool { record.numbers.contains(state.facts.number) }

    /// Sections and rows are written once an attempt's story is on the mainline; start-attempt writes them earlier
    /// where the record is kept there.
    private func addsMissing(_ state: AttemptState) -> Bool {
        if state.facts.number == starting?.number || adding.contains(state.facts.number) { return true }
        if lost.contains(state.facts.number) || record.tombstones[state.facts.number] != nil { return false }
        return switch state.facts.state {
        case .landed, .partlyLanded, .discarded, .reverted, .partlyReverted, .reapplied: isCertain(state)
        case .abandoned: record.declarations[state.facts.number]?.abandoned != nil
        case .planned, .inProgress, .unknown: false
        }
    }

    /// Weak and contradicted evidence never changes a document.
    private func isCertain(_ state: AttemptState) -> Bool {
        if state.facts.state == .planned || state.facts.state == .inProgress { return true }
        return state.facts.state != .unknown && (state.facts.evidence.map(\.certainty).min() ?? .weak).maySettle
    }

    /// Whether this run leaves the attempt as the documents have it.
    private func isLeftAside(_ state: AttemptState) -> Bool {
        guard isCertain(state) else { return true }
        // What one clone alone sees is not abandonment in a document.
        if state.facts.state == .abandoned { return record.declarations[state.facts.number]?.abandoned == nil }
        return scope == .closedOnly && state.facts.state.isOpen && state.facts.number != starting?.number
            && !adding.contains(state.facts.number)
    }

    private func attemptEntry(_ state: AttemptState) -> AttemptEntry {
        let number = state.facts.number
        var entry = AttemptEntry(number: number, title: state.title)
        entry.folder = state.folder
        entry.branch = state.branch
        entry.isOpen = state.facts.state.isOpen
        let own = starting?.number == number ? starting : nil
        let folder = record.approach(of: number)
        entry.hypothesis = own?.hypothesis ?? Self.known(folder?.hypothesis)
        entry.approach =
            own?.approach ?? Self.known(record.section(number)?.approach) ?? Self.known(folder?.approach)
        entry.addsMissing = addsMissing(state)
        entry.reason = reason(for: state)
        guard !isLeftAside(state) else {
            entry.verdict = state.verdict.source == .declared ? state.verdict.value : nil
            entry.knowsEvents = isCertain(state)
            return entry
        }
        entry.commits = state.facts.ownCommits.map(\.count)
        entry.started = state.started
        entry.ended = state.ended
        entry.days = state.days
        entry.verdict = documentVerdict(state)
        entry.events = events(of: state)
        entry.goneLandings = goneLandings[number] ?? []
        return entry
    }

    /// nil for what a template wrote where nothing was known.
    private static func known(_ text: String?) -> String? {
        guard let text, text != Templates.unknown else { return nil }
        return MarkdownText.plain(text)
    }

    /// Pending is only written over what a reversal wrote; a document that says nothing yet stays as it is.
    private func documentVerdict(_ state: AttemptState) -> Verdict? {
        guard state.verdict.value == .pending, state.verdict.source != .declared else { return state.verdict.value }
        return state.facts.state == .reapplied || record.verdict(of: state.facts.number) == nil ? .pending : nil
    }

    private func reason(for state: AttemptState) -> String {
        let facts = state.facts
        var words = facts.state.rawValue
        if let how = facts.how { words += " by \(how.rawValue)" }
        if let commit = facts.reversals.last?.commits.last, facts.state == .reverted || facts.state == .partlyReverted {
            words += " in \(commit.short)"
        } else if let commit = facts.landings.last?.commit {
            words += " in \(commit.short)"
        }
        if let started = state.started {
            words += state.ended.map { ", work from \(started) to \($0)" } ?? ", started \(started)"
            if let days = state.days { words += " is \(days) \(days == 1 ? "day" : "days"), both ends counted" }
        }
        return words
    }

    /// The rows that history has for the log's Timeline Summary, oldest first.
    private func events(of state: AttemptState) -> [TimelineEvent] {
        let facts = state.facts
        let name = "Attempt \(AttemptNumber.text(facts.number))"
        var events: [TimelineEvent] = []
        func add(
            _ kind: TimelineEventKind, _ date: CalendarDate, _ text: String, _ reason: String, isPart: Bool = false
        ) {
            let whole = "\(name) \(isPart ? "partly " : "")\(text)"
            events.append(TimelineEvent(kind: kind, date: date, text: whole, reason: reason, isPart: isPart))
        }
        if let day = stubDays[facts.number] ?? state.started {
            add(.started, day, "started (\(MarkdownText.escapeCell(state.title)))", "its first recorded day")
        }
        for landing in facts.landings {
            let commit = landing.commit.short
            if landing.isReapplication {
                add(.reapplied, landing.time.day, "reapplied (\(commit))", "the mainline brought it back")
            } else {
                let how = landing.how.map { "\($0.rawValue), " } ?? ""
                add(
                    .landed, landing.time.day, "landed (\(how)\(commit))",
                    "the mainline took it in" + (landing.how.map { " by \($0.rawValue)" } ?? ""),
                    isPart: facts.state == .partlyLanded)
            }
        }
        for reversal in facts.reversals {
            guard let commit = reversal.commits.last?.short else { continue }
            let told = record.declarations[facts.number]?.reversal
            // In the parentheses, so that no word of it is taken for another event.
            let why = told.flatMap { reversal.commits.contains($0.commit) ? ": \(Self.parenthesised($0.reason))" : nil }
            add(
                .reverted, reversal.time.day, "reverted (\(commit)\(why ?? ""))", "the mainline took it back",
                isPart: reversal.extent == .partial)
        }
        if let declaration = record.declarations[facts.number], let day = declaration.abandoned,
            facts.state == .abandoned
        {
            let why = declaration.abandonedReason.map { " (\(Self.parenthesised($0)))" } ?? ""
            add(.abandoned, day, "abandoned\(why)", "it was declared so")
        }
        return events.enumerated().sorted { ($0.element.date, $0.offset) < ($1.element.date, $1.offset) }.map(\.element)
    }

    /// A reason as it may stand between parentheses in a table's cell.
    private static func parenthesised(_ text: String) -> String {
        MarkdownText.escapeCell(text.replacing(scalar: "(", with: "[").replacing(scalar: ")", with: "]"))
    }
}
