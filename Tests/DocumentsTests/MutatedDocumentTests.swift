import Testing

@testable import Documents

/// The example saga in other dresses: line endings, marks, prose around it.
private enum Dress: CaseIterable {
    case asItIs, crlf, cr, byteOrderMark, noLastNewline, invalidUTF8, proseAround, trailingSpaces

    func put(on bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
        let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
        switch self {
        case .asItIs: return bytes
        case .crlf: return Array(lines.joined(separator: [0x0D, 0x0A]))
        case .cr: return Array(lines.joined(separator: [0x0D]))
        case .byteOrderMark: return [0xEF, 0xBB, 0xBF] + bytes
        case .noLastNewline: return Array(bytes.dropLast())
        case .invalidUTF8, .proseAround:
            let extra: [[UInt8]] =
                self == .invalidUTF8
                ? [Array("prose ".utf8) + [0xFF, 0xC3, 0x28, 0x80]]
                : [
                    Array("**Status:** not this one, `**Commits:** 99`".utf8),
                    Array("~~~\n## Attempt 001: no\n~~~".utf8),
                    Array("<!--\n## Attempt 002: no\n**Date:** 1999-01-01\n-->".utf8), Array("> ## Attempt 003".utf8),
                    Array("- item\n\n      | Attempt | Days |\n      |---|---|\n      | 001 | 99 |".utf8),
                    Array("text <!-- **Verdict:** ❌ Failed --> text".utf8),
                ]
            return Array(
                lines.enumerated().map { index, line -> [UInt8] in
                    // prose goes where the example has an empty line at the end of a list of lessons
                    let isPlace = index > 0 && lines[index - 1].starts(with: "4. **".utf8) && line.isEmpty
                    guard isPlace, let piece = extra.randomElement(using: &random) else { return Array(line) }
                    return [0x0A] + piece + [0x0A]
                }.joined(separator: [0x0A]))
        case .trailingSpaces:
            return Array(lines.map { $0.isEmpty ? Array($0) : Array($0) + [0x20, 0x20] }.joined(separator: [0x0A]))
        }
    }
}

/// Without spaces and rule dashes: what padding may change.
private func unpadded(_ bytes: [UInt8]) -> [UInt8] { bytes.filter { $0 != 0x20 } }

@Suite struct MutatedDocumentTests {
    @Test(arguments: 0..<80)
    func aSecondUpdateChangesNothingInAnyDress(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let dress = Dress.allCases[seed % Dress.allCases.count]
        var saga = ExampleSaga.entry
        if seed % 2 == 1 { saga.attempts.append(ExampleSaga.fourth) }
        let log = ImplementationLog(bytes: dress.put(on: ExampleSaga.log, &random))
        let once = log.updated(with: saga)
        #expect(once.changes.count == (seed % 2 == 1 ? 6 : 3), "seed \(seed) \(dress): \(once.changes)")
        let twice = ImplementationLog(bytes: once.bytes).updated(with: saga)
        #expect(twice.changes == [], "seed \(seed) \(dress)")
        #expect(twice.bytes == once.bytes, "seed \(seed) \(dress)")
        let hub = HubDocument(bytes: dress.put(on: ExampleSaga.hub, &random)).updated(with: saga)
        #expect(hub.changes.count == (seed % 2 == 1 ? 1 : 0), "seed \(seed) \(dress): \(hub.changes)")
        #expect(HubDocument(bytes: hub.bytes).updated(with: saga).bytes == hub.bytes, "seed \(seed) \(dress)")
    }

    @Test(arguments: 0..<120)
    func wrongValuesAreCorrectedAndNothingElse(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let dress = Dress.allCases[seed % Dress.allCases.count]
        let truth = ImplementationLog(bytes: dress.put(on: ExampleSaga.log, &random)).updated(with: ExampleSaga.entry)
        var wrong = ExampleSaga.entry
        for index in wrong.attempts.indices {
            wrong.attempts[index].branchIsCertain = true
            switch Int.random(in: 0...4, using: &random) {
            case 0: wrong.attempts[index].commits = Int.random(in: 20...2000, using: &random)
            case 1: wrong.attempts[index].days = Int.random(in: 20...99, using: &random)
            case 2: wrong.attempts[index].started = ExampleSaga.day("2023-03-04")
            case 3: wrong.attempts[index].branch = "perf-attempt-other"
            default: wrong.attempts[index].ended = ExampleSaga.day("2025-02-0\(Int.random(in: 1...9, using: &random))")
            }
        }
        wrong.lastUpdated = ExampleSaga.day("2024-12-24")
        wrong.totalDays = 77
        let broken = ImplementationLog(bytes: truth.bytes).updated(with: wrong)
        #expect(!broken.changes.isEmpty)
        let mended = ImplementationLog(bytes: broken.bytes).updated(with: ExampleSaga.entry)
        #expect(text(mended.bytes) == text(truth.bytes), "seed \(seed) \(dress)")
        #expect(mended.bytes == truth.bytes, "seed \(seed) \(dress)")
        let lines = Set(mended.changes.map(\.line))
        let before = SourceText(broken.bytes)
        let after = SourceText(mended.bytes)
        for (index, line) in before.lines.enumerated() where !lines.contains(index + 1) {
            let same = after.lines[index]
            #expect(before.bytes[line.start..<line.end] == after.bytes[same.start..<same.end], "seed \(seed)")
        }
    }

    @Test func aPaddedTableKeepsItsWidths() {
        let log = """
            # Log

            ## Effort Breakdown

            | Attempt       | Days    | Outcome | ROI  |
            |---------------|--------:|---------|------|
            | 001 - Caching |       9 | Success | Low  |
            | **Total**     |  9 days | Open    | High |
            """
        let saga = SagaEntry(
            title: "X", attempts: [AttemptEntry(number: 1, title: "T", days: 10, verdict: .failed)],
            status: .resolved, totalDays: 10)
        let update = ImplementationLog(bytes: Array(log.utf8)).updated(with: saga)
        #expect(
            text(update.bytes)
                == """
                # Log

                ## Effort Breakdown

                | Attempt       | Days    | Outcome | ROI  |
                |---------------|--------:|---------|------|
                | 001 - Caching |      10 | Failed  | Low  |
                | **Total**     | 10 days | Resolved | High |
                """)
    }

    @Test func columnsAreFoundByNameInAnyOrder() {
        let hub = """
            # Meta-Issue: X
            **Status:** Investigating
            ---

            ## Timeline Summary

            Owner | Result | Attempt | Date
            :-- | --- | --- | ---
            Ann | Pending | #1 | 2024-09-01
            Bob \\| Cy | Pending | Attempt 2 |
            """
        let saga = SagaEntry(
            title: "X",
            attempts: [
                AttemptEntry(number: 1, title: "T", started: ExampleSaga.day("2024-09-02"), isOpen: true),
                AttemptEntry(
                    number: 2, title: "U", started: ExampleSaga.day("2024-09-03"), ended: ExampleSaga.day("2024-09-04"),
                    verdict: .success),
            ], status: .resolved, winningAttempt: 2)
        let update = HubDocument(bytes: Array(hub.utf8)).updated(with: saga)
        #expect(text(update.bytes).contains("Ann | Pending | #1 | 2024-09-02\n"))
        #expect(text(update.bytes).contains("Bob \\| Cy | ✅ Success | Attempt 2 |"))
        #expect(text(update.bytes).contains("**Status:** Resolved (Attempt 002)\n---"))
    }

    @Test func aConflictMarkerStopsEverything() {
        let log = ExampleSaga.log + Array("<<<<<<< HEAD\n".utf8)
        let update = ImplementationLog(bytes: log).updated(with: ExampleSaga.entry)
        #expect(update.bytes == log && update.changes == [] && update.notices.count == 1)
        let hub = Array("<<<<<<< HEAD\n".utf8) + ExampleSaga.hub
        #expect(HubDocument(bytes: hub).updated(with: SagaEntry(title: "", totalAttempts: 9)).bytes == hub)
    }

    @Test func emptyAndForeignDocumentsAreLeftAlone() {
        for source in [
            "", "\n", "hello", "# T\n\n| a | b |\n|---|---|\n| 1 | 2 |\n", "<!-- open", "```\n## Attempt 001\n",
        ] {
            var saga = ExampleSaga.entry
            for index in saga.attempts.indices { saga.attempts[index].addsMissing = false }
            let bytes = Array(source.utf8)
            #expect(ImplementationLog(bytes: bytes).updated(with: saga).bytes == bytes)
            #expect(HubDocument(bytes: bytes).updated(with: saga).bytes == bytes)
        }
    }

    @Test func sectionsGoOutAndComeBackToTheSameBytes() throws {
        for number in 1...3 {
            let log = ImplementationLog(bytes: ExampleSaga.log)
            let section = try #require(log.section(number))
            let without = ImplementationLog(bytes: log.replacingSection(number, with: []))
            #expect(without.attempts.map(\.number) == [1, 2, 3].filter { $0 != number })
            #expect(text(without.insertingSection(number, section)) == text(ExampleSaga.log))
        }
    }

    @Test func aRemovedAttemptComesBackWithItsRows() throws {
        for number in 1...3 {
            let log = ImplementationLog(bytes: ExampleSaga.log)
            let name = String("00\(number)".suffix(3))
            let section = try #require(log.section(number))
            let cut = text(ExampleSaga.log).replacing(text(section), with: "").split(
                separator: "\n", omittingEmptySubsequences: false
            ).filter { !($0.hasPrefix("| \(name) -") || $0.hasPrefix("| 2024") && $0.contains("Attempt \(name)")) }
            let removed = ImplementationLog(bytes: Array(cut.joined(separator: "\n").utf8))
            #expect(!removed.attempts.contains { $0.number == number })
            #expect(text(removed.restoringAttempt(number, from: log)) == text(ExampleSaga.log))
            let hub = HubDocument(bytes: ExampleSaga.hub)
            let rows = text(ExampleSaga.hub).split(separator: "\n", omittingEmptySubsequences: false)
                .filter { !$0.hasPrefix("| [\(name)]") }
            let without = HubDocument(bytes: Array(rows.joined(separator: "\n").utf8))
            #expect(without.restoringAttempt(number, from: hub) == ExampleSaga.hub)
        }
    }

    @Test func aFreshSagaNeedsNoChange() {
        let values = [
            "title": "T", "created": "2024-09-01", "status": "Investigating", "totalAttempts": "0",
            "duration": "0 days", "lastUpdated": "2024-09-01", "slug": "t",
        ]
        let saga = SagaEntry(
            title: "T", totalAttempts: 0, lastUpdated: ExampleSaga.day("2024-09-01"), status: .investigating,
            durationDays: 0, totalDays: 0)
        let hub = HubDocument(bytes: Templates().render("README.md", values: values))
        let log = ImplementationLog(bytes: Templates().render("implementation-log.md", values: values))
        let updates = [hub.updated(with: saga), log.updated(with: saga)]
        #expect(updates.flatMap(\.changes) == [])
        #expect(updates.flatMap(\.notices) == [])
        var started = saga
        started.attempts = [ExampleSaga.fourth]
        let first = log.updated(with: started)
        #expect(first.changes.count == 3)
        #expect(ImplementationLog(bytes: first.bytes).updated(with: started).changes == [])
        #expect(text(first.bytes).contains("\n---\n\n## Attempt 004: Read \\| Replicas\n"))
        let row = hub.updated(with: started)
        #expect(row.changes.count == 1)
        #expect(HubDocument(bytes: row.bytes).updated(with: started).changes == [])
    }

    @Test func aThousandAttemptsAndAMegabyteOfProseAreWrittenAndReadBack() {
        let values = ["title": "T", "created": "2024-01-01", "lastUpdated": "2024-01-01", "duration": "0 days"]
        let start = Templates().render("implementation-log.md", values: values)
        let prose = Array(String(repeating: "Some words of prose, *with* marks and `code`.\n", count: 22_000).utf8)
        var saga = SagaEntry(title: "T")
        for number in 1...1000 {
            saga.attempts.append(
                AttemptEntry(
                    number: number, title: "N", branch: "b-\(number)", commits: number,
                    started: CalendarDate(daysSince1970: 19_000 + number), isOpen: true, verdict: .pending,
                    events: [
                        TimelineEvent(
                            kind: .started, date: CalendarDate(daysSince1970: 19_000 + number),
                            text: "Attempt \(AttemptNumber.text(number)) started", reason: "")
                    ], addsMissing: true))
        }
        let once = ImplementationLog(bytes: start + [0x0A] + prose).updated(with: saga)
        #expect(once.changes.count == 3000)
        let log = ImplementationLog(bytes: once.bytes)
        #expect(log.attempts.map(\.number) == Array(1...1000))
        #expect(log.effortRows.compactMap(\.attempt) == Array(1...1000))
        #expect(log.updated(with: saga).changes == [])
    }
}
