import EventLoops
import Synchronization
import Testing

@Suite struct EndpointTests {
  @Test(arguments: [
    ("127.0.0.1:5170", Endpoint.tcp(host: "127.0.0.1", port: 5170)),
    ("[::1]:80", .tcp(host: "::1", port: 80)),
    ("collector:0", .tcp(host: "collector", port: 0)),
    ("unix:/run/maskline.sock", .unix(path: "/run/maskline.sock")),
  ])
  func `an address is written as configurations have it`(text: String, endpoint: Endpoint) {
    #expect(endpoint.description == text)
  }

  @Test func `a system error has the call, the words and the name`() {
    let error = SystemError(code: 111, call: "connect")
    #expect(error.description == "connect: Connection refused (ECONNREFUSED)")
    #expect(SystemError(code: 24, call: "accept4").isDescriptorsExhausted)
    #expect(SystemError(code: 32, call: "write").isBrokenPipe)
    #expect(
      SystemError(code: 99_999, call: "x").description == "x: Unknown error 99999 (unknown error)")
  }

  @Test func `a numeric address needs no lookup and a name is looked up once for all who wait`()
    throws
  {
    let asked = Counter()
    let release = Latch()
    let resolver = Resolver { host, port in
      asked.increment()
      release.wait()
      return .failure(ResolveError(reason: "\(host):\(port)"))
    }
    let numeric = try resolver.addresses(of: .tcp(host: "127.0.0.1", port: 7)) { _ in }
    #expect(numeric?.first?.description == "127.0.0.1:7")
    #expect(asked.value == 0)
    let answers = Counter()
    for _ in 0..<10 {
      let known = try resolver.addresses(of: .tcp(host: "name", port: 7)) { _ in answers.increment()
      }
      #expect(known == nil)
    }
    release.open()
    #expect(eventually { answers.value == 10 })
    #expect(asked.value == 1)
  }

  @Test func `more lookups than allowed fail at once`() throws {
    let release = Latch()
    let resolver = Resolver { _, _ in
      release.wait()
      return .failure(ResolveError(reason: "x"))
    }
    for index in 0..<Resolver.waitingMax {
      _ = try resolver.addresses(of: .tcp(host: "name\(index)", port: 7)) { _ in }
    }
    let error = #expect(throws: ResolveError.self) {
      _ = try resolver.addresses(of: .tcp(host: "one-more", port: 7)) { _ in }
    }
    #expect(error?.description == "name lookup: 64 names are being looked up already")
    release.open()
  }

  @Test func `durations are clamped to whole nanoseconds`() {
    #expect(Duration.milliseconds(1500).nanosecondsClamped == 1_500_000_000)
    #expect(Duration.seconds(-1).nanosecondsClamped == 0)
    #expect(Duration.seconds(Int64.max).nanosecondsClamped == .max)
  }
}

final class Counter: Sendable {
  private let count = Atomic(0)

  @discardableResult func increment() -> Int { count.add(1, ordering: .relaxed).oldValue }

  func add(_ amount: Int) { count.add(amount, ordering: .relaxed) }

  var value: Int { count.load(ordering: .relaxed) }
}
