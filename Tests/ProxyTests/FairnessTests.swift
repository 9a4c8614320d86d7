import EventLoops
import Foundation
import Masking
import Proxy
import Synchronization
import TestSupport
import Testing

extension SocketTests {
  /// T48: many sessions on one loop, of which some carry records a thousand times larger.
  @Suite struct FairnessTests {
    @Test func `T48 sessions with tiny records and with huge ones make like progress in bytes`()
      throws
    {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { $0.loopCount = 1 }
      var clients: [Peer] = []
      var upstreams: [Peer] = []
      for _ in 0..<40 {
        clients.append(try proxy.connect())
        upstreams.append(try collector.accept())
      }
      let tiny = Array(repeatElement(Array("{}\n".utf8), count: 10_000).joined())
      let huge = BackpressureTests.records(1, bytes: 500_000)
      let progress = clients.indices.map { _ in Counter() }
      let isOver = Counter()
      let senders = clients.enumerated().map { index, client in
        inBackground {
          while isOver.value == 0 {
            guard (try? client.send(index % 2 == 0 ? tiny : huge, within: 1000)) != nil else {
              return
            }
          }
        }
      }
      let readers = zip(upstreams, progress).map { upstream, progress in
        inBackground {
          while isOver.value == 0 {
            if case .bytes(let bytes) = upstream.receive(within: 100) { progress.add(bytes.count) }
          }
        }
      }
      pause(seconds: 3)
      // On a busy machine the first huge records take longer.
      _ = eventually(within: 60) { progress.allSatisfy { $0.value > 0 } }
      isOver.increment()
      for upstream in upstreams { upstream.shutdownWrite() }
      for reader in readers { reader() }
      for client in clients { client.shutdownWrite() }
      proxy.server.stop()
      for sender in senders { sender() }
      let counts = progress.map(\.value)
      let least = try #require(counts.min())
      let most = try #require(counts.max())
      note("figure: bytes per session: \(least) to \(most)")
      #expect(least > 0)
      // A session that holds half a megabyte until its line feed comes out in steps of it.
      #expect(most < 10 * (least + huge.count))
    }
  }
}
