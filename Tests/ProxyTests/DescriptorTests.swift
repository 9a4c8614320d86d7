import CPlatform
import EventLoops
import Foundation
import Masking
import Proxy
import Testing

extension SocketTests {
  /// T35, T43: descriptors run out and come back; connections come and go.
  @Suite struct DescriptorTests {
    @Test func `T35 no descriptors left stops nobody, spins not and passes by itself`() async {
      await #expect(processExitsWith: .success) {
        story {
          let collector = try Collector()
          let proxy = try ProxyHarness(collector) { $0.timeouts.connect = .milliseconds(200) }
          let good = try proxy.connect()
          let upstream = try collector.accept()
          // Clients and collector live in this process, too: what is left is one descriptor for each
          // client that connects, and none for the proxy's side of it.
          var clients: [Peer] = []
          for _ in 0..<6 { clients.append(Peer(owning: try emptySocket())) }
          let limit = openDescriptors() - 1
          demand(CPlatform_set_descriptor_limit(UInt64(limit)) == 0, 10, "setrlimit")
          for client in clients { client.beginConnect(port: proxy.port) }
          demand(
            proxy.wait { $0.descriptorsExhausted > 0 }, 11,
            "no exhaustion: \(proxy.server.counters)")
          let before = cpuSeconds()
          let start = proxy.server.counters.descriptorsExhausted
          for _ in 0..<20 {
            try good.send("{\"n\":1}\n")
            demand(upstream.receive(exactly: 8).count == 8, 12, "an open session stands still")
            usleep(50_000)
          }
          let used = cpuSeconds() - before
          demand(used < 0.2, 13, "\(used) s of processor time in a second")
          demand(proxy.server.counters.descriptorsExhausted - start < 100, 14, "it spins")
          // Descriptors come back, and with them new sessions.
          demand(CPlatform_set_descriptor_limit(1024) == 0, 15, "setrlimit")
          for client in clients { client.close() }
          let late = try proxy.connect()
          var served = false
          for _ in 0..<10 where !served {
            let accepted = try collector.accept()
            _ = late.trySend(Array("{\"n\":2}\n".utf8)[...])
            served = accepted.receive(exactly: 8, within: 1000).count == 8
          }
          demand(served, 16, "no recovery")
        }
      }
    }

    @Test func `T43 five thousand connections come and go and leave no descriptor`() async {
      await #expect(processExitsWith: .success) {
        story {
          let collector = try Collector()
          let proxy = try ProxyHarness(collector)
          let serve = { (count: Int) in
            inBackground {
              for _ in 0..<count {
                guard let upstream = try? collector.accept() else { return false }
                _ = upstream.receive(exactly: 3)
                upstream.close()
              }
              return true
            }
          }
          let churn = { (count: Int) in
            let served = serve(count)
            for index in 0..<count {
              let client = try proxy.connect()
              try client.send("{}\n")
              // Half of them leave politely, half of them at once.
              if index % 2 == 0 { client.shutdownWrite() } else { usleep(100) }
              if index % 2 == 0 { _ = client.receive(within: 5000) }
              client.close()
            }
            demand(served(), 11, "a connection did not arrive")
            demand(proxy.wait { $0.sessionsActive == 0 }, 12, "sessions are left")
          }
          try churn(100)
          let before = openDescriptors()
          let memory = residentBytes()
          try churn(5000)
          demand(
            eventually { openDescriptors() == before }, 13, "\(openDescriptors()) for \(before)")
          demand(residentBytes() - memory < 24 << 20, 14, "memory grew")
          demand(proxy.server.counters.sessionsAccepted == 5100, 15, "\(proxy.server.counters)")
        }
      }
    }

    @Test func `T45 a thousand idle sessions hold no buffers`() async {
      await #expect(processExitsWith: .success) {
        story {
          let collector = try Collector()
          let proxy = try ProxyHarness(collector) { $0.limits.sessionsMax = 2000 }
          var peers: [Peer] = []
          func open(_ count: Int) throws {
            for _ in 0..<count {
              let client = try proxy.connect()
              let upstream = try collector.accept()
              try client.send("{\"n\":1}\n")
              demand(upstream.receive(exactly: 8).count == 8, 11, "lost")
              peers += [client, upstream]
            }
          }
          try open(100)
          let before = residentBytes()
          try open(900)
          let each = (residentBytes() - before) / 900
          demand(each < 24 << 10, 12, "\(each) bytes for an idle session")
          pause(seconds: 0.3)
          let processor = cpuSeconds()
          pause(seconds: 1)
          demand(cpuSeconds() - processor < 0.08, 13, "idle sessions burn processor time")
        }
      }
    }
  }
}

/// A socket that is not connected yet.
func emptySocket() throws -> Int32 {
  var address = Peer.loopback(1)
  let number = unsafe CPlatform_socket(&address)
  guard number >= 0 else { throw PeerError("socket", number) }
  return number
}

extension Peer {
  /// Connects without waiting for it.
  func beginConnect(port: UInt16) {
    var address = Peer.loopback(port)
    _ = unsafe CPlatform_connect(number, &address)
  }
}
