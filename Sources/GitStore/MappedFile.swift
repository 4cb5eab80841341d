/// A file's bytes, mapped read-only for as long as this lives, even when the file is removed meanwhile.
///
/// Pages that were read stay resident and count as this process's memory. Readers tell with ``touch(_:_:)`` what they
/// read, and a ``PageBudget`` gives back to the system what was not read for a while.
final class MappedFile {
    /// The whole file, never empty.
    let bytes: UnsafeRawBufferPointer
    private unowned let budget: PageBudget?
    /// One bit a chunk that was read since the last release.
    private var touched: [UInt64]
    private var latest = -1

    /// The unit of accounting, in bytes: what Linux maps around a page that is missing.
    static let chunkSize = 1 << 16

    /// Maps a regular file; nil when it cannot be opened or is empty.
    ///
    /// - Parameter budget: bounds what stays resident; nil for files that are read whole, or hardly at all.
    init?(path: String, budget: PageBudget? = nil) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
            let count = Int(exactly: status.st_size), count > 0,
            let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0), start != MAP_FAILED
        else { return nil }
        bytes = UnsafeRawBufferPointer(start: start, count: count)
        self.budget = budget
        touched = [UInt64](repeating: 0, count: (count - 1) / Self.chunkSize / 64 + 1)
        budget?.add(self)
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count) }

    /// Notes that the bytes `first...last` were read.
    ///
    /// - Precondition: both are offsets inside the file.
    @inline(__always)
    func touch(_ first: Int, _ last: Int) {
        if first / Self.chunkSize == latest, last / Self.chunkSize == latest { return }
        touchChunks(first / Self.chunkSize, last / Self.chunkSize)
    }

    private func touchChunks(_ first: Int, _ last: Int) {
        var added = 0
        for chunk in first...last {
            let bit: UInt64 = 1 << UInt64(chunk & 63)
            if touched[chunk >> 6] & bit == 0 {
                touched[chunk >> 6] |= bit
                added += 1
            }
        }
        latest = last
        if added > 0 { budget?.spend(added * Self.chunkSize) }
    }

    /// Gives the pages that were not read since the last release back to the system. What is read again comes from the
    /// file again.
    fileprivate func releaseUntouched() {
        var start = 0
        for chunk in 0...(bytes.count - 1) / Self.chunkSize {
            guard touched[chunk >> 6] & 1 << UInt64(chunk & 63) != 0 else { continue }
            release(start * Self.chunkSize, chunk * Self.chunkSize)
            start = chunk + 1
        }
        release(start * Self.chunkSize, bytes.count)
        for index in touched.indices { touched[index] = 0 }
        latest = -1
    }

    /// Gives all pages back to the system.
    fileprivate func releaseAll() {
        for index in touched.indices { touched[index] = 0 }
        releaseUntouched()
    }

    private func release(_ start: Int, _ end: Int) {
        guard start < end, let base = bytes.baseAddress else { return }
        madvise(UnsafeMutableRawPointer(mutating: base + start), end - start, MADV_DONTNEED)
    }
}

/// Bounds how much of several mapped files is resident. It keeps them mapped as long as it lives.
final class PageBudget {
    private let limit: Int
    private var spent = 0
    private var files: [MappedFile] = []

    /// A budget in bytes. Half of it is for what was read since the last release, half for what was read before that:
    /// pages that are in use all the time stay.
    init(limit: Int) { self.limit = limit }

    fileprivate func add(_ file: MappedFile) { files.append(file) }

    fileprivate func spend(_ count: Int) {
        spent += count
        guard spent > limit / 2 else { return }
        for file in files { file.releaseUntouched() }
        spent = 0
    }

    /// Gives all pages back to the system; what is read again comes from the files again.
    func release() {
        for file in files { file.releaseAll() }
        spent = 0
    }
}

extension UnsafeRawBufferPointer {
    /// The big-endian 32-bit number at `offset`, as all of git's tables have them.
    ///
    /// - Precondition: four bytes are there.
    func word(at offset: Int) -> UInt32 { UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }

    /// The big-endian 64-bit number at `offset`.
    ///
    /// - Precondition: eight bytes are there.
    func longWord(at offset: Int) -> UInt64 {
        UInt64(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
