import Foundation
import TestSupport
import Testing

/// `maskline explain --why`: each condition that keeps a rule from firing is named, and no value.
@Suite("Explain says why")
struct ExplainWhyTests {
  private static let rules = """
    version: 1
    mask: m
    rules:
      - id: member
        class: pii
        match: { pattern: 'M-([0-9]{7})', group: 1, validate: [luhn], keywords: { any: [member, loyalty] }, paths: { exclude: ['raw'] } }
        allow: ['^0']
        transform: redact
        tests: [ { in: 'member M-1234566', out: 'member M-[REDACTED]' }, { in: 'M-1234566' } ]
      - id: card
        class: pan
        match: { number: card }
        transform: redact
        tests: [ { in: '4111111111111111', out: '[REDACTED]' } ]
    """

  private func because(_ record: String, rule: String) throws -> [String] {
    let folder = try TemporaryFolder()
    try folder.write(Self.rules, to: "m.yaml")
    let result = try CommandRunner.maskline(
      ["explain", "--why", "--masks", folder.path("m.yaml"), "--rule", rule],
      input: Array((record + "\n").utf8))
    #expect(result.exitCode == 0, "\(result.allText)")
    #expect(!result.outputText.contains("1234566"))
    return result.outputText.split(separator: "\n").map(String.init)
  }

  static let cases: [(String, String, Bool, String)] = [
    (#"{"a":"member M-1234566"}"#, "m/member", true, "pattern; validate luhn; a keyword"),
    (#"{"a":"M-1234566"}"#, "m/member", false, "keywords: none of member, loyalty stands"),
    (#"{"a":"member M-1234567"}"#, "m/member", false, "validate: refused by luhn"),
    (#"{"a":"member M-0000000"}"#, "m/member", false, "allow: one of the rule's patterns"),
    (#"{"raw":"member M-1234566"}"#, "m/member", false, "paths: the path or the place"),
    (#"{"a":"4111111111111111"}"#, "m/card", true, "number card"),
    (#"{"a":"4111111111111112"}"#, "m/card", false, "number: it has the form of a card number"),
    (#"{"a":"7992739871300003"}"#, "m/card", false, "number: it"),
  ]

  @Test("the first condition that refuses a match is named", arguments: cases)
  func reasons(record: String, rule: String, fires: Bool, text: String) throws {
    let lines = try because(record, rule: rule)
    #expect(lines.count == 1, "\(lines)")
    #expect(lines.first?.contains("\"fires\":\(fires),\"because\":\"\(text)") == true, "\(lines)")
  }

  @Test("a record without anything of the form says so on standard error")
  func nothing() throws {
    let result = try CommandRunner.maskline(
      ["explain", "--why", "--rule", "pii/email"], input: Array("{\"a\":1}\n".utf8))
    #expect(result.exitCode == 0)
    #expect(result.output.isEmpty)
    #expect(result.errorText.contains("nothing in these records has the form"))
  }

  @Test("an unknown rule is a wrong use")
  func unknownRule() throws {
    let result = try CommandRunner.maskline(["explain", "--rule", "pii/emial"], input: [])
    #expect(result.exitCode == 64)
    #expect(result.errorText.contains("pii/emial"))
  }

  @Test("check fails on a rule without tests, and on a pack's rule with too few")
  func rulesWithoutTests() throws {
    let folder = try TemporaryFolder()
    let bare = "{ id: a, class: pii, match: { pattern: 'AB-1' }, transform: redact }"
    try folder.write("version: 1\nmask: mine\nrules:\n  - \(bare)\n", to: "mine.yaml")
    let result = try CommandRunner.maskline(["check", folder.path("mine.yaml")])
    #expect(result.exitCode == 78)
    #expect(result.allText.contains("mine.yaml:4:5: rule mine/a has no tests"))
  }
}

/// `maskline learn`: paths and counts, proposals that pass `check`, and what has changed.
@Suite("Learn")
struct LearnTests {
  private func records(_ key: String, share: Int) -> [UInt8] {
    var text = ""
    for number in 0..<100 {
      let value = number % 100 < share ? "u\(number)@example.com" : "none \(number)"
      text +=
        "{\"user\":{\"\(key)\":\"\(value)\"},\"items\":[{\"n\":\(number)}],\"4111111111111111\":1}\n"
    }
    return Array(text.utf8)
  }

  @Test("a path where most values are found gets a rule that passes its tests and masks the rest")
  func proposal() throws {
    let folder = try TemporaryFolder()
    let rules = folder.path("learned.yaml")
    let result = try CommandRunner.maskline(
      ["learn", "--rules", rules, "--save", folder.path("p")], input: records("login", share: 90))
    #expect(result.exitCode == 0, "\(result.allText)")
    #expect(result.outputText.contains("user.login"))
    #expect(result.outputText.contains("90 of 100 (90 %)"))
    #expect(try CommandRunner.maskline(["check", rules]).exitCode == 0)
    let masked = try CommandRunner.maskline(
      ["pipe", "--masks", "pii,\(rules)"], input: Array("{\"user\":{\"login\":\"none 95\"}}\n".utf8)
    )
    #expect(masked.outputText == "{\"user\":{\"login\":\"[REDACTED]\"}}\n")
  }

  @Test("what is kept holds no value, and a key that is data stands as *")
  func noValues() throws {
    let folder = try TemporaryFolder()
    let result = try CommandRunner.maskline(
      ["learn", "--rules", folder.path("r.yaml"), "--save", folder.path("p")],
      input: records("login", share: 90))
    let profile = try String(contentsOfFile: folder.path("p"), encoding: .utf8)
    let proposed = try String(contentsOfFile: folder.path("r.yaml"), encoding: .utf8)
    for text in [profile, proposed, result.allText] {
      #expect(!text.contains("example.com"))
      #expect(!text.contains("none"))
      #expect(!text.contains("4111"))
    }
    #expect(profile.contains("items[*].n\t100"))
    #expect(profile.contains("*\t100"))
  }

  @Test("a later stream is compared: new paths, lost kinds, shares that drifted")
  func drift() throws {
    let folder = try TemporaryFolder()
    _ = try CommandRunner.maskline(
      ["learn", "--save", folder.path("p")], input: records("login", share: 90))
    for (key, share, note) in [
      ("login", 90, ""), ("login", 40, "drift"), ("login", 0, "drift"), ("mail", 90, "new path"),
    ] {
      let result = try CommandRunner.maskline(
        ["learn", "--profile", folder.path("p")], input: records(key, share: share))
      let line = result.outputText.split(separator: "\n").first { $0.contains("user.\(key)") }
      #expect(line?.hasPrefix(note.isEmpty ? " " : note) == true, "\(result.outputText)")
    }
  }

  @Test("a file that is no profile is refused")
  func badProfile() throws {
    let folder = try TemporaryFolder()
    try folder.write("nonsense\n", to: "p")
    let result = try CommandRunner.maskline(["learn", "--profile", folder.path("p")], input: [])
    #expect(result.exitCode == 78)
    #expect(result.errorText.contains("is no profile"))
  }
}
