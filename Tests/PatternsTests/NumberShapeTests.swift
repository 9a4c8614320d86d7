import TestSupport
import Testing

@testable import Patterns

/// Numbers are told by their shape: a rule that matches one must be named.
struct NumberShapeTests {
  private static let patterns = [
    "(?<![0-9])4[0-9]{12}(?![0-9])", "[0-9]{9}", "(?<![0-9.])7[0-9]{2}\\.[0-9]{4}",
    "-[0-9]{3}\\.[0-9]", "[0-9]{3}\\.5[0-9](?![0-9])", "(?<![0-9])(?:19|20)[0-9]{6}(?![0-9])",
  ]

  private static func number(_ random: inout SeededRandom) -> String {
    func digits(_ range: ClosedRange<Int>) -> String {
      let count = Int.random(in: range, using: &random)
      return String((0..<count).map { _ in "0123456789".randomElement(using: &random) ?? "0" })
    }
    let sign = Int.random(in: 0..<4, using: &random) == 0 ? "-" : ""
    let whole = "\([1, 2, 4, 7].randomElement(using: &random) ?? 4)" + digits(0...14)
    let fraction = Bool.random(using: &random) ? "." + digits(1...8) : ""
    return sign + whole + fraction
  }

  @Test func `a rule that matches a number is named by the number's shape`() throws {
    var random = SeededRandom(for: "number shapes")
    let patterns = try Self.patterns.map { try Pattern(Array($0.utf8)) }
    let index = SignIndex(
      TriggerPlan(patterns.map { TriggerPlan.Rule(shape: RuleShape($0), keywords: nil) }),
      wordCount: 3, keywordBit: 128
    ) { $0 }
    let whole = NumberShapes.WholeRule(bit: 40, digits: 12...13)
    var shapes = NumberShapes(index, [whole], ownWordCount: 1)
    var matcher = Matcher()
    var matchCount = 0
    for _ in 0..<20_000 {
      let text = Array(Self.number(&random).utf8)
      let (mayHold, named) = Self.named(text, &shapes)
      let wholeCount = text.prefix { $0 != 0x2E }.count { $0 != 0x2D }
      let isWhole = whole.digits.contains(wholeCount)
      #expect(!isWhole || mayHold && named.map { $0 >> 40 & 1 == 1 } ?? true, "\(text)")
      for (rule, pattern) in patterns.enumerated() {
        var budget = WorkBudget(recordBytes: 64)
        let outcome = unsafe text.withUnsafeBufferPointer {
          unsafe matcher.firstMatch(of: pattern, in: $0, from: 0, budget: &budget, group: 0)
        }
        guard case .match = outcome else { continue }
        matchCount += 1
        let isNamed = named.map { $0 >> UInt64(rule) & 1 == 1 } ?? true
        #expect(
          mayHold && isNamed, "\(Self.patterns[rule]) \(String(decoding: text, as: UTF8.self))")
      }
    }
    #expect(matchCount > 1_000)
  }

  /// Whether anything may be in the text, and the first word of what is named; nil without a shape.
  private static func named(
    _ text: [UInt8], _ shapes: inout NumberShapes
  ) -> (mayHold: Bool, named: UInt64?) {
    var words: [UInt64] = [0, 0, 0]
    return unsafe text.withUnsafeBufferPointer { text in
      let mayHold = unsafe shapes.mayHold(text)
      let hasShape = unsafe words.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return false }
        return unsafe shapes.addRules(in: text, to: base)
      }
      return (mayHold, hasShape ? words[0] : nil)
    }
  }
}
