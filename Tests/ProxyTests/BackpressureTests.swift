import EventLoops
import Foundation
import Masking
import Proxy
import TestSupport
import Testing

extension SocketTests {
  /// T15, T34 and T48: nothing is dropped, nothing grows, nobody starves.
  @Suite struct BackpressureTests {
    static func records(_ count: Int, bytes: Int) -> [UInt8] {
      var all: [UInt8] = []
      all.reserveCapacity(count * (bytes + 16))
      for index in 0..<count {
        all += "{\"n\":\(index),\"t\":\"".utf8
        all += repeatElement(UInt8(ascii: "x"), count: bytes)
        all += "\"}\n".utf8
      }
      return all
    }

    @Test func `T34 a slow reader stops the client and everything arrives in order`() throws {
      let collector = try Collector(receiveBytes: 4096)
      let proxy = try ProxyHarness(collector, smallBuffers)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      let sent = Self.records(6000, bytes: 1000)
      let before = residentBytes()
      let sender = inBackground {
        let result: Void? = try? client.send(sent, within: 60_000)
        client.shutdownWrite()
        return result != nil
      }
      #expect(proxy.wait { $0.backpressurePauses > 0 })
      // While the reader takes nothing, the proxy takes nothing.
      let taken = proxy.server.counters.outbound.stream.bytesIn
      pause(seconds: 0.3)
      let later = proxy.server.counters
      #expect(later.outbound.stream.bytesIn - taken <= 1 << 20)
      #expect(later.outbound.stream.bytesIn < UInt64(sent.count))
      #expect(residentBytes() - before < 16 << 20)
      let received = upstream.receiveAll(within: 60_000)
      #expect(sender())
      #expect(isEqual(received.bytes, sent))
      #expect(received.ending == .end)
      upstream.close()
      #expect(proxy.wait { $0[.finished] == 1 && $0.sessionsActive == 0 })
      #expect(proxy.server.counters.outbound.unsentBytes == 0)
      proxy.expectBalance()
    }

    @Test func `a record larger than every buffer arrives whole through a slow reader`() throws {
      let collector = try Collector(receiveBytes: 4096)
      let proxy = try ProxyHarness(collector) {
        smallBuffers(&$0)
        $0.limits.readBytes = 1000
      }
      let client = try proxy.connect()
      let upstream = try collector.accept()
      let sent = Self.records(3, bytes: 500_000)
      let sender = inBackground {
        let result: Void? = try? client.send(sent, within: 60_000)
        client.shutdownWrite()
        return result != nil
      }
      let received = upstream.receiveAll(within: 60_000).bytes
      #expect(sender())
      #expect(isEqual(received, sent))
    }

    @Test func `T15 two hundred chunkings through a real socket give one output`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector, mask: .both)
      var random = TestRandom()
      note("chunking seed \(random.seed)")
      let sent = Self.records(40, bytes: 100)
      for _ in 0..<200 {
        let client = try proxy.connect()
        let upstream = try collector.accept()
        var rest = sent[...]
        while !rest.isEmpty {
          let count = min(rest.count, Int.random(in: 1...700, using: &random))
          try client.send(Array(rest.prefix(count)))
          rest = rest.dropFirst(count)
          if Int.random(in: 0..<8, using: &random) == 0 { usleep(200) }
        }
        client.shutdownWrite()
        let received = upstream.receiveAll().bytes
        guard received == sent else {
          Issue.record("another output with seed \(random.seed)")
          return
        }
      }
    }

    @Test func `the unmasked direction passes any bytes as they are in any amount`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector, unmasked: .pass)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      let sent = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
      let sender = inBackground {
        let result: Void? = try? upstream.send(sent, within: 30_000)
        upstream.shutdownWrite()
        return result != nil
      }
      #expect(isEqual(client.receiveAll(within: 30_000).bytes, sent))
      #expect(sender())
    }

    @Test func `T48 one busy session does not hold up the others`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.loopCount = 1 }
      let busy = try proxy.connect()
      let busyUpstream = try collector.accept()
      let flood = Self.records(20, bytes: 100_000)
      let reader = inBackground { busyUpstream.receiveAll(within: 30_000).bytes.count }
      let sender = inBackground {
        for _ in 0..<5 { try? busy.send(flood, within: 30_000) }
        busy.shutdownWrite()
      }
      let client = try proxy.connect()
      let upstream = try collector.accept()
      var slowest: UInt64 = 0
      for _ in 0..<100 {
        let start = MonotonicClock.now()
        try client.send("{}\n")
        #expect(upstream.receiveText(exactly: 3) == "{}\n")
        slowest = max(slowest, MonotonicClock.now() - start)
      }
      note("slowest record beside a flood: \(slowest / 1000) us")
      #expect(slowest < 5_000_000_000)
      sender()
      #expect(reader() == flood.count * 5)
    }
  }
}
