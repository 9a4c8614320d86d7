internal import Bytes
internal import Masking

/// What a benchmark measured.
struct BenchResult {
  var bytes: Int
  var records: UInt64
  /// Median seconds of a round.
  var maskSeconds: Double
  var copySeconds: Double
  var counters: StreamCounters
  var costs: [RuleCost]
  /// A hash of the output (FNV-1a): the same input and rules give the same one on every machine.
  var outputHash: UInt64

  var megabytesPerSecond: Double { Double(bytes) / 1e6 / maskSeconds }
  var ratioToCopying: Double { copySeconds / maskSeconds }

  func text(_ form: OutputForm) -> String {
    switch form {
    case .json: json + "\n"
    case .text: table
    }
  }

  private var json: String {
    var object = JSONObject()
    object.add("bytes", bytes)
    object.add("records", records)
    object.add("megabytesPerSecond", megabytesPerSecond)
    object.add("ratioToCopying", ratioToCopying)
    object.add("outputHash", String(outputHash, radix: 16))
    object.add("withheld", counters.recordsWithheld)
    object.add(
      "rules",
      costs.map { cost in
        var rule = JSONObject()
        rule.add("rule", cost.rule)
        rule.add("valuesTried", cost.valuesTried)
        rule.add("bytesTried", cost.bytesTried)
        rule.add("matches", cost.matches)
        return rule
      })
    return object.text
  }

  private var table: String {
    var lines = [
      "\(bytes / 1_000_000) MB, \(records) records:"
        + " \(Int(megabytesPerSecond)) MB/s on one core, output hash \(String(outputHash, radix: 16))",
      "ratio to plain copying of the same lines: \(Self.rounded(ratioToCopying))",
      "",
      "rule".padding(to: 32) + "values tried".padding(to: 14) + "bytes tried".padding(to: 14)
        + "matches",
    ]
    for cost in costs.sorted(by: { $0.bytesTried > $1.bytesTried }) where cost.valuesTried > 0 {
      lines.append(
        cost.rule.padding(to: 32) + "\(cost.valuesTried)".padding(to: 14)
          + "\(cost.bytesTried)".padding(to: 14) + "\(cost.matches)")
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}

/// Masks the same records several times, in turn with plain copying.
struct Bench {
  let policy: MaskPolicy
  let options: StreamOptions
  let input: [UInt8]
  /// Bytes handed over at a time, as from a socket.
  private static let pieceBytes = 256 << 10

  func run(rounds: Int) -> BenchResult {
    let engine = MaskingEngine(policy: policy)
    var maskTimes: [Double] = []
    var copyTimes: [Double] = []
    var counters = StreamCounters()
    var hash: UInt64 = 0
    let clock = ContinuousClock()
    for round in 0..<rounds {
      var output = ByteBuffer(capacity: Self.pieceBytes * 2)
      var piece = ByteBuffer(capacity: Self.pieceBytes)
      var masker = StreamMasker(options: options)
      var maskTime = Duration.zero
      var copyTime = Duration.zero
      for start in stride(from: 0, to: input.count, by: Self.pieceBytes) {
        // Filling the piece stands for reading from the socket and is in neither time.
        piece.removeAll()
        piece.append(input.span.extracting(start..<min(start + Self.pieceBytes, input.count)))
        output.removeAll()
        copyTime += clock.measure { piece.withSpan { output.append($0) } }
        output.removeAll()
        maskTime += clock.measure { _ = masker.consume(piece, with: engine, into: &output) }
        if round == 0 { output.withSpan { Self.mix(&hash, $0) } }
      }
      maskTimes.append(seconds(maskTime))
      copyTimes.append(seconds(copyTime))
      counters = masker.counters
    }
    return BenchResult(
      bytes: input.count, records: counters.recordsIn, maskSeconds: median(maskTimes),
      copySeconds: median(copyTimes), counters: counters, costs: engine.ruleCosts,
      outputHash: hash)
  }

  private func seconds(_ duration: Duration) -> Double {
    let (seconds, attoseconds) = duration.components
    return Double(seconds) + Double(attoseconds) * 1e-18
  }

  private func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }

  private static func mix(_ hash: inout UInt64, _ bytes: Span<UInt8>) {
    for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
  }
}
