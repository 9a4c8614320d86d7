import TestSupport
import Testing

@testable import Masking

/// T22: random numbers of every brand and length, with the right Luhn digit, through the default
/// packs.
@Suite("T22 Every brand and length")
struct CardCoverageTests {
  private struct Brand: Sendable {
    var name: String
    var prefixes: [ClosedRange<Int>]
    var lengths: ClosedRange<Int>
    /// Whether it is found with nothing about it that speaks of cards.
    var isFoundBare = true
  }

  private static let brands = [
    Brand(name: "visa", prefixes: [4...4], lengths: 16...16),
    Brand(name: "visa 13", prefixes: [4...4], lengths: 13...13, isFoundBare: false),
    Brand(name: "visa 19", prefixes: [4...4], lengths: 19...19),
    Brand(name: "mastercard 5", prefixes: [51...55], lengths: 16...16),
    Brand(name: "mastercard 2", prefixes: [2221...2720], lengths: 16...16),
    Brand(name: "amex", prefixes: [34...34, 37...37], lengths: 15...15),
    Brand(name: "discover", prefixes: [6011...6011, 644...649, 65...65], lengths: 16...19),
    Brand(name: "jcb", prefixes: [3528...3589], lengths: 16...19),
    Brand(name: "unionpay", prefixes: [62...62], lengths: 16...19),
    Brand(
      name: "diners", prefixes: [300...305, 36...36, 38...39], lengths: 14...19,
      isFoundBare: false),
    Brand(
      name: "maestro", prefixes: [50...50, 56...58, 6304...6304, 67...67], lengths: 12...19,
      isFoundBare: false),
  ]

  private static func number(
    of brand: Brand, length: Int, _ random: inout SeededRandom
  ) -> String {
    let range = brand.prefixes[Int(random.next() % UInt64(brand.prefixes.count))]
    var digits = String(range.lowerBound + Int(random.next() % UInt64(range.count))).utf8.map {
      Int($0) - 0x30
    }
    while digits.count < length - 1 { digits.append(Int(random.next() % 10)) }
    var sum = 0
    for (place, digit) in digits.reversed().enumerated() {
      let doubled = place % 2 == 0 ? digit * 2 : digit
      sum += doubled > 9 ? doubled - 9 : doubled
    }
    digits.append((10 - sum % 10) % 10)
    return digits.map(String.init).joined()
  }

  @Test("T22 J24 none of a million random card numbers is missed")
  func noneMissed() throws {
    let policy = try defaultPolicy()
    var random = SeededRandom(for: "T22 every brand")
    let count = TestSize.count(10_000, full: 1_000_000)
    var done = 0
    var missed: [String: Int] = [:]
    while done < count {
      var lines: [(card: String, name: String)] = []
      var input: [UInt8] = []
      for brand in Self.brands {
        for length in brand.lengths {
          for form in 0..<(brand.isFoundBare ? 5 : 3) {
            let card = Self.number(of: brand, length: length, &random)
            lines.append((card, "\(brand.name), \(length) digits, form \(form)"))
            input +=
              [
                #"{"card":"\#(card)"}"#, #"{"t":"paid with card \#(card) today"}"#,
                #"{"card_number":\#(card)}"#, #"{"x":"\#(card)"}"#, #"{"y":[\#(card)]}"#,
              ][form].utf8
            input.append(0x0A)
          }
        }
      }
      done += lines.count
      let output = mask(input, policy).output.split(separator: 0x0A)
      #expect(output.count == lines.count)
      for (line, output) in zip(lines, output) {
        // All digits but those that may be shown: a number that came through whole shows all.
        let text = String(decoding: output, as: UTF8.self)
        if text.contains(line.card) { missed[line.name, default: 0] += 1 }
      }
    }
    note("T22: \(done) card numbers, missed: \(missed)")
    #expect(missed.isEmpty)
  }
}
