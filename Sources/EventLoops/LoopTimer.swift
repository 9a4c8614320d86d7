internal import Dispatch

/// A repeating timer of one loop: the one coarse timer that all timeouts of the loop are read from.
///
/// Not Sendable: made and used on its loop. Letting it go cancels it.
public final class LoopTimer {
  private let loop: EventLoop
  private let source: any DispatchSourceTimer
  private var isRunning = false
  private var isCancelled = false

  /// A timer that does not run yet. `body` is called on the loop.
  public init(on loop: EventLoop, every interval: Duration, _ body: @escaping () -> Void) {
    loop.preconditionOnLoop()
    self.loop = loop
    source = DispatchSource.makeTimerSource(queue: loop.queue)
    let nanoseconds = Int(clamping: max(1_000_000, interval.nanosecondsClamped))
    source.schedule(
      deadline: .now() + .nanoseconds(nanoseconds), repeating: .nanoseconds(nanoseconds),
      leeway: .nanoseconds(nanoseconds / 8))
    source.setEventHandler(handler: body)
    source.suspend()
    source.activate()
  }

  deinit {
    // Both calls may be made on any thread, and nobody else holds the timer any more.
    if !isCancelled { source.cancel() }
    if !isCancelled, !isRunning { source.resume() }
  }

  /// Lets it run; harmless when it does.
  public func start() {
    loop.preconditionOnLoop()
    guard !isRunning, !isCancelled else { return }
    isRunning = true
    source.resume()
  }

  /// Lets it rest, so that an idle loop does not wake up; harmless when it does.
  public func stop() {
    loop.preconditionOnLoop()
    guard isRunning, !isCancelled else { return }
    isRunning = false
    source.suspend()
  }

  /// Ends it for good.
  public func cancel() {
    loop.preconditionOnLoop()
    guard !isCancelled else { return }
    isCancelled = true
    source.cancel()
    // A source that is let go while suspended crashes, and cancels only when it runs.
    if !isRunning { source.resume() }
  }
}
