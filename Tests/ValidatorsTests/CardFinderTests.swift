import Testing
import Validators

@Suite("Card finder") struct CardFinderTests {
  @Test(
    "A card number is found whatever stands beside it",
    arguments: [
      "4111111111111111", "card 4111111111111111 ok", "card4111111111111111", "_4111111111111111",
      "4111111111111111x", "x4111111111111111y", "\u{E9}4111111111111111\u{E9}",
      "order 7 4111111111111111", "4111111111111111 7", "4111111111111111 12/27 123",
      "4111111111111111;4111111111111111", "=4111111111111111,", "a4111111111111111f",
      "v1.0.4111111111111111", "x0.4111111111111111", "p_0.4111111111111111", "10.4111111111111111",
      "1.4111111111111111",
    ])
  func neighbours(text: String) {
    #expect(found(.card, in: text).contains("4111111111111111"))
  }

  @Test(
    "A card number in groups of four is found among other groups",
    arguments: [
      "2026-11-21 4111 1111 1111 1111", "4111 1111 1111 1111 12/27 123", "7 4111 1111 1111 1111",
      "4111 1111 1111 1111 7", "1 2 3 4111 1111 1111 1111 4 5 6", "0 0 4111 1111 1111 1111 0 0",
      "99 2026-11-21 4111 1111 1111 1111", "(4111 1111 1111 1111)",
    ])
  func usualGroups(text: String) {
    #expect(found(.card, in: text).contains("4111 1111 1111 1111"))
  }

  @Test("Brands' own groupings are found among other groups")
  func brandGroupings() {
    for number in [
      "3782 822463 10005", "3056 930902 5904", "4222 222 222 222", "1354 10014 004955",
      "6304 0000 0000 0000", "6205 5000 0000 0000 004", "6205 5000 0000 0000004",
      "6799 9989 0000 0099 990",
    ] {
      let digits = number.filter(\.isNumber)
      #expect(passesLuhn(digits), "\(number)")
      #expect(found(.card, in: "1 2 \(number) 3 4").contains(number), "\(number)")
    }
    // UnionPay's 6-13 is two groups, which need no usual grouping.
    #expect(found(.card, in: "1 2 620550 0000000000004 3 4").contains("620550 0000000000004"))
  }

  @Test("Groups of any sizes that fill their run are found, with any one separator")
  func fillingGroups() {
    var draw = Draw(for: "filling groups")
    let separators = [" ", "-", ".", "_", "/", "\t", "\u{A0}", "\u{2013}", " - ", "--", "\u{3000}"]
    for _ in 0..<3_000 {
      let digits = Array(draw.card("4", 16))
      let separator = draw.pick(separators)
      var number = String(digits[0])
      for digit in digits.dropFirst() {
        if draw.once(in: 3) { number += separator }
        number.append(digit)
      }
      let other = separator == " " ? "_" : " "
      for text in [number, "x\(number)y", "id 12:\(number).", "7\(other)\(other)\(number)"] {
        #expect(found(.card, in: text).contains(number), "\(text)")
      }
    }
  }

  @Test("Single digits and pairs with a separator between are found")
  func singlesAndPairs() {
    #expect(
      found(.card, in: "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1").contains(
        "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-1"))
    #expect(found(.card, in: "41-11-11-11-11-11-11-11").contains("41-11-11-11-11-11-11-11"))
    #expect(found(.card, in: "41 11 11 11 11 11 11 11").contains("41 11 11 11 11 11 11 11"))
  }

  @Test("Every separator between every pair of digits is passed over")
  func separatorBetweenEachPair() {
    let separators = [
      " ", "\t", "-", ".", "_", "/", "\u{A0}", "\u{1680}", "\u{2000}", "\u{2007}", "\u{200A}",
      "\u{202F}", "\u{205F}", "\u{3000}", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}",
      "\u{2014}", "\u{2015}", "\u{2212}", "\u{FE58}", "\u{FE63}", "\u{FF0D}", "\u{301C}",
      "\u{10EAD}", "  ", " - ", "...", "\u{A0}\u{2013}\u{A0}",
    ]
    for number in ["4111111111111111", "378282246310005", "36227206271667", "2223003122003222"] {
      for separator in separators {
        for position in 1..<number.count {
          let text =
            number.prefix(position) + separator + number.suffix(number.count - position)
          #expect(found(.card, in: String(text)).contains(String(text)), "\(text)")
        }
      }
    }
  }

  @Test("Every blank and every dash of Unicode separates, and nothing else does")
  func separatorsOfUnicode() {
    var wrong: [String] = []
    var matches: [NumberMatch] = []
    for value in UInt32(0)...0x10FFFF {
      guard let scalar = Unicode.Scalar(value), !("0"..."9").contains(scalar) else { continue }
      let category = scalar.properties.generalCategory
      let separates =
        category == .spaceSeparator || category == .dashPunctuation
        || ["\t", ".", "_", "/", "\u{2212}"].contains(scalar)
      var bytes = Array("41111111".utf8)
      bytes.append(contentsOf: Array(String(scalar).utf8))
      bytes.append(contentsOf: Array("11111111".utf8))
      matches.removeAll(keepingCapacity: true)
      NumberFinder.card.find(in: bytes.span, isNumber: false, into: &matches)
      if matches.isEmpty == separates { wrong.append("U+" + String(value, radix: 16)) }
    }
    #expect(wrong.isEmpty)
  }

  @Test("Four separating characters, or another one half way, part two numbers")
  func notSeparators() {
    for text in [
      "4111    1111    1111    1111", "4111 1111-1111 1111", "4111 1111  1111 1111",
      "4111,1111,1111,1111", "4111:1111:1111:1111", "4111 1111 x 1111 1111",
      "4111\n1111\n1111\n1111",
    ] {
      #expect(found(.card, in: text) == [], "\(text)")
    }
  }

  @Test("No two different separators count as the same one")
  func differentSeparators() {
    let single = [
      " ", "\t", "-", ".", "_", "/", "\u{A0}", "\u{2010}", "\u{2011}", "\u{2212}",
      "\u{3000}", "\u{10EAD}",
    ]
    let all = single + single.flatMap { first in single.map { first + $0 } }
    for first in all {
      for second in all where first != second {
        // Three groups with both separators, each of them too short with its neighbour alone.
        let text = "411111" + first + "11111" + second + "11111"
        if !find(.card, in: text).isEmpty {
          Issue.record("\(text.debugDescription) was found")
          return
        }
      }
    }
  }

  @Test("A window of unusual groups that does not fill its run needs a keyword")
  func unusualGroups() {
    let number = "41 11 11 11 11 11 11 11"
    #expect(found(.card, in: "7 \(number)").contains("?" + number))
    #expect(found(.card, in: "\(number) 7").contains("?" + number))
    #expect(found(.card, in: "7-\(number)-7").contains(number))
  }

  @Test("A number with a broken check digit is not found")
  func brokenCheckDigit() {
    for text in [
      "4111111111111112", "4111 1111 1111 1112", "4-1-1-1-1-1-1-1-1-1-1-1-1-1-1-2",
      "1234567890123456", "4571736004738485",
    ] {
      #expect(found(.card, in: text) == [], "\(text)")
    }
  }

  @Test("A number of no brand needs a keyword, alone in its run or contiguous")
  func noBrand() {
    let number = withLuhnDigit("900000000000000")
    #expect(found(.card, in: number) == ["?" + number])
    #expect(found(.card, in: "1 \(number)").contains("?" + number))
    let grouped = "9000 0000 0000 " + number.suffix(4)
    #expect(found(.card, in: grouped) == ["?" + grouped])
    #expect(found(.card, in: "1 " + grouped) == [])
  }

  @Test("The fraction of a decimal number below one needs a keyword")
  func fractions() {
    for text in [
      "0.4111111111111111", "-0.4111111111111111", "[0.4111111111111111]",
      "p=0.4111111111111111",
    ] {
      #expect(found(.card, in: text).contains("?4111111111111111"), "\(text)")
      #expect(!found(.card, in: text).contains { !$0.hasPrefix("?") }, "\(text)")
    }
    #expect(found(.card, in: "0.41111111111111111111111") == ["?41111111111111111111111"])
  }

  @Test("Twenty or more digits in a row are one match, except in a hexadecimal word")
  func longRuns() {
    let run = "41111111111111110000"
    #expect(found(.card, in: run) == [run])
    #expect(found(.card, in: "x\(run)y") == [run])
    #expect(found(.card, in: "card_\(run)1234567") == [run + "1234567"])
    #expect(found(.card, in: "trace \(run) 4111111111111111") == [run, "4111111111111111"])
    #expect(found(.card, in: "a\(run)") == [])
    #expect(found(.card, in: "\(run)F") == [])
    #expect(found(.card, in: "12ab\(run)cd\(run)34") == [])
    #expect(found(.card, in: "ag\(run)") == [run])
    #expect(found(.card, in: "a \(run)") == [run])
    #expect(found(.card, in: "a\(run) \(run)") == [run])
    #expect(found(.card, in: "a\(run)-\(run)-\(run)b") == [run])
    #expect(found(.card, in: "\(run)g\(run)") == [run, run])
    #expect(found(.card, in: "a\(run)b\(run)g") == [run, run])
  }

  @Test("By chance a UUID or a hash holds a number: it needs a keyword")
  func identifiers() {
    let last = withLuhnDigit("50000000000")
    #expect(found(.card, in: "0a4a5f1e-7c4a-ab4a-bb4a-\(last)") == ["?" + last])
    let card = "4111-111111111111"
    let uuid = "0a4a5f1e-7c4a-ab4a-\(card)"
    for text in [uuid, "id=\(uuid);", "x-\(uuid)-y", uuid.uppercased(), "\u{E9}\(uuid)"] {
      #expect(found(.card, in: text) == ["?" + card], "\(text)")
    }
    for text in [
      "a4a5f1e-7c4a-ab4a-\(card)", "10a4a5f1e-7c4a-ab4a-\(card)", "\(uuid)a",
      "ga4a5f1e-7c4a-ab4a-\(card)", "0a4a5f1e-7c4a-ag4a-\(card)", "0a4a5f1e-7c4a_ab4a-\(card)",
      "7c4a-ab4a-\(card)", "b-\(card)",
    ] {
      #expect(found(.card, in: text) == [card], "\(text)")
    }
    let number = "4111111111111111"
    for count in [32, 40, 56, 64, 96, 128] {
      let rest = String(repeating: "d", count: count - 16)
      #expect(found(.card, in: "id=\(rest)\(number);") == ["?" + number])
      #expect(found(.card, in: "\(number)\(rest)") == ["?" + number])
      #expect(found(.card, in: "\(number)\(rest)a") == [number])
      #expect(found(.card, in: "\(number)\(rest.dropLast())x") == [number])
    }
  }

  @Test("Grouped runs of more than nineteen digits are searched by windows")
  func longGroupedRuns() {
    let text = "1234 4111 1111 1111 1111 1234"
    #expect(found(.card, in: text).contains("4111 1111 1111 1111"))
    #expect(!found(.card, in: text).contains(text))
    let two = "4111 1111 1111 1111 5500 0000 0000 0004"
    #expect(found(.card, in: two).contains("4111 1111 1111 1111"))
    #expect(found(.card, in: two).contains("5500 0000 0000 0004"))
  }

  @Test("Of a JSON number the whole part is looked at")
  func numbers() {
    #expect(found(.card, in: "4111111111111111", isNumber: true) == ["4111111111111111"])
    #expect(found(.card, in: "-4111111111111111", isNumber: true) == ["4111111111111111"])
    #expect(found(.card, in: "4111111111111111.0", isNumber: true) == ["4111111111111111"])
    #expect(found(.card, in: "4111111111111111.5", isNumber: true) == ["4111111111111111"])
    #expect(found(.card, in: "0.4111111111111111", isNumber: true) == [])
    #expect(found(.card, in: "4.111111111111111", isNumber: true) == [])
    #expect(found(.card, in: "1.4111111111111111", isNumber: true) == [])
    #expect(found(.card, in: "4111111111111112", isNumber: true) == [])
    #expect(found(.card, in: "41111111111111110000", isNumber: true) == ["41111111111111110000"])
    for text in ["", "-", "0", "1", "-0", "12.5"] {
      #expect(found(.card, in: text, isNumber: true) == [])
    }
  }

  @Test("A number that is not written as a plain decimal is searched like text")
  func numbersOfOtherShapes() {
    #expect(found(.card, in: "4111111111111111e-30", isNumber: true) == ["4111111111111111"])
    #expect(found(.card, in: "-4111111111111111.", isNumber: true) == ["4111111111111111"])
    #expect(found(.card, in: "-.4111111111111111", isNumber: true) == ["4111111111111111"])
    #expect(found(.card, in: "1.4111111111111111e9", isNumber: true).contains("4111111111111111"))
  }

  @Test("Matches are appended to what the array holds")
  func appends() {
    let old = NumberMatch(range: 0..<1, needsKeyword: true)
    var matches = [old]
    let bytes = Array("4111111111111111".utf8)
    NumberFinder.card.find(in: bytes.span, isNumber: false, into: &matches)
    #expect(matches == [old, NumberMatch(range: 0..<16, needsKeyword: false)])
  }

  @Test("The finders say what they need and which words lift the need for one")
  func facts() {
    #expect(NumberFinder.allCases.map(\.rawValue) == ["card", "iban", "ssn"])
    #expect(NumberFinder.allCases.map(\.digitCountMin) == [12, 2, 9])
    #expect(NumberFinder.allCases.map(\.byteCountMin) == [12, 15, 9])
    #expect(NumberFinder.card.keywords.contains("card"))
    #expect(NumberFinder.ssn.keywords.contains("social security"))
    #expect(NumberFinder.iban.keywords.contains("iban"))
    for finder in NumberFinder.allCases {
      for keyword in finder.keywords { #expect(keyword == keyword.lowercased()) }
    }
  }
}
