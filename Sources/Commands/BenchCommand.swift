public import ArgumentParser
internal import Bytes
internal import Masking
public import Samples

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench",
    abstract: "Measures throughput and what each rule costs; makes sample records.",
    discussion: """
      Ratios are to plain copying of the same lines in the same run: they hold on a noisy machine,
      megabytes per second do not. Examples:

        maskline bench --generate 400000 > mixed.ndjson
        maskline bench --generate 64MiB --shape tiny --seed 7 > tiny.ndjson
        maskline bench --input mixed.ndjson
        maskline bench --shape dense --masks pci --output json
      """)

  @OptionGroup var options: MaskOptions

  @Option(
    help: ArgumentHelp("Records to measure with (default: made from the seed).", valueName: "file"))
  var input: String?

  @Option(
    help: ArgumentHelp(
      "Write sample records to standard output and end: so many of them, or until they have so many"
        + " bytes (64MB, 64MiB).", valueName: "amount"))
  var generate: SampleAmount?

  @Option(help: "Seed of the sample records: the same seed gives the same bytes.")
  var seed: UInt64 = 1

  @Option(
    help:
      "Shape of the sample records: \(SampleShape.allCases.map(\.rawValue).joined(separator: ", "))."
  )
  var shape = SampleShape.mixed

  @Option(help: "Rounds; the median counts.")
  var rounds = 5

  @Option(help: "text or json.")
  var output = OutputForm.text

  func validate() throws {
    if rounds < 1 { throw ValidationError("--rounds must be at least 1") }
  }

  func run() throws {
    if let generate { return try write(samples: generate) }
    let loaded = try LoadedConfiguration.load(options)
    let records = try records()
    let bench = Bench(
      policy: loaded.policy, declarations: loaded.rules, keys: loaded.keys,
      options: loaded.stream, input: records)
    let result = bench.run(rounds: rounds)
    Console.write(Array(result.text(output).utf8))
  }

  private func write(samples amount: SampleAmount) throws {
    var generator = SampleGenerator(seed: seed, shape: shape)
    var buffer = ByteBuffer(capacity: 1 << 20)
    var records = 0
    var bytes = 0
    while !amount.isReached(records: records, bytes: bytes + buffer.count) {
      generator.appendRecord(to: &buffer)
      records += 1
      if buffer.count >= 1 << 20 { bytes += try write(&buffer) }
    }
    _ = try write(&buffer)
  }

  private func write(_ buffer: inout ByteBuffer) throws -> Int {
    guard Console.write(buffer.toArray()) else { throw ExitStatus.ioFailure }
    defer { buffer.removeAll() }
    return buffer.count
  }

  private func records() throws -> [UInt8] {
    if let input {
      do throws(FileError) {
        return try FileAccess.read(input, limit: 4 << 30)
      } catch {
        throw ExitStatus.fail("--input: \(error)", ExitStatus.ioFailure)
      }
    }
    var generator = SampleGenerator(seed: seed, shape: shape)
    var buffer = ByteBuffer(capacity: 64 << 20)
    while buffer.count < 48 << 20 { generator.appendRecord(to: &buffer) }
    return buffer.toArray()
  }
}

extension SampleShape: ExpressibleByArgument {}

/// How many sample records are wanted: a number of records, or of bytes with its unit.
enum SampleAmount: ExpressibleByArgument {
  case records(Int)
  case bytes(Int)

  private static let units = [
    ("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("KB", 1000), ("MB", 1_000_000),
    ("GB", 1_000_000_000),
  ]

  init?(argument: String) {
    for (unit, size) in Self.units where argument.hasSuffix(unit) {
      guard let count = Int(argument.dropLast(unit.utf8.count)), count >= 0 else { return nil }
      let (bytes, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      self = .bytes(bytes)
      return
    }
    guard let count = Int(argument), count >= 0 else { return nil }
    self = .records(count)
  }

  /// Whether so many records of so many bytes are enough.
  func isReached(records: Int, bytes: Int) -> Bool {
    switch self {
    case .records(let wanted): records >= wanted
    case .bytes(let wanted): bytes >= wanted
    }
  }
}
