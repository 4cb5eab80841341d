import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// One writer at a time: an advisory lock on a file in the common git directory. The kernel lets go of it when the
/// process ends, however it ends; until then a command keeps what it took, so that no compiler's idea of an object's
/// last use lets go of it between two writes. Two steps of one command that both want it have it together.
final class StateLock: Sendable {
    private let descriptor: Int32
    private static let held = Mutex<[String: StateLock]>([:])

    private init(descriptor: Int32) { self.descriptor = descriptor }

    /// How long an explicit command waits for another one, in seconds.
    static let patience = 30

    /// Takes the lock, waiting up to `seconds` for another process; 0 does not wait.
    ///
    /// - Returns: nil when another process still has it.
    /// - Throws: ``Failure`` when the lock file cannot be made (a read-only repository).
    static func take(in place: Place, waiting seconds: Int = patience) throws -> StateLock? {
        let path = place.statePath("lock")
        if let lock = held.withLock({ $0[path] }) { return lock }
        try Files.makeFolder(Files.parent(of: path))
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Files.failure("locking", path) }
        for attempt in 0...(seconds * 20) {
            if flock(descriptor, LOCK_EX | LOCK_NB) == 0 {
                // Who is stopped while it waits leaves the name of the one it waits for.
                if let last = owner(in: descriptor) {
                    if waitForChildren(of: last, seconds: min(seconds, 5)) {
                        removeAnchorLocks(in: place)
                    } else if seconds == 0 {
                        break
                    }
                }
                writeOwner(in: descriptor)
                let lock = StateLock(descriptor: descriptor)
                held.withLock { locks in
                    if locks.isEmpty { atexit { StateLock.removeOwner() } }
                    locks[path] = lock
                }
                return lock
            }
            if attempt < seconds * 20 { usleep(50_000) }
        }
        close(descriptor)
        return nil
    }

    /// The process that had the lock last and did not come to its end.
    private static func owner(in descriptor: Int32) -> Int32? {
        let last = withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { buffer in
            let count = pread(descriptor, buffer.baseAddress, buffer.count, 0)
            return count > 0 ? Int32(String(decoding: buffer[..<count].prefix { $0 != 10 }, as: UTF8.self)) : nil
        }
        return last == getpid() ? nil : last
    }

    /// Writes this process into the lock file. A lock without a name in it is a lock all the same.
    private static func writeOwner(in descriptor: Int32) {
        let line = Array("\(getpid())\n".utf8)
        if pwrite(descriptor, line, line.count, 0) == line.count { ftruncate(descriptor, off_t(line.count)) }
    }

    /// Takes this process out of the lock files: it came to its end, whether it failed or not. What it started has
    /// ended too.
    private static func removeOwner() {
        held.withLock { locks in for lock in locks.values { ftruncate(lock.descriptor, 0) } }
    }

    /// Waits until every `git` of a process that was killed has ended: it goes on without the process, and what it does
    /// must not come after its being undone. Where there is no `/proc`, nothing is known.
    ///
    /// - Returns: false when one is at work still.
    private static func waitForChildren(of process: Int32, seconds: Int) -> Bool {
        let mark = Array("\(Git.guardVariable.rawValue)=\(process)".utf8)
        func isAtWork() -> Bool {
            Files.names(in: "/proc").contains { name in
                guard name.utf8.allSatisfy({ (48...57).contains($0) }),
                    let environment = try? Files.read("/proc/\(name)/environ")
                else { return false }
                return environment.split(separator: 0).contains { $0.elementsEqual(mark) }
            }
        }
        for _ in 0..<(seconds * 20) {
            if !isAtWork() { return true }
            usleep(50_000)
        }
        return !isAtWork()
    }

    /// Removes the locks of anchors that a process left which was killed while it moved one, and none of whose gits is at work:
    /// nobody else writes there.
    private static func removeAnchorLocks(in place: Place) {
        let anchors = "\(place.commonDirectory)/refs/metaissue"
        for name in Files.ordinaryFiles(below: anchors) where name.hasSuffix(".lock") {
            try? Files.remove("\(anchors)/\(name)")
        }
    }

    /// Takes the lock or gives up with a message.
    static func need(in place: Place) throws -> StateLock {
        guard let lock = try take(in: place) else {
            throw Failure(
                "another git-metaissue is still at work in this repository",
                advice: "wait for it to end (it holds \(place.statePath("lock")))")
        }
        return lock
    }
}
