import Bytes
import CScan
import Foundation
import Samples
import TestSupport
import Testing

@testable import Masking

/// What must not matter to the output: prefilters, the JIT, the vector kernel. On all corpora: the
/// hostile records, JSONTestSuite, the documented card numbers, generated and random records.
@Suite("A5 Two ways to one output")
struct EquivalenceTests {
  struct Corpus: Sendable, CustomTestStringConvertible {
    var name: String
    var bytes: [UInt8]
    var testDescription: String { name }
  }

  static let recordCount = TestSize.count(2000, full: 100_000, variable: "MASKLINE_RECORDS")

  static let corpora: [Corpus] = {
    var list = [Corpus(name: "hostile records", bytes: HostileRecords.stream(HostileRecords.all()))]
    let paddings = TestSize.isFull ? Array(0...64) : [1, 31, 62, 63]
    list.append(
      Corpus(
        name: "hostile records over block borders",
        bytes: paddings.flatMap { HostileRecords.stream(HostileRecords.all(padding: $0)) }))
    list.append(Corpus(name: "framing", bytes: StreamTests.corpus(records: 1000, seed: 21)))
    var random = SeededRandom(for: "A5 random JSON")
    list.append(
      Corpus(name: "random JSON", bytes: RandomJSON.lines(recordCount, &random)))
    for shape in SampleShape.allCases {
      var generator = SampleGenerator(seed: 22, shape: shape)
      var buffer = ByteBuffer()
      for _ in 0..<(shape == .long ? 1 : recordCount / 7 + 1) {
        generator.appendRecord(to: &buffer)
      }
      list.append(Corpus(name: "generated: \(shape)", bytes: buffer.toArray()))
    }
    if let folder = TestPaths.data("json-test-suite"),
      let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
    {
      let lines = names.sorted().flatMap { name -> [UInt8] in
        let data = try? Data(contentsOf: folder.appendingPathComponent(name))
        return Array(data ?? Data()) + [0x0A]
      }
      list.append(Corpus(name: "JSONTestSuite", bytes: lines))
    }
    if let file = TestPaths.data("cards/test_cards.json"), let data = try? Data(contentsOf: file) {
      list.append(
        Corpus(name: "documented cards", bytes: data.filter { $0 != 0x0A } + [0x0A]))
    }
    return list
  }()

  @Test("T27 prefilters do not change the output", arguments: corpora)
  func prefilters(corpus: Corpus) throws {
    let with = mask(corpus.bytes, try defaultPolicy())
    let without = mask(corpus.bytes, try defaultPolicy(usesPrefilters: false))
    // Without prefilters a record's work may reach its limit, and what it ends on is no answer.
    expectSame(with, without, but: { $1.contains("[MASK_ERROR]") })
  }

  @Test("T26 the interpreter gives the output of the JIT", arguments: corpora)
  func interpreter(corpus: Corpus) throws {
    let jit = mask(corpus.bytes, try defaultPolicy())
    let interpreted = mask(corpus.bytes, try defaultPolicy(usesJIT: false))
    // The two count their work differently: what reached a limit is compared no further.
    expectSame(jit, interpreted) { [$0, $1].contains { $0.contains("[MASK_ERROR]") } }
  }

  @Test("the vector kernel and the portable one give the same output", arguments: corpora)
  func kernels(corpus: Corpus) throws {
    let vector = mask(corpus.bytes, try defaultPolicy())
    CScan_use_portable(true)
    defer { CScan_use_portable(false) }
    expectSame(vector, mask(corpus.bytes, try defaultPolicy()))
  }

  private func expectSame(
    _ left: Masked, _ right: Masked, sourceLocation: SourceLocation = #_sourceLocation,
    but isExcused: (String, String) -> Bool = { _, _ in false }
  ) {
    guard left.output != right.output else { return }
    let a = left.output.split(separator: 0x0A, omittingEmptySubsequences: false)
    let b = right.output.split(separator: 0x0A, omittingEmptySubsequences: false)
    #expect(a.count == b.count, sourceLocation: sourceLocation)
    var differences = 0
    for (x, y) in zip(a, b) where x != y {
      let texts = [x, y].map { String(decoding: $0, as: UTF8.self) }
      if isExcused(texts[0], texts[1]) { continue }
      differences += 1
      if differences <= 3 {
        Issue.record(
          "\(texts[0].prefix(600))\n\(texts[1].prefix(600))", sourceLocation: sourceLocation)
      }
    }
    #expect(differences == 0, sourceLocation: sourceLocation)
  }
}

/// The hostile records through the engine with the default packs.
@Suite("Hostile records")
struct HostileRecordTests {
  @Test("T1 to T24: no card number comes through, wherever its bytes lie in a block")
  func noLeak() throws {
    let policy = try defaultPolicy()
    let paddings: [Int?] = TestSize.isFull ? [nil] + Array(0...64) : [nil, 0, 33, 61]
    for padding in paddings {
      let records = HostileRecords.all(padding: padding)
      let masked = mask(HostileRecords.stream(records), policy)
      let lines = masked.output.split(separator: 0x0A, omittingEmptySubsequences: false)
      #expect(lines.count == records.count + 1)
      for (record, line) in zip(records, lines) {
        let name =
          "padding \(padding ?? -1): \(String(decoding: record.line, as: UTF8.self).prefix(400))"
        let isStub = line.starts(with: Array(#"{"_maskline""#.utf8))
        #expect(isStub == !record.isValid, "\(name)")
        guard !record.cards.isEmpty else { continue }
        let leaks = LeakChecker(cards: record.cards, fragmentDigitsMin: 14).leaks(
          inLine: Array(line))
        #expect(leaks.isEmpty, "\(name)\n\(leaks.prefix(1))")
      }
      #expect(masked.counters.recordsWithheld == UInt64(records.count { !$0.isValid }))
    }
  }
}
