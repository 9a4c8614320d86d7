/// A second way to answer, written from the specification's text: one packet at a time, with no
/// sets and none of the product's types. It also writes itself as manifests.
struct NaiveCluster {
  struct Requirement {
    var key: String
    /// In, NotIn, Exists, DoesNotExist.
    var name: String
    var values: [String]
  }

  struct Selector {
    var labels: [String: String] = [:]
    var expressions: [Requirement] = []
  }

  struct Address: Equatable {
    /// 4 or 16.
    var bytes: [UInt8]
  }

  struct Block {
    var base: Address
    var length: Int
    var except: [(Address, Int)]
  }

  struct Peer {
    var namespaces: Selector?
    var pods: Selector?
    var block: Block?
  }

  struct Port {
    var transport: String?
    /// A number, or a name.
    var number: Int?
    var name: String?
    var end: Int?
  }

  struct Rule {
    var peers: [Peer]?
    var ports: [Port]?
  }

  struct Policy {
    var name: String
    var namespace: String
    var selector: Selector?
    var types: [String]?
    var ingress: [Rule]?
    var egress: [Rule]?
  }

  struct AdminRule {
    var action: String
    var peers: [Peer]
    var ports: [Port]?
  }

  struct AdminPolicy {
    /// AdminNetworkPolicy, BaselineAdminNetworkPolicy or ClusterNetworkPolicy.
    var kind: String
    var name: String
    var tier: String
    var priority: Int
    var namespaces: Selector
    var pods: Selector
    var ingress: [AdminRule]
    var egress: [AdminRule]
  }

  struct Pod {
    var name: String
    var namespace: String
    var labels: [String: String]
    var ports: [(name: String, number: Int, transport: String)]
    var address: Address
  }

  var namespaces: [(name: String, labels: [String: String])] = []
  var pods: [Pod] = []
  var policies: [Policy] = []
  var adminPolicies: [AdminPolicy] = []
}

/// One packet's question.
struct NaivePacket {
  enum End {
    case pod(Int)
    case outside(NaiveCluster.Address)
  }

  var source: End
  var destination: End
  var transport: String
  var port: Int
}

extension NaiveCluster {
  func allows(_ packet: NaivePacket, blocksMatchPods: Bool) -> Bool {
    if case .pod(let number) = packet.source,
      !passes(packet, at: pods[number], isIngress: false, packet.destination, blocksMatchPods)
    {
      return false
    }
    if case .pod(let number) = packet.destination,
      !passes(packet, at: pods[number], isIngress: true, packet.source, blocksMatchPods)
    {
      return false
    }
    return true
  }

  private func passes(
    _ packet: NaivePacket, at pod: Pod, isIngress: Bool, _ other: NaivePacket.End, _ match: Bool
  ) -> Bool {
    if let verdict = verdict("Admin", packet, pod, isIngress, other) { return verdict }
    var isIsolated = false
    for policy in policies where policy.namespace == pod.namespace {
      if let selector = policy.selector, !matches(selector, pod.labels) { continue }
      var types = policy.types ?? []
      if types.isEmpty {
        types = ["Ingress"]
        if let egress = policy.egress, !egress.isEmpty { types.append("Egress") }
      }
      if !types.contains(isIngress ? "Ingress" : "Egress") { continue }
      isIsolated = true
      for rule in (isIngress ? policy.ingress : policy.egress) ?? [] {
        var isPeer = (rule.peers ?? []).isEmpty
        for peer in rule.peers ?? [] where self.matches(peer, policy.namespace, other, match) {
          isPeer = true
        }
        if isPeer && matches(rule.ports, packet) { return true }
      }
    }
    if isIsolated { return false }
    return verdict("Baseline", packet, pod, isIngress, other) ?? true
  }

  /// What the first rule says that speaks of the packet; nil when none does, or when it passes it on.
  private func verdict(
    _ tier: String, _ packet: NaivePacket, _ pod: Pod, _ isIngress: Bool, _ other: NaivePacket.End
  ) -> Bool? {
    for policy in adminPolicies.filter({ $0.tier == tier }).sorted(by: { $0.priority < $1.priority }
    ) {
      guard matches(policy.namespaces, labels(ofNamespace: pod.namespace)),
        matches(policy.pods, pod.labels)
      else { continue }
      for rule in isIngress ? policy.ingress : policy.egress {
        guard rule.peers.contains(where: { matches($0, "", other, true) }),
          matchesAdmin(rule.ports, packet)
        else { continue }
        switch rule.action {
        case "Accept", "Allow": return true
        case "Deny": return false
        default: return nil
        }
      }
    }
    return nil
  }

  private func labels(ofNamespace name: String) -> [String: String] {
    var labels = namespaces.first { $0.name == name }?.labels ?? [:]
    labels["kubernetes.io/metadata.name"] = name
    return labels
  }

  private func matches(
    _ peer: Peer, _ own: String, _ end: NaivePacket.End, _ blocksMatchPods: Bool
  ) -> Bool {
    switch end {
    case .outside(let address): return peer.block.map { holds($0, address) } ?? false
    case .pod(let number):
      let pod = pods[number]
      if let block = peer.block { return blocksMatchPods && holds(block, pod.address) }
      if let namespaces = peer.namespaces {
        if !matches(namespaces, labels(ofNamespace: pod.namespace)) { return false }
      } else if pod.namespace != own {
        return false
      }
      return peer.pods.map { matches($0, pod.labels) } ?? true
    }
  }

  private func matches(_ ports: [Port]?, _ packet: NaivePacket) -> Bool {
    guard let ports, !ports.isEmpty else { return true }
    for port in ports {
      if let name = port.name {
        guard case .pod(let number) = packet.destination else { continue }
        for candidate in pods[number].ports
        where candidate.name == name && candidate.number == packet.port
          && candidate.transport == packet.transport
          && (port.transport ?? "TCP") == packet.transport
        {
          return true
        }
        continue
      }
      if (port.transport ?? "TCP") != packet.transport { continue }
      guard let number = port.number else { return true }
      if packet.port >= number && packet.port <= port.end ?? number { return true }
    }
    return false
  }

  /// Of the cluster-wide kinds: a name is that of a port of any protocol.
  private func matchesAdmin(_ ports: [Port]?, _ packet: NaivePacket) -> Bool {
    guard let ports else { return true }
    return ports.contains { port in
      guard let name = port.name else { return matches([port], packet) }
      guard case .pod(let number) = packet.destination else { return false }
      return pods[number].ports.contains { candidate in
        candidate.name == name && candidate.number == packet.port
          && candidate.transport == packet.transport
      }
    }
  }

  private func matches(_ selector: Selector, _ labels: [String: String]) -> Bool {
    for (key, value) in selector.labels where labels[key] != value { return false }
    for requirement in selector.expressions {
      let value = labels[requirement.key]
      switch requirement.name {
      case "In": if value == nil || !requirement.values.contains(value ?? "") { return false }
      case "NotIn": if let value, requirement.values.contains(value) { return false }
      case "Exists": if value == nil { return false }
      default: if value != nil { return false }
      }
    }
    return true
  }

  private func holds(_ block: Block, _ address: Address) -> Bool {
    hasPrefix(address, block.base, block.length)
      && !block.except.contains { hasPrefix(address, $0.0, $0.1) }
  }

  private func hasPrefix(_ address: Address, _ base: Address, _ length: Int) -> Bool {
    guard address.bytes.count == base.bytes.count else { return false }
    for bit in 0..<length {
      let mask = UInt8(0x80) >> UInt8(bit % 8)
      if address.bytes[bit / 8] & mask != base.bytes[bit / 8] & mask { return false }
    }
    return true
  }
}
