// swift-tools-version: 6.2
import PackageDescription

/// Every target: Swift 6 language mode, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "git-metaissue",
    products: [
        .executable(name: "git-metaissue", targets: ["git-metaissue"])
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/swiftlang/swift-subprocess", from: "1.0.2", traits: []),
    ],
    targets: [
        .systemLibrary(name: "CLibgit2", pkgConfig: "libgit2", providers: [.apt(["libgit2-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "GitStore", dependencies: ["CLibgit2", "CZlib"], swiftSettings: strict),
        .target(name: "AttemptHistory", dependencies: ["GitStore"], swiftSettings: strict),
        .target(name: "Documents", resources: [.embedInCode("Templates")], swiftSettings: strict),
        .target(
            name: "MetaIssue",
            dependencies: [
                "AttemptHistory", "Documents", "GitStore",
                .product(name: "Subprocess", package: "swift-subprocess"),
            ],
            // Links to the folders at the top, so that hooks and manual page travel inside the binary.
            resources: [.embedInCode("Hooks"), .embedInCode("Manual")],
            swiftSettings: strict),
        .executableTarget(
            name: "git-metaissue",
            dependencies: ["MetaIssue", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: strict),
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
