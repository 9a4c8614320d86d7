import CPlatform

/// A plain socket of a test: waits with poll, fails the wait after a while, never the process.
final class Peer: @unchecked Sendable {
  // @unchecked: each test uses a peer from one thread at a time.
  private(set) var number: Int32

  init(owning number: Int32) { self.number = number }

  deinit { close() }

  /// Connects to a port of the loopback, or to the path of a Unix socket.
  static func connect(
    port: UInt16 = 0, path: String? = nil, receiveBytes: Int = 0, within milliseconds: Int32 = 5000
  ) throws -> Peer {
    var address = path.map { unixAddress($0) } ?? loopback(port)
    let number = unsafe CPlatform_socket(&address)
    guard number >= 0 else { throw PeerError("socket", number) }
    let peer = Peer(owning: number)
    if receiveBytes > 0 { _ = CPlatform_set_buffer_bytes(number, 0, Int32(receiveBytes)) }
    let result = unsafe CPlatform_connect(number, &address)
    if result == -115 {
      guard CPlatform_poll_write(number, milliseconds) == 1 else { throw PeerError("poll", -110) }
      let error = CPlatform_socket_error(number)
      guard error == 0 else { throw PeerError("connect", error) }
    } else if result < 0 {
      throw PeerError("connect", result)
    }
    return peer
  }

  /// Sends all of it.
  func send(_ bytes: [UInt8], within milliseconds: Int32 = 30_000) throws {
    var sent = 0
    while sent < bytes.count {
      let count = trySend(bytes[sent...])
      if count > 0 {
        sent += count
      } else {
        guard count == -11 else { throw PeerError("send", Int32(count)) }
        guard CPlatform_poll_write(number, milliseconds) == 1 else { throw PeerError("poll", -110) }
      }
    }
  }

  func send(_ text: String) throws { try send(Array(text.utf8)) }

  /// One send; the kernel's answer.
  func trySend(_ bytes: ArraySlice<UInt8>) -> Int {
    unsafe bytes.withUnsafeBufferPointer {
      unsafe CPlatform_send(number, $0.baseAddress, $0.count)
    }
  }

  enum Received: Equatable {
    case bytes([UInt8])
    case end
    case failed(Int32)
    case nothing
  }

  /// One read, after waiting for it.
  func receive(upTo count: Int = 65_536, within milliseconds: Int32 = 30_000) -> Received {
    guard CPlatform_poll_read(number, milliseconds) == 1 else { return .nothing }
    var taken = 0
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      taken = unsafe CPlatform_read(number, buffer.baseAddress, buffer.count)
      initialized = max(0, taken)
    }
    if taken > 0 { return .bytes(bytes) }
    return taken == 0 ? .end : taken == -11 ? .nothing : .failed(Int32(taken))
  }

  /// Reads until so many bytes are there, or the end, an error or the time.
  func receive(exactly count: Int, within milliseconds: Int32 = 30_000) -> [UInt8] {
    var all: [UInt8] = []
    while all.count < count {
      guard case .bytes(let bytes) = receive(upTo: count - all.count, within: milliseconds) else {
        break
      }
      all += bytes
    }
    return all
  }

  /// Reads to the end.
  func receiveAll(within milliseconds: Int32 = 30_000) -> (bytes: [UInt8], ending: Received) {
    var all: [UInt8] = []
    while true {
      let received = receive(within: milliseconds)
      guard case .bytes(let bytes) = received else { return (all, received) }
      all += bytes
    }
  }

  func receiveText(exactly count: Int) -> String {
    String(decoding: receive(exactly: count), as: UTF8.self)
  }

  func shutdownWrite() { _ = CPlatform_shutdown_write(number) }

  func close() {
    if number >= 0 { _ = CPlatform_close(number) }
    number = -1
  }

  /// Leaves the number to somebody else, who closes it.
  func release() -> Int32 {
    defer { number = -1 }
    return number
  }

  /// Closes with a reset.
  func reset() {
    _ = CPlatform_set_reset_on_close(number)
    close()
  }

  static func loopback(_ port: UInt16) -> CPlatform_address {
    var address = CPlatform_address()
    let count = unsafe CPlatform_resolve("127.0.0.1", port, 1, &address, 1)
    precondition(count == 1)
    return address
  }

  static func unixAddress(_ path: String) -> CPlatform_address {
    var address = CPlatform_address()
    let result = unsafe CPlatform_address_unix(path, &address)
    precondition(result == 0)
    return address
  }
}

struct PeerError: Error, CustomStringConvertible {
  let call: String
  let code: Int32

  init(_ call: String, _ result: Int32) {
    self.call = call
    code = -result
  }

  var description: String { unsafe "\(call): \(String(cString: CPlatform_errno_name(code)))" }
}

/// A listening socket of a test: the collector.
final class Collector: @unchecked Sendable {
  private(set) var number: Int32
  let port: UInt16
  let path: String?

  /// Listens on `port` of the loopback (0: any), or on a Unix path.
  init(port: UInt16 = 0, path: String? = nil, backlog: Int32 = 4096, receiveBytes: Int = 0) throws {
    var address = path.map { Peer.unixAddress($0) } ?? Peer.loopback(port)
    number = unsafe CPlatform_socket(&address)
    guard number >= 0 else { throw PeerError("socket", number) }
    self.path = path
    _ = CPlatform_set_reuse_address(number)
    if receiveBytes > 0 { _ = CPlatform_set_buffer_bytes(number, 0, Int32(receiveBytes)) }
    let bound = unsafe CPlatform_bind(number, &address)
    guard bound == 0 else { throw PeerError("bind", bound) }
    let listening = CPlatform_listen(number, backlog)
    guard listening == 0 else { throw PeerError("listen", listening) }
    var local = CPlatform_address()
    _ = unsafe CPlatform_local_address(number, &local)
    self.port = unsafe CPlatform_address_port(&local)
  }

  deinit { close() }

  func accept(within milliseconds: Int32 = 30_000) throws -> Peer {
    guard CPlatform_poll_read(number, milliseconds) == 1 else { throw PeerError("accept", -110) }
    let accepted = CPlatform_accept4(number)
    guard accepted >= 0 else { throw PeerError("accept", accepted) }
    return Peer(owning: accepted)
  }

  func close() {
    if number >= 0 { _ = CPlatform_close(number) }
    number = -1
  }
}
