/// Why no block of ours may be put into the file of a hook.
public enum HookObstacle: Sendable, Equatable {
    case binary
    /// No `#!` at its start; git hands it to the shell all the same.
    case withoutInterpreter
    case windowsLineEnds
    /// It is run by something else than a shell.
    case interpreter(String)
    /// It is written in two languages at once.
    case polyglot
    /// Nobody runs it.
    case notExecutable
    /// The file is a symbolic link.
    case link
    case noOrdinaryFile
    /// The folder of hooks is a symbolic link.
    case linkedFolder

    /// The obstacle in words, for people.
    public var words: String {
        switch self {
        case .binary: "it is a binary program"
        case .withoutInterpreter: "it does not begin with #! and a shell"
        case .windowsLineEnds: "it has Windows line ends (CRLF)"
        case .interpreter(let name): "it is run by \(name)"
        case .polyglot: "it hands itself over to another program (exec … $0)"
        case .notExecutable: "it is not executable, so git passes it over"
        case .link: "it is a symbolic link"
        case .noOrdinaryFile: "it is not an ordinary file"
        case .linkedFolder: "the folder of hooks is a symbolic link"
        }
    }

    /// Whether a line of the shell in that file means nothing, or something else.
    var isNoShell: Bool {
        switch self {
        case .binary, .windowsLineEnds, .interpreter: true
        default: false
        }
    }

    /// What a person does so that this program is called there.
    ///
    /// - Parameter place: the file.
    func remedy(_ event: HookEvent, at place: String) -> String {
        let quoted = place.shellWord
        switch self {
        case .notExecutable:
            return "chmod +x \(quoted), or rename it if it is not to run; then: git metaissue hooks install"
        case .windowsLineEnds: return "sed -i 's/\\r$//' \(quoted); then: git metaissue hooks install"
        case .noOrdinaryFile: return "move \(quoted) away; then: git metaissue hooks install"
        case .link:
            // Moved, a relative one would lead elsewhere.
            return wrapping(event, at: place) { "ln -s \"$(realpath \(quoted))\" \($0) && rm \(quoted)" }
        case .binary, .interpreter, .polyglot:
            return wrapping(event, at: place) { "mv \(quoted) \($0)" }
        case .withoutInterpreter, .linkedFolder:
            return "add this line to \(place): \(HookStanding.line(event))"
        }
    }

    /// A hook of the shell in the place of another one, which keeps its name: some look at what they are called by.
    ///
    /// - Parameter moving: the command that takes the other one to a path.
    private func wrapping(_ event: HookEvent, at place: String, moving: (String) -> String) -> String {
        let folder = "\(Files.parent(of: place))/own"
        let name = event.rawValue
        return "mkdir -p \(folder.shellWord) && \(moving("\(folder)/\(name)".shellWord)); then put a shell script at "
            + "\(place) with these three lines, which may be executed: #!/bin/sh; \(HookStanding.line(event)); "
            + "exec \"${0%/*}/own/\(name)\" \"$@\""
    }
}
