import Testing
import Validators

@Suite("Speed of the finders", .serialized) struct FinderSpeedTests {
  /// A kibibyte of log, of the kind that a web service writes.
  private static let log = Array(
    String(
      repeating: """
        2026-11-21T06:25:02.364Z INFO  [http-nio-8080-exec-17] c.e.shop.OrderController - order \
        7f3a2c9e-51d0-4a7b-9c1e-0b5d2f8a6c43 of user 184467 placed: 3 items, total 149.90 EUR, \
        remote=10.42.117.203 status=201 bytes=1834 took=37ms trace=4bf92f3577b34da6a3ce929d0e0e4736 \
        GET /api/v2/customers/184467/orders?limit=50&offset=100 HTTP/1.1 agent="Mozilla/5.0 (X11; \
        Linux x86_64) AppleWebKit/537.36" queue=payments partition=12 offset=998812\n
        """, count: 3
    ).utf8.prefix(1_024))

  /// The least time that one call takes, in nanoseconds.
  private func nanoseconds(
    _ finder: NumberFinder, _ text: [UInt8], calls: Int, isNumber: Bool = false
  ) -> Double {
    var matches: [NumberMatch] = []
    var least = Double.infinity
    for _ in 0..<5 {
      let time = ContinuousClock().measure {
        for _ in 0..<calls {
          matches.removeAll(keepingCapacity: true)
          finder.find(in: text.span, isNumber: isNumber, into: &matches)
        }
      }
      least = min(least, Double(time.components.attoseconds) / 1e9 / Double(calls))
    }
    return least
  }

  @Test("Figures for a kibibyte of log and for single values", arguments: NumberFinder.allCases)
  func figures(finder: NumberFinder) {
    #expect(Self.log.count == 1_024)
    #expect(find(finder, in: Self.log).allSatisfy { $0.needsKeyword })
    let perByte = nanoseconds(finder, Self.log, calls: 2_000) / 1_024
    say("\(finder): \((perByte * 1_000).rounded() / 1_000) ns per byte of log")
    let words = Array(
      String(repeating: "lorem ipsum dolor sit amet ", count: 40).utf8.prefix(1_024))
    let plain = nanoseconds(finder, words, calls: 2_000) / 1_024
    say("\(finder): \((plain * 1_000).rounded() / 1_000) ns per byte of words")
    for value in [
      "4111111111111111", "4111 1111 1111 1111", "1763706302364123", "123-45-6789",
      "DE89370400440532013000",
    ] {
      let time = nanoseconds(finder, Array(value.utf8), calls: 20_000)
      say("\(finder): \(time.rounded()) ns for \(value)")
    }
    let number = nanoseconds(finder, Array("4111111111111111".utf8), calls: 20_000, isNumber: true)
    say("\(finder): \(number.rounded()) ns for a JSON number")
  }

  @Test(
    "Time grows in step with the length on the worst of texts",
    arguments: [
      "1-", "4-", "6-0-", "0-", "4111 1111 1111 1111 ", "4111111111111111 ", "1234567890123456789-",
      "a11111111111111111111", "z11111111111111111111", "1", "a", "0.", "DE89 ", "DE89", "ab12-",
      "123-45-6789-", "123-", "1 - ", "1\u{2013}", "\u{2013}",
      "12345678-1234-1234-1234-123456789012 ",
    ])
  func linear(piece: String) {
    #if DEBUG
      let size = 1 << 15
    #else
      let size = 1 << 18
    #endif
    for finder in NumberFinder.allCases {
      let short = Array(String(repeating: piece, count: size / piece.utf8.count).utf8)
      let long = Array(String(repeating: piece, count: 8 * size / piece.utf8.count).utf8)
      var matches: [NumberMatch] = []
      finder.find(in: long.span, isNumber: false, into: &matches)
      // Eight lengths of card for each digit group at most.
      #expect(matches.count <= 8 * (long.count + 1) / 2)
      // A quadratic finder takes 64 times as long, a linear one 8. Another program may have had the
      // processor meanwhile: then it is measured again.
      var (one, eight) = (0.0, Double.infinity)
      for _ in 0..<5 where eight >= 30 * one + 200_000 {
        one = nanoseconds(finder, short, calls: 1)
        eight = nanoseconds(finder, long, calls: 1)
      }
      #expect(eight < 30 * one + 200_000, "\(finder): \(one) ns, then \(eight) ns")
      let perByte = eight / Double(long.count)
      if perByte > 10 {
        say(
          "\(finder): \((perByte * 10).rounded() / 10) ns per byte, \(matches.count) matches of \(piece.debugDescription)"
        )
      }
    }
  }
}
