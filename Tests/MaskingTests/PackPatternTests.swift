import Bytes
import Patterns
import TestSupport
import Testing

@testable import Masking

/// T26: the JIT against the interpreter on the patterns of the packs themselves.
@Suite("A5 T26 The packs' patterns")
struct PackPatternTests {
  private static let pairCount = TestSize.count(20_000, full: 1_000_000, variable: "MASKLINE_PAIRS")

  private struct Twin {
    var id: String
    var jit: Pattern
    var interpreted: Pattern
    var group: Int
  }

  private func twins() throws -> [Twin] {
    let jit = try defaultPolicy().rules
    let interpreted = try defaultPolicy(usesJIT: false).rules
    return zip(jit, interpreted).compactMap { left, right in
      guard case .pattern(let one, let group) = left.matching,
        case .pattern(let two, _) = right.matching
      else { return nil }
      return Twin(id: left.id, jit: one, interpreted: two, group: group)
    }
  }

  /// What rules look for, in parts; subjects are parts, parts cut short and parts changed.
  private static let parts: [String] =
    HostileRecords.all().compactMap { record in
      let text = String(decoding: record.line, as: UTF8.self)
      return record.isValid && (1..<120).contains(text.utf8.count) ? text : nil
    } + [
      " ", "-", ":", "=", "@", ".", "/", "_", "0", "123", "4111", "abc", "AKIA", "key", "token ",
      "secret=", "é", "日本", "\u{17F}", "\u{212A}", "\n", "\"", "\\", "Bearer ", "ghp_", "sk_live_",
    ]

  private func subject(_ random: inout SeededRandom) -> [UInt8] {
    var text: [UInt8] = []
    for _ in 0...(random.next() % 4) {
      let part = Self.parts[Int(random.next() % UInt64(Self.parts.count))]
      var scalars = Array(part.unicodeScalars)
      if random.next() % 2 == 0 { scalars.removeFirst(Int(random.next() % UInt64(scalars.count))) }
      if random.next() % 2 == 0, !scalars.isEmpty {
        scalars.removeLast(Int(random.next() % UInt64(scalars.count)))
      }
      if random.next() % 3 == 0, !scalars.isEmpty {
        let other = Self.parts[Int(random.next() % UInt64(Self.parts.count))].unicodeScalars
        if let scalar = other.first { scalars[Int(random.next() % UInt64(scalars.count))] = scalar }
      }
      for scalar in scalars { text += Array(String(scalar).utf8) }
    }
    return text
  }

  @Test("A5 T26 the JIT and the interpreter agree on a million pairs of rule and subject")
  func agree() throws {
    let twins = try twins()
    #expect(twins.count > 50)
    var random = SeededRandom(for: "A5 pairs")
    var jit = Matcher()
    var interpreter = Matcher()
    var compared = 0
    var matched = 0
    var limited = 0
    while compared < Self.pairCount {
      let subject = subject(&random)
      for twin in twins {
        compared += 1
        var one = WorkBudget(recordBytes: subject.count)
        var two = WorkBudget(recordBytes: subject.count)
        let left = jit.firstMatch(
          of: twin.jit, in: subject.span, budget: &one, group: twin.group)
        let right = interpreter.firstMatch(
          of: twin.interpreted, in: subject.span, budget: &two, group: twin.group)
        if case .failed = left {
          limited += 1
          continue
        }
        if case .failed = right {
          limited += 1
          continue
        }
        if case .match = left { matched += 1 }
        guard left != right else { continue }
        Issue.record(
          "\(twin.id): \(left) and \(right) in \(String(decoding: subject, as: UTF8.self))")
      }
    }
    note("A5: \(compared) pairs, \(matched) matched, \(limited) reached a limit")
    #expect(matched > compared / 1000)
    #expect(limited < compared / 100)
  }
}
