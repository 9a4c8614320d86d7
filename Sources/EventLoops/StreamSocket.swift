public import Bytes
internal import CPlatform
internal import Dispatch

// Unsafe code here hands the kernel a buffer together with its own length; the pointer does not
// outlive the call.

/// A connected (or connecting) stream socket of one loop, with its read and its write source.
///
/// ```
///            connect()            startReading/stopReading      close()
///   made ───────────────► open ◄───────────────────────────► ... ─────► closing ─► closed
///                          writes: resumeWriting/suspendWriting         both sources cancelled,
///                          (suspended unless bytes are pending)         then the descriptor closed
/// ```
///
/// What libdispatch does on Linux shapes this type:
/// - The sources are made once per descriptor and cancelled once, and the descriptor is closed only
///   after both have said so: one that is added again may be watched under a stale note.
/// - After a hang-up (`EPOLLHUP`: a reset, or a Unix peer that closed) the descriptor is taken out of
///   the epoll set after one last event with a size of 0, though bytes may still wait to be read. From
///   then on this type calls `onReadable` itself, until a read finds the end.
/// - An event costs a hop over the manager thread, so that handlers should read until a short read.
///
/// Not Sendable. `close` must be called before it is let go.
public final class StreamSocket {
  /// Called when a read may give something. Must read until a short read, the end or an error, or
  /// call `readAgain`, or stop reading.
  public var onReadable: (() -> Void)?
  /// Called when a write may take something, while writing is resumed.
  public var onWritable: (() -> Void)?

  private let loop: EventLoop
  private let number: Int32
  private let readSource: any DispatchSourceRead
  private let writeSource: any DispatchSourceWrite
  private var isReading = false
  private var isWriting = false
  private var hasHungUp = false
  private var isReadAgainQueued = false
  private var openSources = 2
  private var onClosed: (() -> Void)?
  private var lifecycle = Lifecycle.open

  private enum Lifecycle { case open, closing, closed }

  /// Takes a connected descriptor that is non-blocking.
  public init(owning number: Int32, on loop: EventLoop) {
    loop.preconditionOnLoop()
    self.loop = loop
    self.number = number
    readSource = DispatchSource.makeReadSource(fileDescriptor: number, queue: loop.queue)
    writeSource = DispatchSource.makeWriteSource(fileDescriptor: number, queue: loop.queue)
    // The handlers hold the socket until both sources are cancelled: `close` breaks the circle.
    readSource.setEventHandler { self.readSourceFired() }
    writeSource.setEventHandler { if self.isWriting { self.onWritable?() } }
    readSource.setCancelHandler { self.sourceCancelled() }
    writeSource.setCancelHandler { self.sourceCancelled() }
    readSource.suspend()
    writeSource.suspend()
    readSource.activate()
    writeSource.activate()
  }

  deinit { precondition(lifecycle == .closed, "a socket was let go before it was closed") }

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
  public func startReading() {
    loop.preconditionOnLoop()
    guard !isReading, lifecycle == .open else { return }
    isReading = true
    readSource.resume()
    if hasHungUp { readAgain() }
  }

  /// Wants no more `onReadable` calls, until `startReading`; harmless when it wants none.
  public func stopReading() {
    loop.preconditionOnLoop()
    guard isReading, lifecycle == .open else { return }
    isReading = false
    readSource.suspend()
  }

  /// Whether no event will come any more though bytes may wait: see the type's comment.
  public var needsReadAgain: Bool { hasHungUp && isReading && lifecycle == .open }

  /// Calls `onReadable` later, after what else is waiting on the loop.
  public func readAgain() {
    guard !isReadAgainQueued else { return }
    isReadAgainQueued = true
    loop.runLater { [self] in
      isReadAgainQueued = false
      if isReading, lifecycle == .open { onReadable?() }
    }
  }

  /// Appends at most `count` bytes to `buffer`.
  public func read(into buffer: inout ByteBuffer, upTo count: Int) -> ReadOutcome {
    loop.preconditionOnLoop()
    guard lifecycle == .open else { return .end }
    let outcome = readOnce(number, into: &buffer, upTo: count)
    // After a hang-up a read finds bytes, the end or an error: this was a size of 0 for another reason.
    if outcome == .wouldBlock { hasHungUp = false }
    return outcome
  }

  private func readSourceFired() {
    // The size is 0 at the end of the stream and at a hang-up, after which no event comes.
    if readSource.data == 0 { hasHungUp = true }
    if isReading { onReadable?() }
  }

  // MARK: Writing

  /// Wants `onWritable` calls: bytes are pending. Harmless when it does already.
  public func resumeWriting() {
    loop.preconditionOnLoop()
    guard !isWriting, lifecycle == .open else { return }
    isWriting = true
    writeSource.resume()
  }

  /// Nothing is pending. (A write source that is not suspended fires without pause.)
  public func suspendWriting() {
    loop.preconditionOnLoop()
    guard isWriting, lifecycle == .open else { return }
    isWriting = false
    writeSource.suspend()
  }

  /// Writes the bytes of `buffer` from `start` on, as many as the kernel takes at once.
  public func write(_ buffer: borrowing ByteBuffer, from start: Int) -> WriteOutcome {
    loop.preconditionOnLoop()
    guard lifecycle == .open else {
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
    guard lifecycle == .open else { return }
    _ = CPlatform_shutdown_write(number)
  }

  /// Bytes that the kernel has taken and the peer has not acknowledged.
  public var sendQueueBytes: Int {
    guard lifecycle == .open else { return 0 }
    return max(0, Int(CPlatform_send_queue_bytes(number)))
  }

  // MARK: Closing

  /// Closes; `onClosed` is called when the descriptor is gone. Once only.
  ///
  /// - Parameter reset: whether the peer gets a reset instead of an end of the stream; what the
  ///   kernel has not sent is then thrown away.
  public func close(reset: Bool, _ onClosed: @escaping () -> Void) {
    loop.preconditionOnLoop()
    precondition(lifecycle == .open, "a socket is closed once")
    lifecycle = .closing
    self.onClosed = onClosed
    onReadable = nil
    onWritable = nil
    if reset { _ = CPlatform_set_reset_on_close(number) }
    readSource.cancel()
    writeSource.cancel()
    // A suspended source neither runs its cancel handler nor may it be let go.
    if !isReading { readSource.resume() }
    if !isWriting { writeSource.resume() }
  }

  private func sourceCancelled() {
    openSources -= 1
    guard openSources == 0 else { return }
    FileDescriptor.close(number)
    lifecycle = .closed
    let onClosed = self.onClosed
    self.onClosed = nil
    onClosed?()
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
