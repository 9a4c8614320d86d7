import EventLoops
import Foundation
import Masking
import Proxy
import Telemetry
import Testing

extension SocketTests {
  /// `onUpstreamDown: hold`: the client waits, and goes on at a record border.
  @Suite struct HoldTests {
    static func record(_ index: Int) -> String {
      "{\"n\":\(index),\"t\":\"\(String(repeating: "y", count: 500))\"}\n"
    }

    @Test func `hold waits for an upstream that is not there yet`() throws {
      let first = try Collector()
      let port = first.port
      first.close()
      let proxy = try ProxyHarness(
        upstream: .tcp(host: "127.0.0.1", port: port), onUpstreamDown: .hold)
      let client = try proxy.connect()
      try client.send("{\"a\":1}\n")
      client.shutdownWrite()
      #expect(proxy.wait { $0.upstreamConnectFailures >= 3 })
      // Nothing is read, so nothing is spooled.
      #expect(proxy.server.counters.outbound.stream.bytesIn == 0)
      let collector = try Collector(port: port)
      let upstream = try collector.accept()
      #expect(upstream.receiveAll().bytes == Array("{\"a\":1}\n".utf8))
      upstream.close()
      #expect(proxy.wait { $0[.finished] == 1 && $0.sessionsActive == 0 })
      #expect(proxy.recorder.fields(of: "upstreamDown").count == 1)
      #expect(proxy.recorder.fields(of: "upstreamUp").count == 1)
      proxy.expectBalance()
    }

    @Test func `hold goes on at a record border when the collector restarts`() throws {
      let first = try Collector(receiveBytes: 4096)
      let port = first.port
      let proxy = try ProxyHarness(
        upstream: .tcp(host: "127.0.0.1", port: port), onUpstreamDown: .hold, smallBuffers)
      let client = try proxy.connect()
      let old = try first.accept()
      let total = 3000
      let sender = inBackground {
        for index in 0..<total { try? client.send(Array(Self.record(index).utf8), within: 60_000) }
        client.shutdownWrite()
      }
      // The collector stops in the middle of a record, with both buffers full.
      #expect(proxy.wait { $0.backpressurePauses > 0 })
      let before = String(decoding: old.receive(exactly: 1234), as: UTF8.self)
      old.reset()
      first.close()
      #expect(proxy.wait { $0.upstreamBreaks == 1 })
      let held = proxy.server.counters.outbound
      #expect(held.kernelQueueBytes > 0)
      pause(seconds: 0.2)
      let second = try Collector(port: port)
      let new = try second.accept()
      let after = String(decoding: new.receiveAll(within: 30_000).bytes, as: UTF8.self)
      sender()
      new.close()
      #expect(proxy.wait { $0[.finished] == 1 && $0.sessionsActive == 0 })
      // Whole records only, none torn, none twice, in order, from some record on to the last.
      let lines = after.split(separator: "\n")
      let firstNew = try #require(lines.first.flatMap { Self.number($0) })
      #expect(isEqual(Array(after.utf8), (firstNew..<total).flatMap { Self.record($0).utf8 }))
      #expect(before == String((0..<10).map { Self.record($0) }.joined().prefix(1234)))
      // All that is missing was in the kernel's queue or taken by the old collector.
      let counters = proxy.server.counters
      #expect(counters.outbound.stream.recordsForwarded == UInt64(total))
      #expect(counters.outbound.unsentRecords == 0)
      let bytes = (0..<total).reduce(0) { $0 + Self.record($1).utf8.count }
      #expect(counters.outbound.bytesWritten == UInt64(bytes) + counters.outbound.bytesResent)
      proxy.expectBalance()
    }

    @Test func `hold treats the end that a collector sends as a restart`() throws {
      let first = try Collector()
      let port = first.port
      let proxy = try ProxyHarness(
        upstream: .tcp(host: "127.0.0.1", port: port), onUpstreamDown: .hold)
      let client = try proxy.connect()
      let old = try first.accept()
      try client.send("{\"n\":1}\n")
      #expect(old.receiveText(exactly: 8) == "{\"n\":1}\n")
      first.close()
      old.close()
      #expect(proxy.wait { $0.upstreamBreaks == 1 })
      try client.send("{\"n\":2}\n")
      let second = try Collector(port: port)
      let new = try second.accept()
      #expect(new.receiveText(exactly: 8) == "{\"n\":2}\n")
      client.shutdownWrite()
      #expect(new.receive() == .end)
      new.close()
      #expect(proxy.wait { $0[.finished] == 1 && $0.sessionsActive == 0 })
      proxy.expectBalance()
    }

    @Test func `hold keeps many sessions in bounded memory while the collector is away`() throws {
      let first = try Collector()
      let port = first.port
      first.close()
      let proxy = try ProxyHarness(
        upstream: .tcp(host: "127.0.0.1", port: port), onUpstreamDown: .hold)
      var clients: [Peer] = []
      let before = residentBytes()
      for _ in 0..<100 {
        let client = try proxy.connect()
        _ = client.trySend(Array(repeating: 0x20, count: 200_000)[...])
        clients.append(client)
      }
      #expect(proxy.wait { $0.sessionsActive == 100 && $0.upstreamConnectFailures > 100 })
      #expect(residentBytes() - before < 32 << 20)
      #expect(proxy.server.counters.outbound.stream.bytesIn == 0)
    }

    private static func number(_ line: Substring) -> Int? {
      guard line.hasPrefix("{\"n\":") else { return nil }
      return Int(line.dropFirst(5).prefix { $0.isNumber })
    }
  }
}
