import GitStore
import Testing

struct TreeDeltaTests {
    /// `git diff-tree -r --no-renames`, as lines `<old mode> <new mode> <old id> <new id> <path>`.
    private func gitDelta(_ fixture: GitFixture, _ old: ObjectID, _ new: ObjectID) throws -> [String] {
        let printed = try fixture.git("diff-tree", "-r", "--no-renames", "--raw", "-z", old.hex, new.hex)
        let fields = printed.split(separator: "\0").map(String.init)
        return stride(from: 0, to: fields.count - 1, by: 2).map { index in
            let parts = fields[index].dropFirst().split(separator: " ")
            return "\(parts[0]) \(parts[1]) \(parts[2]) \(parts[3]) \(fields[index + 1])"
        }.sorted()
    }

    private func ownDelta(_ reader: TreeDeltaReader, _ old: ObjectID, _ new: ObjectID) throws -> [String] {
        func mode(_ version: PathVersion) -> String {
            let digits = String(version.mode, radix: 8)
            return String(repeating: "0", count: 6 - digits.count) + digits
        }
        return try reader.transitions(from: old, to: new, scope: .everything).map { change in
            "\(mode(change.old)) \(mode(change.new)) \(change.old.id) \(change.new.id) "
                + reader.paths.text(of: change.path)
        }.sorted()
    }

    @Test func deltaEqualsGitsOverARandomHistory() throws {
        let fixture = try GitFixture()
        var random = SplitMix(state: 42)
        var trees: [ObjectID] = []
        for step in 0..<40 {
            for _ in 0...random.next(3) {
                let path = ["a", "a.b", "a-b", "d/a", "d/e/f", "d/e/g", "z"][random.next(7)] + "/f\(random.next(4))"
                try fixture.write(path, "\(step) \(random.next(1000))\n")
            }
            if step % 7 == 6 { try fixture.git("rm", "-rqf", "--ignore-unmatch", "d/e") }
            let commit = try fixture.commit()
            trees.append(try fixture.open().commit(commit).tree)
        }
        let reader = TreeDeltaReader(repository: try fixture.open(), paths: PathTable())
        for pair in zip(trees, trees.dropFirst()) {
            #expect(try ownDelta(reader, pair.0, pair.1) == gitDelta(fixture, pair.0, pair.1))
        }
    }

    @Test func aFileThatBecomesAFolderIsARemovalAndAdditions() throws {
        let fixture = try GitFixture()
        try fixture.write("thing", "file\n")
        try fixture.write("thing.x", "neighbour\n")
        let before = try fixture.open().commit(try fixture.commit()).tree
        try fixture.git("rm", "-q", "thing")
        try fixture.write("thing/inside", "now a folder\n")
        let after = try fixture.open().commit(try fixture.commit()).tree
        let reader = TreeDeltaReader(repository: try fixture.open(), paths: PathTable())
        #expect(try ownDelta(reader, before, after) == gitDelta(fixture, before, after))
        #expect(try ownDelta(reader, after, before) == gitDelta(fixture, after, before))
    }

    @Test func modesLinksAndSubmodulesAreSeen() throws {
        let fixture = try GitFixture()
        try fixture.write("tool", "#!/bin/sh\n")
        let before = try fixture.open().commit(try fixture.commit()).tree
        try fixture.git("update-index", "--chmod=+x", "tool")
        try fixture.git(
            "update-index", "--add", "--cacheinfo", "160000,1111111111111111111111111111111111111111,vendor/lib")
        try fixture.git("commit", "-q", "-m", "modes")
        let after = try fixture.open().commit(
            try #require(ObjectID(hex: try fixture.git("rev-parse", "HEAD")))
        ).tree
        let reader = TreeDeltaReader(repository: try fixture.open(), paths: PathTable())
        #expect(try ownDelta(reader, before, after) == gitDelta(fixture, before, after))
    }

    @Test func onlyWatchedPathsAreReportedOnRequest() throws {
        let fixture = try GitFixture()
        let empty = Repository.emptyTree
        try fixture.write("src/one", "1\n")
        try fixture.write("src/two", "2\n")
        try fixture.write("other/three", "3\n")
        let tree = try fixture.open().commit(try fixture.commit()).tree
        let paths = PathTable()
        let known = paths.add("src/two")
        paths.watch(known)
        let reader = TreeDeltaReader(repository: try fixture.open(), paths: paths)
        let found = try reader.transitions(from: empty, to: tree, scope: .watchedPaths)
        #expect(found.map(\.path) == [known])
        #expect(found.first?.old == .absent)
        #expect(try reader.version(at: "src/two", in: tree) == found.first?.new)
        #expect(try reader.version(at: "src/none", in: tree).isAbsent)
        #expect(try reader.version(at: "src", in: tree).mode == FileMode.tree)
    }

    @Test func aMissingTreeIsAnErrorThatSaysNotFound() throws {
        let fixture = try GitFixture()
        try fixture.commit()
        let reader = TreeDeltaReader(repository: try fixture.open(), paths: PathTable())
        let missing = try #require(ObjectID(hex: String(repeating: "1", count: 40)))
        #expect {
            try reader.transitions(from: nil, to: missing, scope: .everything)
        } throws: { error in
            (error as? GitStoreError)?.kind == .notFound
        }
    }
}

/// A small deterministic generator (SplitMix64).
struct SplitMix {
    var state: UInt64

    mutating func next(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ mixed >> 31) % UInt64(bound))
    }
}
