/// Sent anywhere, opened only on its loop.
public final class LoopBound<Value>: @unchecked Sendable {
  // @unchecked: every access checks that it is on the loop.
  private let loop: EventLoop
  private let stored: Value

  /// Binds `value` to the loop that it was made on.
  public init(_ value: Value, on loop: EventLoop) {
    loop.preconditionOnLoop()
    self.loop = loop
    stored = value
  }

  /// The value; traps off the loop.
  public var value: Value {
    loop.preconditionOnLoop()
    return stored
  }
}
