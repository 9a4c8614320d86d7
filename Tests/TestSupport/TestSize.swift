import Foundation

/// How much a test does: little in the usual run, all of it when `MASKLINE_FULL` is set
/// (`Tests/full-size.sh`, which builds the tests optimized).
public enum TestSize {
  /// Whether tests run at their full size.
  public static let isFull: Bool =
    !(ProcessInfo.processInfo.environment["MASKLINE_FULL"] ?? "").isEmpty

  /// The count for this run: what `variable` says in the environment, else `full` or `usual`.
  public static func count(_ usual: Int, full: Int, variable: String? = nil) -> Int {
    let said = variable.flatMap { ProcessInfo.processInfo.environment[$0] }.flatMap(Int.init)
    return said ?? (isFull ? full : usual)
  }
}
