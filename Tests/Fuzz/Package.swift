// swift-tools-version: 6.2
import PackageDescription

/// libFuzzer targets over the checks in Tests/FuzzChecks; Tests/Fuzz/run.sh builds and runs them.
let package = Package(
  name: "fuzz",
  dependencies: [.package(name: "maskline", path: "../..")],
  targets: ["FuzzRecords", "FuzzViews", "FuzzMaskFiles"].map { name in
    .executableTarget(
      name: name, dependencies: [.product(name: "FuzzChecks", package: "maskline")],
      swiftSettings: [.swiftLanguageMode(.v6)])
  }
)
