internal import Bytes
internal import EventLoops
internal import Masking
internal import Telemetry

// Unsafe code here lends the loop's read buffer to one call at a time; the pointer does not
// outlive it.

/// One client and its upstream: two directions between two sockets.
///
/// | State | Event | Next | What happens |
/// |---|---|---|---|
/// | connecting | connected | open | both sides are read |
/// | connecting | attempt failed, time left or `hold` | connecting | tried again after a back-off |
/// | connecting | attempt failed, no time left | closed | the client is reset: `upstreamDown` |
/// | open | bytes | open | masked, written at once, or pending |
/// | open | end of one side | open | its direction is finished and flushed, FIN goes to the other side |
/// | open | both directions finished | closed | `finished` |
/// | open | a side is reset or fails | closing | `clientReset`, `upstreamReset` |
/// | open | upstream is reset, fails or ends, `hold` | connecting | the record torn by it is kept |
/// | open | fault, timeout, unmasked byte, drain | closing | no more bytes are taken |
/// | closing | all flushed and both sides ended, or time is over | closed | |
/// | any | told to stop | closed | `stopped` |
///
/// `move(to:)` is the one place that changes the state. An unfinished record is dropped on every way
/// into `closing`; whole ones are flushed. Confined to its worker's loop.
final class Session {
  enum State { case connecting, open, closing, closed }

  enum Side { case client, upstream }

  let id: UInt64
  let worker: ProxyWorker
  let listener: ListenerState
  let client: StreamSocket
  let outbound: Direction
  let inbound: Direction
  var upstream: StreamSocket?
  private(set) var state = State.connecting
  /// Why it ends or has ended.
  var end: SessionEnd?
  /// The first error that was met, or the fault that closes; never payload.
  var reason: String?

  var connector: UpstreamConnector?
  var backOff = BackOff()
  var connectDeadline: UInt64
  var upstreamSince: UInt64 = 0

  /// The side that takes no more bytes, though it may still have some for us.
  var broken: Side?
  var breakDeadline = UInt64.max
  var closeDeadline = UInt64.max
  var hasClientEnded = false
  var hasUpstreamEnded = false
  var lastActivity: UInt64

  init(
    id: UInt64, client: StreamSocket, listener: ListenerState, worker: ProxyWorker, now: UInt64
  ) {
    self.id = id
    self.client = client
    self.listener = listener
    self.worker = worker
    let configuration = listener.configuration
    func treatment(_ name: MaskedDirections) -> Direction.Treatment {
      if configuration.mask == .both || configuration.mask == name { return .masked }
      return configuration.unmasked == .pass ? .passed : .closed
    }
    let options = worker.shared.configuration.stream
    outbound = Direction(
      name: .outbound, treatment: treatment(.outbound),
      keepsRecords: configuration.onUpstreamDown == .hold, options: options)
    inbound = Direction(
      name: .inbound, treatment: treatment(.inbound), keepsRecords: false, options: options)
    lastActivity = now
    connectDeadline = now + worker.shared.times.connect
  }

  /// Whether an upstream that is away is waited for.
  var holds: Bool { listener.configuration.onUpstreamDown == .hold }

  /// The one place that changes the state; see the table.
  func move(to next: State) {
    switch (state, next) {
    case (.connecting, .open), (.open, .connecting), (.open, .closing), (_, .closed): break
    default: preconditionFailure("a session cannot go from \(state) to \(next)")
    }
    precondition(state != .closed, "a closed session stays closed")
    state = next
  }

  // MARK: Sides and directions

  func socket(_ side: Side) -> StreamSocket? { side == .client ? client : upstream }

  /// The direction that reads from `side`.
  func direction(from side: Side) -> Direction { side == .client ? outbound : inbound }

  func sourceSide(of direction: Direction) -> Side { direction === outbound ? .client : .upstream }

  func sinkSide(of direction: Direction) -> Side { direction === outbound ? .upstream : .client }

  func start() {
    setOptions(of: client)
    client.onReadable = { [self] in readable(.client) }
    client.onWritable = { [self] in writable(inbound) }
    connect()
  }

  // MARK: Reading

  func readable(_ side: Side) {
    guard let socket = socket(side) else { return }
    if state == .closing { return discard(side, socket) }
    let direction = direction(from: side)
    let readBytes = worker.shared.configuration.limits.readBytes
    for _ in 0..<worker.shared.configuration.limits.readsPerEventMax {
      guard state == .open, !direction.isPaused, !direction.hasSourceEnded else { return }
      worker.input.removeAll()
      switch socket.read(into: &worker.input, upTo: readBytes) {
      case .bytes(let count):
        lastActivity = MonotonicClock.now()
        receive(direction, count)
        // A short read has emptied the kernel's buffer: the next event says when there is more.
        if count < readBytes { return }
      case .wouldBlock: return
      case .end: return sourceEnded(side, nil)
      case .failed(let error): return sourceEnded(side, error)
      }
    }
  }

  /// Takes the `count` bytes in the worker's input buffer.
  private func receive(_ direction: Direction, _ count: Int) {
    let now = lastActivity
    let sink = socket(sinkSide(of: direction))
    var verdict = StreamVerdict.proceed
    let result: Direction.Push?
    switch direction.treatment {
    case .closed:
      return beginClosing(.unmaskedDirection)
    case .passed:
      direction.counters.stream.bytesIn += UInt64(count)
      direction.counters.stream.bytesOut += UInt64(count)
      if direction.pending.isEmpty {
        result = direction.push(&worker.input, to: sink, now: now)
      } else {
        unsafe direction.pending.append(worker.input.bytes)
        result = sink.map { direction.push(to: $0, now: now) }
      }
    case .masked:
      if direction.pending.isEmpty {
        verdict =
          direction.masker?.consume(worker.input, with: worker.engine, into: &worker.output)
          ?? .proceed
        result = direction.push(&worker.output, to: sink, now: now)
        worker.output.removeAll(keepingCapacity: ProxyWorker.outputBytesKept)
      } else {
        verdict =
          direction.masker?.consume(worker.input, with: worker.engine, into: &direction.pending)
          ?? .proceed
        result = sink.map { direction.push(to: $0, now: now) }
      }
      direction.noteRecordStart(at: now)
      let faults = direction.newFaults()
      if faults > 0 { worker.noteFaults(faults, in: direction, of: self, at: now) }
    }
    if case .close(let fault) = verdict {
      reason = fault.rawValue
      afterPush(result, direction)
      return beginClosing(.fault)
    }
    afterPush(result, direction)
  }

  /// The end of what `side` sends: clean when there is no error and its socket is whole.
  private func sourceEnded(_ side: Side, _ error: SystemError?) {
    socket(side)?.stopReading()
    switch side {
    case .client: hasClientEnded = true
    case .upstream: hasUpstreamEnded = true
    }
    if let error, reason == nil { reason = error.description }
    if side == .upstream, holds, outbound.sink == .open { return upstreamLost() }
    if error != nil || broken == side {
      return beginClosing(side == .client ? .clientReset : .upstreamReset)
    }
    finishSource(direction(from: side))
  }

  /// Nothing more is read in this direction: what is left of it is masked and flushed.
  func finishSource(_ direction: Direction) {
    direction.hasSourceEnded = true
    direction.isPaused = false
    let (verdict, result) = finishMasker(direction, .clean)
    if case .close(let fault) = verdict {
      reason = fault.rawValue
      afterPush(result, direction)
      return beginClosing(.fault)
    }
    afterPush(result, direction)
  }

  func finishMasker(
    _ direction: Direction, _ ending: StreamEnding
  ) -> (StreamVerdict, Direction.Push?) {
    let now = MonotonicClock.now()
    let sink = socket(sinkSide(of: direction))
    let verdict: StreamVerdict
    let result: Direction.Push?
    if direction.pending.isEmpty {
      verdict =
        direction.masker?.finish(ending, with: worker.engine, into: &worker.output) ?? .proceed
      result = direction.push(&worker.output, to: sink, now: now)
      worker.output.removeAll(keepingCapacity: ProxyWorker.outputBytesKept)
    } else {
      verdict =
        direction.masker?.finish(ending, with: worker.engine, into: &direction.pending)
        ?? .proceed
      result = sink.map { direction.push(to: $0, now: now) }
    }
    direction.noteRecordStart(at: now)
    let faults = direction.newFaults()
    if faults > 0 { worker.noteFaults(faults, in: direction, of: self, at: now) }
    return (verdict, result)
  }

  // MARK: Writing

  private func writable(_ direction: Direction) {
    guard state != .closed, let sink = socket(sinkSide(of: direction)) else { return }
    let result = direction.push(to: sink, now: MonotonicClock.now())
    afterPush(result, direction)
  }

  func upstreamWritable() { writable(outbound) }

  /// After each write: waits for the sink, or sends the end, or lets the source go on.
  func afterPush(_ result: Direction.Push?, _ direction: Direction) {
    guard state != .closed, direction.sink != .gone else { return }
    if case .failed(let error)? = result { return sinkFailed(direction, error) }
    let sink = socket(sinkSide(of: direction))
    if direction.unsentCount > 0 {
      sink?.resumeWriting()
    } else {
      sink?.suspendWriting()
      if direction.hasSourceEnded, direction.sink == .open, let sink {
        sink.shutdownWriting()
        direction.sink = .finished
        return afterSinkFinished()
      }
    }
    adjustBackpressure(direction)
  }

  private func adjustBackpressure(_ direction: Direction) {
    guard state == .open, !direction.hasSourceEnded, broken == nil else { return }
    let limits = worker.shared.configuration.limits
    let source = socket(sourceSide(of: direction))
    if !direction.isPaused, direction.unsentCount >= limits.pendingBytesMax {
      direction.isPaused = true
      worker.totals.backpressurePauses += 1
      source?.stopReading()
    } else if direction.isPaused, direction.unsentCount <= limits.pendingBytesResume {
      direction.isPaused = false
      direction.restartRecordTime(at: MonotonicClock.now())
      source?.startReading()
    }
  }

  private func afterSinkFinished() {
    if state == .closing { return checkClosed() }
    if outbound.isDone, inbound.isDone { finish(worker.isDraining ? .drained : .finished) }
  }

  /// A write failed: the socket is dead for writing, but may hold bytes for us. They are read to their
  /// end, which follows at once, and then the session ends.
  private func sinkFailed(_ direction: Direction, _ error: SystemError) {
    let side = sinkSide(of: direction)
    if reason == nil { reason = error.description }
    socket(side)?.suspendWriting()
    if state == .closing {
      direction.abandonPending()
      return checkClosed()
    }
    guard state == .open else {
      // The client of a session that waits for its upstream.
      return finish(.clientReset)
    }
    let reverse = self.direction(from: side)
    direction.isPaused = true
    socket(sourceSide(of: direction))?.stopReading()
    let isHeld = side == .upstream && holds
    if !isHeld { direction.abandonPending() }
    if reverse.hasSourceEnded {
      if isHeld { return upstreamLost() }
      return beginClosing(side == .client ? .clientReset : .upstreamReset)
    }
    broken = side
    breakDeadline = MonotonicClock.now() + worker.shared.times.reset
  }

  // MARK: Sockets

  func setOptions(of socket: StreamSocket) {
    socket.setStreamOptions()
    if let bytes = worker.shared.configuration.limits.socketBufferBytes {
      socket.setBuffers(sendBytes: bytes, receiveBytes: bytes)
    }
  }
}

extension Direction {
  /// Nothing more will happen in this direction.
  var isDone: Bool { hasSourceEnded && sink != .open }
}
