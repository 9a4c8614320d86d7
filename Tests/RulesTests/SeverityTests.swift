import Rules
import Testing

@Suite("Severity and source of a rule") struct SeverityTests {
  private func rule(_ keys: String, ruleClass: String = "pii") throws -> RuleDeclaration {
    let file = try maskFile(
      """
      version: 1
      mask: m
      rules:
        - { id: a, class: \(ruleClass), \(keys) match: { pattern: 'a1' }, transform: redact }
      """)
    return try #require(file.rules.first)
  }

  @Test("A rule without a severity has that of its class", arguments: RuleClass.allCases)
  func byClass(ruleClass: RuleClass) throws {
    let expected: [RuleClass: Severity] = [
      .pan: .high, .sad: .critical, .pii: .medium, .secret: .high, .health: .high, .other: .low,
    ]
    #expect(try rule("", ruleClass: ruleClass.rawValue).severity == expected[ruleClass])
  }

  @Test("A rule says its own severity and source")
  func declared() throws {
    let rule = try rule("severity: critical, source: 'RFC 5321',")
    #expect(rule.severity == .critical)
    #expect(rule.source == "RFC 5321")
    #expect(Severity.allCases.sorted() == [.low, .medium, .high, .critical])
  }

  @Test("An unknown severity, and one that is no text, are errors with their place")
  func errors() {
    let texts = ["severity: severe,", "severity: [low],", "source: '',"].map { key in
      MaskFileDeclaration.parse(
        bytes: Array(
          "version: 1\nmask: m\nrules:\n  - { id: a, class: pii, \(key) match: { number: card }, transform: redact }\n"
            .utf8), file: "f"
      ).diagnostics.map(\.description)
    }
    #expect(
      texts == [
        ["f:4:36: unknown severity 'severe'; use low, medium, high or critical"],
        ["f:4:36: severity must be one text, not a list"],
        ["f:4:34: source must not be empty"],
      ])
  }

  @Test("A text of redact that could be a number is refused; one of few digits is not")
  func digitsInRedact() {
    func errors(_ text: String) -> [String] {
      MaskFileDeclaration.parse(
        bytes: Array(
          "version: 1\nmask: m\nrules:\n  - { id: a, class: pii, match: { number: ssn }, transform: { redact: { text: '\(text)' } } }\n"
            .utf8), file: "f"
      ).diagnostics.map(\.text)
    }
    #expect(errors("[CARD 4]") == [])
    #expect(errors("00000000") == [])
    for text in ["4111111111111111", "4111 1111-1111.1111", "000000000", "１２３４５６７８９"] {
      #expect(errors(text).count == 1)
      #expect(errors(text).first?.contains("use words") == true)
      #expect(errors(text).first?.contains("4111") == false)
    }
  }
}
