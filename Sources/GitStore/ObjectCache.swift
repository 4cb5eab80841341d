/// Unpacked objects by their place in a pack, the least recently used dropped first.
///
/// Deltas of one file or folder share their bases, and neighbours in history are neighbours in a chain of deltas, so
/// that a small cache saves most of the unpacking.
struct ObjectCache {
    private struct Node {
        var pack: Int
        var offset: Int
        var object: ObjectBytes?
        /// The next one in the same bucket, or the next free one.
        var next: Int32
        var newer: Int32
        var older: Int32
    }

    private static let none: Int32 = -1
    private let limit: Int
    private var size = 0
    private var nodes: [Node] = []
    private var buckets: [Int32]
    private var free = ObjectCache.none
    private var newest = ObjectCache.none
    private var oldest = ObjectCache.none

    /// What an entry costs besides its bytes.
    private static let overhead = 160

    /// An empty cache for `limit` bytes of objects.
    init(limit: Int) {
        self.limit = limit
        buckets = []
    }

    /// The object at an offset of a pack.
    mutating func object(_ pack: Int, _ offset: Int) -> ObjectBytes? {
        guard !buckets.isEmpty else { return nil }
        var node = buckets[bucket(pack, offset)]
        while node != Self.none {
            let index = Int(node)
            if nodes[index].offset == offset, nodes[index].pack == pack {
                if newest != node {
                    unlink(node)
                    linkNewest(node)
                }
                return nodes[index].object
            }
            node = nodes[index].next
        }
        return nil
    }

    /// Keeps an object that is not in the cache yet, unless it would take too much of it.
    mutating func insert(_ object: ObjectBytes, _ pack: Int, _ offset: Int) {
        let cost = object.bytes.count + Self.overhead
        guard cost <= limit / 8 else { return }
        if buckets.isEmpty { buckets = [Int32](repeating: Self.none, count: 8192) }
        while size + cost > limit, oldest != Self.none { removeOldest() }
        size += cost
        let place = bucket(pack, offset)
        let node = Node(
            pack: pack, offset: offset, object: object, next: buckets[place], newer: Self.none, older: Self.none)
        let index: Int32
        if free != Self.none {
            index = free
            free = nodes[Int(index)].next
            nodes[Int(index)] = node
        } else {
            index = Int32(nodes.count)
            nodes.append(node)
        }
        buckets[place] = index
        linkNewest(index)
    }

    private func bucket(_ pack: Int, _ offset: Int) -> Int {
        let mixed = UInt64(truncatingIfNeeded: offset &+ pack &* 0x51_7cc1_b727) &* 0x9e37_79b9_7f4a_7c15
        return Int(mixed >> 51)
    }

    private mutating func linkNewest(_ node: Int32) {
        nodes[Int(node)].older = newest
        nodes[Int(node)].newer = Self.none
        if newest != Self.none { nodes[Int(newest)].newer = node } else { oldest = node }
        newest = node
    }

    private mutating func unlink(_ node: Int32) {
        let (newer, older) = (nodes[Int(node)].newer, nodes[Int(node)].older)
        if newer != Self.none { nodes[Int(newer)].older = older } else { newest = older }
        if older != Self.none { nodes[Int(older)].newer = newer } else { oldest = newer }
    }

    private mutating func removeOldest() {
        let node = oldest
        let index = Int(node)
        let place = bucket(nodes[index].pack, nodes[index].offset)
        if buckets[place] == node {
            buckets[place] = nodes[index].next
        } else {
            var before = Int(buckets[place])
            while nodes[before].next != node { before = Int(nodes[before].next) }
            nodes[before].next = nodes[index].next
        }
        unlink(node)
        size -= (nodes[index].object?.bytes.count ?? 0) + Self.overhead
        nodes[index].object = nil
        nodes[index].next = free
        free = node
    }
}
