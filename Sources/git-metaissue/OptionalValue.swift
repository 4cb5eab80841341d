/// Options whose value may be left out, and is given with `=` only, as in git: `--color`, `--color=never`.
enum OptionalValue {
    /// The option and what it means without a value.
    static let standards = ["--color": "always", "--porcelain": "v1"]

    /// The arguments with each such value written out, up to `--`.
    static func filled(_ arguments: [String]) -> [String] {
        let end = arguments.firstIndex(of: "--") ?? arguments.endIndex
        return arguments[..<end].map { argument in
            standards[argument].map { "\(argument)=\($0)" } ?? argument
        } + arguments[end...]
    }
}
