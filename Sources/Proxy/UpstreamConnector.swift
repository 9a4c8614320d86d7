internal import EventLoops

/// Why a connection to an upstream was not made.
enum ConnectFailure: Error, CustomStringConvertible {
  case name(ResolveError)
  case system(SystemError)
  case timedOut

  var description: String {
    switch self {
    case .name(let error): error.description
    case .system(let error): error.description
    case .timedOut: "connect: no answer in time"
    }
  }
}

/// One attempt to connect to an upstream: looks its name up away from the loop, then tries its
/// addresses one after the other, each for its share of the time.
///
/// Confined to its loop. Answers once; after `cancel` not at all.
final class UpstreamConnector {
  private let endpoint: Endpoint
  private let loop: EventLoop
  private let resolver: Resolver
  private let deadline: UInt64
  private var answer: ((Result<StreamSocket, ConnectFailure>) -> Void)?
  private var addresses: ArraySlice<SocketAddress> = []
  private var socket: StreamSocket?
  private var addressDeadline: UInt64
  private var lastFailure = ConnectFailure.timedOut

  /// - Parameter deadline: on the monotonic clock; `tick` looks at it.
  init(to endpoint: Endpoint, on loop: EventLoop, resolver: Resolver, deadline: UInt64) {
    self.endpoint = endpoint
    self.loop = loop
    self.resolver = resolver
    self.deadline = deadline
    addressDeadline = deadline
  }

  /// Begins. `answer` may be called before this returns.
  func start(_ answer: @escaping (Result<StreamSocket, ConnectFailure>) -> Void) {
    self.answer = answer
    let bound = LoopBound(self, on: loop)
    let loop = self.loop
    do throws(ResolveError) {
      let known = try resolver.addresses(of: endpoint) { result in
        loop.run { bound.value.resolved(result) }
      }
      if let known { resolved(.success(known)) }
    } catch {
      resolved(.failure(error))
    }
  }

  /// Gives up; nothing is answered.
  func cancel() {
    answer = nil
    dropSocket()
  }

  /// Gives up an address, or all, whose time is over.
  func tick(_ now: UInt64) {
    guard answer != nil else { return }
    if now >= deadline {
      finish(.failure(.timedOut))
    } else if socket != nil, now >= addressDeadline {
      lastFailure = .timedOut
      dropSocket()
      tryNextAddress()
    }
  }

  private func resolved(_ result: Result<[SocketAddress], ResolveError>) {
    guard answer != nil else { return }
    switch result {
    case .success(let found):
      addresses = found[...]
      tryNextAddress()
    case .failure(let error):
      finish(.failure(.name(error)))
    }
  }

  private func tryNextAddress() {
    while let address = addresses.popFirst() {
      do throws(SystemError) {
        let (socket, isConnected) = try StreamSocket.connecting(to: address, on: loop)
        self.socket = socket
        if isConnected { return connected() }
        let now = MonotonicClock.now()
        let share = (deadline > now ? deadline - now : 0) / UInt64(addresses.count + 1)
        addressDeadline = now + share
        socket.onWritable = { [self] in connected() }
        socket.resumeWriting()
        return
      } catch {
        lastFailure = .system(error)
      }
    }
    finish(.failure(lastFailure))
  }

  private func connected() {
    guard let socket else { return }
    socket.suspendWriting()
    socket.onWritable = nil
    if let error = socket.pendingError(of: "connect") {
      lastFailure = .system(error)
      dropSocket()
      tryNextAddress()
    } else {
      self.socket = nil
      finish(.success(socket))
    }
  }

  private func dropSocket() {
    guard let socket else { return }
    self.socket = nil
    socket.close(reset: true)
  }

  private func finish(_ result: Result<StreamSocket, ConnectFailure>) {
    let answer = self.answer
    self.answer = nil
    dropSocket()
    answer?(result)
  }
}
