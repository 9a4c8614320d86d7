public import Bytes

/// What the reader of a stream should do after the masker has taken its bytes.
public enum StreamVerdict: Sendable, Equatable {
  /// Read on.
  case proceed
  /// A fault's action is `close`: forward what is in the output, then close the stream.
  case close(FaultReason)
}

/// How a stream ended.
public enum StreamEnding: Sendable {
  /// End of file, or FIN: an unfinished last line is masked if it is whole, else gets a stub.
  case clean
  /// A reset or an error: an unfinished last line is dropped.
  case reset
}

/// The limits and the fault table of one stream.
public struct StreamOptions: Sendable {
  /// The longest record, in bytes before its line feed.
  public var lineBytesMax = 1 << 20
  /// The deepest nesting of arrays and objects.
  public var depthMax = 128
  /// What takes the place of what cannot be masked.
  public var faults = FaultTable()

  public init() {}
}

/// Compiled mask files: immutable, shared by all loops.
public final class MaskPolicy: Sendable {
  public init() {}
}

/// The scratch memory and match data of one loop: made and used on that loop only.
public final class MaskingEngine {
  /// The policy that this engine applies.
  public let policy: MaskPolicy

  public init(policy: MaskPolicy) { self.policy = policy }
}

/// One direction of one stream: bytes as they arrive in, masked whole records out.
///
/// Holds the unfinished last record between calls (none when the bytes end on a line feed).
public struct StreamMasker: ~Copyable {
  /// What was seen so far.
  public private(set) var counters = StreamCounters()
  private let options: StreamOptions
  private var partial = ByteBuffer()

  public init(options: StreamOptions) { self.options = options }

  /// Whether an unfinished record is held.
  public var hasPartialRecord: Bool { !partial.isEmpty }

  /// Takes bytes as they arrived and appends masked whole records to `output`.
  public mutating func consume(
    _ input: borrowing ByteBuffer, with engine: MaskingEngine, into output: inout ByteBuffer
  ) -> StreamVerdict {
    let bytes = unsafe input.bytes
    for index in bytes.indices {
      let byte = unsafe bytes[index]
      partial.append(byte)
      if byte == ASCII.lineFeed {
        counters.recordsIn += 1
        counters.recordsForwarded += 1
        unsafe output.append(partial.bytes)
        partial.removeAll()
      }
    }
    return .proceed
  }

  /// Ends the stream: see `StreamEnding`.
  public mutating func finish(
    _ ending: StreamEnding, with engine: MaskingEngine, into output: inout ByteBuffer
  ) -> StreamVerdict {
    if !partial.isEmpty {
      counters.recordsIn += 1
      counters.droppedPartial += 1
      partial.removeAll()
    }
    return .proceed
  }
}
