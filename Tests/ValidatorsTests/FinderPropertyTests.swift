import Testing
import Validators

@Suite("Finders on random text") struct FinderPropertyTests {
  /// How many texts are compared: ten times as many in an optimized build.
  private static let caseCount: Int = {
    #if DEBUG
      2_000
    #else
      20_000
    #endif
  }()

  /// Text out of the pieces that matter: digit groups, real numbers cut up, separators, words.
  private func randomText(_ draw: inout Draw) -> String {
    let separators = [
      " ", "-", ".", "_", "/", "\t", "\u{A0}", "\u{2013}", "\u{2212}", "\u{3000}", " - ", "--",
      "    ", ",", ":", "\n", "x", "a", "f", "\u{E9}", "0.", " 0.", "\u{10EAD}", "/./",
    ]
    let main = draw.pick(separators)
    var text = ""
    for _ in 0..<Int.random(in: 1...12, using: &draw) {
      switch Int.random(in: 0..<9, using: &draw) {
      case 0: text += draw.digits(Int.random(in: 1...22, using: &draw))
      case 1: text += draw.digits(Int.random(in: 1...4, using: &draw))
      case 2: text += cut(number(&draw), with: main, &draw)
      case 3: text += number(&draw)
      case 4: text += draw.word("0123456789abcdef", Int.random(in: 1...40, using: &draw))
      case 5:
        text += cut(
          ["123456789", "078051120", draw.digits(9)].randomElement(using: &draw) ?? "",
          sizes: [3, 2, 4], with: main)
      case 6:
        let iban = account(&draw)
        let fours = Array(repeating: 4, count: 9)
        text +=
          draw.once(in: 3)
          ? iban
          : draw.once(in: 2) ? cut(iban, sizes: fours, with: main) : cut(iban, with: main, &draw)
      case 7 where draw.once(in: 2): text += identifier(&draw)
      case 7: text += draw.pick(["0.", "1.", "0", "v1.0.", "trace_id=", "7", "DE", "be", "at"])
      default: text += draw.word("abcxyz0189", Int.random(in: 1...6, using: &draw))
      }
      text += draw.once(in: 3) ? draw.pick(separators) : main
    }
    return text
  }

  /// A UUID or a hash with a good part of digits, some of them a number.
  private func identifier(_ draw: inout Draw) -> String {
    let count = draw.pick([32, 32, 32, 40, 64, 33, 31])
    var digits = draw.word("01234567890123456789abcf", count)
    if draw.once(in: 2) {
      let isAccount = draw.once(in: 4)
      let inside = isAccount ? NaiveIBAN.make("BE", draw.digits(12)) : number(&draw)
      let at = isAccount ? 8 : Int.random(in: 0...(count - inside.count), using: &draw)
      digits = digits.prefix(at) + inside + digits.dropFirst(at + inside.count)
    }
    return draw.once(in: 4) ? digits : cut(digits, sizes: [8, 4, 4, 4, 12], with: "-")
  }

  private func number(_ draw: inout Draw) -> String {
    let brand = draw.pick(NaiveCardBrand.all)
    let prefix = draw.pick(brand.ranges).low
    return draw.card(draw.once(in: 6) ? draw.digits(2) : prefix, draw.pick(brand.lengths))
  }

  private func account(_ draw: inout Draw) -> String {
    let country = draw.pick(NaiveIBAN.counts.sorted { $0.key < $1.key })
    let account = draw.word("0123456789ABCXYZ", country.value - 4)
    let iban = NaiveIBAN.make(country.key, account)
    return draw.once(in: 3) ? iban.lowercased() : draw.once(in: 6) ? brokenTwin(iban) : iban
  }

  private func cut(_ number: String, with separator: String, _ draw: inout Draw) -> String {
    let size = Int.random(in: 1...6, using: &draw)
    let isEven = draw.once(in: 2)
    let sizes = (0..<30).map { _ in isEven ? size : Int.random(in: 1...6, using: &draw) }
    return cut(number, sizes: sizes, with: separator)
  }

  private func cut(_ number: String, sizes: [Int], with separator: String) -> String {
    var rest = number[...]
    var parts: [Substring] = []
    for size in sizes where !rest.isEmpty {
      parts.append(rest.prefix(size))
      rest = rest.dropFirst(size)
    }
    return (parts + (rest.isEmpty ? [] : [rest])).joined(separator: separator)
  }

  @Test(
    "A finder finds what trying every window finds, in the same order",
    arguments: NumberFinder.allCases)
  func sameAsNaive(finder: NumberFinder) {
    var draw = Draw(for: "\(finder) against the naive finder")
    var total = 0
    var unsure = 0
    for _ in 0..<Self.caseCount {
      let text = randomText(&draw)
      let expected = NaiveFinders(text).matches(finder)
      let matches = find(finder, in: text)
      total += matches.count
      unsure += matches.count { $0.needsKeyword }
      guard matches == expected else {
        Issue.record("\(text.debugDescription): \(matches) instead of \(expected)")
        return
      }
    }
    say("\(finder): \(total) matches compared, of which \(unsure) need a keyword")
    #expect(total > 500)
    #expect(unsure > (finder == .iban ? 0 : 50))
  }

  @Test(
    "A text with a match has the digits and bytes that the prefilter asks for",
    arguments: NumberFinder.allCases)
  func prefilterIsSound(finder: NumberFinder) {
    var draw = Draw(for: "prefilter of \(finder)")
    var seen = 0
    for _ in 0..<2_000 {
      let bytes = Array(randomText(&draw).utf8)
      for match in find(finder, in: bytes) {
        seen += 1
        let digits = bytes[match.range].count { (0x30...0x39).contains($0) }
        #expect(digits >= finder.digitCountMin)
        #expect(match.range.count >= finder.byteCountMin)
      }
    }
    #expect(seen > 500)
  }

  @Test("The prefilter's bounds are met by the smallest numbers")
  func prefilterIsTight() {
    let card = withLuhnDigit("50000000000")
    #expect(card.count == NumberFinder.card.byteCountMin)
    #expect(found(.card, in: card) == [card])
    #expect(found(.ssn, in: "123456789") == ["?123456789"])
    let letters = NaiveIBAN.make("LC", String(repeating: "A", count: 28))
    #expect(letters.count { $0.isNumber } == NumberFinder.iban.digitCountMin)
    #expect(found(.iban, in: letters) == [letters])
    #expect(found(.iban, in: "NO9386011117947") == ["NO9386011117947"])
  }

  @Test(
    "Bytes that are no text do no harm, and ranges stay inside",
    arguments: NumberFinder.allCases, [false, true])
  func randomBytes(finder: NumberFinder, isNumber: Bool) {
    var draw = Draw(for: "random bytes for \(finder)")
    let rich: [UInt8] =
      Array("0123456789 -._/AZaz".utf8) + [
        0xC2, 0xA0, 0xE2, 0x80, 0x93, 0xF0, 0x90, 0xBA, 0xAD, 0xFF, 0xC0, 0xED, 0xF4, 0xE3,
      ]
    for _ in 0..<8_000 {
      let isRich = !draw.once(in: 4)
      let bytes = (0..<Int.random(in: 0...70, using: &draw)).map { _ in
        isRich ? draw.pick(rich) : UInt8.random(in: 0...255, using: &draw)
      }
      var last = 0
      for match in find(finder, in: bytes, isNumber: isNumber) {
        #expect(match.range.lowerBound >= last)
        #expect(match.range.upperBound <= bytes.count)
        #expect(!match.range.isEmpty)
        last = match.range.lowerBound
      }
    }
  }

  @Test("Validators take any bytes", arguments: Validator.allCases)
  func validatorsOnRandomBytes(validator: Validator) {
    var draw = Draw(for: "random bytes for \(validator)")
    for _ in 0..<2_000 {
      let bytes = (0..<Int.random(in: 0...50, using: &draw)).map { _ in
        draw.once(in: 2)
          ? UInt8.random(in: 0x30...0x39, using: &draw) : UInt8.random(in: 0...255, using: &draw)
      }
      _ = validator.accepts(bytes.span)
    }
  }

  @Test("A match ends and begins at whole characters", arguments: NumberFinder.allCases)
  func wholeCharacters(finder: NumberFinder) {
    var draw = Draw(for: "whole characters for \(finder)")
    for _ in 0..<2_000 {
      let bytes = Array(randomText(&draw).utf8)
      for match in find(finder, in: bytes) {
        #expect(String(validating: bytes[match.range], as: UTF8.self) != nil)
      }
    }
  }
}
