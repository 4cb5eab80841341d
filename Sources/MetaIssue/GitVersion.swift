import Subprocess
import SystemPackage

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// The version of a git, as `git --version` prints it.
public struct GitVersion: Comparable, Sendable, CustomStringConvertible {
    /// Its numbers, first to third; numbers that are missing are 0.
    public let numbers: [Int]
    /// As it was printed, without `git version`.
    public let description: String

    /// Hooks in the configuration (`hook.<name>.command`) are run from this version on.
    public static let withConfiguredHooks = GitVersion(numbers: [2, 54, 0], description: "2.54.0")

    private init(numbers: [Int], description: String) {
        self.numbers = numbers
        self.description = description
    }

    /// Reads `git version 2.54.0`, also with what vendors append (`.windows.1`, ` (Apple Git-146)`, `-rc1`); nil for
    /// anything else.
    public init?(_ text: some StringProtocol) {
        let prefix = "git version "
        guard text.hasPrefix(prefix) else { return nil }
        let word = text.dropFirst(prefix.count).prefix { !$0.isWhitespace }
        var numbers: [Int] = []
        for part in word.split(separator: ".", omittingEmptySubsequences: false).prefix(3) {
            guard let number = Int(part.prefix { $0.isASCII && $0.isNumber }) else { break }
            numbers.append(number)
            if !part.allSatisfy({ $0.isASCII && $0.isNumber }) { break }
        }
        guard numbers.count >= 2 else { return nil }
        self.numbers = numbers + Array(repeating: 0, count: 3 - numbers.count)
        description = String(word)
    }

    /// Orders by the numbers; a release candidate counts as its release.
    public static func < (left: GitVersion, right: GitVersion) -> Bool {
        left.numbers.lexicographicallyPrecedes(right.numbers)
    }

    /// Equal by the numbers.
    public static func == (left: GitVersion, right: GitVersion) -> Bool { left.numbers == right.numbers }

    /// True when this git runs hooks that the configuration names.
    public var runsConfiguredHooks: Bool { self >= Self.withConfiguredHooks }
}

/// Every git in PATH, in its order: any of them may be the one that runs the hooks.
struct InstalledGits {
    struct Program: Equatable, Sendable {
        let path: String
        let version: GitVersion
    }

    let all: [Program]

    /// Asks each git in PATH once; what does not answer like a git is left out.
    static func find(with git: Git) async throws -> InstalledGits {
        let folders = getenv("PATH").map { String(cString: $0) }?.split(separator: ":") ?? []
        var seen: Set<String> = []
        var found: [Program] = []
        for folder in folders where folder.hasPrefix("/") {
            let path = "\(folder)/git"
            guard Files.isExecutable(path), let real = Files.real(path),
                seen.insert(real).inserted
            else { continue }
            guard let answer = try? await git.spawn(executable: .path(FilePath(path)), ["--version"]),
                let version = GitVersion(answer.text)
            else { continue }
            found.append(Program(path: path, version: version))
        }
        return InstalledGits(all: found)
    }

    /// The one that a person who types `git` gets.
    var first: Program? { all.first }

    /// Those that pass over hooks in the configuration without a word.
    var older: [Program] { all.filter { !$0.version.runsConfiguredHooks } }
}
