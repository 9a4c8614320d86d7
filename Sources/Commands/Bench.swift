internal import Bytes
internal import EventLoops
internal import Masking
internal import Rules

/// What one rule costs: the engine's counts over the whole input, and a measurement of it alone.
struct RuleMeasurement {
  var cost: RuleCost
  /// Nanoseconds per record that the rule takes by itself, over a pass without rules; nil for a rule
  /// that its prefilter never let run.
  var nanosecondsPerRecord: Double?
  /// Whether the rule runs on every value, for want of a prefilter.
  var runsOnEveryValue: Bool
}

/// What a benchmark measured.
struct BenchResult {
  var bytes: Int
  var records: UInt64
  /// Median seconds of processor time of a round: what else the machine does is not counted.
  var maskSeconds: Double
  var copySeconds: Double
  var counters: StreamCounters
  var rules: [RuleMeasurement]
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
      rules.map { measured in
        var rule = JSONObject()
        rule.add("rule", measured.cost.rule)
        rule.add("valuesTried", measured.cost.valuesTried)
        rule.add("bytesTried", measured.cost.bytesTried)
        rule.add("bytesPrefiltered", prefiltered(measured.cost))
        rule.add("matches", measured.cost.matches)
        rule.add("runsOnEveryValue", measured.runsOnEveryValue)
        if let time = measured.nanosecondsPerRecord { rule.add("nanosecondsPerRecord", time) }
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
      "rule".padding(to: 32) + "ns/record".padding(to: 11) + "values tried".padding(to: 14)
        + "bytes tried".padding(to: 14) + "prefiltered".padding(to: 13) + "matches",
    ]
    let tried = rules.filter { $0.cost.valuesTried > 0 }
    for rule in tried.sorted(by: { $0.nanosecondsPerRecord ?? 0 > $1.nanosecondsPerRecord ?? 0 }) {
      let cost = rule.cost
      let share = Double(prefiltered(cost)) / Double(max(bytes, 1)) * 100
      lines.append(
        cost.rule.padding(to: 32)
          + (rule.nanosecondsPerRecord.map { "\(($0 * 10).rounded() / 10)" } ?? "").padding(to: 11)
          + "\(cost.valuesTried)".padding(to: 14) + "\(cost.bytesTried)".padding(to: 14)
          + "\((share * 100).rounded() / 100) %".padding(to: 13) + "\(cost.matches)"
          + (rule.runsOnEveryValue ? "  runs on every value: no prefilter" : ""))
    }
    lines += [
      "",
      "\(rules.count - tried.count) of \(rules.count) rules were never tried: their prefilters kept"
        + " all values from them.",
      "ns/record: processor time of the rule alone, over a pass without rules. prefiltered: the share"
        + " of all bytes that the rule never looked at.",
    ]
    return lines.joined(separator: "\n") + "\n"
  }

  /// Bytes that the rule's prefilter kept from it.
  private func prefiltered(_ cost: RuleCost) -> UInt64 {
    UInt64(bytes) - min(UInt64(bytes), cost.bytesTried)
  }

  private static func rounded(_ number: Double) -> Double { (number * 1000).rounded() / 1000 }
}

/// Masks the same records several times, in turn with plain copying.
struct Bench {
  let policy: MaskPolicy
  let declarations: [RuleDeclaration]
  let keys: HashKeys
  let options: StreamOptions
  let input: [UInt8]
  /// Bytes handed over at a time, as from a socket.
  private static let pieceBytes = 256 << 10
  /// How much each rule is measured with.
  private static let ruleSampleBytes = 1 << 20

  func run(rounds: Int) -> BenchResult {
    let engine = MaskingEngine(policy: policy)
    var maskTimes: [Double] = []
    var copyTimes: [Double] = []
    var counters = StreamCounters()
    var hash: UInt64 = 0
    for round in 0..<rounds {
      var output = ByteBuffer(capacity: Self.pieceBytes * 2)
      var piece = ByteBuffer(capacity: Self.pieceBytes)
      var masker = StreamMasker(options: options)
      var maskTime: UInt64 = 0
      var copyTime: UInt64 = 0
      for start in stride(from: 0, to: input.count, by: Self.pieceBytes) {
        // Filling the piece stands for reading from the socket and is in neither time.
        piece.removeAll()
        piece.append(input.span.extracting(start..<min(start + Self.pieceBytes, input.count)))
        output.removeAll()
        copyTime &+= Self.time { piece.withSpan { output.append($0) } }
        output.removeAll()
        maskTime &+= Self.time { _ = masker.consume(piece, with: engine, into: &output) }
        if round == 0 { output.withSpan { Self.mix(&hash, $0) } }
      }
      maskTimes.append(Double(maskTime) / 1e9)
      copyTimes.append(Double(copyTime) / 1e9)
      counters = masker.counters
    }
    return BenchResult(
      bytes: input.count, records: counters.recordsIn, maskSeconds: median(maskTimes),
      copySeconds: median(copyTimes), counters: counters,
      rules: measureRules(engine.ruleCosts, rounds: rounds), outputHash: hash)
  }

  /// Each rule that was tried, alone, against no rule at all, on the first records.
  private func measureRules(_ costs: [RuleCost], rounds: Int) -> [RuleMeasurement] {
    let sample = sampleEnd()
    let records = input[..<sample].count { $0 == ASCII.lineFeed }
    let without = processorNanoseconds(.empty, sample, rounds)
    let listing = Dictionary(
      policy.listing.map { ($0.rule, $0.runsOnEveryValue) }, uniquingKeysWith: { first, _ in first }
    )
    return costs.map { cost in
      var measured = RuleMeasurement(
        cost: cost, nanosecondsPerRecord: nil, runsOnEveryValue: listing[cost.rule] ?? false)
      guard cost.valuesTried > 0, records > 0,
        let declaration = declarations.first(where: { $0.qualifiedID == cost.rule }),
        let alone = try? MaskPolicy.compile([declaration], keys: keys)
      else { return measured }
      let time = processorNanoseconds(alone, sample, rounds)
      measured.nanosecondsPerRecord = max(0, time - without) / Double(records)
      return measured
    }
  }

  /// The end of the last whole record within the first bytes; the end of the first one if it is long.
  private func sampleEnd() -> Int {
    let limit = min(input.count, Self.ruleSampleBytes)
    let end = input[..<limit].lastIndex(of: ASCII.lineFeed)
    return (end ?? input.firstIndex(of: ASCII.lineFeed) ?? input.count - 1) + 1
  }

  /// The least processor time of a pass over the first `count` bytes: what other programs do to the
  /// cache only ever adds to it.
  private func processorNanoseconds(_ policy: MaskPolicy, _ count: Int, _ rounds: Int) -> Double {
    let engine = MaskingEngine(policy: policy)
    var piece = ByteBuffer(capacity: count)
    piece.append(input.span.extracting(0..<count))
    var output = ByteBuffer(capacity: count * 2)
    var least = Double.infinity
    for _ in 0..<max(rounds, 3) {
      var masker = StreamMasker(options: options)
      output.removeAll()
      let begin = ProcessorClock.now()
      _ = masker.consume(piece, with: engine, into: &output)
      least = min(least, Double(ProcessorClock.now() &- begin))
    }
    return least
  }

  /// Nanoseconds of processor time.
  private static func time(_ body: () -> Void) -> UInt64 {
    let begin = ProcessorClock.now()
    body()
    return ProcessorClock.now() &- begin
  }

  private func median(_ values: [Double]) -> Double {
    values.sorted()[values.count / 2]
  }

  private static func mix(_ hash: inout UInt64, _ bytes: Span<UInt8>) {
    for index in bytes.indices { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
  }
}
