public import Rules

/// Which way a rule looks from the pods that its policy selects.
public enum Direction: String, Sendable, Hashable, CaseIterable {
  case ingress = "Ingress"
  case egress = "Egress"

  /// The key of the peers of a rule.
  var peersKey: String { self == .ingress ? "from" : "to" }
  /// The key of the list of rules.
  var rulesKey: String { self == .ingress ? "ingress" : "egress" }
}

/// A NetworkPolicy as it was written, with the defaults of the API server filled in.
public struct NetworkPolicy: Sendable {
  public var name: String
  public var namespace: String
  public var location: SourceLocation
  /// Whether the manifest names the namespace.
  public var namesNamespace: Bool
  public var annotations: [String: String]
  public var podSelector: LabelSelector
  public var podSelectorLocation: SourceLocation
  /// The directions that selected pods are isolated in.
  public var types: Set<Direction>
  /// Where `policyTypes` is written; nil where it is omitted.
  public var typesLocation: SourceLocation?
  public var ingress: [PolicyRule]
  public var egress: [PolicyRule]
  /// Whether the key `ingress` or `egress` is there at all, and where.
  public var sections: [Direction: SourceLocation]

  public func rules(_ direction: Direction) -> [PolicyRule] {
    direction == .ingress ? ingress : egress
  }

  /// `namespace/name`.
  public var qualifiedName: String { "\(namespace)/\(name)" }
}

/// One item of `ingress` or `egress`: any of the peers, at any of the ports.
public struct PolicyRule: Sendable {
  public var location: SourceLocation
  /// Empty: every peer, also outside the cluster.
  public var peers: [PolicyPeer]
  /// Empty: every port of every protocol.
  public var ports: [PolicyPort]
  /// Whether `from` or `to` (`ports`) is written, even if empty.
  public var namesPeers: Bool
  public var namesPorts: Bool
}

public struct PolicyPeer: Sendable {
  public enum Kind: Sendable, Hashable {
    /// Pods; without a namespace selector those of the policy's own namespace, without a pod
    /// selector all of them.
    case pods(namespaces: LabelSelector?, pods: LabelSelector?)
    case block(AddressRange, except: [AddressRange])
  }

  public var kind: Kind
  public var location: SourceLocation
  /// The CIDR as written.
  public var text: String = ""

  /// The addresses of a block.
  public var addresses: AddressSet? {
    guard case .block(let range, let except) = kind else { return nil }
    return AddressSet([range]).subtracting(AddressSet(except))
  }
}

public struct PolicyPort: Sendable {
  public enum Kind: Sendable, Hashable {
    case every
    case numbers(ClosedRange<UInt16>)
    case named(String)

    /// What it stands for at a destination with these container ports.
    func connections(_ transport: TransportProtocol, at destination: [ContainerPort])
      -> ConnectionSet
    {
      switch self {
      case .every: ConnectionSet(transport, ConnectionSet.allPorts)
      case .numbers(let range): ConnectionSet(transport, IntervalSet(range))
      case .named(let name):
        ConnectionSet(
          transport,
          IntervalSet(
            destination.filter { $0.name == name && $0.transport == transport }
              .map { $0.number...$0.number }))
      }
    }
  }

  public var transport: TransportProtocol
  public var kind: Kind
  public var location: SourceLocation
  /// Whether the manifest names the protocol.
  public var namesProtocol: Bool

  func connections(at destination: [ContainerPort]) -> ConnectionSet {
    kind.connections(transport, at: destination)
  }

  public var description: String {
    switch kind {
    case .every: transport.rawValue
    case .numbers(let range):
      "\(transport.rawValue) \(range.lowerBound)"
        + (range.count > 1 ? "-\(range.upperBound)" : "")
    case .named(let name): "\(transport.rawValue) \(name)"
    }
  }
}
