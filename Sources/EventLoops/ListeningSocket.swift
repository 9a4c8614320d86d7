internal import CPlatform

/// Why a listener cannot listen.
public enum ListenError: Error, Sendable, Equatable {
  /// The name of the host cannot be looked up.
  case name(ResolveError)
  /// The address is in use: another program listens there.
  case inUse
  /// The path of the Unix socket exists and is not a socket.
  case notASocket
  /// Another system call failed.
  case system(SystemError)
}

/// A bound and listening socket, before and while a loop accepts from it.
///
/// Bound by any thread; after `activate` it belongs to its loop.
public final class ListeningSocket: @unchecked Sendable {
  // @unchecked: `number` and `address` never change; the rest is touched on `loop` only, which
  // `activate` sets before the first event can come, and every method checks.

  /// The address that the kernel has bound, with the real port when 0 was asked for.
  public let address: SocketAddress
  private let number: Int32
  private let unixPath: String?
  private let inode: (UInt64, UInt64)?
  private var loop: EventLoop?
  private var watch: Watch?
  private var isClosed = false

  /// Waiting connections that the kernel keeps for us (it lowers this to `somaxconn`).
  public static let backlogMax: Int32 = 1024

  /// Binds and listens.
  ///
  /// A Unix socket whose owner is gone is replaced, one whose owner lives is refused; its mode is
  /// 0660. May block to look up a name: call before the loops have work.
  ///
  /// - Throws: `ListenError`.
  public init(_ endpoint: Endpoint, backlog: Int32 = ListeningSocket.backlogMax)
    throws(ListenError)
  {
    let bound: Bound
    switch endpoint {
    case .unix(let path): bound = try Bound(unixPath: path)
    case .tcp(let host, let port):
      let addresses: [SocketAddress]
      do throws(ResolveError) {
        addresses = try SocketAddress.lookUp(host: host, port: port, numericOnly: false)
      } catch {
        throw .name(error)
      }
      bound = try Bound(tcp: addresses[0])
    }
    do throws(SystemError) {
      try plainSystemCall("listen") { CPlatform_listen(bound.number, backlog) }
      var raw = CPlatform_address()
      try plainSystemCall("getsockname") {
        unsafe CPlatform_local_address(bound.number, &raw)
      }
      address = SocketAddress(raw)
    } catch {
      FileDescriptor.close(bound.number)
      throw error.code == Errno.addressInUse ? .inUse : .system(error)
    }
    number = bound.number
    unixPath = bound.path
    inode = bound.path.flatMap { Self.inode(of: $0) }
  }

  /// Calls `onReady` on `loop` whenever there is a connection to accept, until `close`.
  public func activate(on loop: EventLoop, _ onReady: @escaping () -> Void) {
    loop.preconditionOnLoop()
    precondition(self.loop == nil, "a listener belongs to one loop")
    self.loop = loop
    let watch = Watch(number, on: loop) { _ in onReady() }
    self.watch = watch
    watch.want(.read, true)
  }

  /// Accepts one connection, non-blocking and close-on-exec.
  ///
  /// - Returns: its descriptor, or nil when none is waiting.
  /// - Throws: `SystemError` of `accept4`; `isDescriptorsExhausted` needs a pause, or the listener
  ///   would be told of the same connection without end.
  public func accept() throws(SystemError) -> Int32? {
    loop?.preconditionOnLoop()
    guard !isClosed else { return nil }
    while true {
      do throws(SystemError) {
        return try systemCall("accept4") { CPlatform_accept4(number) }
      } catch {
        if error.code == Errno.connectionAborted { continue }
        throw error
      }
    }
  }

  /// Stops the calls for a while.
  public func pause() {
    loop?.preconditionOnLoop()
    if !isClosed { watch?.want(.read, false) }
  }

  /// Goes on after `pause`.
  public func resume() {
    loop?.preconditionOnLoop()
    if !isClosed { watch?.want(.read, true) }
  }

  /// Closes the socket and removes its path; again is harmless.
  public func close() {
    loop?.preconditionOnLoop()
    guard !isClosed else { return }
    isClosed = true
    if let unixPath, let inode, let now = Self.inode(of: unixPath), now == inode {
      _ = unsafe CPlatform_unlink(unixPath)
    }
    watch?.end()
    watch = nil
    FileDescriptor.close(number)
  }

  private static func inode(of path: String) -> (UInt64, UInt64)? {
    var device: UInt64 = 0
    var inode: UInt64 = 0
    guard unsafe CPlatform_is_socket(path, &device, &inode) == 1 else { return nil }
    return (device, inode)
  }
}

/// A bound descriptor that does not listen yet.
private struct Bound {
  let number: Int32
  let path: String?

  init(tcp address: SocketAddress) throws(ListenError) {
    path = nil
    number = try Self.bind(address) { number throws(SystemError) in
      try plainSystemCall("setsockopt") { CPlatform_set_reuse_address(number) }
    }
  }

  init(unixPath path: String) throws(ListenError) {
    self.path = path
    let address: SocketAddress
    do throws(SystemError) {
      address = try SocketAddress.unix(path: path)
    } catch {
      throw .system(error)
    }
    try Self.removeStaleSocket(path, address)
    let number = try Self.bind(address) { number throws(SystemError) in
      // Before bind: the path never exists with a wider mode than 0660.
      try plainSystemCall("fchmod") { CPlatform_fchmod(number, 0o660) }
    }
    do throws(SystemError) {
      // After bind: the process's umask may have narrowed it.
      try plainSystemCall("chmod") { unsafe CPlatform_chmod(path, 0o660) }
    } catch {
      FileDescriptor.close(number)
      throw .system(error)
    }
    self.number = number
  }

  private static func bind(
    _ address: SocketAddress, _ prepare: (Int32) throws(SystemError) -> Void
  ) throws(ListenError) -> Int32 {
    var raw = address.raw
    var opened: Int32 = -1
    do throws(SystemError) {
      let number = try plainSystemCall("socket") { unsafe CPlatform_socket(&raw) }
      opened = number
      try prepare(number)
      try plainSystemCall("bind") { unsafe CPlatform_bind(number, &raw) }
      return number
    } catch {
      if opened >= 0 { FileDescriptor.close(opened) }
      throw error.code == Errno.addressInUse ? .inUse : .system(error)
    }
  }

  /// Removes a socket that nobody listens on any more; one with an owner is `inUse`.
  private static func removeStaleSocket(
    _ path: String, _ address: SocketAddress
  ) throws(ListenError) {
    var device: UInt64 = 0
    var inode: UInt64 = 0
    let kind = unsafe CPlatform_is_socket(path, &device, &inode)
    if kind == -Errno.noEntry { return }
    do throws(SystemError) {
      try plainSystemCall("lstat") { kind }
      guard kind == 1 else { throw SystemError(code: Errno.fileExists, call: "lstat") }
      var raw = address.raw
      let probe = try plainSystemCall("socket") { unsafe CPlatform_socket(&raw) }
      let result = unsafe CPlatform_connect(probe, &raw)
      FileDescriptor.close(probe)
      // Only a refusal proves that nobody listens; a full backlog (EAGAIN) is an owner at work.
      guard result == -Errno.connectionRefused else {
        throw SystemError(code: Errno.addressInUse, call: "connect")
      }
      try plainSystemCall("unlink") { unsafe CPlatform_unlink(path) }
    } catch {
      switch error.code {
      case Errno.fileExists: throw .notASocket
      case Errno.addressInUse: throw .inUse
      default: throw .system(error)
      }
    }
  }
}
