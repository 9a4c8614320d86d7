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

  /// How SCTP is seen where policies hold a pod: not every plugin knows it.
  public enum SCTP: String, Sendable, Hashable, CaseIterable {
    /// As the specification says: policies hold it as they hold TCP.
    case policy
    /// The plugin may drop all of it, or let all of it pass.
    case undefined
  }

  /// How ICMP is seen, which no policy can name.
  public enum ICMP: String, Sendable, Hashable, CaseIterable {
    /// It is in no listing.
    case unlisted
    /// Allowed between pods that no policy holds, and undefined wherever one does.
    case undefined
  }

  /// What peers of cluster policies stand for that no manifest resolves: domain names and nodes.
  public enum UnresolvedPeers: String, Sendable, Hashable, CaseIterable {
    /// Any address outside the cluster, or none: what depends on it is undefined.
    case undefined
    case match
    case ignore
  }

  /// Whether a pod reaches itself through a Service: plugins see the node's address, or the pod's.
  public enum ServiceLoopback: String, Sendable, Hashable, CaseIterable {
    case undefined
    case allow
    /// As between two pods.
    case policy
  }

  public var sctp = SCTP.policy
  public var icmp = ICMP.unlisted
  public var serviceLoopback = ServiceLoopback.undefined
  public var unresolvedPeers = UnresolvedPeers.undefined
  public var blocksOnPods = BlocksOnPods.undefined
  public var hostNetwork = HostNetwork.pod
  /// The ranges that pods get their addresses from; empty where they are not known.
  public var podAddresses = AddressSet()
  /// The families of external addresses to show; empty: IPv4, and IPv6 where the manifests use it.
  public var families: Set<IPAddress.Family> = []

  public init() {}

  /// Whether a block of addresses may hold a pod (`possibly`), and whether it must (`surely`): a pod
  /// whose address no manifest shows has one of the pods' range, or of the nodes', which nobody tells.
  static func membership(
    of pod: (addresses: [IPAddress], usesHostNetwork: Bool), in block: AddressSet,
    podAddresses: AddressSet
  ) -> (surely: Bool, possibly: Bool) {
    if !pod.addresses.isEmpty {
      let isInside = pod.addresses.contains(where: block.contains)
      return (isInside, isInside)
    }
    let isAnywhere = pod.usesHostNetwork || podAddresses.isEmpty
    let range = isAnywhere ? AddressSet([.all(.v4)]) : podAddresses
    return (range.subtracting(block).isEmpty, isAnywhere || block.overlaps(podAddresses))
  }

  /// One definite way to read the cases.
  struct Reading: Hashable {
    var blocksMatchPods: Bool
    var hostIsNode: Bool
    var unresolvedMatch: Bool
  }

  /// The readings to try: what all of them allow is sure, what any of them allows is possible.
  func readings(hasBlocks: Bool, hasHostNetwork: Bool, hasUnresolved: Bool) -> [Reading] {
    let hosts: [Bool] =
      switch hostNetwork {
      case .pod: [false]
      case .node: [true]
      case .undefined: hasHostNetwork ? [false, true] : [false]
      }
    let blocks =
      blocksOnPods == .undefined && hasBlocks ? [false, true] : [blocksOnPods == .match]
    let names =
      unresolvedPeers == .undefined && hasUnresolved ? [false, true] : [unresolvedPeers == .match]
    return blocks.flatMap { block in
      names.flatMap { name in
        hosts.map { Reading(blocksMatchPods: block, hostIsNode: $0, unresolvedMatch: name) }
      }
    }
  }
}
