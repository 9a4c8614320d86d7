/// How the cases are read that the specification leaves to the network plugin.
public struct EvaluationModes: Sendable, Hashable {
  /// Whether an `ipBlock` matches the addresses of pods: Calico matches, Cilium does not.
  public enum BlocksOnPods: String, Sendable, Hashable, CaseIterable {
    /// Neither: what depends on it is reported as undefined, and not as allowed.
    case undefined
    case match
    case ignore
  }

  /// How policies see pods that use the network of their node.
  public enum HostNetwork: String, Sendable, Hashable, CaseIterable {
    /// As pods like others.
    case pod
    /// As the node: not selected, and reachable.
    case node
    /// What differs between the two is undefined.
    case undefined
  }

  public var blocksOnPods = BlocksOnPods.undefined
  public var hostNetwork = HostNetwork.pod
  /// The ranges that pods get their addresses from; empty where they are not known.
  public var podAddresses = AddressSet()
  /// The families of external addresses to show; empty: IPv4, and IPv6 where the manifests use it.
  public var families: Set<IPAddress.Family> = []

  public init() {}

  /// One definite way to read the cases.
  struct Reading: Hashable {
    var blocksMatchPods: Bool
    var hostIsNode: Bool
  }

  /// The readings to try: what all of them allow is sure, what any of them allows is possible.
  func readings(hasBlocks: Bool, hasHostNetwork: Bool) -> [Reading] {
    let hosts: [Bool] =
      switch hostNetwork {
      case .pod: [false]
      case .node: [true]
      case .undefined: hasHostNetwork ? [false, true] : [false]
      }
    let readings = hosts.map { Reading(blocksMatchPods: blocksOnPods == .match, hostIsNode: $0) }
    guard blocksOnPods == .undefined, hasBlocks else { return readings }
    return readings + hosts.map { Reading(blocksMatchPods: true, hostIsNode: $0) }
  }
}
