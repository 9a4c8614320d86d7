/// Which start offsets can be ruled out by the byte before them and the first three bytes.
///
/// Only costs depend on it, never whether an offset is searched. What stands behind a lookahead rules
/// out nothing: the lookahead is read first.
enum StartGuard {
  static func bytesNotBefore(_ node: PatternNode) -> ASCIISet {
    switch node {
    case .alternation(let branches):
      return branches.map(bytesNotBefore).reduce(ASCIISet.all) { $0.intersection($1) }
    case .atomic(let inner): return bytesNotBefore(inner)
    case .repetition(let inner, let min, _, _): return min > 0 ? bytesNotBefore(inner) : ASCIISet()
    case .sequence(let nodes): return bytesNotBefore(sequence: nodes)
    case .lookaround(.set(let set), behind: true, negative: true): return set.certain
    case .lookaround(.set(let set), behind: true, negative: false): return set.possible.complement
    case .lookaround(.alternation(let branches), behind: true, negative: true):
      return branches.reduce(ASCIISet()) { found, branch in
        guard case .set(let set) = branch else { return found }
        return found.union(set.certain)
      }
    case .set, .boundary, .lookaround: return ASCIISet()
    }
  }

  private static func bytesNotBefore(sequence nodes: [PatternNode]) -> ASCIISet {
    var found = ASCIISet()
    for node in nodes {
      switch node {
      case .boundary: continue
      case .lookaround(_, behind: true, _): found = found.union(bytesNotBefore(node))
      case .lookaround: return found
      default: return found.union(bytesNotBefore(node))
      }
    }
    return found
  }

  /// Whether every match starts at a word boundary (`\b`).
  static func startsAtBoundary(_ node: PatternNode) -> Bool {
    switch node {
    case .boundary(.word): return true
    case .atomic(let inner): return startsAtBoundary(inner)
    case .alternation(let branches): return branches.allSatisfy(startsAtBoundary)
    case .sequence(let nodes):
      for part in nodes {
        if startsAtBoundary(part) { return true }
        switch part {
        case .boundary, .lookaround(_, behind: true, _): continue
        default: return false
        }
      }
      return false
    case .set, .repetition, .boundary, .lookaround: return false
    }
  }

  // MARK: The first bytes

  static let prefixMax = 3

  /// What the first bytes of every match are among, one set for each; shorter where not known.
  static func prefix(of node: PatternNode) -> [CharacterSet] {
    var sets: [CharacterSet] = []
    _ = extend(&sets, with: node)
    return sets
  }

  /// Adds what `node` begins with; false when what follows `node` has no known place.
  private static func extend(_ sets: inout [CharacterSet], with node: PatternNode) -> Bool {
    guard sets.count < prefixMax else { return false }
    switch node {
    case .set(let set):
      sets.append(set)
      // A character outside ASCII has more than one byte: the places after it are not known.
      return set.others == .none
    case .boundary, .lookaround(_, behind: true, _): return true
    case .lookaround: return false
    case .atomic(let inner): return extend(&sets, with: inner)
    case .sequence(let nodes):
      for part in nodes { guard extend(&sets, with: part) else { return false } }
      return true
    case .repetition(let inner, let min, let max, _):
      for _ in 0..<Swift.min(min, prefixMax) {
        guard extend(&sets, with: inner) else { return false }
      }
      return min == max
    case .alternation(let branches):
      extend(&sets, withAnyOf: branches)
      return false
    }
  }

  /// As far as every branch has a known place: one of them matches there.
  private static func extend(_ sets: inout [CharacterSet], withAnyOf branches: [PatternNode]) {
    let prefixes = branches.map(prefix(of:))
    let known = prefixes.map(\.count).min() ?? 0
    for place in 0..<known where sets.count < prefixMax {
      var union = CharacterSet(ASCIISet())
      for prefix in prefixes { union.formUnion(prefix[place]) }
      sets.append(union)
      if union.others != .none { return }
    }
  }
}
