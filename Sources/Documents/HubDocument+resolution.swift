/// Saying in a hub what resolved a saga.
extension HubDocument {
    /// The attempt that Status names: 3 in "Resolved (Attempt 003)".
    public var winner: Int? {
        key(KeyName.status).flatMap { AttemptMention.group(in: source.visible[$0.value])?.numbers.first?.number }
    }

    /// The hub with a first line under its Resolution heading, which is made where there is none. A Resolution that
    /// says something under that key already is left as it is.
    ///
    /// - Parameters:
    ///   - name: the bold key: `Winning approach`.
    ///   - value: Markdown that stands after it.
    ///   - former: what an earlier call wrote: its line becomes the new one.
    public func withResolution(_ name: String, _ value: String, insteadOf former: (name: String, value: String)?)
        -> [UInt8]
    {
        if let former, let place = line(saying: former) {
            return source.bytes.applying([Splice(place.text, Array("**\(name):** \(value)".utf8))])
        }
        if source.conflictLine != nil { return source.bytes }
        let ending = lineEnding
        let line = "**\(name):** \(value)"
        guard let index = outline.headings.firstIndex(where: { $0.level > 1 && $0.words == "resolution" }) else {
            let end = source.bytes.count
            let gap = source.bytes.last == 0x0A || end == 0 ? ending : ending + ending
            return source.bytes.applying([
                Splice(end..<end, gap + "## Resolution" + ending + ending + line + ending)
            ])
        }
        let section = outline.lines(under: index)
        let keys = section.flatMap { BoldKey.all(in: source, line: $0) }
        if keys.contains(where: { $0.name == Words.normalised(Array(name.utf8)[...]) }) { return source.bytes }
        // Behind the heading's own lines (two where it is underlined) and one blank line.
        var next = section.lowerBound + 1
        while next < section.upperBound, case .setextText = source.lines[next].kind { next += 1 }
        let hasGap = next < section.upperBound && source.lines[next].kind == .blank
        let place = source.lines[hasGap ? next : next - 1].end
        let isOnOwnLine = place == 0 || source.bytes[place - 1] == 0x0A
        let lead = (isOnOwnLine ? "" : ending) + (hasGap ? "" : ending)
        return source.bytes.applying([Splice(place..<place, lead + line + ending + ending)])
    }

    /// The hub without a line that an earlier call wrote, and the blank line behind it.
    public func withoutResolution(_ former: (name: String, value: String)) -> [UInt8] {
        guard let place = line(saying: former) else { return source.bytes }
        let next = place.index + 1
        let hasGap = source.lines.indices.contains(next) && source.lines[next].kind == .blank
        return source.bytes.applying([Splice(place.text.lowerBound..<source.lines[hasGap ? next : place.index].end, [])]
        )
    }

    /// The hub whose Status names no attempt in parentheses any more.
    public func withoutWinner() -> [UInt8] {
        guard source.conflictLine == nil, let value = text(KeyName.status),
            let splice = StatusPhrase.withoutWinner(value)
        else { return source.bytes }
        return source.bytes.applying([splice])
    }

    /// The line under the Resolution heading that is exactly what this program writes there.
    private func line(saying former: (name: String, value: String)) -> (index: Int, text: Range<Int>)? {
        guard source.conflictLine == nil,
            let heading = outline.headings.firstIndex(where: { $0.level > 1 && $0.words == "resolution" })
        else { return nil }
        let wanted = Array("**\(former.name):** \(former.value)".utf8)
        for index in outline.lines(under: heading) {
            let text = source.lines[index].start..<source.lines[index].contentEnd
            if source.bytes[text].elementsEqual(wanted) { return (index, text) }
        }
        return nil
    }

    private var lineEnding: String {
        guard let end = source.bytes.firstIndex(of: 0x0A), end > 0 else { return "\n" }
        return source.bytes[end - 1] == 0x0D ? "\r\n" : "\n"
    }
}
