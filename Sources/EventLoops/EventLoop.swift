internal import CPlatform
internal import Dispatch
internal import Synchronization

/// One serial queue and one set of descriptors: everything that belongs to a loop is made, used and
/// let go on it, so that nothing on it needs a lock. The only type that names a queue.
///
/// libdispatch watches one descriptor per loop, the epoll set, with one source for the loop's whole
/// life; the sockets are in the set. (With a source per socket every event goes over libdispatch's
/// manager thread to another one, and its table of descriptors has faults under churn.)
///
/// ```
///                the source fires
///     resting ──────────────────────► turn ── nothing more, and not steady ──► resting
///   (the source                       │  ▲
///    watches the set)    a job waits, │  │ its place in the queue comes
///                    or the turn was  ▼  │
///                        long enough  queued      (the source is suspended)
/// ```
///
/// A turn takes events until there are none. While traffic is steady, that is while the next event
/// comes within `stayMilliseconds`, it waits for it in the kernel instead of going to rest: the next
/// event then finds this thread waiting, with no other thread between. It uses no processor time
/// while it waits. Jobs from `run` end the wait; timers do not, and are late by `turnNanosecondsMax`
/// and one wait at most.
public final class EventLoop: @unchecked Sendable {
  // @unchecked: `index`, `queue` and `poller` never change, `jobsWaiting` and `isWaiting` are atomic,
  // the poller and all else are touched on the queue only.

  /// How long a turn waits for the next event, and how soon it must have come before.
  private static let stayMilliseconds: Int32 = 1
  private static let steadyNanosecondsMax: UInt64 = 1_000_000
  /// After so long, the jobs of the queue have their turn.
  private static let turnNanosecondsMax: UInt64 = 1_000_000

  /// The place of the loop in its group.
  public let index: Int
  let queue: DispatchQueue
  let poller: Poller
  private let source: any DispatchSourceRead
  /// Jobs of `run` that have not begun.
  private let jobsWaiting = Atomic(0)
  /// Whether the loop waits in the kernel, and has to be woken for a job.
  private let isWaiting = Atomic(false)
  /// Whether the last events came soon after those before them.
  private var isSteady = false
  /// When the last events had been handled.
  private var lastEnd: UInt64 = 0

  /// - Throws: `SystemError` when there is no descriptor left for it.
  init(index: Int) throws(SystemError) {
    self.index = index
    queue = DispatchQueue(label: "maskline.loop.\(index)")
    let poller = try Poller()
    self.poller = poller
    source = DispatchSource.makeReadSource(fileDescriptor: poller.number, queue: queue)
    source.setEventHandler { [weak self] in self?.sourceFired() }
    // The set is closed after the source has let go of it.
    source.setCancelHandler { withExtendedLifetime(poller) {} }
    source.activate()
  }

  // Never while the source is suspended: then a turn is queued, and holds the loop.
  deinit { source.cancel() }

  /// Traps unless it runs on this loop.
  @inline(__always)
  public func preconditionOnLoop() { dispatchPrecondition(condition: .onQueue(queue)) }

  // MARK: Jobs

  /// Runs `body` on the loop, later. May be called from anywhere.
  public func run(_ body: @escaping @Sendable () -> Void) {
    jobsWaiting.add(1, ordering: .sequentiallyConsistent)
    queue.async { [self] in
      jobsWaiting.subtract(1, ordering: .sequentiallyConsistent)
      body()
    }
    wakeForJob()
  }

  /// Runs `body` on the loop and waits for its result. Never from a loop: two loops that wait for
  /// each other stand still for ever.
  public func runAndWait<R: Sendable>(_ body: @Sendable () -> R) -> R {
    dispatchPrecondition(condition: .notOnQueue(queue))
    jobsWaiting.add(1, ordering: .sequentiallyConsistent)
    wakeForJob()
    return queue.sync {
      jobsWaiting.subtract(1, ordering: .sequentiallyConsistent)
      return body()
    }
  }

  /// Runs `body` on this loop after `delay`. Only from the loop itself. Cannot be taken back: `body`
  /// looks first whether it is still wanted.
  public func runAfter(_ delay: Duration, _ body: @escaping () -> Void) {
    preconditionOnLoop()
    let job = LoopJob(body)
    let nanoseconds = Int(clamping: delay.nanosecondsClamped)
    queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { job.body() }
  }

  /// The counter goes up before `isWaiting` is looked at, and `isWaiting` is set before the counter
  /// is looked at: one of the two sees the other.
  private func wakeForJob() {
    if isWaiting.load(ordering: .sequentiallyConsistent) { poller.wake() }
  }

  // MARK: Turns

  private func sourceFired() {
    isSteady = false
    guard turn() else { return }
    source.suspend()
    enqueueTurn()
  }

  private func enqueueTurn() {
    queue.async { [self] in
      if turn() { enqueueTurn() } else { source.resume() }
    }
  }

  /// Takes events; see the type's comment.
  ///
  /// - Returns: whether there is to be another turn, after what waits in the queue.
  private func turn() -> Bool {
    let start = MonotonicClock.now()
    while true {
      let count = isSteady ? waitForEvents() : poller.wait(milliseconds: 0)
      let arrival = MonotonicClock.now()
      let told = poller.tellOwners(count)
      let end = told > 0 ? MonotonicClock.now() : arrival
      if told > 0 {
        // What came while the last events were handled came soon enough.
        isSteady = arrival - lastEnd <= Self.steadyNanosecondsMax
        lastEnd = end
      }
      if jobsWaiting.load(ordering: .sequentiallyConsistent) > 0 { return true }
      if told == 0 { return false }
      if end - start >= Self.turnNanosecondsMax { return true }
    }
  }

  /// Waits a moment, unless there are jobs. (Looking again and again for some microseconds before it
  /// sleeps was measured: it takes nothing off the median, and takes a core from others.)
  private func waitForEvents() -> Int {
    isWaiting.store(true, ordering: .sequentiallyConsistent)
    let hasJobs = jobsWaiting.load(ordering: .sequentiallyConsistent) > 0
    let count = poller.wait(milliseconds: hasJobs ? 0 : Self.stayMilliseconds)
    isWaiting.store(false, ordering: .relaxed)
    return count
  }
}

/// A body formed on a loop. @unchecked: both makers check the loop, and it runs on the same one.
private final class LoopJob: @unchecked Sendable {
  let body: () -> Void
  init(_ body: @escaping () -> Void) { self.body = body }
}

/// As many loops as the process has cores.
public struct EventLoopGroup: Sendable {
  /// The loops, at least one.
  public let loops: [EventLoop]

  /// A group of `count` loops; nil for one per core that this process may use.
  ///
  /// - Throws: `SystemError` when there are no descriptors left for them.
  public init(count: Int? = nil) throws(SystemError) {
    var loops: [EventLoop] = []
    for index in 0..<max(1, count ?? Self.coreCount) { loops.append(try EventLoop(index: index)) }
    self.loops = loops
    // The kernel's timer behind all later ones is made with the first. It must not be made in the
    // hour when there are no descriptors left: then no timer would ever fire.
    let ready = Latch()
    loops[0].queue.asyncAfter(deadline: .now() + .microseconds(1)) { ready.open() }
    _ = ready.wait(.seconds(5))
  }

  /// The cores that this process may run on.
  public static var coreCount: Int { Int(CPlatform_cpu_count()) }
}

/// A door that opens once; any number of threads may wait before it.
public final class Latch: Sendable {
  private let group = DispatchGroup()
  private let once = OnceFlag()

  /// A closed door.
  public init() { group.enter() }

  /// Opens it; again is harmless.
  public func open() { if once.set() { group.leave() } }

  /// Waits until it is open.
  public func wait() { group.wait() }

  /// Waits until it is open, but no longer than `limit`.
  ///
  /// - Returns: whether it is open.
  public func wait(_ limit: Duration) -> Bool {
    let nanoseconds = Int(clamping: limit.nanosecondsClamped)
    return group.wait(timeout: .now() + .nanoseconds(nanoseconds)) == .success
  }
}
