import Foundation
import Testing

@testable import GitStore

/// Reading references from files has to give what libgit2 gives, or leave it to libgit2.
@Suite struct ReferenceFilesTests {
    private static let prefixes = ["refs/heads/", "refs/remotes/", "refs/metaissue/"]

    private static func history() throws -> GitFixture {
        let fixture = try GitFixture()
        let first = try fixture.commit("one").hex
        try fixture.git("branch", "perf-attempt-001-packed")
        try fixture.git("branch", "deep/er/name")
        try fixture.git("update-ref", "refs/metaissue/saga/001", first)
        try fixture.git("tag", "-a", "-m", "x", "v1")
        try fixture.git("update-ref", "refs/remotes/origin/main", first)
        try fixture.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main")
        try fixture.git("pack-refs", "--all")
        try fixture.commit("two")
        try fixture.git("branch", "perf-attempt-002-loose")
        try fixture.git("symbolic-ref", "refs/heads/alias", "refs/heads/perf-attempt-001-packed")
        try fixture.git("symbolic-ref", "refs/heads/dangling", "refs/heads/nowhere")
        return fixture
    }

    private static func expectSame(_ fixture: GitFixture, isPlain: Bool) throws {
        let repository = try fixture.open()
        let plain = ReferenceFiles.list(below: prefixes, in: repository.commonDirectory)
        #expect((plain != nil) == isPlain)
        #expect(try repository.references(under: prefixes) == repository.askLibrary(under: prefixes))
    }

    @Test func looseAndPackedAndSymbolicReferencesAreLibgit2s() throws {
        let fixture = try Self.history()
        try Self.expectSame(fixture, isPlain: true)
        let names = try fixture.open().references(under: Self.prefixes).map(\.name)
        #expect(names.count == 8 && names.contains("refs/heads/alias") && !names.contains("refs/heads/dangling"))
    }

    @Test func aPackedReferenceThatMovedIsWhereItsFileSays() throws {
        let fixture = try Self.history()
        try fixture.git("branch", "-f", "perf-attempt-001-packed", "main")
        try Self.expectSame(fixture, isPlain: true)
        let tip = try fixture.open().references(under: ["refs/heads/"]).first { $0.name.hasSuffix("packed") }
        #expect(tip?.target.hex == (try fixture.git("rev-parse", "main")))
    }

    @Test func noPackedReferencesAndNoneAtAllAreNoError() throws {
        let fixture = try GitFixture()
        try Self.expectSame(fixture, isPlain: true)
        try fixture.commit()
        try Self.expectSame(fixture, isPlain: true)
    }

    @Test func whatIsNotPlainIsLeftToLibgit2() throws {
        let changes: [(GitFixture) throws -> Void] = [
            { try $0.git("branch", "größe") },
            { try $0.write(".git/refs/heads/broken", "nonsense\n") },
            { try $0.write(".git/refs/heads/empty", "") },
            { fixture in
                try FileManager.default.createSymbolicLink(
                    atPath: fixture.directory.appending(path: ".git/refs/heads/link").path,
                    withDestinationPath: "main")
            },
            { try $0.git("symbolic-ref", "refs/heads/outside", "refs/tags/v1") },
        ]
        for change in changes {
            let fixture = try Self.history()
            try change(fixture)
            let repository = try fixture.open()
            #expect(ReferenceFiles.list(below: Self.prefixes, in: repository.commonDirectory) == nil)
        }
    }

    @Test func lockFilesAreNoReferences() throws {
        let fixture = try Self.history()
        try fixture.write(".git/refs/heads/main.lock", "")
        try Self.expectSame(fixture, isPlain: true)
    }
}
