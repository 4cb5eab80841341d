import GitStore

/// Writes values one after the other, each in a fixed form: integers in eight bytes, text and lists behind their count.
struct ByteWriter {
    private(set) var bytes: [UInt8] = []

    mutating func put(_ value: Int64) { withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) } }

    mutating func put(_ value: Int) { put(Int64(value)) }

    mutating func put(_ value: Bool) { bytes.append(value ? 1 : 0) }

    mutating func put(_ text: String) {
        put(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func put(_ other: [UInt8]) {
        put(other.count)
        bytes.append(contentsOf: other)
    }

    mutating func put(_ id: ObjectID) { id.withRawBytes { bytes.append(contentsOf: $0) } }

    mutating func put(_ time: GitTime) {
        put(time.seconds)
        put(time.offsetMinutes)
    }

    mutating func put<Value>(_ list: some Collection<Value>, _ one: (inout ByteWriter, Value) -> Void) {
        put(list.count)
        for value in list { one(&self, value) }
    }

    mutating func put<Value>(_ value: Value?, _ one: (inout ByteWriter, Value) -> Void) {
        put(value != nil)
        if let value { one(&self, value) }
    }
}

/// Reads what ``ByteWriter`` wrote. Bytes that it cannot have written are an error, never a crash.
struct ByteReader {
    struct Damaged: Error {}

    private let bytes: [UInt8]
    private var position: Int

    init(_ bytes: [UInt8], from position: Int = 0) {
        self.bytes = bytes
        self.position = position
    }

    var isAtEnd: Bool { position == bytes.count }

    /// What was not read yet.
    var rest: ArraySlice<UInt8> { bytes[position...] }

    private mutating func take(_ count: Int) throws(Damaged) -> Range<Int> {
        guard count >= 0, count <= bytes.count - position else { throw Damaged() }
        position += count
        return position - count..<position
    }

    mutating func integer() throws(Damaged) -> Int64 {
        let range = try take(8)
        return bytes.withUnsafeBytes {
            Int64(littleEndian: $0.loadUnaligned(fromByteOffset: range.lowerBound, as: Int64.self))
        }
    }

    /// A count or another small number.
    mutating func count() throws(Damaged) -> Int { Int(try integer()) }

    mutating func flag() throws(Damaged) -> Bool { bytes[try take(1).lowerBound] == 1 }

    mutating func text() throws(Damaged) -> String {
        let range = try take(try count())
        return String(decoding: bytes[range], as: UTF8.self)
    }

    mutating func block() throws(Damaged) -> [UInt8] { Array(bytes[try take(try count())]) }

    /// A value of a closed set, by its name.
    mutating func word<Value: RawRepresentable<String>>(as type: Value.Type) throws(Damaged) -> Value {
        guard let value = Value(rawValue: try text()) else { throw Damaged() }
        return value
    }

    mutating func id() throws(Damaged) -> ObjectID {
        let range = try take(20)
        return bytes.withUnsafeBytes { ObjectID(rawBytes: $0, at: range.lowerBound) }
    }

    mutating func time() throws(Damaged) -> GitTime {
        GitTime(seconds: try integer(), offsetMinutes: try count())
    }

    mutating func list<Value>(_ one: (inout ByteReader) throws(Damaged) -> Value) throws(Damaged) -> [Value] {
        let count = try count()
        // Every value has a byte at least.
        guard count >= 0, count <= bytes.count - position else { throw Damaged() }
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try one(&self)) }
        return values
    }

    mutating func optional<Value>(_ one: (inout ByteReader) throws(Damaged) -> Value) throws(Damaged) -> Value? {
        try flag() ? try one(&self) : nil
    }
}
