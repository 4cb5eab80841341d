/// A value that the tool writes, and what becomes of it when both sides of a merge changed it (PRODUCT.md, "Who owns
/// what"). What one side changed is taken; words of people around it are merged like any text.
enum OwnedValue {
    /// The newest recorded event.
    case newest
    /// When an attempt ran.
    case period
    /// A number that only grows: commits, days of one attempt.
    case count
    /// A number that both sides add to: attempts, days of all attempts.
    case sum
    /// A stretch of time that both ends can widen.
    case span
    /// A name: the branch, the link to a folder.
    case name
    /// What an attempt proved, said by a person as often as by the tool: two different words are a conflict.
    case verdict
    /// The same where it follows from the log: either will do until the next sync.
    case derived
    /// How the saga stands: two different words are a conflict.
    case status
    /// A person's: two different texts are a conflict.
    case prose

    /// The value of the merged document; nil when a person has to choose.
    ///
    /// - Parameter base: nil when the value was not there before, or that is not known.
    func merged(base: ArraySlice<UInt8>?, ours: ArraySlice<UInt8>, theirs: ArraySlice<UInt8>) -> [UInt8]? {
        if let simple = Self.oneSided(base, ours, theirs) { return Array(simple) }
        if case .prose = self { return nil }
        let left = Pieces(ours, core(of: ours))
        let right = Pieces(theirs, core(of: theirs))
        let before = base.map { Pieces($0, core(of: $0)) }
        guard let lead = Self.words(before?.lead, left.lead, right.lead),
            let tail = Self.words(before?.tail, left.tail, right.tail)
        else { return nil }
        if let core = Self.oneSided(before?.core, left.core, right.core) { return lead + core + tail }
        guard let core = choose(before?.core, left.core, right.core) else { return nil }
        return lead + core + tail
    }

    /// A value cut into what the tool owns of it and the words around that.
    private struct Pieces {
        let lead: ArraySlice<UInt8>
        let core: ArraySlice<UInt8>
        let tail: ArraySlice<UInt8>

        init(_ value: ArraySlice<UInt8>, _ core: Range<Int>) {
            lead = value[..<core.lowerBound]
            self.core = value[core]
            tail = value[core.upperBound...]
        }
    }

    /// What is left when at most one side changed something; nil when both did, differently.
    private static func oneSided(
        _ base: ArraySlice<UInt8>?, _ ours: ArraySlice<UInt8>, _ theirs: ArraySlice<UInt8>
    ) -> ArraySlice<UInt8>? {
        if ours == theirs || base == theirs { return ours }
        return base == ours ? theirs : nil
    }

    /// People's words beside a value. Without a base, words that only one side has are kept.
    private static func words(
        _ base: ArraySlice<UInt8>?, _ ours: ArraySlice<UInt8>, _ theirs: ArraySlice<UInt8>
    ) -> [UInt8]? {
        if let simple = oneSided(base, ours, theirs) { return Array(simple) }
        guard base == nil else { return nil }
        if ours.isEmpty { return Array(theirs) }
        return theirs.isEmpty ? Array(ours) : nil
    }

    /// The part of a value that the tool owns; the whole of it where that cannot be read.
    private func core(of value: ArraySlice<UInt8>) -> Range<Int> {
        let whole = value.startIndex..<value.endIndex
        switch self {
        case .newest, .period:
            guard let range = DateRange.read(value) else { return whole }
            let end = range.second?.range.upperBound ?? range.first.range.upperBound
            return range.first.range.lowerBound..<end + (range.second == nil ? OpenEnding.length(value[end...]) : 0)
        case .count, .sum: return Self.digits(value) ?? whole
        case .span: return DurationPhrase.read(value, needsUnit: false)?.range ?? whole
        case .verdict, .derived: return VerdictPhrase.read(value)?.range ?? whole
        case .name, .status, .prose: return whole
        }
    }

    private static func digits(_ value: ArraySlice<UInt8>) -> Range<Int>? {
        guard let start = value.firstIndex(where: \.isDigit) else { return nil }
        return start..<(value[start...].firstIndex { !$0.isDigit } ?? value.endIndex)
    }

    /// Which of two different values stands until the next sync: the same one whichever side is ours.
    private func choose(
        _ base: ArraySlice<UInt8>?, _ ours: ArraySlice<UInt8>, _ theirs: ArraySlice<UInt8>
    ) -> [UInt8]? {
        let blank = (Placeholder.matches(ours), Placeholder.matches(theirs))
        if blank.0 != blank.1 { return Array(blank.0 ? theirs : ours) }
        switch self {
        case .prose, .status, .verdict: return nil
        case .newest, .period: return Self.greater(ours, theirs) { Self.lastDay($0) }
        case .span:
            return Self.greater(ours, theirs) { DurationPhrase.read($0, needsUnit: false)?.exactDays }
        case .count: return Self.greater(ours, theirs) { Int(asciiDigits: $0) }
        case .sum:
            if let base, let before = Int(asciiDigits: base), let left = Int(asciiDigits: ours),
                let right = Int(asciiDigits: theirs), left + right > before
            {
                return Array(String(left + right - before).utf8)
            }
            return Self.greater(ours, theirs) { Int(asciiDigits: $0) }
        case .name, .derived: return Self.greater(ours, theirs) { _ in 0 }
        }
    }

    private static func lastDay(_ value: ArraySlice<UInt8>) -> CalendarDate? {
        DateRange.read(value).map { $0.second?.date ?? $0.first.date }
    }

    /// The one with the greater measure; of two with the same, the one whose bytes come later.
    private static func greater<Measure: Comparable>(
        _ ours: ArraySlice<UInt8>, _ theirs: ArraySlice<UInt8>, by measure: (ArraySlice<UInt8>) -> Measure?
    ) -> [UInt8] {
        let (left, right) = (measure(ours), measure(theirs))
        if let left, let right, left != right { return Array(left > right ? ours : theirs) }
        if (left == nil) != (right == nil) { return Array(left == nil ? theirs : ours) }
        return Array(ours.lexicographicallyPrecedes(theirs) ? theirs : ours)
    }
}
