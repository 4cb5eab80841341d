// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 language mode, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

/// libgit2 and what it needs: the shared library, or the static ones less all that is for the network (CNoNetwork).
let libraries: [LinkerSetting] =
    ["git2", "z"].map { .linkedLibrary($0, .when(traits: ["Shared"])) }
    + ["git2", "mbedcrypto", "pcre2-8", "z"].map { .linkedLibrary(":lib\($0).a", .when(traits: ["Standalone"])) }

/// The installed program is one file that needs no library, without symbols: nothing to look for when a hook starts. The
/// linker is the one that comes with Swift; it keeps what only the names of sections lead to, as Swift's metadata is found.
let installed: LinkerSetting = .unsafeFlags(
    ["-static-executable", "-use-ld=lld"]
        + [
            "-s", "--icf=safe", "-z", "nostart-stop-gc", "-T",
            "\(Context.packageDirectory)/Sources/git-metaissue/standalone.ld",
        ].flatMap { ["-Xlinker", $0] },
    .when(traits: ["Standalone"]))

let package = Package(
    name: "git-metaissue",
    products: [
        .executable(name: "git-metaissue", targets: ["git-metaissue"])
    ],
    traits: [
        .trait(name: "Shared", description: "Links the machine's shared libgit2 and zlib, for development."),
        .trait(
            name: "Standalone",
            description: "Links Debian's static libgit2 and zlib, without network: for the program that is installed."),
        .default(enabledTraits: ["Shared"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CLibgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CNoNetwork", cSettings: [.define("STANDALONE", .when(traits: ["Standalone"]))]),
        .target(
            name: "GitStore",
            dependencies: ["CLibgit2", "CZlib", .target(name: "CNoNetwork", condition: .when(traits: ["Standalone"]))],
            swiftSettings: strict, linkerSettings: libraries),
        .target(name: "AttemptHistory", dependencies: ["GitStore"], swiftSettings: strict),
        .target(name: "Documents", resources: [.embedInCode("Templates")], swiftSettings: strict),
        .target(
            name: "MetaIssue",
            dependencies: [
                "AttemptHistory", "Documents", "GitStore",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            // Links to the folders at the top, so that hooks and manual page travel inside the binary, as completions do.
            resources: [.embedInCode("Hooks"), .embedInCode("Manual"), .embedInCode("Completions")],
            swiftSettings: strict),
        .executableTarget(
            name: "git-metaissue",
            dependencies: ["MetaIssue", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            exclude: ["standalone.ld"], swiftSettings: strict, linkerSettings: [installed]),
        .testTarget(name: "GitStoreTests", dependencies: ["GitStore"], swiftSettings: strict),
        .testTarget(
            name: "DocumentsTests", dependencies: ["Documents"], resources: [.embedInCode("Fixtures")],
            swiftSettings: strict),
        .testTarget(name: "AttemptHistoryTests", dependencies: ["AttemptHistory", "GitStore"], swiftSettings: strict),
        .testTarget(name: "MetaIssueTests", dependencies: ["MetaIssue"], swiftSettings: strict),
        .testTarget(
            name: "EndToEndTests", dependencies: ["git-metaissue"], resources: [.embedInCode("Fixtures")],
            swiftSettings: strict),
        .testTarget(
            name: "DocumentationTests", dependencies: ["git-metaissue", "MetaIssue", "AttemptHistory", "Documents"],
            swiftSettings: strict),
    ]
)
