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
    // An equals sign before it begins no escape.
    ("c=dD00MTExMTExMTExMTExMTEx", "c=dD0qKioqKioqKioqKioxMTEx"),
    ("s=dDo0MTExMTExMTExMTExMTEx", "s=dDoqKioqKioqKioqKioxMTEx"),
    ("=eDQxMTExMTExMTExMTExMTE=", "=eCoqKioqKioqKioqKjExMTE="),
    ("%eDQxMTExMTExMTExMTExMTE=", "%eCoqKioqKioqKioqKjExMTE="),
    // The blanks of a form inside another encoding.
    (
      "YT0xJmNhcmQ9NDExMSsxMTExKzExMTErMTExMSZjdnY9MQ==",
      "YT0xJmNhcmQ9KioqKisqKioqKyoqKiorMTExMSZjdnY9MQ=="
    ),
    (
      "&#52;111&#43;1111&#43;1111&#43;1111", "****&#43;****&#43;****&#43;1111"
    ),
    ("a=3D4111=2B1111=2B1111=2B1111", "a=3D****=2B****=2B****=2B1111"),
    // Padding stays as it was, whatever stands beside it.
    ("NDExMTExMTExMTExMTExMQ==\\n", "KioqKioqKioqKioqMTExMQ==\\n"),
    ("/?q=%20 auth=NDExMTExMTExMTExMTExMQ==", "/?q=%20 auth=KioqKioqKioqKioqMTExMQ=="),
    ("a=3Db NDExMTExMTExMTExMTExMQ==", "a=3Db KioqKioqKioqKioqMTExMQ=="),
    ("411111111111=  \\r\\n1111", "************=  \\r\\n1111"),
    ("4111&shy1111&shy1111&shy1111", "************&shy1111"),
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

  @Test("--decode takes the name that explain prints, and an error lists all names")
  func names() throws {
    let quoted = #"{"v":"a=3D4111=201111=201111=201111"}"#
    let masked = #"{"v":"a=3D****=20****=20****=201111"}"#
    for name in ["quoted-printable", "quotedPrintable"] {
      #expect(
        try Pipe(mask: Pipe.cardRule, arguments: ["--decode", name]).line(quoted) == masked)
    }
    let result = try CommandRunner.maskline(["pipe", "--masks", "pci", "--decode", "rot13"])
    #expect(result.exitCode == 64)
    for name in ["percent", "html", "base64", "quoted-printable", "none"] {
      #expect(result.errorText.contains("'\(name)'"), "\(result.errorText)")
    }
  }

  @Test(
    "T9 J9 a value that crosses the lines of base64 is masked",
    arguments: ["", " ok, and on it goes"])
  func lines(end: String) throws {
    let text = String(repeating: "z", count: 40) + "card 4111111111111111" + end
    let coded = Data(text.utf8).base64EncodedString(options: .lineLength76Characters)
    let line = "{\"v\":\"" + coded.replacing("\r\n", with: "\\n") + "\\n\"}"
    #expect(line.contains("\\nM"))
    let output = try Pipe(mask: Pipe.cardRule).line(line)
    #expect(!output.contains("NDExMTEx"), "\(output)")
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

  @Test("explain has one line for each finding that the summary counts, also of joined values")
  func oneLineEach() throws {
    let lines = """
      {"a":[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}
      {"a":["4111","1111","1111","1111"],"b":"4111111111111111 NDExMTExMTExMTExMTExMQ=="}

      """
    let explained = try CommandRunner.maskline(
      ["explain", "--masks", "pci"], input: Array(lines.utf8))
    let masked = try CommandRunner.maskline(["pipe", "--masks", "pci"], input: Array(lines.utf8))
    #expect(explained.outputText.split(separator: "\n").count == 4, "\(explained.outputText)")
    #expect(masked.errorText.contains("pci/pan: 4"), "\(masked.errorText)")
  }

  @Test(
    "lists of digits and UTF-16 inside encodings are masked, and read the same",
    arguments: [
      (
        #"{"pan":[4,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1]}"#, #"{"pan":[*,*,*,*,*,*,*,*,*,*,*,*,1,1,1,1]}"#
      ),
      (#"x ["4111", "1111", "1111", "1111"] y"#, #"x ["****", "****", "****", "1111"] y"#),
      ("[41,11,11,11,11,11,11,11] 4111.0", "[41,11,11,11,11,11,11,11] 4111.0"),
    ])
  func lists(text: String, masked: String) throws {
    for encoding in [String.Encoding.utf8, .utf16LittleEndian, .utf16BigEndian] {
      let coded = try #require(text.data(using: encoding)).base64EncodedString()
      let result = try CommandRunner.maskline(
        ["pipe", "--masks", "pci"], input: Array("{\"v\":\"x \(coded)\"}\n".utf8))
      let expected = try #require(masked.data(using: encoding)).base64EncodedString()
      #expect(result.outputText == "{\"v\":\"x \(expected)\"}\n", "\(text) \(encoding)")
    }
  }

  @Test("base64 without padding beside an escape stays without")
  func unpadded() throws {
    let coded = Data("card 4111 1111 1111 1111x".utf8).base64EncodedString().replacing(
      "=", with: "")
    let result = try CommandRunner.maskline(
      ["pipe", "--masks", "pci"], input: Array("{\"v\":\"100%25 \(coded) done\"}\n".utf8))
    #expect(!result.outputText.contains("%3D"), "\(result.outputText)")
    #expect(!result.outputText.contains("="), "\(result.outputText)")
    #expect(!result.outputText.contains(coded))
  }
}
