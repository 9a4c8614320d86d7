internal import Bytes
internal import EventLoops
internal import Masking

/// One direction of a session: bytes from its source are masked, wait in `pending` while its sink takes
/// none, and go on.
///
/// ```
///   source (socket) ──read──► masker ──whole records──► pending ──write──► sink (socket)
///                    paused while unsentCount >= pendingBytesMax
///
///   pending:   | sent of a record not yet whole |        unsent        |
///              0                            sentCount              pending.count
/// ```
/// Invariant: `0 <= sentCount <= pending.count`. `sentCount` is 0 unless `keepsRecords`: then the start
/// of a record of which only a part was written is kept, to send it whole to the next upstream.
///
/// Confined to its loop, like its session.
final class Direction {
  enum Treatment { case masked, passed, closed }

  /// What the sink has been told.
  enum Sink {
    /// More may come.
    case open
    /// The end of the stream has been sent.
    case finished
    /// It is gone: nothing can be written any more.
    case gone
  }

  /// `outbound` or `inbound`.
  let name: MaskedDirections
  let treatment: Treatment
  let keepsRecords: Bool

  /// Nil unless the treatment is `masked`.
  var masker: StreamMasker?
  var pending = ByteBuffer()
  private(set) var sentCount = 0
  /// Whether the source has ended: nothing more is read from it.
  var hasSourceEnded = false
  var sink = Sink.open
  /// Whether reading is suspended because of backpressure.
  var isPaused = false

  /// When the unfinished record began, monotonic; nil when there is none.
  private(set) var partialSince: UInt64?
  /// When the sink last took a byte, or the first byte began to wait.
  var lastProgress: UInt64 = 0
  /// Everything but the present masker's counts.
  var counters = DirectionCounters()
  private var recordsSeen: UInt64 = 0
  private(set) var faultsSeen: UInt64 = 0

  init(
    name: MaskedDirections, treatment: Treatment, keepsRecords: Bool, options: StreamOptions
  ) {
    self.name = name
    self.treatment = treatment
    self.keepsRecords = keepsRecords
    if treatment == .masked { masker = StreamMasker(options: options) }
  }

  /// Bytes that the sink has not taken.
  var unsentCount: Int { pending.count - sentCount }

  /// Whether an unfinished record is held.
  var hasPartialRecord: Bool { masker?.hasPartialRecord ?? false }

  /// All counts, with those of the present masker.
  var totals: DirectionCounters {
    var totals = counters
    if let stream = masker?.counters { totals.stream.add(stream) }
    return totals
  }

  /// Notes when the unfinished record began: at this read, when it is another one than before.
  func noteRecordStart(at now: UInt64) {
    guard let records = masker?.counters.recordsIn else { return }
    if !hasPartialRecord {
      partialSince = nil
    } else if partialSince == nil || records != recordsSeen {
      partialSince = now
    }
    recordsSeen = records
  }

  /// Waiting for us is not the client's delay: the time begins anew when reading goes on.
  func restartRecordTime(at now: UInt64) {
    if partialSince != nil { partialSince = now }
  }

  /// How many records were withheld or dropped by a fault since the last call.
  func newFaults() -> UInt64 {
    guard let stream = masker?.counters else { return 0 }
    var now = stream.recordsWithheld
    for index in stream.droppedByFault.indices { now += stream.droppedByFault[index] }
    defer { faultsSeen = now }
    return now &- faultsSeen
  }

  /// Drops the unfinished record and begins a new stream, for the next upstream.
  func restartMasker(with engine: MaskingEngine, options: StreamOptions) {
    guard treatment == .masked else { return }
    var nothing = ByteBuffer()
    _ = masker?.finish(.reset, with: engine, into: &nothing)
    if let stream = masker?.counters { counters.stream.add(stream) }
    masker = StreamMasker(options: options)
    partialSince = nil
    recordsSeen = 0
    faultsSeen = 0
  }

  // MARK: Writing

  enum Push { case all, blocked, failed(SystemError) }

  /// Writes as much of `buffer` as `sink` takes at once, and forgets what need not be kept.
  ///
  /// - Parameter buffer: `pending`, or a buffer of the loop while `pending` is empty.
  private func write(_ buffer: inout ByteBuffer, to sink: StreamSocket, now: UInt64) -> Push {
    var result = Push.all
    var end = sentCount
    loop: while end < buffer.count {
      switch sink.write(buffer, from: end) {
      case .bytes(let count): end += count
      case .wouldBlock:
        result = .blocked
        break loop
      case .failed(let error):
        result = .failed(error)
        break loop
      }
    }
    counters.bytesWritten += UInt64(end - sentCount)
    if end > sentCount { lastProgress = now }
    let forgotten = keepsRecords ? RecordBorder.last(in: buffer, before: end) : end
    buffer.removeFirst(forgotten)
    sentCount = end - forgotten
    return result
  }

  /// Writes what is pending.
  func push(to sink: StreamSocket, now: UInt64) -> Push {
    write(&pending, to: sink, now: now)
  }

  /// Writes `output`, of which the rest becomes pending. Only while nothing is pending.
  func push(
    _ output: inout ByteBuffer, to sink: StreamSocket?, now: UInt64
  ) -> Push {
    precondition(pending.isEmpty && sentCount == 0, "later bytes must not overtake pending ones")
    guard !output.isEmpty else { return .all }
    let result = sink.map { write(&output, to: $0, now: now) } ?? .blocked
    if !output.isEmpty {
      lastProgress = now
      unsafe pending.append(output.bytes)
      output.removeAll()
    }
    return result
  }

  /// A new upstream: what was sent of an unfinished record is sent once more.
  func rewind(now: UInt64) {
    counters.bytesResent += UInt64(sentCount)
    sentCount = 0
    lastProgress = now
  }

  /// The sink is gone for good: counts what it did not take, and forgets it.
  func abandonPending() {
    if unsentCount > 0 {
      counters.unsentBytes += UInt64(unsentCount)
      counters.unsentRecords += RecordBorder.recordCount(in: pending, from: sentCount)
    }
    sentCount = 0
    pending = ByteBuffer()
    sink = .gone
  }

  /// Gives back memory that an idle session does not need.
  func releaseEmptyBuffer() {
    if pending.isEmpty, pending.capacity > 0 { pending = ByteBuffer() }
  }
}

/// Finds line feeds in masked output, in which each ends a record (RFC 8259: none is inside one).
enum RecordBorder {
  /// The place after the last line feed before `end`; 0 when there is none.
  static func last(in buffer: borrowing ByteBuffer, before end: Int) -> Int {
    buffer.withSpan { bytes in
      var place = end
      while place > 0, bytes[place - 1] != ASCII.lineFeed { place -= 1 }
      return place
    }
  }

  /// How many records lie, whole or in part, at or after `start`.
  static func recordCount(in buffer: borrowing ByteBuffer, from start: Int) -> UInt64 {
    buffer.withSpan { bytes in
      var count: UInt64 = 0
      for place in start..<bytes.count where bytes[place] == ASCII.lineFeed { count += 1 }
      if bytes.count > start, bytes[bytes.count - 1] != ASCII.lineFeed { count += 1 }
      return count
    }
  }
}
