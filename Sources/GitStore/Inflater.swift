import CZlib

/// Unpacks zlib streams whose unpacked size is known, with one state for all of them. Not thread-safe.
final class Inflater {
    private let stream: UnsafeMutablePointer<z_stream>

    /// How much larger than the content an output buffer has to be: zlib's fast loop runs only where a longest match
    /// still fits, which for most objects is everywhere or nowhere.
    static let slack = 264

    /// nil when there is no memory.
    init?() {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard czlib_inflate_init(stream) == Z_OK else {
            stream.deallocate()
            return nil
        }
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    /// Unpacks a whole stream of exactly `size` bytes; false when it is damaged or of another size.
    ///
    /// - Precondition: `output` has `size + slack` bytes, and both lengths are below 4 GB.
    func inflate(_ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer, size: Int) -> Bool {
        start(input, output, size + Self.slack)
        return CZlib.inflate(stream, Z_FINISH) == Z_STREAM_END && stream.pointee.total_out == UInt(size)
    }

    /// Unpacks the beginning of a stream, at most `capacity` bytes; gives how many there are, nil when it is damaged.
    func inflateStart(
        _ input: UnsafeRawBufferPointer, into output: UnsafeMutableRawPointer, capacity: Int
    ) -> Int? {
        start(input, output, capacity)
        let code = CZlib.inflate(stream, Z_SYNC_FLUSH)
        guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return nil }
        return Int(stream.pointee.total_out)
    }

    /// How many bytes of input the stream before had.
    var consumed: Int { Int(stream.pointee.total_in) }

    private func start(_ input: UnsafeRawBufferPointer, _ output: UnsafeMutableRawPointer, _ capacity: Int) {
        inflateReset(stream)
        let first = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.pointee.next_in = UnsafeMutablePointer(mutating: first)
        stream.pointee.avail_in = UInt32(clamping: input.count)
        stream.pointee.next_out = output.assumingMemoryBound(to: UInt8.self)
        stream.pointee.avail_out = UInt32(clamping: capacity)
    }
}
