internal import Bytes
internal import EventLoops
internal import Masking
internal import Synchronization
internal import Telemetry

/// The sessions of one loop, with what they share: an engine, a read buffer, an output buffer, one
/// timer and the counters.
///
/// @unchecked Sendable: `loop`, `shared` and `active` never change; every other member is touched on
/// the loop only, which the entry points check.
final class ProxyWorker: @unchecked Sendable {
  /// The output buffer keeps at most so much memory between events.
  static let outputBytesKept = 1 << 20

  let loop: EventLoop
  let shared: ProxyShared
  /// Sessions of this worker, with those on their way to it; for the acceptor's choice.
  let active = Atomic(0)

  var engine: MaskingEngine
  var input = ByteBuffer()
  var output = ByteBuffer()
  var totals = ProxyCounters()
  var random: SeededRandom
  private(set) var isDraining = false
  private(set) var drainSince: UInt64 = 0
  private(set) var drainDeadline = UInt64.max
  private var sessions: [UInt64: Session] = [:]
  private var nextID: UInt64
  private var timer: LoopTimer?
  private var faultRate = LogRate(intervalNanoseconds: 1_000_000_000)
  private var closeRate = LogRate(intervalNanoseconds: 20_000_000)

  /// Made on its loop: the engine belongs to it.
  init(loop: EventLoop, shared: ProxyShared, policy: MaskPolicy) {
    loop.preconditionOnLoop()
    self.loop = loop
    self.shared = shared
    engine = MaskingEngine(policy: policy)
    random = SeededRandom(seed: shared.seed &+ UInt64(loop.index))
    nextID = UInt64(loop.index)
  }

  /// Takes a connection that was accepted.
  func adopt(_ number: Int32, from listener: ListenerState) {
    loop.preconditionOnLoop()
    let now = MonotonicClock.now()
    let client = StreamSocket(owning: number, on: loop)
    let session = Session(id: nextID, client: client, listener: listener, worker: self, now: now)
    nextID += UInt64(shared.loopCount)
    sessions[session.id] = session
    totals.sessionsAccepted += 1
    let timer =
      self.timer
      ?? LoopTimer(on: loop, every: shared.sweepInterval) { [weak self] in
        self?.sweep()
      }
    self.timer = timer
    timer.start()
    session.start()
  }

  /// A session whose sockets are closed.
  func remove(_ session: Session) {
    guard sessions.removeValue(forKey: session.id) != nil else { return }
    active.subtract(1, ordering: .relaxed)
    if sessions.isEmpty {
      timer?.stop()
      input = ByteBuffer()
      output = ByteBuffer()
    }
    shared.sessionGone()
  }

  private func sweep() {
    let now = MonotonicClock.now()
    // A copy: sessions leave while it goes on.
    for session in Array(sessions.values) { session.sweep(now) }
  }

  // MARK: Ending

  func beginDrain(since now: UInt64, deadline: UInt64) {
    loop.preconditionOnLoop()
    isDraining = true
    drainSince = now
    drainDeadline = deadline
  }

  func stop() {
    loop.preconditionOnLoop()
    for session in Array(sessions.values) { session.finish(.stopped) }
  }

  func replaceEngine(_ policy: MaskPolicy) {
    loop.preconditionOnLoop()
    engine = MaskingEngine(policy: policy)
  }

  // MARK: Accounts

  /// Everything so far, with the sessions that are open.
  func snapshot() -> ProxyCounters {
    loop.preconditionOnLoop()
    var counters = totals
    counters.sessionsActive = UInt64(sessions.count)
    for session in sessions.values where session.state != .closed {
      counters.outbound += session.outbound.totals
      counters.inbound += session.inbound.totals
    }
    return counters
  }

  func account(for session: Session, _ why: SessionEnd) {
    let outbound = session.outbound.totals
    let inbound = session.inbound.totals
    totals[why] += 1
    totals.outbound += outbound
    totals.inbound += inbound
    if outbound.unsentRecords > 0 || inbound.unsentRecords > 0 || why == .stopped {
      shared.noteCutOff()
    }
    let level: EventLog.Level =
      switch why {
      case .finished, .drained: .debug
      case .unmaskedDirection, .upstreamDown, .fault: .warning
      default: .info
      }
    guard level == .debug || closeRate.note(at: MonotonicClock.now()) != nil else { return }
    shared.log(level, "sessionClosed", fields(of: session, why, outbound, inbound))
  }

  private func fields(
    of session: Session, _ why: SessionEnd, _ outbound: DirectionCounters,
    _ inbound: DirectionCounters
  ) -> [(String, EventLog.Value)] {
    var fields: [(String, EventLog.Value)] = [
      ("listener", .configured(session.listener.configuration.name)),
      ("session", .count(session.id)), ("reason", .word(why.rawValue)),
      ("recordsIn", .count(outbound.stream.recordsIn + inbound.stream.recordsIn)),
      (
        "recordsForwarded",
        .count(outbound.stream.recordsForwarded + inbound.stream.recordsForwarded)
      ),
      ("unsentRecords", .count(outbound.unsentRecords + inbound.unsentRecords)),
      ("kernelQueueBytes", .count(outbound.kernelQueueBytes + inbound.kernelQueueBytes)),
    ]
    if let reason = session.reason { fields.append(("error", .reason(reason))) }
    if let remedy = why.remedy { fields.append(("remedy", .word(remedy))) }
    return fields
  }

  /// At most one line a second: how many records were withheld or dropped since the last line, and
  /// where the last of them was and why.
  func noteFaults(_ count: UInt64, in direction: Direction, of session: Session, at now: UInt64) {
    let notes = direction.masker?.notes.take() ?? []
    guard let count = faultRate.note(count, at: now) else { return }
    var fields: [(String, EventLog.Value)] = [
      ("listener", .configured(session.listener.configuration.name)),
      ("session", .count(session.id)), ("direction", .word(direction.name.rawValue)),
      ("records", .count(count)),
    ]
    // A value that was masked whole is noted, too, and its record forwarded.
    let stream = direction.totals.stream
    let last = notes.last {
      stream.withheld[$0.reason.ordinal] + stream.droppedByFault[$0.reason.ordinal] > 0
    }
    if let last {
      fields += [
        ("record", .count(last.record)), ("byteOffset", .count(last.byteOffset)),
        ("reason", .word(last.reason.rawValue)),
      ]
      if let kind = last.kind { fields.append(("kind", .word(kind.rawValue))) }
    }
    shared.log(.warning, "withheld", fields)
  }
}
