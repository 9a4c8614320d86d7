import Bytes
import Foundation
import Samples
import TestSupport
import Testing

@testable import Masking

/// Properties of the engine with the default packs, over generated and random records in batches.
/// `MASKLINE_FULL` or `MASKLINE_RECORDS` sets how many.
@Suite("A6 Properties")
struct PropertyTests {
  private static let recordCount = TestSize.count(
    3000, full: 100_000, variable: "MASKLINE_RECORDS")
  private static let batchSize = 5000

  /// Records of all shapes but the long one.
  private func records(_ count: Int, seed: UInt64) -> [UInt8] {
    var buffer = ByteBuffer()
    for shape in SampleShape.allCases where shape != .long {
      var generator = SampleGenerator(seed: seed, shape: shape)
      for _ in 0..<count / 7 + 1 { generator.appendRecord(to: &buffer) }
    }
    return buffer.toArray()
  }

  /// Calls `body` with generated records and with random ones, `recordCount` of each in all.
  private func forEachBatch(
    _ name: String, withKeywords: Bool = true, _ body: ([UInt8]) throws -> Void
  ) rethrows {
    var random = SeededRandom(for: name)
    var done = 0
    while done < Self.recordCount {
      let count = min(Self.batchSize, Self.recordCount - done)
      try body(records(count, seed: random.next()))
      try body(RandomJSON.lines(count, &random, withKeywords: withKeywords))
      done += count
    }
  }

  private func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> String {
    let a = left.split(separator: 0x0A, omittingEmptySubsequences: false)
    let b = right.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (x, y) in zip(a, b) where x != y {
      return "\(String(decoding: x, as: UTF8.self))\n\(String(decoding: y, as: UTF8.self))"
    }
    return "\(a.count) and \(b.count) lines"
  }

  @Test("A6 T23 masking masked output changes nothing")
  func idempotence() throws {
    let policy = try defaultPolicy()
    forEachBatch("A6 idempotence") { input in
      let once = mask(input, policy).output
      let twice = mask(once, policy).output
      if twice != once { Issue.record("\(firstDifference(once, twice))") }
    }
  }

  @Test("A6 T23 a keyword that the masking of its key lays bare counts at once")
  func keywordsLaidBare() throws {
    let policy = try defaultPolicy()
    let once = mask(#"{"key AKIAIOSFODNN7EXAMPLEssn ":123456789}"# + "\n", policy)
    #expect(mask(once, policy) == once)
    #expect(once.contains("[REDACTED]ssn") && !once.contains("123456789"))
    // Deeper, in a string, and behind an escape.
    for line in [
      #"{"key AKIAIOSFODNN7EXAMPLEssn ":{"a":[{"b":123456789}]}}"#,
      #"{"a":"{\"key AKIAIOSFODNN7EXAMPLE\u0073sn \":123456789}"}"#,
      #"{"key AKIAIOSFODNN7EXAMPLEssn ":{"x AKIAIOSFODNN7EXAMPLE":1,"b":123456789}}"#,
    ] {
      let once = mask(line + "\n", policy)
      #expect(mask(once, policy) == once)
      #expect(!once.contains("123456789"))
    }
  }

  @Test("A6 output always parses, line for line")
  func outputParses() throws {
    let policy = try defaultPolicy()
    var parser = JSONText()
    forEachBatch("A6 output parses") { input in
      let masked = mask(input, policy)
      expectParses(masked.output, &parser)
      #expect(masked.output.count { $0 == 0x0A } == input.count { $0 == 0x0A })
      #expect(masked.counters.recordsWithheld == 0)
    }
  }

  @Test("A6 a record comes out byte for byte but for what is found in it")
  func preservation() throws {
    let policy = try policy(ExpectedRecords.rules)
    var records = ExpectedRecords(SeededRandom(for: "A6 preservation"))
    var done = 0
    var replaced = 0
    while done < Self.recordCount {
      var input: [UInt8] = []
      var expected: [UInt8] = []
      for _ in 0..<min(Self.batchSize, Self.recordCount - done) {
        let record = records.next()
        input += record.input
        expected += record.expected
        replaced += record.replaced
        done += 1
      }
      let output = mask(input, policy).output
      if output != expected { Issue.record("\(firstDifference(output, expected))") }
    }
    #expect(replaced > Self.recordCount / 2)
  }

  @Test("A6 records in which nothing is found come out byte for byte")
  func nothingFound() throws {
    let policy = try policy(oneRule("{ pattern: 'ZZZZZ[0-9]' }"))
    forEachBatch("A6 nothing found") { input in
      #expect(mask(input, policy).output == input)
    }
  }

  @Test("T24 whatever the replacement text holds, a million records parse")
  func hostileReplacements() throws {
    let texts = [
      #"q"b\s"#, "$1 \\1 ${x}", #"\""#, "{}[],:", #"\u0041 \"#, "\u{1F680}日本 &<>",
    ]
    let rules = texts.enumerated().map { number, text in
      let quoted =
        "\""
        + text.unicodeScalars.map { scalar in
          let hex = String(scalar.value, radix: 16)
          return "\\U" + String(repeating: "0", count: 8 - hex.count) + hex
        }.joined() + "\""
      let pattern = ["4111", "a\\.b@", "\\d-\\d", "key", "[xé日]", "hunter|[0-9]{9}"][number]
      return """
          - id: r\(number)
            class: other
            match: { pattern: '\(pattern)' }
            transform: { redact: { text: \(quoted) } }
        """
    }
    let policy = try policy("version: 1\nmask: test\nrules:\n" + rules.joined(separator: "\n"))
    var random = SeededRandom(for: "T24 replacements")
    var parser = JSONText()
    let count = TestSize.count(5000, full: 1_000_000)
    var done = 0
    while done < count {
      let input = RandomJSON.lines(Self.batchSize, &random)
      done += Self.batchSize
      let masked = mask(input, policy)
      #expect(masked.output != input)
      #expect(masked.output.count { $0 == 0x0A } == Self.batchSize)
      #expect(masked.counters.recordsWithheld == 0)
      expectParses(masked.output, &parser)
    }
  }

  private func expectParses(_ output: [UInt8], _ parser: inout JSONText) {
    for line in output.split(separator: 0x0A) where parser.fault(in: Array(line)) != nil {
      Issue.record("no JSON: \(String(decoding: line.prefix(1000), as: UTF8.self))")
      return
    }
  }

  @Test("J25 T22 fewer than one epoch time in a thousand is taken for a card number")
  func epochTimes() throws {
    let policy = try defaultPolicy()
    var random = SeededRandom(for: "T22 epoch times")
    let count = TestSize.count(20_000, full: 1_000_000)
    var changed = 0
    var done = 0
    while done < count {
      var input: [UInt8] = []
      for index in 0..<Self.batchSize {
        let time = 1_400_000_000_000 + random.next() % 600_000_000_000
        switch index % 4 {
        case 0: input += "{\"ts\":\(time)}\n".utf8
        case 1: input += "{\"msg\":\"at \(time) done\"}\n".utf8
        case 2: input += "{\"time\":\"\(time)\",\"level\":\"info\"}\n".utf8
        default: input += "[\(time),\(time + 17)]\n".utf8
        }
      }
      done += Self.batchSize
      let output = mask(input, policy).output
      if output == input { continue }
      let pairs = zip(output.split(separator: 0x0A), input.split(separator: 0x0A))
      changed += pairs.count { $0 != $1 }
    }
    note("T22: \(changed) of \(done) epoch times changed")
    #expect(changed < done / 1000, "\(changed) of \(done)")
  }
}
