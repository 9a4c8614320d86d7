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
  /// Whether raw U+0085, U+2028 and U+2029 are forwarded as escapes.
  public var escapesLineSeparators = false
  /// Of how many masked records in a hundred a second opinion is asked, 0 to 100.
  public var secondOpinionPercent = 100
  /// The encodings inside strings in which values are looked for.
  public var decodes = Encodings.all

  public init() {}
}

/// A place between two records of a stream: what lies before it.
public struct StreamPosition: Sendable, Equatable {
  /// Lines, empty ones included.
  public var records: UInt64
  /// Bytes.
  public var bytes: UInt64

  public init(records: UInt64, bytes: UInt64) {
    self.records = records
    self.bytes = bytes
  }

  /// Before the first record.
  public static let start = StreamPosition(records: 0, bytes: 0)
}

/// One direction of one stream: bytes as they arrive in, masked whole records out.
///
/// Holds the unfinished last record between calls (no memory when the bytes end on a line feed).
/// How the bytes are cut does not matter to the output.
public struct StreamMasker: ~Copyable {
  /// The engine is called with whole lines of about this many bytes at a time, so that what it
  /// keeps about them stays in the processor's cache.
  private static let chunkBytes = 64 << 10

  private let options: StreamOptions
  private var state = StreamState()
  private var partial = ByteBuffer()
  /// What the engine gave, until its line separators are escaped; empty without the option.
  private var rendered = ByteBuffer()
  /// Whether the rest of an overlong line is being skipped, and how much of it there was.
  private var isSkipping = false
  private var skippedEndsOnReturn = false
  private var skippedCount = 0
  /// Whether the line being skipped is the stream's first and begins with a byte order mark.
  private var skipsMark = false
  private var isAtStart = true
  private var closedBy: FaultReason?

  private let recordsBefore: UInt64

  /// A masker of a whole stream, or of what follows `position` in it, which then begins with the
  /// begin of a record.
  public init(options: StreamOptions, at position: StreamPosition = .start) {
    self.options = options
    recordsBefore = position.records
    state.counters.recordsIn = position.records
    state.byteOffset = position.bytes
    isAtStart = position.bytes == 0
  }

  /// What was seen so far, since the position that it began at.
  public var counters: StreamCounters {
    var counters = state.counters
    counters.recordsIn &-= recordsBefore
    return counters
  }

  /// The first faults, for the summary and the log.
  public var notes: FaultNotes {
    get { state.notes }
    set { state.notes = newValue }
  }

  /// Whether an unfinished record is held.
  public var hasPartialRecord: Bool { !partial.isEmpty || isSkipping }

  /// Takes bytes as they arrived and appends masked whole records to `output`.
  public mutating func consume(
    _ input: borrowing ByteBuffer, with engine: MaskingEngine, into output: inout ByteBuffer
  ) -> StreamVerdict {
    if let closedBy { return .close(closedBy) }
    let before = output.count
    let verdict = unsafe take(input.bytes, engine, &output)
    state.counters.bytesIn &+= UInt64(input.count)
    state.counters.bytesOut &+= UInt64(output.count - before)
    if case .close(let reason) = verdict { closedBy = reason }
    return verdict
  }

  /// Ends the stream: see `StreamEnding`.
  public mutating func finish(
    _ ending: StreamEnding, with engine: MaskingEngine, into output: inout ByteBuffer
  ) -> StreamVerdict {
    if let closedBy { return .close(closedBy) }
    guard hasPartialRecord else { return .proceed }
    guard ending == .clean else {
      state.counters.recordsIn += 1
      state.counters.droppedPartial += 1
      partial = ByteBuffer()
      isSkipping = false
      return .proceed
    }
    // The last line has no line feed: it is masked as if it had one, which is then taken back.
    let before = output.count
    var last = ByteBuffer(capacity: 1)
    last.append(ASCII.lineFeed)
    let verdict = unsafe take(last.bytes, engine, &output)
    // Of a record that was dropped there is none; a byte order mark may be all that came out.
    let endsOnLineFeed = output.withSpan { $0.count > before && $0[$0.count - 1] == ASCII.lineFeed }
    if endsOnLineFeed { output.truncate(to: output.count - 1) }
    state.counters.bytesOut &+= UInt64(output.count - before)
    return verdict
  }

  private mutating func take(
    _ input: UnsafeBufferPointer<UInt8>, _ engine: MaskingEngine, _ output: inout ByteBuffer
  ) -> StreamVerdict {
    guard let base = input.baseAddress, input.count > 0 else { return .proceed }
    let bytes = unsafe ByteView(base: base, count: input.count)
    var start = 0
    if hasPartialRecord {
      guard let lineFeed = Lines.first(in: bytes, from: 0) else {
        hold(bytes, 0)
        return .proceed
      }
      start = lineFeed + 1
      let verdict = completeHeld(bytes[0..<start], engine, &output)
      guard verdict == .proceed else { return verdict }
    }
    while start < bytes.count {
      guard let end = Lines.chunkEnd(in: bytes, from: start, target: Self.chunkBytes) else {
        hold(bytes, start)
        break
      }
      let verdict = mask(bytes[start..<end], engine, &output)
      guard verdict == .proceed else { return verdict }
      start = end
    }
    return .proceed
  }

  /// The most bytes of a line that are held. A byte order mark does not count as one of them.
  private var heldBytesMax: Int { options.lineBytesMax + (isAtStart ? 3 : 0) }

  /// Keeps the beginning of a line; of an overlong one only that there is one.
  private mutating func hold(_ bytes: ByteView, _ start: Int) {
    let count = bytes.count - start
    if isSkipping || partial.count + count > heldBytesMax {
      if !isSkipping { skipsMark = heldBeginsWithMark(bytes[start..<bytes.count]) }
      isSkipping = true
      skippedEndsOnReturn = bytes[bytes.count - 1] == ASCII.carriageReturn
      skippedCount += partial.count + count
      partial = ByteBuffer()
      return
    }
    unsafe partial.append(bytes[start..<bytes.count].buffer)
  }

  /// Masks the held beginning together with `rest`, which ends on the line feed.
  private mutating func completeHeld(
    _ rest: ByteView, _ engine: MaskingEngine, _ output: inout ByteBuffer
  ) -> StreamVerdict {
    if !isSkipping && partial.count + rest.count <= heldBytesMax + 1 {
      unsafe partial.append(rest.buffer)
      let line = unsafe partial.bytes
      guard let base = line.baseAddress else { return .proceed }
      let verdict = unsafe mask(ByteView(base: base, count: line.count), engine, &output)
      if partial.capacity > Self.chunkBytes {
        partial = ByteBuffer()
      } else {
        partial.removeAll()
      }
      return verdict
    }
    if rest.count > 1 { skippedEndsOnReturn = rest[rest.count - 2] == ASCII.carriageReturn }
    if !isSkipping { skipsMark = heldBeginsWithMark(rest) }
    if skipsMark {
      output.append(Lines.byteOrderMark)
      state.byteOffset += 3
      skippedCount -= 3
    }
    let verdict = overlong(endsOnReturn: skippedEndsOnReturn, &output)
    state.byteOffset += UInt64(skippedCount + partial.count + rest.count)
    partial = ByteBuffer()
    isSkipping = false
    skippedEndsOnReturn = false
    skippedCount = 0
    skipsMark = false
    isAtStart = false
    return verdict
  }

  /// Whether the stream begins with a byte order mark, when its first line is `partial` and then
  /// `rest`.
  private func heldBeginsWithMark(_ rest: ByteView) -> Bool {
    guard isAtStart else { return false }
    var head = ByteBuffer(capacity: 4)
    partial.withSpan { head.append($0.extracting(first: 4)) }
    unsafe head.append(rest[0..<min(4 - head.count, rest.count)].buffer)
    let bytes = unsafe head.bytes
    guard let base = bytes.baseAddress else { return false }
    return Lines.beginsWithByteOrderMark(unsafe ByteView(base: base, count: bytes.count))
  }

  private mutating func overlong(
    endsOnReturn: Bool, _ output: inout ByteBuffer
  ) -> StreamVerdict {
    state.counters.recordsIn += 1
    state.notes.add(
      FaultNote(
        record: state.counters.recordsIn, byteOffset: state.byteOffset, reason: .overlong,
        kind: nil))
    let ordinal = FaultReason.overlong.ordinal
    switch options.faults[.overlong] {
    case .close:
      state.counters.droppedByFault[ordinal] += 1
      return .close(.overlong)
    case .drop:
      state.counters.droppedByFault[ordinal] += 1
    case .stub, .maskValue, .text:
      state.counters.withheld[ordinal] += 1
      output.append(Stub.bytes(.overlong, record: state.counters.recordsIn))
      if endsOnReturn { output.append(ASCII.carriageReturn) }
      output.append(ASCII.lineFeed)
    }
    return .proceed
  }

  /// Masks whole lines.
  private mutating func mask(
    _ lines: ByteView, _ engine: MaskingEngine, _ output: inout ByteBuffer
  ) -> StreamVerdict {
    var lines = lines
    if isAtStart {
      isAtStart = false
      if Lines.beginsWithByteOrderMark(lines) {
        unsafe output.append(lines[0..<3].buffer)
        state.byteOffset += 3
        lines = lines[3..<lines.count]
      }
    }
    let verdict: StreamVerdict
    if options.escapesLineSeparators {
      verdict = engine.core.mask(lines, &state, options, into: &rendered)
      appendRendered(to: &output)
    } else {
      verdict = engine.core.mask(lines, &state, options, into: &output)
    }
    state.byteOffset += UInt64(lines.count)
    return verdict
  }

  private mutating func appendRendered(to output: inout ByteBuffer) {
    let bytes = unsafe rendered.bytes
    if let base = bytes.baseAddress {
      LineSeparators.appendEscaped(unsafe ByteView(base: base, count: bytes.count), to: &output)
    }
    rendered.removeAll(keepingCapacity: Self.chunkBytes * 2)
  }
}
