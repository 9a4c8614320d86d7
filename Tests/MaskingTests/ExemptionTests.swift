import Bytes
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
    #expect(mask(input + "\n", policy) == output + "\n")
  }

  @Test("J1 a key that repeats anywhere in the record voids its exemptions, in text lines too")
  func elsewhere() throws {
    let policy = try policy(Self.rule)
    let line = #"{"b":1,"b":2,"trace_id":"S-1","c":{"x":1,"y":[{"x":2},{"x":3}]}}"#
    let masked = line.replacing("S-1", with: "[REDACTED]")
    #expect(mask(line + "\n", policy) == masked + "\n")
    var options = StreamOptions()
    options.faults[.malformed] = .text
    #expect(mask("at \(line)\n", policy, options: options) == "at \(masked)\n")
    let once = line.replacing("\"b\":2,", with: "")
    #expect(mask(once + "\n", policy) == once + "\n")
    #expect(mask("at \(once)\n", policy, options: options) == "at \(once)\n")
  }

  @Test("J1 what the first walk of such a record found counts once")
  func counts() throws {
    let engine = MaskingEngine(policy: try policy(Self.rule))
    var masker = StreamMasker(options: StreamOptions())
    var input = ByteBuffer()
    input.append("{\"a\":1,\"m\":\"S-1\",\"a\":2,\"trace_id\":\"S-2\"}\n{\"trace_id\":\"S-3\"}\n")
    var output = ByteBuffer()
    _ = masker.consume(input, with: engine, into: &output)
    #expect(
      String(decoding: output.toArray(), as: UTF8.self)
        == "{\"a\":1,\"m\":\"[REDACTED]\",\"a\":2,\"trace_id\":\"[REDACTED]\"}\n{\"trace_id\":\"S-3\"}\n"
    )
    #expect(engine.findingsPerRule.map(\.count) == [2])
  }
}
