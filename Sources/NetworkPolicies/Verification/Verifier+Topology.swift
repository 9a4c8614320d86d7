/// What the topology itself says that it must not: a declared flow is no excuse.
extension Verifier {
  mutating func checkTopology() {
    for flow in topology.flows {
      let source = topology.workloads.first { $0.name == flow.source }
      let destination = topology.workloads.first { $0.name == flow.destination }
      checkVault(flow, source, destination)
      checkMetadata(flow)
      if let source { checkPayload(flow, source, destination) }
    }
    checkMetrics()
    checkRelays()
  }

  /// Monitoring reads metrics at a port of their own: a port is all that a policy can tell by.
  private mutating func checkMetrics() {
    let stores = Set(topology.flows.filter { isVault($0.source) }.map(\.destination))
    for metrics in topology.metricFlows {
      let isVault = isVault(metrics.destination)
      guard isVault || stores.contains(metrics.destination),
        let clients = topology.flows.first(where: { flow in
          flow.destination == metrics.destination
            && !flow.connections.intersection(metrics.connections).isEmpty
        })
      else { continue }
      report(
        isVault ? "vault-exposed" : "database-exposed", metrics,
        "'\(metrics.destination)' shows its metrics at the port that '\(clients.source)' uses"
          + " (\(metrics.connections)): '\(metrics.source)' reaches "
          + (isVault ? "the token vault" : "the vault's store"),
        fix: "metrics: 9090   # a port of its own, of '\(metrics.destination)'")
    }
  }

  /// What sees raw data and has no mask may hand it on: plain is a promise at each step.
  private mutating func checkRelays() {
    for first in topology.flows where first.payload == .plain {
      guard let source = topology.workloads.first(where: { $0.name == first.source }),
        source.role == .sensitive, source.mask == .none
      else { continue }
      var seen: Set<String> = [source.name, first.destination]
      var ways = [[source.name, first.destination]]
      while let way = ways.popLast() {
        guard let relay = topology.workloads.first(where: { $0.name == way.last }),
          !relay.isMasking, !relay.role.holdsRaw
        else { continue }
        for next in topology.flows
        where next.source == relay.name && next.payload != .raw
          && seen.insert(next.destination).inserted
        {
          guard topology.externals.contains(where: { $0.name == next.destination }) else {
            ways.append(way + [next.destination])
            continue
          }
          report(
            "unmasked-exit", first.location,
            "'\(source.name)' sees raw data and has no mask, and what it sends to"
              + " '\(first.destination)' can leave the cluster from '\(relay.name)': that it carries"
              + " nothing to be masked is a promise only",
            path: way + [next.destination],
            fix: "mask: sidecar   # at the workload '\(source.name)', or let a gateway send it",
            severity: .warning)
        }
      }
    }
  }

  private mutating func report(
    _ rule: String, _ flow: Topology.Flow, _ text: String, fix: String
  ) {
    report(rule, flow.location, text, path: [flow.source, flow.destination], fix: fix)
  }

  /// Raw data stays where it may be, and what is said to be masked passes a mask.
  private mutating func checkPayload(
    _ flow: Topology.Flow, _ source: Topology.Workload, _ destination: Topology.Workload?
  ) {
    if flow.payload == .raw, !(destination?.role.holdsRaw ?? false) {
      report(
        "raw-flow", flow,
        "the flow from '\(flow.source)' carries raw data to '\(flow.destination)', which is no mask",
        fix: "carries: masked   # and let it pass a sidecar (mask: sidecar) or a gateway")
    }
    if flow.payload == .masked, source.role == .sensitive, source.mask == .none {
      report(
        "raw-flow", flow,
        "the flow from '\(flow.source)' is said to be masked, but the workload has no mask",
        fix: "mask: sidecar   # at the workload '\(flow.source)'")
    }
    if flow.payload == .tokenized, source.role == .sensitive, source.mask == .none,
      !topology.flows.contains(where: { $0.source == source.name && isVault($0.destination) })
    {
      report(
        "raw-flow", flow,
        "the flow from '\(flow.source)' is said to carry tokens, but the workload has no mask and no"
          + " flow to a vault", fix: "mask: sidecar   # at the workload '\(flow.source)'")
    }
    let isUnmasked = source.role == .sensitive && source.mask == .none
    if flow.payload == .plain, isUnmasked || source.role == .gateway, destination == nil {
      report(
        "unmasked-exit", flow.location,
        "'\(flow.source)' sees raw data and "
          + (isUnmasked
            ? "has no mask, and this flow" : "masks it, and this flow is said to need none and")
          + " leaves the cluster: that it carries nothing to be masked is a promise only",
        path: [flow.source, flow.destination],
        fix: isUnmasked
          ? "mask: sidecar   # at the workload '\(flow.source)', or let a gateway send it"
          : "carries: masked",
        severity: .warning)
    }
    if goesPastGateway(flow, source, destination) {
      report(
        "raw-flow", flow, "'\(flow.source)' is masked by a gateway, and this flow goes past it",
        fix: "to: a workload with role: gateway   # and from there to '\(flow.destination)'")
    }
  }

  /// Whether a flow of a workload that a gateway masks passes none: what is masked there comes from
  /// there, and so does all that leaves the cluster.
  private func goesPastGateway(
    _ flow: Topology.Flow, _ source: Topology.Workload, _ destination: Topology.Workload?
  ) -> Bool {
    guard source.role == .sensitive, source.mask == .gateway else { return false }
    switch flow.payload {
    case .raw: return false
    case .masked: return destination?.role != .gateway
    case .tokenized: return destination?.role != .gateway && destination?.role != .vault
    case .plain: return destination == nil
    }
  }

  private func isVault(_ name: String) -> Bool {
    topology.workloads.contains { $0.name == name && $0.role == .vault }
  }

  /// The vault is reached from masks only and reaches its store only, and its store is no other's.
  private mutating func checkVault(
    _ flow: Topology.Flow, _ source: Topology.Workload?, _ destination: Topology.Workload?
  ) {
    if destination?.role == .vault, source?.mask != .sidecar, source?.role != .gateway {
      report(
        "vault-exposed", flow,
        "the token vault is declared open to '\(flow.source)', which has no mask",
        fix: "mask: sidecar   # at the workload '\(flow.source)', or strike the flow")
    }
    if source?.role == .vault, !isStore(flow, destination) {
      report(
        "vault-egress", flow,
        "the vault is declared to reach '\(flow.destination)', which is not its store",
        fix: "# strike the flow: the vault needs nothing but its database (role: database)")
    }
    if let destination, destination.role == .database, source?.role != .vault,
      topology.flows.contains(where: { $0.destination == destination.name && isVault($0.source) })
    {
      report(
        "database-exposed", flow,
        "the vault's store '\(destination.name)' is declared open to '\(flow.source)'",
        fix: "# strike the flow, or give '\(flow.source)' a database of its own")
    }
  }

  /// The cloud's metadata address is meant only where it is named, not where it lies among others.
  private mutating func checkMetadata(_ flow: Topology.Flow) {
    guard let external = topology.externals.first(where: { $0.name == flow.destination }) else {
      return
    }
    for text in Self.metadataAddresses {
      guard let address = IPAddress(text), external.set.contains(address),
        !external.addresses.contains(where: {
          $0.contains(address) && $0.bounds.lowerBound == $0.bounds.upperBound
        })
      else { continue }
      report(
        "metadata-exit", flow,
        "the flow to '\(external.name)' holds the cloud's metadata address \(text)",
        fix: "except: [\(text)/\(address.family.bits)]   # of '\(external.name)'")
    }
  }

  static let metadataAddresses = ["169.254.169.254", "fd00:ec2::254"]

  /// Whether what a vault reaches is its store: a database, or the one outside that it has instead.
  private func isStore(_ flow: Topology.Flow, _ destination: Topology.Workload?) -> Bool {
    if let destination { return destination.role == .database }
    let others = topology.flows.contains {
      $0.source == flow.source && $0.destination != flow.destination
    }
    let store = topology.externals.first { $0.name == flow.destination }?.set ?? AddressSet()
    return !others && Self.isSmall(store)
  }

  /// Whether addresses are few enough to be one store: a subnet of /16, or of /48 with IPv6.
  private static func isSmall(_ addresses: AddressSet) -> Bool {
    func fits(_ ranges: [ClosedRange<UInt128>], _ max: UInt128) -> Bool {
      var rest = max
      return ranges.allSatisfy { range in
        let count = range.upperBound - range.lowerBound
        guard count < rest else { return false }
        rest -= count + 1
        return true
      }
    }
    return fits(addresses.v4.ranges, 1 << 16) && fits(addresses.v6.ranges, 1 << 80)
  }
}
