import Bytes
import Rules

@testable import Masking

/// What came out of a masker, and what it counted.
struct Masked {
  var output: [UInt8]
  var counters: StreamCounters
  var notes: [FaultNote]
  var text: String { String(decoding: output, as: UTF8.self) }
}

/// Compiles one mask file; the test fails with its errors.
func policy(
  _ yaml: String, keys: HashKeys = .none, usesPrefilters: Bool = true, usesJIT: Bool = true
) throws -> MaskPolicy {
  let rules = try MaskSet.load([.init(name: "test.yaml", bytes: Array(yaml.utf8))])
  return try MaskPolicy.compile(
    rules, keys: keys, usesPrefilters: usesPrefilters, usesJIT: usesJIT)
}

/// The default packs.
func defaultPolicy(usesPrefilters: Bool = true, usesJIT: Bool = true) throws -> MaskPolicy {
  let files = Packs.defaultNames.compactMap { name in
    Packs.file(name).map { MaskSet.File(name: "masks/\(name).yaml", bytes: $0) }
  }
  return try MaskPolicy.compile(
    try MaskSet.load(files), keys: .none, usesPrefilters: usesPrefilters, usesJIT: usesJIT)
}

/// Masks `input`, handed over in pieces that end at `cuts`, and ends the stream.
func mask(
  _ input: [UInt8], _ policy: MaskPolicy, options: StreamOptions = StreamOptions(),
  cuts: [Int] = [], ending: StreamEnding = .clean
) -> Masked {
  let engine = MaskingEngine(policy: policy)
  var masker = StreamMasker(options: options)
  var output = ByteBuffer()
  var start = 0
  for end in cuts + [input.count] where end >= start {
    var piece = ByteBuffer(capacity: end - start)
    piece.append(Array(input[start..<end]))
    if masker.consume(piece, with: engine, into: &output) != .proceed { break }
    start = end
  }
  _ = masker.finish(ending, with: engine, into: &output)
  return Masked(
    output: output.toArray(), counters: masker.counters, notes: masker.notes.notes)
}

/// Masks text with rules and returns text.
func mask(_ input: String, _ policy: MaskPolicy, options: StreamOptions = StreamOptions()) -> String
{
  mask(Array(input.utf8), policy, options: options).text
}

/// A mask file of one rule.
func oneRule(_ match: String, _ transform: String = "redact", class ruleClass: String = "pii")
  -> String
{
  """
  version: 1
  mask: test
  rules:
    - id: rule
      class: \(ruleClass)
      description: a rule of a test
      match: \(match)
      transform: \(transform)
      tests: [ { in: 'nothing here' } ]
  """
}
