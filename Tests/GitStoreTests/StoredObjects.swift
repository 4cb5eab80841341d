import Foundation

@testable import GitStore

/// One object as `git cat-file` shows it.
struct StoredObject: Equatable {
    let type: String
    let bytes: [UInt8]
}

extension ObjectKind {
    /// Git's name for it.
    var name: String {
        switch self {
        case .commit: "commit"
        case .tree: "tree"
        case .blob: "blob"
        case .tag: "tag"
        }
    }
}

extension ObjectBytes {
    /// A copy of the bytes.
    var copy: [UInt8] { withExtendedLifetime(self) { Array(bytes) } }
}

extension GitFixture {
    var objectDirectory: URL { directory.appending(path: ".git/objects") }

    /// Every object of the repository, as git reads it.
    func allObjects() throws -> [ObjectID: StoredObject] {
        let printed = [UInt8](try output(of: ["cat-file", "--batch-all-objects", "--batch"]))
        var objects: [ObjectID: StoredObject] = [:]
        var position = 0
        while position < printed.count, let end = printed[position...].firstIndex(of: UInt8(ascii: "\n")) {
            let fields = String(decoding: printed[position..<end], as: UTF8.self).split(separator: " ")
            guard fields.count == 3, let id = ObjectID(hex: fields[0]), let size = Int(fields[2]) else {
                throw GitFailure()
            }
            objects[id] = StoredObject(type: String(fields[1]), bytes: Array(printed[end + 1..<end + 1 + size]))
            position = end + 2 + size
        }
        return objects
    }

    /// Commits with folders, files that grow, change and go, a large file, an empty one, and tags: enough for deltas
    /// of every kind of object.
    func writeHistory(seed: UInt64 = 1, commits: Int = 24) throws {
        var random = SplitMix(state: seed)
        var text = (0..<400).map { "line \($0) of seed \(seed): \(random.next(1 << 30))\n" }
        try write("empty", "")
        for step in 0..<commits {
            for _ in 0..<3 { text[random.next(text.count)] = "step \(step): \(random.next(1 << 30))\n" }
            try write("grows/long.txt", text.joined())
            for _ in 0..<3 {
                let path = ["src/a", "src/b", "src/b/c", "docs"][random.next(4)] + "/file\(random.next(30)).txt"
                try write(path, "\(step) \(random.next(1000))\n" + text.prefix(random.next(40)).joined())
            }
            if step == 3 { try write("large.bin", (0..<30_000).map { "\($0 &* 7919 % 104729) " }.joined()) }
            let body = (0..<random.next(30)).map { "Line \($0) of a message\n" }.joined()
            try commit("Step \(step)\n\n\(body)")
            if step % 5 == 0 { try git("tag", "-a", "-m", "Tag \(step)", "v\(seed).\(step)") }
        }
    }
}
