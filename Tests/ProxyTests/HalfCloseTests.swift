import EventLoops
import Masking
import Proxy
import Telemetry
import Testing

extension SocketTests {
  /// T31, and the order of ends in every direction.
  @Suite struct HalfCloseTests {
    @Test func `a record reaches the collector at once and the end of the client is passed on`()
      throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try client.send("{\"a\":1}\n")
      #expect(upstream.receiveText(exactly: 8) == "{\"a\":1}\n")
      client.shutdownWrite()
      #expect(upstream.receive() == .end)
      upstream.close()
      #expect(client.receive() == .end)
      #expect(proxy.wait { $0.sessionsActive == 0 })
      #expect(proxy.server.counters[.finished] == 1)
      proxy.expectBalance()
    }

    @Test func `T31 when the client ends first the answer still comes back`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector, mask: .both)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try client.send("{\"q\":1}\n")
      client.shutdownWrite()
      #expect(upstream.receiveAll().bytes == Array("{\"q\":1}\n".utf8))
      try upstream.send("{\"r\":1}\n{\"r\":2}\n")
      upstream.close()
      let answer = client.receiveAll()
      #expect(String(decoding: answer.bytes, as: UTF8.self) == "{\"r\":1}\n{\"r\":2}\n")
      #expect(answer.ending == .end)
      #expect(proxy.wait { $0[.finished] == 1 && $0.sessionsActive == 0 })
      proxy.expectBalance()
    }

    @Test func `T31 when the upstream ends first the client may go on`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector, unmasked: .pass)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try upstream.send("hello")
      upstream.shutdownWrite()
      #expect(client.receiveAll().bytes == Array("hello".utf8))
      for index in 0..<100 { try client.send("{\"n\":\(index)}\n") }
      client.shutdownWrite()
      let sent = (0..<100).map { "{\"n\":\($0)}\n" }.joined()
      #expect(String(decoding: upstream.receiveAll().bytes, as: UTF8.self) == sent)
      #expect(proxy.wait { $0[.finished] == 1 && $0.sessionsActive == 0 })
      proxy.expectBalance()
    }

    @Test func `T31 a half-closed session with nothing to say is closed in time`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.timeouts.halfClosed = .milliseconds(200) }
      let client = try proxy.connect()
      let upstream = try collector.accept()
      client.shutdownWrite()
      #expect(upstream.receive() == .end)
      // Neither closes.
      #expect(proxy.wait { $0[.halfClosed] == 1 && $0.sessionsActive == 0 })
      #expect(client.receive() == .end)
    }

    @Test func `an unfinished last line is not forwarded as it came`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try client.send("{\"a\":1}\n{\"pan\":\"4111111111111111")
      client.shutdownWrite()
      let text = String(decoding: upstream.receiveAll().bytes, as: UTF8.self)
      #expect(text.hasPrefix("{\"a\":1}\n"))
      #expect(!text.contains("4111"))
    }

    @Test
    func `bytes in the direction that is not masked close the session and say how to allow them`()
      throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try client.send("{\"a\":1}\n")
      _ = upstream.receive(exactly: 8)
      try upstream.send("x")
      #expect(client.receiveAll() == ([], .end))
      #expect(upstream.receive() == .end)
      #expect(proxy.wait { $0[.unmaskedDirection] == 1 && $0.sessionsActive == 0 })
      let line = try #require(proxy.recorder.fields(of: "sessionClosed").first)
      #expect(line["reason"] == .word("unmaskedDirection"))
      #expect(line["remedy"] == .word("set `unmasked: pass` if these bytes may pass unmasked"))
      proxy.expectBalance()
    }

    @Test func `the log says of a withheld record its number, its place and why, and no more`()
      throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try client.send("{\"a\":1}\n{\"pan\":4111111111111111,}\n")
      client.shutdownWrite()
      #expect(upstream.receiveAll().bytes.count > 8)
      let line = try #require(proxy.recorder.fields(of: "withheld").first)
      #expect(line["records"] == .count(1))
      #expect(line["record"] == .count(2))
      #expect(line["reason"] == .word("malformed"))
      guard case .count(let place)? = line["byteOffset"] else {
        Issue.record("no place in \(line)")
        return
      }
      #expect((8...33).contains(place))
      #expect(!"\(line)".contains("4111"))
    }

    @Test func `mask inbound masks what the upstream sends and passes what the client sends`()
      throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector, mask: .inbound, unmasked: .pass)
      let client = try proxy.connect()
      let upstream = try collector.accept()
      try client.send("half a li")
      #expect(upstream.receiveText(exactly: 9) == "half a li")
      try upstream.send("{\"a\":1}\n{\"b\"")
      #expect(client.receiveText(exactly: 8) == "{\"a\":1}\n")
      #expect(client.receive(within: 100) == .nothing)
    }
  }
}
