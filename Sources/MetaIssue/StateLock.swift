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
                let lock = StateLock(descriptor: descriptor)
                held.withLock { $0[path] = lock }
                return lock
            }
            if attempt < seconds * 20 { usleep(50_000) }
        }
        close(descriptor)
        return nil
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
