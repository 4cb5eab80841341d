/// Merges three versions whose sections and tables stand in the same places.
///
/// Each version is cut into keyed pieces (attempt sections, rows of tables) and what stands between them. A section that
/// a version lacks is an empty piece at its place there, so all three have the same pieces in the same order, and are
/// merged piece by piece.
struct SagaMerge {
    /// A piece of one version.
    private struct Piece {
        enum Key: Hashable {
            /// Index among the entries of ``SectionMatching``.
            case section(Int)
            case rows(TableRole)
        }
        let key: Key
        let range: Range<Int>
    }

    private let versions: [MergeVersion]
    private let matching: SectionMatching
    private let kept: [Int]
    /// What becomes of values outside the pieces: the same value in all versions.
    private let splices: [[Splice]]

    /// - Parameter versions: base, ours, theirs.
    init(_ versions: [MergeVersion]) {
        self.versions = versions
        let matching = SectionMatching(versions)
        self.matching = matching
        kept = matching.order.filter { Self.stays(matching.entries[$0], versions) }
        var splices = Self.harmonised(versions.map(\.values), in: versions)
        for (index, entry) in matching.entries.enumerated() where !kept.contains(index) {
            // What a side took out must not come back for the sake of a value.
            for version in versions.indices {
                guard let place = entry.places[version] else { continue }
                let values = versions[version].values(of: versions[version].sections[place])
                splices[version] += values.map { Splice($0.range, []) }
            }
        }
        self.splices = splices
    }

    /// The merged document; nil where the three have their sections and tables in different places.
    func parts() -> [MergePart]? {
        let roles = versions.map { $0.tables.map(\.role) }
        let sharedRoles = roles[0].filter { role in roles.allSatisfy { $0.contains(role) } }
        for wanted in [Set(sharedRoles), []] {
            let pieces = versions.indices.map { self.pieces(of: $0, roles: wanted) }
            guard pieces.allSatisfy({ $0 != nil }) else { continue }
            let found = pieces.compactMap { $0 }
            if found.allSatisfy({ $0.map(\.key) == found[0].map(\.key) }) { return assemble(found) }
        }
        return nil
    }

    // MARK: Pieces

    /// The pieces of a version in the order of its bytes; nil where they overlap.
    private func pieces(of version: Int, roles: Set<TableRole>) -> [Piece]? {
        let source = versions[version]
        var slots: [Range<Int>?] = kept.map { entry in
            matching.entries[entry].places[version].map { source.body(of: source.sections[$0]) }
        }
        // The places of this version's sections, in the merged order.
        let present = slots.compactMap { $0 }.sorted { $0.lowerBound < $1.lowerBound }
        var next = 0
        for index in slots.indices where slots[index] != nil {
            slots[index] = present[next]
            next += 1
        }
        let dropped = Set(matching.entries.indices).subtracting(kept).compactMap {
            matching.entries[$0].places[version]
        }
        for index in slots.indices where slots[index] == nil {
            let place = emptyPlace(before: slots[(index + 1)...], after: slots[..<index], in: source, dropped: dropped)
            slots[index] = place..<place
        }
        var pieces = zip(kept, slots).compactMap { entry, slot in slot.map { Piece(key: .section(entry), range: $0) } }
        for (role, table) in source.tables where roles.contains(role) {
            pieces.append(Piece(key: .rows(role), range: source.rows(of: table)))
        }
        let ordered = pieces.enumerated().sorted {
            ($0.element.range.lowerBound, $0.element.range.upperBound, $0.offset)
                < ($1.element.range.lowerBound, $1.element.range.upperBound, $1.offset)
        }.map(\.element)
        let areApart = zip(ordered, ordered.dropFirst()).allSatisfy { $0.range.upperBound <= $1.range.lowerBound }
        return areApart ? ordered : nil
    }

    /// Where a section that a version lacks would stand in it: before the next one, else behind the last.
    private func emptyPlace(
        before rest: ArraySlice<Range<Int>?>, after earlier: ArraySlice<Range<Int>?>, in source: MergeVersion,
        dropped: [Int]
    ) -> Int {
        if let next = rest.lazy.compactMap({ $0 }).first { return next.lowerBound }
        if let last = earlier.last ?? nil {
            if last.isEmpty { return last.lowerBound }
            let section = source.sections.first { source.start(of: $0) == last.lowerBound }
            return section.map { source.end(of: $0) } ?? last.upperBound
        }
        if let first = dropped.min() { return source.start(of: source.sections[first]) }
        return source.placeOfSections
    }

    /// Whether a section is in the merged document: one side may have taken it out.
    private static func stays(_ entry: SectionMatching.Entry, _ versions: [MergeVersion]) -> Bool {
        guard let base = entry.places[0] else { return true }
        let sides = [1, 2].compactMap { side in entry.places[side].map { (side, $0) } }
        guard sides.count == 1, let (side, place) = sides.first else { return sides.count == 2 }
        return masked(versions[0], base) != masked(versions[side], place)
    }

    /// A section's bytes without the values that the tool owns.
    private static func masked(_ version: MergeVersion, _ index: Int) -> [UInt8] {
        let section = version.sections[index]
        let body = version.body(of: section)
        return version.text(body, applying: version.values(of: section).map { Splice($0.range, []) })
    }

    // MARK: Merging

    private func assemble(_ pieces: [[Piece]]) -> [MergePart] {
        var parts: [MergePart] = []
        var ends = [0, 0, 0]
        for index in pieces[0].indices {
            let gaps = versions.indices.map {
                versions[$0].text(ends[$0]..<pieces[$0][index].range.lowerBound, applying: splices[$0])
            }
            let gap = LineMerge.parts(base: gaps[0], ours: gaps[1], theirs: gaps[2])
            parts += gap
            if index > 0, let separator = missingSeparator(pieces, index, gap) { parts.append(.text(separator)) }
            switch pieces[0][index].key {
            case .section(let entry): parts += section(entry)
            case .rows(let role): parts += rows(role)
            }
            for version in versions.indices { ends[version] = pieces[version][index].range.upperBound }
        }
        let tails = versions.indices.map {
            versions[$0].text(ends[$0]..<versions[$0].source.bytes.count, applying: splices[$0])
        }
        return parts + LineMerge.parts(base: tails[0], ours: tails[1], theirs: tails[2])
    }

    /// What to put between two sections of different sides that no version had next to each other.
    private func missingSeparator(_ pieces: [[Piece]], _ index: Int, _ gap: [MergePart]) -> [UInt8]? {
        guard case .section = pieces[0][index].key, case .section = pieces[0][index - 1].key,
            gap.allSatisfy({ $0 == .text([]) })
        else { return nil }
        func bounds(_ version: Int, _ index: Int) -> Range<Int>? {
            guard case .section(let entry) = pieces[version][index].key, matching.entries[entry].places[version] != nil
            else { return nil }
            return pieces[version][index].range
        }
        var model: [UInt8]?
        for version in versions.indices {
            // Some version has them so.
            if bounds(version, index - 1) != nil, bounds(version, index) != nil { return nil }
            for place in pieces[version].indices.dropFirst() where model == nil {
                guard let first = bounds(version, place - 1), let second = bounds(version, place) else { continue }
                model = Array(versions[version].source.bytes[first.upperBound..<second.lowerBound])
            }
        }
        let ending = MergedText.ending(of: versions[1].source.bytes)
        return model ?? ending
    }

    private func section(_ index: Int) -> [MergePart] {
        let entry = matching.entries[index]
        let found = versions.indices.map { version in entry.places[version].map { versions[version].sections[$0] } }
        let sections = versions.indices.compactMap { version in found[version].map { (versions[version], $0) } }
        // Values are made the same first, so that they cannot conflict with the words beside them.
        var values = versions.indices.map { version in found[version].map { versions[version].values(of: $0) } ?? [] }
        if sections.count == 1 { values = [[], [], []] }
        let splices = Self.harmonised(values, in: versions)
        let bodies = versions.indices.map { version in
            found[version].map { versions[version].text(versions[version].body(of: $0), applying: splices[version]) }
                ?? []
        }
        if sections.count == 1 { return [.text(bodies.first { !$0.isEmpty } ?? [])] }
        if found[1] == nil || found[2] == nil {
            return [.conflict(MergeConflict(base: bodies[0], ours: bodies[1], theirs: bodies[2]))]
        }
        return LineMerge.parts(base: bodies[0], ours: bodies[1], theirs: bodies[2])
    }

    private func rows(_ role: TableRole) -> [MergePart] {
        let tables = versions.compactMap { version in version.tables.first { $0.role == role }?.table }
        if let parts = TableMerge.parts(role, base: tables[0], ours: tables[1], theirs: tables[2]) { return parts }
        let rows = zip(versions, tables).map { Array($0.source.bytes[$0.rows(of: $1)]) }
        return LineMerge.parts(base: rows[0], ours: rows[1], theirs: rows[2])
    }

    /// For each version the splices that give its values what the merged document says. A value that a person has to
    /// choose stays as it is, and so does one that a side took out.
    private static func harmonised(_ values: [[MergeVersion.Value]], in versions: [MergeVersion]) -> [[Splice]] {
        var splices: [[Splice]] = [[], [], []]
        for mine in values[1] {
            let found = values.map { list in list.first { $0.name == mine.name } }
            func bytes(_ version: Int) -> ArraySlice<UInt8>? {
                found[version].map { versions[version].source.bytes[$0.range] }
            }
            guard let ours = bytes(1), let theirs = bytes(2),
                let merged = mine.kind.merged(base: bytes(0), ours: ours, theirs: theirs)
            else { continue }
            for version in versions.indices { found[version].map { splices[version].append(Splice($0.range, merged)) } }
        }
        return splices
    }
}

extension MergeVersion {
    /// Some of its bytes, with the splices that lie in there done.
    func text(_ range: Range<Int>, applying splices: [Splice]) -> [UInt8] {
        let inside = splices.filter {
            $0.range.lowerBound >= range.lowerBound && $0.range.upperBound <= range.upperBound
        }
        guard !inside.isEmpty else { return Array(source.bytes[range]) }
        return Array(source.bytes[range]).applying(
            inside.map {
                Splice($0.range.lowerBound - range.lowerBound..<$0.range.upperBound - range.lowerBound, $0.replacement)
            })
    }
}
