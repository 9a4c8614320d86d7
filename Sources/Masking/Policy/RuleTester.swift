internal import Bytes
public import Rules

/// A rule's own test that did not come out as it says, or could not be run.
public struct RuleTestFailure: Sendable, Equatable {
  /// Where the test stands.
  public var location: SourceLocation
  /// What was expected and what came, in the words of the mask file's own test.
  public var text: String
}

/// Runs the tests that rules carry, each rule alone.
public enum RuleTester {
  /// How many tests were run, and which failed.
  ///
  /// - Throws: `Diagnostics` if the rule does not compile.
  public static func run(
    _ rule: RuleDeclaration
  ) throws(Diagnostics) -> (count: Int, failures: [RuleTestFailure]) {
    let policy = try MaskPolicy.compile([rule], keys: .fixedTestKey)
    var failures: [RuleTestFailure] = []
    for test in rule.tests {
      if let text = failure(of: test, rule, policy) {
        failures.append(RuleTestFailure(location: test.location, text: text))
      }
    }
    return (rule.tests.count, failures)
  }

  private static func failure(
    of test: RuleTestDeclaration, _ rule: RuleDeclaration, _ policy: MaskPolicy
  ) -> String? {
    let (input, isText) =
      switch test.input {
      case .text(let text): (text, true)
      case .record(let record): (record, false)
      }
    let line = isText ? JSONString.encoded(Array(input.utf8)) : Array(input.utf8)
    guard !line.contains(ASCII.lineFeed) else { return "a record is one line; remove the line end" }
    let (output, counters) = mask(line, policy)
    if counters.recordsWithheld > 0 {
      return "the record of the test is withheld: \(String(decoding: output, as: UTF8.self))"
    }
    let got = isText ? JSONString.decoded(output) ?? output : output
    let expected = Array((test.expected ?? input).utf8)
    guard got != expected else { return nil }
    return "test of rule \(rule.qualifiedID) failed: expected"
      + " `\(String(decoding: expected, as: UTF8.self))`,"
      + " got `\(String(decoding: got, as: UTF8.self))`"
  }

  private static func mask(_ line: [UInt8], _ policy: MaskPolicy) -> ([UInt8], StreamCounters) {
    let engine = MaskingEngine(policy: policy)
    var masker = StreamMasker(options: StreamOptions())
    var input = ByteBuffer(capacity: line.count)
    input.append(line)
    var output = ByteBuffer()
    _ = masker.consume(input, with: engine, into: &output)
    _ = masker.finish(.clean, with: engine, into: &output)
    return (output.toArray(), masker.counters)
  }
}

/// One JSON string, for cold paths.
public enum JSONString {
  /// The text as a JSON string, with its quotes.
  public static func encoded(_ text: [UInt8]) -> [UInt8] {
    var output = Scratch<UInt8>(capacity: text.count + 2)
    output.append(ASCII.quote)
    for byte in text { JSONEscaping.append(byte, depth: 1, to: &output) }
    output.append(ASCII.quote)
    return (0..<output.count).map { output[$0] }
  }

  /// The text of a JSON string with its quotes, or nil if it is none.
  public static func decoded(_ bytes: [UInt8]) -> [UInt8]? {
    guard bytes.count >= 2, bytes.first == ASCII.quote, bytes.last == ASCII.quote else {
      return nil
    }
    var output = TextBuffer()
    return unsafe bytes.withUnsafeBufferPointer { buffer -> [UInt8]? in
      guard let base = buffer.baseAddress else { return nil }
      let view = unsafe ByteView(base: base, count: buffer.count)
      let summary = StringDecoder.decode(
        view, 1..<buffer.count - 1, origins: .chunk, into: &output)
      return summary.isValid ? output.view.toArray() : nil
    }
  }
}
