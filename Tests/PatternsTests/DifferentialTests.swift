import Testing

@testable import Patterns

/// The JIT against the interpreter (hostile test 26): the shapes of known JIT faults, and patterns
/// drawn from a grammar. MASKLINE_PAIRS sets how many pairs are compared.
@Suite struct DifferentialTests {
  /// 10.43 item 54: class match wrong in the JIT; 10.45 item 43: the upper limit of a greedy bounded
  /// repeat inside a repeated group; ranges of possessive groups from failed starts; near relatives.
  static let faultShapes = [
    "(\\d{1,4}[- ]?)+", "(?:\\d{1,4}[- ]?){3,5}x", "(?:a{1,3}b?)+c", "(?:[ab]{1,2}1?)+k",
    "(?:[a-z]{2,3}-?){2,4}", "(?:(?:ab){1,2}x?)+", "([^\\W_]{1,3}[-_]?)+@", "[^\\x{e9}]+",
    "[\\x{e0}-\\x{ff}]{1,3}", "(?i)[\\x{e0}-\\x{ff}k]{1,3}s", "[^a\\x{17f}]{2,5}", "(?i)[^ks]+",
    "[\\D1]{1,3}2", "[^\\D5]{2,4}", "(?:[ab]|\\x{e9}){1,4}?x", "(?>[a-k]{1,4}s?)+",
    "[[:^alpha:]]{2,}",
    "(?:x{0,2}y?){2}", "(a{1,2}){1,3}b", "(ab)*+x", "(?:(a)|b)*+x|1", "(?:x(\\d))?+a",
    "((?:\\d{1,2}:){1,2})+\\d",
  ]

  private static func unlimited() -> Matcher {
    var limits = MatchLimits()
    limits.shortBytesMax = 1 << 20
    limits.matchLimits = [MatchLimits.matchLimitMax]
    limits.windowBytesMax = [1 << 20]
    return Matcher(limits: limits)
  }

  @Test("T26 the JIT and the interpreter find the same ranges")
  func jitAgainstInterpreter() throws {
    var grammar = PatternGrammar(random: SeededGenerator(seed: runSeed("jit")))
    let pairs = pairCount(200_000)
    var jit = Self.unlimited()
    var interpreter = Self.unlimited()
    var compared = 0
    var matched = 0
    var shape = 0
    while compared < pairs {
      // Every fourth pattern is one of the known shapes.
      let text: String
      if compared % 4 == 0 {
        text = Self.faultShapes[shape % Self.faultShapes.count]
        shape += 1
      } else {
        text = grammar.pattern()
      }
      guard let fast = try? Pattern(Array(text.utf8)) else { continue }
      let slow = try Pattern(Array(text.utf8), jit: false)
      for _ in 0..<51 {
        let subject = grammar.subject(charactersMax: 30)
        for group in [0, fast.captureGroupCount] {
          var one = WorkBudget(steps: .max / 2)
          var two = one
          let left = jit.firstMatch(of: fast, in: subject.span, budget: &one, group: group)
          let right = interpreter.firstMatch(of: slow, in: subject.span, budget: &two, group: group)
          if case .failed = left { continue }
          if case .failed = right { continue }
          if case .match = left { matched += 1 }
          #expect(left == right, "\(text) group \(group) in \(subject)")
        }
        compared += 1
      }
    }
    #expect(matched > pairs / 10)
  }

  @Test("whatever PCRE2 matches meets the conditions derived from the pattern")
  func conditionsHold() throws {
    var grammar = PatternGrammar(random: SeededGenerator(seed: runSeed("conditions")))
    let pairs = pairCount(200_000)
    var matcher = Self.unlimited()
    var compared = 0
    var matched = 0
    var withLiterals = 0
    var withDigits = 0
    while compared < pairs {
      let caseless: Pattern.Options = compared % 3 == 0 ? .caseless : []
      guard let pattern = try? Pattern(Array(grammar.pattern().utf8), options: caseless) else {
        continue
      }
      if pattern.conditions.literals != nil { withLiterals += 1 }
      if pattern.conditions.minDigits > 0 { withDigits += 1 }
      for _ in 0..<25 {
        let subject = grammar.subject(charactersMax: 30)
        compared += 1
        var budget = WorkBudget(steps: .max / 2)
        let outcome = matcher.firstMatch(of: pattern, in: subject.span, budget: &budget)
        guard case .match(let whole, _) = outcome else { continue }
        matched += 1
        let text = Array(subject[whole])
        #expect(subject.count - whole.lowerBound >= pattern.minBytes)
        #expect(pattern.startBytes[Int(text[0])])
        let flags = pattern.cost.byteFlags
        if text.count > 1 { #expect(flags[Int(text[1])] & PatternCost.secondFlag != 0) }
        if text.count > 2 { #expect(flags[Int(text[2])] & PatternCost.thirdFlag != 0) }
        #expect(
          pattern.conditions.hold(for: text),
          """
          \(String(decoding: pattern.text, as: UTF8.self)) \(caseless == .caseless ? "caseless" : "") \
          matched \(text), but: \(pattern.conditions)
          """)
      }
    }
    // The conditions are not empty ones, and they were put to the test.
    #expect(matched > pairs / 10)
    #expect(withLiterals > pairs / 25 / 20)
    #expect(withDigits > pairs / 25 / 20)
  }

  @Test("the bytes round a start that a pattern is said to rule out are at none of its matches")
  func startGuards() throws {
    var grammar = PatternGrammar(random: SeededGenerator(seed: runSeed("guards")))
    let guards = [
      "\\b", "(?<![a-z0-9])", "(?<!\\d)", "(?<=[@ ])", "(?<![ab]|_)", "\\b(?!x)", "(?:\\b|@)",
      "(?=a)\\b",
    ]
    var matcher = Self.unlimited()
    var guarded = 0
    var index = 0
    while index < 60_000 {
      let text = grammar.random.pick(guards) + "(?:" + grammar.pattern() + ")"
      guard let pattern = try? Pattern(Array(text.utf8)) else { continue }
      let cost = pattern.cost
      if cost.boundaryFlag != 0 || cost.byteFlags.contains(where: { $0 & 2 != 0 }) { guarded += 1 }
      for _ in 0..<20 {
        index += 1
        let subject = grammar.subject(charactersMax: 30)
        var budget = WorkBudget(steps: .max / 2)
        guard
          case .match(let whole, _) = matcher.firstMatch(
            of: pattern, in: subject.span, budget: &budget)
        else { continue }
        let at = whole.lowerBound
        let before = at > 0 ? cost.byteFlags[Int(subject[at - 1])] : 0
        let first = cost.byteFlags[Int(subject[at])]
        #expect(before & PatternCost.noStartAfterFlag == 0, "\(text) in \(subject)")
        #expect((before ^ first) & cost.boundaryFlag == cost.boundaryFlag, "\(text) in \(subject)")
        #expect(first & PatternCost.startFlag != 0, "\(text) in \(subject)")
      }
    }
    #expect(guarded > 300)
  }
}
