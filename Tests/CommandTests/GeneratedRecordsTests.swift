import Bytes
import Foundation
import Samples
import TestSupport
import Testing

/// Generated records through the default packs: nothing seeded survives, nothing clean changes.
@Suite("Generated records")
struct GeneratedRecordsTests {
  /// How many records of each shape go through; together 20,000.
  static let shares: [(SampleShape, Int)] = [
    (.mixed, 9000), (.dense, 3000), (.escaped, 2500), (.numbers, 2000), (.tiny, 2000),
    (.nonascii, 1500),
  ]

  @Test("no seeded card number survives the default packs", arguments: shares)
  func noCardSurvives(shape: SampleShape, count: Int) throws {
    let (input, secrets) = make(shape, count)
    let result = try Pipe().run(input, secondsMax: 300)
    #expect(result.exitCode == 0, "\(result.errorText)")
    let lines = result.lines
    #expect(lines.count == count)
    #expect(!result.outputText.contains("_maskline"), "every record is valid and in its limits")
    var cards = 0
    for (index, (line, secrets)) in zip(lines, secrets).enumerated() {
      let digits = secrets.filter { $0.kind == .pan }.map(\.text)
      if digits.isEmpty { continue }
      cards += digits.count
      let leaks = LeakChecker(cards: digits).leaks(inLine: line, number: index + 1)
      #expect(leaks.isEmpty, "\(leaks.prefix(2))")
    }
    #expect(cards > count / 20)
    let all = secrets.flatMap { $0 }.filter { $0.kind == .pan }.map(\.text)
    #expect(LeakChecker(cards: all, fragmentDigitsMin: 14).leaks(in: result.error).isEmpty)
  }

  @Test(
    "no other seeded secret survives the default packs",
    arguments: SeededSecret.Kind.allCases.filter { $0 != .pan })
  func noOtherSecretSurvives(kind: SeededSecret.Kind) throws {
    let (input, secrets) = make(.mixed, 8000)
    let placed = secrets.map { $0.filter { $0.kind == kind }.map(\.text) }
    // Only records that hold one go through: eight processes need not read all.
    let chosen = zip(CommandRunner.lines(of: input), placed).filter { !$0.1.isEmpty }
    #expect(chosen.count > 30)
    let result = try Pipe().run(chosen.flatMap { $0.0 + [0x0A] })
    #expect(result.lines.count == chosen.count)
    var survivors: [String] = []
    for (line, (_, texts)) in zip(result.lines, chosen) {
      let output = String(decoding: line, as: UTF8.self)
      survivors += texts.filter { output.contains($0) }
    }
    #expect(survivors.isEmpty, "\(survivors.count) of \(chosen.count): \(survivors.prefix(3))")
  }

  @Test("a clean record is forwarded byte for byte")
  func cleanRecordsPass() throws {
    let (input, _) = make(.clean, 5000)
    let result = try Pipe().run(input)
    var changed: [String] = []
    for (before, after) in zip(CommandRunner.lines(of: input), result.lines) where before != after {
      changed.append(String(decoding: after, as: UTF8.self))
    }
    #expect(changed.isEmpty, "\(changed.count) records, first: \(changed.first ?? "")")
    #expect(result.output.count == input.count)
  }

  @Test("T24 what is forwarded is valid JSON, line for line", arguments: shares)
  func outputParses(shape: SampleShape, count: Int) throws {
    let (input, _) = make(shape, min(count, 1500))
    for line in try Pipe().run(input).lines {
      #expect(throws: Never.self, "\(String(decoding: line.prefix(300), as: UTF8.self))") {
        _ = try JSONSerialization.jsonObject(with: Data(line), options: .fragmentsAllowed)
      }
    }
  }

  @Test("T23 masking the masked records again changes nothing", arguments: shares)
  func idempotent(shape: SampleShape, count: Int) throws {
    let (input, _) = make(shape, min(count, 3000))
    let once = try Pipe().run(input).output
    let twice = try Pipe().run(once).output
    var changed = 0
    for (before, after) in zip(CommandRunner.lines(of: once), CommandRunner.lines(of: twice))
    where before != after {
      changed += 1
      if changed == 1 { Issue.record("\(String(decoding: after.prefix(500), as: UTF8.self))") }
    }
    #expect(changed == 0 && once.count == twice.count, "\(changed) records change")
  }

  @Test("a line of 1 MiB goes through masked")
  func longLine() throws {
    let (input, secrets) = make(.long, 1)
    let result = try Pipe().run(input)
    #expect(result.lines.count == 1 && !result.outputText.contains("_maskline"))
    let cards = secrets.flatMap { $0 }.filter { $0.kind == .pan }.map(\.text)
    let leaks = LeakChecker(cards: cards, fragmentDigitsMin: 14).leaks(in: result.output)
    #expect(leaks.isEmpty, "\(leaks.prefix(2))")
  }

  private func make(_ shape: SampleShape, _ count: Int) -> ([UInt8], [[SeededSecret]]) {
    var generator = SampleGenerator(seed: 2026, shape: shape)
    var output = ByteBuffer(capacity: 1 << 16)
    let secrets = (0..<count).map { _ in generator.appendSeededRecord(to: &output) }
    return (output.toArray(), secrets)
  }
}
