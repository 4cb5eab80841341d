import ArgumentParser
import Documents

/// `--continue` and `--abort` of a command whose conflicts a person resolves.
struct ResumeOptions: ParsableArguments {
    @Flag(name: .customLong("continue"), help: "Go on after conflicts were resolved.")
    var goesOn = false

    @Flag(help: "Go back to the state before.")
    var abort = false

    /// True when the command goes on with what was begun.
    var isGiven: Bool { goesOn || abort }

    /// Refuses both at once, and either with anything else.
    func validate(besides others: Bool) throws {
        if isGiven, others { throw ValidationError("--continue and --abort take nothing else") }
    }

    func validate() throws {
        if goesOn, abort { throw ValidationError("say one of --continue and --abort") }
    }

    /// What is said after `--abort`.
    static func abortedText(_ number: Int, _ what: String) -> String {
        "Attempt \(AttemptNumber.text(number)): everything is as it was before the \(what)\n"
    }
}
