/// How much matching one record may still cost, in steps: counted, never timed, so that a busy
/// machine masks the same values as an idle one.
///
/// A step is about 2 ns with the JIT. The first `freeStepsPerByte` of each start offset are free: that
/// is work in proportion to the input, which every record may cause. Only what goes beyond them is
/// charged, at its upper bound, before it is done.
public struct WorkBudget: Sendable, Equatable {
  /// What every record may spend beyond the free steps: about 5 ms.
  public static let stepsPerRecord = 2_500_000
  /// What it may spend for each of its bytes in addition, so that a 1 MiB record is not held to the
  /// same sum as a short one.
  public static let stepsPerRecordByte = 8
  /// What each searched byte may cost without being charged.
  public static let freeStepsPerByte = 24

  /// The steps that are left.
  public private(set) var remaining: Int
  /// The steps that were charged.
  public private(set) var spent = 0

  /// The budget of a record of `recordBytes` bytes.
  public init(recordBytes: Int) {
    remaining = Self.stepsPerRecord + Self.stepsPerRecordByte * max(0, recordBytes)
  }

  /// A budget of `steps`; for tests and probes.
  public init(steps: Int) { remaining = steps }

  /// Takes `steps`, or returns false and takes nothing when fewer are left.
  mutating func charge(_ steps: Int) -> Bool {
    guard steps <= remaining else { return false }
    remaining -= steps
    spent += steps
    return true
  }
}
