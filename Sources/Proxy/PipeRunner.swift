internal import Bytes
public import EventLoops
public import Masking

/// What a pipe has done.
public struct PipeSummary: Sendable {
  /// What the stream has seen.
  public var counters = StreamCounters()
  /// The first faults.
  public var notes = FaultNotes()
  /// The fault whose action closed the stream, if one did.
  public var closedBy: FaultReason?
  /// The reader of standard output went away before the end.
  public var isOutputClosed = false
}

/// `maskline pipe`: reads a descriptor to its end, masks, and writes to another one. Blocks.
public struct PipeRunner {
  /// One read, 256 KiB: a pipe holds 64 KiB, a file gives as much as is asked for.
  public static let readBytes = 256 << 10
  /// Output is written when so much has come together, or when the input pauses.
  public static let flushBytes = 256 << 10

  private let input: Int32
  private let output: Int32
  private let engine: MaskingEngine
  private let options: StreamOptions
  private let nextReadBytes: () -> Int

  /// A pipe between two descriptors, which stay their owner's.
  ///
  /// - Parameter nextReadBytes: the size of each read; tests give small ones.
  public init(
    from input: Int32 = 0, to output: Int32 = 1, engine: MaskingEngine, options: StreamOptions,
    nextReadBytes: @escaping () -> Int = { PipeRunner.readBytes }
  ) {
    self.input = input
    self.output = output
    self.engine = engine
    self.options = options
    self.nextReadBytes = nextReadBytes
  }

  /// Runs to the end of the input, or until the output is closed.
  ///
  /// - Throws: `SystemError` of `read`, `write` or `poll`; a closed output is no error, the summary
  ///   says it.
  public func run() throws(SystemError) -> PipeSummary {
    BlockingStreams.ignoreBrokenPipes()
    var masker = StreamMasker(options: options)
    var pending = ByteBuffer()
    var summary = PipeSummary()
    do throws(SystemError) {
      summary.closedBy = try transfer(&masker, &pending)
    } catch {
      guard error.isBrokenPipe else { throw error }
      summary.isOutputClosed = true
    }
    summary.counters = masker.counters
    summary.notes = masker.notes
    return summary
  }

  private func transfer(
    _ masker: inout StreamMasker, _ pending: inout ByteBuffer
  ) throws(SystemError) -> FaultReason? {
    var chunk = ByteBuffer()
    while true {
      chunk.removeAll()
      let count = try BlockingStreams.read(input, into: &chunk, upTo: nextReadBytes())
      let isEnd = count == 0
      let verdict =
        isEnd
        ? masker.finish(.clean, with: engine, into: &pending)
        : masker.consume(chunk, with: engine, into: &pending)
      if case .close(let reason) = verdict {
        try BlockingStreams.writeAll(&pending, to: output)
        return reason
      }
      // Nothing to read for now: whoever waits for these records gets them.
      if isEnd || pending.count >= Self.flushBytes || !pending.isEmpty && !hasMore() {
        try BlockingStreams.writeAll(&pending, to: output)
      }
      if isEnd { return nil }
    }
  }

  private func hasMore() -> Bool { (try? BlockingStreams.isReadable(input)) ?? false }
}
