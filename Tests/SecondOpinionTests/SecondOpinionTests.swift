import TestSupport
import Testing

@testable import SecondOpinion

/// The independent reader: what it must see, and what it must not take for a card number.
@Suite("The second opinion")
struct SecondOpinionTests {
  private func reads(
    _ line: String, _ opinion: SecondOpinion = SecondOpinion(), allowed: [String] = []
  ) -> Bool {
    opinion.canReadCard(in: Array(line.utf8).span) { number in
      allowed.contains(String(decoding: number.indices.map { number[$0] }, as: UTF8.self))
    }
  }

  @Test(
    "a card number that is left is read, however it is written",
    arguments: [
      #"{"a":"4111111111111111"}"#, #"{"a":4111111111111111}"#, #"{"4111111111111111":1}"#,
      #"{"a":"card 4111 1111 1111 1111."}"#, #"{"a":"x=5555-5555-5555-4444&y=1"}"#,
      #"{"a":"3782 822463 10005"}"#, #"{"a":"order 7 4111 1111 1111 1111 qty 2"}"#,
      #"{"a":"\u0034111\u0031111 1111 1111x 4111111111111111"}"#,
      #"{"a":"\u0034111111111111111"}"#, #"{"a":"\u0034\u0031\u0031\u0031 1111 1111 1111"}"#,
      #"{"a":"{\"b\":\"\\u0034111111111111111\"}"}"#, #"{"a":"４１１１１１１１１１１１１１１１"}"#,
      "{\"a\":\"4111\u{200B}1111\u{200B}1111\u{200B}1111\"}", "{\"a\":\"٤١١١١١١١١١١١١١١١\"}",
      "{\"a\":\"4111–1111–1111–1111\"}", #"{"a":4.111111111111111e15}"#,
      #"{"a":41111111111111110e-1}"#, #"{"a":4111111111111111.0}"#, "4111111111111111",
      #"{"a":"visa4111111111111111"}"#, #"{"a":"pan:2223003122003222"}"#,
      #"{"a":"36227206271667"}"#, #"{"a":"6205500000000000004"}"#, #"{"a":"4222222222222"}"#,
    ])
  func reads(line: String) { #expect(reads(line)) }

  @Test(
    "what merely looks like one is not",
    arguments: [
      #"{"a":"************1111","b":"4111 11** **** 1111"}"#, #"{"a":4111111111111112}"#,
      #"{"ts":1772355600022,"us":1772355600022123,"ns":1772355600022123456}"#,
      #"{"a":0.4111111111111111}"#, #"{"a":"1.0.4111111111111111"}"#,
      #"{"a":"41111111-1111-1111-1111-111111111111"}"#, #"{"a":"a4111111111111111f"}"#,
      #"{"a":"ord-4111111111111111-2"}"#, #"{"a":"41111111111111111111"}"#,
      #"{"a":"9111111111111111"}"#, #"{"a":"4111 11111111 1111"}"#,
      #"{"a":"4111111111111111\ud835\udfdc7"}"#, #"{"a":"4111 1111 1111 1111４１11"}"#,
      #"{"a":"4111 1111-1111 1111"}"#, #"{"a":"\u00344","b":"é 日本 2026-03-01T09:00:00"}"#, "", "{}",
    ])
  func leaves(line: String) { #expect(!reads(line)) }

  @Test("allowed numbers and excluded paths are known")
  func exemptions() {
    #expect(!reads(#"{"a":"4111 1111 1111 1111"}"#, allowed: ["4111 1111 1111 1111"]))
    #expect(reads(#"{"a":"4111 1111 1111 1111"}"#, allowed: ["4242"]))
    let opinion = SecondOpinion(excludedPaths: [
      [.key(Array("trace".utf8))], [.anyDepth, .key(Array("order".utf8)), .anyElement],
    ])
    for line in [
      #"{"Trace":"4111111111111111"}"#, #"{"b":1,"tr\u0061ce":{"x":[4111111111111111]}}"#,
      #"{"x":[{"order":[1,"4111111111111111"]}]}"#,
      #"{"x":"{\"order\":[\"\\u0034111111111111111\"]}"}"#,
    ] {
      #expect(!reads(line, opinion), "\(line)")
    }
    for line in [
      #"{"a":{"trace":"4111111111111111"}}"#, #"{"order":"4111111111111111"}"#,
      #"{"x":[{"order":[1]},"4111111111111111"]}"#, #"{"trace":1,"b":4111111111111111}"#,
      #"{"order":[{"trace":1}],"b":"{\"trace\":\"\\u0034111111111111111\"}"}"#,
    ] {
      #expect(reads(line, opinion), "\(line)")
    }
  }

  @Test("broken text of any kind is read without harm")
  func hostile() {
    var random = SeededRandom(for: "second opinion")
    let bytes = Array("41 -.\\u00345{}[]\":,e+é\u{200B}４".utf8) + [0xFF, 0xC3, 0xF0, 0xE2]
    for _ in 0..<5000 {
      let line = (0..<random.next() % 60).map { _ in bytes[Int(random.next() % UInt64(bytes.count))]
      }
      let opinion = SecondOpinion(excludedPaths: [[.anyDepth, .key([0x34])]])
      _ = opinion.canReadCard(in: line.span) { _ in false }
    }
  }
}
