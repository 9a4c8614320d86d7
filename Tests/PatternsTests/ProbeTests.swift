import Testing

@testable import Patterns

@Suite struct ProbeTests {
  @Test(
    "the probe reports patterns that a repeat of their own characters brings down",
    arguments: [
      "(a+)+$", "^(\\d+)+[xz]$", "(?:\\d|1)+[xz]", "\\d{0,250}.{0,250}[xz]", "(x+x+)+[yz]",
    ])
  func bad(_ pattern: String) throws {
    let findings = try Pattern(Array(pattern.utf8)).probe()
    #expect(!findings.isEmpty)
  }

  @Test(
    "the probe passes patterns whose work is in proportion to the input",
    arguments: MatcherTests.commonPatterns)
  func good(_ pattern: String) throws {
    #expect(try Pattern(Array(pattern.utf8)).probe() == [])
  }

  @Test("a finding names the input, the reason and the remedy")
  func text() throws {
    let findings = try Pattern(Array("^(\\d+)+[xz]$".utf8)).probe()
    #expect(
      findings.first?.description
        == "the pattern gives no answer on 1024 bytes of \"0\": the record's work budget is used up; "
        + "give its repeats an upper bound or keep neighbours from matching the same characters")
    #expect(try Pattern(Array("^(\\d+)+[xz]$".utf8)).probe() == findings)
  }
}
