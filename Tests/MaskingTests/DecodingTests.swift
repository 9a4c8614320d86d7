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
      - { id: tag, class: pii, match: { pattern: 'S-[0-9]{4}-[0-9]{8}' }, transform: { redact: { text: '[TAG]' } } }
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

  private func masked(
    _ text: String, _ policy: MaskPolicy, decodes: Encodings = .all
  ) throws -> String {
    let line = String(decoding: JSONString.encoded(Array(text.utf8)), as: UTF8.self)
    var options = StreamOptions()
    options.decodes = decodes
    return try value(ofMasked: mask("{\"v\":\(line)}\n", policy, options: options))
  }

  /// The policy of the tests, with a key.
  private func testPolicy() throws -> MaskPolicy {
    let rules = try MaskSet.load([.init(name: "test.yaml", bytes: Array(Self.rules.utf8))])
    return try MaskPolicy.compile(rules, keys: .fixedTestKey)
  }

  private func chain(_ random: inout SeededRandom) -> [TextEncoding] {
    (0..<Int.random(in: 1...3, using: &random)).map { _ in
      TextEncoding.allCases.randomElement(using: &random) ?? .percent
    }
  }

  @Test("J9 what encodings hold, up to three deep, is masked as in plain text")
  func sameAsPlain() throws {
    let policy = try testPolicy()
    var random = SeededRandom(for: "J9 encodings")
    var unread = 0
    var different = 0
    let count = TestSize.count(2000, full: 100_000)
    for _ in 0..<count {
      let plain = text(&random)
      let chain = chain(&random)
      var coded = plain
      for encoding in chain.reversed() {
        coded = encoding.encoded(coded, tidily: true, &random)
      }
      // The digits of escapes and of a value may make a number of their own.
      if try masked(coded, policy, decodes: []) != coded { continue }
      let expected = try masked(plain, policy)
      #expect(expected != plain)
      let output = try masked(coded, policy)
      var read: String? = output
      for encoding in chain { read = read.flatMap { encoding.decoded($0) } }
      // Base64 written anew inside an encoding that escaped nothing of it may need an escape: `+`, `=`.
      guard let read else {
        unread += 1
        continue
      }
      if read != expected {
        // The digits of an escape and those of a value may make a longer number on the way.
        different += 1
        let value = Self.values.first { plain.contains($0) } ?? ""
        // The last four digits of a card number stay.
        let digits = value.filter(\.isNumber).dropLast(4)
        if read.contains(value) || (!digits.isEmpty && read.filter(\.isNumber).contains(digits)) {
          Issue.record(
            "\(chain.map(\.rawValue)) of \(plain): \(coded)\ncame \(output)\nread \(read)")
        }
        continue
      }
      #expect(try masked(output, policy) == output, "masked again: \(output)")
    }
    #expect(unread + different < count / 10, "\(unread) and \(different) of \(count)")
  }

  /// Where parts of a text are escaped and parts of what stands in it are escaped already, there is more
  /// than one way to read it: more may be masked than in plain text.
  @Test("J9 no value comes through encodings of parts, up to three deep")
  func noLeak() throws {
    let policy = try testPolicy()
    var random = SeededRandom(for: "J9 encodings of parts")
    for _ in 0..<TestSize.count(2000, full: 100_000) {
      let value = Self.values.randomElement(using: &random) ?? ""
      let chain = chain(&random)
      var coded = "the caf\u{E9} \(value) at 100%"
      for encoding in chain.reversed() {
        coded = encoding.encoded(coded, tidily: false, &random)
      }
      let output = try masked(coded, policy)
      var read = output
      for encoding in chain { read = encoding.decoded(read) ?? read }
      let digits = String(value.filter(\.isNumber).suffix(9))
      if read.filter(\.isNumber).contains(digits) {
        Issue.record("\(chain.map(\.rawValue)) of \(value): \(coded)\ncame \(output)\nread \(read)")
        return
      }
      #expect(try masked(output, policy) == output, "masked again: \(output)")
    }
  }

  @Test("T24 what replaces a value is escaped where its reader would read it otherwise")
  func replacements() throws {
    let policy = try policy(
      oneRule("{ pattern: 'S#[0-9]{4}' }", "{ redact: { text: '<a=b&c+d% \"e\">' } }"))
    var random = SeededRandom(for: "T24 replacements in encodings")
    for encoding in TextEncoding.allCases {
      let output = try masked(encoding.encoded("see S#1234, and", tidily: true, &random), policy)
      #expect(encoding.decoded(output) == "see <a=b&c+d% \"e\">, and", "\(encoding) \(output)")
    }
  }

  @Test("T25 bombs of encodings end in [MASK_ERROR] or in masked text, within the record's budget")
  func bombs() throws {
    let policy = try testPolicy()
    let card = "4111111111111111"
    for unit in ["%25", "&amp;", "=3D", "&#37;", "%26#37;", "QUFBQUFBQUFB ", "%3d25", "a+1+2"] {
      let text = String(repeating: unit, count: 60_000 / unit.utf8.count) + "x" + card
      let output = try masked(text, policy)
      #expect(!output.contains(card), "\(unit): \(output.suffix(100))")
    }
  }
}
