import Foundation
import Testing

@testable import Documents

/// What the merge does with one thing at a time.
@Suite struct DocumentMergeTests {
    private static let log = """
        # Implementation Log: Slow Service

        **Created:** 2024-09-01  
        **Last Updated:** 2024-09-02

        ---

        ## Purpose

        Words about the purpose.

        ---

        ## Attempt 001: Caching

        **Date:** 2024-09-01  
        **Hypothesis:** Prices are computed twice  
        **Approach:** Keep them

        - **Branch:** `perf-attempt-001-caching`
        - **Commits:** 2 (see branch history)

        **Verdict:** pending

        Words about caching.

        ---

        ## Timeline Summary

        | Date | Milestone |
        |------|-----------|
        | 2024-09-01 | Attempt 001 started |

        **Total Duration:** 2 days

        ---

        ## Effort Breakdown

        | Attempt | Days | Outcome | ROI |
        |---------|------|---------|-----|
        | 001 - Caching | 2 | Pending | |
        | **Total** | **2 days** | **Investigating** | |

        """

    private static func added(_ number: Int, _ title: String, on day: String, to text: String) -> String {
        let section = """
            ## Attempt \(number): \(title)

            **Date:** \(day)

            Words about \(title).

            ---

            ## Timeline
            """
        return text.replacingOccurrences(of: "## Timeline", with: section)
            .replacingOccurrences(
                of: "\n\n**Total Duration", with: "\n| \(day) | Attempt 00\(number) started |\n\n**Total Duration"
            )
            .replacingOccurrences(of: "| **Total**", with: "| 00\(number) - \(title) | 1 | Pending | |\n| **Total**")
            .replacingOccurrences(of: "**2 days**", with: "**3 days**")
            .replacingOccurrences(of: "**Last Updated:** 2024-09-02", with: "**Last Updated:** \(day)")
    }

    private func merge(
        _ ours: String, _ theirs: String, base: String = log, kind: DocumentMerge.Kind = .log
    ) -> DocumentMerge.Merged {
        DocumentMerge.merge(kind, base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8))
    }

    @Test func whatBothSidesAddStandsInOrder() {
        let ours = Self.added(3, "Pooling", on: "2024-09-09", to: Self.log)
        let theirs = Self.added(2, "Queries", on: "2024-09-05", to: Self.log)
        let merged = merge(ours, theirs)
        #expect(merged.conflictLines == [])
        let both = Self.added(3, "Pooling", on: "2024-09-09", to: theirs)
        let wanted = both.replacingOccurrences(
            of: "2024-09-05\n\n---\n\n## Purpose", with: "2024-09-09\n\n---\n\n## Purpose"
        )
        .replacingOccurrences(of: "**3 days**", with: "**3 days**")
        #expect(text(merged.bytes) == wanted)
        #expect(merge(theirs, ours).bytes == merged.bytes)
    }

    @Test func totalsOfBothSidesAreAdded() {
        let base = "# X\n\n**Status:** Investigating  \n**Total Attempts:** 2\n"
        let merged = merge(
            base.replacingOccurrences(of: "2\n", with: "3\n"), base.replacingOccurrences(of: "2\n", with: "4\n"),
            base: base,
            kind: .hub)
        #expect(text(merged.bytes) == base.replacingOccurrences(of: "2\n", with: "5\n"))
    }

    @Test func theSameAdditionIsThereOnce() {
        let ours = Self.added(2, "Queries", on: "2024-09-05", to: Self.log)
        let theirs = ours.replacingOccurrences(of: "Words about the purpose.", with: "Other words.")
        #expect(text(merge(ours, theirs).bytes) == theirs)
        #expect(text(merge(ours, ours).bytes) == ours)
    }

    @Test func theSameSectionWithOtherWordsConflictsInTheseOnly() {
        let ours = Self.added(2, "Queries", on: "2024-09-05", to: Self.log)
        let theirs = ours.replacingOccurrences(of: "Words about Queries.", with: "Slow ones.")
        let merged = merge(ours, theirs)
        #expect(
            text(merged.bytes)
                == ours.replacingOccurrences(
                    of: "Words about Queries.\n",
                    with: "<<<<<<< ours\nWords about Queries.\n=======\nSlow ones.\n>>>>>>> theirs\n"))
    }

    /// Two people took one number: both attempts stay, each with its own words.
    @Test func oneNumberForTwoAttemptsKeepsBoth() {
        let ours = Self.added(2, "Queries", on: "2024-09-05", to: Self.log)
        let theirs = Self.added(2, "Pooling", on: "2024-09-05", to: Self.log)
        let merged = merge(ours, theirs)
        #expect(merged.conflictLines == [])
        #expect(merged.twins == [.init(number: 2, titles: ["Pooling", "Queries"])])
        let sections = ImplementationLog(bytes: merged.bytes).sections
        #expect(sections.map(\.number) == [1, 2, 2])
        #expect(
            text(merged.bytes).contains("Words about Queries.") && text(merged.bytes).contains("Words about Pooling."))
        #expect(text(merged.bytes).contains("| 002 - Queries |") && text(merged.bytes).contains("| 002 - Pooling |"))
    }

    @Test func aSectionThatOneSideTookOutGoes() {
        let start = Self.log.range(of: "## Attempt 001")!.lowerBound
        let end = Self.log.range(of: "## Timeline")!.lowerBound
        let without = Self.log.replacingCharacters(in: start..<end, with: "")
        #expect(
            text(merge(without, Self.log.replacingOccurrences(of: "purpose.", with: "aim.")).bytes)
                == without.replacingOccurrences(of: "purpose.", with: "aim."))
        // Values that the tool wrote do not keep it; words that a person wrote are a conflict.
        let values = Self.log.replacingOccurrences(of: "**Verdict:** pending", with: "**Verdict:** ❌ Failed")
        #expect(text(merge(without, values).bytes) == without)
        let words = merge(without, Self.log.replacingOccurrences(of: "about caching", with: "about caches"))
        #expect(words.conflictLines.count == 1 && text(words.bytes).contains("Words about caches."))
    }

    @Test func valuesBesideChangedWordsDoNotConflict() {
        let ours = Self.log.replacingOccurrences(
            of: "**Date:** 2024-09-01  ", with: "**Date:** 2024-09-01 to 2024-09-07  "
        )
        .replacingOccurrences(of: "**Commits:** 2", with: "**Commits:** 8")
        let theirs = Self.log.replacingOccurrences(of: "computed twice", with: "computed thrice")
            .replacingOccurrences(of: "(see branch history)", with: "(squashed)")
        let merged = merge(ours, theirs)
        #expect(merged.conflictLines == [])
        #expect(
            text(merged.bytes)
                == ours.replacingOccurrences(of: "twice", with: "thrice")
                .replacingOccurrences(of: "(see branch history)", with: "(squashed)"))
    }

    @Test(arguments: [
        ("**Last Updated:** 2024-09-02", "**Last Updated:** 2024-09-07", "**Last Updated:** 2024-09-12"),
        ("**Commits:** 2 (", "**Commits:** 9 (", "**Commits:** 11 ("),
        ("**Total Duration:** 2 days", "**Total Duration:** 9 days", "**Total Duration:** 12 days"),
        ("| Caching | 2 |", "| Caching | 9 |", "| Caching | 12 |"),
        ("**Verdict:** pending", "**Verdict:** pending", "**Verdict:** ✅ Success"),
    ])
    func ofTwoValuesTheLaterOrGreaterStands(base: String, less: String, more: String) {
        let less = Self.log.replacingOccurrences(of: base, with: less)
        let more = Self.log.replacingOccurrences(of: base, with: more)
        #expect(text(merge(less, more).bytes) == more)
        #expect(text(merge(more, less).bytes) == more)
    }

    @Test func twoVerdictsAreForAPersonToDecide() {
        let ours = Self.log.replacingOccurrences(of: "**Verdict:** pending", with: "**Verdict:** ❌ Failed")
        let theirs = Self.log.replacingOccurrences(of: "**Verdict:** pending", with: "**Verdict:** ✅ Success")
        #expect(
            text(merge(ours, theirs).bytes)
                == Self.log.replacingOccurrences(
                    of: "**Verdict:** pending\n",
                    with: "<<<<<<< ours\n**Verdict:** ❌ Failed\n=======\n**Verdict:** ✅ Success\n>>>>>>> theirs\n"))
    }

    @Test func cellsOfOneRowAreMergedEachForItself() {
        let base = """
            # X

            ## Timeline Summary

            | Attempt                      | Date       | Approach | Result     |
            |------------------------------|------------|----------|------------|
            | [001](./attempts/001-cache/) | 2024-09-01 | Cache    | 🔄 Pending |

            """
        let ours = base.replacingOccurrences(of: "Cache    |", with: "Caches   |")
        let theirs = base.replacingOccurrences(of: "🔄 Pending |", with: "❌ Failed  |")
        let merged = merge(ours, theirs, base: base, kind: .hub)
        #expect(text(merged.bytes) == ours.replacingOccurrences(of: "🔄 Pending |", with: "❌ Failed  |"))
        let clash = merge(ours, base.replacingOccurrences(of: "Cache    |", with: "Store    |"), base: base, kind: .hub)
        #expect(clash.conflictLines == [7])
        #expect(text(clash.bytes).contains("<<<<<<< ours\n| [001]"))
    }

    @Test func wordsOfPeopleConflictAsInGit() {
        let base = "# X\n\none\ntwo\nthree\n"
        let merged = merge(
            base.replacingOccurrences(of: "two", with: "zwei"), base.replacingOccurrences(of: "two", with: "deux"),
            base: base)
        #expect(text(merged.bytes) == "# X\n\none\n<<<<<<< ours\nzwei\n=======\ndeux\n>>>>>>> theirs\nthree\n")
        let shown = DocumentMerge.merge(
            .hub, base: Array(base.utf8), ours: Array("# X\n\none\nzwei\nthree".utf8),
            theirs: Array("# X\n\none\ndeux".utf8),
            markers: .init(size: 9, ours: "HEAD", theirs: "topic", base: "before"))
        #expect(
            text(shown.bytes) == """
                # X

                one
                <<<<<<<<< HEAD
                zwei
                three
                ||||||||| before
                two
                three
                =========
                deux
                >>>>>>>>> topic

                """)
    }

    @Test func aMarkerInsideIsTextAndNothingIsMoved() {
        let marked = Self.log.replacingOccurrences(
            of: "| 2024-09-01 | Attempt", with: "<<<<<<< HEAD\n| 2024-09-01 | Attempt")
        let theirs = Self.added(2, "Queries", on: "2024-09-05", to: Self.log)
        let merged = merge(marked, theirs)
        #expect(text(merged.bytes).components(separatedBy: "<<<<<<< HEAD").count == 2)
    }
}
