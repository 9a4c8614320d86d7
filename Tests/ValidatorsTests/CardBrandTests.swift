import Foundation
import Testing
import Validators

@Suite("Card brands") struct CardBrandTests {
  @Test("Numbers of every brand, prefix and length are found, and with a broken check digit none")
  func everyBrand() {
    var draw = Draw(for: "every brand")
    var count = 0
    for brand in NaiveCardBrand.all {
      for (low, high) in brand.ranges {
        for length in brand.lengths {
          for _ in 0..<12 {
            let range = (Int(low) ?? 0)...(Int(high) ?? 0)
            let card = draw.card(String(Int.random(in: range, using: &draw)), length)
            let note: Comment = "\(brand.name), \(low) to \(high), \(length) digits"
            #expect(found(.card, in: "id=\(card);") == [card], note)
            #expect(found(.card, in: card, isNumber: true) == [card], note)
            #expect(found(.card, in: brokenTwin(card)) == [], note)
            count += 1
          }
        }
      }
    }
    say("\(count) card numbers of \(NaiveCardBrand.all.count) brands found")
  }

  @Test("Every usual grouping of every brand is found among other groups")
  func everyGrouping() {
    var draw = Draw(for: "every grouping")
    for brand in NaiveCardBrand.all {
      for grouping in brand.groupings where brand.lengths.contains(grouping.reduce(0, +)) {
        var digits = draw.card(draw.pick(brand.ranges).low, grouping.reduce(0, +))[...]
        let groups = grouping.map { size in
          defer { digits = digits.dropFirst(size) }
          return String(digits.prefix(size))
        }
        let card = groups.joined(separator: " ")
        #expect(
          found(.card, in: "1 2 \(card) 3 4").contains(card), "\(brand.name) \(grouping)")
      }
    }
  }

  @Test("No prefix below 4 has numbers of 13 digits, so epoch milliseconds need a keyword")
  func noThirteenDigitsBelowFour() {
    // Ranges are of four digits or fewer here.
    for prefix in stride(from: 100_000, to: 400_000, by: 50) {
      let card = withLuhnDigit(String(prefix) + "123456")
      let matches = find(.card, in: card)
      guard matches.count == 1, matches[0].needsKeyword else {
        Issue.record("\(prefix) has numbers of 13 digits")
        return
      }
    }
  }

  @Test("Documented test cards are found in every dress", .enabled(if: dataFolder != nil, noData))
  func testCards() throws {
    struct Card: Decodable {
      var source: String
      var number: String
      var luhn: Bool
    }
    let folder = try #require(dataFolder)
    let cards = try JSONDecoder().decode(
      [Card].self, from: Data(contentsOf: folder.appendingPathComponent("cards/test_cards.json")))
    #expect(cards.count > 100)
    for card in cards {
      let number = card.number
      if card.luhn {
        let fours = stride(from: 0, to: number.count, by: 4).map {
          String(number.dropFirst($0).prefix(4))
        }
        let grouped = fours.joined(separator: "-")
        let single = number.map(String.init).joined(separator: " ")
        #expect(found(.card, in: number) == [number], "\(card.source)")
        #expect(found(.card, in: "card\(number)x").contains(number))
        #expect(found(.card, in: "order 7 \(number) 12/27").contains(number))
        #expect(found(.card, in: "2026-11-21 \(grouped) 123").contains(grouped))
        #expect(found(.card, in: "cvv 123: \(single)").contains(single))
        #expect(found(.card, in: number, isNumber: true) == [number])
        #expect(found(.card, in: brokenTwin(number)) == [])
      } else {
        #expect(found(.card, in: number) == [], "\(card.source)")
      }
    }
  }

  @Test("Braintree's prefixes and lengths are found", .enabled(if: dataFolder != nil, noData))
  func cardTypes() throws {
    let folder = try #require(dataFolder)
    let data = try Data(contentsOf: folder.appendingPathComponent("cards/card_types.json"))
    let file = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let types = try #require(file["types"] as? [String: [String: Any]])
    var draw = Draw(for: "card types")
    var count = 0
    for (name, type) in types.sorted(by: { $0.key < $1.key }) {
      let lengths = try #require(type["lengths"] as? [Int])
      for pattern in try #require(type["patterns"] as? [Any]) {
        let prefixes = try (pattern as? [Int]) ?? [#require(pattern as? Int)]
        for prefix in Set([prefixes[0], prefixes[prefixes.count - 1]]) {
          // JCB's 1800 has 15 digits; as 16 to 19 it would take two weeks of 2027 in microseconds.
          for length in lengths where prefix != 1800 {
            let card = draw.card(String(prefix), length)
            #expect(found(.card, in: card) == [card], "\(name), \(prefix), \(length) digits")
            count += 1
          }
        }
      }
    }
    #expect(count > 400)
  }
}

/// Said by tests that are skipped.
private let noData: Comment = "the test data is not here: set MASKLINE_DATA to its folder"
