import EventLoops
import Foundation
import Logging
import Masking
import Proxy
import Telemetry
import Testing

@Suite struct TelemetryTests {
  @Test(arguments: [
    (0, 0, "1970-01-01T00:00:00.000Z"),
    (951_782_399, 999_999_999, "2000-02-28T23:59:59.999Z"),
    (951_782_400, 0, "2000-02-29T00:00:00.000Z"),
    (1_772_323_199, 123_000_000, "2026-02-28T23:59:59.123Z"),
    (4_107_542_399, 1_000_000, "2100-02-28T23:59:59.001Z"),
    (4_107_542_400, 0, "2100-03-01T00:00:00.000Z"),
    (-1, 0, "1969-12-31T23:59:59.000Z"),
  ])
  func `a time is written as RFC 3339 in UTC`(seconds: Int64, nanoseconds: Int32, text: String) {
    #expect(Timestamp.rfc3339(seconds: seconds, nanoseconds: nanoseconds) == text)
  }

  @Test func `times agree with Foundation over four centuries`() {
    let formatter = ISO8601DateFormatter()
    for day in stride(from: Int64(-73_000), to: 73_000, by: 7) {
      let seconds = day * 86_400 + 3661
      let theirs = formatter.string(from: Date(timeIntervalSince1970: TimeInterval(seconds)))
      let ours = Timestamp.rfc3339(seconds: seconds, nanoseconds: 0)
      #expect(ours == theirs.dropLast() + ".000Z")
    }
  }

  /// A logger whose lines go into a pipe, and the pipe's other end.
  func logger() throws -> (logger: Logger, reading: Peer, writing: Peer) {
    let ends = try FileDescriptor.pipe()
    var logger = Logger(label: "test") { _ in
      JSONLogHandler(level: .info, output: LogOutput(descriptor: ends.writing)) { (1, 5_000_000) }
    }
    logger[metadataKey: "app"] = "m"
    return (logger, Peer(owning: ends.reading), Peer(owning: ends.writing))
  }

  func lines(_ peer: Peer) -> [String] {
    guard case .bytes(let bytes) = peer.receive(within: 2000) else { return [] }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map { String($0) }
  }

  @Test func `an event is one line of JSON with sorted members`() throws {
    let (logger, reading, writing) = try logger()
    defer { writing.close() }
    EventLog(logger)(
      .info, "listening", [("port", .count(80)), ("listener", .configured("logs"))])
    #expect(
      lines(reading) == [
        #"{"ts":"1970-01-01T00:00:01.005Z","level":"info","event":"listening","app":"m","#
          + #""listener":"logs","port":80}"#
      ])
    EventLog(logger)(.debug, "quiet")
    #expect(reading.receive(within: 50) == .nothing)
  }

  @Test func `every text is escaped so that it stays one line and valid JSON`() throws {
    let (logger, reading, writing) = try logger()
    defer { writing.close() }
    let evil = "a\"b\\c\nd\r\t\u{0}\u{1F}\u{7F}\u{85}\u{2028}\u{2029}é\u{1F600}"
    logger.info("e", metadata: ["x": .string(evil), "y": .array(["1", .dictionary(["k": "v"])])])
    let line = try #require(lines(reading).first)
    #expect(
      line.hasSuffix(
        #""x":"a\"b\\c\nd\r\t\u0000\u001f\u007f\u0085\u2028\u2029é"# + "\u{1F600}"
          + #"","y":["1",{"k":"v"}]}"#))
    let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
    #expect(object?["x"] as? String == evil)
  }

  @Test func `a line is never longer than a pipe takes whole, and stays valid`() throws {
    let (logger, reading, writing) = try logger()
    defer { writing.close() }
    var metadata: Logger.Metadata = [:]
    for index in 0..<20 { metadata["m\(index)"] = .string(String(repeating: "\n", count: 2000)) }
    logger.info("long", metadata: metadata)
    let line = try #require(lines(reading).first)
    #expect(line.utf8.count < LogOutput.lineBytesMax)
    #expect((try? JSONSerialization.jsonObject(with: Data(line.utf8))) != nil)
  }

  @Test func `a log that nobody reads does not block and says later how much was lost`() throws {
    let (logger, reading, writing) = try logger()
    defer { writing.close() }
    let text = String(repeating: "x", count: 500)
    let start = MonotonicClock.now()
    for _ in 0..<2000 { logger.info("flood", metadata: ["t": .string(text)]) }
    #expect(MonotonicClock.now() - start < 10_000_000_000)
    var count = 0
    while case .bytes(let bytes) = reading.receive(within: 50) {
      count += bytes.count { $0 == 0x0A }
    }
    #expect(count < 2000)
    logger.info("after")
    let later = lines(reading)
    #expect(later.count == 2)
    #expect(
      later.first
        == #"{"ts":"1970-01-01T00:00:01.005Z","level":"warning","event":"logLinesLost","lines":\#(2000 - count)}"#
    )
  }

  @Test func `a rate says how many events its line stands for`() {
    var rate = LogRate(intervalNanoseconds: 100)
    #expect(rate.note(at: 1000) == 1)
    #expect(rate.note(3, at: 1050) == nil)
    #expect(rate.note(at: 1099) == nil)
    #expect(rate.note(at: 1100) == 5)
  }

  @Test func `metrics are written in Prometheus' format`() {
    let text = [
      Metric("a_total", "Things\ncounted.", labels: [("l", "x\"\\\n")], value: 1),
      Metric("a_total", "Things\ncounted.", labels: [("l", "y")], value: 2),
      Metric("b", "A gauge.", kind: .gauge, value: 3),
    ].prometheusText()
    #expect(
      text == #"""
        # HELP a_total Things\ncounted.
        # TYPE a_total counter
        a_total{l="x\"\\\n"} 1
        a_total{l="y"} 2
        # HELP b A gauge.
        # TYPE b gauge
        b 3

        """#)
  }

  @Test func `every counter of the proxy is a metric with one help text per name`() {
    var counters = ProxyCounters()
    counters[.lineTimeout] = 7
    counters.outbound.stream.withheld[0] = 9
    let metrics = counters.metrics
    #expect(metrics.contains { $0.value == 7 && $0.labels.first?.value == "lineTimeout" })
    #expect(metrics.contains { $0.value == 9 && $0.labels.last?.value == "malformed" })
    // Lines of one name follow each other, as the format demands.
    let names = metrics.map(\.name)
    let runs = zip(names, names.dropFirst()).count { $0 != $1 } + 1
    #expect(runs == Set(names).count)
  }
}
