/// Reads objects out of packs: our own way past libgit2 on the paths that read a whole history.
///
/// libgit2 allocates, locks and searches several times an object; profiles of a full analysis showed more of that than
/// unpacking. This reader maps packs and indexes whole, keeps recently unpacked objects by their place, and reuses its
/// buffers.
///
/// It only ever answers when it has the object. Whatever else there is (a loose object, one missing from a partial
/// clone, a pack that came later, a damaged or unknown file) gives nil, and libgit2 is to be asked, whose words then
/// reach the user. A pack that disappears stays readable. As in git and libgit2 as used here, content is checked
/// against zlib's checksum and not against the object's id.
///
/// Not thread-safe; instances share nothing that changes, so each thread can have its own.
final class PackReader {
    private enum Place {
        /// Not opened yet: path without extension, number.
        case listed(String, Int)
        case open(PackFile)
    }

    private let objectDirectory: String
    /// The most recently successful one first; nil until something is read.
    private var places: [Place]?
    private var latest: PackFile?
    /// Indexes that are open already, by path without extension.
    private let indexes: [String: PackIndex]
    private let budget: PageBudget
    private let cache: ObjectCache
    private let inflater: Inflater?
    private let chain = Chain()
    /// Buffers for what nobody keeps. Usually one or two: `body` of ``withObject(_:_:)`` may read other objects.
    private var spareBuffers: [ScratchBuffer] = []

    /// Limits in bytes.
    struct Limits {
        /// Unpacked objects that are kept.
        var cache = 16 << 20
        /// Pages of packs that stay resident. Indexes are read all over and stay besides, 24 bytes an object.
        var pages = 16 << 20
    }

    /// Longer chains are taken for damaged; git makes none beyond 4095.
    private static let longestChain = 10_000

    /// A reader for an object directory (`.git/objects`) and its alternates. Nothing is opened before the first read.
    ///
    /// - Parameter other: a reader of the same directory, for another thread; the indexes that it has open are used as
    ///   well, because they are searched all over and would stay in memory twice.
    init(objectDirectory: String, limits: Limits = Limits(), besides other: PackReader? = nil) {
        self.objectDirectory = objectDirectory
        indexes = other?.openIndexes ?? [:]
        budget = PageBudget(limit: limits.pages)
        cache = ObjectCache(limit: limits.cache)
        inflater = Inflater()
    }

    /// Keeps less in memory until something is read again.
    func rest() { budget.release() }

    /// Hands an object's kind and bytes to `body`, valid only during the call; nil when a pack here does not give it.
    func withObject<Value>(
        _ id: ObjectID, _ body: (ObjectKind, UnsafeRawBufferPointer) -> Value
    ) -> Value? {
        guard let (pack, offset) = find(id) else { return nil }
        if let known = cache.object(pack.number, offset), let kind = known.kind {
            return withExtendedLifetime(known) { body(kind, known.bytes) }
        }
        guard let entry = pack.entry(at: offset) else { return nil }
        guard case .whole(let kind) = entry.form, kind == .commit || kind == .tag else {
            guard let object = object(pack, offset), let kind = object.kind else { return nil }
            return withExtendedLifetime(object) { body(kind, object.bytes) }
        }
        // Commits are stored whole as a rule and read once.
        let buffer = spareBuffers.popLast() ?? ScratchBuffer()
        defer { if buffer.isSmall { spareBuffers.append(buffer) } }
        guard let start = unpack(entry, of: pack, into: buffer) else { return nil }
        return body(kind, UnsafeRawBufferPointer(start: start, count: entry.size))
    }

    /// An object that stays valid; nil when a pack here does not give it.
    func object(_ id: ObjectID) -> ObjectBytes? {
        guard let (pack, offset) = find(id) else { return nil }
        return object(pack, offset)
    }

    /// An object's size in bytes, for which at most the beginning of a delta is unpacked.
    func size(of id: ObjectID) -> Int? {
        guard let (pack, offset) = find(id), let entry = pack.entry(at: offset) else { return nil }
        guard case .delta = entry.form else { return entry.size }
        if let known = cache.object(pack.number, offset) { return known.bytes.count }
        return withUnsafeTemporaryAllocation(byteCount: Delta.longestHeader, alignment: 8) { start in
            guard let inflater, let first = start.baseAddress,
                let count = inflater.inflateStart(pack.packedBytes(of: entry), into: first, capacity: start.count)
            else { return nil }
            pack.touch(entry, inflater.consumed)
            return Delta(UnsafeRawBufferPointer(rebasing: start[..<count]))?.resultSize
        }
    }

    /// What an object is, from the headers along its chain of deltas.
    func kind(of id: ObjectID) -> ObjectKind? {
        guard let (pack, start) = find(id) else { return nil }
        var offset = start
        for _ in 0..<Self.longestChain {
            guard let entry = pack.entry(at: offset) else { return nil }
            switch entry.form {
            case .whole(let kind): return kind
            case .delta(let base): offset = base
            }
        }
        return nil
    }

    /// True when a pack here lists the object.
    func contains(_ id: ObjectID) -> Bool { find(id) != nil }

    // MARK: - Unpacking

    private func object(_ pack: PackFile, _ offset: Int) -> ObjectBytes? {
        chain.count = 0
        var position = offset
        var base: ObjectBytes
        while true {
            if let known = cache.object(pack.number, position) {
                base = known
                break
            }
            guard let entry = pack.entry(at: position), chain.count < Self.longestChain else { return nil }
            if case .delta(let next) = entry.form {
                chain.append(entry)
                position = next
                continue
            }
            guard let whole = whole(entry, of: pack) else { return nil }
            cache.insert(whole, pack.number, position)
            base = whole
            break
        }
        guard chain.count > 0 else { return base }
        let buffer = spareBuffers.popLast() ?? ScratchBuffer()
        defer { if buffer.isSmall { spareBuffers.append(buffer) } }
        while let entry = chain.popLast() {
            guard let result = apply(entry, of: pack, to: base, buffer) else { return nil }
            cache.insert(result, pack.number, entry.offset)
            base = result
        }
        return base
    }

    private func whole(_ entry: PackFile.Entry, of pack: PackFile) -> ObjectBytes? {
        guard let inflater, case .whole(let kind) = entry.form, let start = malloc(entry.size + Inflater.slack) else {
            return nil
        }
        guard inflater.inflate(pack.packedBytes(of: entry), into: start, size: entry.size) else {
            free(start)
            return nil
        }
        pack.touch(entry, inflater.consumed)
        return ObjectBytes(kind: kind, adopting: start, count: entry.size)
    }

    private func apply(
        _ entry: PackFile.Entry, of pack: PackFile, to base: ObjectBytes, _ buffer: ScratchBuffer
    ) -> ObjectBytes? {
        guard let kind = base.kind, let packed = unpack(entry, of: pack, into: buffer),
            let delta = Delta(UnsafeRawBufferPointer(start: packed, count: entry.size)),
            delta.resultSize < Self.checkedSize || delta.addsUp(), let start = malloc(max(delta.resultSize, 1))
        else { return nil }
        guard withExtendedLifetime(base, { delta.apply(to: base.bytes, into: start) }) else {
            free(start)
            return nil
        }
        return ObjectBytes(kind: kind, adopting: start, count: delta.resultSize)
    }

    /// From this size on a delta has to show that it means it before memory is taken.
    private static let checkedSize = 1 << 20

    private func unpack(
        _ entry: PackFile.Entry, of pack: PackFile, into buffer: ScratchBuffer
    ) -> UnsafeMutableRawPointer? {
        guard let inflater, let start = buffer.reserve(entry.size + Inflater.slack),
            inflater.inflate(pack.packedBytes(of: entry), into: start, size: entry.size)
        else { return nil }
        pack.touch(entry, inflater.consumed)
        return start
    }

    // MARK: - Finding

    private func find(_ id: ObjectID) -> (pack: PackFile, offset: Int)? {
        if let latest, let offset = latest.offset(of: id) { return (latest, offset) }
        return search(id)
    }

    private func search(_ id: ObjectID) -> (pack: PackFile, offset: Int)? {
        var places = self.places ?? Self.list(objectDirectory)
        defer { self.places = places }
        self.places = nil
        var index = 0
        while index < places.count {
            let pack: PackFile
            switch places[index] {
            case .open(let open): pack = open
            case .listed(let path, let number):
                guard let opened = PackFile(path: path, index: indexes[path], number: number, budget: budget) else {
                    places.remove(at: index)
                    continue
                }
                places[index] = .open(opened)
                pack = opened
            }
            if let offset = pack.offset(of: id) {
                if index > 0 { places.insert(places.remove(at: index), at: 0) }
                latest = pack
                return (pack, offset)
            }
            index += 1
        }
        return nil
    }

    private var openIndexes: [String: PackIndex] {
        var found = indexes
        for case .open(let pack) in places ?? [] { found[pack.path] = pack.index }
        return found
    }

    private static func list(_ objectDirectory: String) -> [Place] {
        var places: [Place] = []
        for directory in alternates(of: objectDirectory) {
            for name in names(in: directory + "/pack").sorted() where name.hasSuffix(".idx") {
                places.append(.listed(directory + "/pack/" + name.dropLast(4), places.count))
            }
        }
        return places
    }

    /// An object directory and those that its `info/alternates` names, as in gitrepository-layout(5).
    private static func alternates(of objectDirectory: String) -> [String] {
        var found = [objectDirectory]
        var level = found
        for _ in 0..<5 where !level.isEmpty {
            var next: [String] = []
            for directory in level {
                for line in lines(of: directory + "/info/alternates") where !line.hasPrefix("#") {
                    let path = line.hasPrefix("/") ? line : directory + "/" + line
                    if !found.contains(path) {
                        found.append(path)
                        next.append(path)
                    }
                }
            }
            level = next
        }
        return found
    }

    private static func lines(of path: String) -> [String] {
        guard let file = MappedFile(path: path) else { return [] }
        return withExtendedLifetime(file) {
            file.bytes.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static func names(in directory: String) -> [String] {
        guard let stream = opendir(directory) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) {
                    $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX)) { String(cString: $0) }
                })
        }
        return names
    }
}

/// The deltas between an object and its base.
private final class Chain {
    var count = 0
    private var entries = UnsafeMutablePointer<PackFile.Entry>.allocate(capacity: 64)
    private var capacity = 64

    func append(_ entry: PackFile.Entry) {
        if count == capacity {
            let larger = UnsafeMutablePointer<PackFile.Entry>.allocate(capacity: 2 * capacity)
            larger.moveInitialize(from: entries, count: count)
            entries.deallocate()
            entries = larger
            capacity *= 2
        }
        (entries + count).initialize(to: entry)
        count += 1
    }

    func popLast() -> PackFile.Entry? {
        guard count > 0 else { return nil }
        count -= 1
        return entries[count]
    }

    deinit { entries.deallocate() }
}

/// Memory that is used again and again.
private final class ScratchBuffer {
    private var start: UnsafeMutableRawPointer?
    private var capacity = 0

    /// Memory of at least so many bytes, contents undefined; nil when there is none. It is valid until the next call.
    func reserve(_ count: Int) -> UnsafeMutableRawPointer? {
        if count <= capacity { return start }
        free(start)
        capacity = max(count, 2 * capacity)
        start = malloc(capacity)
        if start == nil { capacity = 0 }
        return start
    }

    /// True when it is worth keeping.
    var isSmall: Bool { capacity <= 4 << 20 }

    deinit { free(start) }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
