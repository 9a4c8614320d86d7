/// A pattern as positions: one byte each, with the positions that may follow (Glushkov's
/// construction), cut off after so many bytes.
///
/// What the positions accept is never less than the beginnings of what the pattern matches: repeats
/// with a range go on for ever, lookarounds inside the pattern hold, and where the pattern is cut
/// off it counts as matched.
struct PositionBuilder {
  /// A pattern is followed for this many bytes.
  static let depthMax = 80
  /// And for this many positions.
  static let positionsMax = 600

  struct Position {
    var bytes: ByteSet
    var followers: [Int32] = []
    var accepts = false
  }

  /// A stretch of the pattern.
  private struct Fragment {
    var first: [Int32] = []
    var last: [Int32] = []
    var isNullable = true
    /// The pattern was cut off before the stretch had a position: what stands before it accepts.
    var isCutAtStart = false
    /// The fewest bytes.
    var depth = 0
  }

  private(set) var positions: [Position] = []
  /// Where a match may begin.
  private(set) var starts: [Int32] = []
  /// Nothing is known of a match: it may begin, and be accepted, anywhere.
  private(set) var acceptsEmpty = false
  /// The bytes that cannot stand before a match.
  private(set) var bytesNotBefore = ASCIISet()
  /// Whether a match begins where the pattern does: its lead was not shortened.
  private(set) var beginsWhole = true

  init(_ node: PatternNode) {
    var lead = Self.withoutVariableLead(node)
    // Of a pattern that is nothing but its lead, the lead says all there is to know.
    if PositionBuilder(bare: lead.node).acceptsEmpty { lead = (node, true) }
    let whole = build(lead.node, depth: 0)
    starts = whole.first
    acceptsEmpty = whole.isNullable || whole.isCutAtStart
    for place in whole.last { positions[Int(place)].accepts = true }
    beginsWhole = lead.isWhole
    if lead.isWhole { bytesNotBefore = Self.bytesNotBefore(lead.node, starts: startBytes) }
  }

  private var startBytes: ByteSet {
    starts.reduce(into: ByteSet()) { $0.formUnion(positions[Int($1)].bytes) }
  }

  private static func bytesNotBefore(_ node: PatternNode, starts: ByteSet) -> ASCIISet {
    let named = StartGuard.bytesNotBefore(node)
    let beginsWithWord = StartGuard.startsAtBoundary(node) && starts.isSubset(of: ByteSet(.word))
    return beginsWithWord ? named.union(.word) : named
  }

  // MARK: Leads

  /// More members than this, and the set says little.
  private static let narrowMax = 12

  /// The pattern with the part that it begins with shortened, if that varies in length: a text with
  /// a match has one of the shorter pattern, too, and what follows has a known place.
  private static func withoutVariableLead(
    _ node: PatternNode
  ) -> (node: PatternNode, isWhole: Bool) {
    guard case .sequence(var nodes) = node.flattened else { return lead(node) }
    var place = 0
    var isWhole = true
    while place < nodes.count {
      guard nodes[place].consumes else {
        place += 1
        continue
      }
      let shorter = lead(nodes[place])
      nodes[place] = shorter.node
      if !shorter.isWhole { isWhole = false }
      // A lead that vanished leaves the next part to begin with.
      guard shorter.node == .empty else { break }
      place += 1
    }
    return (.sequence(nodes), isWhole)
  }

  private static func lead(_ node: PatternNode) -> (node: PatternNode, isWhole: Bool) {
    switch node {
    case .set, .boundary, .lookaround: return (node, true)
    case .atomic(let inner): return lead(inner)
    case .sequence: return withoutVariableLead(node)
    case .alternation(let branches):
      let shorter = branches.map(withoutVariableLead)
      return (.alternation(shorter.map(\.node)), shorter.allSatisfy(\.isWhole))
    case .repetition(.set(let set), let min, let max, _):
      if min == max { return (node, true) }
      guard min > 0 else { return (.empty, false) }
      return (.set(set), false)
    case .repetition(let inner, let min, _, _):
      guard varies(inner) else { return (node, true) }
      guard min > 0 else { return (.empty, false) }
      return (lastByte(of: inner), false)
    }
  }

  /// The last byte of every match of `node`, as a pattern.
  private static func lastByte(of node: PatternNode) -> PatternNode {
    let builder = PositionBuilder(bare: node)
    guard !builder.acceptsEmpty else { return .empty }
    var last = ByteSet()
    for position in builder.positions where position.accepts { last.formUnion(position.bytes) }
    let isASCII = last.isSubset(of: ByteSet(.all))
    let set = CharacterSet(last.ascii, others: isASCII ? .none : .any)
    return isNarrow(set) ? .set(set) : .empty
  }

  private static func isNarrow(_ set: CharacterSet) -> Bool {
    set.possible.count <= narrowMax && set.others == .none
  }

  /// Whether a broad set is repeated anywhere in it, from a few to many times.
  private static func varies(_ node: PatternNode) -> Bool {
    switch node {
    case .set, .boundary, .lookaround: false
    case .sequence(let nodes), .alternation(let nodes): nodes.contains(where: varies)
    case .atomic(let inner): varies(inner)
    case .repetition(.set(let set), let min, let max, _):
      min != max && !isNarrow(set)
    case .repetition(let inner, _, _, _): varies(inner)
    }
  }

  private init(bare node: PatternNode) {
    let whole = build(node, depth: 0)
    starts = whole.first
    acceptsEmpty = whole.isNullable || whole.isCutAtStart
    for place in whole.last { positions[Int(place)].accepts = true }
  }

  // MARK: Building

  private mutating func build(_ node: PatternNode, depth: Int) -> Fragment {
    switch node {
    case .boundary, .lookaround: return Fragment()
    case .atomic(let inner): return build(inner, depth: depth)
    case .set(let set): return build(set, depth: depth)
    case .sequence(let nodes):
      var whole = Fragment()
      for part in nodes {
        let next = build(part, depth: depth + whole.depth)
        join(&whole, next)
        if next.isCutAtStart {
          cut(&whole)
          break
        }
      }
      return whole
    case .alternation(let branches):
      var whole = Fragment()
      whole.isNullable = branches.isEmpty
      whole.depth = branches.isEmpty ? 0 : .max
      for branch in branches {
        let part = build(branch, depth: depth)
        whole.first += part.first
        whole.last += part.last
        whole.isNullable = whole.isNullable || part.isNullable
        whole.isCutAtStart = whole.isCutAtStart || part.isCutAtStart
        whole.depth = min(whole.depth, part.depth)
      }
      return whole
    case .repetition(let inner, let min, let max, _):
      return build(repeated: inner, min: min, max: max, depth: depth)
    }
  }

  private mutating func build(_ set: CharacterSet, depth: Int) -> Fragment {
    guard depth < Self.depthMax, positions.count < Self.positionsMax else {
      return Fragment(isCutAtStart: true)
    }
    let place = Int32(positions.count)
    positions.append(Position(bytes: ByteSet(startsOf: set)))
    var fragment = Fragment(first: [place], last: [place], isNullable: false, depth: 1)
    if ByteSet.hasOthers(set) {
      // The further bytes of a character outside ASCII.
      let rest = Int32(positions.count)
      positions.append(Position(bytes: .continuations, followers: [rest]))
      positions[Int(place)].followers.append(rest)
      fragment.last.append(rest)
    }
    return fragment
  }

  private mutating func build(
    repeated inner: PatternNode, min: Int, max: Int?, depth: Int
  ) -> Fragment {
    var whole = Fragment()
    var copies = 0
    while copies < Swift.max(min, 1) {
      var next = build(inner, depth: depth + whole.depth)
      copies += 1
      let isLast = copies == Swift.max(min, 1)
      if isLast, max != min, max != 1 {
        // From here on any number of times.
        for place in next.last { positions[Int(place)].followers += next.first }
      }
      if min == 0 {
        next.isNullable = true
        next.depth = 0
      }
      let isCut = next.isCutAtStart
      join(&whole, next)
      if isCut || copies > Self.depthMax * 2 {
        cut(&whole)
        break
      }
    }
    return whole
  }

  /// The rest of the pattern is left off: what was read so far accepts.
  private mutating func cut(_ whole: inout Fragment) {
    for place in whole.last { positions[Int(place)].accepts = true }
    if whole.isNullable { whole.isCutAtStart = true }
  }

  /// Makes `next` follow `whole`.
  private mutating func join(_ whole: inout Fragment, _ next: Fragment) {
    for place in whole.last { positions[Int(place)].followers += next.first }
    if next.isCutAtStart {
      for place in whole.last { positions[Int(place)].accepts = true }
    }
    if whole.isNullable { whole.first += next.first }
    whole.last = next.isNullable ? whole.last + next.last : next.last
    whole.isCutAtStart = whole.isCutAtStart || (whole.isNullable && next.isCutAtStart)
    whole.isNullable = whole.isNullable && next.isNullable
    whole.depth += next.depth
  }
}
