import CPlatform
import EventLoops
import Foundation
import Masking
import Proxy
import Telemetry
import Testing

extension SocketTests {
  /// F7 and T36: nothing that was accepted is lost by a request to end.
  @Suite struct DrainTests {
    @Test func `a drain closes the listener and ends an idle session at its record border`() throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.timeouts.drainIdle = .milliseconds(200) }
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try client.send("{\"n\":1}\n")
      proxy.server.drain()
      #expect(eventually { (try? Peer.connect(port: proxy.port, within: 200)) == nil })
      #expect(upstream.receiveAll().bytes == Array("{\"n\":1}\n".utf8))
      #expect(client.receive() == .end)
      upstream.close()
      client.close()
      #expect(proxy.server.waitUntilStopped(.seconds(10)))
      // The tries to connect may have been sessions for a moment, too.
      let counters = proxy.server.counters
      #expect(counters[.drained] + counters[.finished] == counters.sessionsAccepted)
      #expect(counters[.drained] >= 1)
      #expect(!proxy.server.wasCutOff)
      proxy.expectBalance()
    }

    @Test func `a drain reads a session until its end`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      proxy.server.drain()
      for index in 0..<10 {
        try client.send("{\"n\":\(index)}\n")
        usleep(20_000)
      }
      client.shutdownWrite()
      let expected = (0..<10).map { "{\"n\":\($0)}\n" }.joined()
      #expect(String(decoding: upstream.receiveAll().bytes, as: UTF8.self) == expected)
      upstream.close()
      #expect(proxy.server.waitUntilStopped(.seconds(10)))
      #expect(!proxy.server.wasCutOff)
      proxy.expectBalance()
    }

    @Test func `a drain waits for an unfinished record until the drain time and then drops it`()
      throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) {
        $0.timeouts.drainIdle = .milliseconds(50)
        $0.timeouts.drain = .milliseconds(600)
      }
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try client.send("{\"n\":1}\n{\"pan\":\"41111111")
      let start = MonotonicClock.now()
      proxy.server.drain()
      #expect(upstream.receiveAll().bytes == Array("{\"n\":1}\n".utf8))
      #expect(MonotonicClock.now() - start >= 590_000_000)
      #expect(proxy.server.waitUntilStopped(.seconds(10)))
      #expect(proxy.server.counters[.drainDeadline] == 1)
      #expect(proxy.server.counters.outbound.stream.droppedPartial == 1)
      #expect(!proxy.server.wasCutOff)
    }

    @Test func `T36 everything sent before the drain arrives from clients that never pause`() throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.timeouts.drain = .milliseconds(500) }
      var clients: [Peer] = []
      var upstreams: [Peer] = []
      for _ in 0..<8 {
        clients.append(try proxy.connect())
        upstreams.append(try collector.accept())
      }
      let readers = upstreams.map { upstream in inBackground { upstream.receiveAll().bytes } }
      let sentBefore = try clients.map { client in
        let bytes = BackpressureTests.records(200, bytes: 100)
        try client.send(bytes)
        return bytes
      }
      let writers = clients.map { client in
        inBackground {
          // Until the proxy closes.
          while (try? client.send("{\"late\":true}\n")) != nil { usleep(500) }
        }
      }
      proxy.server.drain()
      #expect(proxy.server.waitUntilStopped(.seconds(10)))
      for writer in writers { writer() }
      for (reader, sent) in zip(readers, sentBefore) {
        let received = reader()
        #expect(isEqual(Array(received.prefix(sent.count)), sent))
        // Whole records to the last byte.
        let late = String(decoding: received.dropFirst(sent.count), as: UTF8.self)
        #expect(late.replacing("{\"late\":true}\n", with: "").isEmpty)
      }
      #expect(!proxy.server.wasCutOff)
      proxy.expectBalance()
    }

    @Test func `stop ends at once and counts what was left`() throws {
      let collector = try Collector(receiveBytes: 4096)
      let proxy = try ProxyHarness(collector, smallBuffers)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      let sender = inBackground {
        _ = try? client.send(BackpressureTests.records(1500, bytes: 1000), within: 2000)
      }
      #expect(proxy.wait { $0.backpressurePauses > 0 })
      proxy.server.drain()
      let start = MonotonicClock.now()
      proxy.server.stop()
      #expect(proxy.server.waitUntilStopped(.seconds(5)))
      #expect(MonotonicClock.now() - start < 5_000_000_000)
      #expect(proxy.server.wasCutOff)
      #expect(proxy.server.counters[.stopped] == 1)
      #expect(proxy.server.counters.outbound.unsentRecords > 0)
      sender()
      proxy.expectBalance()
      withExtendedLifetime(upstream) {}
    }

    @Test func `T36 SIGTERM drains a running proxy which then exits with 0`() async {
      await #expect(processExitsWith: .exitCode(0)) {
        story {
          let collector = try Collector()
          let port = try freePort()
          let exit = try runInBackground(port, collector)
          let client = try connectWhenUp(port)
          let upstream = try collector.accept()
          try client.send("{\"n\":1}\n")
          kill(getpid(), SIGTERM)
          client.shutdownWrite()
          demand(upstream.receiveAll().bytes.count == 8, 11, "the record is lost")
          upstream.close()
          demand(exit() == .drained, 12, "not drained")
        }
      }
    }

    @Test func `T36 a second SIGTERM ends at once with 1`() async {
      await #expect(processExitsWith: .exitCode(0)) {
        story {
          let collector = try Collector()
          let port = try freePort()
          let exit = try runInBackground(port, collector)
          let client = try connectWhenUp(port)
          let upstream = try collector.accept()
          try client.send("{\"unfinished\":")
          kill(getpid(), SIGTERM)
          usleep(300_000)
          let start = MonotonicClock.now()
          kill(getpid(), SIGTERM)
          demand(exit() == .cutOff, 11, "not cut off")
          demand(MonotonicClock.now() - start < 5_000_000_000, 12, "not at once")
          withExtendedLifetime((client, upstream)) {}
        }
      }
    }
  }
}

/// A port that was free a moment ago.
func freePort() throws -> UInt16 {
  let probe = try Collector()
  defer { probe.close() }
  return probe.port
}

/// `ProxyServer.run` on a thread of its own.
func runInBackground(_ port: UInt16, _ collector: Collector) throws -> () -> ProxyExit? {
  var configuration = ProxyConfiguration(listeners: [
    ListenerConfiguration(
      name: "test", listen: .tcp(host: "127.0.0.1", port: port),
      upstream: .tcp(host: "127.0.0.1", port: collector.port))
  ])
  configuration.timeouts.drain = .seconds(20)
  let given = configuration
  return inBackground {
    try? ProxyServer.run(
      configuration: given, policy: MaskPolicy.empty, log: EventLog { _, _, _ in })
  }
}

func connectWhenUp(_ port: UInt16) throws -> Peer {
  for _ in 0..<500 {
    if let peer = try? Peer.connect(port: port) { return peer }
    usleep(10_000)
  }
  throw PeerError("connect", -111)
}
