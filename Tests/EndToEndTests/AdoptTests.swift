import Foundation
import Testing

/// `git metaissue adopt`: a saga that people wrote by hand, in a repository whose history is that saga.
@Suite struct AdoptTests {
    private static let folder = "docs/performance-saga"
    private static let hub = "\(folder)/README.md"
    private static let log = "\(folder)/implementation-log.md"

    /// The three branches of the finished example: 001 merged and reverted, 002 and 003 merged.
    private func example() throws -> TestRepository {
        let repository = try TestRepository()
        let attempts = [
            ("perf-attempt-001-caching", 8, 1, 7), ("perf-attempt-002-query-opt", 12, 15, 25),
            ("perf-attempt-003-pooling", 18, 31, 42),
        ]
        for (branch, commits, first, last) in attempts {
            try repository.git(["switch", "-q", "-c", branch])
            for index in 0..<commits {
                try repository.time(day(first + (last - first) * index / (commits - 1)), hour: 10)
                let lines = (0...index).map { "def step_\($0)(): return '\(branch)'\n" }
                try repository.write("\(branch).py", lines.joined())
                try repository.commit("\(branch): step \(index + 1)")
            }
            try repository.git(["switch", "-q", "main"])
            try repository.time(day(last), hour: 17)
            try repository.git(["merge", "-q", "--no-ff", "--no-edit", branch])
            if first == 1 {
                try repository.time(day(last + 1), hour: 9)
                try repository.git(["revert", "--no-edit", "-m", "1", "HEAD"])
            }
        }
        try repository.time("2024-10-30")
        try write(PackageResources.README_md, to: Self.hub, in: repository)
        try write(PackageResources.implementation_log_md, to: Self.log, in: repository)
        try repository.commit("The saga, written by hand")
        return repository
    }

    /// A day of September 2024, or later by counting on.
    private func day(_ number: Int) -> String {
        let text = number <= 30 ? "09-" : "10-"
        return "2024-" + text + String("0\((number - 1) % 30 + 1)".suffix(2))
    }

    private func write(_ bytes: [UInt8], to path: String, in repository: TestRepository) throws {
        try repository.write(path, String(decoding: bytes, as: UTF8.self))
    }

    @Test func adoptWritesOnlyTheRegistryAndADryRunNothing() throws {
        let repository = try example()
        try repository.changesNothing {
            let text = try repository.metaissue("adopt", Self.folder, "--dry-run")
            #expect(text.contains("+[metaissue \"performance-saga\"]"))
        }
        let head = try repository.git(["rev-parse", "HEAD"])
        let text = try repository.metaissue("adopt", Self.folder)
        for line in [
            "Performance Optimization Saga: 3 attempts", "001  Caching Layer  (perf-attempt-001-caching)",
            "002  Query Optimization  (perf-attempt-002-query-opt)",
            "003  Connection Pooling + Async  (perf-attempt-003-pooling)",
        ] { #expect(text.contains(line)) }
        #expect(try repository.git(["rev-parse", "HEAD"]) == head)
        #expect(try repository.git(["status", "--porcelain"]) == "?? .metaissue")
        try repository.changesNothing { try repository.metaissue("adopt", Self.folder) }
    }

    @Test func syncChangesOnlyWhatHistoryContradictsAndTheReversalThatNoRowTells() throws {
        let repository = try example()
        try repository.metaissue("adopt", Self.folder)
        let revert = try repository.git(["log", "--format=%h", "--abbrev=12", "--grep=^This reverts commit", "main"])
        let said = try repository.metaissue("sync")
        #expect(try repository.git(["diff", "--name-only"]) == Self.log)
        let changed = try repository.git(["diff", "--unified=0", "--", Self.log]).split(separator: "\n")
            .filter { ($0.hasPrefix("+") || $0.hasPrefix("-")) && !$0.hasPrefix("+++") && !$0.hasPrefix("---") }
        #expect(
            changed.map(String.init) == [
                "+| 2024-09-08 | Attempt 001 reverted (\(revert)) |",
                "-| 002 - Queries | 10 | Partial | Medium (30% gain, found clue) |",
                "+| 002 - Queries | 11 | Partial | Medium (30% gain, found clue) |",
                "-| **Total** | **29 days** | **Resolved** | **High overall** |",
                "+| **Total** | **30 days** | **Resolved** | **High overall** |",
            ])
        let changes = said.split(separator: "\n").filter { $0.contains(" -> ") || $0.contains("added") }
        #expect(changes.count == 3, "\(said)")
        #expect(said.contains("2024-09-15 to 2024-09-25 is 11 days, both ends counted"))
        try repository.changesNothing {
            #expect(try repository.tryMetaissue("sync", "--check").status == 0)
            try repository.metaissue("sync")
        }
    }

    @Test func theFirstCommitOfAnAdoptedSagaTakesTheRegistryAlong() throws {
        let repository = try example()
        try repository.metaissue("adopt", Self.folder)
        try repository.metaissue("sync", "--commit")
        #expect(try repository.git(["status", "--porcelain"]) == "")
        #expect(try repository.git(["show", "--name-only", "--format=", "HEAD"]) == ".metaissue\n\(Self.log)")
        try repository.metaissue("start-attempt", "Read Replicas")
        #expect(try repository.git(["branch", "--show-current"]) == "perf-attempt-004-read-replicas")
        #expect(try repository.git(["status", "--porcelain"]) == "")
    }

    @Test func whatStatusSaysOfTheExample() throws {
        let repository = try example()
        try repository.metaissue("adopt", Self.folder)
        let attempts = try #require(try repository.status().sagas.first?.attempts)
        #expect(attempts.map(\.commits) == [8, 12, 18])
        #expect(attempts.map(\.days) == [7, 11, 12])
        #expect(attempts.map(\.integration.state) == ["reverted", "landed", "landed"])
        #expect(attempts.map(\.verdict.value) == ["failed", "partial", "success"])
        #expect(
            attempts.map(\.folder)
                == ["001-baseline", "002-query-optimization", "003-connection-pooling"].map { "attempts/\($0)" })
    }

    @Test func statusNeedsNoDocuments() throws {
        let repository = try example()
        try repository.git(["rm", "-q", "-r", "docs"])
        try repository.commit("No documents")
        let saga = try #require(try repository.status().sagas.first)
        #expect(saga.id == "perf" && saga.path == nil)
        #expect(saga.attempts.map(\.integration.state) == ["reverted", "landed", "landed"])
        #expect(saga.attempts.map(\.commits) == [8, 12, 18])
    }

    @Test func foldersThatAreNoSagaAreRefused() throws {
        let repository = try example()
        try repository.write("empty/notes.txt", "x\n")
        try repository.refuses("adopt", "empty", saying: "has neither README.md nor implementation-log.md")
        try repository.refuses("adopt", "nowhere", saying: "is not a folder")
        try repository.refuses("adopt", "app.py", saying: "is not a folder")
        try repository.refuses("adopt", "/tmp", saying: "not a folder inside this work tree")
        try repository.refuses("adopt", "..", saying: "not a folder inside this work tree")
        try repository.git(["switch", "-q", "-c", "elsewhere"])
        try repository.refuses("adopt", Self.folder, saying: "git switch main")
    }

    @Test func aSubdirectoryNamesTheFolderAsItSeesIt() throws {
        let repository = try example()
        let inside = repository.at(repository.root.appendingPathComponent("docs"))
        try inside.metaissue("adopt", "performance-saga/")
        #expect(try repository.read(".metaissue").contains("path = \(Self.folder)\n"))
    }
}
