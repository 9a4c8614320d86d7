import TestSupport
import Testing

@testable import Masking

/// J1: where a key repeats, a reader may take either value; what exempts the one must not exempt
/// the other.
@Suite("J1 Exempted paths")
struct ExemptionTests {
  private static let rule = oneRule(
    "{ pattern: 'S-[0-9]', paths: { exclude: ['trace_id', 'a.id', '**.span_id'] } }")

  @Test("J1 an exempted path is left alone when its keys do not repeat")
  func exempted() throws {
    let line = #"{"trace_id":"S-1","a":{"id":"S-2","span_id":"S-3"},"b":[{"span_id":"S-4"}]}"#
    #expect(mask(line + "\n", try policy(Self.rule)) == line + "\n")
  }

  @Test(
    "J1 an exemption is void where a key on its path repeats",
    arguments: [
      (#"{"trace_id":"S-1","trace_id":"x"}"#, #"{"trace_id":"[REDACTED]","trace_id":"x"}"#),
      (#"{"trace_id":"x","trace_id":"S-1"}"#, #"{"trace_id":"x","trace_id":"[REDACTED]"}"#),
      (
        #"{"trace_id":"x","Trace\u005fid":"S-1"}"#,
        #"{"trace_id":"x","Trace\u005fid":"[REDACTED]"}"#
      ),
      (#"{"a":{"id":"S-1"},"a":{"b":1}}"#, #"{"a":{"id":"[REDACTED]"},"a":{"b":1}}"#),
      (
        #"{"b":"{\"span_id\":\"S-1\",\"span_id\":2}"}"#,
        #"{"b":"{\"span_id\":\"[REDACTED]\",\"span_id\":2}"}"#
      ),
    ])
  func repeated(input: String, output: String) throws {
    let policy = try policy(Self.rule)
    withKnownIssue("an exemption does not see that its key repeats") {
      #expect(mask(input + "\n", policy) == output + "\n")
    }
  }

  @Test("J1 a repeated key elsewhere leaves an exemption as it is")
  func elsewhere() throws {
    let line = #"{"b":1,"b":2,"trace_id":"S-1","c":{"x":1,"x":2}}"#
    #expect(mask(line + "\n", try policy(Self.rule)) == line + "\n")
  }
}
