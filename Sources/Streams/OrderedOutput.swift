internal import Bytes
internal import Masking
internal import Synchronization

/// A masked block on its way to the sink. @unchecked: used by one worker at a time, by the one that
/// masks it and then by the one that writes it; the output's lock lies between the two.
final class MaskedBlock: @unchecked Sendable {
  var index = 0
  var output = ByteBuffer()
  var summary = StreamSummary()
  var failure: StreamFailure?
  private var encoded = ByteBuffer()

  /// Puts the encoded form in the place of the plain one.
  func encode(with encoder: any BlockEncoder) {
    encoded.removeAll()
    do throws(StreamFailure) {
      try encoder.encode(output, into: &encoded)
      swap(&output, &encoded)
    } catch {
      failure = error
    }
  }
}

/// Brings masked blocks in order again and writes them.
///
/// Invariant: `slots[index % slots.count]` holds only the block `index` with
/// `next <= index < next + slots.count`; a worker takes an index only with one of `slots.count`
/// permits. While `isWriting`, one worker writes, without the lock, and looks for the next block
/// after each.
final class OrderedOutput<Sink: ByteSink>: Sendable {
  private struct State {
    var slots: [MaskedBlock?]
    var next = 0
    var isWriting = false
    var unused: [MaskedBlock] = []
    var summary = StreamSummary()
    var failure: StreamFailure?
    var sourceFailure: StreamFailure?
  }

  private let state: Mutex<State>
  private let sink: Mutex<Sink>
  private let stopped = Atomic(false)

  init(_ sink: Sink, slotCount: Int) {
    self.sink = Mutex(sink)
    state = Mutex(State(slots: Array(repeating: nil, count: slotCount)))
  }

  /// Whether nothing more will be written: a fault closed the stream, or the sink failed.
  var isStopped: Bool { stopped.load(ordering: .acquiring) }

  /// A block to fill; its memory has been used before.
  func emptyBlock(_ index: Int) -> MaskedBlock {
    let block = state.withLock { $0.unused.popLast() } ?? MaskedBlock()
    block.index = index
    block.output.removeAll(keepingCapacity: StreamLimits.keptBytesMax)
    block.summary = StreamSummary()
    block.failure = nil
    return block
  }

  /// Hands `block` over, and writes what is its turn unless another worker does.
  ///
  /// - Returns: how many blocks were written, or dropped because the stream has stopped.
  func deliver(_ block: MaskedBlock) -> Int {
    let isWriter = state.withLock { state in
      let slot = block.index % state.slots.count
      precondition(state.slots[slot] == nil, "a block was read without a permit")
      state.slots[slot] = block
      defer { state.isWriting = true }
      return !state.isWriting
    }
    var written = 0
    guard isWriter else { return written }
    while let block = takeNext() {
      if !isStopped { write(block) }
      state.withLock { $0.unused.append(block) }
      written += 1
    }
    return written
  }

  /// The block whose turn it is; when it is not there yet, its worker will write it.
  private func takeNext() -> MaskedBlock? {
    state.withLock { state in
      let slot = state.next % state.slots.count
      guard let block = state.slots[slot] else {
        state.isWriting = false
        return nil
      }
      state.slots[slot] = nil
      state.next += 1
      return block
    }
  }

  private func write(_ block: MaskedBlock) {
    var failure = block.failure
    if failure == nil {
      do throws(StreamFailure) {
        try sink.withLock { (sink) throws(StreamFailure) in try sink.write(&block.output) }
      } catch {
        failure = error
      }
    }
    let isEnd = state.withLock { state in
      // A block that the sink did not take was masked all the same: the summary tells so.
      state.summary.add(block.summary)
      state.failure = failure
      return failure != nil || block.summary.closedBy != nil
    }
    if isEnd { stopped.store(true, ordering: .releasing) }
  }

  /// The source failed: what was read before is written, then the stream ends.
  func noteSourceFailure(_ failure: StreamFailure) {
    state.withLock { $0.sourceFailure = failure }
  }

  func finish() throws(StreamFailure) -> StreamSummary {
    let (summary, failure) = state.withLock { ($0.summary, $0.failure ?? $0.sourceFailure) }
    guard let failure else { return summary }
    guard failure.isBrokenPipe else { throw failure }
    var closed = summary
    closed.isOutputClosed = true
    return closed
  }
}

extension StreamSummary {
  /// Adds what the next part of the stream did.
  public mutating func add(_ part: StreamSummary) {
    counters.add(part.counters)
    notes += part.notes.prefix(FaultNotes.countMax - notes.count)
    if findings.isEmpty {
      findings = part.findings
    } else {
      for rule in part.findings.indices { findings[rule].count += part.findings[rule].count }
    }
    closedBy = closedBy ?? part.closedBy
  }
}
