/// Connection sets by number, so that the sets of millions of pairs are compared and united as numbers.
struct ConnectionTable {
  typealias ID = UInt32

  static let none: ID = 0
  static let all: ID = 1

  private(set) var sets: [ConnectionSet] = [.none, .all]
  private var ids: [ConnectionSet: ID] = [.none: 0, .all: 1]
  private var unions = PairMemo()
  private var intersections = PairMemo()
  private var differences = PairMemo()

  subscript(id: ID) -> ConnectionSet { sets[Int(id)] }

  mutating func id(_ set: ConnectionSet) -> ID {
    if let id = ids[set] { return id }
    let id = ID(sets.count)
    sets.append(set)
    ids[set] = id
    return id
  }

  mutating func union(_ left: ID, _ right: ID) -> ID {
    if left == right || right == Self.none || left == Self.all { return left }
    if left == Self.none || right == Self.all { return right }
    let (low, high) = (min(left, right), max(left, right))
    if let id = unions[low, high] { return id }
    let result = id(self[left].union(self[right]))
    unions.insert(result, for: low, high)
    return result
  }

  mutating func intersection(_ left: ID, _ right: ID) -> ID {
    if left == right || right == Self.all || left == Self.none { return left }
    if left == Self.all || right == Self.none { return right }
    let (low, high) = (min(left, right), max(left, right))
    if let id = intersections[low, high] { return id }
    let result = id(self[left].intersection(self[right]))
    intersections.insert(result, for: low, high)
    return result
  }

  mutating func difference(_ left: ID, _ right: ID) -> ID {
    if left == right || left == Self.none { return Self.none }
    if right == Self.none { return left }
    if let id = differences[left, right] { return id }
    let result = id(self[left].subtracting(self[right]))
    differences.insert(result, for: left, right)
    return result
  }
}

/// What was computed for two numbers: a hash table with open addresses, as it is asked once or more
/// for each of millions of pairs.
private struct PairMemo {
  /// Both numbers, or `free`.
  private var keys = [UInt64](repeating: free, count: 1 << 8)
  private var values = [UInt32](repeating: 0, count: 1 << 8)
  private var count = 0
  /// Two numbers that no table grows to.
  private static let free = UInt64.max

  subscript(left: UInt32, right: UInt32) -> UInt32? {
    let key = Self.key(left, right)
    let place = place(of: key)
    return keys[place] == key ? values[place] : nil
  }

  mutating func insert(_ value: UInt32, for left: UInt32, _ right: UInt32) {
    if count * 2 >= keys.count { grow() }
    let key = Self.key(left, right)
    let place = place(of: key)
    keys[place] = key
    values[place] = value
    count += 1
  }

  private static func key(_ left: UInt32, _ right: UInt32) -> UInt64 {
    UInt64(left) << 32 | UInt64(right)
  }

  /// Where the key is, or belongs: never all places are taken.
  private func place(of key: UInt64) -> Int {
    // Multiplying by the golden ratio puts keys that are near each other far apart.
    let shift = UInt64(keys.count.leadingZeroBitCount + 1)
    var place = Int((key &* 0x9E37_79B9_7F4A_7C15) >> shift)
    while keys[place] != key, keys[place] != Self.free { place = (place + 1) & (keys.count - 1) }
    return place
  }

  private mutating func grow() {
    let (oldKeys, oldValues) = (keys, values)
    keys = [UInt64](repeating: Self.free, count: oldKeys.count * 2)
    values = [UInt32](repeating: 0, count: oldKeys.count * 2)
    for (key, value) in zip(oldKeys, oldValues) where key != Self.free {
      let place = place(of: key)
      keys[place] = key
      values[place] = value
    }
  }
}
