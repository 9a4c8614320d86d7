import CSecondOpinion
import Foundation
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
      #"{"a":"{\"b\":\"{\\\"c\\\":\\\"4111111111111111\\\"}\"}"}"#, #"{"a":"é4111111111111111日"}"#,
      #"{"a":"\u003c4111111111111111\u003e"}"#, #"{"a":"4242 4242 4242 4242 428"}"#,
      #"{"a":"3622 7206 2716 67"}"#, #"{"a":"9792030394440796"}"#, #"{"a":"\\\\4111111111111111"}"#,
      #"{"a":"SU1FSTogMzUyNjU4NDM5NzEzMjQ4","b":"MjcyMDM4NjE3OTg5ODUxMw==","c":1}"#,
      #"{"a":"MTI4MzY3MjY5","b":"NTAxODgxODUzMjY1NzM2Mg==","c":1}"#,
      #"{"a":[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#, #"{"a":["4111", "1111","1111","1111"]}"#,
      #"{"a":"{\"b\":[\"3782\",\"822463\",\"10005\"]}"}"#,
    ])
  func reads(line: String) { #expect(reads(line)) }

  /// The same number in an encoding, in two, and with something else before it in the record.
  @Test(
    "a card number is read in every encoding, and in encodings of encodings",
    arguments: [
      "%34111%311111111%31111", "4111%201111%201111%201111", "4111+1111+1111+1111",
      "%2534111111111111111", "&#52;111111111111111", "&#x34;111&nbsp;1111&nbsp;1111&nbsp;1111",
      "&amp;#52;111111111111111", "=34=31=31=31111111111111", "4111111=\\r\\n111111111",
      "4111 =\n1111=201111 1111", "%EF%BC%94111111111111111", "4111%C2%A01111%C2%A01111%C2%A01111",
      "\\u0026#52;111111111111111", "%5Cu0034111111111111111", "=EF=BC=94111111111111111",
    ])
  func encodings(text: String) {
    #expect(reads(#"{"a":"\#(text)"}"#))
    #expect(
      reads(#"{"id":"e425f6192fe81c8b400912dfb979dc1a","n":"鈴木","a":"q \#(text)&x=1"}"#)
    )
  }

  @Test(
    "a card number is read in base64 wherever it begins, in both alphabets and in UTF-16",
    arguments: ["4111111111111111", "4111 1111 1111 1111", "3782-822463-10005", "４１１１１１１１１１１１１１１１"])
  func base64(number: String) {
    for before in 0..<12 {
      let text = Array((String(repeating: ">", count: before) + number + "?").utf8)
      let units = Array(String(decoding: text, as: UTF8.self).utf16)
      let little = units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
      let big = units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
      let isASCII = number.utf8.count == number.count
      for octets in isASCII ? [text, little, big] : [text] {
        for glue in ["", "x", "ab", "abc", "Basic ", "%2", "/x/", "-"] {
          let base64 = Data(octets).base64EncodedString()
          let urlSafe = base64.replacing("+", with: "-").replacing("/", with: "_").replacing(
            "=", with: "")
          #expect(reads(#"{"a":"\#(glue)\#(base64)"}"#), "\(base64)")
          #expect(reads(#"{"a":"\#(glue)\#(urlSafe)","b":1}"#), "\(urlSafe)")
          #expect(
            reads(#"{"a":"\#(glue)\#(Data(base64.utf8).base64EncodedString())"}"#) || !glue.isEmpty
          )
        }
      }
    }
  }

  @Test("encodings that are not undone hide nothing from it")
  func switchedOff() {
    for (text, decodes) in [
      ("%34111111111111111", SecondOpinion.Decodes.percent), ("&#52;111111111111111", .html),
      ("=34=31=31=31111111111111", .quotedPrintable), ("NDExMTExMTExMTExMTExMQ==", .base64),
    ] {
      let line = #"{"a":"\#(text)"}"#
      let opinion = SecondOpinion()
      let all = SecondOpinion.Decodes.all
      #expect(opinion.canReadCard(in: Array(line.utf8).span, decodes: decodes) { _ in false })
      #expect(
        !opinion.canReadCard(in: Array(line.utf8).span, decodes: all.subtracting(decodes)) { _ in
          false
        })
    }
  }

  @Test("a number is read at every place of a long record, beside whatever it is read with")
  func places() {
    let filler = #"{"t":1772355600022,"id":"e425f6192fe81c8b400912dfb979dc1a","q":[1.5,2],"m":""#
    for text in [
      "4111111111111111", "4111 1111 1111 1111", "3782 822463 10005", #"\u0034111111111111111"#,
      "%34111111111111111", "NDExMTExMTExMTExMTExMQ==", #"":4.111111111111111e15}"#,
      "４１１１１１１１１１１１１１１１", "[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]", "=34111111111111111",
    ] {
      for blanks in 0..<130 {
        #expect(reads(filler + String(repeating: " ", count: blanks) + text), "\(blanks) \(text)")
        #expect(reads(String(repeating: ".", count: blanks) + " " + text + " " + filler))
      }
    }
  }

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
      #"{"log":"session expired id=344583e9\n"}"#, #"{"log":"at 4.111111111111111e15 there"}"#,
      #"{"a":[41,11,11,11,11,11,11,11]}"#, #"{"a":[1,[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,0]]}"#,
      #"{"a":[4111.0,1111,1111,1111],"b":"q=4111&r=1111&s=1111&t=1111"}"#,
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
      #"{"trace":[4111111111111111,{"a":"4111 1111 1111 1111","b":"NDExMTExMTExMTExMTExMQ=="}]}"#,
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

  @Test("code without vectors sees the same")
  func portable() {
    var random = SeededRandom(for: "blocks of the second opinion")
    let bytes = Array("MNODTjzA7v+-8J4.e[('\\=%& 日123".utf8)
    for _ in 0..<2000 {
      let count = Int(random.next() % 300)
      let text = (0..<count).map { _ in bytes[Int(random.next() % UInt64(bytes.count))] }
      #expect(blocks(text, portable: true) == blocks(text, portable: false))
    }
  }

  private func blocks(_ text: [UInt8], portable: Bool) -> [UInt64] {
    var blocks = [CSecondOpinion_Block](repeating: CSecondOpinion_Block(), count: 7)
    unsafe CSecondOpinion_blocks(text, text.count, 0, blocks.count, portable, &blocks)
    return blocks.flatMap { [$0.digits, $0.signs, $0.exponents, $0.base64, $0.pairs] }
  }

  @Test("a long record is read in time that grows with its length")
  func longRecords() {
    for text in [
      "a4111111111111111", "\\u0034", "%34", "=34", "MDEy", "[4,", "4111 ", "e5", "77y", "[", "４",
      "4e1",
    ] {
      let line = Array(String(repeating: text, count: (1 << 20) / text.utf8.count).utf8)
      let opinion = SecondOpinion(excludedPaths: [[.anyDepth, .key([0x34])]])
      _ = opinion.canReadCard(in: line.span) { _ in true }
    }
  }

  @Test("broken text of any kind is read without harm")
  func hostile() {
    var random = SeededRandom(for: "second opinion")
    let bytes =
      Array("41 -.\\u00345{}[]\":,e+é\u{200B}４%&#;=MD77y".utf8) + [0xFF, 0xC3, 0xF0, 0xE2]
    for _ in 0..<5000 {
      let line = (0..<random.next() % 60).map { _ in bytes[Int(random.next() % UInt64(bytes.count))]
      }
      let opinion = SecondOpinion(excludedPaths: [[.anyDepth, .key([0x34])]])
      _ = opinion.canReadCard(in: line.span) { _ in false }
    }
  }
}
