import EventLoops
import Foundation
import Masking
import Proxy
import Telemetry
import Testing

extension SocketTests {
  /// F3 and T33: each wait has an end, and a slow crowd does not hurt the others.
  @Suite struct TimeoutTests {
    @Test func `T33 a record that is never finished closes its session, a good client goes on`()
      throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.timeouts.line = .milliseconds(600) }
      var accepted: [Peer] = []
      let good = try proxy.connect()
      let goodUpstream = try collector.accept()
      var slow: [Peer] = []
      for _ in 0..<300 {
        slow.append(try proxy.connect())
        accepted.append(try collector.accept())
      }
      let start = MonotonicClock.now()
      var exchanged = 0
      // One byte each now and then: bytes do not keep an unfinished record alive.
      while MonotonicClock.now() - start < 500_000_000 {
        for peer in slow { _ = peer.trySend([0x7B]) }
        try good.send("{\"n\":1}\n")
        #expect(goodUpstream.receiveText(exactly: 8) == "{\"n\":1}\n")
        exchanged += 1
        usleep(20_000)
      }
      #expect(exchanged > 5)
      #expect(proxy.wait { $0[.lineTimeout] == 300 && $0.sessionsActive == 1 })
      // Nothing of what was unfinished has gone on.
      for upstream in accepted { #expect(upstream.receive(within: 1000) == .end) }
      try good.send("{\"n\":2}\n")
      #expect(goodUpstream.receiveText(exactly: 8) == "{\"n\":2}\n")
    }

    @Test func `the line time runs from the first byte of a record and ends the session`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.timeouts.line = .milliseconds(300) }
      let client = try proxy.connect()
      let upstream = try collector.accept()
      // Whole records, each soon after the other, are never late.
      for _ in 0..<10 {
        try client.send("{}\n")
        usleep(50_000)
      }
      #expect(proxy.server.counters.sessionsActive == 1)
      let start = MonotonicClock.now()
      try client.send("{\"pan\":\"4111111111111111\"")
      let received = upstream.receiveAll()
      #expect(MonotonicClock.now() - start >= 290_000_000)
      #expect(received.bytes == Array(String(repeating: "{}\n", count: 10).utf8))
      #expect(proxy.wait { $0[.lineTimeout] == 1 && $0.sessionsActive == 0 })
      #expect(proxy.server.counters.outbound.stream.droppedPartial == 1)
      proxy.expectBalance()
    }

    @Test func `a reader that takes nothing ends the session and its records are counted`() throws {
      let collector = try Collector(receiveBytes: 4096)
      let proxy = try ProxyHarness(collector) {
        smallBuffers(&$0)
        $0.timeouts.writeStall = .milliseconds(400)
      }
      let client = try proxy.connect()
      let upstream = try collector.accept()
      let flood = Array(repeatElement(Array("{\"n\":1}\n".utf8), count: 150_000).joined())
      let sender = inBackground { _ = try? client.send(flood, within: 3000) }
      #expect(proxy.wait { $0[.writeStall] == 1 && $0.sessionsActive == 0 })
      sender()
      #expect(proxy.server.counters.outbound.unsentRecords > 0)
      proxy.expectBalance()
      withExtendedLifetime(upstream) {}
    }

    @Test func `an idle session is closed and one with traffic is not`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.timeouts.idle = .milliseconds(400) }
      let idle = try proxy.connect()
      let idleUpstream = try collector.accept()
      let busy = try proxy.connect()
      let busyUpstream = try collector.accept()
      var sent = 0
      while proxy.server.counters[.idle] == 0, sent < 200 {
        try busy.send("{}\n")
        sent += 1
        usleep(50_000)
      }
      #expect(proxy.server.counters[.idle] == 1)
      #expect(idle.receive() == .end)
      #expect(idleUpstream.receive() == .end)
      try busy.send("{}\n")
      #expect(busyUpstream.receive(exactly: 3 * sent + 3).count == 3 * sent + 3)
    }

    @Test func `T45 one more session than allowed is refused and counted, and later welcome`()
      throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.limits.sessionsMax = 3 }
      var clients: [Peer] = []
      var upstreams: [Peer] = []
      for _ in 0..<3 {
        clients.append(try proxy.connect())
        upstreams.append(try collector.accept())
      }
      // The reset may come as early as the connect.
      if let refused = try? proxy.connect() {
        let ending = refused.receive()
        #expect(ending == .end || ending == .failed(-104))
      }
      #expect(proxy.wait { $0.sessionsRefused == 1 && $0.sessionsActive == 3 })
      clients.removeLast().close()
      upstreams.removeLast().close()
      #expect(proxy.wait { $0.sessionsActive == 2 })
      let welcome = try proxy.connect()
      let upstream = try collector.accept()
      try welcome.send("{}\n")
      #expect(upstream.receiveText(exactly: 3) == "{}\n")
    }
  }
}
