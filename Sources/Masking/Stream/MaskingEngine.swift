/// The scratch memory and match data of one loop: made and used on that loop only.
public final class MaskingEngine {
  var core: EngineCore

  /// An engine that applies `policy`.
  public init(policy: MaskPolicy) { core = EngineCore(policy: policy) }

  /// The policy that this engine applies.
  public var policy: MaskPolicy { core.policy }

  /// Findings per rule so far, in the policy's order; ranges that were united count each.
  public var findingsPerRule: [(rule: String, count: UInt64)] {
    core.policy.rules.indices.map { (core.policy.rules[$0].id, core.ruleHits[$0]) }
  }

  /// What each rule cost so far.
  public var ruleCosts: [RuleCost] {
    core.policy.rules.indices.map { core.costs.cost(of: $0, id: core.policy.rules[$0].id) }
  }

  /// Whether findings are reported one by one, for `maskline explain`.
  public var reportsFindings: Bool {
    get { core.isReporting }
    set { core.isReporting = newValue }
  }

  /// Hands over the reports of all records since the last call.
  public func takeReports() -> [FindingReport] {
    defer { core.finishedReports = [] }
    return core.finishedReports
  }
}
