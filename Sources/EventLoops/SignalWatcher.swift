internal import CPlatform
internal import Dispatch
internal import Synchronization

/// Calls back, on a loop, for each signal of the given ones that the process receives.
public final class SignalWatcher: Sendable {
  /// The request of Kubernetes and of `kill` to end.
  public static let terminate: Int32 = 15
  /// Control-C.
  public static let interrupt: Int32 = 2

  private let sources: Mutex<[Int32: Handle]>

  /// A source, moved between threads. @unchecked: only created and cancelled, both thread-safe calls.
  private struct Handle: @unchecked Sendable { let source: any DispatchSourceSignal }

  /// Watches until `cancel()`. `body` is called on `loop` with the signal's number.
  public init(
    _ signals: [Int32], on loop: EventLoop, _ body: @escaping @Sendable (Int32) -> Void
  ) {
    var handles: [Int32: Handle] = [:]
    for signal in signals {
      // Blocked here, so that the signal can only arrive at the source, never end the process.
      _ = CPlatform_block_signal(signal)
      let source = DispatchSource.makeSignalSource(signal: signal, queue: loop.queue)
      source.setEventHandler { @Sendable in body(signal) }
      source.activate()
      handles[signal] = Handle(source: source)
    }
    sources = Mutex(handles)
  }

  deinit { cancel() }

  /// Stops watching.
  public func cancel() {
    sources.withLock { handles in
      for handle in handles.values { handle.source.cancel() }
      handles = [:]
    }
  }
}
