public import Masking
public import Telemetry

/// What one direction of all sessions has seen.
///
/// `stream.bytesOut == bytesWritten - bytesResent + unsentBytes` once all sessions have ended: what
/// was forwarded was either given to the kernel or is counted as unsent.
public struct DirectionCounters: Sendable, Equatable {
  /// What the maskers have seen; of a direction that passes unmasked, only bytes.
  public var stream = StreamCounters()
  /// Bytes that the kernel took.
  public var bytesWritten: UInt64 = 0
  /// Of these, bytes written once more after a reconnect, to send a torn record whole.
  public var bytesResent: UInt64 = 0
  /// Bytes that were still pending when their reader was gone.
  public var unsentBytes: UInt64 = 0
  /// Records that were still pending, whole or in part, when their reader was gone.
  public var unsentRecords: UInt64 = 0
  /// Bytes that the kernel had taken, and the reader had not acknowledged, when it was closed. On a
  /// Unix socket the kernel counts its own bookkeeping with them.
  public var kernelQueueBytes: UInt64 = 0

  /// All zero.
  public init() {}

  static func += (left: inout Self, right: Self) {
    left.stream.add(right.stream)
    left.bytesWritten += right.bytesWritten
    left.bytesResent += right.bytesResent
    left.unsentBytes += right.unsentBytes
    left.unsentRecords += right.unsentRecords
    left.kernelQueueBytes += right.kernelQueueBytes
  }
}

/// What the proxy has seen since its start.
public struct ProxyCounters: Sendable, Equatable {
  /// Connections that became sessions.
  public var sessionsAccepted: UInt64 = 0
  /// Sessions now.
  public var sessionsActive: UInt64 = 0
  /// Connections closed at once because there were `sessionsMax` sessions.
  public var sessionsRefused: UInt64 = 0
  /// Connections closed at once because there was no descriptor.
  public var descriptorsExhausted: UInt64 = 0
  /// Connections to upstreams that were made.
  public var upstreamConnects: UInt64 = 0
  /// Attempts to connect to an upstream that failed.
  public var upstreamConnectFailures: UInt64 = 0
  /// Upstreams lost in the middle of a session that is held.
  public var upstreamBreaks: UInt64 = 0
  /// Times that a read source was suspended because too much was pending.
  public var backpressurePauses: UInt64 = 0
  /// Client to upstream.
  public var outbound = DirectionCounters()
  /// Upstream to client.
  public var inbound = DirectionCounters()
  private var closed = [UInt64](repeating: 0, count: SessionEnd.allCases.count)

  /// All zero.
  public init() {}

  /// Sessions that ended for this reason.
  public subscript(end: SessionEnd) -> UInt64 {
    get { closed[end.ordinal] }
    set { closed[end.ordinal] = newValue }
  }

  /// Sessions that ended.
  public var sessionsClosed: UInt64 { closed.reduce(0, +) }

  static func += (left: inout Self, right: Self) {
    left.sessionsAccepted += right.sessionsAccepted
    left.sessionsActive += right.sessionsActive
    left.sessionsRefused += right.sessionsRefused
    left.descriptorsExhausted += right.descriptorsExhausted
    left.upstreamConnects += right.upstreamConnects
    left.upstreamConnectFailures += right.upstreamConnectFailures
    left.upstreamBreaks += right.upstreamBreaks
    left.backpressurePauses += right.backpressurePauses
    left.outbound += right.outbound
    left.inbound += right.inbound
    for index in left.closed.indices { left.closed[index] += right.closed[index] }
  }
}

extension ProxyCounters {
  /// The counters as metrics.
  public var metrics: [Metric] {
    var list = [
      Metric(
        "maskline_sessions_accepted_total", "Connections that became sessions.",
        value: sessionsAccepted),
      Metric("maskline_sessions", "Sessions now.", kind: .gauge, value: sessionsActive),
      Metric(
        "maskline_sessions_refused_total", "Connections refused at sessionsMax.",
        value: sessionsRefused),
      Metric(
        "maskline_descriptors_exhausted_total", "Connections met by no free descriptor.",
        value: descriptorsExhausted),
      Metric(
        "maskline_upstream_connects_total", "Connections made to upstreams.",
        value: upstreamConnects),
      Metric(
        "maskline_upstream_connect_failures_total", "Failed attempts to connect to an upstream.",
        value: upstreamConnectFailures),
      Metric(
        "maskline_upstream_breaks_total", "Upstreams lost while their session was held.",
        value: upstreamBreaks),
      Metric(
        "maskline_backpressure_pauses_total", "Times that reading was suspended.",
        value: backpressurePauses),
    ]
    list += SessionEnd.allCases.map {
      Metric(
        "maskline_sessions_closed_total", "Sessions that ended, by reason.",
        labels: [("reason", $0.rawValue)], value: self[$0])
    }
    let directions = [("outbound", outbound), ("inbound", inbound)]
    func perDirection(
      _ name: String, _ help: String, _ value: (DirectionCounters) -> UInt64
    ) {
      list += directions.map {
        Metric(name, help, labels: [("direction", $0.0)], value: value($0.1))
      }
    }
    perDirection("maskline_records_in_total", "Records begun.") { $0.stream.recordsIn }
    perDirection("maskline_records_forwarded_total", "Records forwarded.") {
      $0.stream.recordsForwarded
    }
    for (name, help, counts) in [
      ("maskline_records_withheld_total", "Records replaced by a stub.", Self.withheld),
      ("maskline_records_dropped_total", "Records dropped by a fault.", Self.droppedByFault),
      ("maskline_values_masked_by_fault_total", "Values masked whole.", Self.valuesMasked),
    ] as [(String, String, (StreamCounters, Int) -> UInt64)] {
      for (direction, counters) in directions {
        list += FaultReason.allCases.map {
          Metric(
            name, help, labels: [("direction", direction), ("reason", $0.rawValue)],
            value: counts(counters.stream, $0.ordinal))
        }
      }
    }
    perDirection("maskline_records_dropped_by_rule_total", "Records dropped by a rule.") {
      $0.stream.droppedByRule
    }
    perDirection("maskline_records_dropped_partial_total", "Unfinished records dropped.") {
      $0.stream.droppedPartial
    }
    perDirection("maskline_leak_prevented_total", "Records the second opinion withheld.") {
      $0.stream.withheld[FaultReason.leakPrevented.ordinal]
    }
    perDirection("maskline_test_numbers_total", "Published test card numbers let through.") {
      $0.stream.testNumbersForwarded
    }
    perDirection("maskline_bytes_in_total", "Bytes read.") { $0.stream.bytesIn }
    perDirection("maskline_bytes_out_total", "Bytes forwarded.") { $0.stream.bytesOut }
    perDirection("maskline_bytes_written_total", "Bytes the kernel took.") { $0.bytesWritten }
    perDirection("maskline_bytes_resent_total", "Bytes sent once more.") { $0.bytesResent }
    perDirection("maskline_bytes_unsent_total", "Bytes left when the reader was gone.") {
      $0.unsentBytes
    }
    perDirection("maskline_records_unsent_total", "Records left when the reader was gone.") {
      $0.unsentRecords
    }
    perDirection("maskline_bytes_kernel_queue_total", "Bytes the reader had not acknowledged.") {
      $0.kernelQueueBytes
    }
    return list
  }

  private static func withheld(_ counters: StreamCounters, _ index: Int) -> UInt64 {
    counters.withheld[index]
  }

  private static func droppedByFault(_ counters: StreamCounters, _ index: Int) -> UInt64 {
    counters.droppedByFault[index]
  }

  private static func valuesMasked(_ counters: StreamCounters, _ index: Int) -> UInt64 {
    counters.valuesMaskedByFault[index]
  }
}
