import Foundation
import TestSupport
import Testing

/// Lines, line ends, limits and the ends of streams.
@Suite("Framing of records")
struct FramingTests {
  static let card = "4111111111111111"

  @Test("a record without findings is forwarded byte for byte, white space and all")
  func unchanged() throws {
    let lines = [
      #" { "a" : [ 1.0e+00 , -0 , "\u0041\/" ] , "a" : null }  "#, "{}", "", "[]", "\t[ ]\t",
      #"{"z":1,"a":2,"z":3}"#, "\"\u{7F}\u{E9}\u{1F680}\"", "-0.0", "true",
    ]
    #expect(try Pipe(mask: Pipe.silentRule).lines(lines) == lines)
  }

  @Test("CRLF stays CRLF, and an empty line stays empty")
  func lineEnds() throws {
    let input = "{\"a\":1}\r\n\r\n\n{\"a\":\"4111111111111111\"}\r\n{}\n"
    let result = try Pipe(mask: Pipe.cardRule).run(Array(input.utf8))
    #expect(
      result.outputText == "{\"a\":1}\r\n\r\n\n{\"a\":\"************1111\"}\r\n{}\n")
  }

  @Test("a line of white space alone is malformed", arguments: [" ", "\t", "  \t ", " \r"])
  func blankLine(line: String) throws {
    let lines = try Pipe(mask: Pipe.cardRule).lines([line, "{}"])
    #expect(lines.map { $0.trimmingCharacters(in: ["\r"]) } == [stub("malformed", 1), "{}"])
  }

  @Test("T7 J7 a byte order mark passes at the start of the stream only")
  func byteOrderMark() throws {
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let first = mark + Array("{\"a\":\"4111111111111111\"}\n".utf8)
    let second = mark + Array("{\"b\":\"4111111111111111\"}\n".utf8)
    let result = try Pipe(mask: Pipe.cardRule).run(first + second + Array("{}\n".utf8))
    let expected =
      mark + Array("{\"a\":\"************1111\"}\n\(stub("malformed", 2))\n{}\n".utf8)
    #expect(result.output == expected, "\(result.outputText)")
  }

  @Test("T7 J7 UTF-16 is rejected, in either order, with and without its mark")
  func utf16() throws {
    let text = "{\"a\":\"4111111111111111\"}\n"
    for encoding in [String.Encoding.utf16LittleEndian, .utf16BigEndian, .utf16] {
      let data = try #require(text.data(using: encoding))
      let result = try Pipe(mask: Pipe.cardRule).run(Array(data) + Array("\n{}\n".utf8))
      #expect(!result.output.contains(0), "no byte of it is forwarded")
      #expect(result.lines.last.map { String(decoding: $0, as: UTF8.self) } == "{}")
      #expect(result.outputText.contains("_maskline"))
      expectNoLeak(of: [Self.card], in: result.output.filter { $0 != 0 })
    }
  }

  @Test(
    "T10 J10 only a line feed ends a record; other breaks are rejected raw",
    arguments: [0x0D, 0x0B, 0x0C, 0x1E, 0x01, 0x1F] as [UInt8])
  func rawControls(byte: UInt8) throws {
    let inString = Array("{\"a\":\"x".utf8) + [byte] + Array("4111111111111111\"}\n".utf8)
    let between = Array("{\"a\":1}".utf8) + [byte] + Array("{\"b\":\"4111111111111111\"}\n".utf8)
    let result = try Pipe(mask: Pipe.cardRule).run(inString + between + Array("{}\n".utf8))
    #expect(result.outputText == "\(stub("malformed", 1))\n\(stub("malformed", 2))\n{}\n")
  }

  @Test("T10 J10 NEL, U+2028 and U+2029 in a string come out as they came")
  func unicodeLineBreaks() throws {
    let line = "{\"a\":\"x\u{85}y\u{2028}z\u{2029}4111111111111111\"}"
    let expected = "{\"a\":\"x\u{85}y\u{2028}z\u{2029}************1111\"}"
    let result = try Pipe(mask: Pipe.cardRule).run(Array((line + "\n").utf8))
    #expect(result.output == Array((expected + "\n").utf8))
  }

  @Test("T10 J10 NEL, U+2028 and U+2029 come out escaped when flag or configuration says so")
  func unicodeLineBreaksEscaped() throws {
    let line = "{\"a\":\"x\u{85}y\u{2028}z\u{2029}4111111111111111\"}"
    let escaped = #"{"a":"x\u0085y\u2028z\u2029************1111"}"#
    let raw = "{\"a\":\"x\u{85}y\u{2028}z\u{2029}************1111\"}"
    let config = "version: 1\nescapeLineSeparators: true\n"
    let flag = "--escape-line-separators"
    #expect(try Pipe(mask: Pipe.cardRule, arguments: [flag]).line(line) == escaped)
    #expect(try Pipe(mask: Pipe.cardRule, config: config).line(line) == escaped)
    let off = try Pipe(
      mask: Pipe.cardRule, config: config, arguments: ["--no-escape-line-separators"])
    #expect(try Array(off.line(line).utf8) == Array(raw.utf8), "flags override the configuration")
  }

  @Test("T11 J11 a raw NUL is rejected, an escaped one does not end the scan")
  func nul() throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    let raw = Array("{\"a\":\"x".utf8) + [0] + Array("4111111111111111\"}\n{}\n".utf8)
    #expect(try pipe.run(raw).outputText == "\(stub("malformed", 1))\n{}\n")
    #expect(
      try pipe.line(#"{"a":"\u0000 4111111111111111","b\u0000":"5500005555555559"}"#)
        == #"{"a":"\u0000 ************1111","b\u0000":"************5559"}"#)
    let masks = try Pipe(mask: Pipe.rule("{ pattern: 'S-[0-9]{4}' }", "redact"))
    #expect(try masks.line(#"["\u0000\u0000S-1234"]"#) == #"["\u0000\u0000[REDACTED]"]"#)
  }

  @Test("T12 J12 deep nesting is withheld, closed or not, and the next line is read")
  func deepNesting() throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    let brackets = String(repeating: "[", count: 100_000)
    let objects = String(repeating: "[{\"\":", count: 50_000)
    let closed = brackets + String(repeating: "]", count: 100_000)
    for line in [brackets, objects, closed] {
      let result = try pipe.run(Array("\(line)\n{}\n".utf8), secondsMax: 20)
      #expect(result.outputText == "\(stub("tooDeep", 1))\n{}\n")
    }
  }

  @Test("T12 J12 the depth limit is 128 unless the configuration says otherwise")
  func depthLimit() throws {
    func nested(_ depth: Int) -> String {
      String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
    #expect(
      try Pipe(mask: Pipe.silentRule).lines([nested(128), nested(129), "{}"])
        == [nested(128), stub("tooDeep", 2), "{}"])
    let shallow = try Pipe(
      mask: Pipe.silentRule, config: "version: 1\nlimits: { depthMax: 3 }\n")
    #expect(
      try shallow.lines([nested(3), nested(4), #"{"a":{"b":{"c":{}}}}"#])
        == [nested(3), stub("tooDeep", 2), stub("tooDeep", 3)])
  }

  @Test("T13 J13 a line over the limit is withheld whole; the next one is read")
  func longLines() throws {
    let config = "version: 1\nlimits: { lineBytesMax: 2KiB }\n"
    let pipe = try Pipe(mask: Pipe.cardRule, config: config)
    func line(_ count: Int) -> String {
      #"{"c":""# + String(repeating: "x", count: count - 8) + #""}"#
    }
    let lines = [line(2047), "{}", line(2048), line(2049), "[1]", line(204_800), "[2]"]
    #expect(
      try pipe.lines(lines)
        == [line(2047), "{}", line(2048), stub("overlong", 4), "[1]", stub("overlong", 6), "[2]"])
    // A card number about the limit: no part of the line may come out.
    for offset in 2020...2060 {
      let long =
        #"{"c":""# + String(repeating: "x", count: offset - 6) + Self.card
        + String(repeating: "y", count: 300) + #""}"#
      let result = try pipe.run(Array("\(long)\n{}\n".utf8))
      #expect(result.outputText == "\(stub("overlong", 1))\n{}\n")
    }
  }

  @Test("T13 J13 the default limit is 1 MiB before the line feed")
  func defaultLineLimit() throws {
    let pipe = try Pipe(mask: Pipe.silentRule)
    for (count, passes) in [(1 << 20, true), ((1 << 20) + 1, false)] {
      let line = "\"" + String(repeating: "x", count: count - 2) + "\""
      let result = try pipe.run(Array("\(line)\n{}\n".utf8))
      #expect(result.outputText == "\(passes ? line : stub("overlong", 1))\n{}\n")
    }
  }

  @Test("T14 J14 a last line without line feed is masked when it is whole, else a stub")
  func lastLine() throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    let whole = try pipe.run(Array("{}\n{\"a\":\"4111111111111111\"}".utf8))
    #expect(whole.outputText == "{}\n{\"a\":\"************1111\"}")
    let half = try pipe.run(Array("{}\n{\"a\":\"4111111111111111\"".utf8))
    #expect(half.lines.map { String(decoding: $0, as: UTF8.self) } == ["{}", stub("malformed", 2)])
    expectNoLeak(of: [Self.card], in: half.output + half.error)
    let cut = try pipe.run(Array("{\"a\":\"411111111111".utf8))
    #expect(cut.lines.map { String(decoding: $0, as: UTF8.self) } == [stub("malformed", 1)])
  }

  @Test("nothing in gives nothing out")
  func emptyInput() throws {
    let result = try Pipe(mask: Pipe.cardRule).run([])
    #expect(result.output.isEmpty)
    #expect(result.exitCode == 0)
  }

  @Test(
    "T20 J20 what is not exactly one JSON value is rejected",
    arguments: [
      #"{"a":1}{"b":"4111111111111111"}"#, #"{"a":"4111111111111111",}"#, "[NaN]",
      #"{"a":1} 4111111111111111"#, #"{"a":1}//4111111111111111"#, #"{'a':"4111111111111111"}"#,
      "[4111111111111111", "4111 1111 1111 1111", "[01]", #"{"a":+4111111111111111}"#, "nul",
      #"/* x */{"a":"4111111111111111"}"#, "[1,,2]", #""4111111111111111"#, "]",
      #"{"a" "4111111111111111"}"#, #"["\x34111111111111111"]"#, #"["\u004"]"#, "True", "[1.]",
      "panic: card 4111111111111111", #"{"a":4111111111111111e}"#, "[-]", "\u{FEFF}",
    ])
  func malformed(line: String) throws {
    let result = try Pipe(mask: Pipe.cardRule).run(Array("{}\n\(line)\n{}\n".utf8))
    #expect(result.outputText == "{}\n\(stub("malformed", 2))\n{}\n")
    expectNoLeak(of: [Self.card], in: result.output + result.error)
  }

  @Test("stubs keep line for line, and count every line of the stream")
  func lineForLine() throws {
    var lines: [String] = []
    var expected: [String] = []
    for record in 1...500 {
      switch record % 5 {
      case 0:
        lines.append("oops \(record)")
        expected.append(stub("malformed", record))
      case 1:
        lines.append("")
        expected.append("")
      default:
        lines.append(#"{"n":\#(record),"c":"4111111111111111"}"#)
        expected.append(#"{"n":\#(record),"c":"************1111"}"#)
      }
    }
    #expect(try Pipe(mask: Pipe.cardRule).lines(lines) == expected)
  }

  @Test("onFault: drop leaves nothing, close ends the stream, and neither forwards the record")
  func faultActions() throws {
    let input = Array("[1]\nbad 4111111111111111\n[2]\n".utf8)
    let drop = try Pipe(
      mask: Pipe.cardRule, config: "version: 1\nonFault: { malformed: drop }\n"
    ).run(input)
    #expect(drop.outputText == "[1]\n[2]\n")
    let close = try Pipe(
      mask: Pipe.cardRule, config: "version: 1\nonFault: { malformed: close }\n"
    ).run(input)
    #expect(close.outputText == "[1]\n")
    #expect(close.exitCode != 0, "a stream that was not read to its end is no success")
    expectNoLeak(of: [Self.card], in: drop.error + close.error)
  }

  @Test("onFault: { malformed: text } masks a line that is no JSON as plain text")
  func malformedText() throws {
    let pipe = try Pipe(
      mask: Pipe.cardRule, config: "version: 1\nonFault: { malformed: text }\n")
    #expect(
      try pipe.lines([
        "panic: card 4111 1111 1111 1111 refused", #"{"a":"4111111111111111""#,
        "<34>1 2026-03-01T09:00:00Z host app - - - plain syslog", #"{"a":"4111111111111111"}"#,
        "no findings here { \" \\ ",
      ]) == [
        "panic: card **** **** **** 1111 refused", #"{"a":"************1111""#,
        "<34>1 2026-03-01T09:00:00Z host app - - - plain syslog", #"{"a":"************1111"}"#,
        "no findings here { \" \\ ",
      ])
    let escaped = try pipe.line(#"log {"a":"\u0034111111111111111"} end"#)
    expectNoLeak(of: [Self.card], in: Array(escaped.utf8))
  }
}
