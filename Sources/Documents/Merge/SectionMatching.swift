/// Which attempt sections of three versions are the same, and in which order they stand.
///
/// Sections belong together by number and title; where a title was reworded, by the number alone. Two that both sides
/// added with one number and different titles are two attempts, and both stay.
struct SectionMatching {
    /// A section as base, ours and theirs have it: the index among the sections of each, nil where it has none.
    struct Entry {
        let number: Int
        let name: String
        var places: [Int?] = [nil, nil, nil]
    }

    private(set) var entries: [Entry] = []
    /// Indexes of entries in the order of the merged document.
    private(set) var order: [Int] = []

    init(_ versions: [MergeVersion]) {
        entries = versions[0].sections.enumerated().map { index, section in
            Entry(number: section.number, name: versions[0].name(of: section), places: [index, nil, nil])
        }
        for side in 1...2 { match(side, versions) }
        for side in 1...2 { addNew(side, versions) }
        order = sorted()
    }

    /// Finds the base's sections in a side: by number and title, then by a number that is left over once on both.
    private mutating func match(_ side: Int, _ versions: [MergeVersion]) {
        let other = versions[side]
        let names = other.sections.map { Key(number: $0.number, name: other.name(of: $0)) }
        var free = Dictionary(grouping: names.indices, by: { names[$0] })
        for entry in entries.indices {
            let key = Key(number: entries[entry].number, name: entries[entry].name)
            guard let first = free[key]?.first else { continue }
            free[key]?.removeFirst()
            entries[entry].places[side] = first
        }
        let left = Dictionary(grouping: free.values.joined(), by: { names[$0].number })
        let open = Dictionary(grouping: entries.indices.filter { entries[$0].places[side] == nil }) {
            entries[$0].number
        }
        for (number, rivals) in open where rivals.count == 1 {
            if let found = left[number], found.count == 1 { entries[rivals[0]].places[side] = found[0] }
        }
    }

    private struct Key: Hashable {
        let number: Int
        let name: String
    }

    /// Adds the sections that the base lacks. Both sides may have added the same one.
    private mutating func addNew(_ side: Int, _ versions: [MergeVersion]) {
        let version = versions[side]
        let known = Set(entries.compactMap { $0.places[side] })
        for index in version.sections.indices where !known.contains(index) {
            let section = version.sections[index]
            let name = version.name(of: section)
            let twin = entries.firstIndex { entry in
                side == 2 && entry.number == section.number && entry.name == name && entry.places[0] == nil
                    && entry.places[2] == nil
            }
            if let twin {
                entries[twin].places[side] = index
            } else {
                var entry = Entry(number: section.number, name: name)
                entry.places[side] = index
                entries.append(entry)
            }
        }
    }

    private func sorted() -> [Int] {
        func sequence(_ version: Int) -> [Int] {
            entries.indices.filter { entries[$0].places[version] != nil }
                .sorted { (entries[$0].places[version] ?? 0) < (entries[$1].places[version] ?? 0) }
        }
        let base = sequence(0)
        let isNewestFirst = base.count > 1 && entries[base[0]].number > entries[base[base.count - 1]].number
        return SequenceMerge.order(base: base, ours: sequence(1), theirs: sequence(2)) { left, right in
            let (one, other) = (entries[left], entries[right])
            if one.number != other.number {
                return isNewestFirst ? one.number > other.number : one.number < other.number
            }
            return one.name < other.name
        }
    }
}
