import CLibgit2

/// The SHA-1 name of a Git object: 20 bytes, kept as three integers so that hashing and comparing stay cheap.
public struct ObjectID: Hashable, Comparable, Sendable {
    /// Number of hexadecimal digits in a full id.
    public static let hexLength = 40

    let high: UInt64
    private let middle: UInt64
    private let low: UInt32

    /// The all-zero id, which Git uses for "no object".
    public static let zero = ObjectID(high: 0, middle: 0, low: 0)

    private init(high: UInt64, middle: UInt64, low: UInt32) {
        self.high = high
        self.middle = middle
        self.low = low
    }

    /// Reads 20 raw bytes starting at `offset`.
    ///
    /// - Precondition: `bytes` has at least `offset + 20` bytes.
    public init(rawBytes bytes: UnsafeRawBufferPointer, at offset: Int = 0) {
        high = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        middle = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
        low = UInt32(bigEndian: bytes.loadUnaligned(fromByteOffset: offset + 16, as: UInt32.self))
    }

    init(_ oid: git_oid) {
        self = withUnsafeBytes(of: oid) { ObjectID(rawBytes: $0) }
    }

    /// Parses exactly 40 hexadecimal digits; nil for anything else.
    public init?(hex: some StringProtocol) {
        self.init(hexBytes: Array(hex.utf8)[...])
    }

    /// Parses exactly 40 hexadecimal digits given as ASCII bytes; nil for anything else.
    public init?(hexBytes: some Collection<UInt8>) {
        guard hexBytes.count == Self.hexLength else { return nil }
        var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
        for (index, byte) in hexBytes.enumerated() {
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: return nil
            }
            switch index {
            case 0..<16: words.0 = words.0 << 4 | UInt64(digit)
            case 16..<32: words.1 = words.1 << 4 | UInt64(digit)
            default: words.2 = words.2 << 4 | UInt64(digit)
            }
        }
        high = words.0
        middle = words.1
        low = UInt32(truncatingIfNeeded: words.2)
    }

    /// Parses the 40 hexadecimal digits at the start of `digits`; nil when one of them is none.
    ///
    /// - Precondition: `digits` has at least 40 bytes.
    init?(hexDigits digits: UnsafePointer<UInt8>) {
        // Eight digits at a time, each byte a lane.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let nibbles: UInt64 = 0x0f0f_0f0f_0f0f_0f0f
        func word(_ start: Int) -> UInt64? {
            let text = UInt64(bigEndian: UnsafeRawPointer(digits + start).loadUnaligned(as: UInt64.self))
            var value = (text & nibbles) &+ (text >> 6 & ones) &* 9
            // Right only if the value, written as digits again, is the same text.
            let letters = (value &+ ones &* 0x76) >> 7 & ones
            guard value & ~nibbles == 0, value &+ ones &* 0x30 &+ letters &* 0x27 == text else { return nil }
            value = (value | value >> 4) & 0x00ff_00ff_00ff_00ff
            value = (value | value >> 8) & 0x0000_ffff_0000_ffff
            return (value | value >> 16) & 0xffff_ffff
        }
        guard let first = word(0), let second = word(8), let third = word(16), let fourth = word(24),
            let low = word(32)
        else { return nil }
        let (high, middle) = (first << 32 | second, third << 32 | fourth)
        self.init(high: high, middle: middle, low: UInt32(low))
    }

    /// The first of the 20 bytes, which git's tables of ids fan out by.
    var firstByte: UInt8 { UInt8(truncatingIfNeeded: high >> 56) }

    /// Ids are hashes themselves: their first eight bytes tell them apart.
    public func hash(into hasher: inout Hasher) { hasher.combine(high) }

    /// True for the all-zero id.
    public var isZero: Bool { self == .zero }

    /// All 40 hexadecimal digits, lower case.
    public var hex: String {
        Self.digits(high, 16) + Self.digits(middle, 16) + Self.digits(UInt64(low), 8)
    }

    /// The first 12 digits, the form that documents use (PRODUCT.md: "Commit ids in documents have 12 digits").
    public var short: String { String(hex.prefix(12)) }

    private static func digits(_ value: UInt64, _ count: Int) -> String {
        let text = String(value, radix: 16)
        return String(repeating: "0", count: count - text.count) + text
    }

    /// Hands the 20 raw bytes to `body`.
    public func withRawBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        withUnsafeBytes(of: oid) { body($0) }
    }

    var oid: git_oid {
        var result = git_oid()
        withUnsafeMutableBytes(of: &result) { buffer in
            buffer.storeBytes(of: high.bigEndian, toByteOffset: 0, as: UInt64.self)
            buffer.storeBytes(of: middle.bigEndian, toByteOffset: 8, as: UInt64.self)
            buffer.storeBytes(of: low.bigEndian, toByteOffset: 16, as: UInt32.self)
        }
        return result
    }

    /// Ids are hashes already: a table needs no more than its own seed mixed in, where the standard hash is a good part
    /// of every lookup.
    public func _rawHashValue(seed: Int) -> Int {
        let mixed = (high ^ UInt64(truncatingIfNeeded: seed)) &* 0x9e37_79b9_7f4a_7c15
        return Int(truncatingIfNeeded: mixed ^ mixed >> 32)
    }

    /// Lexicographic order of the hexadecimal form.
    public static func < (left: ObjectID, right: ObjectID) -> Bool {
        (left.high, left.middle, left.low) < (right.high, right.middle, right.low)
    }
}

extension ObjectID: CustomStringConvertible {
    /// All 40 hexadecimal digits.
    public var description: String { hex }
}
