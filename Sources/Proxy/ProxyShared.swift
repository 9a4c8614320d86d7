internal import EventLoops
internal import Synchronization
internal import Telemetry

/// The timeouts in nanoseconds, as the loops compare them.
struct SessionTimes: Sendable {
  let connect: UInt64
  let line: UInt64
  let writeStall: UInt64
  let idle: UInt64
  let halfClosed: UInt64
  let drain: UInt64
  let reset: UInt64
  let drainIdle: UInt64
  let drainFlush: UInt64
  /// An upstream connection that lasted so long begins the back-off anew.
  let backOffReset: UInt64 = BackOff.millisecondsMax * 1_000_000

  init(_ timeouts: ProxyTimeouts) {
    // Half the range at most: they are added to the clock.
    func nanoseconds(_ duration: Duration) -> UInt64 { min(duration.nanosecondsClamped, .max / 2) }
    connect = nanoseconds(timeouts.connect)
    line = nanoseconds(timeouts.line)
    writeStall = nanoseconds(timeouts.writeStall)
    idle = nanoseconds(timeouts.idle)
    halfClosed = nanoseconds(timeouts.halfClosed)
    drain = nanoseconds(timeouts.drain)
    reset = nanoseconds(timeouts.reset)
    drainIdle = nanoseconds(timeouts.drainIdle)
    drainFlush = nanoseconds(timeouts.drainFlush)
  }

  /// How often to look: a quarter of the shortest timeout, from 5 to 250 ms.
  var sweepInterval: Duration {
    let shortest =
      [connect, line, writeStall, idle, halfClosed, reset, drainIdle, drainFlush]
      .min() ?? 0
    return .nanoseconds(Int64(min(max(shortest / 4, 5_000_000), 250_000_000)))
  }
}

/// What all loops of a proxy share: constants, and a few atomic numbers that change once per session.
final class ProxyShared: Sendable {
  let configuration: ProxyConfiguration
  let times: SessionTimes
  let sweepInterval: Duration
  let log: EventLog
  let resolver = Resolver()
  let seed: UInt64
  let loopCount: Int
  /// Sessions at a time.
  let sessionsMax: Int
  /// Sessions, with those on their way to their worker.
  let active = Atomic(0)
  let refused = Atomic<UInt64>(0)
  let exhausted = Atomic<UInt64>(0)
  /// Sessions that ended with records unsent, or were stopped, since the drain began.
  let cutOff = Atomic<UInt64>(0)
  let openListeners = Atomic(0)
  let isDraining = Atomic(false)
  /// A second signal came.
  let isHurried = Atomic(false)
  /// Opens when it drains, nobody listens and no session is left.
  let stopped = Latch()

  init(
    _ configuration: ProxyConfiguration, log: EventLog, loopCount: Int, sessionsMax: Int
  ) {
    self.sessionsMax = sessionsMax
    self.configuration = configuration
    self.log = log
    self.loopCount = loopCount
    times = SessionTimes(configuration.timeouts)
    sweepInterval = times.sweepInterval
    seed = configuration.seed ?? ProcessLimits.randomSeed()
  }

  /// Makes room for one more session; false at `sessionsMax`.
  func admit() -> Bool {
    let before = active.add(1, ordering: .acquiringAndReleasing).oldValue
    if before < sessionsMax { return true }
    active.subtract(1, ordering: .acquiringAndReleasing)
    refused.add(1, ordering: .relaxed)
    return false
  }

  func sessionGone() {
    active.subtract(1, ordering: .acquiringAndReleasing)
    checkStopped()
  }

  func listenerGone() {
    openListeners.subtract(1, ordering: .acquiringAndReleasing)
    checkStopped()
  }

  func noteCutOff() {
    if isDraining.load(ordering: .acquiring) { cutOff.add(1, ordering: .relaxed) }
  }

  /// In this order: a listener that is open can still admit.
  func checkStopped() {
    if isDraining.load(ordering: .acquiring), openListeners.load(ordering: .acquiring) == 0,
      active.load(ordering: .acquiring) == 0
    {
      stopped.open()
    }
  }
}

/// What all loops share about one listener.
final class ListenerState: Sendable {
  let configuration: ListenerConfiguration
  private let isUpstreamDown = Atomic(false)

  init(_ configuration: ListenerConfiguration) { self.configuration = configuration }

  /// Logs the change, not each attempt.
  func noteDown(_ reason: String, _ log: EventLog) {
    guard !isUpstreamDown.exchange(true, ordering: .relaxed) else { return }
    log(.warning, "upstreamDown", fields + [("error", .reason(reason))])
  }

  func noteUp(_ log: EventLog) {
    guard isUpstreamDown.load(ordering: .relaxed),
      isUpstreamDown.exchange(false, ordering: .relaxed)
    else { return }
    log(.info, "upstreamUp", fields)
  }

  private var fields: [(String, EventLog.Value)] {
    [
      ("listener", .configured(configuration.name)),
      ("upstream", .configured(configuration.upstream.description)),
    ]
  }
}
