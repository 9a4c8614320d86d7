import Foundation
import TestSupport
import Testing

/// A card number must be found however it is written. The numbers are those of the list of hostile
/// tests (T) and of the list of disguises (J).
@Suite("Disguises of a card number")
struct DisguiseTests {
  static let card = "4111111111111111"
  static let masked = "************1111"

  @Test(
    "T1 J1 every occurrence of a repeated key is masked, in any order and nested",
    arguments: [
      (
        #"{"pan":"4111111111111111","pan":"x"}"#, #"{"pan":"************1111","pan":"x"}"#
      ),
      (
        #"{"pan":"x","pan":"4111111111111111"}"#, #"{"pan":"x","pan":"************1111"}"#
      ),
      (
        #"{"a":{"pan":"4111111111111111","b":[{"pan":1,"pan":"5500005555555559"}],"pan":null}}"#,
        #"{"a":{"pan":"************1111","b":[{"pan":1,"pan":"************5559"}],"pan":null}}"#
      ),
    ])
  func repeatedKeys(input: String, output: String) throws {
    #expect(try Pipe(mask: Pipe.cardRule).line(input) == output)
  }

  @Test("T1 J1 a path rule acts on every occurrence of a repeated key")
  func repeatedKeysByPath() throws {
    let pipe = try Pipe(mask: Pipe.rule("{ paths: ['user.pin'] }", "redact"))
    #expect(
      try pipe.line(#"{"user":{"pin":"1","pin":"2"},"user":{"pin":"3"}}"#)
        == #"{"user":{"pin":"[REDACTED]","pin":"[REDACTED]"},"user":{"pin":"[REDACTED]"}}"#)
  }

  @Test(
    "T2 J2 a path names a key however it is escaped, in any ASCII case",
    arguments: [
      #"pan"#, #"p\u0061n"#, #"\u0070\u0061\u006e"#, #"\u0070\u0061\u006E"#, "PAN", "Pan",
      #"\u0050AN"#,
    ])
  func escapedKeys(key: String) throws {
    let pipe = try Pipe(mask: Pipe.rule("{ paths: ['**.pan'] }", "redact"))
    #expect(
      try pipe.line(#"{"a":{"\#(key)":"x y"},"b":1}"#) == #"{"a":{"\#(key)":"[REDACTED]"},"b":1}"#)
  }

  @Test("T2 J2 keys are compared without Unicode normalization")
  func normalization() throws {
    let pipe = try Pipe(mask: Pipe.rule("{ paths: ['caf\u{E9}'] }", "redact"))
    let composed = "{\"caf\u{E9}\":\"x\"}"
    let decomposed = "{\"cafe\u{301}\":\"x\"}"
    #expect(
      try pipe.lines([composed, decomposed]) == ["{\"caf\u{E9}\":\"[REDACTED]\"}", decomposed])
    #expect(try pipe.line(#"{"caf\u00e9":"x"}"#) == #"{"caf\u00e9":"[REDACTED]"}"#)
  }

  @Test("T3 J3 any number of digits may be escaped; the rest of the line stays", arguments: 1...16)
  func escapedDigits(count: Int) throws {
    var random = SeededRandom(seed: UInt64(count))
    let places = Set(Array(0..<16).shuffled(using: &random).prefix(count))
    let written = Self.card.enumerated().map { index, digit in
      places.contains(index) ? "\\u003\(digit)" : String(digit)
    }.joined()
    let head = #"{"u\/rl" : "https:\/\/x\u003f",  "t":"see \/ "#
    let tail = #" \"\u00e9\/","z":[1 ,2.50]}"#
    let output = try Pipe(mask: Pipe.cardRule).line(head + written + tail)
    #expect(output.hasPrefix(head) && output.hasSuffix(tail), "\(output)")
    #expect(try string("t", of: output) == "see / \(Self.masked) \"é/")
    expectNoLeak(of: [Self.card], in: Array(output.utf8))
  }

  @Test("T3 J3 hexadecimal digits of escapes may be of either case, blanks escaped too")
  func escapeCases() throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    let escaped =
      #"{"t":"4111\u00201111\u00201111\u00201111","u":"\uFF14\uff11\uFF11\uFf11111111111111"}"#
    let output = try pipe.line(escaped)
    expectNoLeak(of: [Self.card], in: Array(output.utf8))
    #expect(try string("t", of: output) == "**** **** **** 1111")
  }

  @Test(
    "T4 J4 J15 digits of other scripts are digits",
    arguments: [
      "\u{FF14}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}\u{FF11}",
      "\u{0664}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}\u{0661}",
      "\u{06F4}\u{06F1}\u{06F1}\u{06F1}111111111111",
      "\u{096A}\u{0967}\u{0967}\u{0967}111111111111",
      "\u{1D7DC}\u{1D7D9}\u{1D7D9}\u{1D7D9}\u{1D7CF}\u{1D7CF}\u{1D7E3}\u{1D7ED}\u{1D7F7}\u{1D7F7}\u{1D7F7}\u{1D7F7}1111",
      #"\ud835\udfdc111111111111111"#,
      #"\uD835\uDFDC\uD835\uDFD9\uD835\uDFD9\uD835\uDFD9111111111111"#,
      #"\uff14\uff11\uff11\uff11\u0661\u0661\u0661\u066111111111"#,
    ])
  func otherDigits(written: String) throws {
    let output = try Pipe(mask: Pipe.cardRule).line(#"{"t":"no \#(written) ok"}"#)
    #expect(folded(try string("t", of: output)) == "no \(Self.masked) ok", "\(output)")
    expectNoLeak(of: [Self.card], in: Array(output.utf8))
  }

  @Test(
    "T5 J5 a lone or inverted surrogate withholds the record",
    arguments: [
      #"{"a":"\ud800 4111111111111111"}"#, #"{"a":"4111111111111111\udc00"}"#,
      #"{"\ud800":"4111111111111111"}"#, #"["\udd1e\ud834","4111111111111111"]"#,
      #"["\ud800\u0041","4111111111111111"]"#,
    ])
  func loneSurrogates(line: String) throws {
    let lines = try Pipe(mask: Pipe.cardRule).lines([line, #"{"b":1}"#])
    #expect(lines == [stub("malformed", 1), #"{"b":1}"#])
  }

  @Test(
    "T6 J6 bytes that are not UTF-8 withhold the record",
    arguments: [
      [0xC0, 0xB4], [0xFF], [0x80], [0xE4, 0xB8], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80],
      [0xF8, 0x88, 0x80, 0x80, 0x80], [0xFC, 0x80, 0x80, 0x80, 0x80, 0x80], [0xE0, 0x80, 0xB4],
      [0xF0, 0x82, 0x82, 0xAC], [0xC3],
    ] as [[UInt8]])
  func badUTF8(bytes: [UInt8]) throws {
    for place in 0...2 {
      let parts = [
        ["{\"a\":\"41111111", "11111111\"}"], ["{\"a\":\"4111111111111111\",\"", "\":1}"],
        ["{\"a\":\"4111111111111111\",\"b\":", "}"],
      ][place]
      let line = Array(parts[0].utf8) + bytes + Array(parts[1].utf8) + [0x0A]
      let result = try Pipe(mask: Pipe.cardRule).run(line + Array("{}\n".utf8))
      let lines = result.lines.map { String(decoding: $0, as: UTF8.self) }
      #expect(lines.count == 2 && lines.last == "{}")
      // Outside a string such a byte breaks the grammar as well.
      let reasons = place == 2 ? ["invalidUTF8", "malformed"] : ["invalidUTF8"]
      #expect(isStub(lines[0], 1, reasons), "\(lines[0])")
      expectNoLeak(of: [Self.card], in: result.output + result.error)
    }
  }

  @Test(
    "T8 J8 a number in any spelling is masked as a whole lexeme",
    arguments: [
      "4111111111111111", "-4111111111111111", "4111111111111111.0", "4111111111111111.000",
      "4.111111111111111e15", "4.111111111111111E+15", "411111111111111.1e1",
      "41111111111111110e-1", "4111111111111111e0", "0.4111111111111111e16",
      "4.1111111111111110000e15", "4111111111111111E-12", "-4111111111111111e-3",
    ])
  func numbers(number: String) throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    for (head, tail) in [(#"{"a":"#, #","b":1.50}"#), ("[", " , -0]"), ("", "")] {
      let output = try pipe.line(head + number + tail)
      _ = try decode(output)
      #expect(output.hasPrefix(head + "\"") && output.hasSuffix("\"" + tail), "\(output)")
      expectNoLeak(of: [Self.card], in: Array(output.utf8))
      #expect(!output.contains("41"), "\(output)")
    }
  }

  @Test("T8 J8 an integer becomes the string that keep makes of its digits")
  func integer() throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    #expect(try pipe.line(#"{"a": 4111111111111111 }"#) == #"{"a": "************1111" }"#)
    #expect(
      try pipe.line("[6205500000000000004]") == #"["***************0004"]"#,
      "19 digits do not fit a double")
  }

  @Test("T8 J21 a number or a string alone on its line is masked")
  func topLevel() throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    #expect(
      try pipe.lines(["4111111111111111", #""4111 1111 1111 1111""#, "7", "null"])
        == [#""************1111""#, #""**** **** **** 1111""#, "7", "null"])
  }

  @Test("T9 J9 JSON inside strings is entered three levels deep", arguments: 1...3)
  func nestedJSON(levels: Int) throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    let input = try Self.nest(#"{"pan":"4111111111111111","n":1}"#, levels)
    let output = try Self.nest(#"{"pan":"************1111","n":1}"#, levels)
    #expect(try pipe.line(input) == output)
  }

  @Test("T9 J9 the fourth level of JSON inside strings is too deep")
  func nestedTooDeep() throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    let input = try Self.nest(#"{"pan":"4111111111111111"}"#, 4)
    #expect(try pipe.lines([input, "{}"]) == [stub("tooDeep", 1), "{}"])
  }

  @Test("T9 J9 a path goes on through JSON inside strings")
  func pathsGoOn() throws {
    let pipe = try Pipe(mask: Pipe.rule("{ paths: ['body.card.cvv'] }", "redact"))
    let input = try Self.nest(#"{"card":{"cvv":"12 3"}}"#, 1, key: "body")
    let output = try Self.nest(#"{"card":{"cvv":"[REDACTED]"}}"#, 1, key: "body")
    #expect(try pipe.line(input) == output)
  }

  @Test("T9 J9 an escaped number inside JSON inside a string is found")
  func nestedEscapes() throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    let output = try pipe.line(
      #"{"b":"{\"p\":\"\\u0034111111111111111\",\"q\":4111111111111111}"}"#)
    let inner = try string("b", of: output)
    #expect(try string("p", of: inner) == Self.masked)
    #expect(try string("q", of: inner) == Self.masked)
  }

  @Test(
    "T9 J9 an inner text that is not quite JSON is scanned as text, its escapes decoded",
    arguments: [
      #"{"b":"{\"p\":\"4111111111111111\""}"#, #"{"b":"{\"p\":\"\\u0034111111111111111\",}"}"#,
      #"{"b":"log: {\"p\":\"\\u0034111111111111111\"}"}"#, #"{"b":"[4111111111111111,]"}"#,
      #"{"b":"pan=\\u0034111111111111111;"}"#,
    ])
  func nestedBroken(line: String) throws {
    let output = try Pipe(mask: Pipe.cardRule).line(line)
    _ = try decode(output)
    #expect(!output.contains("_maskline"))
    expectNoLeak(of: [Self.card], in: Array(output.utf8))
  }

  @Test(
    "T16 J16 one uniform separator between any digits is seen through, and stays",
    arguments: [
      " ", "-", ".", "_", "/", "\\t", "\u{A0}", "\u{2007}", "\u{2009}", "\u{202F}", "\u{3000}",
      "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2014}", "\u{2015}", "\\u00a0", "\\u2013",
    ])
  func separators(separator: String) throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    for size in [1, 2, 4, 8] {
      func grouped(_ text: String) -> String {
        stride(from: 0, to: 16, by: size).map { String(Array(text)[$0..<($0 + size)]) }
          .joined(separator: separator)
      }
      let output = try pipe.line(#"{"t":"no \#(grouped(Self.card)) ok"}"#)
      #expect(output == #"{"t":"no \#(grouped(Self.masked)) ok"}"#, "groups of \(size)")
    }
  }

  @Test(
    "T16 J16 format characters between digits do not part them",
    arguments: [
      "\u{200B}", "\u{200C}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\\u200b", "\\u00AD",
    ])
  func formatCharacters(character: String) throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    for size in [1, 4, 8] {
      let written = stride(from: 0, to: 16, by: size)
        .map { String(Array(Self.card)[$0..<($0 + size)]) }.joined(separator: character)
      let output = try pipe.line(#"{"t":"no \#(written) ok"}"#)
      #expect(folded(try string("t", of: output)) == "no \(Self.masked) ok", "\(output)")
      expectNoLeak(of: [Self.card], in: Array(output.utf8))
    }
  }

  @Test(
    "T16 J16 marks on digits do not part them, and stay where nothing is found",
    arguments: ["\u{336}", "\u{20E3}", "\\u0332", "\u{FE0F}\u{20E3}", "\u{301}\u{489}", "\\u20e3"])
  func marks(mark: String) throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    for size in [1, 4] {
      let written = stride(from: 0, to: 16, by: size)
        .map { String(Array(Self.card)[$0..<($0 + size)]) + mark }.joined()
      let output = try pipe.line(#"{"t":"no \#(written) ok"}"#)
      expectNoLeak(of: [Self.card], in: Array(output.utf8))
      #expect(output.contains("****"), "\(output)")
    }
    let line = #"{"t":"1\#(mark)2\#(mark) e\#(mark)"}"#
    #expect(try pipe.line(line) == line)
  }

  @Test(
    "T18 J18 a key is scanned like a string",
    arguments: [
      (#"{"4111111111111111":1}"#, #"{"************1111":1}"#),
      (#"{"a":[{"x 4111-1111-1111-1111":{}}]}"#, #"{"a":[{"x ****-****-****-1111":{}}]}"#),
      (
        #"{"4111111111111111":1,"5500000000081111":2,"b":3}"#,
        #"{"************1111":1,"************1111~2":2,"b":3}"#
      ),
      (
        #"{"4111111111111111":1,"5500000000081111":2,"4000000000061111":3}"#,
        #"{"************1111":1,"************1111~2":2,"************1111~3":3}"#
      ),
      (
        #"{"4111111111111111":1,"4111111111111111":2}"#,
        #"{"************1111":1,"************1111":2}"#
      ),
    ])
  func keys(input: String, output: String) throws {
    #expect(try Pipe(mask: Pipe.cardRule).line(input) == output)
  }

  @Test("T18 J18 an escaped key is scanned decoded")
  func escapedKey() throws {
    let output = try Pipe(mask: Pipe.cardRule).line(#"{"\u0034111111111111111":1}"#)
    let object = try #require(try decode(output) as? [String: Int])
    #expect(object == [Self.masked: 1])
  }

  @Test(
    "T19 J19 letters, marks and other numbers beside a card number do not hide it",
    arguments: [
      "card4111111111111111", "_4111111111111111", "4111111111111111x", "x4111111111111111_y",
      "№4111111111111111", "4111111111111111kg", "pan=4111111111111111;", "(4111111111111111)",
      "order 7 4111111111111111", "7 4111 1111 1111 1111", "4111 1111 1111 1111 04/29 123",
      "12/26 4111-1111-1111-1111", "é4111111111111111é", "4111111111111111é",
    ])
  func neighbours(text: String) throws {
    let output = try Pipe(mask: Pipe.cardRule).line(#"{"t":"\#(text)"}"#)
    _ = try decode(output)
    expectNoLeak(of: [Self.card], in: Array(output.utf8))
    #expect(output.contains("1111"), "the last four stay: \(output)")
  }

  @Test(
    "T19 J19 a contiguous run of 20 and more digits does not hide a card number",
    arguments: [
      "41111111111111110000", "00004111111111111111", "004111111111111111000000",
      "411111111111111100000000",
    ])
  func longRuns(digits: String) throws {
    let output = try Pipe(mask: Pipe.cardRule).lines([
      #"{"t":"ref \#(digits) end"}"#, digits.hasPrefix("0") ? "{}" : "[\(digits)]",
    ])
    expectNoLeak(of: [Self.card], in: Array(output.joined(separator: "\n").utf8))
  }

  /// `text` as a string in an object, `levels` times over.
  static func nest(_ text: String, _ levels: Int, key: String = "body") throws -> String {
    var text = text
    for _ in 0..<levels {
      let escaped = text.replacingOccurrences(of: "\\", with: "\\\\")
        .replacingOccurrences(of: "\"", with: "\\\"")
      text = #"{"\#(key)":"\#(escaped)"}"#
    }
    return text
  }
}
