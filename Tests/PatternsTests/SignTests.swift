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
    ("z+$|S-[0-9]", nil, ["z"]), ("[a-z]", nil, ["q"]),
  ]

  private func names(_ rule: Int, _ index: SignIndex, _ text: [UInt8], keywordBit: Int) -> Bool {
    var words = [UInt64](repeating: 0, count: index.wordCount)
    unsafe text.withUnsafeBufferPointer { text in
      unsafe words.withUnsafeMutableBufferPointer { words in
        guard let base = words.baseAddress else { return }
        unsafe index.addUnsigned(to: base)
        for place in text.indices {
          unsafe index.addRules(at: place, isEven: place % 2 == 0, in: text, to: base)
        }
        unsafe index.addRunRules(in: text, from: 0, to: base)
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

  @Test func `dates and times are no long numbers beside a keyword`() throws {
    let shape = RuleShape(parsing: "[0-9]{8}")
    let bare = TriggerPlan([TriggerPlan.Rule(shape: shape, keywords: nil)])
    let gated = TriggerPlan([TriggerPlan.Rule(shape: shape, keywords: [Array("id".utf8)])])
    #expect(bare.hasDigitRuns)
    #expect(gated.isLookedForByKeyword(0))
  }
}
