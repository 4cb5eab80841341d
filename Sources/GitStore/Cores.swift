import Dispatch
import Synchronization

/// Runs many pieces of work on all processors at once.
///
/// Nothing here is shared between two pieces that run at the same time except what only is read: every thread makes its
/// own `State` (a ``Repository`` of its own, with its own caches), and the results come back in order.
public enum Cores {
    /// How many threads are used at most: the processors that are there, up to four. More would wait for memory.
    public static let count = max(1, min(4, Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))))

    /// The results of two pieces of work that are done at the same time, where that is worth a thread.
    ///
    /// - Parameter isWorthIt: false does one after the other.
    public static func both<First, Second>(
        isWorthIt: Bool, _ first: () throws -> First, _ second: () throws -> Second
    ) throws -> (First, Second) {
        guard isWorthIt, count > 1 else { return (try first(), try second()) }
        var results: (Result<First, any Error>?, Result<Second, any Error>?)
        withoutActuallyEscaping(first) { first in
            withoutActuallyEscaping(second) { second in
                withUnsafeMutablePointer(to: &results.0) { one in
                    withUnsafeMutablePointer(to: &results.1) { other in
                        // Each place is written by one thread, and read when both have ended.
                        nonisolated(unsafe) let (one, other, first, second) = (one, other, first, second)
                        DispatchQueue.concurrentPerform(iterations: 2) { index in
                            if index == 0 { one.pointee = Result(catching: first) }
                            if index == 1 { other.pointee = Result(catching: second) }
                        }
                    }
                }
            }
        }
        guard let one = results.0, let other = results.1 else {
            throw GitStoreError(kind: .other(0), operation: "working in parallel", reason: "a thread did not end")
        }
        return (try one.get(), try other.get())
    }

    /// The results of `body` for `0..<count`, in order; or the first error in that order.
    ///
    /// - Parameters:
    ///   - state: what one thread keeps between its pieces; made on that thread.
    ///   - body: one piece of work. It may read what is around it, and change only its state.
    public static func map<State, Value>(
        _ count: Int, state: () throws(GitStoreError) -> State,
        _ body: (inout State, Int) throws(GitStoreError) -> Value
    ) throws(GitStoreError) -> [Value] {
        guard min(Cores.count, count) > 1 else {
            var own = try state()
            var results: [Value] = []
            for index in 0..<count { results.append(try body(&own, index)) }
            return results
        }
        let results = UnsafeMutableBufferPointer<Result<Value, GitStoreError>?>.allocate(capacity: count)
        results.initialize(repeating: nil)
        defer {
            results.deinitialize()
            results.deallocate()
        }
        let next = Atomic<Int>(0)
        withoutActuallyEscaping(state) { state in
            withoutActuallyEscaping(body) { body in
                // Each place is written by one thread, and read when all have ended.
                nonisolated(unsafe) let (places, state, body) = (results, state, body)
                DispatchQueue.concurrentPerform(iterations: min(Cores.count, count)) { _ in
                    let made = Result { () throws(GitStoreError) in try state() }
                    guard var own = try? made.get() else {
                        // A thread that cannot begin takes one piece to tell why; others may do the rest.
                        let index = next.add(1, ordering: .relaxed).oldValue
                        if index < count, case .failure(let error) = made { places[index] = .failure(error) }
                        return
                    }
                    while true {
                        let index = next.add(1, ordering: .relaxed).oldValue
                        guard index < count else { return }
                        places[index] = Result { () throws(GitStoreError) in try body(&own, index) }
                    }
                }
            }
        }
        var values: [Value] = []
        values.reserveCapacity(count)
        for place in results {
            guard let place else {
                throw GitStoreError(kind: .other(0), operation: "working in parallel", reason: "no thread could begin")
            }
            values.append(try place.get())
        }
        return values
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif
