import CPlatform
import EventLoops
import Foundation
import Masking
import Proxy
import Telemetry
import Testing

extension SocketTests {
  @Suite struct UnixSocketTests {
    let folder: TemporaryFolder
    let listen: String
    let upstream: String

    init() throws {
      folder = try TemporaryFolder()
      listen = folder.path + "/in.sock"
      upstream = folder.path + "/out.sock"
    }

    func harness(_ change: (inout ProxyConfiguration) -> Void = { _ in }) throws -> ProxyHarness {
      try ProxyHarness(
        upstream: .unix(path: upstream), listen: .unix(path: listen), unmasked: .pass, change)
    }

    @Test func `records pass between Unix sockets on both sides`() throws {
      let collector = try Collector(path: upstream)
      let proxy = try harness()
      #expect(proxy.address.description == "unix:\(listen)")
      let client = try Peer.connect(path: listen)
      let peer = try collector.accept()
      try client.send("{\"a\":1}\n{\"b\"")
      #expect(peer.receiveText(exactly: 8) == "{\"a\":1}\n")
      try peer.send("ok")
      #expect(client.receiveText(exactly: 2) == "ok")
      try client.send(":2}\n")
      client.shutdownWrite()
      #expect(String(decoding: peer.receiveAll().bytes, as: UTF8.self) == "{\"b\":2}\n")
      peer.close()
      #expect(proxy.wait { $0[.finished] == 1 && $0.sessionsActive == 0 })
      proxy.expectBalance()
    }

    @Test func `the socket has mode 0660 and is gone after the proxy`() throws {
      let collector = try Collector(path: upstream)
      do {
        let proxy = try harness()
        let attributes = try FileManager.default.attributesOfItem(atPath: listen)
        #expect(attributes[.posixPermissions] as? Int == 0o660)
        withExtendedLifetime(proxy) {}
      }
      #expect(!FileManager.default.fileExists(atPath: listen))
      withExtendedLifetime(collector) {}
    }

    @Test func `a stale socket is replaced`() throws {
      // Its owner is gone without removing it.
      let stale = try Collector(path: listen)
      stale.close()
      #expect(FileManager.default.fileExists(atPath: listen))
      let collector = try Collector(path: upstream)
      let proxy = try harness()
      let client = try Peer.connect(path: listen)
      let peer = try collector.accept()
      try client.send("{}\n")
      #expect(peer.receiveText(exactly: 3) == "{}\n")
      withExtendedLifetime(proxy) {}
    }

    @Test func `a live socket is refused and stays its owner's`() throws {
      let owner = try Collector(path: listen)
      let error = #expect(throws: ProxyStartError.self) { _ = try harness() }
      #expect(
        error?.description == "listener test: cannot listen on unix:\(listen): another program"
          + " listens there; change `listen` (--listen)")
      _ = try Peer.connect(path: listen)
      _ = try owner.accept()
    }

    @Test func `a file in the place of a socket is not touched`() throws {
      try "precious".write(toFile: listen, atomically: true, encoding: .utf8)
      let error = #expect(throws: ProxyStartError.self) { _ = try harness() }
      #expect(
        error?.description == "listener test: cannot listen on unix:\(listen): the path exists and"
          + " is not a socket; change `listen` (--listen)")
      #expect(try String(contentsOfFile: listen, encoding: .utf8) == "precious")
    }

    /// libdispatch takes a descriptor out of epoll at a hang-up, though bytes wait to be read.
    @Test func `a client that writes more than one read and closes loses nothing`() throws {
      let collector = try Collector(path: upstream)
      let proxy = try harness { $0.limits.readBytes = 4096 }
      for round in 0..<20 {
        let client = try Peer.connect(path: listen)
        let peer = try collector.accept()
        let sent = BackpressureTests.records(150, bytes: 1000)
        try client.send(sent)
        client.close()
        let received = peer.receiveAll()
        #expect(isEqual(received.bytes, sent), "round \(round)")
        #expect(received.ending == .end)
      }
      #expect(proxy.wait { $0[.finished] == 20 })
    }

    @Test func `a client that closes while its session waits for a slow reader loses nothing`()
      throws
    {
      let collector = try Collector(path: upstream)
      let proxy = try harness {
        $0.limits.pendingBytesMax = 32 << 10
        $0.limits.pendingBytesResume = 8 << 10
      }
      let client = try Peer.connect(path: listen)
      let peer = try collector.accept()
      let sent = BackpressureTests.records(600, bytes: 1000)
      let sender = inBackground { () -> Bool in
        let result: Void? = try? client.send(sent, within: 20_000)
        client.close()
        return result != nil
      }
      #expect(proxy.wait { $0.backpressurePauses > 0 })
      pause(seconds: 0.1)
      let received = peer.receiveAll()
      #expect(sender())
      #expect(received.bytes.count == sent.count)
      #expect(isEqual(received.bytes, sent))
    }

    @Test func `a session whose pending bytes are gone burns no processor time`() async {
      await #expect(processExitsWith: .success) {
        story {
          let collector = try Collector(receiveBytes: 4096)
          let proxy = try ProxyHarness(collector, smallBuffers)
          let client = try proxy.connect()
          let upstream = try collector.accept()
          let sent = BackpressureTests.records(1500, bytes: 1000)
          let sender = inBackground { (try? client.send(sent, within: 30_000)) != nil }
          demand(proxy.wait { $0.backpressurePauses > 0 }, 11, "no backpressure")
          demand(upstream.receive(exactly: sent.count).count == sent.count, 12, "bytes are missing")
          demand(sender(), 13, "not sent")
          let before = cpuSeconds()
          pause(seconds: 1)
          demand(cpuSeconds() - before < 0.05, 14, "an idle second is not idle")
        }
      }
    }

    /// T49: closed peers, half-closed peers and both, on sessions that have nothing to do.
    @Test func `T49 hung-up and half-closed sessions burn no processor time`() async {
      await #expect(processExitsWith: .success) {
        story {
          let folder = try TemporaryFolder()
          let path = folder.path + "/up.sock"
          let collector = try Collector(path: path)
          let tcpCollector = try Collector()
          var unix = ListenerConfiguration(
            name: "unix", listen: .unix(path: folder.path + "/in.sock"), upstream: .unix(path: path)
          )
          unix.unmasked = .pass
          var tcp = unix
          tcp.name = "tcp"
          tcp.listen = .tcp(host: "127.0.0.1", port: 0)
          tcp.upstream = .tcp(host: "127.0.0.1", port: tcpCollector.port)
          let proxy = try ProxyHarness(upstream: unix.upstream) { $0.listeners = [tcp, unix] }
          var kept: [Peer] = []
          for index in 0..<40 {
            let isUnix = index % 2 == 0
            let client =
              isUnix
              ? try Peer.connect(path: folder.path + "/in.sock")
              : try Peer.connect(port: proxy.port)
            let peer = try (isUnix ? collector : tcpCollector).accept()
            switch index / 2 % 4 {
            case 0: client.shutdownWrite()
            case 1: peer.shutdownWrite()
            case 2: break
            default:
              // The client is gone, and the collector does not notice.
              client.close()
            }
            kept += [client, peer]
          }
          demand(proxy.wait { $0.sessionsActive > 0 }, 11, "no session")
          pause(seconds: 0.3)
          let before = cpuSeconds()
          pause(seconds: 1)
          let used = cpuSeconds() - before
          demand(proxy.server.counters.sessionsActive >= 10, 12, "sessions are gone")
          demand(used < 0.05, 13, "\(used) s of processor time in one idle second")
          withExtendedLifetime(kept) {}
        }
      }
    }
  }
}
