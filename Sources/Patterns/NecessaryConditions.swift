/// What the text of every match of a pattern must meet: sound, never exact.
///
/// The conditions are about the bytes of the whole match in the matching view (decoded, folded
/// UTF-8), never about text that lookarounds see outside the match. A value that fails one of them
/// cannot hold a match. A pattern that is not understood has the conditions of `none`.
public struct NecessaryConditions: Equatable, Sendable {
  /// The fewest bytes of UTF-8 in a match.
  public var minBytes: Int
  /// The fewest ASCII digits in a match.
  public var minDigits: Int
  /// The fewest full stops in a match.
  public var minPeriods = 0
  /// The ASCII bytes that every match has (a caseless letter is never among them).
  public var requiredBytes: ASCIISet
  /// At least one of these byte strings is in every match; nil when no good set is known.
  ///
  /// At most `LiteralSet.alternativesMax`, each of at least one byte. They are in UTF-8: `(?i)k` also
  /// matches U+212A and `(?i)s` U+017F, so such literals have twins outside ASCII. A search of a value
  /// that is all ASCII may leave out the literals that are not.
  public var literals: [[UInt8]]?
  /// The literals are in lower case and are to be compared with the case of ASCII letters ignored.
  public var literalsAreCaseless: Bool

  /// No condition beyond a match not being empty.
  public static let none = NecessaryConditions(
    minBytes: 1, minDigits: 0, requiredBytes: ASCIISet(), literals: nil,
    literalsAreCaseless: false)

  /// Whether `match`, the text of a match, meets the conditions. False would be a fault of the
  /// analysis: for tests and for checks of a rule's own examples.
  public func hold(for match: [UInt8]) -> Bool {
    guard match.count >= minBytes, match.count(where: ASCIISet.digits.contains) >= minDigits,
      requiredBytes.isSubset(of: ASCIISet(match))
    else { return false }
    guard let literals else { return true }
    let text = literalsAreCaseless ? match.map(LiteralSet.lowercased) : match
    return literals.contains { LiteralSet.occurs($0, in: text) }
  }

  init(
    minBytes: Int, minDigits: Int, requiredBytes: ASCIISet, literals: [[UInt8]]?,
    literalsAreCaseless: Bool
  ) {
    self.minBytes = minBytes
    self.minDigits = minDigits
    self.requiredBytes = requiredBytes
    self.literals = literals
    self.literalsAreCaseless = literalsAreCaseless
  }

  init(of node: PatternNode) {
    let counts = Counts(of: node)
    let literals = LiteralSet.best(in: node)
    self.init(
      minBytes: max(1, counts.minBytes), minDigits: counts.minDigits,
      requiredBytes: counts.requiredBytes, literals: literals?.texts,
      literalsAreCaseless: literals?.isCaseless ?? false)
    minPeriods = counts.minPeriods
  }
}

/// The counted conditions of one node; they add up along a sequence.
private struct Counts {
  var minBytes = 0
  var minDigits = 0
  var minPeriods = 0
  var requiredBytes = ASCIISet()

  /// Counts stay small enough to be multiplied.
  static let countMax = 1 << 20

  init() {}

  init(of node: PatternNode) {
    switch node {
    case .set(let set):
      minBytes = set.minBytes
      guard set.others == .none else { return }
      if set.possible.isSubset(of: .digits) { minDigits = 1 }
      if set.possible.count == 1 { requiredBytes = set.possible }
      if set.possible == ASCIISet([UInt8(ascii: ".")]) { minPeriods = 1 }
    case .sequence(let nodes):
      for part in nodes.map(Counts.init(of:)) { add(part, times: 1) }
    case .alternation(let branches):
      let parts = branches.map(Counts.init(of:))
      guard let first = parts.first else { return }
      self = first
      for part in parts.dropFirst() {
        minBytes = min(minBytes, part.minBytes)
        minDigits = min(minDigits, part.minDigits)
        minPeriods = min(minPeriods, part.minPeriods)
        requiredBytes = requiredBytes.intersection(part.requiredBytes)
      }
    case .repetition(let inner, let min, _, _):
      if min > 0 { add(Counts(of: inner), times: min) }
    case .atomic(let inner): self = Counts(of: inner)
    case .boundary, .lookaround: break
    }
  }

  mutating func add(_ part: Counts, times: Int) {
    minBytes = min(minBytes + part.minBytes * times, Self.countMax)
    minDigits = min(minDigits + part.minDigits * times, Self.countMax)
    minPeriods = min(minPeriods + part.minPeriods * times, Self.countMax)
    requiredBytes = requiredBytes.union(part.requiredBytes)
  }
}
