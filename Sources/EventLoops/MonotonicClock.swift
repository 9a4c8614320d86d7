internal import CPlatform

/// Time that only goes forward: a step of the wall clock moves no timeout.
public enum MonotonicClock {
  /// Nanoseconds since some moment in the past (`CLOCK_MONOTONIC`).
  @inline(__always)
  public static func now() -> UInt64 { CPlatform_monotonic_nanoseconds() }
}

extension Duration {
  /// The duration in whole nanoseconds; 0 when negative, and the largest number when too long.
  public var nanosecondsClamped: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    return overflow ? .max : product &+ UInt64(attoseconds / 1_000_000_000)
  }
}
