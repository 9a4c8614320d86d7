import Bytes
import EventLoops
import Masking
import Rules
import Synchronization
import TestSupport
import Testing

@testable import Streams

/// A stream that is masked in blocks, by any number of workers, against one masker that is given all of
/// it at once.
@Suite struct `A stream of lines` {
  @Test func `gives what one masker gives, however it is read and by however many`() throws {
    var random = SeededRandom(for: "line stream")
    let policy = try Self.policy()
    for round in 0..<100 {
      let input = Self.input(&random)
      var options = StreamOptions()
      options.lineBytesMax = Int.random(in: 8...200, using: &random)
      if random.isOneIn(4) { options.faults[.malformed] = [.drop, .close, .text][round % 3] }
      if random.isOneIn(4) { options.faults[.overlong] = [.drop, .close][round % 2] }
      let expected = Self.expected(input, policy, options)
      let workers = Int.random(in: 1...4, using: &random)
      let blockBytes = Int.random(in: 1...400, using: &random)
      let sink = Collected()
      let stream = LineStream(
        from: Pieces(input, seed: random.next()), to: sink, options: options, workers: workers,
        blockBytes: blockBytes)
      Workers.run(workers) { _ in stream.work(with: MaskingEngine(policy: policy)) }
      let summary = try stream.finish()
      let context =
        "seed \(random.seed), round \(round), \(workers) workers, blocks of \(blockBytes)"
      #expect(sink.bytes == expected.output, "\(context)")
      #expect(summary.notes == expected.summary.notes, "\(context)")
      #expect(summary.closedBy == expected.summary.closedBy, "\(context)")
      // An empty stream has no counts at all.
      let found = summary.findings.filter { $0.count > 0 }.map(\.count)
      #expect(
        found == expected.summary.findings.filter { $0.count > 0 }.map(\.count), "\(context)")
      // What was read after the record that closed the stream depends on the blocks.
      if summary.closedBy == nil {
        #expect(summary.counters == expected.summary.counters, "\(context)")
      }
    }
  }

  @Test func `holds no more of an overlong line than shows that it is one`() throws {
    let line = [UInt8](repeating: UInt8(ascii: "x"), count: 1_000_000)
    var options = StreamOptions()
    options.lineBytesMax = 100
    var reader = LineBlockReader(
      Pieces(line + Array("\r\n{}\n".utf8), seed: 1), lineBytesMax: 100, blockBytes: 64,
      nextReadBytes: { .max })
    var block = ByteBuffer()
    let head = try #require(try reader.next(into: &block))
    #expect(block.count < 600)
    #expect(head.inputBytes >= 1_000_002)
    #expect(head.position == .start)
  }

  @Test func `a sink that fails ends the stream, and its error is told`() throws {
    let input = Array(String(repeating: "{\"a\":1}\n", count: 5000).utf8)
    for workers in 1...3 {
      let stops = Atomic(0)
      let sink = Collected(bytesMax: 10_000)
      let stream = LineStream(
        from: Pieces(input, seed: 3), to: sink, options: StreamOptions(), workers: workers,
        blockBytes: 512, stop: { stops.add(1, ordering: .relaxed) })
      Workers.run(workers) { _ in stream.work(with: MaskingEngine(policy: .empty)) }
      #expect(throws: StreamFailure.data("the sink is full")) { try stream.finish() }
      #expect(sink.bytes.count <= 10_000)
      #expect(stops.load(ordering: .relaxed) > 0, "a worker that waits for input is woken")
    }
  }

  @Test func `a source that fails loses nothing that was read before`() throws {
    let input = Array(String(repeating: "{\"a\":1}\n", count: 500).utf8)
    for workers in 1...3 {
      let sink = Collected()
      let stream = LineStream(
        from: Pieces(input + Array("{\"half".utf8), seed: 3, failsAtEnd: true), to: sink,
        options: StreamOptions(), workers: workers, blockBytes: 512)
      Workers.run(workers) { _ in stream.work(with: MaskingEngine(policy: .empty)) }
      #expect(throws: StreamFailure.data("the source is torn")) { try stream.finish() }
      // The block in hand when the source failed is not whole.
      #expect(input.starts(with: sink.bytes) && sink.bytes.count >= input.count - 1024)
    }
  }

  // MARK: -

  private static func policy() throws -> MaskPolicy {
    let yaml = """
      version: 1
      mask: test
      rules:
        - id: card
          class: pan
          match: { number: card }
          transform: { keep: { last: 4 } }
        - id: gone
          class: other
          match: { pattern: 'GONE' }
          transform: dropRecord
      """
    return try MaskPolicy.compile(
      MaskSet.load([.init(name: "test.yaml", bytes: Array(yaml.utf8))]), keys: .none)
  }

  private static func expected(
    _ input: [UInt8], _ policy: MaskPolicy, _ options: StreamOptions
  ) -> (output: [UInt8], summary: StreamSummary) {
    let engine = MaskingEngine(policy: policy)
    var masker = StreamMasker(options: options)
    var all = ByteBuffer()
    all.append(input)
    var output = ByteBuffer()
    var summary = StreamSummary()
    var verdict = masker.consume(all, with: engine, into: &output)
    if verdict == .proceed { verdict = masker.finish(.clean, with: engine, into: &output) }
    if case .close(let reason) = verdict { summary.closedBy = reason }
    summary.counters = masker.counters
    summary.notes = masker.notes.notes
    summary.findings = engine.findingsPerRule
    return (output.toArray(), summary)
  }

  /// Lines of all kinds and lengths, with either line end; the last one may lack its line feed.
  private static func input(_ random: inout SeededRandom) -> [UInt8] {
    var bytes: [UInt8] = random.isOneIn(5) ? [0xEF, 0xBB, 0xBF] : []
    // A byte order mark before an overlong line is kept or not by how the line arrived.
    if !bytes.isEmpty { bytes += Array("{}\n".utf8) }
    for number in 0..<Int.random(in: 0...60, using: &random) {
      switch Int.random(in: 0...8, using: &random) {
      case 0: bytes += Array("{\"c\":\"4111111111111111\"}".utf8)
      case 1: bytes += Array("oops \(number)".utf8)
      case 2: break
      case 3: bytes += Array("{\"g\":\"GONE\"}".utf8)
      case 4: bytes += Array("{\"b\":\"".utf8) + [0xC3, 0x28] + Array("\"}".utf8)
      case 5:
        let count = Int.random(in: 0...900, using: &random)
        bytes += Array("\"\(String(repeating: "y", count: count))\"".utf8)
      default: bytes += Array("{\"n\":\(number)}".utf8)
      }
      if random.isOneIn(4) { bytes.append(ASCII.carriageReturn) }
      bytes.append(ASCII.lineFeed)
    }
    if random.isOneIn(3), !bytes.isEmpty { bytes.removeLast() }
    return bytes
  }
}

extension SeededRandom {
  fileprivate mutating func isOneIn(_ count: Int) -> Bool {
    Int.random(in: 0..<count, using: &self) == 0
  }
}

/// Bytes that arrive in pieces of random sizes.
private struct Pieces: ByteSource {
  private var rest: ArraySlice<UInt8>
  private var random: SeededRandom
  private let failsAtEnd: Bool

  init(_ bytes: [UInt8], seed: UInt64, failsAtEnd: Bool = false) {
    rest = bytes[...]
    random = SeededRandom(seed: seed)
    self.failsAtEnd = failsAtEnd
  }

  mutating func read(
    into buffer: inout ByteBuffer, upTo count: Int
  ) throws(StreamFailure) -> Int? {
    if rest.isEmpty, failsAtEnd { throw .data("the source is torn") }
    let taken = min(count, rest.count, Int.random(in: 1...300, using: &random))
    buffer.append(Array(rest.prefix(taken)))
    rest = rest.dropFirst(taken)
    return taken
  }

  var hasMore: Bool { rest.count % 3 != 0 }
}

/// Keeps what is written, up to a limit.
private final class Collected: ByteSink {
  private let kept = Mutex<[UInt8]>([])
  private let bytesMax: Int

  init(bytesMax: Int = .max) { self.bytesMax = bytesMax }

  var bytes: [UInt8] { kept.withLock { $0 } }

  func write(_ buffer: inout ByteBuffer) throws(StreamFailure) {
    let added = buffer.toArray()
    buffer.removeAll()
    let fits = kept.withLock { kept in
      guard kept.count + added.count <= bytesMax else { return false }
      kept += added
      return true
    }
    if !fits { throw .data("the sink is full") }
  }
}
