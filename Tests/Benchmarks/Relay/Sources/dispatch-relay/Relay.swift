import Dispatch
import Glibc

/// `dispatch-relay LISTENPORT UPSTREAMPORT`: copies bytes both ways on the loopback interface, with a
/// read and a write source for each socket and a serial queue for each connection, as the manual of
/// libdispatch has it. What a proxy on such sources can reach at best.
@main enum Relay {
  static func main() {
    let ports = CommandLine.arguments.dropFirst().compactMap { UInt16($0) }
    guard ports.count == 2 else {
      let usage = "usage: dispatch-relay LISTENPORT UPSTREAMPORT\n"
      _ = usage.withCString { write(2, $0, strlen($0)) }
      exit(64)
    }
    signal(SIGPIPE, SIG_IGN)
    let source = relay(from: Sockets.listen(ports[0]), to: ports[1])
    withExtendedLifetime(source) { dispatchMain() }
  }

  /// Away from the main actor, whose executor a handler formed in `main` would check.
  nonisolated static func relay(from listener: Int32, to port: UInt16) -> any DispatchSourceRead {
    let source = DispatchSource.makeReadSource(
      fileDescriptor: listener, queue: DispatchQueue(label: "accept"))
    source.setEventHandler {
      let client = accept(listener, nil, nil)
      guard client >= 0 else { return }
      let upstream = Sockets.connect(port)
      guard upstream >= 0 else {
        close(client)
        return
      }
      Connection(client, upstream).start()
    }
    source.activate()
    return source
  }
}

/// @unchecked: everything is touched on `queue` only.
final class Connection: @unchecked Sendable {
  private let queue = DispatchQueue(label: "connection")
  private let sockets: [Int32]
  private var ways: [Way] = []
  private var endedCount = 0

  init(_ client: Int32, _ upstream: Int32) {
    sockets = [client, upstream]
    for socket in sockets { Sockets.prepare(socket) }
  }

  func start() {
    queue.async { [self] in
      ways = [
        Way(from: sockets[0], to: sockets[1], on: queue, ended),
        Way(from: sockets[1], to: sockets[0], on: queue, ended),
      ]
    }
  }

  private func ended() {
    endedCount += 1
    guard endedCount == 2 else { return }
    for socket in sockets { close(socket) }
    ways = []
  }
}

/// One direction.
final class Way {
  private let from: Int32
  private let to: Int32
  private let ended: () -> Void
  private var buffer = [UInt8](repeating: 0, count: 64 << 10)
  private var pending = 0..<0
  private var reading: (any DispatchSourceRead)?
  private var writing: (any DispatchSourceWrite)?
  private var sourcesLeft = 2

  init(from: Int32, to: Int32, on queue: DispatchQueue, _ ended: @escaping () -> Void) {
    self.from = from
    self.to = to
    self.ended = ended
    let reading = DispatchSource.makeReadSource(fileDescriptor: from, queue: queue)
    let writing = DispatchSource.makeWriteSource(fileDescriptor: to, queue: queue)
    self.reading = reading
    self.writing = writing
    reading.setEventHandler { self.read() }
    writing.setEventHandler { self.flush() }
    for source in [reading, writing] as [any DispatchSourceProtocol] {
      source.setCancelHandler { self.cancelled() }
    }
    writing.suspend()
    writing.activate()
    reading.activate()
  }

  private func read() {
    let count = Glibc.read(from, &buffer, buffer.count)
    if count < 0, errno == EAGAIN { return }
    guard count > 0 else { return finish() }
    pending = 0..<count
    if !write() {
      reading?.suspend()
      writing?.resume()
    }
  }

  /// Whether all is written, or never will be.
  private func write() -> Bool {
    while !pending.isEmpty {
      let count = buffer[pending].withUnsafeBytes {
        send(to, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count < 0 {
        if errno == EAGAIN { return false }
        pending = 0..<0
        return true
      }
      pending = pending.lowerBound + count..<pending.upperBound
    }
    return true
  }

  private func flush() {
    guard write() else { return }
    writing?.suspend()
    reading?.resume()
  }

  private func finish() {
    shutdown(to, Int32(SHUT_WR))
    reading?.cancel()
    writing?.cancel()
    writing?.resume()
  }

  private func cancelled() {
    sourcesLeft -= 1
    guard sourcesLeft == 0 else { return }
    reading = nil
    writing = nil
    ended()
  }
}

enum Sockets {
  static func listen(_ port: UInt16) -> Int32 {
    let number = open()
    var one: Int32 = 1
    setsockopt(number, SOL_SOCKET, SO_REUSEADDR, &one, 4)
    guard loopback(port, { bind(number, $0, $1) }) == 0, Glibc.listen(number, 1024) == 0 else {
      perror("bind or listen")
      exit(1)
    }
    return number
  }

  static func connect(_ port: UInt16) -> Int32 {
    let number = open()
    if loopback(port, { Glibc.connect(number, $0, $1) }) == 0 { return number }
    close(number)
    return -1
  }

  static func prepare(_ number: Int32) {
    var one: Int32 = 1
    setsockopt(number, Int32(IPPROTO_TCP), TCP_NODELAY, &one, 4)
    _ = fcntl(number, F_SETFL, O_NONBLOCK)
  }

  private static func open() -> Int32 {
    socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
  }

  private static func loopback(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
  ) -> Int32 {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
