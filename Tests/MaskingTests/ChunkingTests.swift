import Bytes
import TestSupport
import Testing

@testable import Masking

/// T15, A4: the output does not depend on how the bytes arrived.
@Suite("A4 Chunking")
struct ChunkingTests {
  /// A thousand records with findings, faults, overlong lines, CRLF, a byte order mark, and an
  /// unfinished end.
  private static let recordCount = TestSize.count(120, full: 1000)
  private static let wayCount = TestSize.count(200, full: 10_000, variable: "MASKLINE_WAYS")

  private struct Way: CustomStringConvertible {
    var name: String
    /// Where the pieces end, in rising order.
    var cuts: [Int]
    var description: String { "\(name), \(cuts.count) cuts, first \(cuts.prefix(20))" }
  }

  @Test("A4 T15 the output is the same for all ways to cut the input")
  func everyWay() throws {
    var options = StreamOptions()
    options.lineBytesMax = 2500
    let input = StreamTests.corpus(records: Self.recordCount, seed: 3)
    // One engine for all ways: nothing of one stream may stay for the next.
    let engine = MaskingEngine(policy: try defaultPolicy())
    let whole = run(input, [], options, engine)
    #expect(whole.counters.withheld[FaultReason.overlong.ordinal] > 0)
    #expect(whole.counters.withheld[FaultReason.malformed.ordinal] > 0)
    #expect(whole.counters.recordsForwarded > UInt64(Self.recordCount) / 2)
    let lineEnds = input.indices.filter { input[$0] == 0x0A }
    var random = SeededRandom(for: "A4 chunking")
    var failures = 0
    for number in 0..<Self.wayCount {
      let way = Self.way(number, input, lineEnds, &random)
      let cut = run(input, way.cuts, options, engine)
      guard cut.output != whole.output || cut.counters != whole.counters || cut.notes != whole.notes
      else { continue }
      failures += 1
      if failures <= 3 { Issue.record("\(way), seed \(random.seed)") }
    }
    #expect(failures == 0)
    note("A4: \(Self.wayCount) ways to cut \(Self.recordCount) records of \(input.count) bytes")
  }

  private func run(
    _ input: [UInt8], _ cuts: [Int], _ options: StreamOptions, _ engine: MaskingEngine
  ) -> Masked {
    var masker = StreamMasker(options: options)
    var output = ByteBuffer(capacity: input.count)
    var start = 0
    for end in cuts + [input.count] {
      var piece = ByteBuffer(capacity: end - start)
      piece.append(input.span.extracting(start..<end))
      _ = masker.consume(piece, with: engine, into: &output)
      start = end
    }
    _ = masker.finish(.clean, with: engine, into: &output)
    return Masked(output: output.toArray(), counters: masker.counters, notes: masker.notes.notes)
  }

  /// Byte by byte first, then five kinds of ways in turn.
  private static func way(
    _ number: Int, _ input: [UInt8], _ lineEnds: [Int], _ random: inout SeededRandom
  ) -> Way {
    func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
    func inOrder(_ name: String, _ cuts: [Int]) -> Way {
      Way(name: name, cuts: cuts.filter { $0 > 0 && $0 < input.count }.sorted())
    }
    func reads(_ name: String, _ size: () -> Int) -> Way {
      var cuts: [Int] = []
      var place = size()
      while place < input.count {
        cuts.append(place)
        place += size()
      }
      return Way(name: name, cuts: cuts)
    }
    guard number > 0 else { return reads("byte by byte") { 1 } }
    switch number % 5 {
    case 0: return inOrder("few cuts", (0..<(1 + below(4))).map { _ in below(input.count) })
    case 1: return inOrder("many cuts", (0..<(1 + below(500))).map { _ in below(input.count) })
    case 2:
      // About line ends, where a line feed, a return or the limit of a line falls apart.
      let cuts = (0..<(1 + below(100))).map { _ in
        lineEnds[below(lineEnds.count)] + [-1, 0, 1, 2, -2500, -2499, -2501][below(7)]
      }
      return inOrder("cuts about line ends", cuts)
    case 3:
      let size = 1 + below(5000)
      return reads("reads of \(size)") { size }
    default:
      let most = [4, 70, 1000, 20_000, 70_000][below(5)]
      return reads("reads up to \(most)") { 1 + below(most) }
    }
  }

  @Test("T15 an overlong line is withheld wherever it is cut")
  func overlongLines() throws {
    var options = StreamOptions()
    options.lineBytesMax = 100
    let engine = MaskingEngine(policy: try policy(oneRule("{ pattern: 'S-[0-9]' }")))
    for extra in [-1, 0, 1, 2, 100] {
      for end in ["", "\r"] {
        let line = "\"S-1" + String(repeating: "x", count: 95 - end.utf8.count + extra) + "\"" + end
        let input = Array("\u{FEFF}\(line)\n\(line)\n{}\n".utf8)
        let whole = run(input, [], options, engine)
        #expect(whole.counters.recordsWithheld == (extra > 0 ? 2 : 0))
        for first in 0...input.count {
          for second in [first, min(first + 1, input.count), min(first + 101, input.count)] {
            let cut = run(input, [first, second], options, engine)
            #expect(cut.output == whole.output, "extra \(extra), cuts \(first) \(second)")
            #expect(cut.counters == whole.counters)
            #expect(cut.notes == whole.notes)
          }
        }
      }
    }
  }
}
