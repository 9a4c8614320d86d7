/// What one place of a pattern may match: one character.
///
/// `possible` is never smaller than the truth; `certain` is never larger. Conditions that every match
/// must meet are read from `possible`, a complement is taken of `certain`.
struct CharacterSet: Hashable, Sendable {
  /// The characters outside ASCII that may match.
  enum Others: Hashable, Sendable {
    case none
    /// Exactly these, in UTF-8.
    case known([[UInt8]])
    case any
  }

  var possible: ASCIISet
  var certain: ASCIISet
  var others: Others

  init(_ ascii: ASCIISet, others: Others = .none) {
    possible = ascii
    certain = ascii
    self.others = others
  }

  init(possible: ASCIISet, certain: ASCIISet, others: Others) {
    self.possible = possible
    self.certain = certain
    self.others = others
  }

  /// Anything at all.
  static let any = CharacterSet(.all, others: .any)

  var complement: CharacterSet {
    CharacterSet(possible: certain.complement, certain: possible.complement, others: .any)
  }

  mutating func formUnion(_ set: CharacterSet) {
    possible = possible.union(set.possible)
    certain = certain.union(set.certain)
    switch (others, set.others) {
    case (.any, _), (_, .any): others = .any
    case (.none, let right): others = right
    case (_, .none): break
    case (.known(let left), .known(let right)):
      others = .known(left + right.filter { !left.contains($0) })
    }
  }

  /// The set under `(?i)`: both cases, and the two characters outside ASCII that fold to a letter of
  /// ASCII (U+212A to `k`, U+017F to `s`).
  var caseFolded: CharacterSet {
    var folded = CharacterSet(
      possible: possible.caseFolded, certain: certain.caseFolded, others: others)
    if others != .none {
      // A character outside ASCII may fold to a letter, so any letter may match.
      folded.possible = folded.possible.union(.letters)
      folded.others = .any
      return folded
    }
    var forms: [[UInt8]] = []
    if folded.possible.contains(UInt8(ascii: "k")) { forms.append([0xE2, 0x84, 0xAA]) }
    if folded.possible.contains(UInt8(ascii: "s")) { forms.append([0xC5, 0xBF]) }
    if !forms.isEmpty { folded.others = .known(forms) }
    return folded
  }

  /// The fewest bytes of UTF-8 that a matching character has.
  var minBytes: Int {
    if !possible.isEmpty { return 1 }
    if case .known(let forms) = others { return forms.map(\.count).min() ?? 1 }
    return 2
  }

  /// Whether `byte` can be the first, or a later, byte of a character in the set.
  func contains(byte: UInt8) -> Bool {
    byte < 0x80 ? possible.contains(byte) : others != .none
  }
}

/// The parts of a pattern that conditions and costs are derived from. Which group captures, and
/// whether a repeat is lazy, is left out: neither changes what every match must contain.
indirect enum PatternNode: Hashable, Sendable {
  case set(CharacterSet)
  case sequence([PatternNode])
  case alternation([PatternNode])
  /// `max` nil: no upper bound.
  case repetition(PatternNode, min: Int, max: Int?, possessive: Bool)
  case atomic(PatternNode)
  case boundary(Boundary)
  case lookaround(PatternNode, behind: Bool, negative: Bool)

  enum Boundary: Hashable, Sendable { case word, notWord, other }

  static let empty = PatternNode.sequence([])

  /// The same with sequences in sequences laid out as one.
  var flattened: PatternNode {
    guard case .sequence(let nodes) = self else { return self }
    return .sequence(
      nodes.flatMap { part -> [PatternNode] in
        if case .sequence(let inner) = part.flattened { return inner }
        return [part]
      })
  }

  /// Whether it can match characters, not only places between them.
  var consumes: Bool {
    switch self {
    case .set: true
    case .boundary, .lookaround: false
    case .atomic(let inner), .repetition(let inner, _, _, _): inner.consumes
    case .sequence(let nodes), .alternation(let nodes): nodes.contains(where: \.consumes)
    }
  }

  /// Whether a possessive quantifier follows a group anywhere in it.
  var hasPossessiveGroup: Bool {
    switch self {
    case .set, .boundary: return false
    case .sequence(let nodes), .alternation(let nodes):
      return nodes.contains(where: \.hasPossessiveGroup)
    case .atomic(let inner), .lookaround(let inner, _, _): return inner.hasPossessiveGroup
    case .repetition(let inner, _, _, let possessive):
      if case .set = inner { return false }
      return possessive || inner.hasPossessiveGroup
    }
  }
}
