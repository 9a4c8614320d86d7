internal import Rules
internal import YAML

extension ManifestDecoder {
  static let clusterPolicyKinds = [
    "AdminNetworkPolicy", "BaselineAdminNetworkPolicy", "ClusterNetworkPolicy",
  ]

  mutating func clusterPolicy(_ object: ManifestFields, _ kind: String, _ meta: ObjectMeta)
    -> ClusterPolicy?
  {
    guard let node = object["spec"],
      let spec = fields(
        node, "the \(kind)'s spec", known: ["tier", "priority", "subject", "ingress", "egress"])
    else { return nil }
    var tier = kind == "BaselineAdminNetworkPolicy" ? ClusterPolicy.Tier.baseline : .admin
    if kind == "ClusterNetworkPolicy" {
      switch text(spec["tier"], "tier") {
      case "Admin": tier = .admin
      case "Baseline": tier = .baseline
      default: reject(spec["tier"] ?? node, "tier must be Admin or Baseline")
      }
    }
    let priority = integer(spec["priority"], "priority", 0...1000)
    if priority == nil, kind != "BaselineAdminNetworkPolicy" {
      reject(node, "the \(kind) has no priority")
    }
    guard let subject = spec["subject"], let pods = podPeer(subject, "subject") else {
      reject(node, "the \(kind) has no subject")
      return nil
    }
    let rules = Direction.allCases.map { direction in
      clusterRules(spec[direction.rulesKey], direction, kind)
    }
    return ClusterPolicy(
      kind: kind, name: meta.name, location: meta.location, tier: tier, priority: priority ?? 0,
      namespaces: pods.namespaces, pods: pods.pods, ingress: rules[0], egress: rules[1])
  }

  /// `namespaces:` or `pods:` of a subject or a peer; nil when neither is there.
  private mutating func podPeer(_ node: YAMLNode, _ what: String)
    -> (namespaces: LabelSelector, pods: LabelSelector)?
  {
    guard
      let fields = fields(
        node, what, known: ["namespaces", "pods", "nodes", "networks", "domainNames"])
    else { return nil }
    if let namespaces = fields["namespaces"] {
      return (selector(namespaces, "namespaces"), .everything)
    }
    guard let pods = fields["pods"],
      let both = self.fields(pods, "pods", known: ["namespaceSelector", "podSelector"])
    else { return nil }
    return (
      both["namespaceSelector"].map { selector($0, "namespaceSelector") } ?? .everything,
      both["podSelector"].map { selector($0, "podSelector") } ?? .everything
    )
  }

  private mutating func clusterRules(_ node: YAMLNode?, _ direction: Direction, _ kind: String)
    -> [ClusterPolicy.Rule]
  {
    let nodes = list(node, direction.rulesKey) ?? []
    if nodes.count > (kind == "ClusterNetworkPolicy" ? 25 : 100), let node {
      reject(node, "more rules in '\(direction.rulesKey)' than the API allows")
    }
    return nodes.compactMap { clusterRule($0, direction, kind) }
  }

  private mutating func clusterRule(_ node: YAMLNode, _ direction: Direction, _ kind: String)
    -> ClusterPolicy.Rule?
  {
    let portsKey = kind == "ClusterNetworkPolicy" ? "protocols" : "ports"
    guard
      let fields = fields(
        node, "an item of '\(direction.rulesKey)'",
        known: ["name", "action", direction.peersKey, portsKey])
    else { return nil }
    var action = ClusterPolicy.Action.deny
    switch text(fields["action"], "action") {
    case "Accept" where kind == "ClusterNetworkPolicy": action = .accept
    case "Allow" where kind != "ClusterNetworkPolicy": action = .accept
    case "Deny": action = .deny
    case "Pass" where kind != "BaselineAdminNetworkPolicy": action = .pass
    default: reject(fields["action"] ?? node, "unknown action of a \(kind)")
    }
    let peers = (list(fields[direction.peersKey], direction.peersKey) ?? []).map { node in
      let peer = clusterPeer(node)
      if case .unresolvable(let kind) = peer, kind != "unknown" {
        if direction == .ingress { reject(node, "only peers of 'to' can be '\(kind)'") }
        if kind == "domainNames", action != .accept {
          reject(node, "only a rule that allows can have 'domainNames'")
        }
      }
      return peer
    }
    if peers.isEmpty { reject(node, "the rule has no '\(direction.peersKey)'") }
    let ports = list(fields[portsKey], portsKey).map { nodes in
      nodes.compactMap { kind == "ClusterNetworkPolicy" ? clusterProtocol($0) : adminPort($0) }
    }
    return ClusterPolicy.Rule(
      name: text(fields["name"], "name") ?? "", action: action, peers: peers, ports: ports,
      location: location(node))
  }

  private mutating func clusterPeer(_ node: YAMLNode) -> ClusterPolicy.Peer {
    if case .mapping(let pairs) = node.content, let pair = pairs.first, pairs.count == 1 {
      switch pair.key.text {
      case "networks":
        return .networks(
          (list(pair.value, "networks") ?? []).compactMap { cidr($0, "a network") })
      case "nodes", "domainNames": return .unresolvable(pair.key.text)
      default: break
      }
    }
    guard let pods = podPeer(node, "a peer") else {
      reject(node, "a peer needs exactly one of namespaces, pods, nodes, networks and domainNames")
      return .unresolvable("unknown")
    }
    return .pods(namespaces: pods.namespaces, pods: pods.pods)
  }

  /// `portNumber`, `portRange` or `namedPort` of the v1alpha1 kinds.
  private mutating func adminPort(_ node: YAMLNode) -> ClusterPolicy.Port? {
    guard
      let fields = fields(
        node, "an item of 'ports'", known: ["portNumber", "portRange", "namedPort"])
    else { return nil }
    if let name = text(fields["namedPort"], "namedPort") { return .named(name) }
    if let number = fields["portNumber"] {
      guard let parts = self.fields(number, "portNumber", known: ["protocol", "port"]),
        let port = port(parts["port"], "'port'")
      else { return nil }
      return .ports(transport(parts["protocol"], "protocol") ?? .tcp, port...port)
    }
    guard let range = fields["portRange"],
      let parts = self.fields(range, "portRange", known: ["protocol", "start", "end"]),
      let first = port(parts["start"], "'start'"), let last = port(parts["end"], "'end'"),
      first <= last
    else {
      reject(node, "an item of 'ports' needs portNumber, portRange or namedPort")
      return nil
    }
    return .ports(transport(parts["protocol"], "protocol") ?? .tcp, first...last)
  }

  /// `tcp`, `udp`, `sctp` or `destinationNamedPort` of a ClusterNetworkPolicy.
  private mutating func clusterProtocol(_ node: YAMLNode) -> ClusterPolicy.Port? {
    guard
      let fields = fields(
        node, "an item of 'protocols'", known: ["tcp", "udp", "sctp", "destinationNamedPort"])
    else { return nil }
    if let name = text(fields["destinationNamedPort"], "destinationNamedPort") {
      return .named(name)
    }
    for transport in TransportProtocol.allCases {
      guard let match = fields[transport.rawValue.lowercased()] else { continue }
      guard let parts = self.fields(match, "the protocol", known: ["destinationPort"]) else {
        return .ports(transport, 1...65535)
      }
      guard let port = parts["destinationPort"],
        let numbers = self.fields(port, "destinationPort", known: ["number", "range"])
      else { return .ports(transport, 1...65535) }
      if let number = self.port(numbers["number"], "'number'") {
        return .ports(transport, number...number)
      }
      if let range = numbers["range"],
        let ends = self.fields(range, "range", known: ["start", "end"]),
        let first = self.port(ends["start"], "'start'"), let last = self.port(ends["end"], "'end'"),
        first <= last
      {
        return .ports(transport, first...last)
      }
    }
    reject(node, "an item of 'protocols' needs tcp, udp, sctp or destinationNamedPort")
    return nil
  }
}
