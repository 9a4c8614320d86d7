import Bytes
import CScan
import Patterns
import TestSupport
import Testing

@testable import Masking

/// Each decoder by itself, hostile input included.
@Suite("J9 Decoders") struct DecoderTests {
  struct Case: Sendable, CustomTestStringConvertible {
    var encoding: Encoding
    var coded: String
    var text: String
    var testDescription: String { "\(encoding.name) \(coded)" }

    init(_ encoding: Encoding, _ coded: String, _ text: String) {
      self.encoding = encoding
      self.coded = coded
      self.text = text
    }
  }

  static let cases: [Case] = [
    Case(.percent, "%34%31", "41"),
    Case(.percent, "%6a%4A%4a", "jJJ"),
    Case(.percent, "a+b+%31 + c", "a b 1   c"),
    Case(.percent, "tel:+1%34 x=+%31", "tel:+14 x=+1"),
    Case(.percent, "%2B1", "+1"),
    Case(.percent, "%", "%"),
    Case(.percent, "%4", "%4"),
    Case(.percent, "%4g%g4%%34", "%4g%g4%4"),
    Case(.percent, "%2534", "%34"),
    Case(.percent, "%C3%A9%E6%97%A5%F0%9F%98%80", "\u{E9}\u{65E5}\u{1F600}"),
    Case(.percent, "%E9%A0%FF", "\u{E9}\u{A0}\u{FF}"),  // Latin-1
    Case(.percent, "%C0%B4%E0%80%B1", "41"),  // overlong
    Case(.percent, "%ED%A0%80", "\u{ED}\u{A0}\u{80}"),  // a surrogate
    Case(.percent, "%F4%90%80%80", "\u{F4}\u{90}\u{80}\u{80}"),  // beyond Unicode
    Case(.percent, "%E6%97", "\u{E6}\u{97}"),  // cut off
    Case(.percent, "\u{65E5}%34", "\u{65E5}4"),
    Case(.html, "&#52;&#049;&#x34;&#X31;", "4141"),
    Case(.html, "&#52&#49 &#x34x", "41 4x"),
    Case(.html, "&amp;&lt;&commat;&nbsp;&ndash;", "&<@\u{A0}\u{2013}"),
    Case(.html, "&amp;#52;", "&#52;"),
    Case(.html, "&nothing; &; & &# &#; &#x; &#xg; &amp", "&nothing; &; & &# &#; &#x; &#xg; &amp"),
    Case(.html, "4&nbsp1&shy1&shy;1&middot &nbsp=1", "4\u{A0}111\u{B7} &nbsp=1"),
    Case(
      .html, "&#0;&#xD800;&#x110000;&#99999999999999999999;", "\u{FFFD}\u{FFFD}\u{FFFD}\u{FFFD}"),
    Case(.html, "&#150;&#x1F600;", "\u{2013}\u{1F600}"),
    Case(.quotedPrintable, "=34=31=3D=C3=A9", "41=\u{E9}"),
    Case(.quotedPrintable, "41=\n11=\r\n11", "411111"),
    Case(.quotedPrintable, "41=  \r\n11= \t\n11=\n=41", "411111A"),
    Case(.quotedPrintable, "NDExMQ==\nx MTE=\r\n", "NDExMQ==\nx MTE=\r\n"),  // padding
    Case(.quotedPrintable, "ann=40example=2Ecom", "ann@example.com"),
    Case(.quotedPrintable, "status=10 a=0g x>=03", "status=10 a=0g x>=03"),
    Case(.quotedPrintable, "4=311 =", "411 ="),
    Case(.quotedPrintable, "=E9=e9=FF=3", "\u{E9}\u{E9}\u{FF}=3"),
    Case(.base64, "NDExMTExMTExMTExMTExMQ==", "4111111111111111"),
    Case(.base64, "NDExMTExMTExMTExMTExMQ", "4111111111111111"),
    Case(.base64, "MTIzNDU2Nzg5", "123456789"),
    Case(.base64, "MS4xLjEuMQ==", "1.1.1.1"),
    Case(.base64, "Pj4+Pj8/Pz8/NDExMTExMTE=", ">>>>?????41111111"),
    Case(.base64, "Pj4-Pj8_Pz8_NDExMTExMTE", ">>>>?????41111111"),
    Case(.base64, "a=NDExMTExMTExMTEx&b", "a=\u{C}411111111111\u{C}&b"),
    Case(.base64, "/s/NDExMTExMTExMTEx/x", "/s/\u{C}411111111111\u{FF}"),
    Case(.base64, "w6kgNDExMTExMTEg6Q==", "\u{E9} 41111111 \u{E9}"),
    Case(.base64, "NDExMTEx\nMTExMTEx", "NDExMTEx\nMTExMTEx"),
    Case(.base64, "NDExMTExMTEx\nMTExMTExMTEx", "411111111111111111"),
    Case(.base64, "NDExMTExMTExMTEx\r\nMTExMQ==\n", "4111111111111111\u{C}\n"),
    Case(.base64, "NDExMTExMTExMTEx\nMTEx a", "411111111111\u{C}\nMTEx a"),
    Case(.base64, "c=dD00MTExMTExMTEx", "c=\u{C}t=4111111111"),
    Case(.base64, "%eDQxMTExMTExMTEx", "%\u{C}x41111111111"),
    // UTF-16, with the low octet first and the high one.
    Case(.base64, "NAAxADEAMQAgADEAMQA=", "4111 11"),
    Case(.base64, "ADQAMQAxADEA6SAUADEAMQ", "4111\u{E9}\u{2014}11"),
    Case(.base64, "cGFuIDQxMTEAMTExMQBhYmM=", "pan 4111\01111\0abc"),
    // A group that is no text may hold the begin of it.
    Case(.base64, "xAQI0NDMyMzM0MTQyNDAzMzQ3", "x\u{C}\u{1}\u{2}4432334142403347"),
    Case(.base64, "%2AQI1MTI3NTA3OTg1NDkyODky", "%2\u{C}\u{1}\u{2}5127507985492892"),
    // Groups of other phases show text by chance; each reading is whole.
    Case(.base64, "CjU1NTU1NTU1NTU1NTQ0NDQ=", "\n5555555555554444"),
    Case(.base64, "%2eDQxMTExMTExMTEx", "%2\u{C}x41111111111"),
    Case(.base64, "550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000"),
    Case(.base64, "/api/v1/namespaces/default/pods", "/api/v1/namespaces/default/pods"),
    Case(.base64, "", ""),
  ]

  @Test("a text is decoded as its readers do", arguments: cases)
  func decoded(_ test: Case) {
    let text = Self.decode(test.encoding, test.coded).text
    guard test.encoding == .base64 else {
      #expect(text == test.text)
      return
    }
    // Other groups may show text by chance: `NDExMTEx` holds `LLL`, too. Form feeds part the readings.
    let readings = Set(text.split(separator: "\u{C}"))
    #expect(readings.isSuperset(of: test.text.split(separator: "\u{C}")), "\(text)")
  }

  private static func decode(
    _ encoding: Encoding, _ coded: String
  ) -> (text: String, places: [Range<Int>]) {
    withView(Array(coded.utf8)) { view in
      var layer = DecodedLayer()
      layer.decode(encoding, view)
      let text = String(decoding: layer.text.toArray(), as: UTF8.self)
      return (text, (0..<layer.text.count).map { layer.parentRange($0..<$0 + 1) })
    }
  }

  fileprivate static func withView<R>(_ bytes: [UInt8], _ body: (ByteView) -> R) -> R {
    var buffer = TextBuffer()
    buffer.reset(room: bytes.count)
    for byte in bytes { buffer.append(byte, start: 0, end: 0) }
    return body(buffer.view)
  }

  private static let alphabet = Array(
    "%%%&&&###;;;===+++xX0123456789ABCDEFabcdefNDExMTIzQGl/-_. \n\r\u{E9}\u{65E5}\u{FF14}\\u0034"
      .utf8)

  private static func hostile(_ random: inout SeededRandom) -> String {
    let bytes = (0..<Int.random(in: 0...120, using: &random)).map { _ in
      alphabet.randomElement(using: &random) ?? 0
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  @Test("whatever comes in, valid UTF-8 comes out, each byte with a place in the text, in order")
  func hostileInput() {
    var random = SeededRandom(for: "J9 hostile decoding")
    for _ in 0..<TestSize.count(5000, full: 200_000) {
      let coded = Self.hostile(&random)
      for encoding in Encoding.allCases {
        let (text, places) = Self.decode(encoding, coded)
        #expect(text.utf8.count == places.count, "\(encoding.name) \(coded.debugDescription)")
        #expect(
          places.allSatisfy { $0.lowerBound >= 0 && $0.upperBound <= coded.utf8.count },
          "\(encoding.name) \(coded.debugDescription)")
        // Base64 may be read in more than one way.
        guard encoding != .base64 else { continue }
        #expect(
          zip(places, places.dropFirst()).allSatisfy {
            $0.lowerBound <= $1.lowerBound && $0.upperBound <= $1.upperBound
          }, "\(encoding.name) \(coded.debugDescription)")
      }
    }
  }

  /// Every octet takes two bytes of UTF-8, in each of four readings, up to where the readings end.
  @Test(
    "the room of a text suffices for all readings of its base64", arguments: 0..<4)
  func room(glued: Int) {
    // Groups of high octets hold no text; one of text in each phase has them read.
    let text = "MTIzNDU2MTIzNDU2xMTIzNDU2MTIzNDU2xMTIzNDU2MTIzNDU2xMTIzNDU2MTIzNDU2"
    for count in [65_536 - text.utf8.count - glued, 66_000] {
      let coded = String(repeating: "x", count: glued) + text + String(repeating: "/", count: count)
      let places = Self.decode(.base64, coded).places
      #expect(places.allSatisfy { $0.upperBound <= coded.utf8.count })
    }
  }

  @Test("the kernel sees a sign of every encoding that stands in a string, wherever it lies")
  func signs() {
    let plan = TriggerPlan([])
    let triggers = KernelTriggers(plan, SignIndex(plan, wordCount: 1, keywordBit: 0) { $0 })
    var random = SeededRandom(for: "J9 signs")
    var seen = 0
    for round in 0..<TestSize.count(5000, full: 200_000) {
      var coded = Self.hostile(&random).filter {
        $0 != "\\" && $0 != "\n" && $0 != "\r\n" && $0 != "\r"
      }
      if round % 3 == 0, let encoding = TextEncoding.allCases.randomElement(using: &random) {
        coded = encoding.encoded("ann 4111 1111 \(round)", tidily: false, &random).replacing(
          "\r\n", with: ""
        )
        .replacing("\n", with: "")
      }
      let found = Self.withView(Array(coded.utf8)) { Encodings(in: $0) }
      guard !found.isEmpty else { continue }
      seen += 1
      let lead = String(repeating: " ", count: Int.random(in: 0...130, using: &random)) + "\""
      let line = Array((lead + coded + "\"\n").utf8)
      for portable in [false, true] {
        CScan_use_portable(portable)
        var level = ScanLevel()
        let summary = Self.withView(line) { view in
          _ = level.index(view, lines: true, triggers: triggers)
          return unsafe StretchSummary(
            level.blocks.base, lead.utf8.count, lead.utf8.count + coded.utf8.count)
        }
        CScan_use_portable(false)
        #expect(summary.hasEncoding, "portable: \(portable) \(coded.debugDescription)")
      }
    }
    #expect(seen > 1000)
  }
}

extension DecoderTests {
  @Test(
    "what only looks like an encoding is none",
    arguments: [
      "status=200 port=8080 level=info", "x>=20", "100% of 5% &c. A&B; a & b", "a=b&lt=5&copy=1",
      "50%!",
      "2024-01-01T00:00:00+01:00", "application/vnd.api+json",
      "550e8400-e29b-41d4-a716-446655440000",
      "d41d8cd98f00b204e9800998ecf8427e", "/usr/local/lib/python3/site-packages",
      "com.example.ApplicationContextFactory", "checkout-7d9f8b6c5d-x2x4z",
    ])
  func lookAlikes(text: String) {
    #expect(Self.encodings(of: text).isEmpty)
  }

  private static func encodings(of text: String) -> Encodings {
    withView(Array(text.utf8)) { Encodings(in: $0) }
  }
}
