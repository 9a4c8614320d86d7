import EventLoops
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
