/// How the matches of a pattern begin.
struct Lead: Hashable, Sendable {
  /// The bytes that can stand at each place from the match's beginning on, as far as every match goes.
  var sets: [ByteSet]
  /// The bytes that cannot stand before the match.
  var bytesNotBefore: ASCIISet
  /// The bytes that stand right before the first of `sets`, if that is not the match's beginning.
  var setsBefore: [ByteSet] = []

  /// Nothing is known.
  static let unknown = Lead(sets: [], bytesNotBefore: ASCIISet())

  private init(sets: [ByteSet], bytesNotBefore: ASCIISet) {
    self.sets = sets
    self.bytesNotBefore = bytesNotBefore
  }

  /// Whether a match begins where no letter or digit stands before it.
  var beginsWord: Bool {
    ASCIISet.letters.union(.digits).isSubset(of: bytesNotBefore)
  }

  /// A word, ASCII case ignored.
  init(word: [UInt8]) {
    self.init(
      sets: word.map { $0 < 0x80 ? ByteSet(ASCIISet([$0]).caseFolded) : ByteSet([$0]) },
      bytesNotBefore: ASCIISet())
  }

  /// So many places are known at most.
  static let countMax = 80
  /// A pattern that begins in more ways is taken as one.
  private static let waysMax = 64

  /// The ways in which matches of `node` begin, and for each way the leads that every such match
  /// holds: of its beginning, and of what follows a part of no known length. A lead without a place
  /// is not known.
  static func ways(of node: PatternNode) -> [[Lead]] {
    let parts = parts(of: node).flatMap(byCount)
    return (parts.count <= waysMax ? parts : [node]).map { part in
      leads(of: part).filter { !$0.sets.isEmpty }
    }
  }

  /// The leads of a pattern: of its beginning, and of what follows each of its first parts of no known
  /// length, with the bytes right before that.
  private static func leads(of node: PatternNode) -> [Lead] {
    var leads = [Lead(PositionBuilder(node))]
    guard case .sequence(let nodes) = node else { return leads }
    for (place, part) in nodes.enumerated() where leads.count <= restsMax {
      guard isVariable(part), place + 1 < nodes.count else { continue }
      let rest = PositionBuilder(.sequence(Array(nodes[(place + 1)...])))
      var lead = Lead(rest)
      // What stands before a part that was left out is not known.
      if rest.beginsWhole { lead.setsBefore = setsBefore(endOf: nodes[...place]) }
      leads.append(lead)
    }
    return leads
  }

  private static let restsMax = 3

  private init(_ builder: PositionBuilder) {
    bytesNotBefore = builder.bytesNotBefore
    sets = []
    guard !builder.acceptsEmpty else { return }
    var active = builder.starts
    var next: [Int32] = []
    // The last place at which each position was met.
    var marks = [Int](repeating: -1, count: builder.positions.count)
    while sets.count < Self.countMax, !active.isEmpty {
      var set = ByteSet()
      var accepts = false
      next.removeAll(keepingCapacity: true)
      for place in active {
        set.formUnion(builder.positions[Int(place)].bytes)
        accepts = accepts || builder.positions[Int(place)].accepts
        for follower in builder.positions[Int(place)].followers
        where marks[Int(follower)] != sets.count {
          marks[Int(follower)] = sets.count
          next.append(follower)
        }
      }
      sets.append(set)
      if accepts { break }
      swap(&active, &next)
    }
  }

  /// The pattern as alternatives: branches that it begins with are told apart.
  private static func parts(of node: PatternNode) -> [PatternNode] {
    switch node {
    case .set, .boundary, .lookaround: return [node]
    case .atomic(let inner): return parts(of: inner)
    case .alternation(let branches): return branches.flatMap(parts)
    case .repetition(let inner, let min, let max, _):
      // At most once: with it, or without. (Lookarounds alone are left as they are.)
      guard min == 0, max == 1 else { return [node] }
      return parts(of: inner) + [.empty]
    case .sequence(let nodes):
      guard let place = nodes.firstIndex(where: \.consumes) else { return [node] }
      let firsts = parts(of: nodes[place])
      guard firsts.count > 1 || firsts[0] != nodes[place], firsts.count <= waysMax else {
        return [node]
      }
      return firsts.flatMap { first -> [PatternNode] in
        let whole = PatternNode.sequence(
          Array(nodes[..<place]) + [first] + Array(nodes[(place + 1)...]))
        return first == .empty || isSequence(first) ? parts(of: whole.flattened) : [whole.flattened]
      }
    }
  }

  /// The pattern as alternatives by how often a set stands behind its first byte, if that is two or
  /// three times the same thing: `\.[0-9]{1,3}\.` tells more when the second full stop has a place.
  private static func byCount(_ node: PatternNode) -> [PatternNode] {
    guard case .sequence(let nodes) = node,
      let first = nodes.firstIndex(where: \.consumes),
      let place = nodes.indices.dropFirst(first + 1).first(where: { isVariable(nodes[$0]) }),
      place <= first + 2,
      case .repetition(.set(let set), let min, let max?, let possessive) = nodes[place], min > 0,
      max - min <= 2
    else { return [node] }
    return (min...max).map { count in
      var exact = nodes
      exact[place] = .repetition(.set(set), min: count, max: count, possessive: possessive)
      return .sequence(exact)
    }
  }

  private static func isVariable(_ node: PatternNode) -> Bool {
    if case .repetition(_, let min, let max, _) = node { min != max } else { false }
  }

  private static func isSequence(_ node: PatternNode) -> Bool {
    if case .sequence = node { true } else { false }
  }
}
