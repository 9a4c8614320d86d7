public import Bytes

/// What the reader of a stream should do after the masker has taken its bytes.
public enum StreamVerdict: Sendable, Equatable {
  /// Read on.
  case proceed
  /// A fault's action is `close`: forward what is in the output, then close the stream.
  case close(FaultReason)
}

/// Why a record was not forwarded as it came; the raw value is the key of `onFault`.
public enum FaultReason: String, Sendable, CaseIterable {
  case malformed
  case overlong
  case invalidUTF8
  case tooDeep
  case limit
  case keyMissing
  case vaultDown
}
