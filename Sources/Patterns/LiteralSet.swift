/// A set of byte strings of which at least one is in every match.
struct LiteralSet: Equatable {
  /// More alternatives than this are no help to a prefilter.
  static let alternativesMax = 64
  /// A literal is cut here: a longer one filters no better.
  static let bytesMax = 32
  /// Larger classes are not spelled out.
  static let classMembersMax = 4

  /// One way to write a stretch of a match. Caseless letters are in lower case and marked.
  struct Literal: Hashable {
    var bytes: [UInt8] = []
    var isCaseless = false

    func appending(_ other: Literal) -> Literal {
      Literal(bytes: bytes + other.bytes, isCaseless: isCaseless || other.isCaseless)
    }
  }

  var texts: [[UInt8]]
  var isCaseless: Bool

  /// The best set for `node`, nil when none would keep much out.
  static func best(in node: PatternNode) -> LiteralSet? {
    var builder = LiteralBuilder()
    builder.visit(node)
    builder.flush()
    guard let literals = builder.best, score(literals) >= scoreMin else { return nil }
    let isCaseless = literals.contains(where: \.isCaseless)
    var texts: [[UInt8]] = []
    for literal in literals {
      let text = isCaseless ? literal.bytes.map(lowercased) : literal.bytes
      if !texts.contains(text) { texts.append(text) }
    }
    return LiteralSet(texts: texts, isCaseless: isCaseless)
  }

  // MARK: Worth

  /// One `@`, or two letters, are worth a search; one letter, digit, dot or hyphen is not.
  static let scoreMin = 4

  /// The weight of the weakest literal less a little for each doubling of their number.
  static func score(_ literals: Set<Literal>) -> Int {
    guard let weakest = literals.map({ $0.bytes.reduce(0) { $0 + weight($1) } }).min() else {
      return 0
    }
    let doublings = Int.bitWidth - (literals.count - 1).leadingZeroBitCount
    return literals.count == 1 ? weakest : weakest - doublings / 2
  }

  /// How rare a byte is in records, roughly.
  private static func weight(_ byte: UInt8) -> Int {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: " "): 1
    case _ where ASCIISet.letters.contains(byte): 2
    case UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: ":"), UInt8(ascii: "/"),
      UInt8(ascii: ","), UInt8(ascii: "\""), UInt8(ascii: "'"), UInt8(ascii: "\n"),
      UInt8(ascii: "\t"), UInt8(ascii: "("), UInt8(ascii: ")"):
      2
    case UInt8(ascii: "_"), UInt8(ascii: "="), UInt8(ascii: "+"): 3
    default: 5
    }
  }

  // MARK: Text

  static func lowercased(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

  static func occurs(_ literal: [UInt8], in text: [UInt8]) -> Bool {
    guard literal.count <= text.count else { return false }
    return (0...(text.count - literal.count)).contains {
      text[$0..<($0 + literal.count)].elementsEqual(literal)
    }
  }
}

/// Walks a pattern from left to right and keeps the best set of literals met.
///
/// `current` holds every way to write the stretch between the last gap and here; a part that cannot
/// be spelled out closes the stretch.
private struct LiteralBuilder {
  private var current: Set<LiteralSet.Literal> = [LiteralSet.Literal()]
  private(set) var best: Set<LiteralSet.Literal>?

  mutating func visit(_ node: PatternNode) {
    if let spelled = Self.spelled(node) {
      append(spelled)
      return
    }
    switch node {
    case .sequence(let nodes): for part in nodes { visit(part) }
    case .atomic(let inner): visit(inner)
    case .repetition(let inner, let min, _, _):
      guard min > 0 else { return gap() }
      // The first round follows what stands before, the last round is followed by what stands after.
      visit(inner)
      gap()
      if let spelled = Self.spelled(inner) { append(spelled) }
    case .alternation(let branches):
      if branches.count == 1 { return visit(branches[0]) }
      gap()
      offerEachBranch(branches)
    case .set: gap()
    case .boundary, .lookaround: break
    }
  }

  /// Ends the stretch: what it holds is a candidate.
  mutating func flush() {
    if !current.contains(where: \.bytes.isEmpty) { offer(current) }
  }

  private mutating func gap() {
    flush()
    current = [LiteralSet.Literal()]
  }

  private mutating func offer(_ literals: Set<LiteralSet.Literal>) {
    guard literals.count <= LiteralSet.alternativesMax else { return }
    guard let held = best else { return best = literals }
    if LiteralSet.score(literals) > LiteralSet.score(held) { best = literals }
  }

  /// Every branch has a good set: their union is one.
  private mutating func offerEachBranch(_ branches: [PatternNode]) {
    var union: Set<LiteralSet.Literal> = []
    for branch in branches {
      var inner = LiteralBuilder()
      inner.visit(branch)
      inner.flush()
      guard let best = inner.best else { return }
      union.formUnion(best)
    }
    offer(union)
  }

  /// Adds a part that can be spelled out; if the ways become too many or too long, starts anew with it.
  private mutating func append(_ part: Set<LiteralSet.Literal>) {
    let longest = current.map(\.bytes.count).max() ?? 0
    let ways = current.count * part.count
    if ways > LiteralSet.alternativesMax || longest >= LiteralSet.bytesMax {
      gap()
      current = part
      return
    }
    current = Self.product(current, part)
  }

  private static func product(
    _ left: Set<LiteralSet.Literal>, _ right: Set<LiteralSet.Literal>
  ) -> Set<LiteralSet.Literal> {
    var ways: Set<LiteralSet.Literal> = []
    for head in left { for tail in right { ways.insert(head.appending(tail)) } }
    return ways
  }

  /// All ways to write what `node` matches, nil when there are too many or not all are known.
  private static func spelled(_ node: PatternNode) -> Set<LiteralSet.Literal>? {
    switch node {
    case .set(let set): return spelled(set)
    case .boundary, .lookaround: return [LiteralSet.Literal()]
    case .atomic(let inner): return spelled(inner)
    case .sequence(let nodes):
      return spelledProduct(nodes.lazy)
    case .repetition(let inner, let min, let max, _):
      if min == max { return spelledProduct(repeatElement(inner, count: min)) }
      guard min == 0, max == 1, let once = spelled(inner) else { return nil }
      return limited(once.union([LiteralSet.Literal()]))
    case .alternation(let branches):
      var union: Set<LiteralSet.Literal> = []
      for branch in branches {
        guard let ways = spelled(branch) else { return nil }
        union.formUnion(ways)
      }
      return limited(union)
    }
  }

  private static func spelledProduct(
    _ nodes: some Sequence<PatternNode>
  ) -> Set<LiteralSet.Literal>? {
    var ways: Set<LiteralSet.Literal> = [LiteralSet.Literal()]
    for node in nodes {
      guard let next = spelled(node), let held = limited(product(ways, next)) else { return nil }
      ways = held
    }
    return ways
  }

  private static func limited(_ ways: Set<LiteralSet.Literal>) -> Set<LiteralSet.Literal>? {
    guard ways.count <= LiteralSet.alternativesMax,
      ways.allSatisfy({ $0.bytes.count <= LiteralSet.bytesMax })
    else { return nil }
    return ways
  }

  private static func spelled(_ set: CharacterSet) -> Set<LiteralSet.Literal>? {
    var ways: Set<LiteralSet.Literal> = []
    switch set.others {
    case .any: return nil
    case .none: break
    case .known(let forms): for form in forms { ways.insert(LiteralSet.Literal(bytes: form)) }
    }
    guard set.possible.count <= LiteralSet.classMembersMax * 2 else { return nil }
    for byte in set.possible.bytes {
      let lower = LiteralSet.lowercased(byte)
      let hasBothCases =
        ASCIISet.letters.contains(byte) && set.possible.contains(lower)
        && set.possible.contains(lower ^ 0x20)
      ways.insert(
        hasBothCases
          ? LiteralSet.Literal(bytes: [lower], isCaseless: true)
          : LiteralSet.Literal(bytes: [byte]))
    }
    return ways.count <= LiteralSet.classMembersMax ? ways : nil
  }
}
