internal import EventLoops
internal import Synchronization
internal import Telemetry

/// Accepts the connections of one listener and hands each to the worker with the fewest sessions.
///
/// @unchecked Sendable: after `start` everything that changes is touched on `loop` only.
final class Acceptor: @unchecked Sendable {
  /// Accepts per event, so that a flood of connections does not hold the loop.
  private static let acceptsPerEventMax = 64
  private static let pause = Duration.milliseconds(100)

  let state: ListenerState
  private let socket: ListeningSocket
  private let loop: EventLoop
  private let workers: [ProxyWorker]
  private let shared: ProxyShared
  private var reserve = ReserveDescriptor()
  private var turn = 0
  private var exhaustedRate = LogRate(intervalNanoseconds: 1_000_000_000)

  init(
    _ state: ListenerState, _ socket: ListeningSocket, on loop: EventLoop,
    workers: [ProxyWorker], shared: ProxyShared
  ) {
    self.state = state
    self.socket = socket
    self.loop = loop
    self.workers = workers
    self.shared = shared
  }

  var address: SocketAddress { socket.address }

  /// Begins to accept.
  func run() { loop.run { self.start() } }

  /// Takes what waits already (its clients believe that they are connected), then closes.
  func end() { loop.run { self.stop() } }

  /// Closes without ever having accepted.
  func discard() { socket.close() }

  private func start() {
    // Holds itself until the socket is closed.
    socket.activate(on: loop) { [self] in acceptWaiting() }
    shared.log(
      .info, "listening",
      [
        ("listener", .configured(state.configuration.name)),
        ("listen", .configured(socket.address.description)),
        ("upstream", .configured(state.configuration.upstream.description)),
        ("mask", .word(state.configuration.mask.rawValue)),
        ("unmasked", .word(state.configuration.unmasked.rawValue)),
        ("onUpstreamDown", .word(state.configuration.onUpstreamDown.rawValue)),
      ])
  }

  private func stop() {
    acceptWaiting()
    socket.close()
    shared.listenerGone()
  }

  private func acceptWaiting() {
    for _ in 0..<Self.acceptsPerEventMax {
      do throws(SystemError) {
        guard let number = try socket.accept() else { return }
        assign(number)
      } catch {
        return failed(error)
      }
    }
  }

  private func assign(_ number: Int32) {
    guard shared.admit() else { return StreamSocket.refuse(number) }
    var chosen = workers[turn % workers.count]
    turn &+= 1
    for worker in workers
    where worker.active.load(ordering: .relaxed) < chosen.active.load(ordering: .relaxed) {
      chosen = worker
    }
    chosen.active.add(1, ordering: .relaxed)
    let (worker, state) = (chosen, self.state)
    worker.loop.run { worker.adopt(number, from: state) }
  }

  /// No descriptor, or no memory for one. The waiting connection is taken with the reserve and closed,
  /// so that its client knows; then a pause, because the kernel would tell of the next one without end.
  private func failed(_ error: SystemError) {
    if error.isDescriptorsExhausted {
      reserve.withOneMore {
        if let number = try? socket.accept() {
          shared.exhausted.add(1, ordering: .relaxed)
          StreamSocket.refuse(number)
        }
      }
    }
    if let count = exhaustedRate.note(at: MonotonicClock.now()) {
      shared.log(
        .error, "acceptFailed",
        [
          ("listener", .configured(state.configuration.name)), ("times", .count(count)),
          ("error", .reason(error.description)),
          ("remedy", .word("raise the limit of open files or lower sessionsMax")),
        ])
    }
    socket.pause()
    loop.runAfter(Self.pause) { [self] in socket.resume() }
  }
}
