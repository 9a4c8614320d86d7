import EventLoops
import Foundation
import Masking
import Proxy
import Telemetry
import Testing

extension SocketTests {
  @Suite struct StartErrorTests {
    func text(_ listeners: [ListenerConfiguration]) -> String? {
      do throws(ProxyStartError) {
        let server = try ProxyServer(
          configuration: ProxyConfiguration(listeners: listeners), policy: MaskPolicy.empty,
          log: EventLog { _, _, _ in })
        _ = try server.start()
        server.stop()
        return nil
      } catch {
        return error.description
      }
    }

    static func listener(
      _ name: String = "a", listen: UInt16 = 0, mask: MaskedDirections = .outbound,
      onUpstreamDown: UpstreamDownAction = .close
    ) -> ListenerConfiguration {
      ListenerConfiguration(
        name: name, listen: .tcp(host: "127.0.0.1", port: listen),
        upstream: .tcp(host: "127.0.0.1", port: 9), mask: mask, onUpstreamDown: onUpstreamDown)
    }

    @Test func `a port in use is one sentence with the listener and the flag`() throws {
      let owner = try Collector()
      #expect(
        text([Self.listener(listen: owner.port)])
          == "listener a: cannot listen on 127.0.0.1:\(owner.port): another program listens there"
          + "; change `listen` (--listen)")
    }

    @Test func `all listen or none`() throws {
      let owner = try Collector()
      let free = try freePort()
      #expect(
        text([Self.listener("a", listen: free), Self.listener("b", listen: owner.port)]) != nil)
      #expect(throws: PeerError.self) { _ = try Peer.connect(port: free) }
    }

    @Test func `configurations that cannot work are refused before anything listens`() {
      #expect(
        text([])
          == "no listener is configured: give --listen and --upstream, or `listeners` in the"
          + " configuration")
      #expect(
        text([Self.listener(), Self.listener()])
          == "listener a: another listener has the same name; change one `name`")
      #expect(
        text([Self.listener(listen: 9)])
          == "listener a: its upstream 127.0.0.1:9 is its own address; change `upstream`"
          + " (--upstream)")
      #expect(
        text([Self.listener(mask: .inbound, onUpstreamDown: .hold)])
          == "listener a: `onUpstreamDown: hold` goes on at record borders, which only a masked"
          + " outbound direction has; set `mask` to outbound or both, or `onUpstreamDown` to close")
    }

    @Test func `a host that is not ours is refused by name`() {
      var listener = Self.listener()
      listener.listen = .tcp(host: "no-such-host.invalid", port: 1)
      #expect(
        text([listener])?.hasPrefix(
          "listener a: cannot listen on no-such-host.invalid:1: ") == true)
      listener.listen = .tcp(host: "192.0.2.1", port: 1)
      #expect(
        text([listener])
          == "listener a: cannot listen on 192.0.2.1:1: bind: Cannot assign requested address"
          + " (EADDRNOTAVAIL); change `listen` (--listen)")
    }

    func memoryText(
      _ limit: Int, asked: Int? = nil, _ change: (inout ListenerConfiguration) -> Void = { _ in }
    ) -> String? {
      var listener = Self.listener()
      change(&listener)
      var configuration = ProxyConfiguration(listeners: [listener])
      configuration.memoryBytesMax = limit
      configuration.limits.sessionsMax = asked
      do throws(ProxyStartError) {
        _ = try ProxyServer(
          configuration: configuration, policy: MaskPolicy.empty, log: EventLog { _, _, _ in })
        return nil
      } catch {
        return error.description
      }
    }

    @Test func `more sessions than the memory limit allows are refused with the number that fits`()
    {
      // 256 KiB pending, 64 KiB read, twice 1 MiB of record; 80 % of the limit less 64 MiB.
      #expect(
        memoryText(256 << 20, asked: 1000)
          == "sessionsMax 1000: each session can hold 2.3 MiB, and with 64 MiB for the program that"
          + " must stay within 80 % of the memory limit of 256.0 MiB; set `limits.sessionsMax` to 60"
          + " or less, or raise the limit, or lower `limits.lineBytesMax`")
      #expect(memoryText(256 << 20, asked: 60) == nil)
      // Both directions masked: half as many.
      #expect(
        memoryText(256 << 20, asked: 60) { $0.mask = .both }?.contains("to 30 or less") == true)
      #expect(
        memoryText(64 << 20)
          == "sessionsMax 1: each session can hold 2.3 MiB, and with 64 MiB for the program that"
          + " must stay within 80 % of the memory limit of 64.0 MiB; raise the limit, or lower"
          + " `limits.lineBytesMax`")
    }

    @Test func `T45 without sessionsMax as many sessions are taken as the memory limit allows`()
      throws
    {
      let collector = try Collector()
      // Room for two.
      let proxy = try ProxyHarness(collector) { $0.memoryBytesMax = (64 + 6) * (100 << 20) / 80 }
      let lowered = proxy.recorder.fields(of: "sessionsMaxLowered")
      #expect(lowered.first?["sessionsMax"] == .count(2))
      let clients = try (0..<2).map { _ in try proxy.connect() }
      #expect(proxy.wait { $0.sessionsActive == 2 })
      if let refused = try? proxy.connect() {
        let ending = refused.receive()
        #expect(ending == .end || ending == .failed(-104))
      }
      #expect(proxy.wait { $0.sessionsRefused == 1 })
      withExtendedLifetime(clients) {}
    }

    @Test func `the memory limit is the smallest of the process's groups and those above`() throws {
      let folder = try TemporaryFolder()
      func write(_ path: String, _ text: String) throws {
        let url = URL(fileURLWithPath: folder.path + path)
        try FileManager.default.createDirectory(
          at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: url, atomically: true, encoding: .utf8)
      }
      func limit() -> Int? {
        MemoryLimit.bytes(groups: folder.path + "/cgroup", root: folder.path)
      }
      #expect(limit() == nil)
      try write("/cgroup", "0::/pod/app\n")
      try write("/pod/app/memory.max", "max\n")
      #expect(limit() == nil)
      try write("/pod/app/memory.max", "500\n")
      #expect(limit() == 500)
      try write("/pod/memory.max", "300\n")
      #expect(limit() == 300)
      // Version 1, seen from a container: the path is the host's, the folder its own.
      try write("/cgroup", "5:cpu:/x\n4:memory:/kubepods/y\n0::/\n")
      try write("/memory/memory.limit_in_bytes", "9223372036854771712\n")
      #expect(limit() == nil)
      try write("/memory/memory.limit_in_bytes", "200\n")
      #expect(limit() == 200)
    }

    @Test func `several listeners serve at once, IPv6 too`() throws {
      let collector = try Collector()
      let proxy = try ProxyHarness(collector) { configuration in
        var second = configuration.listeners[0]
        second.name = "second"
        second.listen = .tcp(host: "::1", port: 0)
        configuration.listeners.append(second)
      }
      let lines = proxy.recorder.fields(of: "listening")
      #expect(eventually { proxy.recorder.fields(of: "listening").count == 2 }, "\(lines)")
      #expect(proxy.address.description == "127.0.0.1:\(proxy.port)")
    }
  }
}
