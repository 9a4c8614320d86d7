/// Which start offsets can be ruled out by the byte before them and the first three bytes.
///
/// Only costs depend on it, never whether an offset is searched.
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
    for (index, node) in nodes.enumerated() {
      switch node {
      case .boundary(.word):
        guard let first = firstBytes(nodes[(index + 1)...]) else { continue }
        if first.isSubset(of: .word) { found = found.union(.word) }
        if first.intersection(.word).isEmpty { found = found.union(.word.complement) }
      case .boundary: continue
      case .lookaround: found = found.union(bytesNotBefore(node))
      default: return found.union(bytesNotBefore(node))
      }
    }
    return found
  }

  /// The ASCII bytes that the text matched by `nodes` may start with; nil when others may.
  private static func firstBytes(_ nodes: ArraySlice<PatternNode>) -> ASCIISet? {
    for (index, node) in zip(nodes.indices, nodes) {
      switch node {
      case .boundary, .lookaround: continue
      case .set(let set): return set.others == .none ? set.possible : nil
      case .atomic(let inner): return firstBytes([inner])
      case .sequence(let inner):
        return firstBytes(ArraySlice(inner + nodes[(index + 1)...]))
      case .alternation(let branches):
        var union = ASCIISet()
        for branch in branches {
          guard let first = firstBytes(ArraySlice([branch] + nodes[(index + 1)...])) else {
            return nil
          }
          union = union.union(first)
        }
        return union
      case .repetition(let inner, let min, _, _):
        guard let first = firstBytes([inner]) else { return nil }
        if min > 0 { return first }
        guard let rest = firstBytes(nodes[(index + 1)...]) else { return nil }
        return first.union(rest)
      }
    }
    return nil
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
    case .boundary, .lookaround: return true
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
