internal import CPlatform
internal import Dispatch

/// One serial queue: everything that belongs to a loop is made, used and let go on it, so that
/// nothing on it needs a lock. The only type that names a queue.
public struct EventLoop: Sendable {
  /// The place of the loop in its group.
  public let index: Int
  let queue: DispatchQueue

  init(index: Int) {
    self.index = index
    queue = DispatchQueue(label: "maskline.loop.\(index)")
  }

  /// Traps unless it runs on this loop.
  @inline(__always)
  public func preconditionOnLoop() { dispatchPrecondition(condition: .onQueue(queue)) }

  /// Runs `body` on the loop, later. May be called from anywhere.
  public func run(_ body: @escaping @Sendable () -> Void) { queue.async(execute: body) }

  /// Runs `body` on the loop and waits for its result. Never from a loop: two loops that wait for
  /// each other stand still for ever.
  public func runAndWait<R: Sendable>(_ body: @Sendable () -> R) -> R {
    dispatchPrecondition(condition: .notOnQueue(queue))
    return queue.sync(execute: body)
  }

  /// Runs `body` later on this loop, after what is already waiting. Only from the loop itself, so
  /// that what `body` holds never leaves it.
  public func runLater(_ body: @escaping () -> Void) {
    preconditionOnLoop()
    let job = LoopJob(body)
    queue.async { job.body() }
  }

  /// Runs `body` on this loop after `delay`. Only from the loop itself. Cannot be taken back: `body`
  /// looks first whether it is still wanted.
  public func runAfter(_ delay: Duration, _ body: @escaping () -> Void) {
    preconditionOnLoop()
    let job = LoopJob(body)
    let nanoseconds = Int(clamping: delay.nanosecondsClamped)
    queue.asyncAfter(deadline: .now() + .nanoseconds(nanoseconds)) { job.body() }
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
  public init(count: Int? = nil) {
    let loops = (0..<max(1, count ?? Self.coreCount)).map { EventLoop(index: $0) }
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
