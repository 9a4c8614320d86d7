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
        maskline bench --input mixed.ndjson
        maskline bench --shape dense --masks pci --output json
      """)

  @OptionGroup var options: MaskOptions

  @Option(
    help: ArgumentHelp("Records to measure with (default: made from the seed).", valueName: "file"))
  var input: String?

  @Option(
    help: ArgumentHelp(
      "Write this many sample records to standard output and end.", valueName: "count"))
  var generate: Int?

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
    if let generate, generate < 0 { throw ValidationError("--generate must not be negative") }
  }

  func run() throws {
    if let generate { return try write(samples: generate) }
    let loaded = try LoadedConfiguration.load(options)
    let records = try records()
    let bench = Bench(policy: loaded.policy, options: loaded.stream, input: records)
    let result = bench.run(rounds: rounds)
    Console.write(Array(result.text(output).utf8))
  }

  private func write(samples count: Int) throws {
    var generator = SampleGenerator(seed: seed, shape: shape)
    var buffer = ByteBuffer(capacity: 1 << 20)
    for number in 0..<count {
      generator.appendRecord(to: &buffer)
      if buffer.count >= 1 << 20 || number == count - 1 {
        guard Console.write(buffer.toArray()) else { throw ExitStatus.ioFailure }
        buffer.removeAll()
      }
    }
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
