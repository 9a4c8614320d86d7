import Testing
import Validators

@Suite("What is no card number") struct FalsePositiveTests {
  /// The share of texts with a match that needs no keyword, out of `count` that `make` makes.
  private func rate(
    _ finder: NumberFinder, _ name: String, _ count: Int, _ make: (inout Draw) -> String
  ) -> Double {
    var draw = Draw(for: name)
    var matches: [NumberMatch] = []
    var hits = 0
    var unsure = 0
    let count = Int(Double(count) * Self.part)
    for _ in 0..<count {
      let bytes = Array(make(&draw).utf8)
      matches.removeAll(keepingCapacity: true)
      finder.find(in: bytes.span, isNumber: false, into: &matches)
      if matches.contains(where: { !$0.needsKeyword }) {
        hits += 1
      } else if !matches.isEmpty {
        unsure += 1
      }
    }
    let (share, other) = (Double(hits) / Double(count), Double(unsure) / Double(count))
    say(
      "\(finder) in \(name): \(hits) of \(count) (\(share * 100) %), near a keyword \(other * 100) %"
    )
    return share
  }

  @Test("Of epoch times in ms, us and ns each fewer than 0.1 % are taken for cards")
  func epochTimes() {
    let kinds: [(String, UInt64)] = [
      ("epoch milliseconds", 1_000), ("epoch microseconds", 1_000_000),
      ("epoch nanoseconds", 1_000_000_000),
    ]
    for (name, unit) in kinds {
      var draw = Draw(for: name)
      var matches: [NumberMatch] = []
      var bytes = [UInt8](repeating: 0, count: 0)
      var hits = 0
      let count = Int(1_000_000 * Self.part)
      for _ in 0..<count {
        // 2001 to 2037.
        let seconds = UInt64.random(in: 1_000_000_000..<2_145_916_800, using: &draw)
        bytes.removeAll(keepingCapacity: true)
        bytes.append(contentsOf: String(seconds * unit + draw.next() % unit).utf8)
        matches.removeAll(keepingCapacity: true)
        NumberFinder.card.find(in: bytes.span, isNumber: false, into: &matches)
        if matches.contains(where: { !$0.needsKeyword }) { hits += 1 }
      }
      say("card in \(name): \(hits) of \(count)")
      #expect(hits * 1_000 < count, "\(name)")
    }
  }

  private static let hex = "0123456789abcdef"

  /// How much of the work is done: all of it in an optimized build.
  private static let part: Double = {
    #if DEBUG
      0.1
    #else
      1
    #endif
  }()

  @Test("Identifiers are taken for cards almost never")
  func identifiers() {
    let uuids = rate(.card, "UUIDs", 200_000) { draw in
      [8, 4, 4, 4, 12].map { draw.word(Self.hex, $0) }.joined(separator: "-")
    }
    #expect(uuids == 0)
    #expect(rate(.card, "MD5 in hexadecimal", 50_000) { $0.word(Self.hex, 32) } < 0.001)
    #expect(rate(.card, "SHA-256 in hexadecimal", 50_000) { $0.word(Self.hex, 64) } == 0)
    #expect(rate(.card, "span ids of 16 characters", 100_000) { $0.word(Self.hex, 16) } < 0.001)
    let base36 = "0123456789abcdefghijklmnopqrstuvwxyz"
    #expect(rate(.card, "base 36 ids", 50_000) { $0.word(base36, 26) } < 0.001)
  }

  @Test("Times, addresses, versions and short decimals are never taken for cards")
  func timesAndAddresses() {
    func two(_ range: ClosedRange<Int>, _ draw: inout Draw) -> String {
      let value = Int.random(in: range, using: &draw)
      return value < 10 ? "0\(value)" : String(value)
    }
    let iso = rate(.card, "ISO timestamps", 50_000) { draw in
      let date = [two(1...12, &draw), two(1...28, &draw)].joined(separator: "-")
      let time = [two(0...23, &draw), two(0...59, &draw), two(0...59, &draw)]
      return "\(Int.random(in: 1990...2040, using: &draw))-\(date)T"
        + time.joined(separator: ":") + "." + draw.digits(draw.pick([3, 6, 9])) + "Z"
    }
    #expect(iso == 0)
    let spaced = rate(.card, "timestamps of log lines", 50_000) { draw in
      let date = [two(1...12, &draw), two(1...28, &draw)].joined(separator: "/")
      let time = [two(0...23, &draw), two(0...59, &draw), two(0...59, &draw)]
      return "\(Int.random(in: 1990...2040, using: &draw))/\(date) "
        + time.joined(separator: ":") + "," + draw.digits(3) + " [\(draw.digits(5))] "
    }
    #expect(spaced == 0)
    func octets(_ draw: inout Draw) -> String {
      (0..<4).map { _ in String(Int.random(in: 0...255, using: &draw)) }.joined(separator: ".")
    }
    #expect(rate(.card, "IPv4 addresses", 100_000, octets) == 0)
    let versions = rate(.card, "versions", 50_000) { draw in
      (0..<4).map { _ in String(Int.random(in: 0...20_000, using: &draw) % 300) }
        .joined(separator: ".") + "-" + draw.digits(2)
    }
    #expect(versions < 0.001)
    #expect(
      rate(.card, "phone numbers", 50_000) { "+1 " + $0.digits(3) + " 555 " + $0.digits(4) } == 0)
  }

  @Test("Decimals below one are never taken for cards, others at the rate of chance")
  func decimals() {
    let below = rate(.card, "decimals of 0 to 1", 50_000) { draw in
      String(Double.random(in: 0.001..<1, using: &draw))
    }
    #expect(below == 0)
    let degrees = rate(.card, "decimals of -180 to 180", 50_000) { draw in
      String(Double.random(in: -180..<180, using: &draw))
    }
    #expect(degrees < 0.06)
    let money = rate(.card, "amounts", 50_000) { draw in
      "\(Int.random(in: 0...1_000_000_000, using: &draw)).\(draw.digits(2))"
    }
    #expect(money < 0.002)
    let seconds = rate(.card, "epoch seconds with a fraction", 50_000) { draw in
      "\(Int.random(in: 1_000_000_000...1_999_999_999, using: &draw)).\(draw.digits(6))"
    }
    #expect(seconds < 0.0015)
  }

  @Test("Random digits are taken for cards at the rate of issuer ranges and Luhn")
  func randomDigits() {
    let bounds = [
      12: 0.024, 13: 0.036, 14: 0.035, 15: 0.048, 16: 0.060, 17: 0.035, 18: 0.045,
      19: 0.050,
    ]
    for (length, bound) in bounds.sorted(by: { $0.key < $1.key }) {
      #expect(rate(.card, "\(length) random digits", 100_000) { $0.digits(length) } < bound)
    }
  }

  @Test("Identifiers are taken for IBANs and social security numbers almost never")
  func otherFinders() {
    let letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    #expect(rate(.iban, "base 36 ids of 32", 50_000) { $0.word(letters, 32) } < 0.0015)
    let uuid: (inout Draw) -> String = { draw in
      [8, 4, 4, 4, 12].map { draw.word(Self.hex, $0) }.joined(separator: "-")
    }
    #expect(rate(.iban, "UUIDs", 200_000, uuid) == 0)
    #expect(rate(.ssn, "UUIDs", 50_000, uuid) == 0)
    #expect(rate(.ssn, "nine random digits", 20_000) { $0.digits(9) } == 0)
    let phone: (inout Draw) -> String = {
      "+1-" + $0.digits(3) + "-" + $0.digits(3) + "-" + $0.digits(4)
    }
    #expect(rate(.ssn, "phone numbers", 50_000, phone) == 0)
  }
}
