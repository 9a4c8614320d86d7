internal import Bytes
internal import EventLoops
public import Masking
internal import Synchronization

/// What masking a stream has done.
public struct StreamSummary: Sendable {
  /// What the stream has seen.
  public var counters = StreamCounters()
  /// The first faults, at most `FaultNotes.countMax`.
  public var notes: [FaultNote] = []
  /// Findings per rule, in the policy's order.
  public var findings: [(rule: String, count: UInt64)] = []
  /// The fault whose action closed the stream, if one did.
  public var closedBy: FaultReason?
  /// The reader of the output went away before the end.
  public var isOutputClosed = false

  /// Nothing yet.
  public init() {}

  /// Records that were withheld, or dropped by a fault.
  public var faultCount: UInt64 { counters.recordsWithheld + counters.recordsDroppedByFaults }
}

/// A stream of lines that any number of workers mask side by side, block by block; what comes out is
/// written in the order of the stream, and is the same, byte by byte, for any number of workers.
///
/// ```
///   reader (one worker at a time) ──block──► each worker masks ──► slots ──in order──► sink
///                                                                  (whoever fills the next slot
///                                                                   writes, others go on)
/// ```
/// Bounded: a block is read only with a permit, which is given back when its output is written.
public final class LineStream<Source: ByteSource, Sink: ByteSink>: Sendable {
  private let options: StreamOptions
  private let reader: Mutex<LineBlockReader<Source>>
  private let output: OrderedOutput<Sink>
  private let permits: Permits
  private let stop: @Sendable () -> Void

  /// A stream for `workers` workers.
  ///
  /// - Parameters:
  ///   - blockBytes: how much is masked at a time.
  ///   - nextReadBytes: the size of each read; tests give small ones.
  ///   - stop: called when nothing more will be written although the source has not ended: wakes
  ///     the worker that waits for input.
  public init(
    from source: Source, to sink: Sink, options: StreamOptions, workers: Int,
    blockBytes: Int = StreamLimits.blockBytes,
    nextReadBytes: @escaping @Sendable () -> Int = { .max },
    stop: @escaping @Sendable () -> Void = {}
  ) {
    self.options = options
    self.stop = stop
    reader = Mutex(
      LineBlockReader(
        source, lineBytesMax: options.lineBytesMax, blockBytes: blockBytes,
        nextReadBytes: nextReadBytes))
    let blocksMax = workers * StreamLimits.blocksPerWorker
    output = OrderedOutput(sink, slotCount: blocksMax)
    permits = Permits(blocksMax)
  }

  /// Works on the stream until it ends: called by each worker, on its own thread, with its own
  /// engine (of one policy for all) and encoder.
  public func work(with engine: MaskingEngine, encoder: (any BlockEncoder)? = nil) {
    var block = ByteBuffer()
    var counted = engine.findingsPerRule
    while true {
      permits.take()
      guard let head = nextBlock(into: &block) else {
        permits.giveBack()
        return
      }
      let masked = output.emptyBlock(head.index)
      mask(block, head, into: masked, engine, &counted)
      if let encoder { masked.encode(with: encoder) }
      let written = output.deliver(masked)
      for _ in 0..<written { permits.giveBack() }
      if output.isStopped { stop() }
    }
  }

  /// What was done. Only when all workers have returned.
  ///
  /// - Throws: `StreamFailure` of the source or the sink; a closed output is no error, the summary
  ///   says it.
  public func finish() throws(StreamFailure) -> StreamSummary { try output.finish() }

  /// A worker could not take part.
  public func noteFailure(_ failure: StreamFailure) { output.noteSourceFailure(failure) }

  private func nextBlock(into block: inout ByteBuffer) -> BlockHead? {
    do throws(StreamFailure) {
      return try reader.withLock { (reader) throws(StreamFailure) in
        output.isStopped ? nil : try reader.next(into: &block)
      }
    } catch {
      output.noteSourceFailure(error)
      return nil
    }
  }

  private func mask(
    _ block: borrowing ByteBuffer, _ head: BlockHead, into masked: MaskedBlock,
    _ engine: MaskingEngine, _ counted: inout [(rule: String, count: UInt64)]
  ) {
    var masker = StreamMasker(options: options, at: head.position)
    var verdict = masker.consume(block, with: engine, into: &masked.output)
    if head.isLast, verdict == .proceed {
      verdict = masker.finish(.clean, with: engine, into: &masked.output)
    }
    masked.summary.counters = masker.counters
    masked.summary.counters.bytesIn = UInt64(head.inputBytes)
    masked.summary.notes = masker.notes.notes
    if case .close(let reason) = verdict { masked.summary.closedBy = reason }
    let before = counted
    counted = engine.findingsPerRule
    masked.summary.findings = zip(counted, before).map { ($0.rule, $0.count &- $1.count) }
  }
}

/// Limits of streams, with the reason of each.
public enum StreamLimits {
  /// A block and its output fit into a core's second cache together.
  public static let blockBytes = 256 << 10
  /// Buffers of more than this are given back: room for a line of 1 MiB, and a block behind it, which
  /// had to grow twice.
  public static let keptBytesMax = 4 << 20
  /// One block in hand, and one that waits for an earlier one to be written.
  public static let blocksPerWorker = 2
  /// The largest pipe that Linux grants to everybody (pipe(7)).
  public static let pipeBytes: Int32 = 1 << 20
}
