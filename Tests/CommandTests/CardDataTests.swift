import Foundation
import TestSupport
import Testing

/// T22: the numbers that payment companies document for tests, and numbers that are no cards.
@Suite("T22 Card numbers of every brand")
struct CardDataTests {
  struct DocumentedCard: Decodable {
    let brand: String
    let number: String
    let luhn: Bool
  }

  static func documented() throws -> [DocumentedCard] {
    let file = try #require(TestPaths.data("cards/test_cards.json"))
    return try JSONDecoder().decode([DocumentedCard].self, from: Data(contentsOf: file))
  }

  @Test(
    "J24 every documented card number is masked: beside a keyword, grouped, and as a number",
    .enabled(if: TestPaths.data("cards") != nil, "set MASKLINE_DATA"))
  func documentedCards() throws {
    let cards = try Self.documented().filter { $0.luhn && $0.number.count >= 12 }
    #expect(cards.count > 100)
    let forms: [(String) -> String] = [
      { #"{"card":"\#($0)"}"# }, { #"{"t":"paid with card \#($0) today"}"# },
      { #"{"card_number":\#($0)}"# },
      { #"{"t":"card number \#(Self.grouped($0, " "))"}"# },
      { #"{"t":"card number \#(Self.grouped($0, "-")), thanks"}"# },
    ]
    var missed: [String] = []
    for form in forms {
      let input = Array(cards.map { form($0.number) + "\n" }.joined().utf8)
      let lines = try Pipe().run(input).lines
      #expect(lines.count == cards.count)
      for (card, line) in zip(cards, lines) {
        let leaks = LeakChecker(cards: [card.number]).leaks(inLine: line)
        if !leaks.isEmpty { missed.append("\(card.brand) \(form(card.number))") }
      }
    }
    #expect(missed.isEmpty, "\(missed.count) missed: \(missed.prefix(5))")
  }

  @Test(
    "J24 a bare number of a large brand needs no keyword",
    .enabled(if: TestPaths.data("cards") != nil, "set MASKLINE_DATA"))
  func bareCards() throws {
    let brands: Set = ["visa", "mastercard", "amex", "discover", "jcb", "unionpay"]
    let cards = try Self.documented()
      .filter { $0.luhn && $0.number.count >= 15 && brands.contains($0.brand) }
    let input = Array(cards.map { "{\"x\":\"\($0.number)\",\"y\":[\($0.number)]}\n" }.joined().utf8)
    var missed: [String] = []
    for (card, line) in zip(cards, try Pipe().run(input).lines)
    where !LeakChecker(cards: [card.number]).leaks(inLine: line).isEmpty {
      missed.append("\(card.brand) \(card.number)")
    }
    #expect(missed.isEmpty, "\(missed)")
  }

  @Test(
    "a number that fails the Luhn check is no card",
    arguments: ["4111111111111112", "1234567890123456", "370000000000000", "50195555"])
  func luhn(number: String) throws {
    let pipe = try Pipe(packs: ["pci"])
    for line in [#"{"order":"\#(number)"}"#, #"{"order":\#(number)}"#] {
      #expect(try pipe.line(line) == line)
    }
  }

  @Test("J25 fewer than one epoch time in a thousand is taken for a card number")
  func epochTimes() throws {
    var random = SeededRandom(for: "T22 epoch times")
    let count = 20_000
    var input: [UInt8] = []
    for index in 0..<count {
      let time = Int.random(in: 1_400_000_000_000...1_999_999_999_999, using: &random)
      let text = index % 2 == 0 ? "{\"ts\":\(time)}\n" : "{\"msg\":\"at \(time) done\"}\n"
      input += Array(text.utf8)
    }
    let lines = CommandRunner.lines(of: input)
    let output = try Pipe().run(input).lines
    #expect(output.count == count)
    let changed = zip(lines, output).count { $0 != $1 }
    #expect(changed < count / 1000, "\(changed) of \(count), seed \(random.seed)")
  }

  @Test("fractions of numbers below one are no card numbers")
  func fractions() throws {
    let line =
      #"{"v":[0.4111111111111111,0.250750683890174,-0.37828224631000],"t":"0.4111111111111111"}"#
    #expect(try Pipe(packs: ["pci"]).line(line) == line)
  }

  /// The digits in groups of four from the left; of numbers with 14 and 15 digits in the groups
  /// that are printed on them.
  private static func grouped(_ number: String, _ separator: String) -> String {
    let sizes = [14: [4, 6, 4], 15: [4, 6, 5]][number.count] ?? [4, 4, 4, 4, 4]
    var rest = number[...]
    return sizes.map { size in
      defer { rest = rest.dropFirst(size) }
      return String(rest.prefix(size))
    }.filter { !$0.isEmpty }.joined(separator: separator)
  }
}
