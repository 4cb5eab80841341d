import Testing

@testable import GitStore

struct CommitOutlineTests {
    @Test func outlineAgreesWithTheParsedCommit() throws {
        let fixture = try GitFixture()
        try fixture.write("a", "1\n")
        try fixture.commit("first")
        try fixture.git("switch", "-q", "-c", "side")
        try fixture.commit("side")
        try fixture.git("switch", "-q", "main")
        try fixture.commit("main")
        try fixture.git("merge", "-q", "--no-ff", "-m", "Merge\n\nbody", "side")
        let repository = try fixture.open()
        for hex in try fixture.git("rev-list", "HEAD").split(separator: "\n") {
            let id = try #require(ObjectID(hex: hex))
            let commit = try repository.commit(id)
            let (outline, message) = try repository.withCommitOutline(id) { ($0, Array($1)) }
            #expect(outline.tree == commit.tree)
            #expect(outline.parents == commit.parents)
            #expect(outline.authorTime == commit.author.time)
            #expect(outline.committerTime == commit.committer.time)
            #expect(message == commit.messageBytes)
        }
    }

    @Test func abbreviatedIdsNameCommitsAndNothingElse() throws {
        let fixture = try GitFixture()
        try fixture.write("a", "1\n")
        let commit = try fixture.commit("first")
        let tree = try fixture.git("rev-parse", "HEAD^{tree}")
        try fixture.git("branch", String(commit.hex.prefix(11)) + "g")
        let repository = try fixture.open()
        #expect(repository.commit(abbreviated: commit.short) == commit)
        #expect(repository.commit(abbreviated: commit.hex) == commit)
        #expect(repository.commit(abbreviated: String(tree.prefix(12))) == nil)
        for text in ["", "abc", "HEAD", "main", String(commit.hex.prefix(11)) + "g", commit.hex + "0", "0123456789ab"] {
            #expect(repository.commit(abbreviated: text) == nil, "\(text)")
        }
    }

    @Test func authorKeyIgnoresLetterCase() throws {
        let fixture = try GitFixture()
        let first = try fixture.commit("first")
        try fixture.git("commit", "-q", "--allow-empty", "--author", "Other Name <ann@example.ORG>", "-m", "second")
        try fixture.git("commit", "-q", "--allow-empty", "--author", "Ann <bob@example.org>", "-m", "third")
        let repository = try fixture.open()
        func key(_ revision: String) throws -> UInt64 {
            try repository.commitOutline(try #require(repository.resolve(revision))).authorKey
        }
        #expect(try key("HEAD~1") == repository.commitOutline(first).authorKey)
        #expect(try key("HEAD") != repository.commitOutline(first).authorKey)
    }

    @Test func mergedFileGivesTheMergeOrNilOnConflict() throws {
        let base = Array("a\nb\nc\nd\ne\nf\ng\n".utf8)
        let ours = Array("A\nb\nc\nd\ne\nf\ng\n".utf8)
        let theirs = Array("a\nb\nc\nd\ne\nf\nG\n".utf8)
        let merged = try Repository.mergedFile(ancestor: base, ours: ours, theirs: theirs)
        #expect(merged == Array("A\nb\nc\nd\ne\nf\nG\n".utf8))
        let other = Array("X\nb\nc\nd\ne\nf\ng\n".utf8)
        #expect(try Repository.mergedFile(ancestor: base, ours: ours, theirs: other) == nil)
        #expect(try Repository.mergedFile(ancestor: [], ours: [], theirs: []) == [])
    }

    @Test func sizeIsTheBlobsLength() throws {
        let fixture = try GitFixture()
        try fixture.write("a", "12345\n")
        let repository = try fixture.open()
        let entry = try #require(try repository.entry(at: "a", in: repository.commit(try fixture.commit()).tree))
        #expect(try repository.size(of: entry.id) == 6)
    }
}

struct ObjectIDTests {
    @Test func hexDigitsAreReadAndAnythingElseIsRefused() throws {
        let text = "0123456789abcdef0123456789abcdeffedcba98"
        func read(_ text: String) -> ObjectID? {
            Array(text.utf8).withUnsafeBufferPointer { digits in digits.baseAddress.flatMap(ObjectID.init(hexDigits:)) }
        }
        #expect(read(text)?.hex == text)
        for position in 0..<40 {
            for byte in UInt8.min...UInt8.max {
                var bytes = Array(text.utf8)
                bytes[position] = byte
                let isDigit = "0123456789abcdef".utf8.contains(byte)
                let found = bytes.withUnsafeBufferPointer { $0.baseAddress.flatMap(ObjectID.init(hexDigits:)) }
                #expect(found?.hex == (isDigit ? String(decoding: bytes, as: UTF8.self) : nil))
            }
        }
    }
}
