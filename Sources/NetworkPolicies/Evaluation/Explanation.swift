internal import Rules

/// Why a connection is allowed or denied: each half, policy by policy.
public struct Explanation: Sendable {
  /// What one end says.
  public struct Half: Sendable {
    public var direction: Direction
    public var subject: String
    /// What of the question passes.
    public var allowed: ConnectionSet
    /// Why, one line each.
    public var reasons: [String]
  }

  public var source: String
  public var destination: String
  public var question: ConnectionSet
  public var egress: Half
  public var ingress: Half
  /// What leaves some doubt.
  public var notes: [String]

  public var allowed: ConnectionSet { egress.allowed.intersection(ingress.allowed) }

  /// The explanation as text.
  public var text: String {
    var text = "\(source) => \(destination) : "
    text += allowed.isEmpty ? "denied" : "allowed \(allowed)"
    if !allowed.isEmpty, allowed != question, !question.isAll { text += " (of \(question))" }
    text += "\n"
    for half in [egress, ingress] {
      let verdict = half.allowed.isEmpty ? "denied" : "allowed \(half.allowed)"
      text += "  \(half.direction.rulesKey) of \(half.subject): \(verdict)\n"
      for reason in half.reasons { text += "    \(reason)\n" }
    }
    for note in notes { text += "  note: \(note)\n" }
    return text
  }
}

extension Cluster {
  /// Explains one pair of ends.
  public func explain(
    from source: QueryEnd, to destination: QueryEnd, _ question: ConnectionSet,
    modes: EvaluationModes = EvaluationModes()
  ) -> Explanation {
    var notes: [String] = []
    let egress = half(.egress, of: source, peer: destination, question, modes, &notes)
    let ingress = half(.ingress, of: destination, peer: source, question, modes, &notes)
    for end in [source, destination] {
      if case .pod(_, let pod) = end.kind, pod.usesHostNetwork {
        notes.append(
          "\(end.name) uses the host network: the result depends on the network plugin")
      }
    }
    if modes.hostNetwork == .undefined, [source, destination].contains(where: \.usesHostNetwork) {
      var asNode = modes
      asNode.hostNetwork = .node
      let other = explain(from: source, to: destination, question, modes: asNode).allowed
      notes.append(
        "as said here, if it is a pod like others; as its node: "
          + (other.isEmpty ? "denied" : "allowed \(other)"))
    }
    if source.name == destination.name {
      notes.append("a pod always reaches itself; through a Service the result is undefined")
    }
    return Explanation(
      source: source.name, destination: destination.name, question: question, egress: egress,
      ingress: ingress, notes: notes)
  }

  private func half(
    _ direction: Direction, of subject: QueryEnd, peer: QueryEnd, _ question: ConnectionSet,
    _ modes: EvaluationModes, _ notes: inout [String]
  ) -> Explanation.Half {
    var half = Explanation.Half(
      direction: direction, subject: subject.name, allowed: question, reasons: [])
    guard case .pod(let namespace, let pod) = subject.kind else {
      half.reasons = ["outside the cluster: no policy applies"]
      return half
    }
    guard !subject.isNode(modes) else {
      half.reasons = ["on the host network, read as its node: no policy applies"]
      return half
    }
    let destination = direction == .ingress ? subject : peer
    var ports: [ContainerPort] = []
    if case .pod(_, let pod) = destination.kind { ports = pod.ports }
    var rest = question
    half.allowed = ConnectionSet()
    judge(.admin, direction, namespace, pod, peer, ports, &rest, &half, modes)
    let selecting = policies.filter {
      $0.namespace == namespace && $0.types.contains(direction)
        && $0.podSelector.matches(pod.labels)
    }
    if selecting.isEmpty {
      judge(.baseline, direction, namespace, pod, peer, ports, &rest, &half, modes)
      if !rest.isEmpty {
        half.reasons.append(
          "no policy isolates it for \(direction.rulesKey): everything else is allowed")
        half.allowed = half.allowed.union(rest)
      }
      return half
    }
    for policy in selecting {
      explain(policy, direction, peer, ports, rest, modes, &half, &notes)
    }
    return half
  }

  private func explain(
    _ policy: NetworkPolicy, _ direction: Direction, _ peer: QueryEnd, _ ports: [ContainerPort],
    _ rest: ConnectionSet, _ modes: EvaluationModes, _ half: inout Explanation.Half,
    _ notes: inout [String]
  ) {
    let rules = policy.rules(direction)
    if rules.isEmpty {
      half.reasons.append(
        "\(policy.location): policy \(policy.qualifiedName) isolates it and allows nothing")
    }
    for (index, rule) in rules.enumerated() {
      let place =
        "\(rule.location): policy \(policy.qualifiedName), \(direction.rulesKey)[\(index)]"
      let hits = rule.peers.map { matches($0, policy, peer, modes, &notes) }
      guard rule.peers.isEmpty || hits.contains(true) else {
        half.reasons.append("\(place) does not name this peer")
        continue
      }
      let set =
        rule.ports.isEmpty
        ? rest
        : rule.ports.reduce(ConnectionSet()) { $0.union($1.connections(at: ports)) }
          .intersection(rest)
      guard !set.isEmpty else {
        half.reasons.append("\(place) names this peer, but not this port")
        continue
      }
      half.allowed = half.allowed.union(set)
      let peers = rule.peers.isEmpty ? " from and to everyone" : ""
      half.reasons.append("\(place) allows \(set)\(peers)")
    }
  }

  private func matches(
    _ candidate: PolicyPeer, _ policy: NetworkPolicy, _ peer: QueryEnd, _ modes: EvaluationModes,
    _ notes: inout [String]
  ) -> Bool {
    switch (candidate.kind, peer.kind) {
    case (.pods, .pod) where peer.isNode(modes): return false
    case (.pods(let namespaces, let pods), .pod(let namespace, let pod)):
      let isNamespace =
        namespaces?.matches(namespaceLabels(namespace)) ?? (namespace == policy.namespace)
      return isNamespace && (pods?.matches(pod.labels) ?? true)
    case (.pods, .address): return false
    case (.block, .address(let address)):
      return candidate.addresses?.contains(address) ?? false
    case (.block, .pod(_, let pod)):
      let mayOverlap =
        modes.podAddresses.isEmpty
        || candidate.addresses?.overlaps(modes.podAddresses) ?? false
      let may =
        pod.addresses.isEmpty && mayOverlap
        || pod.addresses.contains { candidate.addresses?.contains($0) ?? false }
      if may, modes.blocksOnPods == .undefined {
        notes.append(
          "\(candidate.location): whether the ipBlock \(candidate.text) holds pods depends on the"
            + " network plugin; taken as no")
      }
      return may && modes.blocksOnPods == .match
    }
  }

  private func judge(
    _ tier: ClusterPolicy.Tier, _ direction: Direction, _ namespace: String, _ pod: PodTemplate,
    _ peer: QueryEnd, _ ports: [ContainerPort], _ rest: inout ConnectionSet,
    _ half: inout Explanation.Half, _ modes: EvaluationModes
  ) {
    let selecting = clusterPolicies.filter {
      $0.tier == tier && !pod.usesHostNetwork && $0.pods.matches(pod.labels)
        && $0.namespaces.matches(namespaceLabels(namespace))
    }.sorted { ($0.priority, $0.name) < ($1.priority, $1.name) }
    var passed = ConnectionSet()
    for policy in selecting {
      for rule in policy.rules(direction) where rule.peers.contains(where: { matches($0, peer) }) {
        let set =
          rule.ports.map { list in
            list.reduce(ConnectionSet()) { $0.union($1.connections(at: ports)) }
          } ?? .all
        let hit = set.intersection(rest)
        guard !hit.isEmpty else { continue }
        rest = rest.subtracting(hit)
        if rule.action == .accept { half.allowed = half.allowed.union(hit) }
        if rule.action == .pass { passed = passed.union(hit) }
        half.reasons.append(
          "\(rule.location): \(policy.kind) \(policy.name) (alpha) says \(rule.action.rawValue)"
            + " to \(hit)")
      }
    }
    rest = rest.union(passed)
  }

  private func matches(_ candidate: ClusterPolicy.Peer, _ peer: QueryEnd) -> Bool {
    switch (candidate, peer.kind) {
    case (.pods(let namespaces, let pods), .pod(let namespace, let pod)):
      !pod.usesHostNetwork && pods.matches(pod.labels)
        && namespaces.matches(namespaceLabels(namespace))
    case (.networks(let ranges), .address(let address)):
      AddressSet(ranges).contains(address)
    case (.networks(let ranges), .pod(_, let pod)):
      pod.addresses.isEmpty
        ? AddressSet([.all(.v4)]).subtracting(AddressSet(ranges)).isEmpty
        : pod.addresses.contains(where: AddressSet(ranges).contains)
    case (.pods, .address), (.unresolvable, _): false
    }
  }
}
