import TestSupport
import Testing

@testable import Masking

/// T28: a search without an answer never lets the value through, at any place of a record.
@Suite("T28 Searches without an answer")
struct MatchLimitTests {
  /// Gives up on long runs of `a` before anything else.
  private static let rule = oneRule("{ pattern: '(?:a+)+$|S-[0-9]' }")
  private static let text = String(repeating: "a", count: 3000) + "!"

  private func faults(_ action: FaultAction) -> StreamOptions {
    var options = StreamOptions()
    options.faults[.limit] = action
    return options
  }

  @Test("T28 the value becomes [MASK_ERROR] as a whole; the record goes on")
  func maskValue() throws {
    let policy = try policy(Self.rule)
    let cases = [
      ("{\"k\":\"x \(Self.text)\",\"b\":\"S-1\"}", #"{"k":"[MASK_ERROR]","b":"[REDACTED]"}"#),
      ("[\"\(Self.text)\",\"a\"]", #"["[MASK_ERROR]","[REDACTED]"]"#),
      ("{\"\(Self.text)\":1}", #"{"[MASK_ERROR]":1}"#),
      (
        "{\"n\":\"{\\\"k\\\":\\\"\(Self.text)\\\",\\\"b\\\":\\\"S-1\\\"}\"}",
        #"{"n":"{\"k\":\"[MASK_ERROR]\",\"b\":\"[REDACTED]\"}"}"#
      ),
      ("\"\\u0061\(Self.text)\"", #""[MASK_ERROR]""#),
    ]
    for (input, output) in cases {
      let masked = mask(Array("\(input)\n{}\n".utf8), policy)
      #expect(masked.text == output + "\n{}\n", "\(input.prefix(20))")
      #expect(masked.counters.valuesMaskedByFault[FaultReason.limit.ordinal] == 1)
      #expect(mask(masked.output, policy).output == masked.output)
    }
  }

  @Test("T28 the other actions withhold the record; none forwards any of it")
  func otherActions() throws {
    let policy = try policy(Self.rule)
    let input = Array("[1]\n[2,\"\(Self.text)\"]\n[3]\n".utf8)
    let stub = #"{"_maskline":{"withheld":"limit","record":2}}"#
    for (action, output) in [
      (FaultAction.stub, "[1]\n\(stub)\n[3]\n"), (.drop, "[1]\n[3]\n"), (.close, "[1]\n"),
    ] {
      #expect(mask(input, policy, options: faults(action)).text == output, "\(action)")
    }
  }
}
