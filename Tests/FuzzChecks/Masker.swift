import Bytes
import Masking
import Rules

/// The engine as the checks use it.
struct Masker {
  /// A few rules of every kind: what they find must be gone from the output, and nothing else.
  static let rules = """
    version: 1
    mask: fuzz
    rules:
      - { id: card, class: pan, match: { number: card }, transform: { keep: { last: 4 } } }
      - { id: tag, class: pii, match: { pattern: 'S-[0-9]{4}' }, transform: { redact: { text: '[TAG]' } } }
      - { id: word, class: other, match: { pattern: '(?i)\\bkelvin[0-9]{1,3}\\b' }, transform: redact }
      - { id: secret, class: secret, match: { paths: ['**.password', 'a[*].b'] }, transform: redact }
      - { id: gone, class: secret, match: { paths: ['**.gone'] }, transform: drop }
      - { id: none, class: secret, match: { paths: ['**.none'] }, transform: 'null' }
      - { id: hashed, class: pii, match: { pattern: 'H-[0-9]{2,6}' }, transform: { hash: { key: k1 } } }
      - { id: free, class: pii, match: { pattern: 'E-[0-9]+', paths: { exclude: ['**.free'] } }, transform: redact }
      - { id: kept, class: pii, match: { pattern: '\\bK[a-z]{4,9}\\b', keywords: { any: [near, nah] } }, transform: { keep: { first: 1, last: 1 }, fill: '#' } }
      - { id: zero, class: other, match: { pattern: '^-?31[0-9]{2}$', in: [numbers] }, transform: { redact: {}, numbers: zero }, allow: ['3199'] }
      - { id: record, class: secret, match: { pattern: 'DROP-RECORD' }, transform: dropRecord }
    """

  /// One for all runs: nothing of one stream may stay for the next.
  private let engine: MaskingEngine

  init(usesPrefilters: Bool = true) {
    do {
      let rules = try MaskSet.load([.init(name: "fuzz.yaml", bytes: Array(Self.rules.utf8))])
      engine = MaskingEngine(
        policy: try MaskPolicy.compile(rules, keys: .fixedTestKey, usesPrefilters: usesPrefilters))
    } catch {
      fatalError("\(error)")
    }
  }

  struct Outcome: Equatable {
    var bytes: [UInt8]
    var counters: StreamCounters
    var notes: [FaultNote]
  }

  /// What comes out for `input` in pieces that end at `cuts`.
  func run(_ input: [UInt8], _ options: StreamOptions, cuts: [Int] = []) -> Outcome {
    var masker = StreamMasker(options: options)
    var output = ByteBuffer()
    var start = 0
    for end in cuts + [input.count] where end >= start {
      var piece = ByteBuffer(capacity: end - start)
      piece.append(Array(input[start..<end]))
      if masker.consume(piece, with: engine, into: &output) != .proceed { break }
      start = end
    }
    _ = masker.finish(.clean, with: engine, into: &output)
    return Outcome(
      bytes: output.toArray(), counters: masker.counters, notes: masker.notes.notes)
  }
}

/// Bytes as a test's failure shows them.
func shown(_ bytes: some Sequence<UInt8>) -> String {
  let text = String(decoding: Array(bytes), as: UTF8.self)
  return text.prefix(600).debugDescription
}
