/// A command that cannot go on: one clear sentence, what to do next, and the exit code.
public struct Failure: Error, Equatable, Sendable {
    /// What is wrong, without a prefix and without a final full stop.
    public var message: String
    /// What the user can do about it; printed on a line of its own.
    public var advice: String?
    /// The process's exit code (PRODUCT.md, "Exit codes and manners").
    public var exitCode: Int32

    /// A failure that ends the command with 128.
    public init(_ message: String, advice: String? = nil) {
        self.message = message
        self.advice = advice
        exitCode = 128
    }

    /// Conflicts that a person has to resolve: ends with 1, as git's own commands do.
    public static func conflict(_ message: String, advice: String? = nil) -> Failure {
        var failure = Failure(message, advice: advice)
        failure.exitCode = 1
        return failure
    }

    /// A mistake in how the command was called: ends with 129.
    public static func usage(_ message: String, advice: String? = nil) -> Failure {
        var failure = Failure(message, advice: advice)
        failure.exitCode = 129
        return failure
    }
}
