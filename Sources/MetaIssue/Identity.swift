import Documents
import GitStore

extension Signature {
    /// The person and moment that git would put into a commit now (`GIT_AUTHOR_IDENT` or `GIT_COMMITTER_IDENT`).
    ///
    /// - Throws: ``Failure`` with git's own advice when no identity is configured.
    static func current(_ variable: String, with git: Git) async throws -> Signature {
        let answer = try await git.run(["var", variable])
        guard answer.status == 0 else {
            throw Failure(
                "git does not know who you are",
                advice: "git config --global user.name \"Your Name\" and git config --global user.email you@example.com"
            )
        }
        var encoding: String?
        if String(validating: answer.output, as: UTF8.self) == nil {
            encoding = try await git.run(["config", "i18n.commitEncoding"]).text
        }
        let text = Signature.text(answer.output, encoding: encoding)
        guard let signature = Signature(line: String(text.prefix { $0 != "\n" })) else {
            throw Failure("git var \(variable) printed '\(answer.text)', which is no identity")
        }
        return signature
    }

    /// Parses `Name <email> seconds ±hhmm`.
    init?(line: String) {
        guard let open = line.lastIndex(of: "<"), let close = line.lastIndex(of: ">"), open < close else { return nil }
        let fields = line[line.index(after: close)...].split(separator: " ")
        guard fields.count == 2, let seconds = Int64(fields[0]), let zone = Int(fields[1]) else { return nil }
        let minutes = (abs(zone) / 100 * 60 + abs(zone) % 100) * (zone < 0 ? -1 : 1)
        var name = line[..<open]
        while name.last == " " { name.removeLast() }
        self.init(
            name: String(name), email: String(line[line.index(after: open)..<close]),
            time: GitTime(seconds: seconds, offsetMinutes: minutes))
    }

    /// The variables that make `git commit-tree` use this person and moment.
    func environment(_ role: String) -> [String: String?] {
        let minutes = abs(time.offsetMinutes)
        func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
        let zone = (time.offsetMinutes < 0 ? "-" : "+") + two(minutes / 60) + two(minutes % 60)
        return [
            "GIT_\(role)_NAME": name, "GIT_\(role)_EMAIL": email, "GIT_\(role)_DATE": "\(time.seconds) \(zone)",
        ]
    }
}

extension GitTime {
    /// The calendar day in the zone of whoever wrote it, so that every machine gives the same day.
    public var day: CalendarDate {
        let local = seconds + Int64(offsetMinutes) * 60
        return CalendarDate(daysSince1970: Int(local >= 0 ? local / 86_400 : (local - 86_399) / 86_400))
    }
}
