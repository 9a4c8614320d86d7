import Bytes
import Foundation
import TestSupport
import Testing

@testable import Masking

/// T10, J10: the option that escapes U+0085, U+2028 and U+2029.
@Suite("T10 Escaped line separators")
struct LineSeparatorTests {
  private static func options() -> StreamOptions {
    var options = StreamOptions()
    options.escapesLineSeparators = true
    return options
  }

  private let email = oneRule(
    #"{ pattern: '[a-z0-9.]{1,32}@[a-z0-9.]{1,32}' }"#, "{ redact: { text: '[EMAIL]' } }")

  @Test("T10 J10 with the option they come out escaped, in values, keys and inner JSON")
  func escaped() throws {
    let policy = try policy(email)
    let cases = [
      ("{\"a\":\"x\u{85}y\u{2028}z\u{2029}\"}", #"{"a":"x\u0085y\u2028z\u2029"}"#),
      ("{\"\u{2028}\":\"\u{2029}a@b.c\u{85}\"}", #"{"\u2028":"\u2029[EMAIL]\u0085"}"#),
      (
        "{\"a\":\"{\\\"b\\\":\\\"\u{2028}a@b.c\\\"}\"}",
        #"{"a":"{\"b\":\"\u2028[EMAIL]\"}"}"#
      ),
      (
        "\"\u{84}\u{86}\u{2027}\u{202A}\u{20A8}\u{C5}\"",
        "\"\u{84}\u{86}\u{2027}\u{202A}\u{20A8}\u{C5}\""
      ),
      (#"["\u2028",1]"#, #"["\u2028",1]"#),
    ]
    for (input, output) in cases {
      #expect(mask(input + "\n", policy, options: Self.options()) == output + "\n")
      #expect(mask(output + "\n", policy, options: Self.options()) == output + "\n")
    }
  }

  @Test("T10 J10 the escaped form means the same, and holds none of them, for random records")
  func sameMeaning() throws {
    let policy = try policy(email)
    var random = SeededRandom(for: "T10 line separators")
    let separators = ["\u{85}", "\u{2028}", "\u{2029}"]
    var input = ""
    for _ in 0..<300 {
      let texts = (0..<4).map { _ in
        (0..<Int.random(in: 0...6, using: &random)).map { _ in
          (separators + ["a", "é", "🚀", "\\n", "\\\\"]).randomElement(using: &random) ?? ""
        }.joined()
      }
      input += "{\"\(texts[0])\":[\"\(texts[1])\",\"\(texts[2])\"],\"k\":\"\(texts[3])\"}\n"
    }
    let plain = mask(input, policy)
    #expect(plain == input, "without the option they come out as they came")
    let bytes = Array(input.utf8)
    let whole = mask(bytes, policy, options: Self.options())
    for cuts in [[1], Array(1..<bytes.count)] {
      #expect(mask(bytes, policy, options: Self.options(), cuts: cuts).output == whole.output)
    }
    #expect(whole.counters.bytesOut == UInt64(whole.output.count))
    for separator in separators { #expect(!whole.text.contains(separator)) }
    let lines = zip(input.split(separator: "\n"), whole.text.split(separator: "\n"))
    for (before, after) in lines {
      let values = try [before, after].map {
        try JSONSerialization.jsonObject(with: Data($0.utf8)) as? NSDictionary
      }
      #expect(values[0] == values[1], "\(after)")
    }
  }

  @Test("T10 J10 lines masked as text are escaped too, and an overlong one is withheld as before")
  func otherLines() throws {
    var options = Self.options()
    options.faults[.malformed] = .text
    options.lineBytesMax = 40
    let input = "panic\u{2028}a@b.c\u{85}\n\"\(String(repeating: "\u{2028}", count: 20))\"\n{}\n"
    #expect(
      mask(input, try policy(email), options: options)
        == "panic\\u2028[EMAIL]\\u0085\n{\"_maskline\":{\"withheld\":\"overlong\",\"record\":2}}\n{}\n"
    )
  }
}
