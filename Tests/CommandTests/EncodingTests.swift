import Foundation
import TestSupport
import Testing

/// Encodings inside strings, through `maskline pipe` and `maskline explain`.
@Suite("Encodings on the command line") struct EncodingTests {
  static let cases: [(String, String)] = [
    ("%34%31%31%31%31%31%31%31%31%31%31%31%31%31%31%31", "************%31%31%31%31"),
    ("q=4111+1111+1111+1111&x=1", "q=****+****+****+1111&x=1"),
    ("q=4111%201111%201111%201111", "q=****%20****%20****%201111"),
    ("%2534111111111111111", "************1111"),
    ("<b>&#52;111&nbsp;1111&nbsp;1111&nbsp;1111</b>", "<b>****&nbsp;****&nbsp;****&nbsp;1111</b>"),
    ("a=3D4111=201111=201111=201111", "a=3D****=20****=20****=201111"),
    ("Basic NDExMTExMTExMTExMTExMQ==", "Basic KioqKioqKioqKioqMTExMQ=="),
    ("/secrets/NDExMTExMTExMTExMTExMQ/x", "/secrets/KioqKioqKioqKioqMTExMQ/x"),
    (
      "data:text/plain;base64,NDExMTExMTExMTExMTExMQ==",
      "data:text/plain;base64,KioqKioqKioqKioqMTExMQ=="
    ),
    ("NDExMTExMTExMTExMTExMQ%3D%3D", "KioqKioqKioqKioqMTExMQ%3D%3D"),
  ]

  @Test("T9 J9 the encoded characters of a value are masked, the rest stays", arguments: cases)
  func masked(coded: String, expected: String) throws {
    let pipe = try Pipe(mask: Pipe.cardRule)
    #expect(try pipe.line("{\"v\":\"\(coded)\"}") == "{\"v\":\"\(expected)\"}")
    #expect(try pipe.line("{\"\(coded)\":1}") == "{\"\(expected)\":1}")
    #expect(try pipe.line("{\"v\":\"\(expected)\"}") == "{\"v\":\"\(expected)\"}")
  }

  @Test("T9 J9 a keyword counts from before the encoding and from within it")
  func keywords() throws {
    let pipe = try Pipe(
      mask: Pipe.rule("{ pattern: '\\b[0-9]{9}\\b', keywords: { any: [badge] } }", "redact"))
    let redacted = Data("[REDACTED]".utf8).base64EncodedString()
    #expect(
      try pipe.lines([
        #"{"m":"badge=MTIzNDU2Nzg5&x"}"#, #"{"badge":"MTIzNDU2Nzg5"}"#, #"{"m":"MTIzNDU2Nzg5"}"#,
        #"{"m":"%62adge 123456789"}"#,
      ]) == [
        "{\"m\":\"badge=\(redacted)&x\"}", "{\"badge\":\"\(redacted)\"}", #"{"m":"MTIzNDU2Nzg5"}"#,
        #"{"m":"%62adge [REDACTED]"}"#,
      ])
  }

  @Test("T9 J9 a text line that is no JSON is decoded, too")
  func textLine() throws {
    let pipe = try Pipe(
      mask: Pipe.cardRule, config: "version: 1\nonFault: { malformed: text }\n")
    #expect(try pipe.line("GET /x?c=%34111111111111111") == "GET /x?c=************1111")
  }

  @Test("T9 J9 what is nested deeper than three encodings is withheld")
  func tooDeep() throws {
    func coded(_ depth: Int) -> String {
      (0..<depth).reduce("4111111111111111") { text, _ in Data(text.utf8).base64EncodedString() }
    }
    let pipe = try Pipe(mask: Pipe.cardRule)
    #expect(try pipe.line("{\"v\":\"\(coded(4))\"}") == #"{"v":"[MASK_ERROR]"}"#)
    #expect(try pipe.line("{\"v\":\"\(coded(3))\"}") != "{\"v\":\"\(coded(3))\"}")
  }

  @Test("decoding is chosen by --decode and by the key decode of a config file")
  func switched() throws {
    let percent = #"{"v":"%34111111111111111"}"#
    let html = #"{"v":"&#52;111111111111111"}"#
    let masked = #"{"v":"************1111"}"#
    #expect(
      try Pipe(mask: Pipe.cardRule, arguments: ["--decode", "none"]).lines([percent, html])
        == [percent, html])
    #expect(
      try Pipe(mask: Pipe.cardRule, arguments: ["--decode", "html,base64"]).lines([percent, html])
        == [percent, masked])
    #expect(
      try Pipe(mask: Pipe.cardRule, config: "version: 1\ndecode: [percent]\n").lines([
        percent, html,
      ])
        == [masked, html])
    #expect(
      try Pipe(mask: Pipe.cardRule, config: "version: 1\ndecode: none\n").line(percent) == percent)
  }

  @Test("explain names the encodings, outermost first")
  func explained() throws {
    let inner = Data("card %34111111111111111".utf8).base64EncodedString()
    let result = try CommandRunner.maskline(
      ["explain", "--masks", "pci"], input: Array("{\"v\":\"x \(inner)\"}\n".utf8))
    #expect(result.exitCode == 0)
    #expect(
      result.outputText.contains(#""range":[8,33],"encoding":"base64 > percent"}"#),
      "\(result.outputText)")
  }
}
