import ArgumentParser
import Documents
import MetaIssue

struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract:
            "Find everything that lets the record fall behind unnoticed, and say what mends it; exit 1 when there is.")

    @Flag(help: "Print JSON (Docs/json.md).")
    var json = false

    func run() async throws {
        let doctor = try await Progress.during {
            try await Doctor(in: Surroundings.directory, binary: Installation.runningBinary())
        }
        if json {
            Output.write(try doctor.json())
        } else {
            Output.write(Self.text(doctor))
        }
        if !doctor.findings.isEmpty { throw ExitCode(1) }
    }

    private static func text(_ doctor: Doctor) -> String {
        guard !doctor.findings.isEmpty else { return "Nothing stands in the record's way.\n" }
        var text = ""
        for finding in doctor.findings {
            let what = finding.events.isEmpty ? finding.saga ?? "" : finding.events.joined(separator: ", ")
            text += MarkdownText.terminalSafe((what.isEmpty ? "" : "\(what): ") + finding.message) + "\n"
            for remedy in finding.remedies { text += "    " + MarkdownText.terminalSafe(remedy) + "\n" }
        }
        let count = doctor.findings.count
        return text + (count == 1 ? "1 finding\n" : "\(count) findings\n")
    }
}
