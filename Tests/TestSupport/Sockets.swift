import Foundation
import Glibc
import Synchronization

/// Blocking sockets on the loopback interface, for tests only.
enum Socket {
  /// A TCP socket that no child inherits.
  static func open() throws -> Int32 {
    let descriptor = socket(
      AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw SystemCallError("socket") }
    return descriptor
  }

  /// Calls `body` with 127.0.0.1 and `port`.
  static func withLoopback<Result>(
    port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result
  ) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return unsafe withUnsafePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  /// The port that a bound socket has.
  static func port(of descriptor: Int32) throws -> UInt16 {
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe getsockname(descriptor, $0, &length)
      }
    }
    guard code == 0 else { throw SystemCallError("getsockname") }
    return UInt16(bigEndian: address.sin_port)
  }

  /// A socket that listens on 127.0.0.1 at `port`, or at any free one for 0.
  static func listen(port: UInt16) throws -> Int32 {
    let descriptor = try open()
    var one: Int32 = 1
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    let bound = unsafe withLoopback(port: port) { unsafe bind(descriptor, $0, $1) }
    guard bound == 0, Glibc.listen(descriptor, 128) == 0 else {
      let failure = SystemCallError("bind or listen at port \(port)")
      _ = close(descriptor)
      throw failure
    }
    return descriptor
  }

  /// Makes the next close send a reset instead of a FIN.
  static func resetOnClose(_ descriptor: Int32) {
    var option = linger(l_onoff: 1, l_linger: 0)
    _ = unsafe setsockopt(
      descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// Gives up on a read or a write after `seconds`.
  static func setTimeout(_ descriptor: Int32, seconds: Int) {
    var time = timeval(tv_sec: seconds, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
      _ = unsafe setsockopt(
        descriptor, SOL_SOCKET, option, &time, socklen_t(MemoryLayout<timeval>.size))
    }
  }
}

/// A port of the loopback interface that was free a moment ago.
public func freeLoopbackPort() throws -> UInt16 {
  let descriptor = try Socket.open()
  defer { _ = close(descriptor) }
  let bound = unsafe Socket.withLoopback(port: 0) { unsafe bind(descriptor, $0, $1) }
  guard bound == 0 else { throw SystemCallError("bind") }
  return try Socket.port(of: descriptor)
}

/// A client on the loopback interface.
public final class LoopbackClient {
  private var descriptor: Int32

  /// Connects to 127.0.0.1; tries again until `seconds` have passed.
  public init(port: UInt16, seconds: Double = 10) throws {
    ignoreBrokenPipes()
    let deadline = Date(timeIntervalSinceNow: seconds)
    while true {
      let descriptor = try Socket.open()
      if unsafe Socket.withLoopback(port: port, { unsafe connect(descriptor, $0, $1) }) == 0 {
        self.descriptor = descriptor
        break
      }
      let failure = SystemCallError("connect to port \(port)")
      _ = Glibc.close(descriptor)
      if Date() > deadline { throw failure }
      usleep(10_000)
    }
    Socket.setTimeout(descriptor, seconds: 30)
  }

  deinit { close() }

  /// Sends all of `bytes`.
  public func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = unsafe bytes[sent...].withUnsafeBytes {
        unsafe Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw SystemCallError("send") }
      sent += count
    }
  }

  /// Says that nothing more is sent; the other direction stays open.
  public func finishSending() { _ = shutdown(descriptor, Int32(SHUT_WR)) }

  /// Reads up to `countMax` bytes; empty at the end of the stream.
  public func receive(upTo countMax: Int = 1 << 16) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: countMax)
    while true {
      let count = unsafe recv(descriptor, &buffer, buffer.count, 0)
      if count >= 0 { return Array(buffer[..<count]) }
      if errno != EINTR { throw SystemCallError("recv") }
    }
  }

  /// Reads until the end of the stream.
  public func receiveAll() throws -> [UInt8] {
    var bytes: [UInt8] = []
    while true {
      let part = try receive()
      if part.isEmpty { return bytes }
      bytes += part
    }
  }

  /// Closes with a reset: unread and unsent bytes are gone.
  public func reset() {
    Socket.resetOnClose(descriptor)
    close()
  }

  /// Closes with a FIN.
  public func close() {
    if descriptor >= 0 { _ = Glibc.close(descriptor) }
    descriptor = -1
  }
}

/// A server on the loopback interface that records what each client sends.
///
/// Each connection has a thread of its own; what they share is behind one mutex.
public final class LoopbackCollector: Sendable {
  /// Where it listens.
  public let port: UInt16
  private let listener: Int32
  private let state = Mutex(State())

  private struct State {
    var streams: [[UInt8]] = []
    var ended: [Bool] = []
    var isStopped = false
  }

  /// Listens on `port`, or on any free port for 0, and begins to accept.
  public init(port: UInt16 = 0) throws {
    listener = try Socket.listen(port: port)
    self.port = try Socket.port(of: listener)
    let thread = Thread { [self] in acceptAll() }
    thread.start()
  }

  /// What each connection has sent so far, in the order of connecting.
  public var streams: [[UInt8]] { state.withLock { $0.streams } }

  /// All bytes of all connections, in the order of connecting.
  public var bytes: [UInt8] { streams.flatMap(\.self) }

  /// How many bytes came.
  public var byteCount: Int { state.withLock { $0.streams.reduce(0) { $0 + $1.count } } }

  /// Whether `count` connections have come and all of them have ended.
  public func haveEnded(_ count: Int) -> Bool {
    state.withLock { $0.ended.count >= count && $0.ended.allSatisfy(\.self) }
  }

  /// Accepts no more connections.
  public func stop() {
    let wasStopped = state.withLock { state in
      defer { state.isStopped = true }
      return state.isStopped
    }
    if !wasStopped { _ = shutdown(listener, Int32(SHUT_RDWR)) }
  }

  private func acceptAll() {
    while true {
      let connection = accept(listener)
      if connection < 0 {
        if state.withLock({ $0.isStopped }) { break }
        usleep(1000)
        continue
      }
      let index = state.withLock { state in
        state.streams.append([])
        state.ended.append(false)
        return state.streams.count - 1
      }
      let thread = Thread { [self] in record(connection, index) }
      thread.start()
    }
    _ = close(listener)
  }

  private func accept(_ listener: Int32) -> Int32 {
    let connection = Glibc.accept(listener, nil, nil)
    if connection >= 0 { _ = fcntl(connection, F_SETFD, FD_CLOEXEC) }
    return connection
  }

  private func record(_ connection: Int32, _ index: Int) {
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = unsafe read(connection, &buffer, buffer.count)
      if count < 0 && errno == EINTR { continue }
      if count <= 0 { break }
      let part = buffer[..<count]
      state.withLock { $0.streams[index] += part }
    }
    _ = close(connection)
    state.withLock { $0.ended[index] = true }
  }
}

/// Asks `condition` every few milliseconds until it holds; false after `seconds`.
public func eventually(seconds: Double = 20, _ condition: () throws -> Bool) rethrows -> Bool {
  let deadline = Date(timeIntervalSinceNow: seconds)
  while true {
    if try condition() { return true }
    if Date() > deadline { return false }
    usleep(5000)
  }
}
