public import Foundation

/// Where tests find the package, the data to test against and the programs.
public enum TestPaths {
  /// The folder that holds Package.swift.
  public static let package: URL = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The folder of test data: `MASKLINE_DATA`, else `../shared/data` beside the package.
  public static let data: URL? = {
    let named = ProcessInfo.processInfo.environment["MASKLINE_DATA"].map {
      URL(fileURLWithPath: $0, isDirectory: true)
    }
    let folder =
      named ?? package.deletingLastPathComponent().appendingPathComponent("shared/data")
    return FileManager.default.fileExists(atPath: folder.path) ? folder : nil
  }()

  /// A file or folder of the test data, or nil where it is not.
  public static func data(_ name: String) -> URL? {
    guard let place = data?.appendingPathComponent(name) else { return nil }
    return FileManager.default.fileExists(atPath: place.path) ? place : nil
  }

  /// Said by tests that are skipped for want of the data.
  public static let dataMissing: String =
    "the test data is not here: set MASKLINE_DATA to its folder"

  /// The `maskline` program: `MASKLINE_BINARY`, else the one built beside the running tests.
  public static let binary: URL? = {
    if let path = ProcessInfo.processInfo.environment["MASKLINE_BINARY"], !path.isEmpty {
      return URL(fileURLWithPath: path)
    }
    let running = ["/proc/self/exe", CommandLine.arguments.first ?? ""].map {
      URL(fileURLWithPath: $0).resolvingSymlinksInPath().deletingLastPathComponent()
    }
    let candidates = running + [package.appendingPathComponent(".build/debug")]
    return candidates.map { $0.appendingPathComponent("maskline") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
  }()

  /// Whether the tests run on a build server, where nothing may be skipped for want of a program.
  public static let isContinuousIntegration: Bool =
    !(ProcessInfo.processInfo.environment["CI"] ?? "").isEmpty

  /// The place of a program on `PATH` (and in `/usr/sbin`, where Debian keeps syslog-ng), or nil.
  public static func program(_ name: String) -> String? {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return (path.split(separator: ":").map(String.init) + ["/usr/sbin", "/sbin"])
      .map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}

/// A folder for one test, removed with its owner.
public final class TemporaryFolder: Sendable {
  /// Where it is.
  public let url: URL

  /// Makes an empty folder in the system's place for temporary files.
  public init() throws {
    url = FileManager.default.temporaryDirectory
      .appendingPathComponent("maskline-\(UUID().uuidString.prefix(8))", isDirectory: true)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// The path of `name` in the folder.
  public func path(_ name: String) -> String { url.appendingPathComponent(name).path }

  /// Writes `text` to `name`, making folders on the way, and gives the path.
  @discardableResult
  public func write(_ text: String, to name: String) throws -> String {
    try write(Array(text.utf8), to: name)
  }

  /// Writes `bytes` to `name`, making folders on the way, and gives the path.
  @discardableResult
  public func write(_ bytes: [UInt8], to name: String) throws -> String {
    let file = url.appendingPathComponent(name)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: file)
    return file.path
  }
}
