internal import Masking

/// What sessions can take of the process's memory (standards.md F1), and how many may there be.
struct MemoryBound: Sendable {
  /// What is there without sessions: the program, rules, engines and the buffers of the loops, 64 MiB.
  static let fixedBytes = 64 << 20
  /// Of the limit, so much in a hundred: the kernel counts its own socket buffers, too.
  static let percentMax = 80

  /// The most that one session can hold: in each direction that holds bytes what is pending, one read,
  /// one record in the making and one more that is being written.
  let sessionBytes: Int
  /// How many sessions fit into the limit; nil without a limit.
  let sessionsFitting: Int?

  init(_ configuration: ProxyConfiguration) {
    let limits = configuration.limits
    let passed = limits.pendingBytesMax + limits.readBytes
    let masked = passed + 2 * configuration.stream.lineBytesMax
    let bytes = configuration.listeners.map { listener in
      if listener.mask == .both { return 2 * masked }
      return masked + (listener.unmasked == .pass ? passed : 0)
    }
    let sessionBytes = max(1, bytes.max() ?? masked)
    self.sessionBytes = sessionBytes
    sessionsFitting = configuration.memoryBytesMax.map {
      max(0, $0 / 100 * Self.percentMax - Self.fixedBytes) / sessionBytes
    }
  }

  /// How many sessions there may be.
  ///
  /// - Throws: `ProxyStartError.memory` when those that were asked for, or a single one, do not fit.
  func sessionsMax(asked: Int?, limit: Int?) throws(ProxyStartError) -> Int {
    let wanted = asked ?? ProxyLimits.sessionsMaxDefault
    guard let fitting = sessionsFitting, let limit, fitting < wanted else { return wanted }
    guard asked == nil, fitting > 0 else {
      throw .memory(
        sessionsMax: asked ?? 1, fitting: fitting, sessionBytes: sessionBytes, limitBytes: limit)
    }
    return fitting
  }
}
