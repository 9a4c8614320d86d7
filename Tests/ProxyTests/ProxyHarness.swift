import CPlatform
import EventLoops
import Foundation
import Masking
import Proxy
import Synchronization
import Telemetry
import Testing

/// All tests that open sockets: one after the other, since they measure time and descriptors.
@Suite(.serialized) struct SocketTests {}

/// Events of a log, in order.
final class LogRecorder: Sendable {
  private let events = Mutex<
    [(level: EventLog.Level, name: String, fields: [String: EventLog.Value])]
  >([])

  var log: EventLog {
    EventLog { level, name, fields in
      self.events.withLock {
        $0.append((level, name, Dictionary(fields) { $1 }))
      }
    }
  }

  func fields(of name: String) -> [[String: EventLog.Value]] {
    events.withLock { $0.filter { $0.name == name }.map(\.fields) }
  }

  var names: [String] { events.withLock { $0.map(\.name) } }
}

/// A proxy in this process, in front of a collector.
final class ProxyHarness {
  let server: ProxyServer
  let recorder = LogRecorder()
  let port: UInt16
  let address: SocketAddress

  init(
    upstream: Endpoint, listen: Endpoint = .tcp(host: "127.0.0.1", port: 0),
    mask: MaskedDirections = .outbound, unmasked: UnmaskedAction = .close,
    onUpstreamDown: UpstreamDownAction = .close,
    _ change: (inout ProxyConfiguration) -> Void = { _ in }
  ) throws {
    var configuration = ProxyConfiguration(listeners: [
      ListenerConfiguration(
        name: "test", listen: listen, upstream: upstream, mask: mask, unmasked: unmasked,
        onUpstreamDown: onUpstreamDown)
    ])
    configuration.loopCount = 2
    configuration.seed = 1
    change(&configuration)
    server = try ProxyServer(
      configuration: configuration, policy: MaskPolicy.empty, log: recorder.log)
    address = try server.start()[0]
    port = address.port
  }

  convenience init(
    _ collector: Collector, mask: MaskedDirections = .outbound, unmasked: UnmaskedAction = .close,
    onUpstreamDown: UpstreamDownAction = .close,
    _ change: (inout ProxyConfiguration) -> Void = { _ in }
  ) throws {
    try self.init(
      upstream: .tcp(host: "127.0.0.1", port: collector.port), mask: mask, unmasked: unmasked,
      onUpstreamDown: onUpstreamDown, change)
  }

  deinit {
    server.stop()
    _ = server.waitUntilStopped(.seconds(10))
  }

  func connect() throws -> Peer { try Peer.connect(port: port) }

  /// Waits until the counters say so.
  @discardableResult
  func wait(
    within seconds: Double = 30, until condition: (ProxyCounters) -> Bool
  ) -> Bool {
    eventually(within: seconds) { condition(server.counters) }
  }

  /// The books balance once no session is left: what was forwarded was given to the kernel or is
  /// counted as unsent.
  func expectBalance(_ location: SourceLocation = #_sourceLocation) {
    let counters = server.counters
    #expect(counters.sessionsActive == 0, sourceLocation: location)
    #expect(counters.sessionsAccepted == counters.sessionsClosed, sourceLocation: location)
    // A masker that does not count its output yet (the framing stand-in) has nothing to balance.
    for direction in [counters.outbound, counters.inbound] where direction.stream.bytesOut > 0 {
      #expect(
        direction.stream.bytesOut
          == direction.bytesWritten - direction.bytesResent + direction.unsentBytes,
        sourceLocation: location)
    }
  }
}

/// Whether both are the same; a failure does not print megabytes.
func isEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool { left == right }

/// Kernel buffers so small that a slow reader is noticed after a few hundred kilobytes.
func smallBuffers(_ configuration: inout ProxyConfiguration) {
  configuration.limits.socketBufferBytes = 16 << 10
}

/// Polls until the condition holds.
func eventually(within seconds: Double = 30, _ condition: () -> Bool) -> Bool {
  let end = MonotonicClock.now() + UInt64(seconds * 1e9)
  while MonotonicClock.now() < end {
    if condition() { return true }
    usleep(5000)
  }
  return condition()
}

/// Waits; in a function of its own, as a sleep may not stand in an asynchronous body.
func pause(seconds: Double) { usleep(UInt32(seconds * 1e6)) }

/// Runs `body` on a thread of its own; the result waits for it.
func inBackground<R: Sendable>(_ body: @escaping @Sendable () -> R) -> () -> R {
  let result = BackgroundResult<R>()
  Thread.detachNewThread {
    result.set(body())
  }
  return { result.wait() }
}

final class BackgroundResult<R: Sendable>: Sendable {
  private let value = Mutex<R?>(nil)
  private let latch = Latch()

  func set(_ result: R) {
    value.withLock { $0 = result }
    latch.open()
  }

  func wait() -> R {
    latch.wait()
    guard let result = value.withLock({ $0 }) else { preconditionFailure("no result") }
    return result
  }
}

/// Seeded numbers; the seed is printed by the test that uses it and can be given as MASKLINE_SEED.
struct TestRandom: RandomNumberGenerator {
  let seed: UInt64
  private var state: UInt64

  init() {
    let given = ProcessInfo.processInfo.environment["MASKLINE_SEED"].flatMap { UInt64($0) }
    self.init(seed: given ?? 20_260_101)
  }

  init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }
}

/// The descriptors that this process has open.
func openDescriptors() -> Int {
  (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count) ?? -1
}

/// Resident memory of this process in bytes.
func residentBytes() -> Int {
  let text = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8)) ?? ""
  let pages = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
  return pages * 4096
}

/// CPU time of this process in seconds.
func cpuSeconds() -> Double { Double(clock()) / Double(CLOCKS_PER_SEC) }

/// Inside an exit test: ends the child with `code` (its output is not shown, and all of its lines have
/// the number of the macro's).
func demand(_ condition: Bool, _ code: Int32, _ text: @autoclosure () -> String) {
  if condition { return }
  FileHandle.standardError.write(Data("\(code): \(text())\n".utf8))
  exit(code)
}

/// The body of an exit test. An error that it throws ends the child with code 2 and its text; thrown out
/// of the exit test itself it would be a trap (SIGILL), and look like one of the proxy's.
func story(_ body: () throws -> Void) {
  do {
    try body()
  } catch {
    demand(false, 2, "\(error)")
  }
}

/// A folder that is gone after the test.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = NSTemporaryDirectory() + "/ml-\(UInt32.random(in: 0 ... .max))"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
