extension Revision {
    /// Does to a value what its correction says, and reports it.
    ///
    /// - Parameters:
    ///   - what: the value's name in reports: "Days of attempt 002".
    ///   - wanted: the fact, for the notice about a value that cannot be read.
    mutating func correct(
        _ place: @autoclosure () -> ValueSlot, in source: SourceText, by correction: Correction,
        what name: @autoclosure () -> String, wanted: String, reason: String
    ) {
        // Most values agree: nothing is made for these.
        if case .agrees = correction { return }
        let (slot, what) = (place(), name())
        let line = source.lineNumber(at: slot.range.lowerBound)
        switch correction {
        case .agrees: return
        case .unreadable:
            notice(line: line, "\(what): cannot read \"\(shown(source, slot))\"; left alone (it should say \(wanted))")
        case .fill(let text):
            for splice in slot.filling(text, in: source.bytes) { add(splice) }
            report(line, what, old: shown(source, slot), new: text, reason)
        case .splices(let splices):
            for splice in slot.fitting(splices, in: source.bytes) { add(splice) }
            let moved = splices.map { splice in
                Splice(
                    splice.range.lowerBound - slot.range.lowerBound..<splice.range.upperBound - slot.range.lowerBound,
                    splice.replacement)
            }
            let new = Array(source.bytes[slot.range]).applying(moved)
            report(line, what, old: shown(source, slot), new: String(decoding: new, as: UTF8.self), reason)
        }
    }

    /// Adds bytes that were not there, and reports them.
    mutating func insert(_ splice: Splice, in source: SourceText, what: String, reason: String) {
        add(splice)
        var text = splice.replacement[...]
        while text.last?.isNewline == true { text = text.dropLast() }
        while text.first?.isNewline == true { text = text.dropFirst() }
        let line = source.lineIndex(at: splice.range.lowerBound) + 1
        report(line, what, old: "", new: text.text, reason)
    }

    private mutating func report(_ line: Int, _ what: String, old: String, new: String, _ reason: String) {
        add(DocumentChange(line: line, what: what, old: old, new: new, reason: reason))
    }

    private func shown(_ source: SourceText, _ slot: ValueSlot) -> String { source.bytes[slot.range].text }
}
