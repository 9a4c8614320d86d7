/// Why a session ended; the raw value is the label in logs and metrics.
public enum SessionEnd: String, Sendable, CaseIterable {
  /// Both sides have sent their end.
  case finished
  /// The client reset its connection, or it failed.
  case clientReset
  /// The upstream reset its connection, or it failed.
  case upstreamReset
  /// The upstream could not be reached.
  case upstreamDown
  /// Bytes came in the direction that is neither masked nor passed.
  case unmaskedDirection
  /// A record could not be masked, and its fault's action is `close`.
  case fault
  /// A record was not completed in time.
  case lineTimeout
  /// A reader took nothing for too long.
  case writeStall
  /// No byte came for too long.
  case idle
  /// One side had ended, and the other sent nothing for too long.
  case halfClosed
  /// Idle at a record border while draining.
  case drained
  /// Cut off at the end of the drain time.
  case drainDeadline
  /// Cut off by the request to end at once.
  case stopped

  /// What an operator can do about it, where that is not plain.
  var remedy: String? {
    switch self {
    case .unmaskedDirection: "set `unmasked: pass` if these bytes may pass unmasked"
    case .upstreamDown: "set `onUpstreamDown: hold` if clients should wait for the upstream"
    default: nil
    }
  }

  /// The place of the case in `allCases`.
  var ordinal: Int {
    switch self {
    case .finished: 0
    case .clientReset: 1
    case .upstreamReset: 2
    case .upstreamDown: 3
    case .unmaskedDirection: 4
    case .fault: 5
    case .lineTimeout: 6
    case .writeStall: 7
    case .idle: 8
    case .halfClosed: 9
    case .drained: 10
    case .drainDeadline: 11
    case .stopped: 12
    }
  }
}
