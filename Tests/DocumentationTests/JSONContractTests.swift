import AttemptHistory
import Documents
import Foundation
import MetaIssue
import Testing

/// Real output of `status --json` is what `Docs/status.schema.json` says, and the schema's words are the program's.
@Suite struct JSONContractTests {
    private static let documentation = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Docs").standardizedFileURL
    private let schema: JSONSchema

    init() throws {
        schema = try JSONSchema(contentsOf: Self.documentation.appendingPathComponent("status.schema.json"))
    }

    @Test func theExampleSagaIsAsTheSchemaSays() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("metaissue-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try run(["demo", "--keep", folder.path])
        let document = try JSONSerialization.jsonObject(with: run(["status", "--json"], in: folder))
        #expect(schema.errors(in: document) == [])
        let sagas = (document as? [String: Any])?["sagas"] as? [[String: Any]]
        #expect((sagas?.first?["attempts"] as? [Any])?.count == 3)
    }

    @Test func aMissingAStrangeAndAWrongMemberAreFound() throws {
        let document: [String: Any] = [
            "schemaVersion": 2, "more": 1, "sagas": [["id": "", "path": NSNull(), "status": "open"]],
        ]
        let errors = schema.errors(in: document)
        for place in [": more is not", ": const", "/sagas/0/id: minLength", "/sagas/0/status: enum", "0: title is"] {
            #expect(errors.contains { $0.contains(place) }, "\(place) in \(errors)")
        }
    }

    @Test func theWordsAreTheProgramsWords() {
        #expect(schema.words("integration", "state") == IntegrationState.allCases.map(\.rawValue))
        #expect(schema.words("evidence", "certainty") == Certainty.allCases.map(\.rawValue))
        #expect(schema.words("verdict", "value") == Verdict.allCases.map(\.rawValue))
        #expect(schema.words("saga", "status") == SagaStatus.allCases.map(\.rawValue))
        for word in schema.words("verdict", "source") { #expect(VerdictState.Source(rawValue: word) != nil) }
        for word in schema.words("reversal", "extent") { #expect(Reversal.Extent(rawValue: word) != nil) }
        for word in schema.definition("manner")["enum"] as? [String] ?? [] {
            #expect(LandingManner(rawValue: word) != nil)
        }
    }

    @Test func theDoctorsFindingsAreAsTheirSchemaSays() throws {
        let schema = try JSONSchema(contentsOf: Self.documentation.appendingPathComponent("doctor.schema.json"))
        #expect(schema.words("finding", "condition") == Doctor.Condition.allCases.map(\.rawValue))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("metaissue-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        _ = try run(["demo", "--keep", folder.path])
        let well = try JSONSerialization.jsonObject(with: run(["doctor", "--json"], in: folder))
        #expect(schema.errors(in: well) == [])
        try Data("[metaissue \"slow".utf8).write(to: folder.appendingPathComponent(".metaissue"))
        let ill = try JSONSerialization.jsonObject(with: run(["doctor", "--json"], in: folder, status: 1))
        #expect(schema.errors(in: ill) == [])
        #expect(((ill as? [String: Any])?["findings"] as? [Any])?.count == 1)
    }

    /// Runs the program that was built beside the tests.
    private func run(_ arguments: [String], in folder: URL? = nil, status: Int32 = 0) throws -> Data {
        let tests = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let beside = tests.deletingLastPathComponent().appendingPathComponent("git-metaissue")
        let named = ProcessInfo.processInfo.environment["METAISSUE_BINARY"].map { URL(fileURLWithPath: $0) }
        let process = Process()
        process.executableURL = named ?? beside
        process.arguments = arguments
        process.currentDirectoryURL = folder
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == status)
        return data
    }
}
