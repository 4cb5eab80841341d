/// The target of a hub's attempt link: `[001](./attempts/001-baseline/)`.
enum FolderLink {
    /// The target's bytes in the first link of a cell.
    static func target(_ cell: ArraySlice<UInt8>) -> Range<Int>? {
        guard let start = cell.firstIndex(ofBytes: "](") else { return nil }
        let rest = cell[(start + 2)...]
        guard let end = rest.firstIndex(where: { $0 == 0x29 || $0.isBlank }), end > start + 2 else { return nil }
        return start + 2..<end
    }

    /// What to change so that a cell's link leads into the folder. A cell without a link agrees.
    static func correction(of cell: ArraySlice<UInt8>, to folder: String) -> Correction {
        guard let target = target(cell) else { return .agrees }
        let old = cell[target].text
        if old.contains("://") || old.hasPrefix("#") || old.hasPrefix("/") { return .agrees }
        var plain = Substring(old)
        let hasDot = plain.hasPrefix("./")
        if hasDot { plain = plain.dropFirst(2) }
        if plain == folder || plain.hasPrefix(folder + "/") { return .agrees }
        let new = (hasDot ? "./" : "") + folder + (plain.hasSuffix("/") ? "/" : "")
        return .splices([Splice(target, new)])
    }
}
