import TestSupport
import Testing

@testable import Patterns

/// Signs may name a rule that does not match, and must name every rule that does.
struct SignTests {
  /// A pattern, the words that must stand near it, and texts that it matches.
  static let cases: [(pattern: String, keywords: [[UInt8]]?, texts: [String])] = [
    ("AKIA[A-Z0-9]{16}", nil, ["AKIAIOSFODNN7EXAMPLE"]),
    ("(?i)(?:bearer|basic) [a-z0-9]{8,}", nil, ["Bearer abcdef12", "bAsIc 0123456789"]),
    (
      "[A-Za-z0-9._-]{1,64}(?:@|%40)[a-z0-9-]{1,63}\\.[a-z]{2,}", nil,
      ["a@b.cd", "x.y-z%40mail.org"]
    ),
    ("(?<![0-9A-Za-z])[A-Z]{2}[0-9]{2} ?[0-9]{4}", nil, ["DE89 3704", "GB293704"]),
    ("[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}\\.[0-9]{1,3}", nil, ["1.2.3.4", "192.0.2.17"]),
    (
      "[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}", nil,
      ["411111111111", "4111-1111-1111", "4111 11111111"]
    ),
    ("(?:x-)?token[=:] ?[0-9a-f]{6}", nil, ["token=0a1b2c", "x-token: ffffff"]),
    ("[0-9a-f]{32}-us[0-9]", nil, ["0123456789abcdef0123456789abcdef-us7"]),
    ("\\+[1-9](?:[0-9]| [0-9]){7,14}", nil, ["+14155552671", "+44 20 7946 0123"]),
    ("(?<![0-9])[0-9]{2}[A-Z][0-9]", [Array("plate".utf8)], ["12X3"]),
    ("k[éè]y[0-9]", nil, ["kéy1", "kèy9"]), (":[a-z]+:", nil, [":ok:"]),
    ("[0-9]{12,16}[Dd][0-9]{4}", nil, ["4111111111111111D2912", "411111111111d2912"]),
    ("(?<![0-9A-Za-z])[0-9]{2}[A-Z]", [Array("pan".utf8)], ["12X"]),
    ("[A-Z]{1,5}9{0,4}[0-9][0156][0-9]X", nil, ["FO999512X", "ABCDE657X", "A9999101X"]),
    ("[a-z]{3}[ é]?[a-z]{2}-?[0-9]{2}!", nil, ["abcde12!", "abcéde-12!", "abc de12!"]),
    ("z+$|S-[0-9]", nil, ["z"]), ("[a-z]", nil, ["q"]),
  ]

  private func names(_ rule: Int, _ index: SignIndex, _ text: [UInt8], keywordBit: Int) -> Bool {
    var words = [UInt64](repeating: 0, count: index.wordCount)
    unsafe text.withUnsafeBufferPointer { text in
      unsafe words.withUnsafeMutableBufferPointer { words in
        guard let base = words.baseAddress else { return }
        unsafe index.setUnsigned(base)
        for place in text.indices {
          unsafe index.addRules(at: place, isEven: place % 2 == 0, in: text, to: base)
        }
        unsafe index.addRules(
          ofDigits: text.count { $0 >= 0x30 && $0 <= 0x39 }, to: base)
      }
    }
    return
      (words[rule / 64] >> UInt64(rule % 64) | words[keywordBit / 64] >> UInt64(keywordBit % 64))
      & 1 == 1
  }

  @Test(arguments: cases.indices)
  func `every match is named wherever it stands`(_ number: Int) throws {
    let rules = try Self.cases.map {
      TriggerPlan.Rule(
        shape: RuleShape(try Pattern(Array($0.pattern.utf8))), keywords: $0.keywords)
    }
    let index = SignIndex(TriggerPlan(rules), wordCount: 2, keywordBit: 64) { $0 }
    let keyword = Self.cases[number].keywords?.first.map { $0 + [0x20] } ?? []
    for text in Self.cases[number].texts {
      for before in ["", ";", "; ", ";;;", "   ;  "] {
        for after in ["", ";", ", and more"] {
          let bytes = Array(before.utf8) + keyword + Array(text.utf8) + Array(after.utf8)
          #expect(
            names(number, index, bytes, keywordBit: 64), "\(before)\(text)\(after)")
        }
      }
    }
  }

  @Test(arguments: cases.indices)
  func `of one way to begin, everything that is known stands in a match`(_ number: Int) throws {
    let ways = RuleShape(try Pattern(Array(Self.cases[number].pattern.utf8))).ways
    for text in Self.cases[number].texts {
      let bytes = Array(text.utf8)
      let isKnown = ways.contains { way in
        way.allSatisfy { lead in
          let sets = lead.setsBefore + lead.sets
          return bytes.indices.contains { start in
            start + sets.count <= bytes.count
              && sets.indices.allSatisfy { sets[$0].contains(bytes[start + $0]) }
          }
        }
      }
      #expect(isKnown, "\(text)")
    }
  }

  @Test func `a text without a sign names no rule that has one`() throws {
    let rules = try Self.cases.dropLast().map {
      TriggerPlan.Rule(
        shape: RuleShape(try Pattern(Array($0.pattern.utf8))), keywords: $0.keywords)
    }
    let plan = TriggerPlan(rules)
    #expect(plan.rulesWithoutSign.isEmpty)
    let index = SignIndex(plan, wordCount: 2, keywordBit: 64) { $0 }
    for number in rules.indices {
      #expect(!names(number, index, Array("plain words, nothing else".utf8), keywordBit: 64))
    }
  }

  @Test(
    arguments: ["pan 1X", "1X PAN", "1X: PAN", "myPan=1X", "a pan", "PanNumber", "1pan", "éPAN"])
  func `a keyword of three letters is found as a word of its own and as a hump`(
    _ text: String
  ) throws {
    let rule = TriggerPlan.Rule(
      shape: RuleShape(parsing: "[0-9][A-Z]"), keywords: [Array("pan".utf8)])
    let plan = TriggerPlan([rule])
    #expect(plan.isLookedForByKeyword(0))
    #expect(plan.windows.map(\.border) == [.keyword])
    let index = SignIndex(plan, wordCount: 2, keywordBit: 64) { $0 }
    #expect(names(1, index, Array(text.utf8), keywordBit: 64))
  }

  @Test(arguments: ["panel", "japan's", "span", "company"])
  func `a keyword of three letters is not found inside a small word that goes on`(
    _ text: String
  ) throws {
    let rule = TriggerPlan.Rule(
      shape: RuleShape(parsing: "[0-9][A-Z]"), keywords: [Array("pan".utf8)])
    let window = try #require(TriggerPlan([rule]).windows.first)
    let bytes = Array(text.utf8) + [0, 0, 0, 0, 0]
    for start in 0..<text.utf8.count
    where window.border.allows(bytes[start], after: start == 0 ? nil : bytes[start - 1]) {
      #expect(!window.sets.indices.allSatisfy { window.sets[$0].contains(bytes[start + $0]) })
    }
  }

  @Test func `a date is no long number`() throws {
    let shape = RuleShape(parsing: "[0-9]{9}")
    let plan = TriggerPlan([TriggerPlan.Rule(shape: shape, keywords: nil)])
    #expect(plan.hasDigitRuns)
    let index = SignIndex(plan, wordCount: 2, keywordBit: 64) { $0 }
    #expect(names(0, index, Array("536221234".utf8), keywordBit: 64))
    #expect(!names(0, index, Array("2026-03-01".utf8), keywordBit: 64))
  }

  /// Whatever the sets of a window allow passes one bucket, whole or in parts.
  @Test func `buckets let every window through`() throws {
    var random = SeededRandom(for: "window buckets")
    let rules = try Self.cases.map {
      TriggerPlan.Rule(
        shape: RuleShape(try Pattern(Array($0.pattern.utf8))), keywords: $0.keywords)
    }
    let windows = TriggerPlan(rules).windows
    for border in TriggerPlan.Border.allCases {
      let buckets = WindowBuckets(windows, border, count: 2).buckets
      for window in windows where window.border == border {
        for _ in 0..<200 {
          let text = window.sets.map { min($0.bytes.randomElement(using: &random) ?? 0, 0x7F) }
          let passes = buckets.contains { bucket in
            text.indices.allSatisfy { place in
              bucket.lows[place] >> UInt16(text[place] & 15) & 1 == 1
                && bucket.highs[place] >> UInt16(text[place] >> 4) & 1 == 1
            }
          }
          #expect(passes, "\(text) of \(window)")
        }
      }
    }
  }
}
