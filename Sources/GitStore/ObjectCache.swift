/// Unpacked objects by their place in a pack, the least recently used dropped first.
///
/// Deltas of one file or folder share their bases, and neighbours in history are neighbours in a chain of deltas, so
/// that a small cache saves most of the unpacking. A hash table and a list by age, in memory of its own: every object
/// that is read passes through here.
final class ObjectCache {
    private struct Node {
        let pack: Int
        let offset: Int
        let object: Unmanaged<ObjectBytes>
        let cost: Int
        /// The next one in the same bucket, or the next free one.
        var next: Int32
        var newer: Int32
        var older: Int32
    }

    private static let none: Int32 = -1
    private static let bucketBits = 13
    private let limit: Int
    private var size = 0
    private var nodes: UnsafeMutablePointer<Node>
    private var capacity = 256
    private var used = 0
    private let buckets: UnsafeMutablePointer<Int32>
    private var free = ObjectCache.none
    private var newest = ObjectCache.none
    private var oldest = ObjectCache.none

    /// What an object costs besides its bytes.
    private static let overhead = 160

    /// An empty cache for `limit` bytes of objects.
    init(limit: Int) {
        self.limit = limit
        nodes = .allocate(capacity: capacity)
        buckets = .allocate(capacity: 1 << Self.bucketBits)
        buckets.initialize(repeating: Self.none, count: 1 << Self.bucketBits)
    }

    deinit {
        while oldest != Self.none { removeOldest() }
        nodes.deallocate()
        buckets.deallocate()
    }

    /// The object at an offset of a pack.
    func object(_ pack: Int, _ offset: Int) -> ObjectBytes? {
        var index = buckets[Self.bucket(pack, offset)]
        while index != Self.none {
            let node = nodes + Int(index)
            if node.pointee.offset == offset, node.pointee.pack == pack {
                if newest != index {
                    unlink(index)
                    linkNewest(index)
                }
                return node.pointee.object.takeUnretainedValue()
            }
            index = node.pointee.next
        }
        return nil
    }

    /// Keeps an object that is not in the cache yet, unless it would take too much of it.
    func insert(_ object: ObjectBytes, _ pack: Int, _ offset: Int) {
        let cost = object.bytes.count + Self.overhead
        guard cost <= limit / 8 else { return }
        while size + cost > limit, oldest != Self.none { removeOldest() }
        size += cost
        let index: Int32
        if free != Self.none {
            index = free
            free = nodes[Int(index)].next
        } else {
            if used == capacity { grow() }
            index = Int32(used)
            used += 1
        }
        let bucket = Self.bucket(pack, offset)
        (nodes + Int(index)).initialize(
            to: Node(
                pack: pack, offset: offset, object: .passRetained(object), cost: cost, next: buckets[bucket],
                newer: Self.none, older: Self.none))
        buckets[bucket] = index
        linkNewest(index)
    }

    private static func bucket(_ pack: Int, _ offset: Int) -> Int {
        let mixed = UInt64(truncatingIfNeeded: offset &+ pack &* 0x51_7cc1_b727) &* 0x9e37_79b9_7f4a_7c15
        return Int(mixed >> UInt64(64 - bucketBits))
    }

    private func grow() {
        let larger = UnsafeMutablePointer<Node>.allocate(capacity: 2 * capacity)
        larger.moveInitialize(from: nodes, count: used)
        nodes.deallocate()
        nodes = larger
        capacity *= 2
    }

    private func linkNewest(_ index: Int32) {
        nodes[Int(index)].older = newest
        nodes[Int(index)].newer = Self.none
        if newest != Self.none { nodes[Int(newest)].newer = index } else { oldest = index }
        newest = index
    }

    private func unlink(_ index: Int32) {
        let (newer, older) = (nodes[Int(index)].newer, nodes[Int(index)].older)
        if newer != Self.none { nodes[Int(newer)].older = older } else { newest = older }
        if older != Self.none { nodes[Int(older)].newer = newer } else { oldest = newer }
    }

    private func removeOldest() {
        let index = oldest
        let node = nodes + Int(index)
        var link = buckets + Self.bucket(node.pointee.pack, node.pointee.offset)
        while link.pointee != index { link = Self.next(of: nodes + Int(link.pointee)) }
        link.pointee = node.pointee.next
        unlink(index)
        size -= node.pointee.cost
        let object = node.pointee.object
        node.pointee.next = free
        free = index
        object.release()
    }

    private static func next(of node: UnsafeMutablePointer<Node>) -> UnsafeMutablePointer<Int32> {
        // The offset of a stored property of a struct is known.
        let offset = MemoryLayout<Node>.offset(of: \.next) ?? 0
        return (UnsafeMutableRawPointer(node) + offset).assumingMemoryBound(to: Int32.self)
    }
}
