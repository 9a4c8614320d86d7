import Bytes
import Foundation
import Samples
import TestSupport
import Testing

@testable import Masking

/// Properties of the engine with the default packs, over generated records. `MASKLINE_RECORDS` sets
/// how many (100,000 for the full run).
@Suite struct PropertyTests {
  private static let recordCount =
    ProcessInfo.processInfo.environment["MASKLINE_RECORDS"].flatMap(Int.init) ?? 3000

  /// Records of all shapes but the long one.
  private func records(_ count: Int, seed: UInt64) -> [UInt8] {
    var buffer = ByteBuffer()
    for shape in SampleShape.allCases where shape != .long {
      var generator = SampleGenerator(seed: seed, shape: shape)
      for _ in 0..<count / 7 + 1 { generator.appendRecord(to: &buffer) }
    }
    return buffer.toArray()
  }

  /// Random JSON texts, one a line, whose strings are made of what rules look for and of escapes.
  private func randomJSON(_ count: Int, _ random: inout SeededRandom) -> [UInt8] {
    let pieces = [
      "4111111111111111", "4111 1111 1111 1111", "a.b@c.de", "\\u0034111", "\\\"", "\\\\", "\\n",
      "123-45-6789", "password=hunter22", "\u{FF14}\u{FF11}11", "\u{200B}", "日本", "é", " ", ":",
      "{\\\"k\\\":\\\"4111111111111111\\\"}", "AKIAIOSFODNN7EXAMPLE", "192.168.10.20", "x", "0",
      "[1,2]",
    ]
    var text = ""
    func string() -> String {
      "\""
        + (0..<Int.random(in: 0...4, using: &random)).map { _ in
          pieces.randomElement(using: &random) ?? ""
        }.joined() + "\""
    }
    func value(_ depth: Int) -> String {
      switch Int.random(in: 0..<(depth > 3 ? 5 : 8), using: &random) {
      case 0: return ["true", "false", "null"].randomElement(using: &random) ?? ""
      case 1: return "\(Int.random(in: -99_999...99_999, using: &random))"
      case 2:
        return ["4111111111111111", "4.111111111111111e15", "-0.5", "1E400"]
          .randomElement(using: &random) ?? ""
      case 3, 4: return string()
      case 5, 6:
        let members = (0..<Int.random(in: 0...4, using: &random)).map { _ in
          string() + [":", " : "][Int.random(in: 0...1, using: &random)] + value(depth + 1)
        }
        return "{" + members.joined(separator: [",", ", "][Int.random(in: 0...1, using: &random)])
          + "}"
      default:
        let elements = (0..<Int.random(in: 0...4, using: &random)).map { _ in value(depth + 1) }
        return "[" + elements.joined(separator: " ,") + "]"
      }
    }
    for _ in 0..<count { text += value(0) + "\n" }
    return Array(text.utf8)
  }

  private func firstDifference(_ left: [UInt8], _ right: [UInt8]) -> String {
    let a = left.split(separator: 0x0A, omittingEmptySubsequences: false)
    let b = right.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (x, y) in zip(a, b) where x != y {
      return "\(String(decoding: x, as: UTF8.self))\n\(String(decoding: y, as: UTF8.self))"
    }
    return "\(a.count) and \(b.count) lines"
  }

  @Test("A5 T27 prefilters do not change the output")
  func prefilters() throws {
    var random = SeededRandom(for: "prefilters")
    let input = records(Self.recordCount, seed: 11) + randomJSON(Self.recordCount, &random)
    let with = mask(input, try defaultPolicy())
    let without = mask(input, try defaultPolicy(usesPrefilters: false))
    #expect(with.output == without.output, "\(firstDifference(with.output, without.output))")
  }

  @Test("A5 T26 the interpreter gives the output of the JIT")
  func interpreter() throws {
    let input = records(Self.recordCount / 4, seed: 12)
    let jit = mask(input, try defaultPolicy())
    let interpreted = mask(input, try defaultPolicy(usesJIT: false))
    #expect(jit.output == interpreted.output, "\(firstDifference(jit.output, interpreted.output))")
  }

  @Test("A6 T23 masking masked output changes nothing")
  func idempotence() throws {
    var random = SeededRandom(for: "idempotence")
    let policy = try defaultPolicy()
    let input = records(Self.recordCount, seed: 13) + randomJSON(Self.recordCount, &random)
    let once = mask(input, policy)
    let twice = mask(once.output, policy)
    #expect(twice.output == once.output, "\(firstDifference(once.output, twice.output))")
  }

  @Test("A6 output always parses, line for line")
  func outputParses() throws {
    var random = SeededRandom(for: "output parses")
    let input = randomJSON(Self.recordCount, &random) + records(Self.recordCount, seed: 14)
    let masked = mask(input, try defaultPolicy())
    var parser = JSONText()
    let lines = masked.output.split(separator: 0x0A, omittingEmptySubsequences: false)
    #expect(lines.count == input.split(separator: 0x0A, omittingEmptySubsequences: false).count)
    for line in lines where !line.isEmpty {
      #expect(parser.fault(in: Array(line)) == nil, "\(String(decoding: line, as: UTF8.self))")
    }
    #expect(masked.counters.recordsWithheld == 0)
  }

  @Test("A6 records in which nothing is found come out byte for byte")
  func preservation() throws {
    var random = SeededRandom(for: "preservation")
    let rule = oneRule("{ pattern: 'ZZZZZ[0-9]' }")
    let input = randomJSON(Self.recordCount, &random) + records(Self.recordCount, seed: 15)
    #expect(mask(input, try policy(rule)).output == input)
  }
}
