import Testing

@testable import Patterns

@Suite struct WorkBudgetTests {
  /// Patterns that take quadratic or exponential time, with what brings it out.
  static let hostile: [(String, String, String)] = [
    ("(a+)+$", "a", "!"), ("^(\\d+)+[xz]$", "1", ""), ("(x+x+)+[yz]", "x", ""),
    ("\\d{0,250}.{0,250}[xz]", "1", ""), (".*.*.*[=!]", "1", ""), ("(?:\\d|1)+[xz]", "1", ""),
    ("(\\d{1,4}[- ]?)+[xz]", "1", ""), ("(?<=a)\\w+[!?]", "a", ""), ("a(?=\\w+[!?])", "a", ""),
    ("a(?!\\w+)", "a", ""), ("a(?:[^!]|\\.)*+[!?]", "a", ""), ("(?=.*[!?])a", "a", ""),
    (".*a.*b[xz]", "a", "b"), ("@[a-z.@-]+\\.[A-Z]{2,}", "a@a.", ""),
    ("a[^b]+c[^b]+c[xz]", "ac", ""), ("\\w{0,250}\\w{0,250}@[a-z]", "a", " @"),
    ("(?:ab)*+[!?]", "ab", ""), ("((a{1,60}b?){1,60}c?){1,20}!", "ab", " !"),
    ("x(?:a|[^y])*+z", "x", ""), ("[ab]{2,}[!?]", "b", "b"),
    ("\\.*?[a-z0-9.@-]{2,}\\s{3}\\w[xz]", "x", "="),
    ("[a-z](?>(?>[a-z0-9]{1,60}(?:x)*\\w+)[a-z]{40})\\s$", "x1", "b"),
    ("(?=[a-z]{1,60}\\b(?:a\\s{3}))\\d{40}x++[xz]", "x", "z"), ("\\d{250}[xz]", "1", ""),
  ]

  private func subject(_ unit: String, _ ending: String, bytes: Int = 65_536) -> [UInt8] {
    Array((String(repeating: unit, count: bytes / unit.utf8.count) + ending).utf8)
  }

  @Test(
    "T25 a pattern that cannot be answered in time fails fast, with the JIT", arguments: hostile)
  func failsFast(_ pattern: String, _ unit: String, _ ending: String) throws {
    let subject = subject(unit, ending)
    var outcome: MatchOutcome?
    let time = try ContinuousClock().measure { outcome = try first(pattern, subject) }
    guard case .failed = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
    // Below 10 ms alone on the machine; the bound only guards against a hang.
    #expect(time < .seconds(1))
  }

  @Test(
    "what is charged never exceeds the budget, and is the same on every run", arguments: hostile)
  func deterministic(_ pattern: String, _ unit: String, _ ending: String) throws {
    let subject = subject(unit, ending, bytes: 8192)
    let compiled = try Pattern(Array(pattern.utf8))
    var seen: Set<Int> = []
    for _ in 0..<3 {
      var matcher = Matcher()
      var budget = WorkBudget(recordBytes: subject.count)
      let all = budget.remaining
      _ = matcher.firstMatch(of: compiled, in: subject.span, budget: &budget)
      #expect(budget.remaining >= 0 && budget.remaining + budget.spent == all)
      seen.insert(budget.spent)
    }
    #expect(seen.count == 1)
  }

  @Test("a used-up budget still answers what is free, and fails what is not")
  func usedUp() throws {
    let prose = subject("the quick brown fox ", "", bytes: 10_000)
    #expect(try first("\\b\\d{3}-\\d{2}-\\d{4}\\b", prose, budget: 0) == .noMatch)
    #expect(
      try first("\\d{0,250}.{0,250}[xz]", subject("1", ""), budget: 0) == .failed(.workBudget))
  }

  @Test("the budget of a record grows with its bytes")
  func growth() {
    #expect(WorkBudget(recordBytes: 0).remaining == 2_500_000)
    #expect(WorkBudget(recordBytes: 1 << 20).remaining == 2_500_000 + 8 << 20)
  }

  @Test("a match before the bad part of a value is still found")
  func matchFirst() throws {
    let subject = Array("x1z ".utf8) + subject("1", "")
    #expect(try first("\\d{0,250}.{0,250}[xz]", subject) == .match(whole: 0..<3, group: 0..<3))
  }
}
