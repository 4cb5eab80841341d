/// A delta as packs store it: the sizes of base and result, then instructions that copy from the base or insert.
///
/// Every instruction is checked against base, result and delta: a damaged one makes ``apply(to:into:)`` fail.
struct Delta {
    /// The size of the object that the delta applies to.
    let baseSize: Int
    /// The size of what comes out.
    let resultSize: Int
    private let bytes: UnsafeRawBufferPointer
    private let instructions: Int

    /// The length that the two sizes have at most.
    static let longestHeader = 20

    /// Reads the sizes, for which the first ``longestHeader`` bytes are enough; nil when they are damaged.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var position = 0
        guard let baseSize = Self.size(bytes, &position), let resultSize = Self.size(bytes, &position) else {
            return nil
        }
        self.baseSize = baseSize
        self.resultSize = resultSize
        self.bytes = bytes
        instructions = position
    }

    private static func size(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> Int? {
        var value = 0
        var shift = 0
        while position < bytes.count, shift < 56 {
            let byte = bytes[position]
            position += 1
            value |= Int(byte & 0x7f) << shift
            if byte & 0x80 == 0 { return value }
            shift += 7
        }
        return nil
    }

    /// Writes the result; false when an instruction reaches outside of base, result or delta, or the sizes are not met.
    ///
    /// - Precondition: `output` has ``resultSize`` bytes, and after the delta there are 8 readable bytes of any value.
    func apply(to base: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer) -> Bool {
        guard base.count == baseSize, let source = base.baseAddress, let start = bytes.baseAddress else { return false }
        let end = bytes.count
        var position = instructions
        var written = 0
        while position < end {
            let operation = start.load(fromByteOffset: position, as: UInt8.self)
            position += 1
            if operation & 0x80 != 0 {
                let (from, count) = Self.range(operation, start, &position)
                guard position <= end, from <= baseSize, count <= baseSize - from, count <= resultSize - written else {
                    return false
                }
                memcpy(output + written, source + from, count)
                written += count
            } else {
                let count = Int(operation)
                guard count > 0, count <= end - position, count <= resultSize - written else { return false }
                memcpy(output + written, start + position, count)
                position += count
                written += count
            }
        }
        return written == resultSize
    }

    /// True when the instructions' lengths add up to the result's, whatever they copy from.
    func addsUp() -> Bool {
        guard let start = bytes.baseAddress else { return false }
        var position = instructions
        var written = 0
        while position < bytes.count {
            let operation = start.load(fromByteOffset: position, as: UInt8.self)
            position += 1
            if operation & 0x80 != 0 {
                written += Self.range(operation, start, &position).count
            } else {
                position += Int(operation)
                written += Int(operation)
            }
            guard written <= resultSize else { return false }
        }
        return written == resultSize
    }

    /// What a copy instruction copies. Its bits tell which bytes of offset (4) and length (3) follow; length 0 is 64 KB.
    @inline(__always)
    private static func range(
        _ operation: UInt8, _ start: UnsafeRawPointer, _ position: inout Int
    ) -> (from: Int, count: Int) {
        var from = 0
        var count = 0
        func next() -> Int {
            defer { position += 1 }
            return Int(start.load(fromByteOffset: position, as: UInt8.self))
        }
        if operation & 0x01 != 0 { from = next() }
        if operation & 0x02 != 0 { from |= next() << 8 }
        if operation & 0x04 != 0 { from |= next() << 16 }
        if operation & 0x08 != 0 { from |= next() << 24 }
        if operation & 0x10 != 0 { count = next() }
        if operation & 0x20 != 0 { count |= next() << 8 }
        if operation & 0x40 != 0 { count |= next() << 16 }
        return (from, count == 0 ? 0x10000 : count)
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
