/// Bringing a log up to date.
extension ImplementationLog {
    /// The log with every value that the saga contradicts corrected, and with the rows and sections that are missing.
    ///
    /// - Parameters:
    ///   - saga: what the log should say.
    ///   - templates: where a new section's text comes from.
    public func updated(with saga: SagaEntry, templates: Templates = Templates()) -> DocumentUpdate {
        var revision = Revision()
        if let line = source.conflictLine {
            revision.notice(line: line, "a conflict marker is in the log; nothing was changed")
            return revision.applied(to: source.bytes)
        }
        updatePreamble(saga, &revision)
        updateSections(saga, templates, &revision)
        updateTimeline(saga, &revision)
        updateEffort(saga, &revision)
        updateDuration(saga, &revision)
        return revision.applied(to: source.bytes)
    }

    private func updatePreamble(_ saga: SagaEntry, _ revision: inout Revision) {
        guard let date = saga.lastUpdated else { return }
        guard let key = preambleKey(KeyName.lastUpdated) else {
            revision.notice(line: nil, "the log has no Last Updated before its first section")
            return
        }
        let correction = DateRange.correction(
            of: source.visible[key.value], started: date, ended: nil, isOpen: false, form: .log)
        revision.correct(
            key.slot, in: source, by: correction, what: "Last Updated", wanted: date.description,
            reason: "the newest recorded event")
    }

    private func updateSections(_ saga: SagaEntry, _ templates: Templates, _ revision: inout Revision) {
        var byNumber: [Int: AttemptSection] = [:]
        for section in sections {
            if byNumber[section.number] == nil {
                byNumber[section.number] = section
            } else {
                revision.notice(
                    line: section.lines.lowerBound + 1,
                    "a second section of attempt \(AttemptNumber.text(section.number)); left alone")
            }
        }
        for entry in saga.uniqueAttempts {
            if let section = byNumber[entry.number] {
                update(section, entry, &revision)
            } else if entry.addsMissing {
                let bytes = templates.attemptSection(entry)
                revision.insert(
                    sectionInsertion(entry.number, bytes), in: source,
                    what: "section of attempt \(AttemptNumber.text(entry.number))", reason: entry.reason)
            } else {
                revision.notice(
                    line: nil, "the log has no section of attempt \(AttemptNumber.text(entry.number))")
            }
        }
    }

    private func update(_ section: AttemptSection, _ entry: AttemptEntry, _ revision: inout Revision) {
        let name = "of attempt \(AttemptNumber.text(entry.number))"
        func correct(
            _ names: [String], _ title: String, wanted: String?, _ correction: (ArraySlice<UInt8>) -> Correction
        ) {
            guard let wanted else { return }
            guard let key = section.key(names) else {
                revision.notice(
                    line: section.lines.lowerBound + 1, "the section \(name) has no \(title) (it should say \(wanted))")
                return
            }
            revision.correct(
                key.slot, in: source, by: correction(source.visible[key.value]), what: "\(title) \(name)",
                wanted: wanted, reason: entry.reason)
        }
        let range = entry.started.map { started in
            DateRange.Form.log.text(started: started, ended: entry.ended, isOpen: entry.isOpen)
        }
        correct(KeyName.date, "Date", wanted: range) {
            DateRange.correction(
                of: $0, started: entry.started, ended: entry.ended, isOpen: entry.isOpen, form: .log)
        }
        correct(KeyName.branch, "Branch", wanted: entry.branch) {
            BranchName.correction(of: $0, to: entry.branch ?? "", isCertain: entry.branchIsCertain)
        }
        correct(KeyName.commits, "Commits", wanted: entry.commits.map(String.init)) {
            CountPhrase.correction(of: $0, to: entry.commits ?? 0, noun: "commit")
        }
        correct(KeyName.verdict, "Verdict", wanted: entry.verdict?.markdown) {
            VerdictPhrase.correction(of: $0, to: entry.verdict ?? .pending, withEmoji: true)
        }
    }

    private func updateDuration(_ saga: SagaEntry, _ revision: inout Revision) {
        guard let days = saga.durationDays else { return }
        guard let key = totalDuration else {
            revision.notice(line: nil, "the log has no Total Duration")
            return
        }
        revision.correct(
            key.slot, in: source,
            by: DurationPhrase.correction(of: source.visible[key.value], to: days, needsUnit: true),
            what: "Total Duration", wanted: "\(days) days", reason: "from the saga's first event to its last")
    }
}

extension ImplementationLog {
    /// The log's Total Duration, which stands in no attempt's section.
    var totalDuration: BoldKey? {
        linesOutsideSections.lazy.compactMap { line in
            BoldKey.all(in: source, line: line).first { KeyName.totalDuration.contains($0.name) }
        }.first
    }

    /// The indexes of the lines that belong to no attempt's section.
    private var linesOutsideSections: [Int] {
        var isOutside = Array(repeating: true, count: source.lines.count)
        for section in sections {
            for line in section.lines { isOutside[line] = false }
        }
        return source.lines.indices.filter { isOutside[$0] }
    }
}

extension SagaEntry {
    /// The attempts in order of their numbers; of two with one number the first.
    var uniqueAttempts: [AttemptEntry] {
        var seen: Set<Int> = []
        return attempts.filter { seen.insert($0.number).inserted }.sorted { $0.number < $1.number }
    }
}
