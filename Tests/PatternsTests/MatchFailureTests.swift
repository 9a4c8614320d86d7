import CPCRE2
import Testing

@testable import Patterns

@Suite("T28 Answers of PCRE2 that are none") struct MatchFailureTests {
  private func repeated(_ unit: String, _ bytes: Int) -> [UInt8] {
    Array(String(repeating: unit, count: bytes / unit.utf8.count).utf8)
  }

  @Test(
    "-47: a start offset that needs more steps than the limit fails the search",
    arguments: [true, false])
  func matchLimit(jit: Bool) throws {
    let outcome = try first("^(\\d+)+[xz]$", repeated("1", 100), jit: jit, budget: .max / 2)
    #expect(outcome == .failed(.matchLimit))
  }

  @Test("-46: a JIT stack that is too small is tried once more without the JIT")
  func jitStack() throws {
    var limits = MatchLimits()
    limits.jitStackBytesMin = 1
    limits.jitStackBytesMax = 1
    let subject = repeated("a", 4000) + Array("!".utf8)
    let outcome = try first("(?:a|b)+!", subject, limits: limits, budget: .max / 2)
    #expect(outcome == .match(whole: 0..<4001, group: 0..<4001))
  }

  @Test("-46: where the interpreter reaches a limit too, the search fails")
  func jitStackThenLimit() throws {
    var limits = MatchLimits()
    limits.jitStackBytesMax = limits.jitStackBytesMin
    limits.heapKiB = 1
    #expect(
      try first("(?:a|b)+[!?]", repeated("a", 40_000), limits: limits, budget: .max / 2)
        == .failed(.engine(PCRE2_ERROR_HEAPLIMIT)))
    limits.heapKiB = 20 * 1024
    limits.matchLimits = [16]
    limits.windowBytesMax = [1]
    #expect(
      try first("(?:a|b)+[!?]", repeated("a", 40_000), limits: limits, budget: .max / 2)
        == .failed(.matchLimit))
  }

  @Test("-63: the interpreter's heap limit fails the search")
  func heapLimit() throws {
    var limits = MatchLimits()
    limits.heapKiB = 1
    #expect(
      try first("(?:a|b)+[!?]", repeated("a", 100), jit: false, limits: limits)
        == .failed(.engine(PCRE2_ERROR_HEAPLIMIT)))
  }

  @Test("0: a result vector that is too small fails the search")
  func smallVector() throws {
    var limits = MatchLimits()
    limits.resultPairs = 1
    #expect(try first("(a)(b)", Array("ab".utf8), limits: limits) == .failed(.engine(0)))
    // Also where windows do the search.
    let long = repeated(".", 300) + Array("ab".utf8)
    #expect(try first("(a)(b)", long, limits: limits) == .failed(.engine(0)))
  }

  @Test("every answer of PCRE2 but a match and 'no match' is a failure, whatever its number")
  func anyOtherCode() throws {
    // An offset limit for a pattern compiled without room for one cannot happen; a bad option can be
    // forced: the interpreter is told to check a subject that is not UTF-8.
    let pattern = try Pattern(Array("a+b".utf8))
    let matcher = Matcher()
    let subject: [UInt8] = [0x61, 0xFF, 0x62]
    let code = unsafe subject.withUnsafeBufferPointer { bytes in
      unsafe pcre2_match_8(
        pattern.code, bytes.baseAddress, bytes.count, 0, 0, matcher.matchData, matcher.context)
    }
    #expect(code < -1)
    #expect(matcher.meaning(of: code, group: 0) == .failed(.engine(code)))
    for code: Int32 in [-2, -3, -23, -36, -44, -45, -48, -51, -52, -53, -56, -63, 0] {
      #expect(matcher.meaning(of: code, group: 0) == .failed(.engine(code)))
    }
    #expect(matcher.meaning(of: -1, group: 0) == .noMatch)
  }

  @Test("failures say what happened and nothing of the subject")
  func texts() {
    #expect(MatchFailure.workBudget.description == "the record's work budget is used up")
    #expect(
      MatchFailure.matchLimit.description
        == "the match limit of one start offset is reached (PCRE2 -47)")
    #expect(MatchFailure.engine(0).description == "the result vector is too small (PCRE2 0)")
    #expect(
      MatchFailure.engine(-46).description
        == "no more JIT stack; run without JIT or with a larger one (PCRE2 -46)"
        || MatchFailure.engine(-46).description.hasSuffix("(PCRE2 -46)"))
    #expect(MatchFailure.engine(-63).description == "heap limit exceeded (PCRE2 -63)")
  }
}
