/// What each rule cost: how many values passed its prefilter, and how many matches it had.
public struct RuleCost: Sendable, Equatable {
  /// The rule's qualified id.
  public var rule: String
  /// Values that met the rule's necessary conditions, so that it was run on them.
  public var valuesTried: UInt64
  /// Bytes of these values.
  public var bytesTried: UInt64
  /// Findings, before merging.
  public var matches: UInt64
}

/// The counters behind `RuleCost`, per rule of the policy.
struct RuleCosts: ~Copyable {
  private var tried: Scratch<UInt64>
  private var bytes: Scratch<UInt64>
  private var matches: Scratch<UInt64>

  init(count: Int) {
    tried = Scratch(capacity: max(count, 1))
    bytes = Scratch(capacity: max(count, 1))
    matches = Scratch(capacity: max(count, 1))
    for _ in 0..<count {
      tried.append(0)
      bytes.append(0)
      matches.append(0)
    }
  }

  @inline(__always)
  mutating func tried(_ rule: Int, byteCount: Int) {
    tried[rule] &+= 1
    bytes[rule] &+= UInt64(truncatingIfNeeded: byteCount)
  }

  @inline(__always)
  mutating func matched(_ rule: Int) { matches[rule] &+= 1 }

  func cost(of rule: Int, id: String) -> RuleCost {
    RuleCost(
      rule: id, valuesTried: tried[rule], bytesTried: bytes[rule], matches: matches[rule])
  }
}
