/// Keeps a frequent event from filling the log: one line per interval, which says how many it stands
/// for. The counters count every one of them.
public struct LogRate: Sendable {
  private let intervalNanoseconds: UInt64
  private var nextAt: UInt64 = 0
  private var held: UInt64 = 0

  /// At most one line per `intervalNanoseconds`.
  public init(intervalNanoseconds: UInt64) { self.intervalNanoseconds = intervalNanoseconds }

  /// Counts `count` events at the monotonic time `now`.
  ///
  /// - Returns: how many events the line stands for that may be written now, or nil.
  public mutating func note(_ count: UInt64 = 1, at now: UInt64) -> UInt64? {
    held += count
    guard now >= nextAt else { return nil }
    nextAt = now + intervalNanoseconds
    defer { held = 0 }
    return held
  }
}
