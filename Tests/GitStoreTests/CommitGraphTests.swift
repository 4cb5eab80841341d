import Foundation
import Testing

@testable import GitStore

@Suite struct CommitGraphTests {
    private static func graph(_ repository: Repository) -> CommitGraph {
        CommitGraph(repository: repository) { UInt8(truncatingIfNeeded: $0.count) }
    }

    /// A history with merges of two and three parents, names beyond ASCII, folders, deletions and an empty commit.
    private static func history() throws -> GitFixture {
        let fixture = try GitFixture()
        for index in 0..<6 {
            try fixture.write("src/deep/er/file\(index).txt", "text \(index)\n")
            try fixture.write("größe/naïve-\(index)", "x\n")
            try fixture.write("top\(index)", "\(index)\n")
            try fixture.commit("step \(index)")
            try fixture.git("branch", "side\(index)")
        }
        for index in 0..<3 {
            try fixture.git("switch", "-q", "side\(index)")
            try fixture.write("side/\(index)", "\(index)\n")
            try fixture.commit("side \(index)")
        }
        try fixture.git("switch", "-q", "main")
        try fixture.git("rm", "-q", "top1")
        try fixture.commit("remove")
        try fixture.commit("nothing")
        try fixture.git("merge", "-q", "--no-ff", "-m", "two", "side0")
        try fixture.git("merge", "-q", "--no-ff", "-m", "three", "side1", "side2")
        return fixture
    }

    private static func expectSameAsGit(_ fixture: GitFixture, readsFile: Bool) throws {
        let repository = try fixture.open()
        let graph = Self.graph(repository)
        #expect((graph.count > 0) == readsFile)
        for line in try fixture.git("log", "--all", "--format=%H %T %P").split(separator: "\n") {
            let ids = line.split(separator: " ").compactMap { ObjectID(hex: $0) }
            let node = graph.node(of: ids[0])
            #expect(graph.id(of: node) == ids[0])
            #expect(try graph.tree(of: node) == ids[1])
            let parents = try #require(try graph.parents(of: node))
            #expect((0..<parents.count).map { graph.id(of: parents[$0]) } == Array(ids[2...]))
            let outline = try repository.commitOutline(ids[0])
            #expect(try graph.details(of: node)?.time == outline.committerTime)
        }
    }

    @Test func readsCommitsWithoutAGraph() throws {
        try Self.expectSameAsGit(try Self.history(), readsFile: false)
    }

    @Test func readsGitsSingleFile() throws {
        let fixture = try Self.history()
        try fixture.git("commit-graph", "write", "--reachable", "--changed-paths")
        try Self.expectSameAsGit(fixture, readsFile: true)
        // A commit that the file lacks.
        try fixture.commit("newer")
        try Self.expectSameAsGit(fixture, readsFile: true)
    }

    @Test func readsAChainOfFiles() throws {
        let fixture = try Self.history()
        try fixture.git("commit-graph", "write", "--reachable", "--changed-paths", "--split=no-merge")
        for index in 0..<3 {
            try fixture.write("more", "\(index)\n")
            try fixture.commit("more \(index)")
            try fixture.git("commit-graph", "write", "--reachable", "--changed-paths", "--split=no-merge")
        }
        let chain = fixture.directory.appending(path: ".git/objects/info/commit-graphs/commit-graph-chain")
        #expect(try String(contentsOf: chain, encoding: .utf8).split(separator: "\n").count > 1)
        try Self.expectSameAsGit(fixture, readsFile: true)
    }

    @Test func aFilterNeverDeniesAChangedPath() throws {
        let fixture = try Self.history()
        try fixture.git("commit-graph", "write", "--reachable", "--changed-paths")
        let graph = Self.graph(try fixture.open())
        let paths = try fixture.git("-c", "core.quotePath=false", "log", "--all", "--format=", "--name-only", "-m")
        let all = Set(paths.split(separator: "\n").map(String.init))
        #expect(all.contains { $0.utf8.contains { $0 > 127 } })
        var denied = 0
        for id in try fixture.git("log", "--first-parent", "--format=%H").split(separator: "\n") {
            let parent = (try? fixture.git("rev-parse", "-q", "--verify", "\(id)^1")) ?? Repository.emptyTree.hex
            let changed = Set(
                try fixture.git("-c", "core.quotePath=false", "diff", "--name-only", parent, String(id))
                    .split(separator: "\n").map(String.init))
            let node = graph.node(of: try #require(ObjectID(hex: id)))
            for path in all {
                let may = graph.mayChange(node, ChangedPath(path))
                #expect(may || !changed.contains(path), "\(path) in \(id)")
                if !may { denied += 1 }
                let table = PathTable()
                table.watch(table.add(path))
                #expect(graph.watchedPaths(node, of: table) != [] || !changed.contains(path))
            }
        }
        #expect(denied > 100)
    }

    @Test func murmurHashesAreGits() {
        // The values of git's own test of its filters (t0095).
        func plain(_ text: String) -> UInt32 {
            ChangedPathFilter.Key.murmur3(Array(text.utf8), seed: 0, isSigned: false)
        }
        #expect(plain("") == 0)
        #expect(plain("Hello world!") == 0x627b_0c2c)
        #expect(plain("The quick brown fox jumps over the lazy dog") == 0x2e4f_f723)
    }

    /// Whatever the bytes are, reading ends, stays inside the file, and gives an answer or an error.
    @Test(arguments: 0..<60) func aDamagedGraphNeverCrashes(seed: UInt64) throws {
        var state = seed &* 0x9e37_79b9_7f4a_7c15 | 1
        func random(_ bound: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(bound))
        }
        let folder = FileManager.default.temporaryDirectory.appending(path: "graph-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(at: folder.appending(path: "info"), withIntermediateDirectories: true)
        var bytes = try Self.soundGraph.get()
        for _ in 0...random(6) { bytes[random(random(2) == 0 ? 1400 : bytes.count)] = UInt8(random(256)) }
        if random(4) == 0 { bytes.removeLast(random(bytes.count)) }
        try Data(bytes).write(to: folder.appending(path: "info/commit-graph"))
        guard let file = CommitGraphFile(objectDirectory: folder.path) else { return }
        for number in 0..<Int32(min(file.count, 200)) {
            let id = file.id(of: number)
            _ = file.number(of: id)
            _ = file.tree(of: number)
            _ = file.parents(of: number)
            _ = file.filter(of: number)?.mayContain(ChangedPath("src").key)
        }
    }

    private static let soundGraph = Result {
        let fixture = try history()
        try fixture.git("commit-graph", "write", "--reachable", "--changed-paths")
        return [UInt8](try Data(contentsOf: fixture.directory.appending(path: ".git/objects/info/commit-graph")))
    }
}
