internal import ArgumentParser
internal import Rules

/// The exit codes of design.md 7.
enum ExitStatus {
  static let ioFailure = ExitCode(1)
  static let usage = ExitCode(64)
  static let withheld = ExitCode(65)
  static let badConfiguration = ExitCode(78)

  /// Prints an error to standard error as `maskline: text` and ends with `code`.
  static func fail(_ text: String, _ code: ExitCode) -> ExitCode {
    Console.error("maskline: \(text)")
    return code
  }

  /// Prints every error with its place and ends with 78.
  static func fail(_ diagnostics: [Diagnostic]) -> ExitCode {
    for diagnostic in diagnostics { Console.error(diagnostic.description) }
    let count = diagnostics.count
    Console.error("maskline: \(count) error\(count == 1 ? "" : "s") in the configuration")
    return badConfiguration
  }
}
