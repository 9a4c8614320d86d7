/// Why a record was not forwarded as it came; the raw value is the key of `onFault`.
public enum FaultReason: String, Sendable, CaseIterable {
  case malformed
  case overlong
  case invalidUTF8
  case tooDeep
  case limit
  case keyMissing
  case vaultDown
  /// The second opinion still read a card number in the masked record. Always a stub: it is no key of
  /// `onFault`.
  case leakPrevented
}

/// What takes the place of a record, or of one value, that could not be masked for sure.
/// There is no action that forwards the original.
public enum FaultAction: String, Sendable, CaseIterable {
  /// One stub line in place of the record.
  case stub
  /// Nothing in place of the record; it is counted.
  case drop
  /// Close the stream.
  case close
  /// `[MASK_ERROR]` in place of the one value (`limit`, `keyMissing`, `vaultDown`).
  case maskValue
  /// Mask the line as plain text (`malformed` only).
  case text
}

/// The compiled `onFault` table: one action per reason.
public struct FaultTable: Sendable, Equatable {
  private var actions: [FaultAction]

  /// The defaults of design.md 6: `stub` for records, `maskValue` for values.
  public init() {
    actions = FaultReason.allCases.map { reason in
      switch reason {
      case .malformed, .overlong, .invalidUTF8, .tooDeep, .leakPrevented: .stub
      case .limit, .keyMissing, .vaultDown: .maskValue
      }
    }
  }

  /// The action for `reason`.
  public subscript(reason: FaultReason) -> FaultAction {
    get { actions[reason.ordinal] }
    set { actions[reason.ordinal] = newValue }
  }
}

extension FaultReason {
  /// The place of the case in `allCases`: the index into tables of counters.
  public var ordinal: Int {
    switch self {
    case .malformed: 0
    case .overlong: 1
    case .invalidUTF8: 2
    case .tooDeep: 3
    case .limit: 4
    case .keyMissing: 5
    case .vaultDown: 6
    case .leakPrevented: 7
    }
  }
}
