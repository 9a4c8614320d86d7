public import EventLoops
public import Masking
internal import Synchronization
public import Telemetry

/// The sidecar: listeners, loops and the sessions on them.
///
/// Thread-safe; `counters`, `start`, `drain` and `stop` may be called from any thread but a loop's.
public final class ProxyServer: Sendable {
  private let shared: ProxyShared
  private let group: EventLoopGroup
  private let workers: [ProxyWorker]
  private let acceptors = Mutex<[Acceptor]>([])

  /// A proxy that does not listen yet.
  ///
  /// - Throws: `ProxyStartError` when there is not enough memory for the sessions that were asked for,
  ///   or no descriptor for the loops.
  public init(
    configuration: ProxyConfiguration, policy: MaskPolicy, log: EventLog
  ) throws(ProxyStartError) {
    let sessionsMax = try MemoryBound(configuration).sessionsMax(
      asked: configuration.limits.sessionsMax, limit: configuration.memoryBytesMax)
    let group: EventLoopGroup
    do throws(SystemError) {
      group = try EventLoopGroup(count: configuration.loopCount)
    } catch {
      throw .loops(error)
    }
    let shared = ProxyShared(
      configuration, log: log, loopCount: group.loops.count, sessionsMax: sessionsMax)
    self.group = group
    self.shared = shared
    workers = group.loops.map { loop in
      loop.runAndWait { ProxyWorker(loop: loop, shared: shared, policy: policy) }
    }
  }

  /// Binds all listeners, then accepts: either all listen or none.
  ///
  /// - Returns: the bound addresses, in the order of the configuration.
  /// - Throws: `ProxyStartError`.
  public func start() throws(ProxyStartError) -> [SocketAddress] {
    try shared.configuration.validate()
    var bound: [Acceptor] = []
    for (index, listener) in shared.configuration.listeners.enumerated() {
      let loop = group.loops[index % group.loops.count]
      do throws(ListenError) {
        let socket = try ListeningSocket(listener.listen)
        bound.append(
          Acceptor(
            ListenerState(listener), socket, on: loop, workers: workers, shared: shared))
      } catch {
        for acceptor in bound { acceptor.discard() }
        throw .listen(listener: listener.name, endpoint: listener.listen, error)
      }
    }
    shared.openListeners.add(bound.count, ordering: .acquiringAndReleasing)
    for acceptor in bound { acceptor.run() }
    let started = bound
    acceptors.withLock { $0 = started }
    warnOfLimits()
    return bound.map(\.address)
  }

  /// Masks with `policy` from the next read on. A record whose first part came before is masked whole
  /// by the new one.
  public func replacePolicy(_ policy: MaskPolicy) {
    for worker in workers { worker.loop.runAndWait { worker.replaceEngine(policy) } }
  }

  /// Stops listening and lets open sessions end; see `ProxyTimeouts.drain`. Returns at once.
  public func drain() {
    guard !shared.isDraining.exchange(true, ordering: .acquiringAndReleasing) else { return }
    let now = MonotonicClock.now()
    let deadline = now + shared.times.drain
    shared.log(
      .info, "draining",
      [("sessions", .count(UInt64(max(0, shared.active.load(ordering: .acquiring)))))])
    // Workers first: whatever an acceptor still takes arrives in a worker that drains.
    for worker in workers {
      worker.loop.run { worker.beginDrain(since: now, deadline: deadline) }
    }
    for acceptor in acceptors.withLock({ $0 }) { acceptor.end() }
    shared.checkStopped()
  }

  /// Closes everything now; what was pending is counted as unsent. Returns when every session has been
  /// told.
  public func stop() {
    drain()
    for worker in workers { worker.loop.runAndWait { worker.stop() } }
  }

  /// Waits until the drain is over.
  ///
  /// - Returns: false when `limit` was over first.
  public func waitUntilStopped(_ limit: Duration) -> Bool { shared.stopped.wait(limit) }

  /// All counters now, collected from the loops.
  public var counters: ProxyCounters {
    var counters = ProxyCounters()
    for worker in workers { counters += worker.loop.runAndWait { worker.snapshot() } }
    counters.sessionsRefused = shared.refused.load(ordering: .relaxed)
    counters.descriptorsExhausted = shared.exhausted.load(ordering: .relaxed)
    return counters
  }

  /// Whether records were left unsent, or sessions stopped, since the drain began.
  public var wasCutOff: Bool { shared.cutOff.load(ordering: .acquiring) > 0 }

  private func warnOfLimits() {
    if shared.configuration.limits.sessionsMax == nil,
      shared.sessionsMax < ProxyLimits.sessionsMaxDefault
    {
      shared.log(
        .warning, "sessionsMaxLowered",
        [
          ("sessionsMax", .count(UInt64(shared.sessionsMax))),
          ("memoryLimit", .count(UInt64(shared.configuration.memoryBytesMax ?? 0))),
          ("remedy", .word("raise the memory limit or lower lineBytesMax")),
        ])
    }
    guard let limit = try? ProcessLimits.descriptorsMax() else { return }
    let needed = shared.sessionsMax * 2 + 32
    guard limit < needed else { return }
    shared.log(
      .warning, "descriptorLimitLow",
      [
        ("limit", .count(UInt64(limit))), ("needed", .count(UInt64(needed))),
        ("remedy", .word("raise the limit of open files or lower sessionsMax")),
      ])
  }
}

// MARK: As a command

/// How the proxy ended; the raw value is the exit code.
public enum ProxyExit: Int32, Sendable {
  /// All sessions ended, and everything forwarded was delivered to the kernel.
  case drained = 0
  /// Cut off by a second signal, or records were left unsent; the log says how many.
  case cutOff = 1
}

extension ProxyServer {
  /// Runs until SIGTERM or SIGINT has been answered: the whole life of `maskline proxy`.
  ///
  /// The first signal drains, a second one ends at once. SIGPIPE is ignored and core dumps are off, as
  /// they would hold records. Blocks the calling thread.
  ///
  /// - Throws: `ProxyStartError` before anything listens.
  public static func run(
    configuration: ProxyConfiguration, policy: MaskPolicy, log: EventLog
  ) throws(ProxyStartError) -> ProxyExit {
    BlockingStreams.ignoreBrokenPipes()
    try? ProcessLimits.disableCoreDumps()
    let server = try ProxyServer(configuration: configuration, policy: policy, log: log)
    let watcher = SignalWatcher(
      [SignalWatcher.terminate, SignalWatcher.interrupt], on: server.group.loops[0]
    ) { _ in server.signalled() }
    defer { watcher.cancel() }
    _ = try server.start()
    ProcessLimits.releaseProgramPages()
    server.shared.stopped.wait()
    if server.shared.isHurried.load(ordering: .acquiring) { server.stop() }
    let exit: ProxyExit = server.wasCutOff ? .cutOff : .drained
    server.logExit(exit)
    return exit
  }

  private func signalled() {
    if shared.isDraining.load(ordering: .acquiring) {
      shared.isHurried.store(true, ordering: .releasing)
      shared.stopped.open()
    } else {
      drain()
    }
  }

  /// The last line of the log: what came, what went on, what was lost on the way.
  private func logExit(_ exit: ProxyExit) {
    let counters = self.counters
    func sum(_ value: (DirectionCounters) -> UInt64) -> EventLog.Value {
      .count(value(counters.outbound) + value(counters.inbound))
    }
    shared.log(
      exit == .drained ? .info : .warning, "exit",
      [
        ("code", .count(UInt64(exit.rawValue))),
        ("sessionsAccepted", .count(counters.sessionsAccepted)),
        ("sessionsRefused", .count(counters.sessionsRefused)),
        ("sessionsStopped", .count(counters[.stopped])),
        ("recordsIn", sum { $0.stream.recordsIn }),
        ("recordsForwarded", sum { $0.stream.recordsForwarded }),
        ("recordsWithheld", sum { $0.stream.recordsWithheld }),
        ("recordsDropped", sum { $0.stream.recordsDropped }),
        ("unsentRecords", sum { $0.unsentRecords }),
        ("unsentBytes", sum { $0.unsentBytes }),
        ("kernelQueueBytes", sum { $0.kernelQueueBytes }),
      ])
  }
}
