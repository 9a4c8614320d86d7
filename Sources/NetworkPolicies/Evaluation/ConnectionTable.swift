/// Connection sets by number, so that the sets of millions of pairs are compared and united as numbers.
struct ConnectionTable {
  typealias ID = UInt32

  static let none: ID = 0
  static let all: ID = 1

  private(set) var sets: [ConnectionSet] = [.none, .all]
  /// How listings write each set.
  private(set) var texts = [ConnectionSet.none.description, ConnectionSet.all.description]
  private var ids: [ConnectionSet: ID] = [.none: 0, .all: 1]
  private var unions: [UInt64: ID] = [:]
  private var intersections: [UInt64: ID] = [:]

  subscript(id: ID) -> ConnectionSet { sets[Int(id)] }

  mutating func id(_ set: ConnectionSet) -> ID {
    if let id = ids[set] { return id }
    let id = ID(sets.count)
    sets.append(set)
    texts.append(set.description)
    ids[set] = id
    return id
  }

  mutating func union(_ left: ID, _ right: ID) -> ID {
    if left == right || right == Self.none || left == Self.all { return left }
    if left == Self.none || right == Self.all { return right }
    let key = Self.key(left, right)
    if let id = unions[key] { return id }
    let result = id(self[left].union(self[right]))
    unions[key] = result
    return result
  }

  mutating func intersection(_ left: ID, _ right: ID) -> ID {
    if left == right || right == Self.all || left == Self.none { return left }
    if left == Self.all || right == Self.none { return right }
    let key = Self.key(left, right)
    if let id = intersections[key] { return id }
    let result = id(self[left].intersection(self[right]))
    intersections[key] = result
    return result
  }

  private static func key(_ left: ID, _ right: ID) -> UInt64 {
    UInt64(min(left, right)) << 32 | UInt64(max(left, right))
  }
}
