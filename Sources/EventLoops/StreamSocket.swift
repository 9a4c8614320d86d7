public import Bytes
internal import CPlatform

// Unsafe code here hands the kernel a buffer together with its own length; the pointer does not
// outlive the call.

/// A connected (or connecting) stream socket of one loop.
///
/// ```
///            connecting         startReading/stopReading      close()
///   made ───────────────► open ◄────────────────────────► ... ───────► closed
///                          resumeWriting/suspendWriting
///                          (suspended unless bytes are pending)
/// ```
///
/// Both calls come again and again while there is a reason for them: a handler may leave bytes
/// unread. A reset and a hang-up are reasons for whichever call is wanted; the read or the write then
/// says what it was. When neither is wanted, they wait for the first that is.
///
/// Not Sendable. `close` must be called before it is let go.
public final class StreamSocket {
  /// Called while reading is wanted and a read may give something, the end or an error.
  public var onReadable: (() -> Void)?
  /// Called while writing is resumed and a write may take something, or fail.
  public var onWritable: (() -> Void)?

  private let loop: EventLoop
  private let number: Int32
  /// Nil once it is closed.
  private var watch: Watch?

  /// Takes a connected descriptor that is non-blocking.
  public init(owning number: Int32, on loop: EventLoop) {
    loop.preconditionOnLoop()
    self.loop = loop
    self.number = number
    // The watch holds the socket until `close` breaks the circle.
    watch = Watch(number, on: loop) { [self] in ready($0) }
  }

  deinit { precondition(watch == nil, "a socket was let go before it was closed") }

  private func ready(_ readiness: Readiness) {
    if readiness.contains(.read) { onReadable?() }
    // The first handler may have closed the socket, or written what was pending.
    if readiness.contains(.write), watch?.wants(.write) == true { onWritable?() }
  }

  /// Begins to connect.
  ///
  /// - Returns: the socket, and whether it is connected already. If not, it is when it becomes
  ///   writable and `pendingError` is nil.
  /// - Throws: `SystemError` of `socket` or `connect`.
  public static func connecting(
    to address: SocketAddress, on loop: EventLoop
  ) throws(SystemError) -> (socket: StreamSocket, isConnected: Bool) {
    var raw = address.raw
    let number = try plainSystemCall("socket") { unsafe CPlatform_socket(&raw) }
    do throws(SystemError) {
      // A full backlog of a Unix socket is EAGAIN, and nothing would ever say when to go on: the
      // funnel's nil is an error here, and the caller tries again later.
      try plainSystemCall("connect") { unsafe CPlatform_connect(number, &raw) }
      return (StreamSocket(owning: number, on: loop), true)
    } catch {
      if error.code == Errno.inProgress {
        return (StreamSocket(owning: number, on: loop), false)
      }
      FileDescriptor.close(number)
      throw error
    }
  }

  /// The error that the kernel holds for the socket, which this takes away; nil when there is none.
  public func pendingError(of call: StaticString) -> SystemError? {
    let result = CPlatform_socket_error(number)
    return result < 0 ? SystemError(code: -result, call: call) : nil
  }

  /// Sends small records at once, and notices a peer that vanished without a word within about two
  /// minutes. Nothing to do for a Unix socket.
  public func setStreamOptions() {
    // Refused by Unix sockets, and harmless where refused.
    _ = CPlatform_set_no_delay(number)
    _ = CPlatform_set_keepalive(number, 60, 10, 6)
  }

  /// Sets the kernel's buffers, which it then no longer grows by itself.
  public func setBuffers(sendBytes: Int, receiveBytes: Int) {
    _ = CPlatform_set_buffer_bytes(number, Int32(sendBytes), Int32(receiveBytes))
  }

  // MARK: Reading

  /// Wants `onReadable` calls; harmless when it does already.
  public func startReading() { want(.read, true) }

  /// Wants no more `onReadable` calls, until `startReading`; harmless when it wants none.
  public func stopReading() { want(.read, false) }

  private func want(_ readiness: Readiness, _ isWanted: Bool) {
    loop.preconditionOnLoop()
    watch?.want(readiness, isWanted)
  }

  /// Appends at most `count` bytes to `buffer`.
  public func read(into buffer: inout ByteBuffer, upTo count: Int) -> ReadOutcome {
    loop.preconditionOnLoop()
    guard watch != nil else { return .end }
    return readOnce(number, into: &buffer, upTo: count)
  }

  // MARK: Writing

  /// Wants `onWritable` calls: bytes are pending. Harmless when it does already.
  public func resumeWriting() { want(.write, true) }

  /// Nothing is pending.
  public func suspendWriting() { want(.write, false) }

  /// Writes the bytes of `buffer` from `start` on, as many as the kernel takes at once.
  public func write(_ buffer: borrowing ByteBuffer, from start: Int) -> WriteOutcome {
    loop.preconditionOnLoop()
    guard watch != nil else {
      return .failed(SystemError(code: Errno.brokenPipe, call: "send"))
    }
    do throws(SystemError) {
      let taken = try systemCall("send") {
        let bytes = unsafe UnsafeBufferPointer(rebasing: buffer.bytes[start...])
        return unsafe CPlatform_send(number, bytes.baseAddress, bytes.count)
      }
      return taken.map { .bytes($0) } ?? .wouldBlock
    } catch {
      return .failed(error)
    }
  }

  /// Sends the end of the stream (FIN); reading goes on. An error means that the peer is gone, which
  /// the next read says, too.
  public func shutdownWriting() {
    loop.preconditionOnLoop()
    guard watch != nil else { return }
    _ = CPlatform_shutdown_write(number)
  }

  /// Bytes that the kernel has taken and the peer has not acknowledged.
  public var sendQueueBytes: Int {
    guard watch != nil else { return 0 }
    return max(0, Int(CPlatform_send_queue_bytes(number)))
  }

  // MARK: Closing

  /// Closes. Once only.
  ///
  /// - Parameter reset: whether the peer gets a reset instead of an end of the stream; what the
  ///   kernel has not sent is then thrown away.
  public func close(reset: Bool) {
    loop.preconditionOnLoop()
    guard let watch else { preconditionFailure("a socket is closed once") }
    self.watch = nil
    onReadable = nil
    onWritable = nil
    watch.end()
    if reset { _ = CPlatform_set_reset_on_close(number) }
    FileDescriptor.close(number)
  }

  /// Closes a descriptor that never became a socket of a loop, with a reset.
  public static func refuse(_ number: Int32) {
    _ = CPlatform_set_reset_on_close(number)
    FileDescriptor.close(number)
  }
}

/// A descriptor kept for the hour when there are no others: it is given up to accept a connection,
/// and that connection is closed to get it back.
public struct ReserveDescriptor: ~Copyable {
  private var number: Int32 = -1

  /// Takes one, if there is one.
  public init() { take() }

  deinit { if number >= 0 { FileDescriptor.close(number) } }

  /// Runs `body` with one descriptor more than before, then takes it back.
  public mutating func withOneMore(_ body: () -> Void) {
    if number >= 0 { FileDescriptor.close(number) }
    number = -1
    body()
    take()
  }

  private mutating func take() {
    let result = CPlatform_open_reserve()
    if result >= 0 { number = result }
  }
}
