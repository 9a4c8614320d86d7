import Bytes
import Foundation
import Rules
import TestSupport
import Testing

@testable import Masking

/// Values inside encodings, through the engine.
@Suite("J9 Encodings")
struct DecodingTests {
  private static let rules = """
    version: 1
    mask: test
    rules:
      - { id: card, class: pan, match: { number: card }, transform: { keep: { last: 4 } } }
      - { id: tag, class: pii, match: { pattern: 'S-[0-9]{4}-[0-9]{8}' }, transform: { redact: { text: '<tag> & "x"' } } }
      - { id: hashed, class: pii, match: { pattern: 'H-[0-9]{10}' }, transform: { hash: { key: k1 } } }
      - { id: named, class: pii, match: { pattern: '\\b[0-9]{9}\\b', keywords: { any: [badge], within: 40 } }, transform: redact }
    """

  private static let values = [
    "4111 1111 1111 1111", "5500005555555559", "S-1234-56789012", "H-1234567890",
    "badge: 123456789", "\u{FF14}111111111111111",
  ]

  private func text(_ random: inout SeededRandom) -> String {
    let words = [
      "the", "payment", "of", "caf\u{E9}", "order 17", "was", "refused;", "a=b&c", "x/y",
      "\u{65E5}",
      "100%", "\u{1F600}", "(", "r\u{E9}f.", "at",
    ]
    func some() -> [String] {
      (0..<Int.random(in: 0...5, using: &random)).map { _ in
        words.randomElement(using: &random) ?? ""
      }
    }
    let value = Self.values.randomElement(using: &random) ?? ""
    return (some() + [value] + some()).joined(separator: " ")
  }

  private func value(ofMasked line: String) throws -> String {
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8))
    return try #require((object as? [String: String])?["v"])
  }

  private func masked(_ text: String, _ policy: MaskPolicy) throws -> String {
    let line = String(decoding: JSONString.encoded(Array(text.utf8)), as: UTF8.self)
    return try value(ofMasked: mask("{\"v\":\(line)}\n", policy))
  }

  @Test("J9 what an encoding holds is masked as in plain text, up to three deep")
  func sameAsPlain() throws {
    let rules = try MaskSet.load([.init(name: "test.yaml", bytes: Array(Self.rules.utf8))])
    let policy = try MaskPolicy.compile(rules, keys: .fixedTestKey)
    var random = SeededRandom(for: "J9 encodings")
    for _ in 0..<TestSize.count(3000, full: 100_000) {
      let plain = text(&random)
      let chain = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        TextEncoding.allCases.randomElement(using: &random) ?? .percent
      }
      var coded = plain
      for encoding in chain.reversed() { coded = encoding.encoded(coded, &random) }
      let expected = try masked(plain, policy)
      #expect(expected != plain)
      let output = try masked(coded, policy)
      var read: String? = output
      for encoding in chain { read = read.flatMap { encoding.decoded($0) } }
      // A folded character comes out as its masked form or as it was.
      if read != expected {
        Issue.record(
          "\(chain.map(\.rawValue)) of \(plain): \(coded)\ncame \(output)\nread \(read ?? "nothing"), expected \(expected)"
        )
        return
      }
      #expect(try masked(output, policy) == output, "masked again: \(output)")
    }
  }
}
