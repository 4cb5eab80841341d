/// git's commit-graph file, or the chain of them: for each commit its tree, its parents and the changed-path filter of
/// its delta, without opening an object.
///
/// Format: git's `gitformat-commit-graph(5)`. libgit2 1.5 reads no file of today's git (it rejects chunks that it does
/// not know), hence this reader. Commits are numbered as git numbers them: by id within a file, files after their bases.
/// A file that breaks the format is not used at all; numbers in it that lead outside are taken for damage by the caller.
final class CommitGraphFile {
    /// One file of a chain.
    private struct Layer {
        let file: MappedFile
        /// The number of its first commit.
        let first: Int
        let count: Int
        let fanout: Int
        let ids: Int
        let data: Int
        let extraEdges: Range<Int>
        let filters: ChangedPathFilters?
    }

    private let layers: [Layer]
    /// How many commits are in it.
    let count: Int

    /// Maps the files below a repository's `objects` directory; nil when there are none that can be read.
    init?(objectDirectory: String) {
        var layers: [Layer] = []
        var first = 0
        for path in Self.paths(objectDirectory) {
            guard let file = MappedFile(path: path), let layer = Self.layer(file, first: first) else { return nil }
            layers.append(layer)
            first += layer.count
        }
        guard first > 0, first < Int32.max else { return nil }
        self.layers = layers
        count = first
    }

    /// The files, bases first. git prefers the single file to a chain.
    private static func paths(_ objectDirectory: String) -> [String] {
        let single = "\(objectDirectory)/info/commit-graph"
        if access(single, R_OK) == 0 { return [single] }
        let folder = "\(objectDirectory)/info/commit-graphs"
        guard let chain = MappedFile(path: "\(folder)/commit-graph-chain") else { return [] }
        let hashes = String(decoding: chain.bytes, as: UTF8.self).split(separator: "\n")
        return hashes.map { "\(folder)/graph-\($0).graph" }
    }

    /// The number of a commit; nil when the file lacks it.
    func number(of id: ObjectID) -> Int32? {
        for layer in layers.reversed() {
            let bytes = layer.file.bytes
            let byte = Int(id.firstByte)
            var low = byte == 0 ? 0 : Int(bytes.word(at: layer.fanout + 4 * (byte - 1)))
            var high = Int(bytes.word(at: layer.fanout + 4 * byte))
            guard low <= high, high <= layer.count else { continue }
            while low < high {
                let middle = (low + high) / 2
                let found = ObjectID(rawBytes: bytes, at: layer.ids + 20 * middle)
                if found == id { return Int32(layer.first + middle) }
                if found < id { low = middle + 1 } else { high = middle }
            }
        }
        return nil
    }

    /// The id of the commit with a number.
    func id(of number: Int32) -> ObjectID {
        let (layer, index) = place(number)
        return ObjectID(rawBytes: layer.file.bytes, at: layer.ids + 20 * index)
    }

    /// The root tree of the commit with a number.
    func tree(of number: Int32) -> ObjectID {
        let (layer, index) = place(number)
        return ObjectID(rawBytes: layer.file.bytes, at: layer.data + 36 * index)
    }

    /// When the commit was made, in seconds since 1970.
    func seconds(of number: Int32) -> Int64 {
        let (layer, index) = place(number)
        let word = layer.file.bytes.longWord(at: layer.data + 36 * index + 28)
        return Int64(word & 0x3_FFFF_FFFF)
    }

    /// The numbers of a commit's parents, in order; nil when they lead outside the file.
    func parents(of number: Int32) -> CommitGraph.Parents? {
        let (layer, index) = place(number)
        let bytes = layer.file.bytes
        let first = bytes.word(at: layer.data + 36 * index + 20)
        let second = bytes.word(at: layer.data + 36 * index + 24)
        var parents = CommitGraph.Parents()
        guard first != Self.noParent else { return parents }
        guard append(first, &parents) else { return nil }
        if second == Self.noParent { return parents }
        guard second & Self.lastEdge != 0 else { return append(second, &parents) ? parents : nil }
        var position = layer.extraEdges.lowerBound + 4 * Int(second & ~Self.lastEdge)
        while position + 4 <= layer.extraEdges.upperBound {
            let edge = bytes.word(at: position)
            guard append(edge & ~Self.lastEdge, &parents) else { return nil }
            if edge & Self.lastEdge != 0 { return parents }
            position += 4
        }
        return nil
    }

    /// The filter over the paths that a commit changes against its first parent; nil when none was computed.
    func filter(of number: Int32) -> ChangedPathFilter? {
        let (layer, index) = place(number)
        return layer.filters?.filter(at: index)
    }

    private static let noParent: UInt32 = 0x7000_0000
    private static let lastEdge: UInt32 = 0x8000_0000

    private func append(_ number: UInt32, _ parents: inout CommitGraph.Parents) -> Bool {
        guard number < count else { return false }
        parents.append(Int32(number))
        return true
    }

    private func place(_ number: Int32) -> (Layer, Int) {
        if layers.count == 1 { return (layers[0], Int(number)) }
        let layer = layers.last { $0.first <= Int(number) } ?? layers[0]
        return (layer, Int(number) - layer.first)
    }

    // MARK: - Opening

    private static func layer(_ file: MappedFile, first: Int) -> Layer? {
        let bytes = file.bytes
        // Signature, version 1, SHA-1.
        guard bytes.count >= 8 + 12, bytes.word(at: 0) == 0x4347_5048, bytes[4] == 1, bytes[5] == 1,
            let chunks = chunks(bytes, count: Int(bytes[6])), let fanout = chunks["OIDF"], fanout.count >= 1024,
            let ids = chunks["OIDL"], let data = chunks["CDAT"]
        else { return nil }
        let count = Int(bytes.word(at: fanout.lowerBound + 4 * 255))
        guard ids.count >= 20 * count, data.count >= 36 * count else { return nil }
        var filters: ChangedPathFilters?
        if let index = chunks["BIDX"], let content = chunks["BDAT"] {
            filters = ChangedPathFilters(file: file, index: index, content: content, count: count)
        }
        return Layer(
            file: file, first: first, count: count, fanout: fanout.lowerBound, ids: ids.lowerBound,
            data: data.lowerBound, extraEdges: chunks["EDGE"] ?? 0..<0, filters: filters)
    }

    /// The table of contents: four letters and an offset each, ended by an entry that tells where the last chunk ends.
    private static func chunks(_ bytes: UnsafeRawBufferPointer, count: Int) -> [String: Range<Int>]? {
        guard 8 + 12 * (count + 1) <= bytes.count else { return nil }
        var found: [String: Range<Int>] = [:]
        for index in 0..<count {
            let entry = 8 + 12 * index
            let start = bytes.longWord(at: entry + 4)
            let end = bytes.longWord(at: entry + 16)
            guard start <= end, end <= UInt64(bytes.count) else { return nil }
            found[String(decoding: bytes[entry..<entry + 4], as: UTF8.self)] = Int(start)..<Int(end)
        }
        return found
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
