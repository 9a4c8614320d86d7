/// What is known of a rule's matches without running its pattern.
public struct RuleShape: Sendable {
  private let node: PatternNode?

  /// The matches of a compiled pattern.
  public init(_ pattern: Pattern) { node = pattern.node }

  /// The matches of a pattern that is never run: what a finder written in code finds. Text that
  /// cannot be parsed says nothing.
  public init(parsing text: String) {
    node = try? PatternParser.parse(Array(text.utf8), isCaseless: false)
  }

  /// The ways in which matches begin, and the leads of each; a way without a lead is not known.
  var ways: [[Lead]] { node.map(Lead.ways) ?? [] }

  /// Whether a match could be in the text of a JSON number, as far as is known: that has digits, one
  /// full stop and one `e` at most, and signs.
  public var canHoldInNumber: Bool {
    guard let node, Self.fitsNumber(node) else { return node == nil }
    let ways = ways
    return ways.isEmpty || ways.contains { $0.allSatisfy(Self.isInNumber) }
  }

  /// Whether there are no more marks between the digits than a number has: a full stop, and a sign
  /// behind an `e`.
  private static func fitsNumber(_ node: PatternNode) -> Bool {
    let number = ASCIISet(Array("0123456789-+.eE".utf8))
    let marks = ASCIISet(Array("-+.".utf8))
    let strange = leastCount(node) { $0.possible.intersection(number).isEmpty }
    let marked = leastCount(node) {
      let inNumber = $0.possible.intersection(number)
      return !inNumber.isEmpty && inNumber.isSubset(of: marks)
    }
    // A sign may stand before all of it, too.
    let hasExponent = !isMade(node, of: ASCIISet(Array("eE".utf8)).complement)
    return strange == 0 && marked <= (hasExponent ? 3 : 2)
  }

  /// How many characters of every match, at least, are of sets that `counts` is true for.
  private static func leastCount(_ node: PatternNode, _ counts: (CharacterSet) -> Bool) -> Int {
    switch node {
    case .set(let set): counts(set) ? 1 : 0
    case .boundary, .lookaround: 0
    case .atomic(let inner): leastCount(inner, counts)
    case .sequence(let nodes): nodes.reduce(0) { $0 + leastCount($1, counts) }
    case .alternation(let branches): branches.map { leastCount($0, counts) }.min() ?? 0
    case .repetition(let inner, let min, _, _): min * leastCount(inner, counts)
    }
  }

  private static func isInNumber(_ lead: Lead) -> Bool {
    let others = ByteSet(Array("0123456789-+.".utf8))
    let number = others.union(ByteSet(Array("eE".utf8)))
    let stop = ByteSet(Array(".".utf8))
    return lead.sets.allSatisfy { $0.intersects(number) }
      && lead.sets.count { !$0.intersects(others) } <= 1
      && lead.sets.count { $0.isSubset(of: stop) } <= 1
  }

  /// How many digits every match has at least, if it is made of digits and of what separates groups of
  /// them alone (`TriggerPlan.digitRunSet`); else nil.
  var digitCount: Int? {
    guard let node, Self.isMade(node, of: TriggerPlan.digitRunSet) else { return nil }
    return NecessaryConditions(of: node).minDigits
  }

  /// How many digits stand in a row in every match, with nothing but separators between them.
  var digitCountInRow: Int { node.map(Self.digitCountInRow) ?? 0 }

  private static func digitCountInRow(_ node: PatternNode) -> Int {
    if isMade(node, of: TriggerPlan.digitRunSet) { return NecessaryConditions(of: node).minDigits }
    switch node {
    case .set, .boundary, .lookaround: return 0
    case .atomic(let inner): return digitCountInRow(inner)
    case .alternation(let branches): return branches.map(digitCountInRow).min() ?? 0
    case .repetition(let inner, let min, _, _): return min > 0 ? digitCountInRow(inner) : 0
    case .sequence(let nodes):
      let rows = nodes.split { !isMade($0, of: TriggerPlan.digitRunSet) }
        .map { NecessaryConditions(of: .sequence(Array($0))).minDigits }
      return max(rows.max() ?? 0, nodes.map(digitCountInRow).max() ?? 0)
    }
  }

  private static func isMade(_ node: PatternNode, of bytes: ASCIISet) -> Bool {
    switch node {
    case .set(let set): set.possible.isSubset(of: bytes)
    case .sequence(let nodes), .alternation(let nodes):
      nodes.allSatisfy { isMade($0, of: bytes) }
    case .repetition(let inner, _, _, _), .atomic(let inner): isMade(inner, of: bytes)
    case .boundary, .lookaround: true
    }
  }
}
