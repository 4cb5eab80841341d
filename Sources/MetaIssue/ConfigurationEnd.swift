/// git ends the configuration's last line when it adds a section. That is remembered, so that taking out all that was
/// added leaves the file as it was.
enum ConfigurationEnd {
    /// Before something is added.
    static func remember(in place: Place) throws {
        guard let bytes = try Files.read(path(in: place)), let last = bytes.last, last != UInt8(ascii: "\n") else {
            return
        }
        try Files.replace([(place.statePath(mark), Array("\(bytes.count)\n".utf8))])
    }

    /// After something was taken out: does nothing until all of it is.
    static func restore(in place: Place) throws {
        let mark = place.statePath(mark)
        guard let bytes = try Files.read(mark) else { return }
        let path = path(in: place)
        let length = Int(String(decoding: bytes, as: UTF8.self).split(separator: "\n").first ?? "")
        guard let length, let now = try Files.read(path), now.count == length + 1, now.last == UInt8(ascii: "\n") else {
            return
        }
        try Files.replaceLocked(path, Array(now.dropLast()))
        try Files.remove(mark)
    }

    /// After all was taken out: a mark that is left would be taken for the next time's.
    static func forget(in place: Place) throws { try Files.remove(place.statePath(mark)) }

    private static func path(in place: Place) -> String { "\(place.commonDirectory)/config" }

    /// Kept while the configuration had no newline at its end: how long it was.
    private static let mark = "configuration-end"
}
