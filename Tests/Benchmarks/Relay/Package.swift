// swift-tools-version: 6.2
import PackageDescription

/// A bare relay, for the benchmarks only: what libdispatch's sources cost when nothing else is done.
let package = Package(
  name: "dispatch-relay",
  targets: [
    .executableTarget(
      name: "dispatch-relay",
      swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
  ]
)
