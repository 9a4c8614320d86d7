import Foundation
import TestSupport
import Testing

/// A7: real programs on both sides of the proxy.
@Suite(
  "A7 Real programs", .serialized,
  .enabled(if: RealPrograms.canRun, "install syslog-ng-core and socat"))
struct RealProgramsTests {
  static let count = 100_000

  /// Record `number`, as sent and as it must arrive.
  static func record(_ number: Int, card: String) -> String {
    switch number % 4 {
    case 0: #"{"seq":\#(number),"msg":"paid with \#(card) today","level":"info"}"#
    case 1: #"{"seq":\#(number),"msg":"nothing here","v":[1.50,null,-0]}"#
    case 2: #"{"seq":\#(number),"card":{"number":"\#(card)"},"t":"é 日本 \u00e9\n"}"#
    default: #"{"seq":\#(number),"body":"{\"pan\":\"\#(card)\"}"}"#
    }
  }

  static func records(_ range: Range<Int>, card: String) -> [UInt8] {
    Array(range.map { record($0, card: card) + "\n" }.joined().utf8)
  }

  static let clear = "4111-1111-1111-1111"
  static let masked = "****-****-****-1111"

  @Test("socat sends 100,000 records; syslog-ng collects 100,000, masked, in order")
  func socatToSyslog() throws {
    let programs = try RealPrograms()
    try programs.folder.write(Self.records(0..<Self.count, card: Self.clear), to: "in.ndjson")
    try programs.startCollector()
    try programs.startProxy()
    let sent = try programs.sendWithSocat("in.ndjson")
    #expect(sent.exitCode == 0, "\(sent.errorText)")
    try expectAll(programs)
    #expect(try programs.stopProxy().code == 0)
  }

  @Test("syslog-ng sends 100,000 records; syslog-ng collects 100,000, masked, in order")
  func syslogToSyslog() throws {
    let programs = try RealPrograms()
    try programs.folder.write(Self.records(0..<Self.count, card: Self.clear), to: "in.ndjson")
    try programs.startCollector()
    try programs.startProxy()
    try programs.startFollower(of: "in.ndjson")
    try expectAll(programs)
    #expect(try programs.stopProxy().code == 0)
  }

  @Test("a collector that is away for a while gets every record, when the listener holds")
  func collectorRestarts() throws {
    let programs = try RealPrograms()
    let half = Self.count / 2
    let file = try programs.folder.write(
      Self.records(0..<half, card: Self.clear), to: "in.ndjson")
    try programs.startCollector()
    try programs.startProxy(onUpstreamDown: "hold")
    try programs.startFollower(of: "in.ndjson")
    let first = Self.records(0..<half, card: Self.masked)
    #expect(eventually(seconds: 120) { programs.collectedByteCount >= first.count })
    let arrived = programs.collected == first
    #expect(arrived)

    try programs.stopCollector()
    Thread.sleep(forTimeInterval: 1)
    let handle = try #require(FileHandle(forWritingAtPath: file))
    try handle.seekToEnd()
    try handle.write(contentsOf: Data(Self.records(half..<Self.count, card: Self.clear)))
    try handle.close()
    Thread.sleep(forTimeInterval: 2)
    let unchanged = programs.collected == first
    #expect(unchanged, "nothing goes anywhere while the collector is away")

    try programs.startCollector()
    try expectAll(programs)
    #expect(try programs.stopProxy().code == 0)
  }

  @Test("a collector that goes away under load loses only what was in flight, unmasked nothing")
  func collectorDiesUnderLoad() throws {
    let programs = try RealPrograms()
    let file = try programs.folder.write([], to: "in.ndjson")
    try programs.startCollector()
    try programs.startProxy(onUpstreamDown: "hold")
    try programs.startFollower(of: "in.ndjson")
    let handle = try #require(FileHandle(forWritingAtPath: file))
    let batch = Self.count / 20
    for start in stride(from: 0, to: Self.count, by: batch) {
      try handle.write(contentsOf: Data(Self.records(start..<start + batch, card: Self.clear)))
      if start == 8 * batch { try programs.stopCollector() }
      if start == 13 * batch { try programs.startCollector() }
      Thread.sleep(forTimeInterval: 0.2)
    }
    try handle.close()
    let last = Array((Self.record(Self.count - 1, card: Self.masked) + "\n").utf8)
    #expect(
      eventually(seconds: 120) { programs.collected.suffix(last.count).elementsEqual(last) },
      "the last record arrives after the restart")

    // Each line collected is a whole masked record, in order; one gap, where the collector died.
    var gaps: [Int] = []
    var next = 0
    var wrong = 0
    for line in CommandRunner.lines(of: programs.collected) {
      let text = String(decoding: line, as: UTF8.self)
      let number = Int(text.dropFirst(7).prefix { $0.isWholeNumber }) ?? -1
      if text != Self.record(number, card: Self.masked) || number < next { wrong += 1 }
      if number > next { gaps.append(number - next) }
      next = max(next, number + 1)
    }
    #expect(wrong == 0, "lines that are torn, unmasked or out of order")
    #expect(next == Self.count)
    // In flight is what had been written to the collector that died: at most two batches.
    #expect(gaps.count <= 1 && gaps.reduce(0, +) <= 2 * batch, "\(gaps)")
    expectNoLeak(of: ["4111111111111111"], in: Array(programs.collected.prefix(200_000)))
    #expect(try programs.stopProxy().code == 0)
  }

  private func expectAll(
    _ programs: RealPrograms, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let expected = Self.records(0..<Self.count, card: Self.masked)
    #expect(
      eventually(seconds: 180) { programs.collectedByteCount >= expected.count },
      "\(programs.collectedByteCount) of \(expected.count) bytes", sourceLocation: sourceLocation)
    let collected = programs.collected
    // Compared outside of the macro, which would print megabytes.
    let isSame = collected == expected
    #expect(isSame, "the collected records differ", sourceLocation: sourceLocation)
    #expect(
      CommandRunner.lines(of: collected).count == Self.count, sourceLocation: sourceLocation)
  }
}
