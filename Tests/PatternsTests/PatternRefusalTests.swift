import Testing

@testable import Patterns

@Suite struct PatternRefusalTests {
  struct Refusal: Sendable, CustomTestStringConvertible {
    let pattern: String
    let code: PatternError.Code
    let text: String
    var testDescription: String { pattern.count < 60 ? pattern : "\(pattern.count) characters" }
  }

  private static let settings =
    "a pattern must not begin with '(*'; its settings would override the limits, remove them"
  private static let verbs = "'(*' verbs and settings are not allowed; escape the star or remove it"
  private static let back = "back references are not allowed; write the text again"
  private static let calls =
    "recursion and subroutine calls are not allowed; write the group again"

  private static let extended =
    "the extended form (?x) is not allowed; write the pattern without blanks and comments"

  static let refusals: [Refusal] = [
    Refusal(
      pattern: "(ab", code: .syntax(114),
      text: "pattern does not compile at byte 3: missing closing parenthesis"),
    Refusal(
      pattern: "ab[z-a]", code: .syntax(108),
      text: "pattern does not compile at byte 5: range out of order in character class"),
    Refusal(
      pattern: "", code: .empty,
      text: "pattern is refused: it is empty; write at least one character"),
    Refusal(
      pattern: String(repeating: "a", count: 4097), code: .tooLong,
      text: "pattern is refused: it has 4097 bytes and at most 4096 are allowed; split the rule"),
    Refusal(
      pattern: "(*LIMIT_MATCH=1)\\d{16}", code: .setting,
      text: "pattern is refused at byte 0: \(settings)"),
    Refusal(
      pattern: "(*NO_JIT)a", code: .setting, text: "pattern is refused at byte 0: \(settings)"),
    Refusal(
      pattern: "(*UCP)\\d", code: .setting, text: "pattern is refused at byte 0: \(settings)"),
    Refusal(pattern: "a(*SKIP)b", code: .verb, text: "pattern is refused at byte 1: \(verbs)"),
    Refusal(pattern: "a(*ACCEPT)b", code: .verb, text: "pattern is refused at byte 1: \(verbs)"),
    Refusal(pattern: "a(*pla:b)", code: .verb, text: "pattern is refused at byte 1: \(verbs)"),
    Refusal(
      pattern: "ab(?C1)c", code: .callout,
      text: "pattern is refused at byte 2: callouts are not allowed; remove it"),
    Refusal(
      pattern: "a\\Cb", code: .singleByte,
      text:
        "pattern is refused at byte 1: \\C is not allowed, it splits characters; use . instead"),
    Refusal(
      pattern: "key=\\K\\w+", code: .startReset,
      text: "pattern is refused at byte 4: \\K is not allowed; use a capture group and name it in "
        + "'group'"),
    Refusal(
      pattern: "(a(?R)?b)", code: .subroutineCall, text: "pattern is refused at byte 2: \(calls)"),
    Refusal(
      pattern: "(a)(?1)", code: .subroutineCall, text: "pattern is refused at byte 3: \(calls)"),
    Refusal(
      pattern: "(a)(?-1)", code: .subroutineCall, text: "pattern is refused at byte 3: \(calls)"),
    Refusal(
      pattern: "(?+1)(a)", code: .subroutineCall, text: "pattern is refused at byte 0: \(calls)"),
    Refusal(
      pattern: "(?<n>a)(?&n)", code: .subroutineCall,
      text: "pattern is refused at byte 7: \(calls)"),
    Refusal(
      pattern: "(?<n>a)(?P>n)", code: .subroutineCall,
      text: "pattern is refused at byte 7: \(calls)"),
    Refusal(
      pattern: "(a)\\g<1>", code: .subroutineCall, text: "pattern is refused at byte 3: \(calls)"),
    Refusal(
      pattern: "(a)\\g'1'", code: .subroutineCall, text: "pattern is refused at byte 3: \(calls)"),
    Refusal(pattern: "(a)\\1", code: .backReference, text: "pattern is refused at byte 3: \(back)"),
    Refusal(
      pattern: "(a)\\g{-1}", code: .backReference, text: "pattern is refused at byte 3: \(back)"),
    Refusal(
      pattern: "(?<n>a)\\k<n>", code: .backReference,
      text: "pattern is refused at byte 7: \(back)"),
    Refusal(
      pattern: "(?<n>a)(?P=n)", code: .backReference,
      text: "pattern is refused at byte 7: \(back)"),
    Refusal(
      pattern: "(a)?(?(1)b|c)", code: .conditional,
      text:
        "pattern is refused at byte 4: conditional groups are not allowed; use an alternation"),
    Refusal(
      pattern: "a*", code: .matchesEmpty,
      text:
        "pattern is refused: it can match the empty text; demand at least one character"),
    Refusal(
      pattern: "(?=a)", code: .matchesEmpty,
      text:
        "pattern is refused: it can match the empty text; demand at least one character"),
    Refusal(
      pattern: "(?<=a{65})b", code: .lookbehindTooLong,
      text: "pattern is refused: a lookbehind looks at 65 characters and at most 64 are allowed; "
        + "shorten it"),
    Refusal(
      pattern: String(repeating: "(a)", count: 33), code: .tooManyGroups,
      text: "pattern is refused: it has 33 capture groups and at most 32 are allowed; use (?:...)"),
    // Hidden behind what a careless scan takes for a class or a comment.
    Refusal(
      pattern: "\\c[(a(?R)?)]", code: .subroutineCall,
      text: "pattern is refused at byte 5: \(calls)"),
    Refusal(
      pattern: "(?x)# [\n(a(?1)?)]", code: .extended,
      text: "pattern is refused at byte 0: \(extended)"),
    Refusal(
      pattern: "a(?i-mx:b)(?ix: c)", code: .extended,
      text: "pattern is refused at byte 10: \(extended)"),
    Refusal(
      pattern: "(?#[)(a)(?1)]", code: .subroutineCall,
      text: "pattern is refused at byte 8: \(calls)"),
    Refusal(
      pattern: "[\\Q\\E][](a)(?1)[]", code: .subroutineCall,
      text: "pattern is refused at byte 11: \(calls)"),
    Refusal(
      pattern: "\\Q[\\E(a)(?1)]", code: .subroutineCall,
      text: "pattern is refused at byte 8: \(calls)"),
    Refusal(
      pattern: "[[:alpha:](](a)(?1)", code: .subroutineCall,
      text: "pattern is refused at byte 15: \(calls)"),
  ]

  @Test(
    "a construct that could weaken the search is refused with its place and the remedy",
    arguments: refusals)
  func refused(_ refusal: Refusal) {
    do throws(PatternError) {
      _ = try Pattern(Array(refusal.pattern.utf8))
      Issue.record("compiled: \(refusal.pattern)")
    } catch {
      #expect(error.code == refusal.code)
      #expect(error.description == refusal.text)
    }
  }

  @Test("a pattern that is not UTF-8 is refused")
  func invalidUTF8() {
    #expect(throws: PatternError.self) { try Pattern([0x61, 0xFF]) }
  }

  @Test(
    "the text of refused constructs is allowed where it is plain text",
    arguments: [
      "[(*]a", "[(?R)]a", "\\(*a", "\\\\Ka", "a\\(\\?R\\)", "[]()(*]x", "[[:digit:](*]", "(?#(*)a",
      "(?i)A\\.K", "(?<name>a)", "[\\]](\\(*)b",
    ])
  func plainText(_ pattern: String) throws {
    _ = try Pattern(Array(pattern.utf8))
  }

  @Test("limits of the pattern's size stand where they are said to stand")
  func edges() throws {
    _ = try Pattern([UInt8](repeating: 0x61, count: 4096))
    #expect(try Pattern(Array(String(repeating: "(a)", count: 32).utf8)).captureGroupCount == 32)
    _ = try Pattern(Array("(?<=a{64})b".utf8))
  }

  @Test("the JIT compiler is there, and the library tells its version")
  func support() throws {
    try JITSupport.assertAvailable()
    #expect(PCRE2.version.hasPrefix("10."))
  }

  @Test("a pattern tells its groups and the fewest bytes of a match")
  func facts() throws {
    let pattern = try Pattern(Array("(\\d{3})-(\u{E9}+)".utf8))
    #expect(pattern.captureGroupCount == 2)
    #expect(pattern.minBytes == 6)
    #expect(pattern.isUnderstood)
    #expect(pattern.startBytes[0x31] && !pattern.startBytes[0x2D])
  }
}
