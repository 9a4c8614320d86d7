// swift-tools-version: 6.2
import PackageDescription

/// Modules from the bottom up: a module imports only modules listed above it. `TidyTests` holds the table to it.
/// What runs once a start, and is large: the sidecar's image must stay small.
let forSize: [SwiftSetting] = [.unsafeFlags(["-Osize"], .when(configuration: .release))]

let package = Package(
  name: "maskline",
  products: [
    .executable(name: "maskline", targets: ["maskline"]),
    .library(name: "Masking", targets: ["Masking"]),
    // For the package of fuzzers in Tests/Fuzz.
    .library(name: "FuzzChecks", targets: ["FuzzChecks"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
  ],
  targets: [
    // C: system libraries, system-call shims, the vector kernel, the packs as bytes.
    .systemLibrary(
      name: "CPCRE2", pkgConfig: "libpcre2-8", providers: [.apt(["libpcre2-dev"])]),
    .systemLibrary(
      name: "CLibYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .target(name: "CPlatform"),
    .target(name: "CScan"),
    .target(name: "CPacks"),
    .target(name: "CSecondOpinion"),

    // The pure middle: no I/O, no clock, no globals.
    .target(name: "Bytes"),
    .target(name: "Validators", dependencies: ["Bytes"]),
    // Shares no code with what it judges, so it imports only a scanner of its own.
    .target(name: "SecondOpinion", dependencies: ["CSecondOpinion"]),
    .target(name: "Patterns", dependencies: ["CPCRE2", "CScan", "Bytes"]),
    .target(name: "Crypto", dependencies: ["COpenSSL", "CPlatform", "Bytes"]),
    .target(name: "YAML", dependencies: ["CLibYAML"]),
    .target(name: "Rules", dependencies: ["YAML"]),
    .target(
      name: "Masking",
      dependencies: [
        "CScan", "CPacks", "Bytes", "Validators", "SecondOpinion", "Patterns", "Crypto", "Rules",
      ]),

    .target(
      name: "NetworkPolicies", dependencies: ["YAML", "Rules"], swiftSettings: forSize),

    .target(name: "Samples", dependencies: ["Bytes"]),

    // The edge: Dispatch, sockets, the command line.
    .target(
      name: "Telemetry",
      dependencies: ["CPlatform", .product(name: "Logging", package: "swift-log")]),
    .target(name: "EventLoops", dependencies: ["CPlatform", "Bytes"]),
    .target(name: "Streams", dependencies: ["CPlatform", "EventLoops", "Bytes", "Masking"]),
    .target(
      name: "FileMasking",
      dependencies: ["CPlatform", "CZlib", "CZstd", "EventLoops", "Bytes", "Masking", "Streams"]),
    .target(name: "Proxy", dependencies: ["EventLoops", "Bytes", "Masking", "Rules", "Telemetry"]),
    .target(
      name: "Commands",
      dependencies: [
        "Bytes", "Rules", "Crypto", "Masking", "Samples", "Telemetry", "EventLoops", "Streams",
        "FileMasking", "Proxy", "NetworkPolicies",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: forSize),
    .executableTarget(name: "maskline", dependencies: ["Commands"]),

    .target(name: "TestSupport", path: "Tests/TestSupport"),
    .target(
      name: "FuzzChecks", dependencies: ["Masking", "Rules", "Bytes"], path: "Tests/FuzzChecks"),
    .testTarget(name: "BytesTests", dependencies: ["Bytes", "TestSupport"]),
    .testTarget(
      name: "ValidatorsTests", dependencies: ["Validators", "Bytes", "TestSupport"]),
    .testTarget(
      name: "SecondOpinionTests", dependencies: ["SecondOpinion", "CSecondOpinion", "TestSupport"]),
    .testTarget(
      name: "PatternsTests", dependencies: ["Patterns", "Bytes", "CPCRE2", "TestSupport"]),
    .testTarget(name: "CryptoTests", dependencies: ["Crypto", "Bytes", "TestSupport"]),
    .testTarget(name: "RulesTests", dependencies: ["Rules", "YAML", "TestSupport"]),
    .testTarget(
      name: "MaskingTests",
      dependencies: [
        "Masking", "Rules", "Patterns", "Crypto", "Bytes", "CScan", "Samples", "TestSupport",
        "FuzzChecks",
      ]),
    .testTarget(
      name: "ProxyTests",
      dependencies: [
        "Proxy", "Streams", "EventLoops", "Telemetry", "Masking", "Rules", "Bytes", "CPlatform",
        "TestSupport",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "StreamsTests",
      dependencies: ["Streams", "EventLoops", "Masking", "Rules", "Bytes", "TestSupport"]),
    .testTarget(
      name: "NetworkPoliciesTests", dependencies: ["NetworkPolicies", "Rules", "TestSupport"]),
    .testTarget(name: "YAMLTests", dependencies: ["YAML"]),
    .testTarget(name: "SamplesTests", dependencies: ["Samples", "Bytes", "TestSupport"]),
    .testTarget(
      name: "CommandTests", dependencies: ["Samples", "Bytes", "CPlatform", "TestSupport"]),
    .testTarget(name: "TidyTests", dependencies: ["TestSupport"]),
  ]
)

for target in package.targets where target.type != .system {
  guard !["CPlatform", "CScan", "CPacks", "CSecondOpinion"].contains(target.name) else { continue }
  target.swiftSettings =
    (target.swiftSettings ?? []) + [
      .swiftLanguageMode(.v6),
      .strictMemorySafety(),
      .treatAllWarnings(as: .error),
      .enableUpcomingFeature("ExistentialAny"),
      .enableUpcomingFeature("MemberImportVisibility"),
      .enableUpcomingFeature("InternalImportsByDefault"),
    ]
}
