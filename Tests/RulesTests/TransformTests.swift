import Rules
import Testing

@Suite struct TransformTests {
  static let forms: [(String, TransformDeclaration.Kind, TransformDeclaration.NumberForm)] = [
    ("redact", .redact(text: nil), .string),
    ("{ redact }", .redact(text: nil), .string),
    ("{ redact: {} }", .redact(text: nil), .string),
    ("{ redact, numbers: zero }", .redact(text: nil), .zero),
    ("{ redact: { text: '[X]' }, numbers: null }", .redact(text: "[X]"), .null),
    ("{ keep: { last: 4 } }", .keep(first: 0, last: 4, fill: 0x2A), .string),
    ("{ keep: { first: 6 }, fill: X }", .keep(first: 6, last: 0, fill: 0x58), .string),
    ("{ fill: '#', keep: { first: 1, last: 2 } }", .keep(first: 1, last: 2, fill: 0x23), .string),
    ("{ keep: { last: 0 } }", .keep(first: 0, last: 0, fill: 0x2A), .string),
    ("{ keep: { last: 255 }, fill: '~' }", .keep(first: 0, last: 255, fill: 0x7E), .string),
    ("hash", .hash(key: nil), .string),
    ("{ hash: {} }", .hash(key: nil), .string),
    ("{ hash: { key: k-1 } }", .hash(key: Located("k-1", at: place("f", 4, 77))), .string),
    ("null", .null, .string),
    ("'null'", .null, .string),
    ("{ null: {} }", .null, .string),
    ("drop", .drop, .string),
    ("dropRecord", .dropRecord, .string),
  ]

  @Test(arguments: forms)
  func `Each form of a transform is read to its value`(
    text: String, kind: TransformDeclaration.Kind, numbers: TransformDeclaration.NumberForm
  ) throws {
    let rule = try #require(try maskFile(Golden(.transform, text).text).rules.first)
    #expect(rule.transform.kind == kind)
    #expect(rule.transform.numbers == numbers)
    #expect(rule.transform.location == place("f", 4, 62))
  }

  @Test(arguments: ["redact", "null", "drop", "dropRecord", "{ redact: { text: '[CVV]' } }"])
  func `Class sad takes the transforms that leave nothing`(text: String) throws {
    let file = try maskFile(
      "version: 1\nmask: m\nrules: [ { id: a, class: sad, match: { number: cvv }, "
        + "transform: \(text) } ]")
    #expect(file.rules.count == 1)
  }

  @Test(arguments: ["{ first: 8, last: 4 }", "{ first: 6, last: 4 }", "{ last: 4 }"])
  func `Class pan may keep up to the first eight and the last four`(keep: String) throws {
    let file = try maskFile(
      "version: 1\nmask: m\nrules: [ { id: a, class: pan, match: { number: card }, "
        + "transform: { keep: \(keep) } } ]")
    #expect(file.rules.count == 1)
  }
}
