/// A set of whole numbers as sorted closed ranges that neither overlap nor touch.
public struct IntervalSet<Bound: FixedWidthInteger & UnsignedInteger & Sendable>: Hashable, Sendable
{
  /// The ranges, from the lowest up.
  public private(set) var ranges: [ClosedRange<Bound>]

  /// The empty set.
  public init() { ranges = [] }

  /// One range.
  public init(_ range: ClosedRange<Bound>) { ranges = [range] }

  /// The union of any ranges.
  public init(_ ranges: [ClosedRange<Bound>]) {
    self.ranges = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) { append(range) }
  }

  public var isEmpty: Bool { ranges.isEmpty }

  /// Whether the value is in the set.
  public func contains(_ value: Bound) -> Bool {
    var low = 0
    var high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].upperBound < value { low = middle + 1 } else { high = middle }
    }
    return low < ranges.count && ranges[low].contains(value)
  }

  public func union(_ other: Self) -> Self {
    if isEmpty { return other }
    if other.isEmpty { return self }
    return Self(ranges + other.ranges)
  }

  public func intersection(_ other: Self) -> Self {
    var result = Self()
    var i = 0
    var j = 0
    while i < ranges.count, j < other.ranges.count {
      let low = max(ranges[i].lowerBound, other.ranges[j].lowerBound)
      let high = min(ranges[i].upperBound, other.ranges[j].upperBound)
      if low <= high { result.ranges.append(low...high) }
      if ranges[i].upperBound < other.ranges[j].upperBound { i += 1 } else { j += 1 }
    }
    return result
  }

  public func subtracting(_ other: Self) -> Self {
    var result = Self()
    for range in ranges {
      var low = range.lowerBound
      var isUsedUp = false
      for hole in other.ranges where hole.upperBound >= low && hole.lowerBound <= range.upperBound {
        if hole.lowerBound > low { result.ranges.append(low...hole.lowerBound - 1) }
        if hole.upperBound >= range.upperBound {
          isUsedUp = true
          break
        }
        low = hole.upperBound + 1
      }
      if !isUsedUp { result.ranges.append(low...range.upperBound) }
    }
    return result
  }

  public func isSubset(of other: Self) -> Bool { subtracting(other).isEmpty }

  /// Adds a range that begins at or after the last one's beginning.
  private mutating func append(_ range: ClosedRange<Bound>) {
    guard let last = ranges.last, last.upperBound == .max || range.lowerBound <= last.upperBound + 1
    else {
      ranges.append(range)
      return
    }
    ranges[ranges.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
  }
}
