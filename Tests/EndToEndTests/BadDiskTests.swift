import Foundation
import Testing

/// Disks that are full or may not be written: one clear error, and everything as it was.
@Suite struct BadDiskTests {
    private func stale() throws -> TestRepository {
        let repository = try TestRepository()
        try repository.makeSaga(hooks: false)
        let branch = try repository.attempt("Caching Layer", file: "cache.py")
        try repository.git(["merge", "--no-ff", "--no-edit", branch])
        return repository
    }

    /// A tool of the system that needs rights which this run may not have; says so where it is skipped.
    private func can(_ arguments: [String], _ repository: TestRepository) throws -> Bool {
        let outcome = try repository.run("/usr/bin/env", arguments)
        if outcome.status != 0 { print("skipped: \(arguments.joined(separator: " ")): \(outcome.complaint)") }
        return outcome.status == 0
    }

    @Test(arguments: ["", "/attempts"])
    func aFolderThatMayNotBeWrittenIsRefused(below: String) throws {
        let repository = try stale()
        let folder = repository.root.appendingPathComponent(TestRepository.saga + below).path
        guard try can(["chattr", "+i", folder], repository) else { return }
        defer { _ = try? repository.run("/usr/bin/env", ["chattr", "-i", folder]) }
        try repository.refuses("start-attempt", "Next", saying: "see to it that you may write there")
        guard below.isEmpty else { return }
        try repository.refuses("sync", saying: "see to it that you may write there")
        try repository.refuses("sync", "--commit", saying: "see to it that you may write there")
        #expect(try repository.tryMetaissue("sync", "--check").status == 1, "reading goes on")
    }

    @Test func aGitDirectoryThatMayNotBeWrittenIsRefusedAndCanBeRead() throws {
        let repository = try stale()
        let folder = repository.root.appendingPathComponent(".git").path
        try FileManager.default.removeItem(atPath: folder + "/metaissue")
        guard try can(["chattr", "+i", folder], repository) else { return }
        defer { _ = try? repository.run("/usr/bin/env", ["chattr", "-i", folder]) }
        try repository.refuses("sync", "--commit", saying: "making the folder")
        try repository.refuses("start-attempt", "Next", saying: "making the folder")
        #expect(try repository.tryMetaissue("status").status == 0)
        #expect(try repository.tryMetaissue("sync", "--check").status == 1)
    }

    @Test func aFullDiskLeavesEverythingAsItWas() throws {
        let origin = try stale()
        let disk = origin.world.appendingPathComponent("disk")
        try FileManager.default.createDirectory(at: disk, withIntermediateDirectories: true)
        guard try can(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk.path], origin) else { return }
        defer { _ = try? origin.run("/usr/bin/env", ["umount", disk.path]) }
        let full = try origin.clone("disk/full", options: ["--template="])
        try full.metaissue("status")
        let filler = disk.appendingPathComponent("filler").path
        for free in [0, 1, 2, 3, 5, 8, 13] {
            // Everything that is left, and then some pages given back: the disk is full at different moments.
            _ = try origin.run("/bin/sh", ["-c", "cat /dev/zero > '\(filler)'"])
            let size = try #require(try FileManager.default.attributesOfItem(atPath: filler)[.size] as? Int)
            _ = try origin.run("/usr/bin/env", ["truncate", "-s", "\(max(0, size - free * 4096))", filler])
            let before = try full.state
            let outcome = try full.tryMetaissue("start-attempt", "Next \(free)", "--record", "mainline")
            try FileManager.default.removeItem(atPath: filler)
            if outcome.status == 0 {
                try full.git(["switch", "-q", "main"])
                continue
            }
            #expect(outcome.status == 128, "\(outcome.complaint)")
            #expect(
                outcome.complaint.hasPrefix("fatal: ") && outcome.complaint.contains("\nhint: "), "\(outcome.complaint)"
            )
            #expect(try full.state.differences(from: before) == [], "\(free) pages free: \(outcome.complaint)")
            #expect(try full.git(["fsck", "--no-dangling"]) == "")
        }
        try full.metaissue("start-attempt", "Last", "--record", "mainline")
        #expect(try full.git(["status", "--porcelain"]) == "")
    }
}
