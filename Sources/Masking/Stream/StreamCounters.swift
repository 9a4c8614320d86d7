/// What one direction of one stream has seen. `recordsIn == forwarded + withheld + dropped` holds
/// after every call of `StreamMasker`.
public struct StreamCounters: Sendable, Equatable {
  /// Lines begun, empty ones included.
  public var recordsIn: UInt64 = 0
  /// Lines forwarded, masked or not.
  public var recordsForwarded: UInt64 = 0
  /// Stubs, by `FaultReason.ordinal`.
  public var withheld: [8 of UInt64] = .init(repeating: 0)
  /// Records dropped by a fault's action, by `FaultReason.ordinal`.
  public var droppedByFault: [8 of UInt64] = .init(repeating: 0)
  /// Records dropped by a rule (`dropRecord`, or `drop` at the top).
  public var droppedByRule: UInt64 = 0
  /// Partial records dropped because the stream was reset or closed.
  public var droppedPartial: UInt64 = 0
  /// Values replaced by `[MASK_ERROR]`, by `FaultReason.ordinal`.
  public var valuesMaskedByFault: [8 of UInt64] = .init(repeating: 0)
  /// Published test card numbers that rules let through.
  public var testNumbersForwarded: UInt64 = 0
  /// Bytes taken.
  public var bytesIn: UInt64 = 0
  /// Bytes given.
  public var bytesOut: UInt64 = 0

  public init() {}

  /// All stubs.
  public var recordsWithheld: UInt64 { Self.sum(withheld) }

  /// All records that left nothing behind.
  public var recordsDropped: UInt64 {
    Self.sum(droppedByFault) + droppedByRule + droppedPartial
  }

  /// All records that a fault's action dropped.
  public var recordsDroppedByFaults: UInt64 { Self.sum(droppedByFault) }

  /// Adds the counts of another stream, or of another part of this one.
  public mutating func add(_ other: StreamCounters) {
    recordsIn += other.recordsIn
    recordsForwarded += other.recordsForwarded
    for index in withheld.indices {
      withheld[index] += other.withheld[index]
      droppedByFault[index] += other.droppedByFault[index]
      valuesMaskedByFault[index] += other.valuesMaskedByFault[index]
    }
    droppedByRule += other.droppedByRule
    droppedPartial += other.droppedPartial
    testNumbersForwarded += other.testNumbersForwarded
    bytesIn += other.bytesIn
    bytesOut += other.bytesOut
  }

  public static func == (left: Self, right: Self) -> Bool {
    left.recordsIn == right.recordsIn && left.recordsForwarded == right.recordsForwarded
      && left.droppedByRule == right.droppedByRule && left.droppedPartial == right.droppedPartial
      && left.bytesIn == right.bytesIn && left.bytesOut == right.bytesOut
      && left.testNumbersForwarded == right.testNumbersForwarded
      && FaultReason.allCases.allSatisfy {
        left.withheld[$0.ordinal] == right.withheld[$0.ordinal]
          && left.droppedByFault[$0.ordinal] == right.droppedByFault[$0.ordinal]
          && left.valuesMaskedByFault[$0.ordinal] == right.valuesMaskedByFault[$0.ordinal]
      }
  }

  private static func sum(_ counts: [8 of UInt64]) -> UInt64 {
    var total: UInt64 = 0
    for index in counts.indices { total += counts[index] }
    return total
  }
}
