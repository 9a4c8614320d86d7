import TestSupport
import Testing

@testable import Patterns

/// The first match in a subject, with a record's usual budget.
func first(
  _ pattern: String, _ subject: [UInt8], from start: Int = 0, group: Int = 0, jit: Bool = true,
  limits: MatchLimits = MatchLimits(), budget: Int? = nil
) throws -> MatchOutcome {
  var matcher = Matcher(limits: limits)
  var budget = budget.map(WorkBudget.init(steps:)) ?? WorkBudget(recordBytes: subject.count)
  return matcher.firstMatch(
    of: try Pattern(Array(pattern.utf8), jit: jit), in: subject.span, from: start, budget: &budget,
    group: group)
}

func first(_ pattern: String, _ subject: String, from start: Int = 0, group: Int = 0) throws
  -> MatchOutcome
{
  try first(pattern, Array(subject.utf8), from: start, group: group)
}

@Suite struct MatcherTests {
  @Test("a match is told by its byte range, whole and group")
  func ranges() throws {
    #expect(try first("(\\d+)-(\\d+)", "ab 12-345", group: 2) == .match(whole: 3..<9, group: 6..<9))
    #expect(try first("\\d+", "ab 12") == .match(whole: 3..<5, group: 3..<5))
    #expect(try first("\\d+", "ab") == .noMatch)
  }

  @Test("a group that took no part gives the whole match, so that more is masked")
  func absentGroup() throws {
    #expect(try first("(a)?(b)c", "bc", group: 1) == .match(whole: 0..<2, group: 0..<2))
    #expect(try first("(?:(a)|(b))c", "ac", group: 2) == .match(whole: 0..<2, group: 0..<2))
  }

  @Test("a group's range is never one from a start that failed, which the JIT may report")
  func staleGroup() throws {
    for (pattern, subject) in [
      ("(Ab)*+k", "Ab1k"), ("(?:(Ab))*+k", "Ab1k"), ("(Ab)?+k", "Ab1k"),
      ("(?:x(Ab))*+k|z", "xAb1k"),
      ("(?^)(Ab)*+k", "Ab1k"),
    ] {
      let at = subject.utf8.count - 1
      let whole = at..<(at + 1)
      #expect(try first(pattern, subject, group: 1) == .match(whole: whole, group: whole))
      let long = String(repeating: "-", count: 300) + subject
      let far = (at + 300)..<(at + 301)
      #expect(try first(pattern, long, group: 1) == .match(whole: far, group: far))
    }
    // The JIT's own report, so that the reason for the second look is noticed when it goes away.
    var matcher = Matcher()
    let pattern = try Pattern(Array("(Ab)*+k".utf8))
    let subject = Array("Ab1k".utf8)
    let code = unsafe subject.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return Int32(0) }
      return unsafe matcher.call(
        pattern, base, bytes.count, from: 0, offsetLimit: .max, limit: 1000)
    }
    if case .match(_, let group) = matcher.meaning(of: code, group: 1) {
      note("the JIT reports \(group) for a group that took no part")
    }
  }

  @Test("a group inside a lookaround may stand outside the match")
  func lookaroundGroup() throws {
    #expect(try first("a(?=(b+))", "xabb", group: 1) == .match(whole: 1..<2, group: 2..<4))
    #expect(try first("(?<=(b))a", "xba", group: 1) == .match(whole: 2..<3, group: 1..<2))
  }

  @Test("an empty subject and an empty rest hold no match")
  func empty() throws {
    #expect(try first("a", "") == .noMatch)
    #expect(try first("a", "ba", from: 2) == .noMatch)
    #expect(try first("a", "ab", from: 1) == .noMatch)
  }

  @Test("what stands before the start is seen by lookbehinds and boundaries, but not matched")
  func lookbehindBeforeStart() throws {
    #expect(try first("(?<=a)b", "ab", from: 1) == .match(whole: 1..<2, group: 1..<2))
    #expect(try first("\\bb", "ab", from: 1) == .noMatch)
    #expect(try first("^b", "ab", from: 1) == .noMatch)
  }

  @Test("a start inside a character moves to the next one")
  func insideCharacter() throws {
    #expect(try first(".", "\u{E9}x", from: 1) == .match(whole: 2..<3, group: 2..<3))
    #expect(try first(".", "\u{1F600}", from: 2) == .noMatch)
  }

  @Test("a start or a group that does not exist is a failure, not a missing match")
  func outOfRange() throws {
    let failure = MatchOutcome.failed(.engine(-33))
    #expect(try first("a", "a", from: 2) == failure)
    #expect(try first("a", "a", from: -1) == failure)
    #expect(try first("a", "a", group: 1) == failure)
  }

  @Test("classes mean ASCII: the matching view has folded digits before")
  func asciiClasses() throws {
    #expect(try first("\\d", "\u{0661}") == .noMatch)
    #expect(try first("\\w", "\u{E9}") == .noMatch)
    #expect(try first("(?i)k", "\u{212A}") == .match(whole: 0..<3, group: 0..<3))
  }

  @Test("windows find what one single call finds, at every start")
  func windows() throws {
    var random = PatternGrammar(random: SeededGenerator(seed: runSeed("windows")))
    var limits = MatchLimits()
    limits.shortBytesMax = 0
    limits.firstWindowBytes = 3
    limits.windowBytesMax = [7, 5, 3, 2, 1]
    var narrow = Matcher(limits: limits)
    limits = MatchLimits()
    limits.shortBytesMax = 1 << 20
    limits.matchLimits = [MatchLimits.matchLimitMax]
    var whole = Matcher(limits: limits)
    var compared = 0
    var matched = 0
    while compared < 30_000 {
      guard let pattern = try? Pattern(Array(random.pattern().utf8)) else { continue }
      for _ in 0..<20 {
        let subject = random.subject(charactersMax: 40)
        let start = random.random.number(0...subject.count)
        var one = WorkBudget(steps: .max / 2)
        var two = one
        let left = narrow.firstMatch(of: pattern, in: subject.span, from: start, budget: &one)
        let right = whole.firstMatch(of: pattern, in: subject.span, from: start, budget: &two)
        compared += 1
        if case .failed = left { continue }
        if case .failed = right { continue }
        if case .match = left { matched += 1 }
        #expect(
          left == right,
          "\(String(decoding: pattern.text, as: UTF8.self)) in \(subject) from \(start)")
      }
    }
    #expect(matched > 3_000)
  }

  @Test("a long value is searched to its end")
  func longValue() throws {
    let words = Array("the payment of the customer was declined because of ".utf8)
    var subject: [UInt8] = []
    while subject.count < 1 << 20 { subject += words }
    let email = "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}"
    #expect(try first(email, subject) == .noMatch)
    let end = subject.count
    subject += Array("jo@example.com".utf8)
    #expect(try first(email, subject) == .match(whole: end..<(end + 14), group: end..<(end + 14)))
  }

  @Test(
    "common patterns have an answer on every common kind of megabyte", arguments: commonPatterns)
  func honestMegabytes(_ pattern: String) throws {
    for unit in [
      "order 9183 of 2024-05-01 took 12 ms, ", "4111 1111 1111 1111 ", "a1b2c3d4-",
      "\u{E9}t\u{E9} ",
    ] {
      let subject = Array(String(repeating: unit, count: (1 << 20) / unit.utf8.count).utf8)
      let outcome = try first(pattern, subject)
      if case .failed(let failure) = outcome { Issue.record("\(unit): \(failure)") }
    }
  }

  static let commonPatterns = [
    "[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\\.[A-Za-z]{2,}",
    "(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,255}\\.[A-Za-z]{2,24}",
    "\\beyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}",
    "(?<![A-Za-z0-9/+=])[A-Za-z0-9/+=]{40}(?![A-Za-z0-9/+=])", "\\b[0-9a-fA-F]{32,64}\\b",
    "(?i)(?:password|passwd|pwd)[\"' ]{0,3}[:=][\"' ]{0,3}([^\\s\"',;]{4,200})",
    "\\b\\d{3}-\\d{2}-\\d{4}\\b", "\\b(?:\\d{1,3}\\.){3}\\d{1,3}\\b",
    "https?://[^\\s/$.?#].[^\\s]*",
  ]
}
