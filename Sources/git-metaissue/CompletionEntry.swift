import MetaIssue

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// `git metaissue complete-words -- <word>… <current word>`: what the shells' completions ask. One candidate a line, the word
/// and what it means with a tab between them; `:files` or `:folders` where the shell should offer those.
///
/// It never complains, never fails, and is gone after two seconds.
enum CompletionEntry {
    static let name = "complete-words"

    static func run(_ arguments: [String]) async -> Never {
        signal(SIGALRM) { _ in _exit(0) }
        alarm(2)
        let words = arguments.first == "--" ? Array(arguments.dropFirst()) : arguments
        let candidates = try? await Completion(words)?.candidates()
        let text = (candidates ?? []).map { $0.meaning.isEmpty ? "\($0.value)\n" : "\($0.value)\t\($0.meaning)\n" }
        Output.write(text.joined())
        exit(0)
    }
}

/// What the last of some words could be.
struct Completion {
    typealias Candidate = Candidates.Candidate

    private let outline: CommandOutline
    /// What was typed of the word in question.
    private let current: String
    /// The option whose value it is.
    private var option: CommandOutline.Argument?
    private var positionals = 0
    private var used: Set<String> = []
    private var isAfterDashes = false
    private var saga: String?
    private let isHelp: Bool

    /// - Parameter words: those behind `git metaissue`, the last one as far as it was typed; nil when there are none.
    init?(_ words: [String]) throws {
        guard let current = words.last else { return nil }
        var before = Array(words.dropLast())
        isHelp = before.first == "help"
        if isHelp { before.removeFirst() }
        let (outline, called) = try CommandOutline.root().called(by: before)
        self.outline = outline
        self.current = current
        for word in before.dropFirst(called.count) { read(word) }
    }

    private mutating func read(_ word: String) {
        if let option {
            if option.valueName == "saga" { saga = word }
            self.option = nil
        } else if isAfterDashes || !word.hasPrefix("-") {
            positionals += 1
        } else if word == "--" {
            isAfterDashes = true
        } else {
            let name = String(word.prefix { $0 != "=" })
            guard let found = outline.options.first(where: { $0.spellings.contains(name) }) else { return }
            used.formUnion(found.spellings)
            if found.valueName == "saga", word != name { saga = String(word.dropFirst(name.count + 1)) }
            if found.takesValue, word == name, OptionalValue.standards[name] == nil { option = found }
        }
    }

    /// The candidates that begin with what was typed.
    func candidates() async throws -> [Candidate] {
        let found = try await all()
        return found.filter { $0.value.hasPrefix(current) || $0.value.hasPrefix(":") }
    }

    private func all() async throws -> [Candidate] {
        if let option { return try await values(of: option) }
        if isHelp { return outline.commands.map(command) }
        if current.hasPrefix("-"), !isAfterDashes {
            let name = String(current.prefix { $0 != "=" })
            if name != current, let option = outline.options.first(where: { $0.spellings.contains(name) }) {
                // Files and folders are the shell's to offer, and it offers none behind "=".
                return try await values(of: option).filter { !$0.value.hasPrefix(":") }.map {
                    Candidate(value: "\(name)=\($0.value)", meaning: $0.meaning)
                }
            }
            return options
        }
        if !outline.commands.isEmpty {
            let help = Candidate(value: "help", meaning: "Show the manual page of a command.")
            return outline.commands.map(command) + (outline.commandName == "git metaissue" ? [help] : [])
        }
        let places = outline.options.filter(\.isPositional)
        guard let last = places.last else { return [] }
        if positionals < places.count { return try await values(of: places[positionals]) }
        return last.isRepeating ? try await values(of: last) : []
    }

    private func command(_ outline: CommandOutline) -> Candidate {
        Candidate(value: outline.commandName, meaning: outline.abstract ?? "")
    }

    private var options: [Candidate] {
        let free = outline.options.filter { !$0.isPositional && used.isDisjoint(with: $0.spellings) }
        return free.flatMap { option in
            option.spellings.map { Candidate(value: $0, meaning: option.abstract ?? "") }
        } + [Candidate(value: "--help", meaning: "Show the manual page.")]
    }

    /// What an option or an argument takes, by the name that usage gives its value.
    private func values(of argument: CommandOutline.Argument) async throws -> [Candidate] {
        if let words = argument.allValues, !words.isEmpty { return words.map { Candidate(value: $0, meaning: "") } }
        let directory = Surroundings.directory
        switch argument.valueName {
        case "number": return try await Candidates(in: directory).attempts(saga: saga)
        case "saga": return try await Candidates(in: directory).sagas()
        case "branch": return try await Candidates(in: directory).branches()
        case "revision": return try await Candidates(in: directory).revisions()
        case "commit": return try await Candidates(in: directory).mainlineCommits()
        case "remote": return try await Candidates(in: directory).remotes()
        case "key": return try await Candidates.settings(in: directory)
        case "folder": return [Candidate(value: ":folders", meaning: "")]
        case "file": return [Candidate(value: ":files", meaning: "")]
        default: return []
        }
    }
}
