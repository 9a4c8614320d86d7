public import Bytes

/// Makes log records that look like those of real systems, the same for the same seed for ever.
///
/// Nobody's data is in them: names come from short lists, addresses from the ranges kept for
/// documentation (RFC 2606, RFC 5737), telephone numbers from ranges kept for fiction, and card
/// numbers are random digits with the right Luhn digit.
///
/// The bytes of a seed are part of the contract (benchmarks of two versions must read the same
/// input); `SamplesTests` holds them to golden hashes.
public struct SampleGenerator: Sendable {
  /// How long a line of the shape `long` is, in bytes with its line feed.
  public static let longLineBytes = 1 << 20

  /// What kind of records this generator makes.
  public let shape: SampleShape
  var random: SplitMix64
  /// Milliseconds since 1970 of the record being made; grows by a few with each record.
  var epochMilliseconds = 1_772_355_600_000
  /// How many records were made.
  var recordCount = 0
  var secrets: [SeededSecret] = []
  var collectsSecrets = false

  /// A generator of `shape` whose bytes follow from `seed` alone.
  public init(seed: UInt64, shape: SampleShape = .mixed) {
    self.shape = shape
    random = SplitMix64(seed: seed)
  }

  /// Appends one record and its line feed.
  public mutating func appendRecord(to output: inout ByteBuffer) {
    epochMilliseconds += random.below(40)
    recordCount += 1
    switch shape {
    case .mixed: appendMixed(to: &output, holdsFinding: random.oneIn(6))
    case .clean: appendMixed(to: &output, holdsFinding: false)
    case .dense: appendDense(to: &output)
    case .long: appendLong(to: &output)
    case .escaped: appendEscapes(to: &output)
    case .numbers: appendNumbers(to: &output)
    case .tiny: appendTiny(to: &output)
    case .nonascii: appendNonASCII(to: &output)
    }
    output.append(ASCII.lineFeed)
  }

  /// Appends one record, the same bytes as `appendRecord(to:)`, and gives what it placed there.
  public mutating func appendSeededRecord(to output: inout ByteBuffer) -> [SeededSecret] {
    collectsSecrets = true
    secrets.removeAll(keepingCapacity: true)
    appendRecord(to: &output)
    collectsSecrets = false
    return secrets
  }

  /// Notes that `text` was placed.
  mutating func note(_ kind: SeededSecret.Kind, _ text: @autoclosure () -> String) {
    if collectsSecrets { secrets.append(SeededSecret(kind: kind, text: text())) }
  }

  /// One object: a log record of some system, with a sensitive value at its begin or end.
  mutating func appendMixed(to output: inout ByteBuffer, holdsFinding: Bool) {
    output.append(ASCII.leftBrace)
    let findingLeads = holdsFinding && random.oneIn(4)
    if findingLeads {
      appendFinding(to: &output)
      output.append(ASCII.comma)
    }
    switch random.below(16) {
    case 0..<4: appendAccess(to: &output)
    case 4..<8: appendApplication(to: &output)
    case 8..<10: appendPayment(to: &output)
    case 10..<13: appendContainer(to: &output)
    case 13: appendAudit(to: &output)
    default: appendMetrics(to: &output)
    }
    if holdsFinding && !findingLeads {
      output.append(ASCII.comma)
      appendFinding(to: &output)
    }
    output.append(ASCII.rightBrace)
  }
}
