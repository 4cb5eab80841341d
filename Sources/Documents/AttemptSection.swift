/// One attempt's section of a log: its heading `Attempt NNN: Title` and all that stands under it.
struct AttemptSection {
    let number: Int
    let title: Range<Int>
    /// The indexes of its lines.
    let lines: Range<Int>
    /// Its bold keys by name; of several with one name the first.
    let keys: [String: BoldKey]

    /// The value of the first of these keys that is there.
    func key(_ names: [String]) -> BoldKey? {
        for name in names {
            if let key = keys[name] { return key }
        }
        return nil
    }

    /// The attempt sections of a log. They all have one heading level: 2 where one of that level is found, else the
    /// highest that is.
    static func all(in outline: Outline) -> [AttemptSection] {
        let source = outline.source
        let found = outline.headings.indices.compactMap { index -> (index: Int, number: Int, title: Range<Int>)? in
            let heading = outline.headings[index]
            return AttemptNumber.heading(source.visible[heading.text]).map { (index, $0.number, $0.title) }
        }
        let levels = Set(found.map { outline.headings[$0.index].level })
        guard let level = levels.contains(2) ? 2 : levels.min() else { return [] }
        return found.filter { outline.headings[$0.index].level == level }.map { item in
            let lines = outline.lines(under: item.index)
            return AttemptSection(
                number: item.number, title: item.title, lines: lines, keys: keys(in: source, lines: lines))
        }
    }

    /// The first value of every bold key among some lines.
    static func keys(in source: SourceText, lines: Range<Int>) -> [String: BoldKey] {
        var keys: [String: BoldKey] = [:]
        for line in lines {
            for key in BoldKey.all(in: source, line: line) where keys[key.name] == nil { keys[key.name] = key }
        }
        return keys
    }
}

/// The names that the documents' bold keys go by.
enum KeyName {
    static let created = ["created", "date created", "opened"]
    static let lastUpdated = ["last updated", "last update", "updated"]
    static let status = ["status"]
    static let totalAttempts = ["total attempts", "attempts", "number of attempts"]
    static let duration = ["duration", "total duration"]
    static let totalDuration = ["total duration"]
    static let date = ["date", "dates", "period"]
    static let branch = ["branch", "branch name"]
    static let commits = ["commits", "commit count"]
    static let verdict = ["verdict", "result", "outcome"]
    static let hypothesis = ["hypothesis"]
    static let approach = ["approach"]
}
