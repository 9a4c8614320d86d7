public import Rules

/// An AdminNetworkPolicy, BaselineAdminNetworkPolicy or ClusterNetworkPolicy (all alpha).
public struct ClusterPolicy: Sendable {
  public enum Tier: Int, Sendable, Hashable {
    case admin
    case baseline
  }

  public enum Action: String, Sendable, Hashable {
    case accept
    case deny
    case pass
  }

  public enum Peer: Sendable, Hashable {
    case pods(namespaces: LabelSelector, pods: LabelSelector)
    case networks([AddressRange])
    /// Nodes or domain names: what they resolve to is not in manifests.
    case unresolvable(String)
  }

  public enum Port: Sendable, Hashable {
    case ports(TransportProtocol, ClosedRange<UInt16>)
    /// A named port of any protocol.
    case named(String)

    func connections(at destination: [ContainerPort]) -> ConnectionSet {
      switch self {
      case .ports(let transport, let range): return ConnectionSet(transport, IntervalSet(range))
      case .named(let name):
        var result = ConnectionSet()
        for port in destination where port.name == name {
          result = result.union(
            ConnectionSet(port.transport, IntervalSet(port.number...port.number)))
        }
        return result
      }
    }
  }

  public struct Rule: Sendable {
    public var name: String
    public var action: Action
    public var peers: [Peer]
    /// Nil: every port of every protocol.
    public var ports: [Port]?
    public var location: SourceLocation
  }

  public var kind: String
  public var name: String
  public var location: SourceLocation
  public var tier: Tier
  /// Lower comes first.
  public var priority: Int
  public var namespaces: LabelSelector
  public var pods: LabelSelector
  public var ingress: [Rule]
  public var egress: [Rule]

  /// Whether a peer is a domain name or a node, which no manifest resolves.
  var hasUnresolvedPeers: Bool {
    (ingress + egress).contains { rule in
      rule.peers.contains { if case .unresolvable = $0 { true } else { false } }
    }
  }

  public func rules(_ direction: Direction) -> [Rule] {
    direction == .ingress ? ingress : egress
  }
}
