import Foundation
import TestSupport
import Testing

/// Published test card numbers, let through by option: never in silence.
@Suite("Test numbers on the command line")
struct TestNumberCommandTests {
  private static let record =
    #"{"a":"4111 1111 1111 1111","card_number":"4929 0000 0000 6"}"# + "\n"

  @Test("--allow-test-numbers lets them through, says so at the start and counts them at the end")
  func flag() throws {
    let off = try CommandRunner.maskline(["pipe"], input: Array(Self.record.utf8))
    #expect(off.outputText.contains("**** **** **** 1111"))
    #expect(!off.errorText.contains("test card numbers"))
    let on = try CommandRunner.maskline(
      ["pipe", "--allow-test-numbers"], input: Array(Self.record.utf8))
    #expect(on.exitCode == 0)
    #expect(on.outputText.contains("4111 1111 1111 1111"))
    #expect(!on.outputText.contains("4929"))
    #expect(
      on.errorText.contains(
        "warning: published test card numbers are let through (pci/pan, pci/pan-key, pci/pan-emv)"))
    #expect(on.errorText.contains("published test card numbers let through: 1"))
    let json = try CommandRunner.maskline(
      ["pipe", "--allow-test-numbers", "--summary", "json"], input: Array(Self.record.utf8))
    #expect(json.errorText.contains("\"testNumbers\":1"))
  }

  @Test("a mask file may say it for one rule; rules and explain --why tell it")
  func file() throws {
    let folder = try TemporaryFolder()
    try folder.write(
      """
      version: 1
      mask: test-cards
      overrides:
        - { rule: pci/pan, allowTestNumbers: true }
      """, to: "t.yaml")
    let masks = ["--masks", "pci,\(folder.path("t.yaml"))"]
    let rules = try CommandRunner.maskline(["rules"] + masks)
    let lines = rules.outputText.split(separator: "\n").filter { $0.contains("test numbers") }
    #expect(lines.count == 1)
    #expect(lines.first?.hasPrefix("pci/pan ") == true)
    let listed = try CommandRunner.maskline(["rules", "--output", "json"] + masks)
    #expect(
      listed.outputText.split(separator: "\n").count { $0.contains("\"allowsTestNumbers\":true") }
        == 1)
    let why = try CommandRunner.maskline(
      ["explain", "--why", "--rule", "pci/pan"] + masks, input: Array(Self.record.utf8))
    #expect(why.outputText.contains("\"fires\":false,\"because\":\"allowTestNumbers: it is a"))
    #expect(!why.outputText.contains("4111"))
  }
}
